"""What the figures of enrolments and courses draw, empty ones included."""

import re
from html import unescape

import pandas as pd
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from territoires.charts import bars as bars_of
from territoires.charts import courses as course_charts
from territoires.charts import enrolments as charts
from territoires.charts import svg
from territoires.charts.palette import GRID, SEQUENTIAL
from territoires.charts.sealed import mark
from territoires.domain.programme import Counted
from territoires.french import courses as course_words
from territoires.french import enrolments as words
from territoires.french.places import of_town
from territoires.queries import courses, enrolments
from territoires.queries.frames import empty, table

P = Counted.PERSONS


def total(**changes):
    usual = {
        "academic_year": "2021-2022",
        "region_code": "44",
        "region": "Grand Est",
        "counted": P,
        "headcount": 120,
        "centres": 2,
        "hidden_centres": 0,
        "expected_centres": 3,
        "provisional": True,
    }
    return usual | changes


def heat_cell(**changes):
    usual = {
        "field_slug": "numerique",
        "field": "Numérique",
        "region_code": "44",
        "region": "Grand Est",
        "offered": "offered",
        "offered_courses": 2,
        "offered_centres": 1,
        "courses_at_most": 2,
        "centres_at_most": 1,
    }
    return usual | changes


SHOWN = {"label": "Figure", "width": 1120.0}


def heat(*rows, **shown):
    data = table(rows, courses.HEAT)
    return course_charts.heat_svg(data, field="?filiere=", region="?terr=reg-", **SHOWN | shown)


def cells(picture):
    """Give the cells of the map of fields and regions: where, their shade, ink, number, hover."""
    found = re.findall(
        r'<title>([^<]*)</title><rect x="(\S+)" y="(\S+)" width="(\S+)" height="26" fill="([^"]+)">'
        r'</rect><text [^>]*font-size="(\S+)"[^>]*fill="([^"]+)">([^<]*)<',
        picture,
    )
    return [
        {
            "hover": unescape(hover), "x": float(x), "y": float(y), "wide": float(wide),
            "shade": shade, "size": float(size), "ink": ink, "said": unescape(said),
        }
        for hover, x, y, wide, shade, size, ink, said in found
    ]  # fmt: skip


def totals(data, **shown):
    return charts.totals_svg(data, territory="inscriptions?terr=reg-", **SHOWN | shown)


def texts(picture):
    """Give what is written in a picture, each where it begins."""
    written = re.findall(r'<text x="([^"]+)" y="([^"]+)"[^>]*>([^<]*)<', picture)
    return [(float(x), float(y), unescape(said)) for x, y, said in written]


def ends(picture):
    """Give what is written at the end of each bar, by its name."""
    said = [words_ for _, _, words_ in texts(picture)]
    return dict(zip(said[::2], said[1::2], strict=True))


def bars(picture):
    """Give the bars of a picture: where they begin and end, their colour, whether hatched."""
    found = re.findall(
        r'<path d="M(\S+) \S+l(\S+) [^"]*"[^>]*stroke="([^"]+)" stroke-width="14"([^>]*)', picture
    )
    return [
        (float(x), float(x) + float(long), colour, "dasharray" in more)
        for x, long, colour, more in found
    ]


@pytest.mark.parametrize(
    ("draw", "columns", "options"),
    [
        (charts.totals_svg, enrolments.TOTALS, {"territory": ""}),
        (charts.ages_svg, enrolments.AGES, {"counts": P, "sheet": ""}),
        (charts.centres_svg, enrolments.CENTRES, {"sheet": ""}),
        (charts.fields_svg, enrolments.FIELDS, {"address": ""}),
        (charts.courses_svg, enrolments.COURSES, {"address": ""}),
        (course_charts.heat_svg, courses.HEAT, {"field": "", "region": ""}),
    ],
)
def test_nothing_is_drawn_of_nothing(draw, columns, options):
    assert not draw(empty(columns), **options, **SHOWN)


