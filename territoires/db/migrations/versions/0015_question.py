"""question"""

from territoires.db.migrations.tables import DATE, Facts, making, may, must, one_of

revision = "0015"
down_revision = "0014"

upgrade, downgrade = making(
    Facts(
        "question",
        must("town_code"),
        must("asks", one_of("ask", "open", "since")),
        must("asked_on", DATE),
        must("asked_by"),
        may("answered_on", DATE),
        may("note"),
        to={"town_code": "town.code"},
        indexes=["town_code"],
    )
)
