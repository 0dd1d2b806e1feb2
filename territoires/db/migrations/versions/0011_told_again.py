"""told again

No table changes: what is told of headcounts is decided again, by a rule that whoever knows which
totals count others does not get round (`db.amendments`).

Revision ID: 0011
Revises: 0010
Create Date: 2026-11-28 23:17:20.118206

"""

from typing import Sequence, Union


# revision identifiers, used by Alembic.
revision: str = "0011"
down_revision: Union[str, Sequence[str], None] = "0010"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""


def downgrade() -> None:
    """Downgrade schema."""
