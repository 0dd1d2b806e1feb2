"""told again

No table changes: what is told of headcounts is decided again, by a rule that whoever knows which
totals count others does not get round (`db.amendments`).

Revision ID: 0011
Revises: 0010
Create Date: 2026-11-28 23:17:20.118206

"""

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
