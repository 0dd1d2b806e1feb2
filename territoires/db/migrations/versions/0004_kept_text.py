"""kept text"""

from territoires.db.migrations.tables import INSTANT, WHOLE, Table, making, must
import sqlalchemy as sa

revision = "0004"
down_revision = "0003"

upgrade, downgrade = making(
    Table(
        "kept_text",
        must("staff_id", WHOLE),
        must("form subject"),
        must("content", sa.JSON()),
        must("kept_at", INSTANT),
        key="staff_id form subject",
        to={"staff_id": "staff.id"},
        indexes=["kept_at"],
    )
)
