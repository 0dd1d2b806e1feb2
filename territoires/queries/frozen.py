"""Views that were frozen: what is kept of each, and what has changed around them since."""

from typing import Any, Final

from sqlalchemy import Connection, Select, select

from territoires.db.models import (
    AuditEvent,
    Course,
    Department,
    Field,
    FormerTown,
    FrozenFile,
    FrozenView,
    GuidanceService,
    Region,
    Source,
    Staff,
    Town,
)
from territoires.domain.frozen import Frozen, Since, digest_of

# What figures rest on and no clock tells: of these, nobody can read what they said before.
_LISTS: Final = frozenset(
    str(table.__tablename__)
    for table in (Region, Department, Town, FormerTown, Source, Field, Course, GuidanceService)
)


_ALL: Final[Select[*tuple[Any, ...]]] = (
    select(FrozenView.__table__, Staff.name, Staff.role)
    .select_from(FrozenView)
    .outerjoin(Staff, Staff.email == FrozenView.frozen_by)
)


def frozen_view(connection: Connection, *, short: str) -> Frozen | None:
    """Find a view by its short address, withdrawn or not."""
    row = connection.execute(_ALL.where(FrozenView.short == short)).first()
    return None if row is None else Frozen(**row._asdict())


def frozen_views(connection: Connection, *, limit: int) -> list[Frozen]:
    """List the views, the latest first, withdrawn ones included."""
    rows = connection.execute(_ALL.order_by(FrozenView.id.desc()).limit(limit))
    return [Frozen(**row._asdict()) for row in rows]


def frozen_files(connection: Connection, *, view_id: int) -> dict[str, str]:
    """Give the rows of a view, by the name of their export."""
    rows = connection.execute(
        select(FrozenFile.name, FrozenFile.rows).where(FrozenFile.view_id == view_id)
    )
    return {row.name: row.rows for row in rows}


def since(connection: Connection, *, view: Frozen) -> Since:
    """Tell what has changed around a view since it was frozen."""
    known = connection.scalar(select(AuditEvent.hash).where(AuditEvent.id == view.edition))
    lists: dict[str, Any] = {}
    acts = connection.execute(
        select(AuditEvent.at_utc, AuditEvent.fingerprint)
        .where(AuditEvent.id > view.edition, AuditEvent.fingerprint.is_not(None))
        .order_by(AuditEvent.id)
    )
    for act in acts:
        lists |= dict.fromkeys(_LISTS & act.fingerprint.keys(), act.at_utc)
    return Since(lists=lists, has_lost_act=known != view.seal)


def unlike_what_was_frozen(connection: Connection) -> list[str]:
    """Name the views of which the rows are not those that the journal has the digest of."""
    views = connection.execute(select(FrozenView.id, FrozenView.short, FrozenView.digest)).all()
    return [
        view.short
        for view in views
        if digest_of(frozen_files(connection, view_id=view.id)) != view.digest
    ]
