"""A disk that fills up, a clock that goes back, writers on one row: what is written, what is not.

Each is counted: what was refused and how, what a refused act has left behind.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select

from bench.results import Line, Number
from territoires.commands.imports import import_enrolments
from territoires.commands.stages import correct_stage, record_stage
from territoires.db.engine import reading
from territoires.db.models import AuditEvent, Enrolment, Stage
from territoires.domain.drafts import StageCorrection
from territoires.domain.errors import StaleError
from territoires.domain.scope import Scope
from territoires.queries.rollout import situation
from tests.trials import faults
from tests.trials.databases import (
    add_courses,
    admit,
    close,
    copy_of,
    count_faults,
    do,
    path_of,
)
from tests.trials.faults import limited, until_full
from tests.trials.writers import file_of, opening, subjects_in

if TYPE_CHECKING:
    from territoires.commands.write import Saved

TIMES, TIMES_IN_HASTE = 50, 8
_WRITERS: Final = 8
_COURSES: Final = 120
_SPARE_MB: Final = 8
_STEP: Final = 24 << 10  # bytes left on the disk: a little more each time


def measure(folder: Path, database_url: str, *, quick: bool = False) -> Iterator[Line]:
    """Count what becomes of acts that go wrong."""
    times = TIMES_IN_HASTE if quick else TIMES
    disk = folder / "disk"
    disk.mkdir()
    size = (path_of(database_url).stat().st_size >> 20) + _SPARE_MB
    with faults.small_disk(disk, size) as mounted:
        url = copy_of(database_url, disk / "faults.db")
        admit(url)
        add_courses(url, _COURSES)
        room = partial(faults.filled, disk) if mounted else partial(limited, url)
        # In this order: afterwards there are several centres in a town, which a file must name.
        yield from _full_while_importing(url, room, times)
        yield from _full_while_writing(url, room, times)
        yield _none("disk full: faults found by `check` afterwards", count_faults(url))
        close(url)
    url = copy_of(database_url, folder / "faults.db")
    admit(url)
    yield from _clock_going_back(url, times)
    yield from _writers_on_one_row(url, times)
    close(url)


# A disk that is full

Room = Callable[[int], AbstractContextManager[None]]


def _full_while_writing(url: str, room: Room, times: int) -> Iterator[Line]:
    before = _count(url, Stage)
    done: list[int | None] = []
    told: Counter[str] = Counter()
    for number in range(times):
        drafts = (opening(f"{number}-{act}") for act in count())
        written, code = until_full(url, room(number * _STEP), record_stage, drafts)
        done += [saved.version_id for saved in written]
        told[code] += 1
    done.append(do(url, record_stage, opening("room")).version_id)
    with reading(url) as connection:
        there = set(connection.scalars(select(Stage.id)))
    what = f"disk full {times} times while acts are written"
    yield from _refusals(what, len(done), told)
    yield _none(f"{what}: acknowledged acts lost", len(set(done) - there))
    yield _none(f"{what}: rows of refused acts", len(there) - before - len(done))


def _full_while_importing(url: str, room: Room, times: int) -> Iterator[Line]:
    subjects, source = subjects_in(url)
    done: list[Saved] = []
    told: Counter[str] = Counter()
    for number in range(times):
        drafts = (file_of(subjects, source, act) for act in count(1000 * number + 1))
        written, code = until_full(url, room(number * _STEP), import_enrolments, drafts)
        done += written
        told[code] += 1
    done.append(do(url, import_enrolments, file_of(subjects, source, 1000 * times)))
    what = f"disk full {times} times while {len(subjects)} rows are imported"
    yield from _refusals(what, len(done), told)
    yield _none(
        f"{what}: rows of refused imports",
        _count(url, Enrolment) - sum(saved.inserted + saved.corrected for saved in done),
    )


def _refusals(what: str, done: int, told: Counter[str]) -> Iterator[Line]:
    yield Number(what=f"{what}: acknowledged", value=done)
    yield Number(what=f"{what}: refused because it is full", value=told.pop("full", 0))
    yield _none(" ".join((f"{what}: refused otherwise", *told)), told.total())


# A clock that goes back


def _clock_going_back(url: str, times: int) -> Iterator[Line]:
    chance = random.Random(times)  # noqa: S311 - the same instants each time
    known: dict[datetime | None, int] = {}
    for number in range(times):
        now = datetime.now(UTC) - timedelta(hours=chance.uniform(0, 10_000))
        do(url, record_stage, opening(f"clock-{number}"), now=now)
        with reading(url) as connection:
            at = connection.scalars(
                select(AuditEvent.at_utc).order_by(AuditEvent.id.desc())
            ).first()
        if at:
            known[at] = _open(url, at)
    with reading(url) as connection:
        instants = connection.scalars(select(AuditEvent.at_utc).order_by(AuditEvent.id)).all()
    what = f"clock {times} times back, by up to a year"
    yield _none(
        f"{what}: acts not later than the one before",
        sum(after <= before for before, after in pairwise(instants)),
    )
    yield _none(
        f"{what}: answers of what was known at an act that changed afterwards",
        sum(_open(url, at) != count for at, count in known.items()),
    )
    yield _none(f"{what}: faults found by `check` afterwards", count_faults(url))


def _open(url: str, known_at: datetime | None) -> int:
    """Count what the database knew, at an instant, to be open."""
    scope = Scope(as_of=datetime.now(UTC).date(), known_at=known_at, with_unproven=True)
    with reading(url) as connection:
        return situation(connection, scope=scope).count.open


# Two writers on one row


def _writers_on_one_row(url: str, times: int) -> Iterator[Line]:
    version = do(url, record_stage, opening("contended")).version_id or 0
    outcomes: Counter[str] = Counter()
    wrong = 0
    with ThreadPoolExecutor(_WRITERS) as pool:
        for number in range(times):
            drafts = [_correction(version, f"{number}-{writer}") for writer in range(_WRITERS)]
            found = list(pool.map(partial(_correct, url), drafts))
            winners = [each for each in found if each is not None]
            wrong += len(winners) != 1
            outcomes["told"] += found.count(None)
            version = winners[0]
    what = f"{_WRITERS} writers at once on one row, {times} times"
    yield Number(what=f"{what}: told that somebody else has changed it", value=outcomes["told"])
    yield _none(f"{what}: times without exactly one winner", wrong)
    yield _none(f"{what}: faults found by `check` afterwards", count_faults(url))


def _correction(version: int, note: str) -> StageCorrection:
    said = opening("")
    return StageCorrection(
        expected_id=version,
        kind=said.kind,
        on=said.on,
        source=said.source,
        note=note,
        reason="bench",
    )


def _correct(url: str, draft: StageCorrection) -> int | None:
    """Correct a version; gives the next one, None when somebody else made it."""
    try:
        return do(url, correct_stage, draft).version_id
    except StaleError:
        return None


# What they share


def _count(url: str, table: Any) -> int:
    with reading(url) as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


def _none(what: str, value: int) -> Number:
    """Say how many there are of what there must be none of."""
    return Number(what=what, value=value, target=0, must=True)
