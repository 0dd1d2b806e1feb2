"""Kill -9 again and again while somebody writes: what is lost, what is half-done.

A thousand writers, each killed between two acts or in the middle of one; then importers.
"""

import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sqlalchemy import func, select

from bench.results import Number
from territoires.db.engine import reading
from territoires.db.models import AuditEvent, Centre, Enrolment, Stage
from tests.trials.databases import ADMIN, add_courses, admit, close, copy_of, count_faults
from tests.trials.nursery import Nursery
from tests.trials.writers import TASKS

KILLS, KILLS_IN_HASTE = 1_000, 60
IMPORTS, IMPORTS_IN_HASTE = 60, 8
_COURSES: Final = 120
# About as long as an act takes, and as an import does.
_ACT_S, _IMPORT_S = 0.05, 0.4


def measure(folder: Path, database_url: str, *, quick: bool = False) -> Iterator[Number]:
    """Count what was acknowledged and what is there."""
    urls = [copy_of(database_url, folder / f"killed-{task}.db") for task in TASKS]
    for url in urls:
        admit(url)
        add_courses(url, _COURSES)
        close(url)
    yield from _openings(urls[0], KILLS_IN_HASTE if quick else KILLS)
    yield from _imports(urls[1], IMPORTS_IN_HASTE if quick else IMPORTS)
    yield Number(
        what="faults found by `check` afterwards",
        value=sum(map(count_faults, urls)),
        target=0,
        must=True,
    )


def killed(url: str, task: str, kills: int, *, within: float) -> list[int]:
    """Kill so many writers, each at some moment of the `within` seconds after its first act.

    Gives what they had acknowledged.
    """
    chance = random.Random(kills)  # noqa: S311 - the same moments each time
    acknowledged = []
    with Nursery(url, ADMIN, task=task) as nursery:
        for name in range(kills):
            nursery.start(name)
            time.sleep(chance.uniform(0, within))
            acknowledged += nursery.kill()
    return acknowledged


def _openings(url: str, kills: int) -> Iterator[Number]:
    before = _acts(url)
    acknowledged = killed(url, "openings", kills, within=_ACT_S)
    centres, stages, events = (after - was for after, was in zip(_acts(url), before, strict=True))
    with reading(url) as connection:
        there = set(connection.scalars(select(Stage.id)))
    yield Number(
        what=f"acts acknowledged by {kills:,} writers, all killed", value=len(acknowledged)
    )
    yield Number(
        what="acknowledged acts lost", value=len(set(acknowledged) - there), target=0, must=True
    )
    yield Number(
        what="acts half-done (a centre, a stage or a line of the journal without the two others)",
        value=max(centres, stages, events) - min(centres, stages, events),
        target=0,
        must=True,
    )


def _acts(url: str) -> list[int]:
    with reading(url) as connection:
        return [
            connection.scalar(select(func.count()).select_from(table)) or 0
            for table in (Centre, Stage, AuditEvent)
        ]


def _imports(url: str, kills: int) -> Iterator[Number]:
    acknowledged = killed(url, "imports", kills, within=_IMPORT_S)
    with reading(url) as connection:
        events = connection.execute(
            select(AuditEvent.id, AuditEvent.at_utc, AuditEvent.changes).where(
                AuditEvent.command == "import_enrolments"
            )
        ).all()
        written = Counter(connection.scalars(select(Enrolment.recorded_at)))
    sizes = [event.changes[0]["new"] + event.changes[0]["changed"] for event in events]
    yield Number(
        what=f"imports acknowledged by {kills} importers, all killed", value=len(acknowledged)
    )
    yield Number(
        what="acknowledged imports lost",
        value=len(set(acknowledged) - {event.id for event in events}),
        target=0,
        must=True,
    )
    yield Number(
        what=f"imports of {max(sizes):,} rows half-done",
        value=sum(written[event.at_utc] != size for event, size in zip(events, sizes, strict=True)),
        target=0,
        must=True,
    )
