"""Which centres are open at a date, for certain and at most, and what that makes of the target.

The one place where the definitions of the count live (docs/definitions.md says them in French).
Everything here is a function of histories read beforehand: no clock, no database.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from territoires.domain.dates import PartialDate
from territoires.domain.programme import (
    CLOSINGS,
    PROGRAMME_START,
    Basis,
    Confidence,
    Qualifier,
    StageKind,
)
from territoires.domain.scope import Scope
from territoires.domain.told import Told
from territoires.domain.worlds import Span, Worlds

MONTH = 30.4375  # days: a twelfth of 365.25
YEAR = timedelta(days=365)
FEW_OPENINGS = 3
FEW_MONTHS = 6
ON_TRACK = 0.95
PROGRESSING = 0.60


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One dated step, as recorded: `retained` is False for a competing date.

    `number` is that of the version it was read from, for who wants its source.
    """

    kind: StageKind
    on: PartialDate
    basis: Basis = Basis.STATED
    retained: bool = True
    number: int = 0


@dataclass(frozen=True, kw_only=True)
class Bound:
    """The first day on which a stage can have happened, itself possible: that of a partial date.

    `number` is that of the version it was read from.
    """

    kind: StageKind
    not_before: PartialDate
    basis: Basis = Basis.STATED
    confidence: Confidence | None = None
    number: int = 0

    @property
    def first(self) -> date:
        """The day itself; one without any date bounds nothing."""
        return self.not_before.first or date.min

    def is_believed(self, *, with_low: bool) -> bool:
        """Tell whether it narrows: stated, or deduced with some confidence; low when asked.

        A low one rests on a list being complete.
        """
        if self.confidence is Confidence.LOW:
            return with_low
        return self.basis is Basis.STATED or self.confidence is not None or with_low


@dataclass(frozen=True, kw_only=True)
class CentreHistory:
    """One centre: its town, whether a source ties it to the programme, its stages, their bounds."""

    centre_id: int
    town: str
    department: str = ""
    region: str = ""
    acv: bool = False
    proven: bool = True
    stages: tuple[Stage, ...] = ()
    bounds: tuple[Bound, ...] = ()


class State(Told):
    """The legend of the maps and lists, in the order in which it is printed."""

    OPEN = "open", "Ouvert"
    OPEN_UNDATED = "open_undated", "Ouvert, date inconnue"
    SELECTED = "selected", "Ville labellisée, ouverture non connue"
    UNPROVEN = "unproven", "Rattachement non prouvé"
    CLOSED = "closed", "Fermé ou abandonné"
    NOTHING_KNOWN = "nothing_known", "Rien de connu"
    OUTSIDE = "outside", "Hors périmètre"


class PlaceState(StrEnum):
    """What is known of one of the places of the programme, in the order in which they are drawn."""

    OPEN = "open"
    OPEN_UNDATED = "open_undated"
    POSSIBLE = "possible"
    SELECTED = "selected"
    UNKNOWN = "unknown"


class Status(Told):
    """How the pace stands against what the target requires."""

    REACHED = "reached", "Objectif atteint"
    OVERDUE = "overdue", "Échéance dépassée"
    TOO_EARLY = "too_early", "Trop tôt pour conclure"
    RECEDING = "receding", "En baisse"
    ON_TRACK = "on_track", "En bonne voie"
    PROGRESSING = "progressing", "En progrès, accélération nécessaire"
    LIMITED = "limited", "Progrès limité"


