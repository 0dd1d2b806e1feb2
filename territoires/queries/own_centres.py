"""The centres that somebody answers for: where each one stands, and what it transmitted last."""

from collections.abc import Iterable
from datetime import date

import pandas as pd
from sqlalchemy import Connection, func, select

from territoires.db.models import EnrolmentSummary
from territoires.domain.scope import Scope
from territoires.queries import entry
from territoires.queries.frames import COUNT, columns, table
from territoires.queries.rollout import all_lives

OWN = columns("centre_id town_code town name region_code state academic_year", academic_year=COUNT)


def own_centres(
    connection: Connection, *, as_of: date, regions: Iterable[str] = ()
) -> pd.DataFrame:
    """List the centres of some regions (none named: of France) by town; columns `OWN`.

    `academic_year` is the latest one whose headcounts were transmitted, 0 when none was.
    """
    years = dict(
        connection.execute(
            select(EnrolmentSummary.centre_id, func.max(EnrolmentSummary.academic_year))
            .where(EnrolmentSummary.cells > 0)
            .group_by(EnrolmentSummary.centre_id)
        ).all()
    )
    lives = all_lives(connection, scope=Scope(as_of=as_of))
    states = {life.history.centre_id: life.state(as_of) for life in lives}
    found = entry.centres(connection, regions=regions)
    return table(
        (
            row
            | {
                "state": states[row["centre_id"]],
                "academic_year": years.get(row["centre_id"], 0),
            }
            for row in found.to_dict("records")
        ),
        OWN,
    )
