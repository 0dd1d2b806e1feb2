"""former town"""

from alembic import op
import sqlalchemy as sa

from territoires.db.migrations.tables import Table, must, one_of

revision = "0008"
down_revision = "0007"

_FORMER_TOWN = Table(
    "former_town",
    must("code present_code name"),
    must(
        "kind",
        one_of("formerkind", "former", "delegated", "associated", "municipal_district"),
    ),
    key="code present_code",
    to={"present_code": "town.code"},
)


def upgrade() -> None:
    _FORMER_TOWN.create()
    # Not in batch mode: SQLite would make the table anew under those that point to it.
    op.add_column("town", sa.Column("present_code", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("town", "present_code")
    _FORMER_TOWN.drop()