@dataclass(frozen=True, kw_only=True)
class Life:
    """A centre's history with every stage turned into the days it may have happened on.

    `stages` are all of them, those of competing dates included; the rest is of the retained ones.
    An opening without a date is one of `openings` when another has one: it may be a reopening.
    """

    history: CentreHistory
    stages: tuple[tuple[Stage, Span], ...]
    openings: tuple[tuple[Span, Stage], ...]
    labelled: tuple[Span, ...]
    others: tuple[tuple[StageKind, Span], ...]
    undated_from: date | None
    worlds: Worlds

    def certainly_open(self, day: date) -> bool:
        """Tell whether the centre is open on that day whatever days its stages took."""
        return self.worlds.every_open(day)

    def possibly_open(self, day: date) -> bool:
        """Tell whether the centre is open on that day for some days that its stages may take."""
        return self.worlds.some_open(day)

    def open_undated(self, day: date) -> bool:
        """Tell whether the centre is only said to be open, without a date, from its labelling."""
        return (
            self.undated_from is not None
            and self.undated_from <= day
            and not self.possibly_open(day)
            and not any(ending.first <= day for ending in self.worlds.endings)
        )

    def unsettled_days(self, until: date) -> int:
        """Count the days before this one on which it may have been open, and may not have been.

        For an opening alone, what lies between its first and last possible days. Added up over
        centres, the area between "open" and "at most" up to that day.
        """
        return sum(
            (end - start).days
            for start, end in pairwise([*change_days([self], until=until), until])
            if self.possibly_open(start) and not self.certainly_open(start)
        )

    def contradictions(self) -> Iterator[tuple[Bound, Stage]]:
        """Yield the bounds that come after the last day on which a retained stage can be."""
        for bound in self.history.bounds:
            for stage, span in self.stages:
                if stage.retained and stage.kind is bound.kind and span.last < bound.first:
                    yield bound, stage

    def reached(self, kind: StageKind, day: date) -> bool:
        """Tell whether a stage of this kind is certainly reached."""
        if kind is StageKind.SELECTED:
            return any(span.last <= day for span in self.labelled)
        return any(known is kind and span.last <= day for known, span in self.others)

    def selected(self, day: date) -> bool:
        """Tell whether the town is labelled for certain and has not abandoned for certain."""
        return self.reached(StageKind.SELECTED, day) and not self.reached(StageKind.ABANDONED, day)

    def closed(self, day: date) -> bool:
        """Tell whether an ending is certainly reached that no later opening undoes."""
        return any(ending.last <= day for ending in self.worlds.endings) and not (
            self.possibly_open(day)
        )

    def state(self, day: date) -> State:
        """Give the centre's place in the legend."""
        is_under_way = self.selected(day) or self.reached(StageKind.AGREEMENT, day)
        may_be_open = self.possibly_open(day)
        if not self.history.proven and (may_be_open or self.open_undated(day) or is_under_way):
            return State.UNPROVEN
        if self.certainly_open(day):
            return State.OPEN
        if self.closed(day):
            return State.CLOSED
        if self.open_undated(day):
            return State.OPEN_UNDATED
        # Possibly open, or under agreement: something is known, the opening is not.
        if may_be_open or is_under_way:
            return State.SELECTED
        return State.NOTHING_KNOWN

    def counted_openings(self) -> Iterator[Span]:
        """Yield the openings that start a time of being open: the first, and each reopening."""
        return self._turns(opens=True)

    def counted_closings(self) -> Iterator[Span]:
        """Yield the closings that ended a time of being open.

        Neither a project's abandonment nor what closes for good a centre suspended before.
        """
        return self._turns(opens=False)

    def _turns(self, *, opens: bool) -> Iterator[Span]:
        is_open = False
        for span, is_opening in self.worlds.latest():
            if is_opening is opens and is_opening is not is_open:
                yield span
            is_open = is_opening

    def was_open(self, day: date) -> bool:
        """Tell whether the centre may have been open on some day up to this one."""
        return any(opening.first <= day for opening, _ in self.openings) or (
            self.undated_from is not None and self.undated_from <= day
        )


def lives(histories: Iterable[CentreHistory], *, with_low: bool = False) -> tuple[Life, ...]:
    """Turn histories into lives: a stage's bounds depend on the labelling of its town.

    An `upper_bound` reaches back to the earliest day of the town's labelling, or to the start of
    the programme; no opening precedes that start; no stage a bound of its centre that is believed,
    unless it contradicts the last day possible; competing dates are left out. `with_low`: bounds
    that rest on a list being complete are believed as well.
    """
    every = tuple(histories)
    labellings: dict[str, list[Span]] = defaultdict(list)
    for history in every:
        for stage in history.stages:
            if stage.kind is StageKind.SELECTED and stage.retained:
                span = _days_of(stage, history, PROGRAMME_START, with_low=with_low)
                labellings[history.town].append(span)
    return tuple(_life(history, labellings[history.town], with_low=with_low) for history in every)


