"""What attacks cost another reader: those of `tests/trials/attack.py`, all at once.

`python -m bench --only attack` (`make attack`).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bench.results import Line
from tests.trials.attack import attack
from tests.trials.servers import dashboard

MOST_MB, SLOWER = 1000.0, 3.0  # what may not be passed
_WHO: Final = "attacked at once"


def measure(folder: Path, database_url: str, *, quick: bool = False) -> Iterator[Line]:
    """Give the lines of the bench."""
    del folder, quick  # it is as short as it can be
    report = attack(dashboard(database_url))
    for name, tally in report.tallies.items():
        said = ", ".join(f"{code} {times} times" for code, times in sorted(tally.answers.items()))
        yield Line(
            what=f"{name} ({said}): refusals without a sentence",
            ours=tally.unexplained, target=0, must=True,
        )  # fmt: skip
    yield Line(
        what=f"{_WHO}: memory of the server at its highest",
        ours=report.peak_mb, unit="MB", target=MOST_MB, must=True,
    )  # fmt: skip
    yield Line(
        what=f"{_WHO}: another reader, 95th percentile, against the idle server",
        ours=report.attacked_s * 1000, bare=report.idle_s * 1000, unit="ms", target=SLOWER,
    )  # fmt: skip
    yield Line(what=f"{_WHO}: the other reader's errors", ours=report.errors, target=0, must=True)
