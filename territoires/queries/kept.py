"""What somebody typed in a form and has not saved yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from territoires.db.models import KeptText, Staff


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What a form about `subject` held when it was left; `content` is the form's own affair."""

    form: str
    subject: str
    content: Mapping[str, Any]
    kept_at: datetime


def kept_texts(connection: Connection, *, email: str, form: str = "") -> list[Kept]:
    """List what somebody left in a form, or in all, the latest first."""
    statement = (
        select(KeptText.form, KeptText.subject, KeptText.content, KeptText.kept_at)
        .join(Staff, Staff.id == KeptText.staff_id)
        .where(Staff.email == email)
        .order_by(KeptText.kept_at.desc(), KeptText.form, KeptText.subject)
    )
    if form:
        statement = statement.where(KeptText.form == form)
    return [Kept(**row) for row in connection.execute(statement).mappings()]
