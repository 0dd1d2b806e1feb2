"""Every source, what rests on it, and what the tables hold."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, select

from territoires.db.models import (
    Base,
    Course,
    Enrolment,
    PublishedFigure,
    Source,
    Stage,
)
from territoires.db.seeds import provenances
from territoires.domain.enrolments import name_of
from territoires.domain.scope import Scope
from territoires.french.journal import entity
from territoires.queries.clocks import created_at, known
from territoires.queries.frames import by_name, columns, table
from territoires.queries.telling import TOLD, Telling, located
from territoires.settings import SEEDS

Row = Mapping[str, str]

SOURCES = columns(
    "publisher title published_on reliability facts stages figures others url source_id"
)
RESTING = columns("subject town town_code value_text source_id")
FILES = columns("file title publisher obtained_from licence retrieved_on")
DICTIONARY = columns("table column type required")


def all_sources(connection: Connection, *, scope: Scope) -> pd.DataFrame:
    """List the sources on which something known at the scope's instant rests; columns `SOURCES`.

    `facts` of each are the rows that `resting` lists.
    """
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for group, row in _resting(connection, scope.known_at):
        found[row["source_id"]][group] += 1
    rows = connection.execute(select(*Source.__table__.c).where(Source.id.in_(found)))
    return table(
        (
            source._asdict()
            | {group: found[source.id][group] for group in ("stages", "figures", "others")}
            | {"facts": found[source.id].total(), "source_id": source.id}
            for source in by_name(rows, "publisher", "id")
        ),
        SOURCES,
    )


def resting(connection: Connection, *, scope: Scope, source: str) -> pd.DataFrame:
    """List what rests on a source, as known at the scope's instant; columns `RESTING`, in French.

    Of headcounts only which centre gave some and of which year, which is public of each.
    """
    every = (row for _, row in _resting(connection, scope.known_at))
    return table((row for row in every if row["source_id"] == source), RESTING)


_GROUPS: Mapping[type[Any], str] = {Stage: "stages", PublishedFigure: "figures"}


def _resting(connection: Connection, known_at: datetime | None) -> Iterator[tuple[str, Row]]:
    """Give every fact with the column of `SOURCES` that counts it."""
    telling = Telling(connection, known_at)
    for fact in TOLD:
        group = _GROUPS.get(fact, "others")
        if fact is Enrolment:
            yield from ((group, row) for row in _headcounts(connection, known_at))
            continue
        known_then = telling.told(fact, known(fact, known_at))
        for row in located(connection, [row for versions in known_then for row in versions]):
            yield group, _row(row["source_id"], row["subject"], row["value_text"], row)
    created = created_at(connection)
    if known_at is None or (created and created <= known_at):
        # Courses are no versions: they are known since the database is.
        for each in connection.execute(select(*Course.__table__.c).order_by(Course.key)):
            yield "others", _row(each.source_id, entity("course"), each.title)


def _headcounts(connection: Connection, known_at: datetime | None) -> Iterator[Row]:
    """Say which centre gave some, of which year: what they are is the disclosures' matter."""
    given = (Enrolment.source_id, Enrolment.centre_id, Enrolment.academic_year)
    rows = connection.execute(
        select(*given).distinct().where(known(Enrolment, known_at)).order_by(*given)
    ).mappings()
    named = [{**row, "fact": Enrolment.__tablename__, "number": 0} for row in rows]
    for row in located(connection, named):
        yield _row(row["source_id"], entity("enrolment"), name_of(row["academic_year"]), row)


def _row(source: str, subject: str, value: str, at: Mapping[str, Any] | None = None) -> Row:
    code = at["town_code"] if at else ""
    return {
        "source_id": source,
        "subject": subject[0].upper() + subject[1:],
        "value_text": value,
        "town": at["town"] if at and code else "",
        "town_code": code,
    }


def seed_files(connection: Connection) -> pd.DataFrame:
    """List the files that were loaded, with their origin and licence; columns `FILES`."""
    del connection  # the files describe themselves
    return table(
        (
            vars(entry) | {"file": entry.path, "retrieved_on": entry.retrieved_on.isoformat()}
            for entry in provenances(SEEDS)
        ),
        FILES,
    )


def attributions(connection: Connection) -> list[str]:
    """List the attribution lines that the licences ask for."""
    del connection
    return list(dict.fromkeys(entry.attribution for entry in provenances(SEEDS)))


def dictionary(connection: Connection) -> pd.DataFrame:
    """List every column of every table, from the schema itself; columns `DICTIONARY`."""
    del connection
    return table(
        (
            {
                "table": each.name,
                "column": column.name,
                "type": str(column.type).split("(")[0].lower(),
                "required": not column.nullable,
            }
            for each in Base.metadata.sorted_tables
            for column in each.columns
        ),
        DICTIONARY,
    ).sort_values(["table", "column"], ignore_index=True)
