"""The definitions of the count, read afresh: each law is stated again in its own words."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territoires.domain.dates import PartialDate
from territoires.domain.programme import CLOSINGS, PROGRAMME_START, Basis, StageKind
from territoires.domain.rollout import (
    Count,
    Stage,
    State,
    Status,
    change_days,
    count,
    counted,
    lives,
    openings_by_quarter,
    progress,
    quarter_of,
    staircase,
    target_at,
)
from tests.factories import (
    centre,
    centres,
    closed,
    labelled,
    opened,
    opened_by,
    stage,
    target_row,
)

DAY = timedelta(days=1)
START = PROGRAMME_START
LAST = date(2024, 12, 31)
DAYS = st.dates(min_value=date(2019, 1, 1), max_value=LAST)
PROGRAMME_DAYS = st.dates(min_value=START, max_value=LAST)


@st.composite
def partial_dates(draw, days=DAYS):
    day = draw(days)
    return draw(
        st.sampled_from(
            [
                PartialDate.of(day),
                PartialDate(day.year, day.month),
                PartialDate(day.year),
                PartialDate(),
            ]
        )
    )


STAGES = st.builds(
    Stage,
    kind=st.sampled_from(StageKind),
    on=partial_dates(),
    basis=st.sampled_from(Basis),
    retained=st.booleans(),
)
HISTORIES = st.lists(
    st.builds(
        centre,
        town=st.sampled_from(["52121", "10387", "57672"]),
        proven=st.booleans(),
    ).flatmap(
        lambda one: st.lists(STAGES, max_size=5).map(
            lambda stages: replace(one, stages=tuple(stages))
        )
    ),
    max_size=5,
)
GROWING = HISTORIES.map(
    lambda histories: [
        replace(h, stages=tuple(s for s in h.stages if s.kind not in CLOSINGS)) for h in histories
    ]
)


def only(*stages, **changes):
    (life,) = lives([centre(*stages, **changes)])
    return life


# --- open for certain, open at most ---


def test_a_month_is_open_at_most_from_its_first_day_and_for_certain_from_its_last():
    life = only(opened("2020-02"))
    assert next(d for d in range(61) if life.possibly_open(date(2020, 1, 1) + d * DAY)) == 31
    assert not life.certainly_open(date(2020, 2, 28))
    assert life.certainly_open(date(2020, 2, 29))


def test_a_year_is_open_for_certain_on_its_last_day_only():
    life = only(opened("2020"))
    assert life.possibly_open(date(2020, 1, 1))
    assert not life.possibly_open(date(2019, 12, 31))
    assert not life.certainly_open(date(2020, 12, 30))
    assert life.certainly_open(date(2020, 12, 31))


def test_already_open_by_then_reaches_back_to_the_labelling():
    life = only(labelled("2019-09-26"), opened_by("2021-01"))
    assert not life.possibly_open(date(2019, 9, 25))
    assert life.possibly_open(date(2019, 9, 26))
    assert not life.certainly_open(date(2021, 1, 30))
    assert life.certainly_open(date(2021, 1, 31))


def test_already_open_by_then_reaches_back_to_the_earliest_day_of_an_imprecise_labelling():
    assert only(labelled("2020-03"), opened_by("2021")).possibly_open(date(2020, 3, 1))
    assert not only(labelled("2020-03"), opened_by("2021")).possibly_open(date(2020, 2, 29))


def test_already_open_by_then_reaches_back_to_the_start_when_the_labelling_is_unknown():
    for stages in ([], [labelled("")], [labelled("2020-03-01", retained=False)]):
        assert only(*stages, opened_by("2021")).possibly_open(START)


def test_a_labelling_after_the_opening_does_not_push_the_opening_forward():
    life = only(labelled("2022-05-01"), opened_by("2021-06"))
    assert life.possibly_open(date(2021, 6, 1))
    assert not life.possibly_open(date(2021, 5, 31))


def test_a_second_site_reaches_back_to_the_labelling_of_its_town():
    first = centre(labelled("2020-03-01"), opened("2020-09-01"))
    second = replace(centre(opened_by("2021-01")), centre_id=2)
    life = lives([first, second])[1]
    assert not life.possibly_open(date(2020, 2, 29))
    assert life.possibly_open(date(2020, 3, 1))


@given(HISTORIES)
def test_nothing_is_open_before_the_programme_starts(histories):
    counted = count(lives(histories), START - DAY, with_unproven=True)
    assert (counted.open, counted.open_at_most, counted.open_undated) == (0, 0, 0)


def test_an_opening_dated_before_the_start_counts_from_the_start():
    life = only(opened("2018-11-05"))
    assert life.certainly_open(START)
    assert not life.possibly_open(START - DAY)


@given(HISTORIES, DAYS)
def test_what_is_certainly_open_is_possibly_open(histories, day):
    for life in lives(histories):
        assert life.possibly_open(day) or not life.certainly_open(day)


@given(HISTORIES, DAYS, st.booleans())
def test_no_more_are_open_for_certain_than_at_most(histories, day, with_unproven):
    counted = count(lives(histories), day, with_unproven=with_unproven)
    assert 0 <= counted.open <= counted.open_at_most <= len(histories)


@given(GROWING, DAYS, DAYS, st.booleans())
def test_without_closings_no_count_ever_goes_down(histories, one, other, with_unproven):
    every = lives(histories)
    earlier, later = sorted((one, other))
    before = count(every, earlier, with_unproven=with_unproven)
    after = count(every, later, with_unproven=with_unproven)
    for name in ("open", "open_at_most", "unproven", "selected"):
        assert getattr(before, name) <= getattr(after, name)


@given(GROWING, DAYS, DAYS)
def test_what_is_certainly_open_stays_so_while_nothing_closes(histories, one, other):
    earlier, later = sorted((one, other))
    for life in lives(histories):
        assert life.certainly_open(later) or not life.certainly_open(earlier)


@given(HISTORIES, DAYS)
def test_competing_dates_change_nothing(histories, day):
    retained = [replace(h, stages=tuple(s for s in h.stages if s.retained)) for h in histories]
    assert count(lives(histories), day) == count(lives(retained), day)


@given(HISTORIES, DAYS)
def test_the_order_in_which_facts_are_read_changes_nothing(histories, day):
    turned = [replace(h, stages=h.stages[::-1]) for h in reversed(histories)]
    target = [target_row(3)]
    assert count(lives(histories), day) == count(lives(turned), day)
    assert progress(lives(histories), day, target) == progress(lives(turned), day, target)


@given(HISTORIES, DAYS)
def test_the_unproven_count_only_when_asked(histories, day):
    every = lives(histories)
    proven = [life for life in every if life.history.proven]
    counted = count(every, day)
    assert replace(counted, unproven=0) == count(proven, day)
    assert counted.unproven == count(every, day, with_unproven=True).unproven
    assert count(every, day, with_unproven=True).open == counted.open + counted.unproven
    assert progress(every, day, []) == progress(proven, day, [])


# --- closing and reopening ---

CLOSES = [StageKind.CLOSED, StageKind.SUSPENDED, StageKind.ABANDONED]


@pytest.mark.parametrize("kind", CLOSES)
def test_a_closing_ends_what_was_open(kind):
    life = only(opened("2020-01-10"), stage(kind, "2021-03-05"))
    assert life.certainly_open(date(2021, 3, 4))
    assert not life.certainly_open(date(2021, 3, 5))
    assert not life.possibly_open(date(2021, 3, 5))
    assert life.state(date(2021, 3, 5)) is State.CLOSED


@pytest.mark.parametrize("kind", CLOSES)
def test_an_imprecise_closing_ends_certainty_at_once_and_possibility_at_its_end(kind):
    life = only(opened("2020-01-10"), stage(kind, "2021-03"))
    assert life.certainly_open(date(2021, 2, 28))
    assert not life.certainly_open(date(2021, 3, 1))
    assert life.possibly_open(date(2021, 3, 30))
    assert not life.possibly_open(date(2021, 3, 31))


def test_a_closing_of_unknown_date_leaves_no_certainty_and_every_possibility():
    life = only(opened("2020-01-10"), closed(""))
    assert not life.certainly_open(LAST)
    assert life.possibly_open(LAST)


def test_a_closing_known_by_then_may_have_happened_since_the_labelling():
    life = only(
        labelled("2019-09-26"),
        opened("2020-01-10"),
        closed("2021-03-05", basis=Basis.UPPER_BOUND),
    )
    assert not life.certainly_open(date(2020, 6, 1))
    assert life.possibly_open(date(2021, 3, 4))
    assert not life.possibly_open(date(2021, 3, 5))


@pytest.mark.parametrize("kind", CLOSES)
def test_a_later_opening_reopens(kind):
    life = only(opened("2020-01-10"), stage(kind, "2021-03-05"), opened("2022-09-01"))
    assert not life.possibly_open(date(2022, 8, 31))
    assert life.certainly_open(date(2022, 9, 1))
    assert life.state(date(2022, 9, 1)) is State.OPEN


def test_a_project_that_was_abandoned_then_opened_is_open():
    life = only(labelled("2019-09-26"), stage(StageKind.ABANDONED, "2020-05"), opened("2021-09-01"))
    assert life.certainly_open(date(2021, 9, 1))


def test_an_opening_known_by_then_may_precede_the_closing_too():
    life = only(opened("2019-05-01"), closed("2020-06-15"), opened_by("2021-09"))
    assert not life.possibly_open(date(2020, 6, 15))
    assert life.possibly_open(date(2020, 6, 16))
    assert not life.certainly_open(LAST)


def test_a_reopening_that_may_precede_the_closing_is_no_certainty():
    life = only(opened("2019-05-01"), closed("2020-06-15"), opened("2020"))
    assert not life.certainly_open(date(2021, 1, 1))
    assert life.possibly_open(date(2021, 1, 1))


@given(
    st.lists(
        st.tuples(PROGRAMME_DAYS, st.sampled_from([StageKind.OPENED, *CLOSES])),
        max_size=6,
        unique_by=lambda event: event[0],
    ),
    DAYS,
)
def test_with_days_known_the_last_event_decides(events, day):
    life = only(*(stage(kind, on.isoformat()) for on, kind in events))
    reached = max((event for event in events if event[0] <= day), default=None)
    expected = reached is not None and reached[1] is StageKind.OPENED
    assert life.certainly_open(day) is life.possibly_open(day) is expected


def test_a_suspension_that_may_precede_the_reopening_leaves_it_possible():
    suspended = stage(StageKind.SUSPENDED, "2021")
    life = only(opened("2020-07-01"), suspended, opened("2021-12"))
    for day in (date(2021, 12, 31), date(2022, 1, 1), LAST):
        assert life.possibly_open(day)
        assert not life.certainly_open(day)
        assert life.state(day) is State.SELECTED
    assert life.certainly_open(date(2020, 12, 31))
    assert not life.certainly_open(date(2021, 1, 1))


def test_an_opening_closed_within_its_own_year_is_not_possible_for_ever():
    life = only(opened("2019"), closed("2019-06"))
    assert life.possibly_open(date(2019, 6, 29))
    assert not life.possibly_open(date(2019, 6, 30))
    assert life.state(date(2019, 6, 30)) is State.CLOSED
    assert not life.certainly_open(date(2019, 6, 1))
    # It opened before it closed, so that the two count on the same latest day.
    found = progress([life], date(2019, 6, 30), [])
    assert (found.openings, found.closings_last_12_months) == (1, 1)


def test_a_closing_before_the_only_opening_is_kept_when_no_order_is_left_without_it():
    life = only(closed("2019-06-01"), opened("2020-01-10"))
    assert not life.possibly_open(date(2020, 1, 9))
    assert life.certainly_open(date(2020, 1, 10))


@pytest.mark.parametrize("kind", CLOSES)
def test_a_reopening_dated_exactly_the_day_of_the_closing_reopens(kind):
    life = only(opened("2020-01-10"), stage(kind, "2021-03-05"), opened("2021-03-05"))
    assert life.certainly_open(date(2021, 3, 5))
    found = progress([life], LAST, [])
    assert found.openings == 2


def test_an_opening_and_a_closing_of_one_day_close():
    life = only(opened("2021-03-05"), closed("2021-03-05"))
    assert not life.possibly_open(date(2021, 3, 5))
    assert life.state(date(2021, 3, 5)) is State.CLOSED


def test_a_reopening_without_a_date_leaves_the_centre_possibly_open():
    life = only(opened("2020-01-10"), closed("2021-03-05"), opened(""))
    assert not life.possibly_open(date(2021, 3, 5))
    assert life.possibly_open(date(2021, 3, 6))
    assert not life.certainly_open(LAST)
    assert not life.open_undated(LAST)


def test_an_opening_without_a_date_before_a_dated_reopening_was_possible_until_the_closing():
    life = only(opened(""), closed("2021-03-05"), opened("2022-09-01"))
    assert life.possibly_open(date(2021, 3, 4))
    assert not life.possibly_open(date(2021, 3, 5))
    assert life.certainly_open(date(2022, 9, 1))


# --- counted apart ---


def test_a_centre_said_to_be_open_without_a_date_is_counted_apart_from_its_labelling_on():
    every = lives([centre(labelled("2019-09-26"), opened(""))])
    assert count(every, date(2019, 9, 25)).open_undated == 0
    assert count(every, date(2019, 9, 26)) == Count(
        open_undated=1, selected=1, selected_without_opening=0
    )


def test_a_centre_without_date_nor_labelling_is_counted_apart_from_the_start():
    assert count(lives([centre(opened(""))]), START).open_undated == 1
    assert count(lives([centre(opened(""))]), START - DAY).open_undated == 0


def test_a_centre_without_date_labelled_before_the_start_is_counted_apart_from_the_start():
    every = lives([centre(labelled("2019-02-01"), opened(""))])
    assert count(every, START).open_undated == 1
    assert count(every, START - DAY).open_undated == 0


def test_a_second_site_without_date_is_counted_apart_from_the_labelling_of_its_town():
    first = centre(labelled("2020-03-01"))
    second = replace(centre(opened("")), centre_id=2)
    assert count(lives([first, second]), date(2020, 2, 29)).open_undated == 0
    assert count(lives([first, second]), date(2020, 3, 1)).open_undated == 1


@pytest.mark.parametrize("day", [date(2020, 6, 1), date(2021, 1, 15), date(2022, 1, 1)])
def test_a_centre_with_any_date_is_not_one_without_a_date(day):
    every = lives([centre(labelled("2019-09-26"), opened(""), opened("2021-01"))])
    assert count(every, day).open_undated == 0


def test_a_centre_without_date_that_closed_is_no_longer_said_to_be_open():
    every = lives([centre(labelled("2019-09-26"), opened(""), closed("2021-03"))])
    assert count(every, date(2021, 2, 28)).open_undated == 1
    assert count(every, date(2021, 3, 1)).open_undated == 0


@given(HISTORIES, DAYS, st.booleans())
def test_nothing_is_both_counted_and_counted_apart(histories, day, with_unproven):
    for life in lives(histories):
        assert not (life.possibly_open(day) and life.open_undated(day))
    counted = count(lives(histories), day, with_unproven=with_unproven)
    assert counted.open_at_most + counted.open_undated <= len(histories)


# --- the funnel ---


def test_a_town_is_labelled_from_the_last_day_of_its_labelling_open_or_not():
    every = lives(centres((labelled("2019-09"),), (labelled("2019-09"), opened("2019-10-01"))))
    assert count(every, date(2019, 9, 29)).selected == 0
    assert count(every, date(2019, 9, 30)).selected == 2
    assert count(every, date(2019, 10, 1)).selected_without_opening == 1


def test_a_labelled_town_whose_centre_closed_waits_for_no_opening_to_be_known():
    past = (labelled("2019-09"), opened("2019-10-01"), closed("2021-03-05"))
    every = lives(centres(past, (labelled("2019-09"),)))
    assert count(every, LAST).selected_without_opening == 1


def test_a_town_that_abandoned_is_no_longer_labelled_once_that_is_certain():
    every = lives([centre(labelled("2019-09-26"), stage(StageKind.ABANDONED, "2021"))])
    assert count(every, date(2021, 12, 30)).selected == 1
    assert count(every, date(2021, 12, 31)).selected == 0


def test_a_label_is_not_an_opening():
    assert count(lives([centre(labelled("2019-09-26"))]), LAST).open_at_most == 0


def test_a_competing_labelling_labels_nothing():
    assert count(lives([centre(labelled("2019-09-26", retained=False))]), LAST).selected == 0


def test_two_sites_of_a_town_are_two_centres_of_one_labelled_town():
    first = centre(labelled("2019-09-26"), opened("2020-01-01"))
    second = replace(first, centre_id=2)
    counted = count(lives([first, second]), LAST)
    assert (counted.open, counted.selected) == (2, 1)


def test_an_abandoned_project_is_no_closed_centre():
    project = (labelled("2019-09-26"), stage(StageKind.ABANDONED, "2020-05-01"))
    gone = (opened("2019-10-01"), closed("2020-05-01"))
    counted = count(lives(centres(project, gone)), date(2020, 5, 1))
    assert (counted.abandoned, counted.closed) == (1, 1)


def test_a_project_abandoned_before_it_opened_later_was_abandoned_then():
    stages = (stage(StageKind.ABANDONED, "2020-05-01"), opened("2022-09-01"))
    counted = count(lives([centre(*stages)]), date(2021, 1, 1))
    assert (counted.abandoned, counted.closed) == (1, 0)


@given(HISTORIES, DAYS)
def test_the_legend_agrees_with_the_counts(histories, day):
    every = lives(histories)
    states = [life.state(day) for life in every]
    counted = count(every, day)
    assert states.count(State.OPEN) == counted.open
    assert states.count(State.OPEN_UNDATED) == counted.open_undated
    assert states.count(State.UNPROVEN) >= counted.unproven
    assert State.OUTSIDE not in states


# --- the staircase ---


@given(HISTORIES, DAYS, st.booleans())
def test_the_staircase_is_the_count_on_every_day(histories, until, with_unproven):
    every = lives(histories)
    steps = staircase(every, until=until, with_unproven=with_unproven)
    assert [step.day for step in steps] == sorted({step.day for step in steps})
    moments = {date(2018, 12, 31), *change_days(every, until=until), until}
    for day in {day + shift for day in moments for shift in (-DAY, 0 * DAY, DAY)}:
        if day > until:
            continue
        reached = [step for step in steps if step.day <= day]
        counted = count(every, day, with_unproven=with_unproven)
        expected = (reached[-1].open, reached[-1].open_at_most) if reached else (0, 0)
        assert (counted.open, counted.open_at_most) == expected


@given(HISTORIES, DAYS)
def test_what_is_unsettled_is_the_area_between_the_two_counts(histories, until):
    every = lives(histories)
    steps = staircase(every, until=until)
    days = [step.day for step in steps] + [until]
    widths = [(end - start).days for start, end in pairwise(days)]
    area = sum(
        (step.open_at_most - step.open) * width for step, width in zip(steps, widths, strict=True)
    )
    assert sum(life.unsettled_days(until) for life in counted(every)) == area


@given(st.sampled_from([PartialDate(2021), PartialDate(2021, 5), PartialDate(2021, 5, 4)]))
def test_an_opening_alone_is_unsettled_from_its_first_day_to_its_last(on):
    (life,) = lives([centre(Stage(kind=StageKind.OPENED, on=on))])
    ((span, _),) = life.openings
    assert life.unsettled_days(LAST) == (span.last - span.first).days


@given(HISTORIES)
def test_each_step_of_the_staircase_changes_something(histories):
    steps = staircase(lives(histories), until=LAST)
    pairs = [(step.open, step.open_at_most) for step in steps]
    assert all(one != other for one, other in pairwise(pairs))


@given(HISTORIES, DAYS)
def test_every_opening_stands_in_one_bar_of_the_quarters(histories, day):
    bars = openings_by_quarter(lives(histories), until=day)
    assert sum(bar.openings for bar in bars) == progress(lives(histories), day, []).openings
    for bar in bars:
        assert bar.first <= bar.last
        assert bar.first == quarter_of(bar.first)


def test_an_opening_known_to_the_year_is_in_no_quarter():
    (bar,) = openings_by_quarter(lives([centre(opened("2020"))]), until=LAST)
    assert (bar.first, bar.last) == (date(2020, 1, 1), date(2020, 10, 1))


# --- the target ---


def test_before_the_target_is_decided_nothing_is_said_of_it():
    every = lives([centre(opened("2019-04-01"))])
    found = progress(every, date(2019, 5, 12), [target_row(decided_on=date(2019, 5, 13))])
    assert found.target is None
    assert (found.remaining, found.pace_required, found.ratio, found.status) == (None,) * 4
    assert found.pace_per_month is not None


def test_the_target_is_in_force_on_the_very_day_it_is_decided():
    row = target_row(decided_on=date(2019, 5, 13))
    assert target_at([row], date(2019, 5, 13)) is row
    assert target_at([row], date(2019, 5, 12)) is None
    assert target_at([], LAST) is None


def test_the_target_decided_last_is_in_force_whatever_the_order_of_reading():
    old, new = target_row(100), target_row(150, decided_on=date(2020, 1, 20))
    for rows in ([old, new], [new, old]):
        assert target_at(rows, date(2020, 1, 19)) is old
        assert target_at(rows, date(2020, 1, 20)) is new


def test_of_two_targets_decided_the_same_day_the_one_recorded_last_is_in_force():
    rows = [target_row(100), target_row(120)]
    assert target_at(rows, LAST) is rows[1]


def test_remaining_is_never_negative():
    every = lives(centres(*((opened("2020-01-01"),) for _ in range(3))))
    found = progress(every, date(2020, 6, 1), [target_row(2)])
    assert (found.remaining, found.pace_required, found.ratio) == (0, 0, None)
    assert found.status is Status.REACHED


# --- the paces ---


def openings_on(*days):
    return lives(centres(*((opened(day.isoformat()),) for day in days)))


def test_without_an_opening_there_is_no_pace():
    found = progress(openings_on(), LAST, [])
    assert (found.openings, found.pace_per_month, found.first_opened_on) == (0, None, None)
    assert found.pace_last_12_months == 0


def test_on_the_very_day_of_the_first_opening_there_is_no_pace_yet():
    found = progress(openings_on(date(2020, 1, 1)), date(2020, 1, 1), [])
    assert (found.openings, found.pace_per_month) == (1, None)


def test_the_pace_since_the_start_divides_by_months_of_a_twelfth_of_a_year():
    found = progress(openings_on(date(2020, 1, 1), date(2020, 3, 1)), date(2021, 1, 1), [])
    assert found.pace_per_month == pytest.approx(2 / (366 / 30.4375))


def test_the_first_opening_counts_on_its_latest_day_and_the_months_from_its_earliest():
    every = lives([centre(opened("2019"))])
    assert progress(every, date(2019, 12, 30), []).openings == 0
    found = progress(every, date(2019, 12, 31), [])
    assert found.first_opened_on == START
    assert (found.openings, found.openings_uncertain) == (1, 1)
    assert found.pace_per_month == pytest.approx(1 / (274 / 30.4375))


def test_the_last_twelve_months_are_the_365_days_up_to_the_date():
    day = date(2021, 6, 30)
    for back, expected in ((0, 1), (1, 1), (364, 1), (365, 0), (366, 0), (-1, 0)):
        found = progress(openings_on(day - back * DAY), day, [])
        assert found.pace_last_12_months == expected


def test_a_second_word_of_the_same_opening_is_no_second_opening():
    every = lives([centre(opened("2020-01-10"), opened("2020-09-01"))])
    assert progress(every, LAST, []).openings == 1


def test_a_reopening_is_an_opening_and_a_closing_a_closing():
    stages = (opened("2020-01-10"), closed("2021-03-05"), opened("2021-09-01"))
    found = progress(lives([centre(*stages)]), date(2021, 10, 1), [])
    assert (found.openings, found.pace_last_12_months) == (2, 1)
    assert found.closings_last_12_months == 1


def test_a_suspension_followed_by_its_closing_closes_once():
    stages = (opened("2020-01-10"), stage(StageKind.SUSPENDED, "2021-03-05"), closed("2021-06-30"))
    assert progress(lives([centre(*stages)]), date(2021, 10, 1), []).closings_last_12_months == 1


def test_the_abandonment_of_a_project_closes_no_centre():
    stages = (labelled("2019-09-26"), stage(StageKind.ABANDONED, "2021-03-05"))
    assert progress(lives([centre(*stages)]), date(2021, 10, 1), []).closings_last_12_months == 0


def test_what_is_required_is_what_remains_over_the_months_left():
    found = progress(openings_on(date(2020, 1, 1)), date(2022, 12, 30), [target_row(100)])
    assert found.remaining == 99
    assert found.pace_required == pytest.approx(99 * 30.4375)
    assert found.ratio == pytest.approx(found.pace_per_month / found.pace_required)


@pytest.mark.parametrize("day", [date(2022, 12, 31), date(2023, 1, 1)])
def test_the_deadline_is_past_from_its_own_day_on(day):
    found = progress(openings_on(date(2020, 1, 1)), day, [target_row(100)])
    assert (found.pace_required, found.ratio) == (None, None)
    assert found.status is Status.OVERDUE
    assert found.remaining == 99


# --- the status ---


def test_reached_comes_before_everything():
    day = date(2020, 1, 2)
    for when in (day, date(2022, 12, 31), LAST):
        assert progress(openings_on(day), when, [target_row(1)]).status is Status.REACHED


def test_overdue_comes_before_too_early_and_receding():
    every = lives(centres((opened("2022-10-01"),)))
    assert progress(every, date(2022, 12, 31), [target_row(2)]).status is Status.OVERDUE
    gone = lives([centre(opened("2020-01-01"), closed("2022-12-01"))])
    assert progress(gone, date(2022, 12, 31), [target_row(2)]).status is Status.OVERDUE


def test_two_openings_are_too_few_and_three_are_enough():
    day = date(2020, 12, 1)
    for openings, early in ((0, True), (1, True), (2, True), (3, False), (4, False)):
        every = openings_on(*(date(2020, 1, 1 + n) for n in range(openings)))
        found = progress(every, day, [target_row(100)])
        assert (found.status is Status.TOO_EARLY) is early


def test_six_months_are_enough_and_no_day_less():
    first = date(2020, 1, 1)
    every = openings_on(first, first, first)
    # Six months are 182.625 days.
    assert progress(every, first + 182 * DAY, [target_row()]).status is Status.TOO_EARLY
    assert progress(every, first + 183 * DAY, [target_row()]).status is not Status.TOO_EARLY


def test_too_early_comes_before_receding():
    gone = ((opened("2020-01-01"), closed("2021-06-01")),) * 2
    assert progress(lives(centres(*gone)), date(2021, 12, 1), [target_row()]).status is (
        Status.TOO_EARLY
    )


def test_more_closings_than_openings_is_receding_and_as_many_is_not():
    steady = [(opened("2020-01-01"),)] * 5
    closing = (opened("2020-01-01"), closed("2021-06-01"))
    opening = (opened("2021-06-01"),)
    day = date(2021, 12, 1)
    receding = progress(lives(centres(*steady, closing)), day, [target_row(7)])
    assert receding.status is Status.RECEDING
    level = progress(lives(centres(*steady, closing, opening)), day, [target_row(7)])
    assert level.status is not Status.RECEDING
    old = progress(lives(centres(*steady, closing)), date(2022, 6, 1), [target_row(7)])
    assert old.status is not Status.RECEDING


def expected_of(ratio):
    if ratio >= Fraction(95, 100):
        return Status.ON_TRACK
    return Status.PROGRESSING if ratio >= Fraction(60, 100) else Status.LIMITED


@pytest.mark.parametrize(
    ("openings", "target", "status"),
    [
        (19, 39, Status.ON_TRACK),
        (19, 40, Status.PROGRESSING),
        (20, 40, Status.ON_TRACK),
        (6, 16, Status.PROGRESSING),
        (3, 8, Status.PROGRESSING),
        (6, 17, Status.LIMITED),
    ],
)
def test_at_half_time_the_ratio_is_what_is_done_over_what_remains(openings, target, status):
    first, day = date(2020, 1, 1), date(2021, 1, 1)
    row = target_row(target, deadline=day + (day - first))
    found = progress(openings_on(*[first] * openings), day, [row])
    assert found.ratio == pytest.approx(openings / (target - openings))
    assert found.status is status


@given(
    openings=st.integers(3, 40),
    remaining=st.integers(1, 60),
    elapsed=st.integers(183, 1200),
    left=st.integers(1, 1200),
)
def test_the_status_is_that_of_the_exact_ratio(openings, remaining, elapsed, left):
    first = date(2020, 1, 1)
    day = first + elapsed * DAY
    row = target_row(openings + remaining, deadline=day + left * DAY)
    found = progress(openings_on(*[first] * openings), day, [row])
    assert found.status in {
        Status.RECEDING,
        expected_of(Fraction(openings * left, elapsed * remaining)),
    }


@given(
    share=st.sampled_from([(19, 20), (3, 5)]), times=st.integers(1, 6), months=st.integers(183, 999)
)
def test_exactly_95_and_60_per_cent_are_enough(share, times, months):
    openings, remaining = share[0] * times, share[1] * times
    first = date(2020, 1, 1)
    day = first + months * DAY
    row = target_row(openings + remaining, deadline=day + months * DAY)
    found = progress(openings_on(*[first] * openings), day, [row])
    assert found.status is (Status.ON_TRACK if share == (19, 20) else Status.PROGRESSING)


def test_the_day_on_which_the_target_was_reached_is_that_of_the_last_one_needed():
    every = openings_on(date(2020, 1, 1), date(2020, 5, 4), date(2020, 9, 1))
    found = progress(every, LAST, [target_row(2)])
    assert found.reached_on == date(2020, 5, 4)
    assert progress(every, date(2020, 5, 3), [target_row(2)]).reached_on is None


def test_a_target_lost_then_reached_again_was_reached_the_second_time():
    stages = (opened("2020-01-10"), closed("2021-03-05"), opened("2021-09-01"))
    every = lives([centre(*stages)])
    assert progress(every, LAST, [target_row(1)]).reached_on == date(2021, 9, 1)
    assert progress(every, date(2021, 4, 1), [target_row(1)]).reached_on is None


@given(HISTORIES, DAYS, st.integers(0, 4))
def test_figures_of_one_day_hold_together(histories, day, value):
    every = lives(histories)
    row = target_row(value, deadline=date(2022, 12, 31))
    found, counted = progress(every, day, [row]), count(every, day)
    assert 0 <= found.openings_uncertain <= found.openings
    assert found.pace_last_12_months <= found.openings
    assert (found.first_opened_on is None) is (found.openings == 0)
    if found.target is None:
        assert day < row.decided_on
        assert found.status is found.remaining is found.pace_required is found.ratio is None
        return
    assert found.remaining == max(value - counted.open, 0)
    assert (found.status is Status.REACHED) is (counted.open >= value)
    assert (found.pace_required is None) is (day >= row.deadline)
    if day >= row.deadline:
        assert found.ratio is None
        assert found.status in {Status.REACHED, Status.OVERDUE}
