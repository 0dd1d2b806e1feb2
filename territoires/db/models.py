"""The schema: one class per table, nothing but columns and constraints.

Facts are versioned: a row says what was known from `recorded_at` until `superseded_at` (NULL: until
further notice). The first version of a fact has no `origin_id`; the later ones point to it, so that
`entity_id` names the fact whatever its version, and foreign keys always point to a first version.
"""

import enum
import re
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    UniqueConstraint,
    column,
    func,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, declared_attr, mapped_column
from sqlalchemy.sql import ColumnElement

from territoires.db.types import WORDS, PartialDateType, UtcDateTime
from territoires.domain.dates import PartialDate
from territoires.domain.disclosure import Publication
from territoires.domain.programme import (
    Ask,
    Basis,
    Confidence,
    Counted,
    FigureKind,
    FormerKind,
    Mode,
    ProgrammeLink,
    Qualifier,
    StageKind,
    Validation,
)
from territoires.domain.reports import ReportKind, Verdict
from territoires.domain.roles import Role
from territoires.domain.scope import Perimeter

# The `info` of what no act answers for: sessions, waiting times, what is typed and not saved, sums
# and what is told of them, and the journal itself, which has its seals. All the rest is in its
# fingerprints.
UNJOURNALLED = {"unjournalled": True}
# SQLite numbers only INTEGER keys by itself; PostgreSQL gets the room of a BIGINT.
BigKey = BigInteger().with_variant(Integer, "sqlite")


class Base(MappedAsDataclass, DeclarativeBase, kw_only=True):
    """Every table: how Python's types are stored, and names of constraints, for migrations."""

    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own attribute
        PartialDate: PartialDateType,
        datetime: UtcDateTime,
        enum.Enum: WORDS,
    }
    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "ix": "ix_%(table_name)s_%(column_0_name)s",
        }
    )

    @declared_attr.directive
    def __tablename__(cls) -> str:  # noqa: N805 - a declared attribute is on the class
        """Name a table as its class: `FormerTown` is `former_town`."""
        return re.sub(r"(?<!^)[A-Z]", r"_\g<0>", cls.__name__).lower()


class Unjournalled(MappedAsDataclass, kw_only=True):
    """What no act answers for: see `UNJOURNALLED`."""

    __table_args__ = {"info": UNJOURNALLED}  # noqa: RUF012 - SQLAlchemy's own attribute


def known_so_far() -> Any:
    """Make the column of a date that may be known in part, or not at all."""
    return mapped_column(nullable=True, default_factory=PartialDate)


class Region(Base):
    """A region, by its INSEE code."""

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    zone: Mapped[str]
    population: Mapped[int]
    population_year: Mapped[int]


class Department(Base):
    """A department, by its INSEE code."""

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"), index=True)
    population: Mapped[int]
    population_year: Mapped[int]


class Town(Base):
    """A commune; `acv_site` is set for those of the 222 sites of March 2018.

    `folded` is the name without case, accents or hyphens, for searching. `present_code` is set once
    a later list of communes no longer has this one: what was recorded there is now of that one.
    """

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    folded: Mapped[str] = mapped_column(index=True)
    department_code: Mapped[str] = mapped_column(ForeignKey("department.code"), index=True)
    population: Mapped[int]
    population_year: Mapped[int]
    latitude: Mapped[float | None] = mapped_column(default=None)
    longitude: Mapped[float | None] = mapped_column(default=None)
    acv_site: Mapped[str | None] = mapped_column(index=True, default=None)
    acv_site_name: Mapped[str | None] = mapped_column(default=None)
    acv_signed_on: Mapped[date | None] = mapped_column(default=None)
    epci_name: Mapped[str | None] = mapped_column(default=None)
    present_code: Mapped[str | None] = mapped_column(default=None)


class FormerTown(Base):
    """A code that is no commune's, and the one that holds it now: several if it was split."""

    code: Mapped[str] = mapped_column(primary_key=True)
    present_code: Mapped[str] = mapped_column(ForeignKey("town.code"), primary_key=True)
    name: Mapped[str]
    kind: Mapped[FormerKind]


class Source(Base):
    """Where a figure comes from."""

    id: Mapped[str] = mapped_column(primary_key=True)
    publisher: Mapped[str]
    title: Mapped[str]
    reliability: Mapped[str]
    published_on: Mapped[PartialDate] = known_so_far()
    url: Mapped[str | None] = mapped_column(default=None)
    accessed_on: Mapped[date | None] = mapped_column(default=None)


class Field(Base):
    """A family of courses; `status` says whether the programme named it."""

    slug: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    status: Mapped[str]
    url: Mapped[str | None] = mapped_column(default=None)


