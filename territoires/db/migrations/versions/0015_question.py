"""question

Revision ID: 0015
Revises: 0014
Create Date: 2026-11-29 12:58:00.000000

"""

from territoires.db.migrations.tables import DATE, Facts, may, must, one_of

revision = "0015"
down_revision = "0014"

_QUESTION = Facts(
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


def upgrade() -> None:
    _QUESTION.create()


def downgrade() -> None:
    _QUESTION.drop()
