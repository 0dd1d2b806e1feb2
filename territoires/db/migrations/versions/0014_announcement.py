"""announcement

Revision ID: 0014
Revises: 0013
Create Date: 2026-11-29 09:22:05.118223

"""

from territoires.db.migrations.tables import DATE, VALIDATION, Facts, may, must, one_of

revision = "0014"
down_revision = "0013"

_ANNOUNCEMENT = Facts(
    "announcement",
    must("town_code"),
    must("announced_for announced_on", DATE),
    must("source_id"),
    may("confidence", one_of("confidence", "high", "medium", "low")),
    may("note"),
    must("validation", VALIDATION),
    to={"source_id": "source.id", "town_code": "town.code"},
    indexes=["source_id", "town_code"],
)


def upgrade() -> None:
    _ANNOUNCEMENT.create()


def downgrade() -> None:
    _ANNOUNCEMENT.drop()
