"""What a printed sheet costs: asked again, beside an empty document; and those of all towns."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final, cast

import typst

from bench.results import Line, compared, timed
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

    first, _ = timed(sheet)
    yield compared(
        "the sheet of a town asked again, and an empty document set by Typst (the sheet took "
        f"{1000 * first:.0f} ms the first time)",
        [[timed(each, times)[0]] for each in (sheet, empty)],
        target=3.0,
    )
    command = [sys.executable, "-m", "territoires", "report", "town", "--all", "-o", str(folder)]
    environment = os.environ | {"TERRITOIRES_DATABASE_URL": database_url}
    printing = partial(subprocess.run, command, check=True, capture_output=True, env=environment)
    took, made = timed(printing)[0], len(list(folder.glob("*.pdf")))
    yield Line(
        what=f"{MANY} sheets ({made} printed in {took:.0f} s, brought to {MANY})",
        ours=took * MANY / made,
        unit="s",
        target=30.0,
    )
