"""unqualified"""

from alembic import op

from territoires.db.migrations.words import rewrite

revision = "0006"
down_revision = "0005"

_REQUIRED, _FREE = "qualifier VARCHAR(10) NOT NULL", "qualifier VARCHAR(10)"


def upgrade() -> None:
    _turn(_REQUIRED, _FREE, nullable=True)


def downgrade() -> None:
    op.execute("UPDATE published_figure SET qualifier = 'exact' WHERE qualifier IS NULL")
    _turn(_FREE, _REQUIRED, nullable=False)


def _turn(before: str, after: str, *, nullable: bool) -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column("published_figure", "qualifier", nullable=nullable)
        return
    rewrite("published_figure", before, after)
