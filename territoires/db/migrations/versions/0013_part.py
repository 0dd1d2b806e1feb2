"""part"""

from alembic import op
import sqlalchemy as sa

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    # Not in batch mode: SQLite would make the table anew under those that point to it.
    op.add_column("published_figure", sa.Column("part", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("published_figure", "part")
