"""The timeline of a town says each stage with all the days on which it may have happened."""

import re
from datetime import date
from html import unescape
from itertools import pairwise

import pytest

from territoires.charts import svg
from territoires.charts.timeline import MARKS, timeline_svg
from territoires.domain.programme import StageKind
from territoires.queries.announcements import ANNOUNCEMENTS
from territoires.queries.bounds import BOUNDS
from territoires.queries.frames import table
from territoires.queries.town_sheet import STAGES

TODAY = date(2026, 11, 22)


def stages(*rows):
    usual = {
        "centre": "Chaumont",
        "kind": "opened",
        "happened_on": "2019-04",
        "basis": "stated",
        "retained": True,
        "confidence": "medium",
        "first_day": date(2019, 4, 1),
        "last_day": date(2019, 4, 30),
        "source": "Villes de France",
        "source_url": "",
        "note": "",
    }
    return table([usual | row for row in rows], STAGES)


def elements(picture, name):
    """Give the attributes of every element of a name."""
    return [
        dict(re.findall(r'([\w-]+)="([^"]*)"', each))
        for each in re.findall(f"<{name} [^>]*>", picture)
    ]


def bounds(*rows):
    usual = {
        "kind": "opened",
        "not_before": "2019-04",
        "first_day": date(2019, 4, 1),
        "basis": "stated",
        "confidence": "medium",
        "believed": True,
        "contradicted": False,
        "source": "La Gazette France",
        "note": "",
    }
    return table([usual | row for row in rows], BOUNDS)


def announced(*rows):
    usual = {
        "announced_for": "2020-12",
        "announced_on": "2020-10",
        "source": "La Gazette France",
        "note": "",
    }
    return table([usual | row for row in rows], ANNOUNCEMENTS)


def drawn(*rows, limits=(), promises=(), width=520, as_of=TODAY):
    """Draw rows; gives the picture, each one's title, bars and marks, and the texts."""
    picture = timeline_svg(
        stages(*rows),
        bounds(*limits),
        announced(*promises),
        as_of=as_of,
        label="Frise",
        width=width,
    )
    groups = [
        (unescape(title), elements(marks, "path"), elements(marks, "circle"))
        for title, marks in re.findall(r"(?s)<g><title>(.*?)</title>(.*?)</g>", picture)
    ]
    texts = [
        unescape(re.sub("<[^>]+>", "", each)) for each in re.findall(r"<text.*?</text>", picture)
    ]
    return picture, groups, texts


def test_the_longest_name_stays_in_the_narrowest_picture():
    long = {"kind": "opened", "happened_on": "2021-09-28", "basis": "upper_bound"}
    day = {"first_day": date(2021, 9, 28), "last_day": date(2021, 9, 28), "retained": False}
    limit = {"not_before": "2021-09", "believed": False}
    picture, _, _ = drawn({}, long | day, limits=[limit], promises=[{}], width=350)
    found = re.findall(r'font-size="([\d.]+)"[^>]*><tspan[^>]*>([^<]*)</tspan>([^<]*)', picture)
    assert len(found) == 4
    for size, kind, on in found:
        wide = svg.extent(kind, float(size), bold=True) + svg.extent(unescape(on), float(size))
        assert wide <= 350 - 2 * 8 + 2
    assert {size for size, kind, on in found if len(kind + on) < 40} == {"13"}


def test_a_month_is_a_bar_from_its_first_day_to_its_last():
    _, [(title, [bar], marks)], texts = drawn({})
    assert "stroke-dasharray" not in bar
    assert len(marks) == 2
    assert "entre le 1er\u00a0avril 2019 et le 30\u00a0avril 2019" in title
    assert "Ouverture, avril 2019" in texts


def test_a_day_is_a_mark_without_a_bar():
    day = {
        "happened_on": "2019-09-13",
        "first_day": date(2019, 9, 13),
        "last_day": date(2019, 9, 13),
    }
    _, [(_, bars, marks)], _ = drawn(day)
    assert bars == []
    assert len(marks) == 1


