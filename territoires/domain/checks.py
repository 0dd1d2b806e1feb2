"""What is wrong or suspicious in a draft, as data: judged by what is certain of the dates."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from territoires.domain.address import FIRST_DAY
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import (
    CALLED,
    AnnouncementFields,
    BoundFields,
    CentreCorrection,
    CentreFields,
    CourseDraft,
    Draft,
    EnrolmentRow,
    EnrolmentsDraft,
    OfferingDraft,
    QuestionDraft,
    SourceDraft,
    StaffDraft,
    TargetDraft,
)
from territoires.domain.enrolments import first_day, last_day
from territoires.domain.errors import InvalidError, Problem
from territoires.domain.programme import CLOSINGS, PROGRAMME_START, Basis, StageKind
from territoires.domain.reports import MESSAGE, Report, ReportKind
from territoires.domain.text import fold
from territoires.domain.worlds import Span, Worlds

SHORT = 200
LONG = 2000
_LIMITS = {
    "note": LONG, "reason": LONG, "address": 500, "url": 1000, "cited": 1000, "message": MESSAGE,
    "view": LONG,
}  # fmt: skip

MOST_PEOPLE = 100_000  # in one row: more is a slip of the keyboard
MOST_CENTRES = 10_000
JUMP = 3  # times more or less than the year before
FEW = 10  # below which a tripling says nothing
LEVELS = range(1, 9)
_JUNE = 6

COURSE_KEY = re.compile(r"[A-Z0-9][A-Z0-9-]{1,19}")
_CNAM_CODE = re.compile(r"(?=.*\d)[A-Z][A-Z0-9]{3,11}")
_RNCP_CODE = re.compile(r"(RNCP|RS)?\d{2,6}")
_EMAIL = re.compile(
    r"[^@\s<>\"',;:()\[\]\\]+@[^@\s.<>\"',;:()\[\]\\]+(\.[^@\s.<>\"',;:()\[\]\\]+)+"
)
_HOST = re.compile(r"(?=.{1,253}$)[^\s.@:/]+(\.[^\s.@:/]+)+(:\d{1,5})?")
# No keyboard types them. All from U+061C on, but the surrogates, turn round what is written beside
# them, elsewhere too: marks, embeddings and isolates (Unicode Standard Annex 9, section 2).
_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)


class Code(StrEnum):
    """Everything that a draft can be told; `territoires.french.problems` has the words."""

    REQUIRED = "required"
    TOO_LONG = "too_long"
    UNREADABLE = "unreadable"
    UNKNOWN_TOWN = "unknown_town"
    FORMER_TOWN = "former_town"
    UNKNOWN_CENTRE = "unknown_centre"
    UNKNOWN_SOURCE = "unknown_source"
    UNDATED_SOURCE = "undated_source"
    UNKNOWN_COURSE = "unknown_course"
    UNKNOWN_FIELD = "unknown_field"
    UNKNOWN_FACT = "unknown_fact"
    UNKNOWN_REGION = "unknown_region"
    UNKNOWN_TERRITORY = "unknown_territory"
    UNKNOWN_ACCOUNT = "unknown_account"
    UNKNOWN_SETTING = "unknown_setting"
    UNKNOWN_PROPOSAL = "unknown_proposal"
    UNKNOWN_REPORT = "unknown_report"
    BAD_URL = "bad_url"
    BAD_DATE = "bad_date"
    DATE_OR_UNKNOWN = "date_or_unknown"
    INCOMPLETE_DAY = "incomplete_day"
    IN_FUTURE = "in_future"
    BEFORE_PROGRAMME_START = "before_programme_start"
    BEFORE_LABELLING = "before_labelling"
    OUT_OF_ORDER = "out_of_order"
    NEVER_OPENED = "never_opened"
    ALREADY_OPEN = "already_open"
    DUPLICATE = "duplicate"
    LOOKS_LIKE_DUPLICATE = "looks_like_duplicate"
    COMPETING = "competing"
    WHICH_CENTRE = "which_centre"
    OTHER_TOWN = "other_town"
    HAS_CENTRE = "has_centre"
    HAS_FACTS = "has_facts"
    REPLACES = "replaces"
    ENDS_BEFORE_START = "ends_before_start"
    NEGATIVE = "negative"
    TOO_LARGE = "too_large"
    NOT_WHOLE = "not_whole"
    TWO_READINGS = "two_readings"
    EMPTIED = "emptied"
    ZERO_NOT_CONFIRMED = "zero_not_confirmed"
    TWICE = "twice"
    NOT_OPEN_THEN = "not_open_then"
    JUMP = "jump"
    BEFORE_YEAR = "before_year"
    BAD_CODE = "bad_code"
    BAD_LEVEL = "bad_level"
    DEADLINE_BEFORE_DECISION = "deadline_before_decision"
    DEADLINE_BEFORE_START = "deadline_before_start"
    BAD_VALUE = "bad_value"
    BAD_EMAIL = "bad_email"
    REGION_REQUIRED = "region_required"
    NO_REGION_WANTED = "no_region_wanted"
    LAST_ADMINISTRATOR = "last_administrator"
    NOT_ONESELF = "not_oneself"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - a code
    PASSWORD_TOO_SHORT = "password_too_short"  # noqa: S105 - a code
    PASSWORD_TOO_LONG = "password_too_long"  # noqa: S105 - a code
    PASSWORD_COMMON = "password_common"  # noqa: S105 - a code
    PASSWORD_LIKE_EMAIL = "password_like_email"  # noqa: S105 - a code
    PASSWORD_TOO_SIMPLE = "password_too_simple"  # noqa: S105 - a code
    PASSWORD_UNCHANGED = "password_unchanged"  # noqa: S105 - a code
    FOUR_EYES = "four_eyes"
    NOT_AUTHOR = "not_author"
    NOT_OWN = "not_own"
    TOO_LATE = "too_late"
    NOT_LAST = "not_last"
    TOUCHED_SINCE = "touched_since"
    NOT_UNDOABLE = "not_undoable"
    NO_UPPER_BOUND = "no_upper_bound"
    AFTER_STAGE = "after_stage"
    ANNOUNCED_AFTER = "announced_after"
    ASKED_TWICE = "asked_twice"
    ANSWERED_BEFORE = "answered_before"
    UNKNOWN_VIEW = "unknown_view"
    TOO_HEAVY = "too_heavy"


def settle(problems: Iterable[Problem], *, confirmed: bool) -> None:
    """Raise InvalidError with every problem, unless all are suspicions that were answered."""
    found = tuple(problems)
    if any(not (problem.confirmable and confirmed) for problem in found):
        raise InvalidError(found)


def text_problems(**texts: str) -> Iterator[Problem]:
    """Find the texts that are too long or hold characters that no keyboard types."""
    for name, text in texts.items():
        limit = _LIMITS.get(name, SHORT)
        if len(text) > limit:
            shown = _CONTROL.sub("?", text[:40])
            yield Problem(name, Code.TOO_LONG, f"{shown}…", {"limit": limit})
        if _CONTROL.search(text):
            yield Problem(name, Code.UNREADABLE, _CONTROL.sub("?", text[:40]))


def fit(name: str) -> str:
    """Make of a name that nobody typed, a file's, one that `text_problems` accepts."""
    return _CONTROL.sub("?", name[-SHORT:])


