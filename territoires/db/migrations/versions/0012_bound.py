"""bound"""

from territoires.db.migrations.tables import (
    BASIS,
    BIG,
    CONFIDENCE,
    DATE,
    STAGE_KIND,
    VALIDATION,
    Facts,
    making,
    may,
    must,
)

revision = "0012"
down_revision = "0011"

upgrade, downgrade = making(
    Facts(
        "bound",
        must("centre_id", BIG),
        must("kind", STAGE_KIND),
        must("not_before", DATE),
        must("basis", BASIS),
        must("source_id"),
        may("confidence", CONFIDENCE),
        may("note"),
        must("validation", VALIDATION),
        to={"centre_id": "centre.id", "source_id": "source.id"},
        indexes=["centre_id", "source_id"],
    )
)
