"""enrolment summary"""

from typing import Any

from alembic import op
import sqlalchemy as sa

from territoires.db.migrations.tables import BIG, COUNTED, DAY, WHOLE, Table, may, must
from territoires.db.summaries import rebuild

revision = "0003"
down_revision = "0002"

_SUMMARY = Table(
    "enrolment_summary",
    must("academic_year", WHOLE),
    must("centre_id", BIG),
    must("counted", COUNTED),
    must("field_slug"),
    must("headcount cells published hidden", WHOLE),
    may("counted_on", DAY),
    key="academic_year centre_id counted field_slug",
    to={"centre_id": "centre.id"},
    checks={"hidden": "cells >= hidden"},
    indexes=["centre_id"],
)
_SUBJECT = ["centre_id", "academic_year", "counted", "course_key"]
_IN_FORCE: dict[str, Any] = {
    f"{engine}_where": sa.column("superseded_at").is_(None) for engine in ("sqlite", "postgresql")
}


def upgrade() -> None:
    _SUMMARY.create()
    op.drop_index("ix_enrolment_subject", "enrolment")
    op.create_index("ix_enrolment_subject", "enrolment", [*_SUBJECT, "recorded_at"], unique=False)
    op.create_index(
        "ix_enrolment_current",
        "enrolment",
        ["academic_year", "centre_id"],
        unique=False,
        **_IN_FORCE,
    )
    # Rows that were there before; a new database has none.
    rows = sa.table("enrolment", sa.column("id"))
    if op.get_bind().scalar(sa.select(rows.c.id).limit(1)) is not None:
        rebuild(op.get_bind())


def downgrade() -> None:
    op.drop_index("ix_enrolment_current", "enrolment", **_IN_FORCE)
    op.drop_index("ix_enrolment_subject", "enrolment")
    op.create_index("ix_enrolment_subject", "enrolment", _SUBJECT, unique=False)
    _SUMMARY.drop()