def draft_problems(draft: Draft) -> Iterator[Problem]:
    """Judge every text of a draft, however incomplete; nothing that is unfit waits for later.

    Fields out of `repr` are not looked at: passwords are never quoted, the lines of a file are
    judged by its plan.
    """
    for _, _, found in _judged(draft):
        yield from found


def fitted(draft: Draft) -> Draft:
    """Give the draft without the texts that `draft_problems` refuses: the rest can be judged."""
    emptied: dict[str, Any] = {
        name: type(value)() for name, value, found in _judged(draft) if any(found)
    }
    return replace(draft, **emptied)


def _judged(draft: Draft) -> Iterator[tuple[str, Any, Iterator[Problem]]]:
    """Yield each field that holds texts, what it holds, and what is wrong with them."""
    for item in fields(draft):
        value = getattr(draft, item.name) if item.repr else None
        called = item.metadata.get(CALLED, item.name)
        if isinstance(value, str):
            yield item.name, value, text_problems(**{called: value})
        elif isinstance(value, SourceDraft):
            yield item.name, value, text_problems(**_source_texts(value))
        elif isinstance(value, tuple):
            yield item.name, value, _list_problems(item.name, value)


def together(first: Iterable[Problem], then: Iterable[Problem]) -> tuple[Problem, ...]:
    """Join two judgements; of a field that could not be read, the second has nothing to say."""
    found = tuple(first)
    named = {problem.field for problem in found}
    named |= {"source"} if named & {"url", "source_title", "publisher"} else set()
    return (*found, *(problem for problem in then if problem.field not in named))


