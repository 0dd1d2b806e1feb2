"""fingerprints and the machine's clock in the journal"""

from alembic import op
import sqlalchemy as sa

from territoires.db import types

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("audit_event", sa.Column("fingerprint", sa.JSON(none_as_null=True)))
    op.add_column("audit_event", sa.Column("machine_at", types.UtcDateTime()))


def downgrade() -> None:
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.drop_column("machine_at")
        batch_op.drop_column("fingerprint")
