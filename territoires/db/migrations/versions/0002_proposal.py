"""proposal"""

from territoires.db.migrations.tables import BIG, INSTANT, VALIDATION, Table, making, may, must
import sqlalchemy as sa

revision = "0002"
down_revision = "0001"

upgrade, downgrade = making(
    Table(
        "proposal",
        must("id", BIG),
        must("command"),
        must("draft", sa.JSON()),
        must("state", VALIDATION),
        must("author"),
        must("created_at", INSTANT),
        may("town_code decided_by"),
        may("decided_at", INSTANT),
        may("decision"),
        key="id",
        to={"town_code": "town.code"},
        indexes=["author", "state", "town_code"],
    )
)
