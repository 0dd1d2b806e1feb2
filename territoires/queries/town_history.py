"""Every version of everything said about one town: what, from whom, recorded when, replaced by."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Select, select, true

from territoires.db.models import (
    Announcement,
    Bound,
    Centre,
    Enrolment,
    EnrolmentSummary,
    Offering,
    PublishedFigure,
    Question,
    Stage,
)
from territoires.db.summaries import WHOLE
from territoires.domain.scope import Scope
from territoires.french import dates
from territoires.french import town as words
from territoires.queries.facts import Row
from territoires.queries.frames import columns, table
from territoires.queries.telling import Acts, Telling

HISTORY = columns(
    "subject value_text basis confidence source source_url recorded_at recorded_by replaced_by "
    "replaced_at reason"
)
MOST = 20


def history(connection: Connection, *, scope: Scope, town: str) -> pd.DataFrame:
    """List every value of every fact about a town, the newest first; columns `HISTORY`.

    Only what was recorded by the scope's instant, and of the headcounts of a year the latest `MOST`
    values of its last days; values, authors and instants are in French. The author is whoever the
    journal names at the instant of the version, never an address.
    """
    known_at = scope.known_at
    centres = select(Centre.entity_id).where(Centre.town_code == town)
    telling = Telling(connection, known_at)
    facts: tuple[tuple[type[Any], ColumnElement[bool]], ...] = (
        *((fact, fact.centre_id.in_(centres)) for fact in (Stage, Bound, Offering)),
        *((fact, _about(fact, town)) for fact in (Announcement, Question, PublishedFigure)),
        (Enrolment, Enrolment.id.in_(_latest_wholes(connection, centres, known_at))),
    )
    found = [versions for fact, where in facts for versions in telling.told(fact, where)]
    found += telling.attributes(Centre.entity_id.in_(centres))
    every = [row for versions in found for row in versions]
    acts = Acts(connection, {row[c] for row in every for c in ("recorded_at", "superseded_at")})
    rows = [row for versions in found for row in _told(versions, acts)]
    rows.sort(key=lambda pair: pair[0], reverse=True)
    return table((row for _, row in rows), HISTORY)


def _about(fact: Any, town: str) -> ColumnElement[bool]:
    """Keep every version of the facts that were ever about a town."""
    numbers: ColumnElement[bool] = fact.entity_id.in_(
        select(fact.entity_id).where(fact.town_code == town)
    )
    return numbers


def _latest_wholes(
    connection: Connection, centres: Select[Any], known_at: datetime | None
) -> list[int]:
    """Give the latest versions of the totals of centres: some have thousands.

    Of one course nothing is told, not even that it was corrected: beside the total of the centre
    before and after, that would be its number (docs/adr/0008).
    """
    subjects = connection.execute(
        select(
            EnrolmentSummary.centre_id, EnrolmentSummary.academic_year, EnrolmentSummary.counted
        ).where(EnrolmentSummary.centre_id.in_(centres), EnrolmentSummary.field_slug == WHOLE)
    )
    return [
        number
        for centre_id, year, counted in subjects.all()
        for number in connection.scalars(
            select(Enrolment.id)
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
    ]


def _told(versions: Sequence[Row], acts: Acts) -> Iterator[tuple[datetime, dict[str, str]]]:
    for place, row in enumerate(versions):
        if not row["value_text"]:
            continue
        after = versions[place + 1] if place + 1 < len(versions) else None
        following = words.replacement(row, after) if after else ""
        began, ended = row["recorded_at"], row["ended_at"]
        line = {name: row.get(name) or "" for name in HISTORY} | {
            "recorded_at": dates.instant(began),
            "recorded_by": acts.author(began),
            "replaced_by": (following or words.WITHDRAWN) if ended else "",
            "replaced_at": dates.instant(ended) if ended else "",
            "reason": acts.reason(row, ended) if ended else "",
        }
        # Who asks is not told.
        yield began, line | ({"recorded_by": ""} if "asked_by" in row else {})
