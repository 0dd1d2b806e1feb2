"""The facts that a feed tells, each since when, as it is now, and what it said before."""

from sqlalchemy import Connection, select

from territoires.db.models import Enrolment
from territoires.domain.disclosure import Publication
from territoires.domain.scope import Scope
from territoires.french.town import replacement
from territoires.queries.facts import Row
from territoires.queries.telling import TOLD, Acts, Telling, located, within

MOST = 100


def news(connection: Connection, *, scope: Scope, rows: int = MOST) -> list[Row]:
    """List the facts of the scope as they are known, the last changed first.

    Each is a row of `telling`, with its town; `fact` and `number` name it whatever its version;
    `first_at` is the instant of its first version, `recorded_at` that of the one in force;
    `before` and `reason` say what it corrected, empty for a first version. Of headcounts, the
    totals of centres that are published.
    """
    telling = Telling(connection)
    told: list[Row] = []
    for fact in TOLD:
        latest = select(fact.entity_id).where(fact.superseded_at.is_(None), *within(fact, scope))
        if fact is Enrolment:
            latest = latest.where(Enrolment.course_key.is_(None))
        latest = latest.order_by(fact.recorded_at.desc(), fact.id.desc()).limit(rows)
        for *earlier, row in telling.told(fact, fact.entity_id.in_(latest)):
            if row.get("publication", Publication.SHOWN) is Publication.SHOWN:
                first = earlier[0] if earlier else row
                before = earlier[-1] if earlier else None
                told.append(
                    {
                        **row,
                        "first_at": first["recorded_at"],
                        "before": before["value_text"] if before else "",
                        "after": replacement(before, row) if before else "",
                    }
                )
    told.sort(key=lambda row: (row["recorded_at"], row["fact"], row["number"]), reverse=True)
    last = located(connection, told[:rows])
    acts = Acts(connection, {row["recorded_at"] for row in last if row["before"]})
    return [{**row, "reason": acts.reason(row, row["recorded_at"])} for row in last]