class Course(Base):
    """A course under a key of ours; the Cnam's own code is an attribute, often unknown."""

    key: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    field_slug: Mapped[str] = mapped_column(ForeignKey("field.slug"), index=True)
    source_id: Mapped[str] = mapped_column(ForeignKey("source.id"))
    credential: Mapped[str | None] = mapped_column(default=None)
    level: Mapped[int | None] = mapped_column(default=None)
    cnam_code: Mapped[str | None] = mapped_column(default=None)
    rncp_code: Mapped[str | None] = mapped_column(default=None)
    cpf_eligible: Mapped[bool | None] = mapped_column(default=None)
    credits: Mapped[int | None] = mapped_column(default=None)
    confidence: Mapped[Confidence | None] = mapped_column(default=None)


class GuidanceService(Base):
    """A service that centres give beside courses."""

    slug: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    scope: Mapped[str]
    url: Mapped[str | None] = mapped_column(default=None)
    confidence: Mapped[Confidence | None] = mapped_column(default=None)


def versioned(*constraints: Any) -> tuple[Any, ...]:
    """Add to a table's own constraints those of every fact."""
    return (
        UniqueConstraint("origin_id", "version"),
        CheckConstraint("superseded_at IS NULL OR superseded_at > recorded_at", name="clock"),
        CheckConstraint("(origin_id IS NULL) = (version = 1)", name="first_version"),
        *constraints,
    )


class Versioned(MappedAsDataclass, kw_only=True):
    """The columns that make a row one version of a fact.

    `version` counts from 1 within a fact: two corrections of the same version collide on it.
    `seed_key` names a seeded fact, so that seeding again finds it whatever became of it.
    """

    id: Mapped[int] = mapped_column(BigKey, primary_key=True, init=False)
    version: Mapped[int] = mapped_column(default=1)
    recorded_at: Mapped[datetime] = mapped_column(index=True)
    superseded_at: Mapped[datetime | None] = mapped_column(default=None)
    seed_key: Mapped[str | None] = mapped_column(unique=True, default=None)

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805 - a declared attribute is on the class
        """Hold every fact to the same; a table with more constraints says `versioned` itself."""
        return versioned()

    @declared_attr
    def origin_id(cls) -> Mapped[int | None]:  # noqa: N805 - a declared attribute is on the class
        """Point to the first version; NULL on the first version itself."""
        return mapped_column(
            BigKey,
            ForeignKey(f"{cls.__tablename__}.id"),  # type: ignore[attr-defined]
            default=None,
        )

    @hybrid_property
    def entity_id(self) -> int:
        """The number of the fact, whatever its version."""
        return self.origin_id or self.id

    @entity_id.inplace.expression
    @classmethod
    def _entity_id(cls) -> ColumnElement[int]:
        return func.coalesce(cls.origin_id, cls.id)


class Centre(Versioned, Base):
    """A Cnam place of access to training in a town."""

    town_code: Mapped[str] = mapped_column(ForeignKey("town.code"), index=True)
    name: Mapped[str]
    programme_link: Mapped[ProgrammeLink]
    collectivity: Mapped[str | None] = mapped_column(default=None)
    wave: Mapped[str | None] = mapped_column(default=None)
    address: Mapped[str | None] = mapped_column(default=None)
    regional_centre: Mapped[str | None] = mapped_column(default=None)
    note: Mapped[str | None] = mapped_column(default=None)


class Stage(Versioned, Base):
    """A dated step in the life of a centre; `retained` is false for a competing date."""

    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"), index=True)
    kind: Mapped[StageKind]
    happened_on: Mapped[PartialDate] = mapped_column(nullable=True)
    basis: Mapped[Basis]
    source_id: Mapped[str] = mapped_column(ForeignKey("source.id"), index=True)
    retained: Mapped[bool]
    confidence: Mapped[Confidence | None] = mapped_column(default=None)
    note: Mapped[str | None] = mapped_column(default=None)
    validation: Mapped[Validation] = mapped_column(default=Validation.VALIDATED)


class Bound(Versioned, Base):
    """A first day on which a step can have happened: before it, it had not."""

    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"), index=True)
    kind: Mapped[StageKind]
    not_before: Mapped[PartialDate]
    basis: Mapped[Basis]
    source_id: Mapped[str] = mapped_column(ForeignKey("source.id"), index=True)
    confidence: Mapped[Confidence | None] = mapped_column(default=None)
    note: Mapped[str | None] = mapped_column(default=None)
    validation: Mapped[Validation] = mapped_column(default=Validation.VALIDATED)


