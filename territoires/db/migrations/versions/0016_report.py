"""report"""

from territoires.db.migrations.tables import (
    BIG,
    DATE,
    DAY,
    INSTANT,
    WHOLE,
    YES_NO,
    Table,
    making,
    may,
    must,
    one_of,
)

revision = "0016"
down_revision = "0015"

upgrade, downgrade = making(
    Table(
        "report_decision",
        must("id", BIG),
        must("verdict", one_of("verdict", "accepted", "answered", "refused", "merged")),
        must("decided_at", INSTANT),
        must("decided_by"),
        must("reports", WHOLE),
        must("digest answer"),
        may("into_number"),
        key="id",
    ),
    Table(
        "report",
        must("id", BIG),
        must("year number", WHOLE),
        must("token_hash"),
        must("sent_at", INSTANT),
        must("town_code"),
        must(
            "what",
            one_of("reportkind", "opened", "not_open", "closed", "correction", "figures", "other"),
        ),
        may("happened_on", DATE),
        must("first_hand", YES_NO),
        must("cited function message email salt digest"),
        must("to_sort", YES_NO),
        may("erased_at", INSTANT),
        may("decision_id", BIG),
        key="id",
        to={"town_code": "town.code", "decision_id": "report_decision.id"},
        unique=("year number", "token_hash"),
        indexes=["decision_id", "sent_at", "town_code"],
    ),
    Table("daily_salt", must("day", DAY), must("salt"), key="day"),
)
