"""Writers that are there to be killed: `python -m tests.trials.writers TASK URL WHO`.

Loaded once (by nursery.py), it forks a writer per line it reads; the writer says each act once the
database has it, until it is killed. A line is one write to a pipe, which is whole or not there.
"""

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from itertools import count, product
from typing import Final

from sqlalchemy import func, select

import territoires.commands.register  # noqa: F401 - every command registers itself
from territoires.commands.imports import import_enrolments
from territoires.commands.stages import record_stage
from territoires.commands.write import writing
from territoires.db.engine import reading
from territoires.db.models import Course, Source
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import SourceDraft, StageDraft
from territoires.domain.imports import EnrolmentLine, ImportDraft
from territoires.domain.programme import Counted, StageKind

# Both have a centre in the databases that are written to: Chaumont, Saint-Dizier.
TOWNS: Final = ("52121", "52448")
# SQLite has no queue: who never rests keeps the others out for ever.
_REST_S: Final = 0.005

Subject = tuple[str, Counted, str | None]


def opening(name: str) -> StageDraft:
    """The opening of a new site in Chaumont: a centre, a stage, a line of the journal."""
    return StageDraft(
        town_code=TOWNS[0],
        kind=StageKind.OPENED,
        on=PartialDate(2021, 5, 4),
        source=SourceDraft(declared=True),
        new_site=True,
        centre_name=name,
        address="1 rue",
    )


def file_of(subjects: Iterable[Subject], source: str, number: int) -> ImportDraft:
    """The `number`-th file of headcounts of the same subjects: towns, units, courses."""
    rows = [
        EnrolmentLine(
            line=line,
            town_code=town,
            academic_year=2020 + line % 5,
            counted=counted,
            headcount=(number * 7 + line) % 900,
            counted_on=date(2026, 5, 1),
            course_key=course,
            source=source,
        )
        for line, (town, counted, course) in enumerate(subjects, start=2)
    ]
    return ImportDraft(rows=rows, file_hash=f"{number:064}", reason="bench")


def subjects_in(url: str) -> tuple[list[Subject], str]:
    """Read what headcounts may be about, and a source for them."""
    with reading(url) as connection:
        source = connection.scalar(select(func.min(Source.id))) or ""
        courses = (None, *connection.scalars(select(Course.key).order_by(Course.key)))
    return list(product(TOWNS, Counted, courses)), source


def openings(url: str, who: str, name: str) -> Iterator[int | None]:
    """Open new sites, again and again; gives the number of each stage."""
    for number in count():
        with writing(url, who, now=datetime.now(UTC)) as write:
            saved = record_stage(write, opening(f"{name}-{number}"))
        yield saved.version_id


def imports(url: str, who: str, name: str) -> Iterator[int | None]:
    """Import files about every course, again and again; gives the number of each act."""
    subjects, source = subjects_in(url)
    for number in count(100 * int(name) + 1):
        with writing(url, who, now=datetime.now(UTC)) as write:
            saved = import_enrolments(write, file_of(subjects, source, number))
        yield saved.event_id


TASKS: Final[dict[str, Callable[[str, str, str], Iterator[int | None]]]] = {
    "openings": openings,
    "imports": imports,
}


def main() -> None:
    """Fork, say who was born, wait for the end, say that it came."""
    task, url, who = sys.argv[1:]
    for line in sys.stdin:
        writer = os.fork()
        if not writer:
            for act in TASKS[task](url, who, line.strip()):
                os.write(1, f"{act}\n".encode())
                time.sleep(_REST_S)
        os.write(1, f"writer {writer}\n".encode())
        os.waitpid(writer, 0)
        os.write(1, b"gone\n")


if __name__ == "__main__":
    main()