class Announcement(Versioned, Base):
    """An opening that was announced in a town for a date: it creates no centre, and is no stage."""

    town_code: Mapped[str] = mapped_column(ForeignKey("town.code"), index=True)
    announced_for: Mapped[PartialDate]
    announced_on: Mapped[PartialDate]
    source_id: Mapped[str] = mapped_column(ForeignKey("source.id"), index=True)
    confidence: Mapped[Confidence | None] = mapped_column(default=None)
    note: Mapped[str | None] = mapped_column(default=None)
    validation: Mapped[Validation] = mapped_column(default=Validation.VALIDATED)


class Question(Versioned, Base):
    """Something asked of the field about a town: by whom, when, and when an answer came.

    It is an act of ours, without a source, and says nothing of the town: the answer, entered as
    what it is, does.
    """

    town_code: Mapped[str] = mapped_column(ForeignKey("town.code"), index=True)
    asks: Mapped[Ask]
    asked_on: Mapped[PartialDate]
    asked_by: Mapped[str]
    answered_on: Mapped[PartialDate] = known_so_far()
    note: Mapped[str | None] = mapped_column(default=None)


class ProgrammeEvent(Versioned, Base):
    """Something that happened to the programme as a whole, to mark on a time axis."""

    happened_on: Mapped[PartialDate] = mapped_column(nullable=True)
    title: Mapped[str]
    source_id: Mapped[str] = mapped_column(ForeignKey("source.id"), index=True)


class Target(Versioned, Base):
    """A decided number by a deadline: a new decision is a new fact, never a correction."""

    __table_args__ = versioned(CheckConstraint("value >= 0", name="value"))

    indicator: Mapped[str]
    perimeter: Mapped[Perimeter]
    value: Mapped[int]
    starts_on: Mapped[date]
    deadline: Mapped[date]
    decided_on: Mapped[date]
    source_id: Mapped[str] = mapped_column(ForeignKey("source.id"), index=True)
    territory: Mapped[str] = mapped_column(default="fr")


class PublishedFigure(Versioned, Base):
    """A total as somebody published it, with the words that qualified it if there were any.

    `town_code` is its scope (NULL: the whole programme); `starts_on` and `ends_on` its period;
    `part` says what it counts when that is less than its scope: one call for instance.
    """

    indicator: Mapped[str] = mapped_column(index=True)
    published_on: Mapped[PartialDate] = mapped_column(nullable=True)
    value: Mapped[float]
    qualifier: Mapped[Qualifier | None]
    kind: Mapped[FigureKind]
    title: Mapped[str]
    source_id: Mapped[str] = mapped_column(ForeignKey("source.id"), index=True)
    town_code: Mapped[str | None] = mapped_column(ForeignKey("town.code"), default=None)
    period: Mapped[str | None] = mapped_column(default=None)
    starts_on: Mapped[PartialDate] = known_so_far()
    ends_on: Mapped[PartialDate] = known_so_far()
    part: Mapped[str | None] = mapped_column(default=None)


class Offering(Versioned, Base):
    """A course given in a centre, from and to dates of known precision."""

    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"), index=True)
    course_key: Mapped[str] = mapped_column(ForeignKey("course.key"), index=True)
    source_id: Mapped[str] = mapped_column(ForeignKey("source.id"))
    mode: Mapped[Mode | None] = mapped_column(default=None)
    starts_on: Mapped[PartialDate] = known_so_far()
    ends_on: Mapped[PartialDate] = known_so_far()
    validation: Mapped[Validation] = mapped_column(default=Validation.VALIDATED)


class Enrolment(Versioned, Base):
    """A headcount: a centre, an academic year (its first civil year), one course or all, a day.

    A count of another day is another fact: at a date the latest one whose day is reached counts.
    No row means not transmitted; a zero is a row that somebody confirmed.
    """

    __table_args__ = versioned(
        CheckConstraint("headcount >= 0", name="headcount"),
        # The count of a day, at an earlier instant too, is one look-up, however many there are.
        Index(
            "ix_enrolment_subject",
            "centre_id",
            "academic_year",
            "counted",
            "course_key",
            "counted_on",
            "recorded_at",
        ),
        # What is in force is found without walking past what is not.
        Index(
            "ix_enrolment_current",
            "academic_year",
            "centre_id",
            sqlite_where=column("superseded_at").is_(None),
            postgresql_where=column("superseded_at").is_(None),
        ),
    )

    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"))
    academic_year: Mapped[int]
    counted: Mapped[Counted]
    headcount: Mapped[int]
    counted_on: Mapped[date]
    source_id: Mapped[str] = mapped_column(ForeignKey("source.id"))
    course_key: Mapped[str | None] = mapped_column(ForeignKey("course.key"), default=None)
    validation: Mapped[Validation] = mapped_column(default=Validation.VALIDATED)


