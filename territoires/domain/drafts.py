"""What forms and files collect, typed and frozen, before a command judges it."""

import hashlib
import re
import types
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from territoires.domain.dates import PartialDate
from territoires.domain.errors import PartialDateError
from territoires.domain.programme import (
    Ask,
    Basis,
    Confidence,
    Counted,
    Document,
    Mode,
    ProgrammeLink,
    StageKind,
)
from territoires.domain.reports import Verdict
from territoires.domain.roles import Role
from territoires.domain.scope import Perimeter
from territoires.domain.text import fold

D = TypeVar("D")

UNREAD = "unread"  # among what was typed: the problems of the fields that could not be read


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What every form collects beside its own fields.

    `reason` says why; it lifts the suspicions of a first recording. `as_draft` keeps the form for
    later instead of writing a fact. `resumes` is the proposal that the form took up again, `typed`
    what its fields held, readable or not: what is kept opens again as it was left.
    """

    reason: str = ""
    as_draft: bool = False
    resumes: int | None = None
    typed: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def confirms(self) -> bool:
        """Whether the writer has answered the suspicions."""
        return bool(self.reason.strip())


@dataclass(frozen=True, kw_only=True)
class Change(Draft):
    """A change to something known.

    It always has its reason; `confirmed` says that this answers the suspicions as well.
    """

    confirmed: bool = False

    @property
    def confirms(self) -> bool:
        """Whether the writer has answered the suspicions."""
        return self.confirmed and bool(self.reason.strip())


@dataclass(frozen=True, kw_only=True)
class Correction(Change):
    """A change to a fact: `expected_id` is the version that the form showed."""

    expected_id: int


@dataclass(frozen=True, kw_only=True)
class WithdrawalDraft(Draft):
    """The end of a fact that should not have been recorded."""

    expected_id: int


@dataclass(frozen=True, kw_only=True)
class RetainDraft(Correction):
    """The competing date that counts from now on."""


@dataclass(frozen=True, kw_only=True)
class SourceDraft:
    """Where a fact comes from: a listed source, a page, a document, or the writer's own word.

    `id` is a key of the list or the title of one source in it; a `document` has no address, but a
    `title` and the day of its publication.
    """

    id: str = ""
    url: str = ""
    declared: bool = False
    document: Document | None = None
    title: str = ""
    publisher: str = ""
    published_on: PartialDate = field(default_factory=PartialDate)

    @property
    def document_key(self) -> str:
        """The key of a document in the list: its title and its day tell it from the others."""
        said = f"{fold(self.title)}\n{self.published_on.iso}"
        return f"{self.document}-{hashlib.sha256(said.encode()).hexdigest()[:12]}"


# An address as it is copied or remembered: with its scheme, "www.", or the name of its site.
_ADDRESS = re.compile(
    r"(?i:https?://|www\.)\S.*|(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,24}(?::\d{1,5})?"
    r"(?:[/?#].*)?"
)
_DOCUMENT = re.compile(r"([^\W\d]+)\s*:\s*(.*?)\s*(?:\(([\d-]+)\))?", re.DOTALL)
_DOCUMENTS = {document.value: document for document in Document} | {
    "article": Document.PRESS,
    "lettre": Document.LETTER,
    "email": Document.EMAIL,
    "mail": Document.EMAIL,
    "verbal": Document.SPOKEN,
}


def cited(text: str) -> SourceDraft:
    """Read a source as one types it.

    It is an address, the word "declaration", a document with its day ("courrier: the mayor
    (2021-03-12)"), or else the title or the key of a listed source.
    """
    typed = text.strip()
    if _ADDRESS.fullmatch(typed):
        has_scheme = typed[:8].lower().startswith(("http://", "https://"))
        return SourceDraft(url=typed if has_scheme else f"https://{typed}")
    if fold(typed) in {"declaration", "declare", "declaree"}:
        return SourceDraft(declared=True)
    found = _DOCUMENT.fullmatch(typed)
    document = _DOCUMENTS.get(found[1].lower()) if found else None
    if found is None or document is None:
        return SourceDraft(id=typed)
    try:
        on = PartialDate.parse(found[3] or "")
    except PartialDateError:
        on = PartialDate()
    return SourceDraft(document=document, title=found[2], published_on=on)


@dataclass(frozen=True, kw_only=True)
class StageFields:
    """What a dated step in the life of a centre says."""

    kind: StageKind
    on: PartialDate
    basis: Basis = Basis.STATED
    retained: bool = True
    confidence: Confidence | None = None
    source: SourceDraft
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class StageDraft(StageFields, Draft):
    """A step in the life of a town's centre, the opening first of all.

    `centre_id` is the number of a known centre. Without it the town's only centre is meant, or a
    first one is made; `new_site` makes one beside those that the town has. `report_id` is the
    report from the field that is accepted with it.
    """

    town_code: str
    centre_id: int | None = None
    new_site: bool = False
    centre_name: str = ""
    regional_centre: str = ""
    address: str = ""
    report_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class StageCorrection(StageFields, Correction):
    """What a stage should say: every field, changed or not."""


# What a field is called when something is wrong with it, where that is not its own name.
CALLED = "called"
CENTRE_NAME = {CALLED: "centre_name"}
# The columns of what is not kept under its own name.
_KEPT = {"on": "happened_on", "source": "source_id"}


def columns_of(fact: type, *but: str) -> tuple[str, ...]:
    """Name the columns of what is said of a fact, `but` some, in the order of its form."""
    names = (_KEPT.get(item.name, item.name) for item in fields(fact))
    return tuple(name for name in names if name not in but)


@dataclass(frozen=True, kw_only=True)
class CentreFields:
    """What is said of a centre, in the order of its form; forms, sheets and history follow."""

    town_code: str
    name: str = field(default="", metadata=CENTRE_NAME)
    address: str = ""
    regional_centre: str = ""
    collectivity: str = ""
    wave: str = ""
    programme_link: ProgrammeLink = ProgrammeLink.STATED
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class CentreDraft(CentreFields, Draft):
    """A centre before anything is known to have happened in it."""

    new_site: bool = False


@dataclass(frozen=True, kw_only=True)
class CentreCorrection(CentreFields, Correction):
    """What a centre should say: every field, changed or not."""


@dataclass(frozen=True, kw_only=True)
class CourseFields:
    """What the catalogue says of a course."""

    title: str
    field_slug: str
    credential: str = ""
    level: int | None = None
    cnam_code: str = ""
    rncp_code: str = ""
    cpf_eligible: bool | None = None
    credits: int | None = None
    confidence: Confidence | None = None
    source: SourceDraft


@dataclass(frozen=True, kw_only=True)
class CourseDraft(CourseFields, Draft):
    """A course of the catalogue; an empty `key` asks for the next one."""

    key: str = ""


@dataclass(frozen=True, kw_only=True)
class CourseCorrection(CourseDraft, Change):
    """What a course should say; `expected_edition` is the journal's number when it was read."""

    expected_edition: int


@dataclass(frozen=True, kw_only=True)
class StatementDraft(Draft):
    """Something said anew, or a correction of it: then `expected_id` is what the form showed."""

    expected_id: int | None = None
    confirmed: bool = False

    @property
    def confirms(self) -> bool:
        """Whether the writer has answered the suspicions."""
        return bool(self.reason.strip()) and (self.expected_id is None or self.confirmed)


@dataclass(frozen=True, kw_only=True)
class OfferingFields:
    """How a course is given in a centre, from when and until when."""

    mode: Mode | None = None
    starts_on: PartialDate = field(default_factory=PartialDate)
    ends_on: PartialDate = field(default_factory=PartialDate)
    source: SourceDraft


@dataclass(frozen=True, kw_only=True)
class OfferingDraft(OfferingFields, StatementDraft):
    """A course given in a centre."""

    centre_id: int
    course_key: str


@dataclass(frozen=True, kw_only=True)
class BoundFields:
    """What a first possible day of a step in the life of a centre says."""

    kind: StageKind
    not_before: PartialDate
    basis: Basis = Basis.STATED
    confidence: Confidence | None = None
    source: SourceDraft
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class AnnouncementFields:
    """What the announcement of an opening says: for when, and when it was said."""

    announced_for: PartialDate
    announced_on: PartialDate
    confidence: Confidence | None = None
    source: SourceDraft
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class AnnouncementDraft(AnnouncementFields, StatementDraft):
    """An opening announced in a town."""

    town_code: str


@dataclass(frozen=True, kw_only=True)
class QuestionFields:
    """What was asked, when and by whom (empty: the writer), and when an answer came."""

    asks: Ask
    asked_on: PartialDate
    asked_by: str = ""
    answered_on: PartialDate = field(default_factory=PartialDate)
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class QuestionDraft(QuestionFields, StatementDraft):
    """A question about a town."""

    town_code: str


@dataclass(frozen=True, kw_only=True)
class BoundDraft(BoundFields, StatementDraft):
    """A day before which a step of a centre had not happened."""

    centre_id: int


@dataclass(frozen=True, kw_only=True)
class EnrolmentRow:
    """One headcount of a grid: a course, or the whole centre (None).

    `headcount` None: not transmitted, left as it is. `expected_id` is the version that the grid
    showed, 0 when it showed none, None when nobody looked.
    """

    headcount: int | None
    course_key: str | None = None
    counted: Counted = Counted.PERSONS
    confirmed_zero: bool = False
    expected_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class EnrolmentsDraft(Draft):
    """The headcounts of one centre for one academic year, named by its first civil year."""

    centre_id: int
    academic_year: int
    counted_on: date | None
    source: SourceDraft
    rows: tuple[EnrolmentRow, ...]
    confirmed: bool = False


@dataclass(frozen=True, kw_only=True)
class TargetDraft(Draft):
    """A number of centres decided for a deadline: always a new row."""

    value: int | None
    deadline: date | None
    decided_on: date | None
    source: SourceDraft
    starts_on: date | None = None
    perimeter: Perimeter = Perimeter.ALL
    territory: str = "fr"
    indicator: str = "open_centres"


@dataclass(frozen=True, kw_only=True)
class SettingDraft(Draft):
    """A choice of the administrators."""

    name: str
    value: str


@dataclass(frozen=True, kw_only=True)
class AccountDraft(Draft):
    """Somebody of the staff, named by address."""

    email: str


@dataclass(frozen=True, kw_only=True)
class RoleDraft(AccountDraft):
    """What somebody of the staff is from now on, and where."""

    role: Role
    regions: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class StaffDraft(RoleDraft):
    """Somebody who is to sign in; without a password where a provider vouches for the address."""

    name: str
    with_password: bool = True


@dataclass(frozen=True, kw_only=True)
class PasswordDraft(Draft):
    """A new password for oneself; never written anywhere but hashed."""

    current: str = field(repr=False)
    new: str = field(repr=False)
    email: str = ""


@dataclass(frozen=True, kw_only=True)
class HashedPasswordDraft(Draft):
    """The same once verified: the hash that was there, and the one that takes its place."""

    before: str = field(repr=False)
    after: str = field(repr=False)
    email: str = ""


@dataclass(frozen=True, kw_only=True)
class IdentityDraft(Draft):
    """How an identity provider names one, for good: OpenID Connect's `iss` and `sub`."""

    issuer: str
    subject: str


@dataclass(frozen=True, kw_only=True)
class ProposalDraft(Draft):
    """A proposal, named by number; of a file, `seen` is the digest of the plan that was shown."""

    proposal_id: int
    seen: str = ""


@dataclass(frozen=True, kw_only=True)
class ReportDraft(Draft):
    """What becomes of a report, and why, in words for whoever sent it; `into`: the one it joins."""

    report_id: int
    verdict: Verdict
    into: str = ""


@dataclass(frozen=True, kw_only=True)
class SortingDraft(Draft):
    """The refusal of all reports that are still to be sorted, and why."""


@dataclass(frozen=True, kw_only=True)
class FreezeDraft(Draft):
    """A view to freeze: its page, its parameters, what it was computed at and by, its files.

    `files` are names and rows; `narrowing` names the parameters by which they could be fewer.
    """

    page: str
    view: str
    edition: int
    seal: str
    program: str
    label: str = ""
    files: dict[str, str] = field(default_factory=dict, repr=False)
    narrowing: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FrozenDraft(Draft):
    """What becomes of a frozen view, named by number: another `label`, or its withdrawal."""

    view_id: int
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class UndoDraft(Draft):
    """The act of the journal that its author takes back."""

    event_id: int


def encode(draft: Any) -> dict[str, Any]:
    """Turn a draft into plain JSON values; `decode` gives the same draft back.

    A field may say how it is written and read back: `encode` and `decode` of its metadata.
    """
    return {
        item.name: item.metadata.get("encode", plain)(getattr(draft, item.name))
        for item in fields(draft)
    }


def plain(value: Any) -> Any:
    """Turn a value of a draft into plain JSON."""
    if isinstance(value, PartialDate):
        return value.iso
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return encode(value) if is_dataclass(value) else value


def decode(kind: type[D], values: Mapping[str, Any]) -> D:
    """Make a draft of what `encode` gave; fields that are gone are ignored, new ones default.

    Raises ValueError or KeyError when a value fits no more.
    """
    hints = get_type_hints(kind)
    readers = {
        item.name: item.metadata.get("decode", partial(typed, hints[item.name]))
        for item in fields(kind)  # type: ignore[arg-type]
    }
    return kind(**{n: readers[n](value) for n, value in values.items() if n in readers})


def typed(hint: Any, value: Any) -> Any:
    """Turn plain JSON into a value of a draft."""
    if get_origin(hint) in {Union, types.UnionType}:
        if value is None:
            return None
        hint = next(part for part in get_args(hint) if part is not type(None))
    if get_origin(hint) is tuple:
        return tuple(typed(get_args(hint)[0], item) for item in value)
    if hint is PartialDate:
        return PartialDate.parse(value)
    if hint in {date, datetime}:
        return hint.fromisoformat(value)
    if is_dataclass(hint):
        return decode(hint, value)  # type: ignore[arg-type]
    return hint(value) if get_origin(hint) is None and issubclass(hint, StrEnum) else value