def _list_problems(name: str, values: Sequence[object]) -> Iterator[Problem]:
    """Judge the texts of a list: keys, or the rows of a grid."""
    for number, value in enumerate(values):
        if isinstance(value, EnrolmentRow):
            for found in text_problems(course_key=value.course_key or ""):
                yield replace(found, field=f"{name}.{number}.{found.field}")
        elif isinstance(value, str):
            yield from text_problems(**{name: value})


def required(**values: str) -> Iterator[Problem]:
    """Find the texts that are missing."""
    for name, value in values.items():
        if not value.strip():
            yield Problem(name, Code.REQUIRED)


def reasoned(draft: Draft) -> Iterator[Problem]:
    """Find a reason that is missing; the facts say of which act, for an example that fits it."""
    if not draft.reason.strip():
        yield Problem("reason", Code.REQUIRED, facts={"act": type(draft).__name__})


# Centres.


def centre_problems(said: CentreFields, others: Mapping[int, str]) -> Iterator[Problem]:
    """Judge what is said of a centre; `others` are the names of those of its town, by number.

    The first one of a town may be recorded without a name, which is then the town's.
    """
    if not said.name.strip() and (others or isinstance(said, CentreCorrection)):
        site = {"site": next(iter(others.values()))} if others else {}
        yield Problem("centre_name", Code.REQUIRED, facts=site)
    for number, name in others.items():
        if fold(said.name) == fold(name):
            yield Problem("centre_name", Code.DUPLICATE, said.name, {"centre_id": number})


# Stages.


@dataclass(frozen=True, kw_only=True)
class KnownStage:
    """A stage as the checks see it; `version_id` is 0 for the one being written."""

    kind: StageKind
    on: PartialDate
    basis: Basis = Basis.STATED
    retained: bool = True
    source_id: str = ""
    centre_id: int = 0
    version_id: int = 0

    @property
    def first(self) -> date:
        """The earliest day it may mean; "open by then" reaches back without limit."""
        known = self.on.first
        return date.min if known is None or self.basis is Basis.UPPER_BOUND else known

    @property
    def last(self) -> date:
        """The latest day it may mean."""
        return self.on.last or date.max


_ORDER = (
    StageKind.APPLICATION,
    StageKind.SELECTED,
    StageKind.AGREEMENT,
    StageKind.OPENED,
    StageKind.INAUGURATED,
)
# What happens once: a second retained date contradicts the first.
_ONCE = frozenset(set(_ORDER) - {StageKind.OPENED}) | {StageKind.ABANDONED}


def certainly_before(one: KnownStage, other: KnownStage) -> bool:
    """Tell whether the latest day of one precedes the earliest of the other."""
    return one.last < other.first


def possibly_before(one: KnownStage, other: KnownStage) -> bool:
    """Tell whether some day of one may precede, or be, some day of the other."""
    return one.first <= other.last


def stage_problems(
    stage: KnownStage, others: Sequence[KnownStage], *, today: date
) -> Iterator[Problem]:
    """Judge a stage by what is known of its centre and of the labelling of its town.

    `others`: the stages in force of the centre, and the labellings of the town's other centres.
    """
    yield from stage_date_problems(stage, today=today)
    here = [other for other in others if other.centre_id == stage.centre_id]
    repeated = list(_repetitions(stage, here))
    yield from repeated
    if not stage.retained:
        return
    retained = [other for other in others if other.retained]
    mine = [other for other in retained if other.centre_id == stage.centre_id]
    if stage.kind is StageKind.OPENED and not repeated:
        yield from _still_open(stage, mine)
    yield from _disorder(stage, retained)
    if stage.kind in CLOSINGS:
        yield from _closing_problems(stage, mine)