class Disclosure(Unjournalled, Base):
    """What the public is told of a version of a headcount from an act on, until another says.

    Of what no act has decided, nothing is told. Written beside the sums (`db.disclosures`).
    """

    version_id: Mapped[int] = mapped_column(BigKey, ForeignKey("enrolment.id"), primary_key=True)
    decided_at: Mapped[datetime] = mapped_column(primary_key=True)
    publication: Mapped[Publication]


class EnrolmentSummary(Base):
    """What the enrolments in force add up to, kept by whoever writes them (`db.summaries`).

    One row for the whole centre (`field_slug` empty, kept once there was a headcount) and one per
    field: the `cells` added up in `headcount`, those that the public sees in `published`, the
    others `hidden`, among them the `kept` of which it is told nothing at all. `counted_on` is the
    latest of their days.
    """

    __table_args__ = (
        CheckConstraint("cells >= hidden", name="hidden"),
        CheckConstraint("hidden >= kept", name="kept"),
        Index("ix_enrolment_summary_centre_id", "centre_id"),
        {"info": UNJOURNALLED},
    )

    academic_year: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(BigKey, ForeignKey("centre.id"), primary_key=True)
    counted: Mapped[Counted] = mapped_column(primary_key=True)
    field_slug: Mapped[str] = mapped_column(primary_key=True)
    headcount: Mapped[int]
    cells: Mapped[int]
    published: Mapped[int]
    hidden: Mapped[int]
    kept: Mapped[int]
    counted_on: Mapped[date | None]


class Staff(Base):
    """Somebody who may sign in; `password_hash` is never journalled nor exported.

    It is argon2id's, or of a one-time password (`territoires.commands.accounts`), which expires.
    `issuer` and `subject` are how the identity provider names the person, whatever their address.
    """

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[Role]
    active: Mapped[bool] = mapped_column(default=True)
    password_hash: Mapped[str | None] = mapped_column(default=None, repr=False)
    must_change_password: Mapped[bool] = mapped_column(default=False)
    password_expires_at: Mapped[datetime | None] = mapped_column(default=None)
    issuer: Mapped[str | None] = mapped_column(default=None)
    subject: Mapped[str | None] = mapped_column(default=None)

    __table_args__ = (Index("ix_staff_identity", "issuer", "subject", unique=True),)


class StaffRegion(Base):
    """A region in which somebody of a regional role is competent."""

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"), primary_key=True)


class WaitingTime(Unjournalled, Base):
    """How often signing in failed, from where or for whom: outside the journal, and soon forgotten.

    So it is of the reports that came from a place in an hour.

    `key` is a digest. `known`: somebody has signed in there since, so that what strangers do to
    the account elsewhere costs them nothing.
    """

    key: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(index=True)
    known: Mapped[bool] = mapped_column(default=False)


class SignInSession(Unjournalled, Base):
    """A signed-in browser: only the hash of its token is kept."""

    __tablename__ = "session"
    token_hash: Mapped[str] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    browser: Mapped[str] = mapped_column(default="")


class Setting(Base):
    """A choice that an administrator makes in the application."""

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class Proposal(Base):
    """A form that somebody kept or proposed: a fact only once somebody else has validated it.

    The facts' own tables never hold anything pending. `draft` is the form as
    `territoires.domain.drafts.encode` writes it, `command` what validating it runs.
    """

    id: Mapped[int] = mapped_column(BigKey, primary_key=True, init=False)
    command: Mapped[str]
    draft: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[Validation] = mapped_column(index=True)
    author: Mapped[str] = mapped_column(index=True)
    created_at: Mapped[datetime]
    town_code: Mapped[str | None] = mapped_column(ForeignKey("town.code"), index=True, default=None)
    decided_by: Mapped[str | None] = mapped_column(default=None)
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    decision: Mapped[str | None] = mapped_column(default=None)


class KeptText(Unjournalled, Base):
    """What somebody typed in a form and has not saved yet: no fact, no act, never journalled.

    `content` is what the form on `subject` held: its own affair (`territoires.ui.forms`).
    """

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    form: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    kept_at: Mapped[datetime] = mapped_column(index=True)


