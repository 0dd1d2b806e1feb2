"""`python -m bench`: measures everything on a database of its own, prints one table.

`--only PART` (may be repeated) runs one part, `--quick` takes less time.
"""

import argparse
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final, Protocol

from bench import (
    attack,
    cold_start,
    engines,
    first_figure,
    front_page,
    load,
    machines,
    restart,
    scale,
    sheets,
    siting,
    wave,
)
from bench.results import Line, table
from tests.trials.databases import seeded


class Measure(Protocol):
    """One part of the bench, in a folder and on a seeded database of its own."""

    def __call__(self, folder: Path, database_url: str, *, quick: bool = False) -> Iterator[Line]:
        """Give its lines, one after the other."""


PARTS: Final[dict[str, Measure]] = {
    "front": front_page.measure,
    "figure": first_figure.measure,
    "cold": cold_start.measure,
    "scale": scale.measure,
    "siting": siting.measure,
    "sheets": sheets.measure,
    "engines": engines.measure,
    "restart": restart.measure,
    "load": load.measure,
    "attack": attack.measure,
    "wave": wave.measure,
    "machines": machines.measure,
}


def machine() -> str:
    """Say on what, with what and when: numbers without this mean nothing."""
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} processors{load}, "
        f"{platform.system()} {platform.machine()}, Python {platform.python_version()}, "
        f"Streamlit {version('streamlit')}, plotly {version('plotly')}"
    )


def main() -> int:
    """Measure what was asked for; fails when an answer is wrong, never when a machine is slow."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=PARTS, help="run this part (repeatable)")
    parser.add_argument("--quick", action="store_true", help="repeat less")
    arguments = parser.parse_args()
    print(machine(), flush=True)
    lines: list[Line] = []
    with tempfile.TemporaryDirectory(prefix="territoires-bench-") as name:
        folder = Path(name)
        database_url = seeded(folder)
        for part, measure in PARTS.items():
            if arguments.only and part not in arguments.only:
                continue
            started = time.perf_counter()
            for line in measure(folder, database_url, quick=arguments.quick):
                print("  " + " | ".join(filter(None, line.cells)), file=sys.stderr, flush=True)
                lines.append(line)
            print(f"{part}: {time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)
    print(f"\n{table(lines)}\n", flush=True)
    return int(any(line.is_broken for line in lines))


if __name__ == "__main__":
    sys.exit(main())
