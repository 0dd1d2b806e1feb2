"""disclosure"""

from alembic import op
import sqlalchemy as sa

from territoires.db.migrations.tables import BIG, INSTANT, Table, must, one_of

revision = "0010"
down_revision = "0009"

_DISCLOSURE = Table(
    "disclosure",
    must("version_id", BIG),
    must("decided_at", INSTANT),
    must("publication", one_of("publication", "shown", "small", "withheld", "kept", "absent")),
    key="version_id decided_at",
    to={"version_id": "enrolment.id"},
)


def upgrade() -> None:
    _DISCLOSURE.create()
    # The sums are made again with the decisions, once the tables are those of the code.
    op.execute("DELETE FROM enrolment_summary")
    with op.batch_alter_table("enrolment_summary", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kept", sa.Integer(), nullable=False))
        batch_op.create_check_constraint(op.f("ck_enrolment_summary_kept"), "hidden >= kept")


def downgrade() -> None:
    with op.batch_alter_table("enrolment_summary", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_enrolment_summary_kept"), type_="check")
        batch_op.drop_column("kept")
    _DISCLOSURE.drop()
