"""kept text

Revision ID: 0004
Revises: 0003
Create Date: 2026-11-28 19:23:34.087158

"""

from territoires.db.migrations.tables import INSTANT, WHOLE, Table, must
import sqlalchemy as sa

revision = "0004"
down_revision = "0003"

_KEPT_TEXT = Table(
    "kept_text",
    must("staff_id", WHOLE),
    must("form subject"),
    must("content", sa.JSON()),
    must("kept_at", INSTANT),
    key="staff_id form subject",
    to={"staff_id": "staff.id"},
    indexes=["kept_at"],
)


def upgrade() -> None:
    _KEPT_TEXT.create()


def downgrade() -> None:
    _KEPT_TEXT.drop()
