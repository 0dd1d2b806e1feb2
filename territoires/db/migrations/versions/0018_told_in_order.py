"""told in order

No table changes: what is told of headcounts is decided again, by a rule whose answer no longer
depends on the process that is asked (`db.amendments`).

Revision ID: 0018
Revises: 0017
Create Date: 2026-11-29 21:30:00.000000

"""

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
