"""What ten million rows of enrolments change for a reader, and what importing many costs.

`python -m bench --only scale`: two demonstrations, of 10^4 and of 10^7 rows (10^6 with `--quick`),
the same pages on both; then one import against the driver's own `executemany` of the same rows.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from itertools import islice, product
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select

from bench.results import Line, compared, healthy, in_turn
from territoires.charts import enrolments as charts
from territoires.charts.courses import heat_svg
from territoires.commands.imports import import_enrolments, plan
from territoires.commands.write import writing
from territoires.db.engine import reading
from territoires.db.models import Centre
from territoires.domain.clock import PARIS
from territoires.domain.enrolments import year_of
from territoires.domain.imports import EnrolmentLine, ImportDraft
from territoires.domain.programme import Counted
from territoires.domain.roles import Reader, Role
from territoires.domain.scope import Scope
from territoires.queries import courses, enrolments, town_history, town_sheet
from tests.trials.crowd import peak_megabytes
from tests.trials.databases import ADMIN, add_courses, admit, close, copy_of, demonstration, path_of
from tests.trials.servers import dashboard
from tests.trials.visitor import Visitor

PAGES_TARGET, IMPORT_TARGET = 1.3, 3.0
FEW, MANY, MANY_IN_HASTE = 10_000, 10_000_000, 1_000_000
IMPORTED, IMPORTED_IN_HASTE = 100_000, 20_000
_TOWNS: Final = 5
_WARMING: Final = 5
_SOURCE: Final = "demonstration"


def measure(folder: Path, database_url: str, *, quick: bool = False) -> Iterator[Line]:
    """Give the ratios; the databases are made in `folder`, `database_url` is not used."""
    del database_url
    many = MANY_IN_HASTE if quick else MANY
    urls = [demonstration(folder, rows) for rows in (FEW, many)]
    label = f"{many:.0e} rows against {FEW:.0e}".replace("+0", "")
    yield from _pages(urls, label, 20 if quick else 100)
    yield _answers(urls, label, 3 if quick else 15)
    yield from _imports(folder, IMPORTED_IN_HASTE if quick else IMPORTED)


# The pages, served


def _pages(urls: list[str], label: str, repetitions: int) -> Iterator[Line]:
    """Compare warm runs of both pages, then the memory of both servers."""
    with healthy(*map(dashboard, reversed(urls))) as servers, ExitStack() as stack:
        for page in ("inscriptions", "formations"):
            visitors = [stack.enter_context(Visitor(server.port, page=page)) for server in servers]
            asks = [visitor.run for visitor in visitors]
            ran = in_turn(asks, warming=_WARMING, runs=repetitions)
            seconds = [[run.seconds for run in each] for each in ran]
            yield compared(f"/{page}, warm server run, {label}", seconds, target=PAGES_TARGET)
        most, least = (peak_megabytes(server.process.pid) for server in servers)
        yield Line(
            what=f"memory of the server, {label}",
            ours=most, bare=least, unit="MB", target=PAGES_TARGET,
        )  # fmt: skip


# The pages, unkept: every query and figure as after a write


def _answers(urls: list[str], label: str, repetitions: int) -> Line:
    today = datetime.now(PARIS).date()
    scope = Scope(as_of=today)
    past = replace(scope, known_at=datetime(year_of(today) - 1, 3, 1, tzinfo=UTC))

    def seconds(url: str) -> float:
        with reading(url) as connection:
            started = time.process_time()
            for asked in (scope, past):
                _ask(connection, asked, year_of(today) - 1)
            return time.process_time() - started

    taken = in_turn([partial(seconds, url) for url in reversed(urls)], warming=1, runs=repetitions)
    what = f"every query and figure of both pages and five towns, nothing kept, {label}"
    return compared(what, taken, target=PAGES_TARGET)


def _ask(connection: Any, scope: Scope, year: int) -> None:
    persons = Counted.PERSONS
    enrolments.years(connection, scope=scope)
    enrolments.transmissions(connection, scope=scope, year=year - 1)
    draw: list[tuple[Callable[..., Any], Callable[..., Any]]] = [
        (partial(charts.totals_svg, territory=""), enrolments.totals),
        (partial(charts.ages_svg, counts=persons, sheet=""), enrolments.by_age),
        (partial(charts.centres_svg, sheet=""), partial(enrolments.transmissions, year=year)),
        (partial(charts.fields_svg, address=""), partial(enrolments.by_field, year=year)),
        (partial(charts.courses_svg, address=""), partial(enrolments.by_course, year=year)),
        (partial(heat_svg, field="", region=""), courses.heat),
    ]
    for figure, query in draw:
        figure(query(connection, scope=scope), label="", width=1120.0)
    enrolments.cells(connection, scope=scope, year=year)
    courses.catalogue(connection, scope=scope)
    courses.offerings(connection, scope=scope)
    for town in sorted(connection.scalars(select(Centre.town_code)))[:_TOWNS]:
        town_sheet.enrolments(connection, scope=scope, town=town)
        town_history.history(connection, scope=scope, town=town)


# The import


def _imports(folder: Path, number: int) -> Iterator[Line]:
    url = demonstration(folder, 1_000)
    now = datetime.now(UTC)
    admit(url)
    lines = new_lines(url, number)
    with reading(url) as connection:
        found = plan(
            connection,
            "enrolments",
            lines,
            actor=Reader(email=ADMIN, role=Role.ADMINISTRATION),
            today=now.date(),
        )
    draft = ImportDraft(
        rows=lines, file_name="bench.csv", seen=found.digest, reason="bench", file_hash="0" * 64
    )
    started = time.perf_counter()
    with writing(url, ADMIN, now=now) as write:
        import_enrolments(write, draft)
    ours = time.perf_counter() - started
    close(url)
    what = f"import of {number:.0e} enrolments, checks included".replace("+0", "")
    yield compared(what, [[ours], [_plain(url, number)]], target=IMPORT_TARGET)


def new_lines(url: str, number: int) -> list[EnrolmentLine]:
    """Make lines that are all new: the catalogue is enlarged until there is room for them."""
    with reading(url) as connection:
        towns = list(connection.scalars(select(Centre.town_code).order_by(Centre.town_code)))
    keys = add_courses(url, number // (len(towns) * 14) + 1)
    cells = product(range(2019, 2026), towns, Counted, keys)
    return [
        EnrolmentLine(
            line=line,
            town_code=town,
            academic_year=year,
            counted=counted,
            headcount=5 + line % 40,
            counted_on=date(year + 1, 8, 31),
            course_key=key,
            source=_SOURCE,
        )
        for line, (year, town, counted, key) in enumerate(islice(cells, number), start=2)
    ]


def _plain(url: str, number: int) -> float:
    """Insert the rows of the import again, in a copy without them, as the driver does it alone."""
    copy = path_of(url).with_name("plain.db")
    copy_of(url, copy)
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")
        last = connection.execute("SELECT max(id) FROM enrolment").fetchone()[0]
        rows = connection.execute(
            "SELECT * FROM enrolment WHERE id > ? ORDER BY id", (last - number,)
        ).fetchall()
        connection.execute("DELETE FROM disclosure WHERE version_id > ?", (last - number,))
        connection.execute("DELETE FROM enrolment WHERE id > ?", (last - number,))
        connection.execute("VACUUM")
        marks = ", ".join("?" * len(rows[0]))
        started = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(f"INSERT INTO enrolment VALUES ({marks})", rows)  # noqa: S608 - marks
        connection.execute("COMMIT")
        taken = time.perf_counter() - started
    if len(rows) != number:
        raise RuntimeError(f"{len(rows)} rows were imported, not {number}")
    copy.unlink()
    return taken
