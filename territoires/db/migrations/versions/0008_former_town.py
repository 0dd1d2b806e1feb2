"""former town

Revision ID: 0008
Revises: 0007
Create Date: 2026-11-28 20:26:48.113274

"""

from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = "0008"
down_revision: Union[str, Sequence[str], None] = "0007"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    op.create_table(
        "former_town",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("present_code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "former",
                "delegated",
                "associated",
                "municipal_district",
                name="formerkind",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["present_code"], ["town.code"], name=op.f("fk_former_town_present_code")
        ),
        sa.PrimaryKeyConstraint("code", "present_code", name=op.f("pk_former_town")),
    )
    # Not in batch mode: SQLite would make the table anew under those that point to it.
    op.add_column("town", sa.Column("present_code", sa.String(), nullable=True))


def downgrade() -> None:
    """Downgrade schema."""
    op.drop_column("town", "present_code")
    op.drop_table("former_town")
