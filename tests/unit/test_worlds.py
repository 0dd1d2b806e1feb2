"""What is open in every world and in some, against every world written out."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from territoires.domain.dates import PartialDate
from territoires.domain.programme import (
    CLOSINGS,
    PROGRAMME_START,
    Basis,
    Confidence,
    StageKind,
)
from territoires.domain.rollout import Bound, Stage, lives
from territoires.domain.worlds import Span, Worlds
from tests.factories import centre
from tests.fuzzing import at_length

DAY = timedelta(days=1)
START = date(2021, 3, 1)
OPENING, CLOSING, ABANDONMENT = "opening", "closing", "abandonment"
WINDOW = 6
LABELLED = StageKind.SELECTED


@st.composite
def spans(draw):
    first = draw(st.integers(0, WINDOW - 1))
    length = draw(st.sampled_from([0, 0, 1, 2, 4]))
    return Span(first=START + first * DAY, last=START + min(first + length, WINDOW) * DAY)


EVENTS = st.lists(
    st.tuples(st.sampled_from([OPENING, OPENING, CLOSING, ABANDONMENT]), spans()), max_size=5
)


def every_day(span):
    return [span.first + shift * DAY for shift in range((span.last - span.first).days + 1)]


def worlds_of(events, days=every_day):
    """List every way in which things may have happened: a day for each event, in their order."""
    every = [
        tuple(
            (when, kind, span.first == span.last)
            for (kind, span), when in zip(events, chosen, strict=True)
        )
        for chosen in product(*(days(span) for _, span in events))
    ]
    return [world for world in every if not closed_before_any_opening(world)] or every


def closed_before_any_opening(world):
    opened = [when for when, kind, _ in world if kind == OPENING]
    return any(
        all(when < opening for opening in opened) for when, kind, _ in world if kind == CLOSING
    )


def is_open(world, day):
    def rank(event):
        when, kind, is_exact = event
        reopens = is_exact and any(kind == OPENING and w < when for w, kind, _ in world)
        return (when, 1 if kind != OPENING else 2 if reopens else 0)

    reached = [event for event in world if event[0] <= day]
    return bool(reached) and max(reached, key=rank)[1] == OPENING


def answers(events):
    def of(kind):
        return tuple(span for known, span in events if known == kind)

    return Worlds(openings=of(OPENING), closings=of(CLOSING), abandonments=of(ABANDONMENT))


@settings(max_examples=at_length(500))
@given(EVENTS)
def test_both_bounds_are_those_of_every_world_written_out(events):
    every = worlds_of(events)
    found = answers(events)
    for shift in range(-1, WINDOW + 2):
        day = START + shift * DAY
        opens = {is_open(world, day) for world in every}
        assert found.every_open(day) is (opens == {True}), day
        assert found.some_open(day) is (True in opens), day


@given(EVENTS)
def test_the_answers_change_on_turning_days_only(events):
    found = answers(events)
    turning = set(found.turning_days())
    for shift in range(WINDOW + 3):
        day = START + shift * DAY
        if day not in turning:
            assert found.every_open(day) is found.every_open(day - DAY)
            assert found.some_open(day) is found.some_open(day - DAY)


STAGES = st.lists(
    st.builds(
        Stage,
        kind=st.sampled_from(
            [StageKind.OPENED, StageKind.OPENED, *sorted(CLOSINGS), StageKind.SELECTED]
        ),
        on=st.builds(
            lambda day, parts: PartialDate(*(day.year, day.month, day.day)[:parts]),
            st.dates(date(2019, 1, 1), date(2021, 12, 31)),
            st.integers(0, 3),
        ),
        basis=st.sampled_from([Basis.STATED, Basis.UPPER_BOUND]),
    ),
    max_size=3,
)


BOUNDS = st.lists(
    st.builds(
        Bound,
        kind=st.sampled_from([StageKind.OPENED, StageKind.OPENED, *sorted(CLOSINGS), LABELLED]),
        not_before=st.builds(
            lambda day, parts: PartialDate(*(day.year, day.month, day.day)[:parts]),
            st.dates(date(2019, 1, 1), date(2021, 12, 31)),
            st.integers(0, 3),
        ),
        basis=st.sampled_from([Basis.STATED, Basis.INFERRED]),
        confidence=st.sampled_from([None, *Confidence]),
    ),
    max_size=3,
)


def narrows(bound, *, with_low):
    """Tell, in the words of the definitions, whether a bound is believed."""
    if with_low:
        return True
    if bound.confidence is Confidence.LOW:
        return False
    return bound.basis is Basis.STATED or bound.confidence in {Confidence.MEDIUM, Confidence.HIGH}


def possible(stage, since, bounds):
    """Say a stage's days anew: the latest of what it says, the labelling, the start, its bounds."""
    last = stage.on.last or date.max
    said = stage.on.first or since
    first = min(said, since) if stage.basis is Basis.UPPER_BOUND else said
    if stage.kind is StageKind.OPENED:
        first, last = max(first, PROGRAMME_START), max(last, PROGRAMME_START)
    for bound in bounds:
        known = bound.not_before.first
        if bound.kind is stage.kind and known is not None and known <= last:
            first = max(first, known)
    return Span(first=first, last=last)


