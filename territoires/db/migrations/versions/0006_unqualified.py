"""unqualified

Revision ID: 0006
Revises: 0005
Create Date: 2026-11-28 20:05:31.227304

"""

from alembic import op
import sqlalchemy as sa

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
    # Versions point to versions of the same table, which cannot be made again under them. This is
    # SQLite's own way of lifting a NOT NULL: https://www.sqlite.org/lang_altertable.html#otheralter
    bind = op.get_bind()
    schema = sa.table("sqlite_master", sa.column("name"), sa.column("sql"))
    number = bind.exec_driver_sql("PRAGMA schema_version").scalar_one()
    bind.exec_driver_sql("PRAGMA writable_schema = ON")
    bind.execute(
        sa.update(schema)
        .where(schema.c.name == "published_figure")
        .values(sql=sa.func.replace(schema.c.sql, before, after))
    )
    bind.exec_driver_sql(f"PRAGMA schema_version = {number + 1}")
    bind.exec_driver_sql("PRAGMA writable_schema = OFF")