def test_a_competing_date_is_hollow_and_says_so():
    _, [(_, _, full), (_, [bar], hollow)], texts = drawn({}, {"retained": False})
    assert {mark["fill"] for mark in full} != {"none"}
    assert {mark["fill"] for mark in hollow} == {"none"}
    assert "stroke-dasharray" in bar
    assert [text.endswith("(date concurrente)") for text in texts[-2:]] == [False, True]


def test_a_date_that_nothing_bounds_is_dotted_up_to_the_chosen_day():
    unknown = {"happened_on": "", "first_day": date(2019, 9, 26), "last_day": None}
    _, [(title, [bar], _)], texts = drawn(unknown)
    assert "stroke-dasharray" in bar
    assert any("date inconnue" in text for text in texts)
    assert "au plus tôt le 26\u00a0septembre 2019" in title


def test_open_and_labelled_look_as_on_every_page():
    assert set(MARKS) == set(StageKind)
    assert MARKS[StageKind.OPENED] != MARKS[StageKind.SELECTED]


@pytest.mark.parametrize("kind", StageKind)
def test_what_is_retained_is_full_whatever_its_kind_and_what_competes_hollow(kind):
    for is_retained in (True, False):
        _, [(_, paths, circles)], _ = drawn({"kind": kind, "retained": is_retained})
        bar, *marks = [*paths, *circles]
        crossed = MARKS[kind][0] == "x"  # a cross is the same in both, and the bar tells
        assert [mark["fill"] != "none" for mark in marks] == [is_retained and not crossed] * 2
        assert ("stroke-dasharray" not in bar) == is_retained


@pytest.mark.parametrize("width", [330, 520, 1120])
@pytest.mark.parametrize("last", [date(2021, 9, 30), date(2023, 12, 31), date(2059, 1, 1)])
def test_everything_lies_within_the_frame_and_days_are_not_written_over_each_other(width, last):
    picture, groups, _ = drawn({}, {"first_day": date(2021, 9, 1), "last_day": last}, width=width)
    for _, _, marks in groups:
        assert all(0 < float(mark["cx"]) < width for mark in marks)
    texts = [(float(text["x"]), float(text["y"])) for text in elements(picture, "text")]
    foot = max(y for _, y in texts)
    days = [x for x, y in texts if y == foot]
    assert days
    assert all(after - before > 60 for before, after in pairwise(days))


@pytest.mark.parametrize("rows", [0, 1, 12])
def test_each_stage_has_a_row_of_its_own(rows):
    picture, groups, _ = drawn(*({} for _ in range(rows)))
    heights = [float(marks[0]["cy"]) for _, _, marks in groups]
    assert len(set(heights)) == rows
    assert max(heights, default=0) < float(elements(picture, "svg")[0]["viewBox"].split()[3])


@pytest.mark.parametrize(
    ("said", "words", "is_full"),
    [
        ({}, "pas avant avril 2019", True),
        ({"believed": False}, "(liste à croire complète)", False),
        ({"contradicted": True}, "(contredite)", False),
    ],
)
def test_a_first_possible_day_points_to_what_is_possible(said, words, is_full):
    _, [_, (title, [mark], _)], texts = drawn({}, limits=[said])
    assert words in texts[-1]
    assert "La Gazette France" in title
    assert (mark["fill"] != "none") == is_full


def test_what_was_announced_is_hollow_and_says_so():
    picture = timeline_svg(
        stages({}), bounds(), announced({}), as_of=TODAY, label="Frise", width=520
    )
    alone = timeline_svg(stages({}), bounds(), announced(), as_of=TODAY, label="Frise", width=520)
    added = picture.replace(alone, "")
    assert "annoncée pour décembre 2020" in picture
    assert "annoncée en octobre 2020" in picture
    assert "annoncée" not in alone
    assert added.count('fill="none"') + added.count("stroke-dasharray") > 0