def test_bars_add_up_to_the_total_written_at_their_end():
    data = table(
        [total(), total(region_code="27", region="Bourgogne-Franche-Comté", headcount=80)],
        enrolments.TOTALS,
    )
    made = totals(data)
    (first, second), (_, said) = bars(made), ends(made).popitem()
    assert first[1] + 1 == pytest.approx(second[0], abs=0.2)
    assert (second[1] - second[0]) / (first[1] - first[0]) == pytest.approx(80 / 120, rel=0.01)
    assert said == "200"
    assert re.findall(r'<a href="([^"]+)"', made) == [
        "inscriptions?terr=reg-44", "inscriptions?terr=reg-27",
    ]  # fmt: skip


def test_what_is_provisional_is_hatched_and_what_is_final_is_not():
    data = table([total(), total(academic_year="2020-2021", provisional=False)], enrolments.TOTALS)
    assert [is_hatched for *_, is_hatched in bars(totals(data))] == [False, True]


def test_regions_past_the_fifth_share_a_colour_and_lose_nobody():
    rows = [total(region=f"R{n}", region_code=f"{n:02}", headcount=10 + n) for n in range(12)]
    data = table(rows, enrolments.TOTALS)
    made = totals(data)
    assert len({colour for _, _, colour, _ in bars(made)}) == len(bars(made)) == 6
    kept = charts.by_region(data)
    assert sum(kept["headcount"]) == sum(row["headcount"] for row in rows)
    assert len(charts.colours(kept)) == 6


@given(
    names=st.lists(st.text("abcéÉ -’", min_size=1, max_size=90), min_size=1, max_size=6),
    counts=st.lists(st.integers(0, 10**6), min_size=6, max_size=6),
    target=st.none() | st.integers(1, 10**6),
    width=st.sampled_from([350.0, 1120.0]),
)
def test_nothing_written_beside_bars_is_cut_or_over_another(names, counts, target, width):
    rows = [
        bars_of.Bar(
            name=name,
            parts=[bars_of.Part(value=count, colour="red")],
            end=f"{count} sur 1 000 000 (100 %)",
            target=target,
            is_at_least=True,
        )
        for name, count in zip(names, counts, strict=False)
    ]
    picture = bars_of.bars_svg(rows, width=width, label="Barres")
    high = float(re.search(r'viewBox="\S+ \S+ \S+ (\S+)"', picture)[1])
    room = svg.Room((0, 0, width + 0.1, high))
    for x, y, said in texts(picture):
        if svg.extent(said, 13) <= width:  # a single word may be longer
            assert room.find(said, [(x, y, "start")], size=10) is not None, said


def test_a_region_that_said_nothing_is_named_and_not_drawn():
    rows = [
        heat_cell(),
        heat_cell(
            region_code="53",
            region="Bretagne",
            offered="not_transmitted",
            offered_courses=0,
            courses_at_most=0,
        ),
    ]
    made = heat(*rows)
    assert len(cells(made)) == 1
    assert "Grand Est" in made
    assert "Bretagne" not in made
    assert re.findall(r'href="([^"]+)"', made) == ["?terr=reg-44", "?filiere=numerique"]
    said = course_words.heat(table(rows, courses.HEAT))
    assert said.endswith("qu’elle n’existe pas\u00a0: Bretagne.")


def test_a_field_that_no_region_gives_is_left_out():
    none = heat_cell(field="Gestion", field_slug="gestion", offered_courses=0, courses_at_most=0)
    assert "Gestion" not in heat(heat_cell(), none)
    assert not heat(none)


@given(
    counts=st.lists(st.tuples(st.integers(0, 40), st.integers(0, 9)), min_size=2, max_size=18),
    field=st.text("abcéÉ -’", min_size=1, max_size=90).map(str.strip).filter(bool),
    width=st.sampled_from([350.0, 1120.0]),
)
def test_cells_stay_in_the_picture_each_with_its_number_and_off_the_names(counts, field, width):
    rows = [
        heat_cell(field=field, region=f"R{place}", region_code=str(place), offered_courses=count,
                  courses_at_most=1 + count + more)
        for place, (count, more) in enumerate(counts)
    ]  # fmt: skip
    made = heat(*rows, width=width)
    found = cells(made)
    assert len(found) == len(rows)
    names = [
        (float(x) + svg.extent(said, 12), float(y))
        for x, y, said in re.findall(
            r'<text x="(\S+)" y="(\S+)" font-size="12" fill[^>]*>([^<]*)<', made
        )
    ]
    assert len(names) > len(counts)  # those of regions, upright, begin at (0, 4) of their own
    edge = 0.0
    for cell in found:
        assert cell["x"] >= edge
        edge = cell["x"] + cell["wide"]
        assert svg.extent(cell["said"], cell["size"]) <= cell["wide"] + 0.6
        # Beside the cells, or over them.
        assert all(end <= cell["x"] or y + 3 <= cell["y"] for end, y in names)
    assert edge <= width + 0.1


