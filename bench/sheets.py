"""What a printed sheet costs: asked again, beside an empty document; and those of all towns."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any, Final, cast

import typst

from bench.results import Line, Number, Result
from territoires.exchange.pdf import STANDARDS, fonts
from territoires.ui.follow.printed import print_pdf

TOWN: Final = "com-52121"
MANY: Final = 300
_EMPTY: Final = b'#set document(title: "x", date: datetime(year: 2026, month: 1, day: 1))\n= x'


def measure(folder: Path, database_url: str, *, quick: bool = False) -> Iterator[Line]:
    """Give the time of a sheet that is kept beside an empty document, and that of 300 sheets."""
    times, now = 20 if quick else 200, int(datetime.now(UTC).timestamp())

    def empty() -> object:
        document = typst.Compiler(
            cast("Any", {"main.typ": _EMPTY}), font_paths=fonts(), ignore_system_fonts=True
        )
        return document.compile(format="pdf", pdf_standards=list(STANDARDS), timestamp=now)

    def sheet() -> object:
        return print_pdf(database_url, TOWN, {}, "https://territoires.example")

    first = _best(sheet, 1)
    yield Result(
        what=f"the sheet of a town asked again, and an empty document set by Typst (the sheet took "
        f"{first:.0f} ms the first time)",
        ours=_best(sheet, times),
        bare=_best(empty, times),
        target=3.0,
    )
    command = [sys.executable, "-m", "territoires", "report", "town", "--all", "-o", str(folder)]
    start = perf_counter()
    environment = os.environ | {"TERRITOIRES_DATABASE_URL": database_url}
    subprocess.run(command, check=True, capture_output=True, env=environment)
    took, made = perf_counter() - start, len(list(folder.glob("*.pdf")))
    yield Number(
        what=f"{MANY} sheets ({made} printed in {took:.0f} s, brought to {MANY})",
        value=took * MANY / made,
        unit="s",
        target=30.0,
    )


def _best(work: Callable[[], object], times: int) -> float:
    """Give the best time in ms: the others measure what else the machine does."""
    best = float("inf")
    for _ in range(times):
        start = perf_counter()
        work()
        best = min(best, perf_counter() - start)
    return best * 1000
