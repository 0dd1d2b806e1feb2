"""What a form starts from, and what became of it since: the newest version of one fact."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, func, select

from territoires.db.journal import BOOKKEEPING
from territoires.db.models import (
    FACTS,
    AuditEvent,
    Centre,
    Course,
    Region,
    Source,
)
from territoires.db.types import is_key
from territoires.domain.disclosure import Publication
from territoires.domain.text import fold
from territoires.queries.facts import CITED, cited, towns
from territoires.queries.frames import by_name
from territoires.queries.history import ACTOR_NAME, ACTS
from territoires.queries.small_counts import Regions, answered_for


@dataclass(frozen=True, kw_only=True)
class Known:
    """The newest version of a fact: what it says, where, who wrote it and when.

    `said` gives each column as text: ISO dates, codes, `yes` or `no`; empty when not known. When
    the fact was withdrawn, `in_force` is false, and author and instant are those of its end.
    """

    entity: str
    entity_id: int
    version_id: int
    in_force: bool
    said: Mapping[str, str]
    author: str
    at_utc: datetime
    centre_id: int = 0
    town_code: str = ""
    town: str = ""
    region_code: str = ""


def newest(
    connection: Connection,
    *,
    entity: str,
    version_id: int,
    regions: Regions = frozenset(),
) -> Known | None:
    """Find the fact of which `version_id` is any version; None when there is no such version.

    A headcount is told to whoever answers for its region (`regions`).
    """
    fact = FACTS[entity]
    columns = fact.__table__.c
    if not is_key(version_id):
        return None
    number = connection.scalar(
        select(func.coalesce(columns.origin_id, columns.id)).where(columns.id == version_id)
    )
    if number is None:
        return None
    row = (
        connection.execute(
            select(*columns)
            .where(fact.entity_id == number)
            .order_by(columns.version.desc())
            .limit(1)
        )
        .mappings()
        .one()
    )
    ended = row["superseded_at"]
    at_utc = row["recorded_at"] if ended is None else ended
    centre_id = number if entity == "centre" else row.get("centre_id", 0)
    said = {name: _text(value) for name, value in row.items() if name not in BOOKKEEPING}
    if "headcount" in said and not answered_for(connection, {centre_id}, regions):
        said["headcount"] = Publication.WITHHELD.value
    return Known(
        entity=entity,
        entity_id=number,
        version_id=row["id"],
        in_force=ended is None,
        said=said,
        author=_author(connection, at_utc),
        at_utc=at_utc,
        centre_id=centre_id,
        **_where(connection, centre_id, row.get("town_code", "")),
    )


# What the statements on a place are listed by, the first said first; questions the other way.
_ORDER: Final = {
    "announcement": "announced_on",
    "bound": "not_before",
    "offering": "title",
    "question": "asked_on",
    "stage": "happened_on",
}


def in_force(connection: Connection, *, entity: str, place: int | str) -> list[dict[str, str]]:
    """List what is said of a centre, by number, or of a town, by code, as `Known.said` does.

    With `version_id`; `source` and `source_title` where it has a source, `title` of a course.
    """
    fact = FACTS[entity]
    columns = fact.__table__.c
    asked = select(*columns, columns.id.label("version_id"))
    if "source_id" in columns:
        asked = cited(asked.add_columns(*CITED, Source.title.label("source_title")), fact)
    if "course_key" in columns:
        asked = asked.join(Course, Course.key == fact.course_key).add_columns(Course.title)
    about = columns.town_code if "town_code" in columns else columns.centre_id
    rows = connection.execute(asked.where(about == place, fact.superseded_at.is_(None)))
    said = [{name: _text(value) for name, value in row._asdict().items()} for row in rows]
    return sorted(
        said,
        key=lambda each: (fold(each[_ORDER[entity]]), int(each["version_id"])),
        reverse=entity == "question",
    )


def course(connection: Connection, *, key: str) -> dict[str, str]:
    """Give what the catalogue says of a course, as `Known.said` does; nothing of an unknown one."""
    row = connection.execute(select(*Course.__table__.c).where(Course.key == key)).first()
    return {name: _text(value) for name, value in row._asdict().items()} if row else {}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    return "" if value is None else str(getattr(value, "iso", value))


def _author(connection: Connection, at_utc: datetime) -> str:
    asked = ACTS.with_only_columns(ACTOR_NAME).where(AuditEvent.at_utc == at_utc)
    return connection.scalar(asked) or ""


def _where(connection: Connection, centre_id: int, town_code: str) -> dict[str, str]:
    """Say where a fact is: in the town of its centre, or in the one that it is about."""
    of_centre = select(Centre.town_code).where(Centre.entity_id == centre_id)
    newest_first = of_centre.order_by(Centre.version.desc()).limit(1)
    found = towns(connection, [connection.scalar(newest_first) or town_code])
    names = ("town_code", "town", "region_code")
    return {name: place[name] for place in found.values() for name in names}


def regions(connection: Connection) -> dict[str, str]:
    """Give the name of each region by its code, in the order of names."""
    rows = connection.execute(select(Region.code, Region.name))
    return {row.code: row.name for row in by_name(rows, "name")}