def test_much_is_darker_and_a_brief_number_says_that_there_may_be_more():
    rows = [
        heat_cell(region=f"R{n}", region_code=str(n), offered_courses=n, courses_at_most=n + 1)
        for n in range(1, 19)
    ]
    wide, narrow = cells(heat(*rows)), cells(heat(*rows, width=350.0))
    assert [cell["said"] for cell in wide][:2] == ["1 à 2", "2 à 3"]
    assert [cell["said"] for cell in narrow][:2] == ["1+", "2+"]
    shades = list(dict.fromkeys(cell["shade"] for cell in wide))
    assert shades == list(SEQUENTIAL[-5:])


def test_a_sum_that_lacks_a_part_says_at_least():
    row = {
        "academic_year": "2021-2022",
        "field_slug": "numerique",
        "field": "Numérique",
        "counted": P,
        "headcount": 120,
        "cells": 4,
        "hidden": 1,
        "centres": 3,
        "kept_centres": 0,
    }
    data = table([row, row | {"field": "Gestion", "headcount": 30, "hidden": 0}], enrolments.FIELDS)
    made = charts.fields_svg(data, address="inscriptions?filiere=", **SHOWN)
    assert ends(made) == {"Numérique": "≥ 120", "Gestion": "30"}
    assert 'href="inscriptions?filiere=numerique"' in made
    assert "au moins 120" in words.fields(data, P)
    kept = table([row | {"hidden": 0, "kept_centres": 2}], enrolments.FIELDS)
    assert ends(charts.fields_svg(kept, address="", **SHOWN)) == {"Numérique": "≥ 120"}
    assert "de 2\u00a0centres, rien n’est publié de ce détail" in words.fields(kept, P)


def sum_of(**changes):
    usual = {
        "academic_year": "2020-2021",
        "course_key": "F014",
        "course": "DEUST",
        "field_slug": "numerique",
        "field": "Numérique",
        "counted": P,
        "headcount": None,
        "cells": 3,
        "hidden": 3,
        "centres": 3,
        "kept_centres": 0,
    }
    return usual | changes


@pytest.mark.parametrize(
    ("say", "draw", "columns"),
    [
        (words.fields, charts.fields_svg, enrolments.FIELDS),
        (words.courses, charts.courses_svg, enrolments.COURSES),
    ],
)
def test_what_is_not_published_is_neither_few_nor_none(say, draw, columns):
    data = table([{name: sum_of()[name] for name in columns}], columns)
    said = f"{say(data, P)} {draw(data, address='', **SHOWN)}"
    assert "Aucun de ces effectifs n’est publié" in said
    assert "non publié" in said
    assert "moins de 5" not in said
    assert "≥" not in said


def test_a_year_that_nobody_told_has_no_bar_and_is_not_the_latest_said():
    data = table([total(), total(academic_year="2022-2023", headcount=None)], enrolments.TOTALS)
    assert words.totals(data, P).startswith("**120\u00a0personnes en 2021-2022**")
    assert list(ends(totals(data))) == ["2021-2022"]
    untold = data[data["headcount"].isna()]
    assert "aucun total publié" in words.totals(untold, P)


def test_a_demonstration_is_marked_on_the_figure_itself():
    made = mark(go.Figure())
    assert "données fictives de démonstration" in made.layout.title.text


def centres(*rows):
    usual = {
        "academic_year": "2021-2022",
        "town_code": "52121",
        "town": "Chaumont",
        "department": "Haute-Marne",
        "region": "Grand Est",
        "expected": True,
        "transmitted": True,
        "counted": P,
        "headcount": 35.0,
        "publication": "shown",
        "counted_on": pd.Timestamp("2022-08-31"),
        "provisional": False,
        "courses_sum": None,
        "courses_hidden": 0,
        "target": None,
        "target_share": None,
        "target_source": "",
    }
    return table([usual | row for row in rows], enrolments.CENTRES)


