"""Every version of everything said about one town: what, from whom, recorded when, replaced by."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, select, true

from territoires.db.models import (
    Announcement,
    AuditEvent,
    Bound,
    Centre,
    Course,
    Disclosure,
    Enrolment,
    EnrolmentSummary,
    Offering,
    PublishedFigure,
    Question,
    Source,
    Staff,
    Stage,
    Town,
    Versioned,
)
from territoires.db.summaries import WHOLE
from territoires.domain.disclosure import Fates, Publication
from territoires.domain.scope import Scope
from territoires.french import dates
from territoires.french import town as words
from territoires.queries.frames import columns, table

HISTORY = columns(
    "subject value_text basis confidence source source_url recorded_at recorded_by replaced_by "
    "replaced_at reason"
)
MOST = 20
Row = Mapping[str, Any]
Said = dict[str, str]


def history(connection: Connection, *, scope: Scope, town: str) -> pd.DataFrame:
    """List every value of every fact about a town, the newest first; columns `HISTORY`.

    Only what was recorded by the scope's instant, and of the headcounts of a year the latest `MOST`
    values of its last days; values, authors and instants are in French. The author is whoever the
    journal names at the instant of the version, never an address.
    """
    known_at = scope.known_at
    centres = sorted(
        set(connection.scalars(select(Centre.entity_id).where(Centre.town_code == town)))
    )
    sources: dict[str | None, tuple[str, str]] = {None: ("", "")} | {
        row.id: (row.publisher, row.url or "")
        for row in connection.execute(select(Source.id, Source.publisher, Source.url))
    }
    titles: dict[str | None, str] = {
        row.key: row.title for row in connection.execute(select(Course.key, Course.title))
    }

    def stage(row: Row) -> Said:
        return {
            "subject": words.stage_subject(row["kind"], is_retained=row["retained"]),
            "value_text": words.stage_value(row["happened_on"], row["note"]),
            "basis": row["basis"],
            "confidence": row["confidence"] or "",
        }

    def announcement(row: Row) -> Said:
        return {
            "subject": words.ANNOUNCEMENT,
            "value_text": words.announcement_value(
                row["announced_for"], row["announced_on"], row["note"]
            ),
            "confidence": row["confidence"] or "",
        }

    def bound(row: Row) -> Said:
        return {
            "subject": words.bound_subject(row["kind"]),
            "value_text": words.bound_value(row["not_before"], row["note"]),
            "basis": row["basis"],
            "confidence": row["confidence"] or "",
        }

    def figure(row: Row) -> Said:
        return {
            "subject": words.figure_subject(row["indicator"]),
            "value_text": words.figure_value(row["value"], row["qualifier"], row["title"]),
        }

    def offering(row: Row) -> Said:
        title = titles[row["course_key"]]
        return {
            "subject": words.OFFERING,
            "value_text": words.offering_value(
                title, row["mode"], row["starts_on"], row["ends_on"]
            ),
        }

    wholes = _latest_wholes(connection, centres, known_at)

    def enrolment(row: Row) -> Said:
        return {
            "subject": words.enrolment_subject(
                row["academic_year"], row["counted"], row["counted_on"]
            ),
            "value_text": words.enrolment_value(row["headcount"], wholes[row["id"]]),
        }

    announced = select(Announcement.entity_id).where(Announcement.town_code == town)
    questions = select(Question.entity_id).where(Question.town_code == town)
    figures = select(PublishedFigure.entity_id).where(PublishedFigure.town_code == town)
    facts: tuple[tuple[type[Any], ColumnElement[bool], Callable[[Row], Said]], ...] = (
        (Stage, Stage.centre_id.in_(centres), stage),
        (Bound, Bound.centre_id.in_(centres), bound),
        (Announcement, Announcement.entity_id.in_(announced), announcement),
        (Question, Question.entity_id.in_(questions), _question),
        (PublishedFigure, PublishedFigure.entity_id.in_(figures), figure),
        (Offering, Offering.centre_id.in_(centres), offering),
        (Enrolment, Enrolment.id.in_(list(wholes)), enrolment),
    )
    found = [
        (list(_versions(connection, fact, where, known_at)), say) for fact, where, say in facts
    ]
    described = [
        [row | {"town_code": _named(connection, row["town_code"])} for row in versions]
        for versions in _versions(connection, Centre, Centre.entity_id.in_(centres), known_at)
    ]
    acts = _Acts(
        connection,
        {
            row[clock]
            for each in (described, *(versions for versions, _ in found))
            for versions in each
            for row in versions
            for clock in ("recorded_at", "superseded_at")
        },
    )
    rows: list[tuple[datetime, dict[str, str]]] = []
    for each, say in found:
        for versions in each:
            said = [
                say(row)
                | dict(zip(("source", "source_url"), sources[row.get("source_id")], strict=True))
                for row in versions
            ]
            rows += _told(versions, said, acts, known_at)
    for versions in described:
        rows += _attributes(versions, acts, known_at)
    rows.sort(key=lambda pair: pair[0], reverse=True)
    return table((row for _, row in rows), HISTORY)


def _question(row: Row) -> Said:
    return {
        "subject": words.QUESTION,
        "value_text": words.question_value(row["asks"], row["asked_on"], row["answered_on"]),
    }


def _named(connection: Connection, code: str) -> str:
    """Write a commune with its name: a centre may have been in another, now gone."""
    name = connection.scalar(select(Town.name).where(Town.code == code))
    return f"{name} ({code})"


def _latest_wholes(
    connection: Connection, centres: Collection[int], known_at: datetime | None
) -> Fates:
    """Say what is told of the latest versions of the totals of centres: some have thousands.

    Of one course nothing is told, not even that it was corrected: beside the total of the centre
    before and after, that would be its number (docs/adr/0008).
    """
    subjects = connection.execute(
        select(
            EnrolmentSummary.centre_id, EnrolmentSummary.academic_year, EnrolmentSummary.counted
        ).where(EnrolmentSummary.centre_id.in_(centres), EnrolmentSummary.field_slug == WHOLE)
    )
    found: Fates = {}
    for centre_id, year, counted in subjects:
        rows = connection.execute(
            select(Enrolment.id, Disclosure.publication)
            .outerjoin(Disclosure, Disclosure.version_id == Enrolment.id)
            .where(
                Enrolment.centre_id == centre_id,
                Enrolment.academic_year == year,
                Enrolment.counted == counted,
                Enrolment.course_key.is_(None),
                Enrolment.recorded_at <= known_at if known_at is not None else true(),
            )
            .order_by(Enrolment.counted_on.desc(), Enrolment.recorded_at.desc())
            .limit(MOST)
        )
        found |= {number: fate or Publication.WITHHELD for number, fate in rows}
    return found


class _Acts:
    """Who acted at each of some instants of the journal, and why."""

    def __init__(self, connection: Connection, instants: Collection[datetime | None]) -> None:
        names = {row.email: row.name for row in connection.execute(select(Staff.email, Staff.name))}
        self._acts = {
            row.at_utc: (words.author(row.actor, names), row.reason or "")
            for row in connection.execute(
                select(AuditEvent.at_utc, AuditEvent.actor, AuditEvent.reason).where(
                    AuditEvent.at_utc.in_([at for at in instants if at is not None])
                )
            )
        }

    def author(self, at_utc: datetime) -> str:
        return self._acts.get(at_utc, ("", ""))[0]

    def reason(self, at_utc: datetime) -> str:
        return self._acts.get(at_utc, ("", ""))[1]


def _versions(
    connection: Connection,
    fact: type[Versioned],
    where: ColumnElement[bool],
    known_at: datetime | None,
) -> Iterator[list[dict[str, Any]]]:
    """Yield the versions of each fact, oldest first, as far as they were known."""
    entity: Any = fact.entity_id
    statement = select(entity.label("entity"), *fact.__table__.c).where(where)  # type: ignore[attr-defined]
    rows = [
        row
        for row in connection.execute(statement.order_by(entity, fact.version)).mappings()
        if known_at is None or row["recorded_at"] <= known_at
    ]
    for _, versions in groupby(rows, key=lambda row: row["entity"]):
        yield [dict(version) for version in versions]


def _told(
    versions: Sequence[Row], said: Sequence[Said], acts: _Acts, known_at: datetime | None
) -> Iterator[tuple[datetime, dict[str, str]]]:
    for place, (row, what) in enumerate(zip(versions, said, strict=True)):
        following = said[place + 1] if place + 1 < len(said) else None
        line = _line(
            what,
            acts,
            recorded_at=row["recorded_at"],
            ended_at=_end(row, known_at),
            following=words.replacement(what, following) if following else "",
        )
        # The reason for a grid of headcounts may quote that of a course; who asks is not told.
        kept = {"headcount": "reason", "asked_by": "recorded_by"}
        yield row["recorded_at"], line | {kept[name]: "" for name in kept if name in row}


def _attributes(
    versions: Sequence[Row], acts: _Acts, known_at: datetime | None
) -> Iterator[tuple[datetime, dict[str, str]]]:
    """Tell each attribute of a centre apart: a value lasts as long as no version changes it."""
    for name, subject in words.ATTRIBUTES.items():
        # What links a centre to the programme is its facts: of one that is gone, nothing does.
        if name == "programme_link" and _end(versions[-1], known_at) is not None:
            continue
        runs = [list(run) for _, run in groupby(versions, key=lambda row: row[name])]
        for place, run in enumerate(runs):
            value = run[0][name]
            if not value:
                continue
            after = runs[place + 1][0] if place + 1 < len(runs) else None
            what = {
                "subject": subject,
                "value_text": words.attribute_value(name, value),
                # What is said of a centre itself has no source of its own but the census.
                "source": words.CENSUS if run[0]["seed_key"] else "",
            }
            yield (
                run[0]["recorded_at"],
                _line(
                    what,
                    acts,
                    recorded_at=run[0]["recorded_at"],
                    ended_at=_end(run[-1], known_at),
                    following=words.attribute_value(name, after[name]) if after else "",
                ),
            )


def _end(row: Row, known_at: datetime | None) -> datetime | None:
    ended: datetime | None = row["superseded_at"]
    return None if ended is None or (known_at is not None and ended > known_at) else ended


def _line(
    what: Said, acts: _Acts, *, recorded_at: datetime, ended_at: datetime | None, following: str
) -> dict[str, str]:
    return (
        dict.fromkeys(HISTORY, "")
        | what
        | {
            "recorded_at": dates.instant(recorded_at),
            "recorded_by": acts.author(recorded_at),
            "replaced_by": (following or words.WITHDRAWN) if ended_at else "",
            "replaced_at": dates.instant(ended_at) if ended_at else "",
            "reason": acts.reason(ended_at) if ended_at else "",
        }
    )