def stage_date_problems(stage: KnownStage, *, today: date) -> Iterator[Problem]:
    """Judge the date of a stage by itself."""
    if stage.on.first is not None and stage.on.first > today:
        yield Problem("on", Code.IN_FUTURE, stage.on.iso, {"today": today.isoformat()})
    told = {"stage": stage.kind.value}
    if stage.kind is not StageKind.OPENED:
        yield from _long_before("on", stage.on, told)
    elif stage.last < PROGRAMME_START:
        facts = {"start": PROGRAMME_START.isoformat()} | told
        yield Problem("on", Code.BEFORE_PROGRAMME_START, stage.on.iso, facts)


def _long_before(
    name: str, on: PartialDate, facts: Mapping[str, object] = MappingProxyType({})
) -> Iterator[Problem]:
    """Suspect a date so long before the programme that it may be a slip of the hand."""
    if on.last is not None and on.last < FIRST_DAY:
        facts = {"start": PROGRAMME_START.isoformat(), **facts}
        yield Problem(name, Code.BEFORE_PROGRAMME_START, on.iso, facts, confirmable=True)


def bound_problems(
    bound: BoundFields, stages: Iterable[KnownStage], *, today: date
) -> Iterator[Problem]:
    """Judge a first possible day; `stages`: those in force of its centre."""
    said = bound.not_before
    if said.first is None:
        yield Problem("not_before", Code.REQUIRED)
        return
    if said.first > today:
        yield Problem("not_before", Code.IN_FUTURE, said.iso, {"today": today.isoformat()})
    yield from _long_before("not_before", said)
    if bound.basis is Basis.UPPER_BOUND:
        yield Problem("basis", Code.NO_UPPER_BOUND, bound.basis.value)
    for stage in stages:
        if stage.kind is bound.kind and stage.retained and stage.last < said.first:
            yield Problem("not_before", Code.AFTER_STAGE, said.iso, _facts(stage), confirmable=True)


def announcement_problems(said: AnnouncementFields, *, today: date) -> Iterator[Problem]:
    """Judge an announcement: it is said of a day that may come, on a day that has."""
    on = said.announced_on
    for name, when in (("announced_for", said.announced_for), ("announced_on", on)):
        if when.first is None:
            yield Problem(name, Code.REQUIRED)
        yield from _long_before(name, when)
    if on.first is not None and on.first > today:
        yield Problem("announced_on", Code.IN_FUTURE, on.iso, {"today": today.isoformat()})
    last = said.announced_for.last
    if on.first is not None and last is not None and last < on.first:
        yield Problem(
            "announced_for",
            Code.ANNOUNCED_AFTER,
            said.announced_for.iso,
            {"on": on.iso},
            confirmable=True,
        )


def question_problems(said: QuestionDraft, *, today: date) -> Iterator[Problem]:
    """Judge a question: asked on a day that has come, answered later if it was."""
    asked, answered = said.asked_on, said.answered_on
    if asked.first is None:
        yield Problem("asked_on", Code.REQUIRED)
    yield from _long_before("asked_on", asked)
    for name, on in (("asked_on", asked), ("answered_on", answered)):
        if on.first is not None and on.first > today:
            yield Problem(name, Code.IN_FUTURE, on.iso, {"today": today.isoformat()})
    if asked.first is not None and answered.last is not None and answered.last < asked.first:
        yield Problem("answered_on", Code.ANSWERED_BEFORE, answered.iso, {"on": asked.iso})


def _facts(other: KnownStage) -> dict[str, object]:
    return {
        "kind": other.kind.value,
        "on": other.on.iso,
        "version_id": other.version_id,
        "centre_id": other.centre_id,
    }


def _repetitions(stage: KnownStage, here: Sequence[KnownStage]) -> Iterator[Problem]:
    for other in here:
        if other.kind is not stage.kind:
            continue
        if other.on == stage.on and other.source_id == stage.source_id:
            yield Problem("on", Code.DUPLICATE, stage.on.iso, _facts(other))
        elif not (stage.retained and other.retained and stage.kind is not StageKind.OPENED):
            continue
        elif other.on == stage.on:
            yield Problem(
                "on", Code.LOOKS_LIKE_DUPLICATE, stage.on.iso, _facts(other), confirmable=True
            )
        elif stage.kind in _ONCE:
            yield Problem("on", Code.COMPETING, stage.on.iso, _facts(other), confirmable=True)


