"""disclosure

Revision ID: 0010
Revises: 0009
Create Date: 2026-11-28 20:05:41.274511

"""

from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa

from territoires.db import types


# revision identifiers, used by Alembic.
revision: str = "0010"
down_revision: Union[str, Sequence[str], None] = "0009"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    op.create_table(
        "disclosure",
        sa.Column(
            "version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("decided_at", types.UtcDateTime(), nullable=False),
        sa.Column(
            "publication",
            sa.Enum(
                "shown",
                "small",
                "withheld",
                "kept",
                "absent",
                name="publication",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["enrolment.id"], name=op.f("fk_disclosure_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", "decided_at", name=op.f("pk_disclosure")),
    )
    # The sums are made again with the decisions, once the tables are those of the code.
    op.execute("DELETE FROM enrolment_summary")
    with op.batch_alter_table("enrolment_summary", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kept", sa.Integer(), nullable=False))
        batch_op.create_check_constraint(op.f("ck_enrolment_summary_kept"), "hidden >= kept")


def downgrade() -> None:
    """Downgrade schema."""
    with op.batch_alter_table("enrolment_summary", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_enrolment_summary_kept"), type_="check")
        batch_op.drop_column("kept")

    op.drop_table("disclosure")