def _life(history: CentreHistory, labellings: Sequence[Span], *, with_low: bool) -> Life:
    labelled_from = min((span.first for span in labellings), default=PROGRAMME_START)
    spans = [
        (stage, _days_of(stage, history, labelled_from, with_low=with_low))
        for stage in history.stages
    ]
    of: dict[StageKind, list[tuple[Span, Stage]]] = defaultdict(list)
    for stage, span in spans:
        if stage.retained:
            of[stage.kind].append((span, stage))
    openings = of[StageKind.OPENED]
    # "Without any date": one that is known, even still to come, tells when.
    is_dated = any(stage.on.last is not None for _, stage in openings)
    return Life(
        history=history,
        stages=tuple(spans),
        openings=tuple(openings) if is_dated else (),
        labelled=tuple(span for span, _ in of[StageKind.SELECTED]),
        others=tuple(
            (kind, span)
            for kind, pairs in of.items()
            if kind is not StageKind.SELECTED
            for span, _ in pairs
        ),
        undated_from=max(_undated_from(labellings), openings[0][0].first)
        if openings and not is_dated
        else None,
        worlds=Worlds(
            openings=tuple(span for span, _ in openings) if is_dated else (),
            closings=tuple(
                span for kind in CLOSINGS - {StageKind.ABANDONED} for span, _ in of[kind]
            ),
            abandonments=tuple(span for span, _ in of[StageKind.ABANDONED]),
        ),
    )


def _undated_from(labellings: Sequence[Span]) -> date:
    """Give the day from which an undated opening is counted apart: the labelling's latest."""
    known = [span.last for span in labellings if span.last != date.max]
    return max(min(known, default=PROGRAMME_START), PROGRAMME_START)


def _days_of(stage: Stage, history: CentreHistory, labelled_from: date, *, with_low: bool) -> Span:
    """Give the days on which a stage may have happened, a competing date's included."""
    reach = PROGRAMME_START if stage.kind is StageKind.SELECTED else labelled_from
    first, last = stage.on.first or reach, stage.on.last or date.max
    if stage.basis is Basis.UPPER_BOUND:
        first = min(first, reach)
    if stage.kind is StageKind.OPENED:
        first, last = max(first, PROGRAMME_START), max(last, PROGRAMME_START)
    bounds = [
        bound.first
        for bound in history.bounds
        if bound.kind is stage.kind and bound.is_believed(with_low=with_low)
    ]
    return Span(first=max([first, *(day for day in bounds if day <= last)]), last=last)


def in_scope(every: Sequence[Life], scope: Scope) -> tuple[Life, ...]:
    """Keep the centres of the scope's territory and perimeter."""

    def inside(each: CentreHistory) -> bool:
        return scope.holds(
            town=each.town, department=each.department, region=each.region, acv=each.acv
        )

    return tuple(life for life in every if inside(life.history))


@dataclass(frozen=True, kw_only=True)
class Count:
    """How many centres (open, at most, undated, unproven, closed) and towns (the rest)."""

    open: int = 0
    open_at_most: int = 0
    open_undated: int = 0
    unproven: int = 0
    selected: int = 0
    selected_without_opening: int = 0
    closed: int = 0
    abandoned: int = 0


def counted(every: Iterable[Life], *, with_unproven: bool = False) -> tuple[Life, ...]:
    """Keep the centres that count: those tied to the programme, or all if the reader asks."""
    return tuple(life for life in every if life.history.proven or with_unproven)


def count(every: Sequence[Life], day: date, *, with_unproven: bool = False) -> Count:
    """Count what is reached on `day`; the rows behind each number are those of `state`."""
    kept = counted(every, with_unproven=with_unproven)
    labelled = {life.history.town for life in kept if life.selected(day)}
    waiting = {life.history.town for life in kept if life.state(day) is State.SELECTED}
    known_open = {
        life.history.town
        for life in kept
        if life.certainly_open(day) or life.possibly_open(day) or life.open_undated(day)
    }
    return Count(
        open=sum(life.certainly_open(day) for life in kept),
        open_at_most=sum(life.possibly_open(day) for life in kept),
        open_undated=sum(life.open_undated(day) for life in kept),
        unproven=sum(life.certainly_open(day) for life in every if not life.history.proven),
        selected=len(labelled),
        selected_without_opening=len(waiting - known_open),
        closed=sum(life.closed(day) and life.was_open(day) for life in kept),
        abandoned=sum(life.closed(day) and not life.was_open(day) for life in kept),
    )