def _still_open(stage: KnownStage, mine: Sequence[KnownStage]) -> Iterator[Problem]:
    """Refuse a second opening unless a closing may lie between the two."""
    closings = [other for other in mine if other.kind in CLOSINGS]
    for other in mine:
        if other.kind is StageKind.OPENED and not any(
            (possibly_before(a, closing) and possibly_before(closing, b))
            for closing in closings
            for a, b in ((other, stage), (stage, other))
        ):
            yield Problem("town_code", Code.ALREADY_OPEN, stage.on.iso, _facts(other))
            return


def _disorder(stage: KnownStage, retained: Sequence[KnownStage]) -> Iterator[Problem]:
    if stage.kind not in _ORDER:
        return
    reopened = any(o.kind in CLOSINGS and o.centre_id == stage.centre_id for o in retained)
    rank = _ORDER.index(stage.kind)
    for other in retained:
        if other.kind not in _ORDER or other.kind is stage.kind:
            continue
        if reopened and StageKind.OPENED in {stage.kind, other.kind}:
            continue  # a reopening follows what came after the first opening
        later, sooner = (stage, other) if rank > _ORDER.index(other.kind) else (other, stage)
        if certainly_before(later, sooner):
            labelling = (later.kind, sooner.kind) == (StageKind.OPENED, StageKind.SELECTED)
            yield Problem(
                "on",
                Code.BEFORE_LABELLING if labelling else Code.OUT_OF_ORDER,
                stage.on.iso,
                _facts(other) | {"stage": stage.kind.value},
                confirmable=True,
            )


def _closing_problems(stage: KnownStage, mine: Sequence[KnownStage]) -> Iterator[Problem]:
    openings = [other for other in mine if other.kind is StageKind.OPENED]
    if openings and all(certainly_before(stage, opening) for opening in openings):
        yield Problem(
            "on",
            Code.OUT_OF_ORDER,
            stage.on.iso,
            _facts(openings[0]) | {"stage": stage.kind.value},
            confirmable=True,
        )
    elif not openings and stage.kind is not StageKind.ABANDONED:
        yield Problem(
            "kind", Code.NEVER_OPENED, stage.kind.value, {"on": stage.on.iso}, confirmable=True
        )


# Enrolments.


@dataclass(frozen=True, kw_only=True)
class Before:
    """What was counted the year before, and what is known of the same day, for one row."""

    last_year: int | None = None
    headcount: int | None = None


def enrolments_problems(
    draft: EnrolmentsDraft,
    before: Sequence[Before],
    *,
    stages: Sequence[KnownStage],
    courses: frozenset[str],
    today: date,
) -> Iterator[Problem]:
    """Judge a grid of headcounts; `before` follows its rows.

    The field of a row's problem is `rows.<number>.<column>`, numbers starting at 0.
    """
    yield from year_problems(draft, stages, today=today)
    if not draft.rows:
        yield Problem("rows", Code.REQUIRED)
    seen: set[tuple[str | None, str]] = set()
    for number, (row, known) in enumerate(zip(draft.rows, before, strict=True)):
        where = f"rows.{number}"
        if row.course_key is not None and row.course_key not in courses:
            yield Problem(f"{where}.course_key", Code.UNKNOWN_COURSE, row.course_key)
        subject = (row.course_key, row.counted)
        if subject in seen:
            yield Problem(f"{where}.course_key", Code.TWICE, row.course_key or "")
        seen.add(subject)
        yield from headcount_problems(f"{where}.headcount", row, known)


