"""What is typed and not saved yet, kept for whoever typed it: no act, and never in the journal."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import orjson
from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from territoires.commands.accounts import noting
from territoires.commands.write import normal_email
from territoires.db.models import KeptText, Staff

LIFETIME: Final = timedelta(days=30)
LARGEST: Final = 200_000  # bytes: no form that could be saved is as long
MOST: Final = 200  # forms under way of one account

_INSERTS: Final[Mapping[str, Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def keep(  # noqa: PLR0913 - whose, of which form, what and when
    url: str, email: str, *, form: str, subject: str, content: Mapping[str, Any], now: datetime
) -> bool:
    """Keep what a form holds in place of what it held; False for more than a form can say.

    What nobody came back to for `LIFETIME` goes, and the oldest beyond `MOST`.
    """
    if len(orjson.dumps(content)) > LARGEST:
        return False
    now = now.astimezone(UTC)
    with noting(url, in_turn=False) as connection:
        staff_id = _account(connection, email)
        if staff_id is None:
            return False
        values = {"content": dict(content), "kept_at": now}
        key = {"staff_id": staff_id, "form": form, "subject": subject}
        statement = _INSERTS[connection.dialect.name](KeptText).values(**key, **values)
        connection.execute(statement.on_conflict_do_update(index_elements=[*key], set_=values))
        connection.execute(delete(KeptText).where(KeptText.kept_at < now - LIFETIME))
        mine = select(KeptText.form, KeptText.subject).where(KeptText.staff_id == staff_id)
        for old in connection.execute(mine.order_by(KeptText.kept_at.desc()).offset(MOST)).all():
            _forget(connection, staff_id, form=old.form, subject=old.subject)
    return True


def erase(url: str, email: str, *, form: str, subject: str) -> None:
    """Forget what a form held: it was saved, or thrown away."""
    with noting(url, in_turn=False) as connection:
        staff_id = _account(connection, email)
        if staff_id is not None:
            _forget(connection, staff_id, form=form, subject=subject)


def _account(connection: Connection, email: str) -> int | None:
    return connection.scalar(
        select(Staff.id).where(Staff.email == normal_email(email), Staff.active)
    )


def _forget(connection: Connection, staff_id: int, *, form: str, subject: str) -> None:
    connection.execute(
        delete(KeptText).where(
            KeptText.staff_id == staff_id, KeptText.form == form, KeptText.subject == subject
        )
    )
