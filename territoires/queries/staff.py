"""Who may sign in, as what and where; never anything secret."""

from collections import defaultdict
from datetime import datetime

import pandas as pd
from sqlalchemy import Connection, func, select

from territoires.db.models import Region, SignInSession, Staff, StaffRegion
from territoires.domain.roles import IDLE
from territoires.queries.frames import by_name, columns, table

STAFF = columns(
    "email name role regions region_names active with_password must_change_password sessions"
)


def staff(connection: Connection, *, now: datetime) -> pd.DataFrame:
    """List the accounts by name, those switched off last; columns `STAFF`.

    `regions` are codes separated by spaces, `region_names` names separated by commas; `sessions`
    counts those open at `now`.
    """
    codes: dict[int, list[str]] = defaultdict(list)
    names: dict[int, list[str]] = defaultdict(list)
    told = connection.execute(
        select(StaffRegion.staff_id, Region.code, Region.name).join(
            Region, Region.code == StaffRegion.region_code
        )
    )
    for number, code, name in by_name(told, "name"):
        codes[number].append(code)
        names[number].append(name)
    sessions = dict(
        connection.execute(
            select(SignInSession.staff_id, func.count())
            .where(SignInSession.expires_at > now, SignInSession.seen_at > now - IDLE)
            .group_by(SignInSession.staff_id)
        ).all()
    )
    rows = connection.execute(
        select(
            Staff.id,
            Staff.email,
            Staff.name,
            Staff.role,
            Staff.active,
            Staff.password_hash.is_not(None).label("with_password"),
            Staff.must_change_password,
        )
    )
    return table(
        (
            row._asdict()
            | {
                "role": row.role.value,
                "regions": " ".join(codes[row.id]),
                "region_names": ", ".join(names[row.id]),
                "sessions": sessions.get(row.id, 0),
            }
            for row in sorted(by_name(rows, "name", "email"), key=lambda row: not row.active)
        ),
        STAFF,
    )
