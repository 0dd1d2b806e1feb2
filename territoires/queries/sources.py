"""Every source, what rests on it, and what the tables hold."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, or_, select

from territoires.db.models import (
    Announcement,
    Base,
    Bound,
    Centre,
    Course,
    Enrolment,
    Offering,
    ProgrammeEvent,
    PublishedFigure,
    Source,
    Stage,
    Target,
    Town,
    Versioned,
)
from territoires.db.seeds import provenances
from territoires.domain.enrolments import name_of
from territoires.domain.programme import Validation
from territoires.domain.scope import Perimeter, Scope
from territoires.french import town as words
from territoires.french import words as vocabulary
from territoires.french.desk import target_name
from territoires.french.journal import entity
from territoires.queries.clocks import created_at, known
from territoires.queries.frames import by_name, columns, table
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


def _resting(connection: Connection, known_at: datetime | None) -> Iterator[tuple[str, Row]]:
    """Give every fact with the column of `SOURCES` that counts it."""
    created = created_at(connection)
    if known_at is None or (created and created <= known_at):
        # Courses are no versions: they are known since the database is.
        courses = connection.execute(select(*Course.__table__.c).order_by(Course.key)).all()
        yield from _of_centres(connection, known_at, {each.key: each.title for each in courses})
        yield from _of_the_programme(connection, known_at)
        for each in courses:
            yield "others", _row(each.source_id, entity("course"), each.title)


def _of_centres(
    connection: Connection, known_at: datetime | None, titles: Mapping[str, str]
) -> Iterator[tuple[str, Row]]:
    of_centres = (
        select(Centre.entity_id.label("entity_id"), Town.name, Town.code)
        .join(Town, Town.code == Centre.town_code)
        .where(known(Centre, known_at))
    )
    places = {row.entity_id: (row.name, row.code) for row in connection.execute(of_centres)}
    for each in _facts(connection, Stage, known_at):
        subject = words.stage_subject(each.kind, is_retained=each.retained)
        value = words.stage_value(each.happened_on, each.note)
        yield "stages", _row(each.source_id, subject, value, places.get(each.centre_id))
    for each in _facts(connection, Bound, known_at):
        subject, value = (
            words.bound_subject(each.kind),
            words.bound_value(each.not_before, each.note),
        )
        yield "others", _row(each.source_id, subject, value, places.get(each.centre_id))
    for each in _facts(connection, Offering, known_at):
        title = titles[each.course_key]
        value = words.offering_value(title, each.mode, each.starts_on, each.ends_on)
        at = places.get(each.centre_id)
        yield "others", _row(each.source_id, entity("offering"), value, at)
    given = (Enrolment.source_id, Enrolment.centre_id, Enrolment.academic_year)
    for source, centre, year in connection.execute(
        select(*given).distinct().where(known(Enrolment, known_at)).order_by(*given)
    ):
        yield "others", _row(source, entity("enrolment"), name_of(year), places.get(centre))


def _of_the_programme(
    connection: Connection, known_at: datetime | None
) -> Iterator[tuple[str, Row]]:
    of_figures = select(PublishedFigure.town_code)
    announced = select(Announcement.town_code)
    of_towns = select(Town.code, Town.name).where(
        or_(Town.code.in_(of_figures), Town.code.in_(announced))
    )
    places = {row.code: (row.name, row.code) for row in connection.execute(of_towns)}
    for each in _facts(connection, PublishedFigure, known_at):
        subject = words.figure_subject(each.indicator)
        value = words.figure_value(each.value, each.qualifier, each.title)
        yield "figures", _row(each.source_id, subject, value, places.get(each.town_code))
    for each in _facts(connection, Announcement, known_at):
        said = words.announcement_value(each.announced_for, each.announced_on, each.note)
        at = places.get(each.town_code)
        yield "others", _row(each.source_id, words.ANNOUNCEMENT, said, at)
    for each in _facts(connection, ProgrammeEvent, known_at):
        value = words.stage_value(each.happened_on, each.title)
        yield "others", _row(each.source_id, words.EVENT, value)
    for each in _facts(connection, Target, known_at):
        where = vocabulary.PERIMETERS[Perimeter(each.perimeter)]
        value = target_name(each.value, each.deadline, where).text
        yield "others", _row(each.source_id, entity("target"), value)


def _facts(
    connection: Connection, fact: type[Versioned], known_at: datetime | None
) -> Sequence[Any]:
    columns_ = fact.__table__.c  # type: ignore[attr-defined]
    asked = select(*columns_).where(known(fact, known_at)).order_by(columns_.id)
    if "validation" in columns_:
        asked = asked.where(columns_.validation == Validation.VALIDATED)
    return connection.execute(asked).all()


def _row(source: str, subject: str, value: str, place: tuple[str, str] | None = None) -> Row:
    town, code = place or ("", "")
    return {
        "source_id": source,
        "subject": subject[0].upper() + subject[1:],
        "value_text": value,
        "town": town,
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