@settings(max_examples=at_length(300))
@given(STAGES, BOUNDS, st.booleans(), st.dates(date(2019, 3, 1), date(2022, 2, 1)))
def test_so_are_those_of_a_centre_with_its_dates_of_known_precision_and_its_bounds(
    stages, bounds, with_low, day
):
    believed = [bound for bound in bounds if narrows(bound, with_low=with_low)]
    labelled = [possible(s, PROGRAMME_START, believed) for s in stages if s.kind is LABELLED]
    since = min((span.first for span in labelled), default=PROGRAMME_START)
    kinds = {StageKind.OPENED: OPENING, StageKind.ABANDONED: ABANDONMENT}
    events = [
        (kinds.get(stage.kind, CLOSING), possible(stage, since, believed))
        for stage in stages
        if stage.kind is not LABELLED
    ]
    # Answers turn on bounds, on the day asked and on their neighbours: no other day is needed.
    turning = {day, *(bound for _, span in events for bound in (span.first, span.last))}
    near = {
        bound + shift * DAY
        for bound in turning
        for shift in (-1, 0, 1)
        if date.min < bound < date.max
    } | turning
    every = worlds_of(
        events, lambda span: sorted(each for each in near if span.first <= each <= span.last)
    )
    opens = {is_open(world, day) for world in every}
    (life,) = lives([replace(centre(*stages), bounds=tuple(bounds))], with_low=with_low)
    if not life.openings:  # counted apart: the date of no opening is known
        opens = {False}
    assert life.certainly_open(day) is (opens == {True})
    assert life.possibly_open(day) is (True in opens)


@settings(max_examples=at_length(200))
@given(STAGES, BOUNDS, st.integers(0, 3), st.dates(date(2019, 3, 1), date(2022, 2, 1)))
def test_believing_more_bounds_never_makes_more_days_possible(stages, bounds, kept, day):
    history = centre(*stages)
    fewer, more = (
        lives([replace(history, bounds=tuple(some))], with_low=True)[0]
        for some in (bounds[:kept], bounds)
    )
    for (_, before), (_, after) in zip(fewer.stages, more.stages, strict=True):
        # A labelling that is narrowed moves what reaches back to it forward as well.
        assert before.first <= after.first <= after.last == before.last
    assert not (fewer.undated_from and more.undated_from) or (
        fewer.undated_from <= more.undated_from
    )
    if not any(kind in CLOSINGS for kind, _ in fewer.others):
        assert fewer.possibly_open(day) or not more.possibly_open(day)
        assert more.certainly_open(day) or not fewer.certainly_open(day)


def test_a_bound_after_the_last_day_narrows_nothing_and_is_a_contradiction():
    opening = Stage(kind=StageKind.OPENED, on=PartialDate(2020, 6))
    late = Bound(kind=StageKind.OPENED, not_before=PartialDate(2020, 7, 1))
    in_time = Bound(kind=StageKind.OPENED, not_before=PartialDate(2020, 6, 30))
    (life,) = lives([replace(centre(opening), bounds=(late, in_time))])
    ((_, span),) = life.stages
    assert (span.first, span.last) == (date(2020, 6, 30), date(2020, 6, 30))
    assert list(life.contradictions()) == [(late, opening)]
