"""Every source, what rests on it, and what the tables hold."""

import pandas as pd
from sqlalchemy import Connection, func, select

from territoires.db.models import (
    Base,
    Course,
    Offering,
    ProgrammeEvent,
    PublishedFigure,
    Source,
    Stage,
    Target,
)
from territoires.db.seeds import provenances
from territoires.queries.clocks import known
from territoires.queries.frames import by_name, columns, table
from territoires.settings import SEEDS

SOURCES = columns(
    "publisher title published_on reliability facts stages figures others url source_id"
)
FILES = columns("file title publisher obtained_from licence retrieved_on")
DICTIONARY = columns("table column type required")


def all_sources(connection: Connection) -> pd.DataFrame:
    """List the sources with how many current facts rest on each; columns `SOURCES`."""
    stages = _per_source(connection, Stage)
    figures = _per_source(connection, PublishedFigure)
    others: dict[str, int] = {}
    for fact in (ProgrammeEvent, Target, Offering):
        for source, number in _per_source(connection, fact).items():
            others[source] = others.get(source, 0) + number
    for source, number in connection.execute(
        select(Course.source_id, func.count()).group_by(Course.source_id)
    ):
        others[source] = others.get(source, 0) + number
    return table(
        (
            {
                "publisher": source.publisher,
                "title": source.title,
                "published_on": source.published_on.iso,
                "reliability": source.reliability,
                "facts": stages.get(source.id, 0)
                + figures.get(source.id, 0)
                + others.get(source.id, 0),
                "stages": stages.get(source.id, 0),
                "figures": figures.get(source.id, 0),
                "others": others.get(source.id, 0),
                "url": source.url or "",
                "source_id": source.id,
            }
            for source in by_name(
                connection.execute(select(*Source.__table__.c)), "publisher", "id"
            )
        ),
        SOURCES,
    )


def _per_source(connection: Connection, fact: type[Base]) -> dict[str, int]:
    rows = connection.execute(
        select(fact.source_id, func.count())  # type: ignore[attr-defined]
        .where(known(fact, None))  # type: ignore[arg-type]
        .group_by(fact.source_id)  # type: ignore[attr-defined]
    )
    return {source: number for source, number in rows}  # noqa: C416 - rows are not pairs for mypy


def seed_files(connection: Connection) -> pd.DataFrame:
    """List the files that were loaded, with their origin and licence; columns `FILES`."""
    del connection  # the files describe themselves
    return table(
        (
            {
                "file": entry.path,
                "title": entry.title,
                "publisher": entry.publisher,
                "obtained_from": entry.obtained_from,
                "licence": entry.licence,
                "retrieved_on": entry.retrieved_on.isoformat(),
            }
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