def year_problems(
    draft: EnrolmentsDraft, stages: Sequence[KnownStage], *, today: date
) -> Iterator[Problem]:
    """Judge the academic year of a grid and the day of its count."""
    year = draft.academic_year
    name = str(year)
    # Enrolment for September opens in June.
    if not PROGRAMME_START.year - 1 <= year <= today.year - (today.month < _JUNE):
        code = Code.IN_FUTURE if year >= today.year else Code.BEFORE_PROGRAMME_START
        facts = {"start": PROGRAMME_START.isoformat(), "today": today.isoformat()}
        yield Problem("academic_year", code, name, facts)
        return
    if draft.counted_on is None:
        yield Problem("counted_on", Code.REQUIRED)
    elif draft.counted_on > today:
        yield Problem(
            "counted_on",
            Code.IN_FUTURE,
            draft.counted_on.isoformat(),
            {"today": today.isoformat()},
        )
    elif draft.counted_on < date(year, _JUNE, 1):
        yield Problem(
            "counted_on",
            Code.BEFORE_YEAR,
            draft.counted_on.isoformat(),
            {"academic_year": year},
            confirmable=True,
        )
    if not _possibly_open(stages, first_day(year), last_day(year)):
        yield Problem(
            "academic_year",
            Code.NOT_OPEN_THEN,
            name,
            {"opened": next((s.on.iso for s in stages if _opens(s)), None)},
            confirmable=True,
        )


def _opens(stage: KnownStage) -> bool:
    return stage.retained and stage.kind is StageKind.OPENED


def _possibly_open(stages: Sequence[KnownStage], first: date, last: date) -> bool:
    """Tell whether the centre may have been open on some day of the period."""

    def spans(*kinds: StageKind) -> tuple[Span, ...]:
        found = (stage for stage in stages if stage.retained and stage.kind in kinds)
        return tuple(Span(first=stage.first, last=stage.last) for stage in found)

    worlds = Worlds(
        openings=spans(StageKind.OPENED),
        closings=spans(StageKind.CLOSED, StageKind.SUSPENDED),
        abandonments=spans(StageKind.ABANDONED),
    )
    return any(
        worlds.some_open(day) for day in (first, *worlds.turning_days()) if first <= day <= last
    )


def headcount_problems(where: str, row: EnrolmentRow, known: Before) -> Iterator[Problem]:
    """Judge one headcount by what is known; `where` is the field of its problems."""
    count = row.headcount
    if count is None:
        return
    if isinstance(count, bool) or not isinstance(count, int):
        yield Problem(where, Code.NOT_WHOLE, str(count))
    elif count < 0:
        yield Problem(where, Code.NEGATIVE, str(count))
    elif count > MOST_PEOPLE:
        yield Problem(where, Code.TOO_LARGE, str(count), {"limit": MOST_PEOPLE})
    else:
        if count == 0 and not row.confirmed_zero and known.headcount != 0:
            yield Problem(where, Code.ZERO_NOT_CONFIRMED, "0")
        past = known.last_year
        if (
            past is not None
            and count != known.headcount
            and max(count, past) >= FEW
            and (count >= JUMP * past or past >= JUMP * count)
        ):
            facts = {"last_year": past, "counted": row.counted.value}
            yield Problem(where, Code.JUMP, str(count), facts, confirmable=True)


# The rest.


def source_problems(source: SourceDraft, *, today: date = date.max) -> Iterator[Problem]:
    """Judge how a source is named; whether a key exists is the database's word."""
    yield from text_problems(**_source_texts(source))
    named = (source.id, source.url, source.declared, source.document)
    if sum(map(bool, named)) != 1:
        yield Problem("source", Code.REQUIRED)
    elif source.document and not source.title.strip():
        yield Problem("source_title", Code.REQUIRED)
    elif source.document and source.published_on.first is None:
        yield Problem("source_date", Code.UNDATED_SOURCE, source.title.strip()[:80])
    elif source.document and source.published_on.first and source.published_on.first > today:
        facts = {"today": today.isoformat()}
        yield Problem("source_date", Code.IN_FUTURE, source.published_on.iso, facts)
    elif source.url and not is_web_address(source.url):
        yield Problem("source", Code.BAD_URL, source.url[:100])
    yield from _long_before("source_date", source.published_on)


def _source_texts(source: SourceDraft) -> dict[str, str]:
    return {
        "source": source.id,
        "url": source.url,
        "source_title": source.title,
        "publisher": source.publisher,
    }


