"""`python -m bench`: measures everything on a database of its own, prints one table of ratios.

`--only front|figure|cold|scale|siting` (may be repeated) runs one part, `--quick` takes less
time.
"""

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final, Protocol

from bench import cold_start, first_figure, front_page, scale, siting
from bench.results import Result, table
from bench.servers import seeded


class Measure(Protocol):
    """One part of the bench, in a folder and on a seeded database of its own."""

    def __call__(
        self, folder: Path, database_url: str, *, quick: bool = False
    ) -> Iterator[Result]: ...


PARTS: Final[dict[str, Measure]] = {
    "front": front_page.measure,
    "figure": first_figure.measure,
    "cold": cold_start.measure,
    "scale": scale.measure,
}
OTHERS: Final[dict[str, Callable[[], None]]] = {"siting": siting.main}


def machine() -> str:
    """Say on what, with what and when: numbers without this mean nothing."""
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} processors{load}, "
        f"{platform.system()} {platform.machine()}, Python {platform.python_version()}, "
        f"Streamlit {version('streamlit')}, plotly {version('plotly')}"
    )


def main() -> int:
    """Measure what was asked for; ratios are printed, never asserted: machines are shared."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=[*PARTS, *OTHERS], metavar="PART")
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    wanted = arguments.only or [*PARTS, *OTHERS]
    print(machine(), flush=True)
    results: list[Result] = []
    if any(name in PARTS for name in wanted):
        with tempfile.TemporaryDirectory(prefix="territoires-bench-") as name:
            folder = Path(name)
            database_url = seeded(folder)
            for part, measure in PARTS.items():
                if part in wanted:
                    for result in measure(folder, database_url, quick=arguments.quick):
                        print(f"  {result.what}: {result.ratio:.2f}", file=sys.stderr, flush=True)
                        results.append(result)
        print(f"\n{table(results)}\n", flush=True)
    for other, measure_other in OTHERS.items():
        if other in wanted:
            measure_other()
    return 0


if __name__ == "__main__":
    sys.exit(main())
