"""waiting time, identity of an account, signs of life of a session"""

from alembic import op
import sqlalchemy as sa

from territoires.db import types
from territoires.db.migrations.tables import INSTANT, WHOLE, YES_NO, Table, must

revision = "0007"
down_revision = "0006"

_WAITING_TIME = Table(
    "waiting_time",
    must("key"),
    must("failures", WHOLE),
    must("last_at", INSTANT),
    must("known", YES_NO),
    key="key",
    indexes=["last_at"],
)


def upgrade() -> None:
    _WAITING_TIME.create()
    # One statement each and not a batch: a batch makes the table anew, and others point to it.
    op.add_column("staff", sa.Column("password_expires_at", types.UtcDateTime(), nullable=True))
    op.add_column("staff", sa.Column("issuer", sa.String(), nullable=True))
    op.add_column("staff", sa.Column("subject", sa.String(), nullable=True))
    op.drop_column("staff", "failures")
    op.drop_column("staff", "last_failure_at")
    op.create_index("ix_staff_identity", "staff", ["issuer", "subject"], unique=True)
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("browser", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("seen_at", types.UtcDateTime(), nullable=True))
    session = sa.table("session", sa.column("seen_at"), sa.column("created_at"))
    op.execute(sa.update(session).values(seen_at=session.c.created_at))
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.alter_column("seen_at", nullable=False)
        batch_op.alter_column("browser", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.drop_column("seen_at")
        batch_op.drop_column("browser")
    op.drop_index("ix_staff_identity", table_name="staff")
    op.add_column("staff", sa.Column("failures", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("staff", sa.Column("last_failure_at", types.UtcDateTime(), nullable=True))
    op.drop_column("staff", "subject")
    op.drop_column("staff", "issuer")
    op.drop_column("staff", "password_expires_at")
    op.drop_table("waiting_time")