BESIDE = {"expected": False}  # transmitted, without being documented as open
LATE = {"transmitted": False, "headcount": None, "publication": "absent", "counted_on": None}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], "**Aucun centre documenté comme ouvert pour 2021-2022**"),
        ([LATE], "**Aucun effectif transmis pour 2021-2022** par le centre ouvert."),
        (
            [LATE, LATE],
            "**Aucun effectif transmis pour 2021-2022** par les 2\u00a0centres ouverts.",
        ),
        ([{}], "**Le centre ouvert a transmis ses effectifs pour 2021-2022**."),
        ([{}, {}], "**Les 2\u00a0centres ouverts ont transmis leurs effectifs pour 2021-2022**."),
        ([{}, LATE], "**1 des 2\u00a0centres ouverts a transmis ses effectifs pour 2021-2022**"),
        (
            [{}, {}, LATE],
            "**2 des 3\u00a0centres ouverts ont transmis leurs effectifs pour 2021-2022**",
        ),
    ],
)
def test_coverage_is_said_first_and_in_agreement(rows, expected):
    assert words.coverage(centres(*rows), 2021, P).startswith(expected)


def test_a_partial_total_is_not_comparable_to_the_year_before():
    text = words.coverage(centres({}, LATE), 2021, P, previous=centres({}))
    assert text.endswith("total partiel, non comparable à 2020-2021.")


ONLY_OTHERWISE = {"headcount": None, "publication": "absent", "counted_on": None}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([{}, ONLY_OTHERWISE], ", dont 1 sans total en personnes."),
        ([{}, ONLY_OTHERWISE, LATE], ", dont 1 sans total en personnes\u00a0: total partiel."),
        ([{}, {"provisional": True}], "Ces effectifs sont provisoires."),
    ],
)
def test_coverage_says_what_is_missing_of_a_total_for_good(rows, said):
    data = centres(*rows)
    assert words.coverage(data, 2021, P).endswith(said)


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        (
            [0.3, 1.2, 1, 0.5],
            "; sur les 4\u00a0centres qui ont un total et une cible, 2 l’atteignent.",
        ),
        ([0.3, 1.2], "; sur les 2\u00a0centres qui ont un total et une cible, 1 l’atteint."),
        ([0.3, 0.4], "; sur les 2\u00a0centres qui ont un total et une cible, aucun ne l’atteint."),
        ([0.3], "; le seul qui a un total et une cible ne l’atteint pas."),
        ([1.3], "; le seul qui a un total et une cible l’atteint."),
    ],
)
def test_targets_reached_are_said_in_french(shares, said):
    rows = [{"target": 150, "target_share": share, "headcount": 150 * share} for share in shares]
    assert words.centres(centres(*rows), P).endswith(said)


def test_each_centre_has_its_figure_its_target_or_why_there_is_none():
    data = centres(
        {"headcount": 39, "target": 150, "target_share": 0.26},
        {"town": "Sedan"},
        {"town": "Troyes", "headcount": None, "publication": "small"},
        {"town": "Ussel"} | ONLY_OTHERWISE,
        {"town": "Vire"} | LATE,
    )
    assert ends(charts.centres_svg(data, sheet="ville?ville=", **SHOWN)) == {
        "Chaumont": "39 sur\u00a0150 (26\u202f%)",
        "Sedan": "35",
    }
    assert words.reasons(data.iloc[2:].to_dict("records")).splitlines() == [
        "- **Moins de 5**\u00a0: Troyes.",
        "- **Total non transmis**\u00a0: Ussel.",
        "- **Non transmis**\u00a0: Vire.",
    ]


def test_a_target_beyond_the_bar_does_not_cover_what_is_written():
    reached = {"town": "Sedan", "headcount": 60, "target": 50, "target_share": 1.2}
    data = centres({"headcount": 39, "target": 45, "target_share": 0.87}, reached)
    made = charts.centres_svg(data, sheet="ville?ville=", **SHOWN)
    written = {y: x for x, y, said in texts(made) if "sur" in said}
    marks = re.findall(r'<path d="M(\S+) (\S+)l[^"]*" fill="#c8651a"', made)
    assert len(marks) == len(written) == 2
    for (x, _), foot in zip(marks, written, strict=True):
        assert float(x) + 6 < written[foot]
    assert 'href="ville?ville=52121"' in made


