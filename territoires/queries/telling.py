"""Versions of facts in words: what was said, by whom, from when, until when, and what followed."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, func, select

from territoires.db.chunks import chunks
from territoires.db.models import (
    Announcement,
    AuditEvent,
    Bound,
    Centre,
    Course,
    Department,
    Disclosure,
    Enrolment,
    Offering,
    ProgrammeEvent,
    PublishedFigure,
    Source,
    Staff,
    Stage,
    Target,
    Town,
)
from territoires.domain.disclosure import Fates, Publication
from territoires.domain.programme import Validation
from territoires.domain.scope import FRANCE, Level, Perimeter, Scope, Territory
from territoires.french import dictionary
from territoires.french import town as words
from territoires.queries.facts import Row
from territoires.queries.territories import places

# What the public is told when it is recorded or corrected. Questions are acts of ours.
TOLD: Final[tuple[type[Any], ...]] = (
    *(Stage, Bound, Announcement, PublishedFigure, Offering, Enrolment, Target, ProgrammeEvent),
)


class Telling:
    """Puts facts into words, as far as they were known at an instant (None: now).

    The versions of a fact are rows, oldest first: the columns of its table, then `fact` and
    `number`, which name it, `subject`, `value_text`, `source`, `source_url`, and `ended_at`.
    """

    def __init__(self, connection: Connection, known_at: datetime | None = None) -> None:
        self._connection, self._known_at = connection, known_at
        self._sources = {
            row.id: {"source": row.publisher, "source_url": row.url or ""}
            for row in connection.execute(select(Source.id, Source.publisher, Source.url))
        }
        self._titles = {
            row.key: row.title for row in connection.execute(select(Course.key, Course.title))
        }

    def told(self, fact: type[Any], *where: ColumnElement[bool]) -> Iterator[list[Row]]:
        """Yield the versions of each of some facts."""
        every = list(self._versions(fact, where))
        numbers = [row["id"] for versions in every for row in versions]
        fates = self._fates(numbers) if fact is Enrolment else {}
        for versions in every:
            yield [
                row
                | self._said(fact, row, fates)
                | self._sources.get(row.get("source_id"), {"source": "", "source_url": ""})
                for row in versions
            ]

    def attributes(self, *where: ColumnElement[bool]) -> Iterator[list[Row]]:
        """Yield what is said of some centres, attribute by attribute, as facts of their own.

        A value lasts as long as no version changes it; an empty one says nothing.
        """
        for versions in self._versions(Centre, where):
            for name, subject in dictionary.HISTORY.items():
                # What links a centre to the programme is its facts: of one that is gone, none does.
                if name == "programme_link" and versions[-1]["ended_at"] is not None:
                    continue
                runs = [list(run) for _, run in groupby(versions, key=lambda row: row[name])]
                yield [
                    run[0]
                    | {
                        "attribute": name,
                        "subject": subject,
                        "value_text": self._named(run[0][name])
                        if name == "town_code"
                        else words.attribute_value(name, run[0][name]),
                        # What is said of a centre itself has no source of its own but the census.
                        "source": words.CENSUS if run[0]["seed_key"] else "",
                        "source_url": "",
                        "ended_at": run[-1]["ended_at"],
                    }
                    for run in runs
                ]

    def _versions(
        self, fact: type[Any], where: Collection[ColumnElement[bool]]
    ) -> Iterator[list[dict[str, Any]]]:
        columns, known_at = fact.__table__.c, self._known_at
        asked = select(fact.entity_id.label("number"), *columns).where(*where)
        if "validation" in columns:
            asked = asked.where(columns.validation == Validation.VALIDATED)
        if known_at is not None:
            asked = asked.where(columns.recorded_at <= known_at)
        found = self._connection.execute(asked.order_by(fact.entity_id, fact.version)).mappings()
        rows = ({**row, "fact": fact.__tablename__, "ended_at": self._end(row)} for row in found)
        for _, versions in groupby(rows, key=lambda row: row["number"]):
            yield list(versions)

    def _end(self, row: Any) -> datetime | None:
        ended: datetime | None = row["superseded_at"]
        late = ended is not None and self._known_at is not None and ended > self._known_at
        return None if late else ended

    def _fates(self, numbers: Collection[int]) -> Fates:
        """Say what is told of versions of headcounts; of what no act has decided, nothing."""
        told: Fates = dict.fromkeys(numbers, Publication.WITHHELD)
        for some in chunks(numbers):
            statement = select(Disclosure.version_id, Disclosure.publication)
            rows = self._connection.execute(statement.where(Disclosure.version_id.in_(some)))
            told |= {row.version_id: row.publication for row in rows}
        return told

    def _named(self, code: str) -> str:
        """Write a commune with its name: a centre may have been in another, now gone."""
        name = self._connection.scalar(select(Town.name).where(Town.code == code))
        return f"{name} ({code})"

    def _said(self, fact: type[Any], row: Row, fates: Fates) -> dict[str, Any]:
        told: dict[str, Any] = {}
        if fact is Enrolment:
            told = {"publication": fates[row["id"]]}
        elif fact is Offering:
            told = {"course": self._titles[row["course_key"]]}
        subject, value = words.FACTS[fact.__tablename__]({**row, **told})
        return {"subject": subject, "value_text": value} | told


class Acts:
    """Who acted at each of some instants of the journal, and why."""

    def __init__(self, connection: Connection, instants: Collection[datetime | None]) -> None:
        names = {row.email: row.name for row in connection.execute(select(Staff.email, Staff.name))}
        asked = select(AuditEvent.at_utc, AuditEvent.actor, AuditEvent.reason)
        self._acts = {
            row.at_utc: (words.author(row.actor, names), row.reason or "")
            for some in chunks({at for at in instants if at is not None})
            for row in connection.execute(asked.where(AuditEvent.at_utc.in_(some)))
        }

    def author(self, at_utc: datetime) -> str:
        """Name who acted, never by an address."""
        return self._acts.get(at_utc, ("", ""))[0]

    def reason(self, row: Row, at_utc: datetime) -> str:
        """Say why a fact changed; that for a grid of headcounts may quote one of a course."""
        return "" if "headcount" in row else self._acts.get(at_utc, ("", ""))[1]


def within(fact: type[Any], scope: Scope) -> list[ColumnElement[bool]]:
    """Keep the facts about the scope's towns; those of no town belong to what they are about."""
    if scope == scope.everywhere:
        return []
    here, code = scope.territory, scope.territory.code
    conditions: Mapping[Level, ColumnElement[bool]] = {
        Level.COUNTRY: Town.code.is_not(None),
        Level.REGION: Department.region_code == code,
        Level.DEPARTMENT: Department.code == code,
        Level.TOWN: func.coalesce(Town.present_code, Town.code) == code,
    }
    towns = (
        select(Town.code)
        .join(Department, Department.code == Town.department_code)
        .where(conditions[here.level])
    )
    if scope.perimeter is not Perimeter.ALL:
        is_site = Town.acv_site.is_not(None)
        towns = towns.where(is_site if scope.perimeter is Perimeter.ACV else ~is_site)
    if fact is Target:
        return [and_(Target.territory == str(here), Target.perimeter == scope.perimeter)]
    if fact is ProgrammeEvent:
        return [fact.id.is_(None)]
    if hasattr(fact, "town_code"):
        return [fact.town_code.in_(towns)]
    centres = select(Centre.entity_id).where(Centre.town_code.in_(towns))
    return [fact.centre_id.in_(centres)]


def located(connection: Connection, rows: Collection[Row]) -> list[Row]:
    """Add to rows the commune that they are about, as it is now, and the name of their place."""
    of_centre = {
        row.entity_id: row.code
        for row in connection.execute(
            select(
                Centre.entity_id.label("entity_id"),
                func.coalesce(Town.present_code, Town.code).label("code"),
            )
            .join(Town, Town.code == Centre.town_code)
            .order_by(Centre.id)
        )
    }
    found = []
    for row in rows:
        number = row["number"] if row["fact"] == Centre.__tablename__ else row.get("centre_id")
        code = of_centre[number] if number else row.get("town_code") or ""
        about = Territory(Level.TOWN, code) if code else Territory.parse(row.get("territory", "fr"))
        found.append((row, about))
    named = places(connection, list({about for _, about in found} | {FRANCE}))
    return [
        {
            **row,
            "town_code": about.code if about.level is Level.TOWN else "",
            "town": named.get(about, named[FRANCE]).name,
        }
        for row, about in found
    ]
