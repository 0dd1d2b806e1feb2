"""Things told one by one, a row for each of what holds them."""

import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from territoires.charts import svg
from territoires.charts.enrolments import announced_svg
from territoires.charts.rows import courses_by_field_svg, places_by_territory_svg

SHEET, FRONT = "ville?ville=", "./?terr="
PLACE = {
    "territory": "reg-44", "name": "Grand Est", "town_code": "52121", "town": "Chaumont",
    "department": "Haute-Marne", "region_code": "44", "state": "open", "happened_on": "2019-04",
    "basis": "stated",
}  # fmt: skip


def drawn(*places, width=1120.0):
    rows = pd.DataFrame([PLACE | place for place in places])
    return places_by_territory_svg(rows, width=width, sheet=SHEET, front=FRONT, label="Lieux")


def links(picture):
    return re.findall(r'<a href="([^"]+)"', picture)


def test_each_place_is_a_link_in_the_row_of_its_territory():
    picture = drawn({}, {"town_code": "88160"}, {"territory": "reg-53", "town_code": "22278"})
    assert links(picture) == [
        f"{FRONT}reg-44", f"{SHEET}52121", f"{SHEET}88160", f"{FRONT}reg-53", f"{SHEET}22278",
    ]  # fmt: skip
    assert "Chaumont" in picture


def test_nothing_is_drawn_of_nothing():
    nothing = pd.DataFrame(columns=list(PLACE))
    said = {"width": 350.0, "label": "Rien"}
    assert not places_by_territory_svg(nothing, sheet=SHEET, front=FRONT, **said)
    assert not announced_svg(pd.DataFrame(), **said)


@given(
    names=st.lists(st.text("abcéÉ -’", min_size=1, max_size=60), min_size=1, unique=True),
    most=st.integers(1, 60),
    width=st.sampled_from([350.0, 1120.0]),
)
def test_marks_stay_in_the_picture_and_off_the_names(names, most, width):
    rows = [
        {"territory": f"reg-{number}", "name": name}
        for number, name in enumerate(names)
        for _ in range(most)
    ]
    picture = drawn(*rows, width=width)
    box = [float(each) for each in re.search(r'viewBox="([^"]+)"', picture)[1].split()]
    marks = [
        tuple(map(float, each))
        for each in re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)"', picture)
    ]
    assert len(marks) == most * len(names)
    for x, y, radius in marks:
        assert radius - 0.1 <= x <= box[2] - radius + 0.1
        assert radius <= y <= box[3] - radius
    texts = re.findall(r'<text x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]+)</text>', picture)
    for left, foot, name in texts:
        end = float(left) + svg.extent(name, 13)
        beside = [x for x, y, _ in marks if abs(y - float(foot) + 4) < 6 and x > float(left)]
        assert all(x > end for x in beside)


@pytest.mark.parametrize(("given", "symbol"), [(0, "none"), (2, "#1d9f63")])
def test_a_course_that_a_centre_gives_is_full(given, symbol):
    course = {
        "course_key": "LG1", "course": "Licence <b>", "field_slug": "gestion", "field": "Gestion",
        "offered_centres": given, "offered_at_most": given,
    }  # fmt: skip
    picture = courses_by_field_svg(
        pd.DataFrame([course]),
        width=350.0,
        course="formations?f=",
        field="formations?d=",
        label="F",
    )
    assert f'fill="{symbol}"' in picture
    assert links(picture) == ["formations?d=gestion", "formations?f=LG1"]
    assert "<b>" not in picture


def test_a_total_that_is_no_exact_one_ends_open():
    row = {"value": 4200, "period": "Du lancement au 4 mai 2021", "source": "Cnam"}
    exact, least = (
        announced_svg(pd.DataFrame([row | {"qualifier": each}]), width=1120.0, label="T")
        for each in ("exact", "at_least")
    )
    assert "stroke-dasharray" in least
    assert "stroke-dasharray" not in exact
    assert "au moins 4" in least
    assert "Cnam" in exact


def test_who_published_a_total_is_left_to_the_table_where_there_is_no_room():
    row = {"value": 1, "period": "Du lancement au 4 mai 2021", "source": "S" * 90, "qualifier": ""}
    picture = announced_svg(pd.DataFrame([row]), width=350.0, label="T")
    assert "Du lancement au 4" in picture
    assert "SSS" not in picture
