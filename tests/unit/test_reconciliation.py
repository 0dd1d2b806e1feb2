"""What totals make of the number truly open, against every course of things written out."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import product
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from territoires.domain.reconciliation import Band, Rows, Total, band, contradictions
from territoires.domain.rollout import lives
from territoires.french import reconciliation as words
from tests.factories import centre, closed, labelled, opened, opened_by
from tests.fuzzing import at_length

DAY = timedelta(days=1)
START = date(2021, 3, 1)
WINDOW, MOST = 4, 4


@dataclass(frozen=True)
class Written:
    """A ground written out day by day: what is certain, the room, and the closings of each day."""

    floors: tuple[int, ...]
    rooms: tuple[int, ...]
    closed: tuple[int, ...]

    def certain(self, day):
        return self.floors[(day - START).days]

    def room(self, day):
        return self.rooms[(day - START).days]

    def closings(self, start, end):
        return sum(self.closed[(start - START).days + 1 : (end - START).days + 1])


@st.composite
def grounds(draw):
    """Draw a ground that holds together: it comes from courses of things."""
    closings = draw(st.lists(st.integers(0, 2), min_size=WINDOW, max_size=WINDOW))
    courses = []
    for _ in range(draw(st.integers(1, 2))):
        course = [draw(st.integers(0, MOST))]
        for fall in closings[1:]:
            course.append(max(0, course[-1] - draw(st.integers(0, fall))))
            course[-1] = min(MOST, course[-1] + draw(st.integers(0, 2)))
        courses.append(course)
    floors = tuple(map(min, zip(*courses, strict=True)))
    rooms = tuple(map(max, zip(*courses, strict=True)))
    return Written(floors, rooms, tuple(closings))


TOTALS = st.lists(
    st.builds(
        lambda shift, least, more: Total(
            number=0, day=START + shift * DAY, least=least, most=least + more
        ),
        st.integers(0, WINDOW - 1),
        st.integers(0, MOST),
        st.sampled_from([0, 0, 1, inf]),
    ),
    max_size=3,
)


def courses_of(ground, believed):
    """List every course of things that fits: N day by day, falling by closings only."""
    for course in product(range(MOST + 1), repeat=WINDOW):
        if all(ground.floors[at] <= course[at] <= ground.rooms[at] for at in range(WINDOW)) and all(
            course[at] >= course[at - 1] - ground.closed[at] for at in range(1, WINDOW)
        ):
            reached = {START + at * DAY: number for at, number in enumerate(course)}
            if all(each.least <= reached[each.day] <= each.most for each in believed):
                yield course


@settings(max_examples=at_length(120))
@given(grounds(), TOTALS)
def test_the_band_is_that_of_every_course_of_things_written_out(ground, believed):
    every = list(courses_of(ground, believed))
    bands = [band(ground, believed, START + at * DAY) for at in range(WINDOW)]
    assert bool(every) is all(each.holds for each in bands)
    for at, found in enumerate(bands) if every else ():
        numbers = {course[at] for course in every}
        assert (found.least, found.most) == (min(numbers), max(numbers))
        assert numbers == set(range(int(found.least), int(found.most) + 1))


@given(grounds(), TOTALS, TOTALS, st.integers(0, WINDOW - 1))
def test_believing_more_never_widens_a_band(ground, believed, more, shift):
    day = START + shift * DAY
    before, after = band(ground, believed, day), band(ground, [*believed, *more], day)
    assert before.least <= after.least
    assert after.most <= before.most


@settings(max_examples=at_length(120))
@given(grounds(), TOTALS)
def test_totals_that_leave_no_course_of_things_are_named_and_no_more_than_needed(ground, totals):
    named = list(contradictions(ground, totals))
    assert bool(named) is not any(courses_of(ground, totals))
    for each in named:
        assert not any(courses_of(ground, each.totals))
        for left_out in each.totals:
            kept = [total for total in each.totals if total is not left_out]
            assert any(courses_of(ground, kept))


# --- what the rows say ---


def rows(*histories, totals=()):
    return Rows(lives(histories), [(date.fromisoformat(on), value) for on, value in totals])


def town(number, *stages):
    return replace(centre(*stages, town=f"5212{number}"), centre_id=number)


def test_labelled_places_bound_what_may_be_open_as_their_totals_do():
    ground = rows(
        town(1, opened("2019-04")),
        town(2, labelled("2019-09-26"), opened_by("2021-06-30")),
        town(3, labelled("2019-09-26")),
        totals=[("2019-09-26", 5), ("2021-05-04", 8), ("2020-01-01", 9)],
    )
    day = date(2019, 12, 31)
    assert (ground.certain(day), ground.places(day)) == (1, 8)  # the 9 is less sure than the 8
    # Chaumont beside 8 places; or: two that may be open, one hidden, six places without a name.
    assert ground.room(day) == min(8 + 1, 2 + 1 + 8 - 2)
    assert ground.places(date(2026, 1, 1)) == 8
    assert rows(town(1, opened("2019-04"))).room(day) == inf


def test_an_abandoned_place_is_named_and_hides_no_opening():
    ended = town(1, labelled("2019-09-26"), closed("2020-06-01"))
    ground = rows(ended, town(2, labelled("2019-09-26")), totals=[("2019-09-26", 3)])
    assert ground.room(date(2020, 5, 31)) == 3
    assert ground.room(date(2020, 6, 1)) == 2


def test_documented_closings_let_the_number_fall():
    ground = rows(town(1, opened("2019-04-01"), closed("2020-06")), totals=[("2019-09-26", 9)])
    assert ground.closings(date(2019, 5, 1), date(2020, 5, 31)) == 0
    assert ground.closings(date(2019, 5, 1), date(2020, 6, 1)) == 1
    assert ground.closings(date(2020, 6, 29), date(2021, 1, 1)) == 1
    assert ground.closings(date(2020, 6, 30), date(2021, 1, 1)) == 0
    assert ground.closings(date(2020, 6, 15), date(2020, 6, 15)) == 0  # no day lies between
    exactly = [Total(number=1, day=date(2020, 6, 15), least=1, most=1)]
    assert band(ground, exactly, date(2020, 6, 15)) == Band(1, 1)
    four = [Total(number=1, day=date(2020, 1, 1), least=4)]
    assert band(ground, four, date(2020, 5, 31)).least == 4
    assert band(ground, four, date(2021, 1, 1)).least == 3


def test_the_day_after_a_total_of_labelled_places_is_one_of_change():
    ground = rows(town(1, labelled("2019-09-26")), totals=[("2019-09-26", 5), ("2021-05-04", 8)])
    on, after = date(2019, 9, 26), date(2019, 9, 27)
    assert ground.places(on) != ground.places(after)
    assert {on, after} <= set(ground.turning_days())


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"value": 1, "least": 1, "most": 1}, "1 centre ouvert"),
        ({"value": 3, "qualifier": "at_least", "least": 3}, "au moins 3 centres ouverts"),
        (
            {"value": 20, "qualifier": "about", "least": 18, "most": 22},
            "environ 20 centres ouverts, soit de 18 à 22",
        ),
        (
            {"value": 75, "indicator": "open_share_of_selected_pct", "least": 57, "most": 75},
            "75 % des labellisés ouverts, soit de 57 à 75",
        ),
    ],
)
def test_a_total_says_what_it_means_once(row, said):
    usual = {"source": "Cnam", "day": date(2021, 5, 4), "indicator": "open_centres"}
    of_all = {"part": "", "qualifier": None, "most": None}
    told = words.total_meaning(usual | of_all | row).replace("\u00a0", " ")
    assert told == f"Cnam, au 4 mai 2021 : {said}"


@pytest.mark.parametrize(
    ("least", "most", "said"),
    [(None, None, ""), (-29, 29, "−29 à 29 jours"), (-60, -1, "−60 à −1 jours")],
)
def test_a_delay_has_the_sign_of_print(least, most, said):
    found = words.late({"late_at_least": least, "late_at_most": most})
    assert found.replace("\u00a0", " ") == said