@dataclass(frozen=True, kw_only=True)
class TargetRow:
    """A decided number of centres: `value` by `deadline`, counted from `starts_on`."""

    value: int
    starts_on: date
    deadline: date
    decided_on: date
    source: str = ""
    source_url: str = ""


def target_at(targets: Iterable[TargetRow], day: date) -> TargetRow | None:
    """Give the target in force: the one decided last, on that day or before.

    Of two that were decided on the same day, the one given last.
    """
    decided = [target for target in targets if target.decided_on <= day]
    return max(reversed(decided), key=lambda target: target.decided_on, default=None)


@dataclass(frozen=True, kw_only=True)
class Progress:
    """The count against the target.

    `pace_per_month`: openings per month of 30.4375 days since `first_opened_on`, the earliest
    possible day of the first opening; null before any. `pace_last_12_months`: openings in the
    365 days up to the date. `pace_required`: per month until the deadline; null once it is past.
    `ratio`: pace_per_month over pace_required. `reached_on`: the day since which the target is
    reached for certain, its decision's at the earliest; it may have been `reached_earlier`.
    """

    openings: int
    openings_uncertain: int
    first_opening: Span | None
    last_opening: Span | None
    pace_per_month: float | None
    pace_last_12_months: int
    closings_last_12_months: int
    target: TargetRow | None
    remaining: int | None
    pace_required: float | None
    ratio: float | None
    status: Status | None
    reached_on: date | None = None
    reached_earlier: bool = False

    @property
    def first_opened_on(self) -> date | None:
        """The earliest possible day of the first opening."""
        return self.first_opening.first if self.first_opening else None


def months_between(start: date, end: date) -> float:
    """Give the months of 30.4375 days between two days."""
    return (end - start).days / MONTH


def progress(
    every: Sequence[Life], day: date, targets: Iterable[TargetRow], *, with_unproven: bool = False
) -> Progress:
    """Compare what is open on `day` with the target in force."""
    kept = counted(every, with_unproven=with_unproven)
    openings = [span for life in kept for span in life.counted_openings() if span.last <= day]
    closings = [span for life in kept for span in life.counted_closings() if span.last <= day]
    opened_lately = sum(day - YEAR < span.last for span in openings)
    closed_lately = sum(day - YEAR < span.last for span in closings)
    opening = min(openings, key=lambda span: (span.first, span.last), default=None)
    first = opening.first if opening else None
    elapsed = months_between(first, day) if first else 0.0
    pace = len(openings) / elapsed if elapsed > 0 else None
    target = target_at(targets, day)
    now_open = sum(life.certainly_open(day) for life in kept)
    remaining = None if target is None else max(target.value - now_open, 0)
    past = target is not None and day >= target.deadline
    required = (
        None
        if target is None or remaining is None or past
        else remaining / months_between(day, target.deadline)
    )
    # The paces divided, written so that a ratio of exactly 95 % is not rounded to just below.
    reached_on, reached_earlier = _reached_on(kept, day, target)
    ratio = (
        len(openings) * (target.deadline - day).days / ((day - first).days * remaining)
        if target is not None and first is not None and pace is not None and required and remaining
        else None
    )
    return Progress(
        openings=len(openings),
        openings_uncertain=sum(span.first != span.last for span in openings),
        first_opening=opening,
        last_opening=max(openings, key=lambda span: (span.last, span.first), default=None),
        pace_per_month=pace,
        pace_last_12_months=opened_lately,
        closings_last_12_months=closed_lately,
        target=target,
        remaining=remaining,
        pace_required=required,
        ratio=ratio,
        status=None
        if target is None
        else _status(
            remaining=target.value - now_open,
            past=past,
            few=len(openings) < FEW_OPENINGS or elapsed < FEW_MONTHS,
            receding=closed_lately > opened_lately,
            ratio=ratio,
        ),
        reached_on=reached_on,
        reached_earlier=reached_earlier,
    )


def _status(
    *, remaining: int, past: bool, few: bool, receding: bool, ratio: float | None
) -> Status:
    rules = (
        (remaining <= 0, Status.REACHED),
        (past, Status.OVERDUE),
        (few, Status.TOO_EARLY),
        (receding, Status.RECEDING),
        (ratio is not None and ratio >= ON_TRACK, Status.ON_TRACK),
        (ratio is not None and ratio >= PROGRESSING, Status.PROGRESSING),
    )
    return next((status for holds, status in rules if holds), Status.LIMITED)


