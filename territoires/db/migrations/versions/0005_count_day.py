"""count day"""

from alembic import op

revision = "0005"
down_revision = "0004"

_SUBJECT = ["centre_id", "academic_year", "counted", "course_key"]


def upgrade() -> None:
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.drop_index("ix_enrolment_subject")
        batch_op.create_index(
            "ix_enrolment_subject", [*_SUBJECT, "counted_on", "recorded_at"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.drop_index("ix_enrolment_subject")
        batch_op.create_index("ix_enrolment_subject", [*_SUBJECT, "recorded_at"], unique=False)
