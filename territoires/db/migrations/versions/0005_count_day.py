"""count day

Revision ID: 0005
Revises: 0004
Create Date: 2026-11-28 19:55:12.402118

"""

from typing import Sequence, Union

from alembic import op


# revision identifiers, used by Alembic.
revision: str = "0005"
down_revision: Union[str, Sequence[str], None] = "0004"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

_SUBJECT = ["centre_id", "academic_year", "counted", "course_key"]


def upgrade() -> None:
    """Upgrade schema."""
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.drop_index("ix_enrolment_subject")
        batch_op.create_index(
            "ix_enrolment_subject", [*_SUBJECT, "counted_on", "recorded_at"], unique=False
        )


def downgrade() -> None:
    """Downgrade schema."""
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.drop_index("ix_enrolment_subject")
        batch_op.create_index("ix_enrolment_subject", [*_SUBJECT, "recorded_at"], unique=False)