def test_a_detail_without_a_total_is_told_apart():
    row = {"headcount": None, "publication": "absent", "courses_sum": 64.0, "courses_hidden": 1}
    text = words.total(centres({}, row), P)
    assert "**35\u00a0personnes** dans 1 des 2\u00a0centres ouverts" in text
    assert "au moins 64\u00a0personnes" in text


@pytest.mark.parametrize(
    ("rows", "chosen", "said"),
    [
        ([{}], {}, "dans le centre ouvert."),
        ([{}, {}], {}, "dans les 2\u00a0centres ouverts."),
        ([{}, LATE], {"age": "moins-1-an"}, "dans 1 des 2\u00a0centres ouverts de moins d’un an."),
        (
            [{}, ONLY_OTHERWISE],
            {"only": True},
            "dans 1 des 2\u00a0centres ouverts ayant transmis.",
        ),
        (
            [{}, LATE, BESIDE, BESIDE],
            {},
            "et dans 2\u00a0autres centres, non documentés comme ouverts.",
        ),
        ([LATE, BESIDE], {}, "dans 1\u00a0centre, non documenté comme ouvert."),
    ],
)
def test_a_total_names_whose_it_is_and_never_counts_a_centre_among_others(rows, chosen, said):
    assert words.total(centres(*rows), P, **chosen).endswith(f" {said}")


def test_what_transmitted_without_being_open_is_counted_apart():
    apart = " 1\u00a0autre centre a transmis sans être documenté comme ouvert."
    for rows in ([{}, BESIDE], [{}, LATE, BESIDE], [LATE, BESIDE], [BESIDE]):
        assert words.coverage(centres(*rows), 2021, P).endswith(apart)
    hover = words.region_total(total(centres=3, expected_centres=2))
    assert "total de 3\u00a0centres<br>2\u00a0centres ouverts cette année-là" in hover


def test_a_small_centre_is_left_out_and_said():
    text = words.total(centres({}, {"headcount": None, "publication": "small"}), P)
    assert "sans 1\u00a0centre de moins de 5" in text


@pytest.mark.parametrize(
    ("town", "expected"),
    [
        ("Chaumont", "de Chaumont"),
        ("Le Havre", "du Havre"),
        ("Les Abymes", "des Abymes"),
        ("Épinal", "d’Épinal"),
        ("Auxerre", "d’Auxerre"),
        ("La Rochelle", "de La Rochelle"),
    ],
)
def test_a_town_is_named_with_its_article(town, expected):
    assert of_town(town) == expected


def test_a_cell_says_what_counts_at_most():
    rows = [
        heat_cell(courses_at_most=3, centres_at_most=2),
        heat_cell(
            region_code="27",
            region="Bourgogne-Franche-Comté",
            offered="possible",
            offered_courses=0,
            offered_centres=0,
        ),
        heat_cell(
            region_code="75",
            region="Nouvelle-Aquitaine",
            offered="undated",
            offered_courses=0,
            offered_centres=0,
            courses_at_most=0,
            centres_at_most=0,
        ),
    ]
    found = cells(heat(*rows))
    assert [cell["said"] for cell in found] == ["2 à 3", "≤\u202f2", ""]
    given, *others = [cell["shade"] for cell in found]
    assert given in SEQUENTIAL
    assert others == [GRID, GRID]
    two, most, undated = (cell["hover"] for cell in found)
    assert two.endswith(
        "2\u00a0formations dans 1\u00a0centre\nau plus 3\u00a0formations dans 2\u00a0centres"
    )
    assert most.endswith("\nau plus 2\u00a0formations dans 1\u00a0centre")
    assert undated.endswith("centre ouvert, date inconnue")


def test_two_numbers_on_one_line_are_never_read_as_one():
    room = svg.Room((0, 0, 100, 20))
    beside = svg.extent("1", 12) + 1
    assert room.find("1", [(10, 15, "start")], size=12) is not None
    assert room.find("5", [(10 + beside, 15, "start")], size=12) is None
    assert room.find("5", [(10 + beside + 6, 15, "start")], size=12) is not None
