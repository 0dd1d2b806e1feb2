"""initial"""

from alembic import op

from territoires.db.migrations.tables import (
    BASIS,
    BIG,
    CONFIDENCE,
    COUNTED,
    DATE,
    DAY,
    INSTANT,
    NUMBER,
    STAGE_KIND,
    VALIDATION,
    WHOLE,
    YES_NO,
    Facts,
    Table,
    may,
    must,
    one_of,
)
import sqlalchemy as sa

revision = "0001"
down_revision = None

_ROLE = one_of("role", "public", "partner", "entry", "validation", "direction", "administration")
_TABLES = (
    Table(
        "audit_event",
        must("id", BIG),
        must("at_utc", INSTANT),
        must("actor command entity entity_id"),
        must("changes", sa.JSON()),
        must("previous_hash hash"),
        may("reason"),
        key="id",
        unique=("at_utc", "hash"),
    ),
    Table("field", must("slug name status"), may("url"), key="slug", unique=["name"]),
    Table(
        "guidance_service",
        must("slug name scope"),
        may("url"),
        may("confidence", CONFIDENCE),
        key="slug",
    ),
    Table("region", must("code name zone"), must("population population_year", WHOLE), key="code"),
    Table("setting", must("name value"), key="name"),
    Table(
        "source",
        must("id publisher title"),
        may("published_on", DATE),
        must("reliability"),
        may("url"),
        may("accessed_on", DAY),
        key="id",
    ),
    Table(
        "staff",
        must("id", WHOLE),
        must("email name"),
        must("role", _ROLE),
        must("active", YES_NO),
        may("password_hash"),
        must("must_change_password", YES_NO),
        must("failures", WHOLE),
        may("last_failure_at", INSTANT),
        key="id",
        unique=["email"],
    ),
    Table(
        "course",
        must("key title field_slug source_id"),
        may("credential"),
        may("level", WHOLE),
        may("cnam_code rncp_code"),
        may("cpf_eligible", YES_NO),
        may("credits", WHOLE),
        may("confidence", CONFIDENCE),
        key="key",
        to={"field_slug": "field.slug", "source_id": "source.id"},
        indexes=["field_slug"],
    ),
    Table(
        "department",
        must("code name region_code"),
        must("population population_year", WHOLE),
        key="code",
        to={"region_code": "region.code"},
        indexes=["region_code"],
    ),
    Facts(
        "programme_event",
        may("happened_on", DATE),
        must("title source_id"),
        to={"source_id": "source.id"},
        indexes=["source_id"],
    ),
    Table(
        "session",
        must("token_hash"),
        must("staff_id", WHOLE),
        must("created_at expires_at", INSTANT),
        key="token_hash",
        to={"staff_id": "staff.id"},
        indexes=["staff_id"],
    ),
    Table(
        "staff_region",
        must("staff_id", WHOLE),
        must("region_code"),
        key="staff_id region_code",
        to={"region_code": "region.code", "staff_id": "staff.id"},
    ),
    Facts(
        "target",
        must("indicator"),
        must("perimeter", one_of("perimeter", "all", "acv", "non-acv")),
        must("value", WHOLE),
        must("starts_on deadline decided_on", DAY),
        must("source_id territory"),
        to={"source_id": "source.id"},
        checks={"value": "value >= 0"},
        indexes=["source_id"],
    ),
    Table(
        "town",
        must("code name folded department_code"),
        must("population population_year", WHOLE),
        may("latitude longitude", NUMBER),
        may("acv_site acv_site_name"),
        may("acv_signed_on", DAY),
        may("epci_name"),
        key="code",
        to={"department_code": "department.code"},
        indexes=["acv_site", "department_code", "folded"],
    ),
    Facts(
        "centre",
        must("town_code name"),
        may("collectivity wave address regional_centre"),
        must("programme_link", one_of("programmelink", "stated", "unproven")),
        may("note"),
        to={"town_code": "town.code"},
        indexes=["town_code"],
    ),
    Facts(
        "published_figure",
        must("indicator"),
        may("published_on", DATE),
        must("value", NUMBER),
        must(
            "qualifier",
            one_of("qualifier", "exact", "about", "at_least", "considered", "disputed"),
        ),
        must("kind", one_of("figurekind", "observed", "target", "forecast")),
        must("title source_id"),
        may("town_code period"),
        may("starts_on ends_on", DATE),
        to={"source_id": "source.id", "town_code": "town.code"},
        indexes=["indicator", "source_id"],
    ),
    Facts(
        "enrolment",
        must("centre_id", BIG),
        may("course_key"),
        must("academic_year", WHOLE),
        must("counted", COUNTED),
        must("headcount", WHOLE),
        must("counted_on", DAY),
        must("source_id"),
        must("validation", VALIDATION),
        to={"centre_id": "centre.id", "course_key": "course.key", "source_id": "source.id"},
        checks={"headcount": "headcount >= 0"},
    ),
    Facts(
        "offering",
        must("centre_id", BIG),
        must("course_key source_id"),
        may("mode", one_of("mode", "on_site", "hybrid", "distance")),
        may("starts_on ends_on", DATE),
        must("validation", VALIDATION),
        to={"centre_id": "centre.id", "course_key": "course.key", "source_id": "source.id"},
        indexes=["centre_id", "course_key"],
    ),
    Facts(
        "stage",
        must("centre_id", BIG),
        must("kind", STAGE_KIND),
        may("happened_on", DATE),
        must("basis", BASIS),
        must("source_id"),
        must("retained", YES_NO),
        may("confidence", CONFIDENCE),
        may("note"),
        must("validation", VALIDATION),
        to={"centre_id": "centre.id", "source_id": "source.id"},
        indexes=["centre_id", "source_id"],
    ),
)
_SUBJECT = ["centre_id", "academic_year", "counted", "course_key"]


def upgrade() -> None:
    for table in _TABLES:
        table.create()
        if table.name == "enrolment":
            op.create_index("ix_enrolment_subject", "enrolment", _SUBJECT, unique=False)


def downgrade() -> None:
    for table in reversed(_TABLES):
        if table.name == "enrolment":
            op.drop_index("ix_enrolment_subject", "enrolment")
        table.drop()
