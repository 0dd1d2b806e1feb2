"""proposal

Revision ID: 0002
Revises: 0001
Create Date: 2026-11-23 03:00:25.794135

"""

from territoires.db.migrations.tables import BIG, INSTANT, VALIDATION, Table, may, must
import sqlalchemy as sa

revision = "0002"
down_revision = "0001"

_PROPOSAL = Table(
    "proposal",
    must("id", BIG),
    must("command"),
    must("draft", sa.JSON()),
    must("state", VALIDATION),
    must("author"),
    must("created_at", INSTANT),
    may("town_code decided_by"),
    may("decided_at", INSTANT),
    may("decision"),
    key="id",
    to={"town_code": "town.code"},
    indexes=["author", "state", "town_code"],
)


def upgrade() -> None:
    _PROPOSAL.create()


def downgrade() -> None:
    _PROPOSAL.drop()