def is_web_address(text: str) -> bool:
    """Tell whether a text is an http address of some site."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return (
        parts.scheme in {"http", "https"}
        and _HOST.fullmatch(parts.netloc) is not None
        and not re.search(r"[\s<>\"]", text)
    )


def offering_problems(draft: OfferingDraft, *, today: date) -> Iterator[Problem]:
    """Judge the dates of what a centre offers; a beginning may be planned, a year ahead at most."""
    yield from _long_before("starts_on", draft.starts_on)
    yield from _long_before("ends_on", draft.ends_on)
    first, last = draft.starts_on.first, draft.ends_on.last
    if first is not None and last is not None and last < first:
        yield Problem(
            "ends_on",
            Code.ENDS_BEFORE_START,
            draft.ends_on.iso,
            {"starts_on": draft.starts_on.iso},
        )
    until = date(today.year + 1, 12, 31)
    if first is not None and first > until:
        yield Problem("starts_on", Code.IN_FUTURE, draft.starts_on.iso, {"until": str(until)})


def course_problems(draft: CourseDraft) -> Iterator[Problem]:
    """Judge the fields of a course."""
    yield from required(title=draft.title, field_slug=draft.field_slug)
    for name, value, pattern, example in (
        ("key", draft.key, COURSE_KEY, "F025"),
        ("cnam_code", draft.cnam_code, _CNAM_CODE, "LG02501A"),
        ("rncp_code", draft.rncp_code, _RNCP_CODE, "RNCP36889"),
    ):
        if value and not pattern.fullmatch(value):
            yield Problem(name, Code.BAD_CODE, value[:40], {"example": example})
    if draft.level is not None and draft.level not in LEVELS:
        yield Problem("level", Code.BAD_LEVEL, str(draft.level))
    if draft.credits is not None and not 0 <= draft.credits <= 400:  # noqa: PLR2004 - a doctorate's
        yield Problem("credits", Code.BAD_VALUE, str(draft.credits), {"least": 0, "most": 400})


def target_problems(draft: TargetDraft, *, today: date) -> Iterator[Problem]:
    """Judge a target: a sensible number, decided already, due after it was decided."""
    if draft.indicator != "open_centres":
        yield Problem("indicator", Code.BAD_VALUE, draft.indicator[:40])
    for name in ("value", "decided_on", "deadline"):
        if getattr(draft, name) is None:
            yield Problem(name, Code.REQUIRED)
    if draft.value is not None and not 1 <= draft.value <= MOST_CENTRES:
        facts = {"least": 1, "most": MOST_CENTRES}
        yield Problem("value", Code.BAD_VALUE, str(draft.value), facts)
    if draft.decided_on is not None and draft.decided_on > today:
        yield Problem(
            "decided_on", Code.IN_FUTURE, draft.decided_on.isoformat(), {"today": str(today)}
        )
    if draft.deadline is None:
        return
    if draft.decided_on is not None and draft.deadline <= draft.decided_on:
        yield Problem(
            "deadline",
            Code.DEADLINE_BEFORE_DECISION,
            draft.deadline.isoformat(),
            {"decided_on": draft.decided_on.isoformat()},
        )
    starts_on = draft.starts_on or PROGRAMME_START
    if draft.deadline <= starts_on:
        yield Problem(
            "deadline",
            Code.DEADLINE_BEFORE_START,
            draft.deadline.isoformat(),
            {"starts_on": starts_on.isoformat()},
        )


def report_problems(report: Report, *, today: date) -> Iterator[Problem]:
    """Judge what somebody reports: it must rest on something, and say what it is about."""
    yield from required(town_code=report.town_code, what=report.what or "")
    first = report.happened_on.first
    if first is not None and first > today:
        facts = {"today": today.isoformat()}
        yield Problem("happened_on", Code.IN_FUTURE, report.happened_on.iso, facts)
    if report.first_hand:
        yield from required(function=report.function)
    else:
        yield from required(cited=report.cited)
    if report.what is ReportKind.OTHER:
        yield from required(message=report.message)
    yield from _address_problems(report.email)
    yield from text_problems(
        cited=report.cited, function=report.function, message=report.message, email=report.email
    )


def _address_problems(email: str) -> Iterator[Problem]:
    if email.strip() and not _EMAIL.fullmatch(email.strip()):
        yield Problem("email", Code.BAD_EMAIL, _CONTROL.sub("?", email[:100]))


def staff_problems(draft: StaffDraft) -> Iterator[Problem]:
    """Judge an address and a name."""
    yield from required(email=draft.email, name=draft.name)
    yield from _address_problems(draft.email)
