"""frozen view"""

from territoires.db.migrations.tables import BIG, INSTANT, Table, making, may, must

revision = "0017"
down_revision = "0016"

upgrade, downgrade = making(
    Table(
        "frozen_view",
        must("id", BIG),
        must("short page view label"),
        must("edition", BIG),
        must("seal program digest"),
        must("frozen_at", INSTANT),
        must("frozen_by reason"),
        may("withdrawn_at", INSTANT),
        may("withdrawn_by withdrawal"),
        key="id",
        unique=("short",),
    ),
    Table(
        "frozen_file",
        must("view_id", BIG),
        must("name rows"),
        key="view_id name",
        to={"view_id": "frozen_view.id"},
    ),
)