def _reached_on(
    kept: Sequence[Life], day: date, target: TargetRow | None
) -> tuple[date | None, bool]:
    """Give the first day of the present run of days on which the target is reached for certain.

    And tell whether it may have been before. Nothing is reached before it is decided.
    """
    if target is None:
        return None, False
    certain: date | None = None
    possible: date | None = None
    for step in _steps(kept, until=day):
        certain = (certain or step.day) if step.open >= target.value else None
        possible = (possible or step.day) if step.open_at_most >= target.value else None
    if certain is None or possible is None:
        return None, False
    reached_on = max(certain, target.decided_on)
    return reached_on, max(possible, target.decided_on) < reached_on


def change_days(kept: Iterable[Life], *, until: date) -> list[date]:
    """List the days, sorted, on which some centre may open or close, up to `until`."""
    days = {day for life in kept for day in life.worlds.turning_days()}
    return sorted(day for day in days if day <= until)


@dataclass(frozen=True, kw_only=True)
class Step:
    """The counts from one day until the next step."""

    day: date
    open: int
    open_at_most: int


def staircase(every: Sequence[Life], *, until: date, with_unproven: bool = False) -> list[Step]:
    """List the counts on each day on which they change, up to `until`."""
    return list(_steps(counted(every, with_unproven=with_unproven), until=until))


def _steps(kept: Iterable[Life], *, until: date) -> Iterator[Step]:
    moves: dict[date, list[int]] = defaultdict(lambda: [0, 0])
    for life in kept:
        before = (False, False)
        for day in change_days([life], until=until):
            now = (life.certainly_open(day), life.possibly_open(day))
            for at, (one, other) in enumerate(zip(before, now, strict=True)):
                moves[day][at] += other - one
            before = now
    certain = possible = 0
    for day in sorted(moves):
        certain, possible = certain + moves[day][0], possible + moves[day][1]
        if any(moves[day]):
            yield Step(day=day, open=certain, open_at_most=possible)


@dataclass(frozen=True, kw_only=True)
class Published:
    """A total as somebody published it: never mixed with the rows counted here.

    `part` says what it counts, where that is not the whole programme.
    """

    indicator: str
    value: float
    qualifier: Qualifier | None
    on: PartialDate
    source_id: str
    publisher: str
    part: str = ""


@dataclass(frozen=True, kw_only=True)
class Announced:
    """How many centres were open by the latest published total: `least` to `most` (maybe inf).

    `share_of`: the total was given as a share of so many.
    """

    figure: Published
    least: float
    most: float
    share_of: int | None = None


@dataclass(frozen=True, kw_only=True)
class FirstOpening:
    """The opening reached first in a territory, whatever the day looked at."""

    town: str
    on: PartialDate
    basis: Basis = Basis.STATED


@dataclass(frozen=True, kw_only=True)
class Situation:
    """The figures of one scope, counted together, beside what was published.

    `created_at` is the instant from which the database knew anything; `first` tells a reader who
    looks at an earlier day where to go; `whole_target` is the target of all towns of France.
    """

    scope: Scope
    count: Count
    progress: Progress
    published: tuple[Published, ...] = ()
    first: FirstOpening | None = None
    whole_target: TargetRow | None = None
    created_at: datetime | None = None
    announced: Announced | None = None


@dataclass(frozen=True, kw_only=True)
class QuarterOpenings:
    """Openings that lie between two quarters, each named by its first day; equal when known."""

    first: date
    last: date
    openings: int


def quarter_of(day: date) -> date:
    """Give the first day of a quarter."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def openings_by_quarter(
    every: Sequence[Life], *, until: date, with_unproven: bool = False
) -> list[QuarterOpenings]:
    """Count the openings reached by `until`, by the quarters in which they may have happened.

    An opening known only within several quarters belongs to none of them: putting it in the last
    would make a burst at each year's end.
    """
    tally = Counter(
        (quarter_of(span.first), quarter_of(span.last))
        for life in counted(every, with_unproven=with_unproven)
        for span in life.counted_openings()
        if span.last <= until
    )
    return [
        QuarterOpenings(first=first, last=last, openings=openings)
        for (first, last), openings in sorted(tally.items())
    ]