class ReportDecision(Base):
    """What staff decided of one report or of many at once: `digest` is that of what they said."""

    id: Mapped[int] = mapped_column(BigKey, primary_key=True, init=False)
    verdict: Mapped[Verdict]
    decided_at: Mapped[datetime]
    decided_by: Mapped[str]
    reports: Mapped[int]
    digest: Mapped[str]
    answer: Mapped[str] = mapped_column(default="")
    into_number: Mapped[str | None] = mapped_column(default=None)


class Report(Base):
    """What somebody reported from the field: no act, never journalled, erased in the end.

    The journal has the `digest` of what they wrote once staff have decided. Erased, a report keeps
    its number and its decision, which its address still tells; only the hash of that is kept.
    `to_sort`: it came with too many others.
    """

    __table_args__ = (UniqueConstraint("year", "number"), {"info": UNJOURNALLED})

    id: Mapped[int] = mapped_column(BigKey, primary_key=True, init=False)
    year: Mapped[int]
    number: Mapped[int]
    token_hash: Mapped[str] = mapped_column(unique=True)
    sent_at: Mapped[datetime] = mapped_column(index=True)
    town_code: Mapped[str] = mapped_column(ForeignKey("town.code"), index=True)
    what: Mapped[ReportKind]
    happened_on: Mapped[PartialDate] = mapped_column(nullable=True)
    first_hand: Mapped[bool]
    cited: Mapped[str]
    function: Mapped[str]
    message: Mapped[str]
    email: Mapped[str]
    salt: Mapped[str]
    digest: Mapped[str]
    to_sort: Mapped[bool]
    erased_at: Mapped[datetime | None] = mapped_column(default=None)
    decision_id: Mapped[int | None] = mapped_column(
        BigKey, ForeignKey("report_decision.id"), index=True, default=None
    )


class DailySalt(Unjournalled, Base):
    """What makes the digests of a day's visitors, and the seals of its forms: never copied."""

    day: Mapped[date] = mapped_column(primary_key=True)
    salt: Mapped[str]


class FrozenView(Base):
    """A view as somebody froze it: its page, its parameters with both clocks, its digest, and why.

    `edition` and `seal` are the latest act then, `program` what computed the rows, `digest` that of
    the files (`territoires.domain.frozen`). Withdrawn, it keeps its address, which says so.
    """

    id: Mapped[int] = mapped_column(BigKey, primary_key=True, init=False)
    short: Mapped[str] = mapped_column(unique=True)
    page: Mapped[str]
    view: Mapped[str]
    label: Mapped[str]
    edition: Mapped[int] = mapped_column(BigKey)
    seal: Mapped[str]
    program: Mapped[str]
    digest: Mapped[str]
    frozen_at: Mapped[datetime]
    frozen_by: Mapped[str]
    reason: Mapped[str]
    withdrawn_at: Mapped[datetime | None] = mapped_column(default=None)
    withdrawn_by: Mapped[str | None] = mapped_column(default=None)
    withdrawal: Mapped[str | None] = mapped_column(default=None)


class FrozenFile(Unjournalled, Base):
    """The rows of a frozen view, a file each, to the byte: the journal has their digest."""

    view_id: Mapped[int] = mapped_column(BigKey, ForeignKey("frozen_view.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    rows: Mapped[str]


class AuditEvent(Unjournalled, Base):
    """One act: who, when, what, before and after, why; chained to the act before it by hash.

    Its instant is unique and is the `recorded_at` of every fact that the act wrote; `machine_at` is
    what the machine's clock said. `fingerprint` says by how much the act moved the sum of each
    table that it wrote to (`db.fingerprints`). Acts of earlier versions have neither.
    """

    id: Mapped[int] = mapped_column(BigKey, primary_key=True, init=False)
    at_utc: Mapped[datetime] = mapped_column(unique=True)
    actor: Mapped[str]
    command: Mapped[str]
    entity: Mapped[str]
    entity_id: Mapped[str]
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    previous_hash: Mapped[str]
    hash: Mapped[str] = mapped_column(unique=True)
    reason: Mapped[str | None] = mapped_column(default=None)
    fingerprint: Mapped[dict[str, str] | None] = mapped_column(
        JSON(none_as_null=True), default=None
    )
    machine_at: Mapped[datetime | None] = mapped_column(default=None)


# What rests on a centre, and is of its region.
OF_CENTRES: tuple[Any, ...] = (Stage, Bound, Offering, Enrolment)

# What is said of a town itself.
OF_TOWNS: tuple[Any, ...] = (Announcement, Question)

# What people record of centres and towns, and the targets, by what the journal calls it.
FACTS: dict[str, Any] = {
    str(fact.__tablename__): fact for fact in (*OF_CENTRES, *OF_TOWNS, Centre, Target)
}
