"""announcement"""

from territoires.db.migrations.tables import (
    CONFIDENCE,
    DATE,
    VALIDATION,
    Facts,
    making,
    may,
    must,
)

revision = "0014"
down_revision = "0013"

upgrade, downgrade = making(
    Facts(
        "announcement",
        must("town_code"),
        must("announced_for announced_on", DATE),
        must("source_id"),
        may("confidence", CONFIDENCE),
        may("note"),
        must("validation", VALIDATION),
        to={"source_id": "source.id", "town_code": "town.code"},
        indexes=["source_id", "town_code"],
    )
)
