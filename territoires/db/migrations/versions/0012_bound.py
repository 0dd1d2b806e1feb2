"""bound

Revision ID: 0012
Revises: 0011
Create Date: 2026-11-29 08:05:12.402311

"""

from territoires.db.migrations.tables import BIG, DATE, VALIDATION, Facts, may, must, one_of

revision = "0012"
down_revision = "0011"

_BOUND = Facts(
    "bound",
    must("centre_id", BIG),
    must(
        "kind",
        one_of(
            "stagekind",
            *("application", "selected", "agreement", "opened"),
            *("inaugurated", "suspended", "closed", "abandoned"),
        ),
    ),
    must("not_before", DATE),
    must("basis", one_of("basis", "stated", "upper_bound", "inferred")),
    must("source_id"),
    may("confidence", one_of("confidence", "high", "medium", "low")),
    may("note"),
    must("validation", VALIDATION),
    to={"centre_id": "centre.id", "source_id": "source.id"},
    indexes=["centre_id", "source_id"],
)


def upgrade() -> None:
    _BOUND.create()


def downgrade() -> None:
    _BOUND.drop()
