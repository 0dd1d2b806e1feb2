import base64
import json
import re
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from territoires.charts import svg
from territoires.charts.coverage import distances_svg, reach_svg
from territoires.charts.map import (
    ASPECT,
    FRAME,
    STATE_MARKS,
    area_classes,
    centres_map_figure,
    class_colours,
    discs,
    distance_class,
    distance_edges,
    drawn_catchment,
    far_towns_map_figure,
    framed,
    territories_map_figure,
    with_reach,
    with_ring,
)
from territoires.charts.outlines import (
    GRAINS,
    contours,
    contours_address,
    contours_path,
    insets,
    outlines,
    packed,
    packed_path,
    path,
    pretended,
)
from territoires.charts.palette import DARK, GROUND, TARGET, shown
from territoires.charts.sealed import SealedFigure
from territoires.charts.siting import apart, gains_svg, plan_map_figure
from territoires.domain.geometry import distance_km, unit_vectors
from territoires.domain.rollout import State
from territoires.domain.scope import FRANCE, Scope, Territory
from territoires.french import coverage as coverage_words
from territoires.french import map as words
from territoires.french import siting as siting_words
from territoires.french.numbers import percent
from territoires.queries import coverage, town_sheet
from territoires.queries.coverage import (
    BY_RADIUS,
    BY_TERRITORY,
    DISTANCES,
    OPEN_CENTRES,
    PLACES,
    RADII,
)
from territoires.queries.frames import empty, table
from territoires.queries.siting import PLAN

CHAUMONT = {
    "town_code": "52121",
    "town": "Chaumont",
    "department": "Haute-Marne",
    "department_code": "52",
    "latitude": 48.1113,
    "longitude": 5.1398,
}
CAYENNE = {
    "town_code": "97302",
    "town": "Cayenne",
    "department": "Guyane",
    "department_code": "973",
    "latitude": 4.9380,
    "longitude": -52.3350,
}
BASTIA = {
    "town_code": "2B033",
    "town": "Bastia",
    "department": "Haute-Corse",
    "department_code": "2B",
    "latitude": 42.6977,
    "longitude": 9.4508,
}
SOMEWHERE = (CHAUMONT, CAYENNE, BASTIA)


def places(*states, **changes):
    usual = {
        "region_code": "44",
        "acv": True,
        "happened_on": "2019-04",
        "basis": "stated",
        "nearest": "Chaumont",
        "km": 0.0,
        "population": 20_000,
        "source": "Cnam",
        "source_url": "",
    }
    return table(
        [
            {**usual, **SOMEWHERE[number % 3], "state": state, **changes}
            for number, state in enumerate(states)
        ],
        PLACES,
    )


def centres(*towns):
    return table([{name: town[name] for name in OPEN_CENTRES} for town in towns], OPEN_CENTRES)


def distances(*kilometres):
    return table(
        [
            {
                **SOMEWHERE[number % 3],
                "region": "Grand Est",
                "population": 20_000,
                "km": km,
                "nearest": "Chaumont" if km is not None else "",
                "nearest_code": "52121" if km is not None else "",
            }
            for number, km in enumerate(kilometres)
        ],
        DISTANCES,
    )


def areas(**shares):
    return table(
        [
            {
                "code": code.removeprefix("r"),
                "name": code,
                "open": int(share > 0),
                "per_million": share * 10,
                "inhabitants": round(share * 1000),
                "population": 1000,
                "share": share,
            }
            for code, share in shares.items()
        ],
        BY_TERRITORY,
    )


def plan(*marginals):
    total = 0
    rows = []
    for rank, marginal in enumerate(marginals, start=1):
        total += marginal
        rows.append(
            {
                **SOMEWHERE[rank % 3],
                "rank": rank,
                "region": "Grand Est",
                "state": "selected",
                "acv": True,
                "marginal": marginal,
                "cumulative": total,
                "covered_after": total,
                "share": 0.1,
            }
        )
    return table(rows, PLAN)


def numbers(values):
    """Read what a figure sends: a list, or numbers packed in base 64."""
    if isinstance(values, dict):
        return np.frombuffer(base64.b64decode(values["bdata"]), dtype=values["dtype"])
    return np.asarray(values, dtype=float)


def sent(figure):
    return json.loads(figure.to_json())


def named(figure, name):
    return next(trace for trace in figure.data if trace.name == name)


EVERY_MAP = {
    "centres": lambda t: centres_map_figure(places(*State), territory=t),
    "regions": lambda t: territories_map_figure(
        areas(r01=0.0, r44=0.2, r94=0.9),
        grain="region",
        by_share=True,
        within="",
        territory=t,
    ),
    "departments": lambda t: territories_map_figure(
        areas(r2A=0.0, r2B=0.2, r974=0.9),
        grain="department",
        by_share=False,
        within="",
        territory=t,
    ),
    "far towns": lambda t: far_towns_map_figure(
        distances(0.0, 40.0, 7000.0, None), radius_km=30, territory=t
    ),
    "plan": lambda t: plan_map_figure(
        plan(500, 100), centres=centres(BASTIA), radius_km=60, territory=t
    ),
}


# --- the plane ---


def test_every_outline_lies_within_the_frame_and_its_own_inset():
    for grain in ("region", "department"):
        for outline in outlines(grain).values():
            overseas = [i for i in insets().values() if i.department == outline.code]
            x0, y0, x1, y1 = overseas[0].box if overseas else FRAME
            assert np.nanmin(outline.x) >= x0
            assert np.nanmax(outline.x) <= x1
            assert np.nanmin(outline.y) >= y0
            assert np.nanmax(outline.y) <= y1


def test_the_plane_has_every_department_and_region_corsica_included():
    assert len(outlines("department")) == 101
    assert {"2A", "2B", "971", "972", "973", "974", "976"} <= set(outlines("department"))
    assert len(outlines("region")) == 18
    assert outlines("department")["2A"].region == "94"


def test_no_two_insets_overlap_and_none_touches_the_mainland():
    boxes = [inset.box for inset in insets().values()]
    for one in boxes:
        for other in boxes:
            apart = one[0] >= other[2] or one[2] <= other[0]
            assert one is other or apart or one[1] >= other[3] or one[3] <= other[1]
    mainland = [o for o in outlines("department").values() if not o.code.startswith("97")]
    assert max(box[2] for box in boxes) < min(np.nanmin(outline.x) for outline in mainland)


@pytest.mark.parametrize("grain", GRAINS)
def test_what_answers_to_the_pointer_is_what_is_drawn_to_a_hundred_metres(grain):
    features = {each["id"]: each for each in json.loads(contours(grain))["features"]}
    assert list(features) == list(outlines(grain))
    for code, outline in outlines(grain).items():
        rings = features[code]["geometry"]["coordinates"]
        assert len(rings) == len(outline.rings()) == np.isnan(outline.x).sum() + 1
        for (ring,), drawn in zip(rings, outline.rings(), strict=True):
            np.testing.assert_allclose(np.array(ring).T, pretended(*drawn), atol=0.001)
    assert contours_address(grain).startswith(f"{contours_path(grain)}?v=")


def test_a_packed_path_is_the_path_of_its_areas_and_is_made_once():
    x, y = packed_path("department", ("2A", "2B"))
    expected_x, expected_y = path([outlines("department")[code] for code in ("2A", "2B")])
    np.testing.assert_allclose(numbers(x), expected_x, atol=0.001)
    np.testing.assert_allclose(numbers(y), expected_y, atol=0.001)
    assert packed_path("department", ("2A", "2B"))[0] is x
    assert numbers(packed(np.zeros(0))).size == 0


@pytest.mark.parametrize("text", ["fr", "reg-44", "reg-94", "dep-2A", "dep-974", "com-52121"])
def test_a_territory_is_framed_whole_in_the_proportions_of_the_map(text):
    territory = Territory.parse(text)
    x0, y0, x1, y1 = framed(territory)
    assert (x1 - x0) / (y1 - y0) == pytest.approx(ASPECT)
    codes = {"reg-44": "52", "reg-94": "2B", "dep-2A": "2A", "dep-974": "974"}
    outline = outlines("department")[codes.get(text, "52")]
    assert x0 <= np.nanmin(outline.x)
    assert np.nanmax(outline.x) <= x1
    assert y0 <= np.nanmin(outline.y)
    assert np.nanmax(outline.y) <= y1


# --- nothing outside the frame ---


@pytest.mark.parametrize("name", EVERY_MAP)
def test_nothing_is_drawn_outside_the_frame(name):
    figure = sent(EVERY_MAP[name](FRANCE))
    assert figure["layout"]["xaxis"]["range"] == [FRAME[0], FRAME[2]]
    assert figure["layout"]["yaxis"]["range"] == [FRAME[1], FRAME[3]]
    for trace in figure["data"]:
        for axis, least, most in (("x", FRAME[0], FRAME[2]), ("y", FRAME[1], FRAME[3])):
            values = numbers(trace.get(axis, []))
            known = values[np.isfinite(values)]
            assert known.size == 0 or (known.min() >= least and known.max() <= most)
    for shape in figure["layout"]["shapes"]:
        assert FRAME[0] <= shape["x0"] < shape["x1"] <= FRAME[2]
        assert FRAME[1] <= shape["y0"] < shape["y1"] <= FRAME[3]


@pytest.mark.parametrize("name", EVERY_MAP)
@pytest.mark.parametrize("text", ["fr", "reg-94", "dep-974", "com-52121"])
def test_a_map_keeps_its_proportions_hides_its_axes_and_asks_no_other_host(name, text):
    figure = EVERY_MAP[name](Territory.parse(text))
    layout = figure.layout
    assert (layout.yaxis.scaleanchor, layout.yaxis.scaleratio) == ("x", 1)
    assert layout.xaxis.visible is False
    assert layout.yaxis.visible is False
    assert layout.height is None
    (x0, x1), (y0, y1) = layout.xaxis.range, layout.yaxis.range
    for trace in figure.data:
        assert trace.type in {"scatter", "choropleth"}
        if trace.type == "choropleth":
            assert trace.geojson.startswith("/statique/")
            corners = list(zip(layout.geo.lonaxis.range, layout.geo.lataxis.range, strict=True))
            np.testing.assert_allclose(corners, [pretended(x0, y0), pretended(x1, y1)])


@pytest.mark.parametrize("name", EVERY_MAP)
@pytest.mark.parametrize("text", ["fr", *(f"reg-{code}" for code in outlines("region"))])
def test_an_inset_is_shown_whole_or_not_at_all(name, text):
    figure = with_reach(sent(EVERY_MAP[name](Territory.parse(text))), centres(CAYENNE), 30)
    layout = figure["layout"]
    (x0, x1), (y0, y1) = layout["xaxis"]["range"], layout["yaxis"]["range"]
    framed_here = [(s["x0"], s["y0"], s["x1"], s["y1"]) for s in layout.get("shapes", [])]
    for frame in framed_here:
        assert x0 < frame[0] < frame[2] < x1
        assert y0 < frame[1] < frame[3] < y1
    missing = [i.box for i in insets().values() if i.box not in framed_here]
    for trace in figure["data"]:
        x, y = numbers(trace.get("x", [])), numbers(trace.get("y", []))
        for left, low, right, high in missing:
            inside = (x > left) & (x < right) & (y > low) & (y < high)
            seen = inside & (x >= x0) & (x <= x1) & (y >= y0) & (y <= y1)
            assert not seen.any()


def test_the_five_insets_are_framed_named_and_said_to_be_of_other_scales():
    layout = EVERY_MAP["centres"](FRANCE).layout
    said = [annotation.text for annotation in layout.annotations]
    assert said == ["Guadeloupe", "Martinique", "Guyane", "La Réunion", "Mayotte", words.SCALES]
    assert len(layout.shapes) == 5
    assert words.SCALES not in [
        a.text for a in EVERY_MAP["centres"](Territory.parse("dep-974")).layout.annotations
    ]


# --- states ---


def test_every_state_has_its_own_symbol_and_colour_on_the_map_and_in_text():
    assert list(STATE_MARKS) == list(State) == list(words.STATE_SYMBOLS)
    pairs = {(mark.symbol, mark.size) for mark in STATE_MARKS.values()}
    assert len(pairs) == len(State)
    assert len(set(words.STATE_SYMBOLS.values())) == len(State)
    coloured = {
        m.colour for s, m in STATE_MARKS.items() if s not in {State.NOTHING_KNOWN, State.OUTSIDE}
    }
    assert len(coloured) == len(State) - 3, "what is open is green, with a date or without"


def test_each_place_is_drawn_once_with_the_mark_of_its_state_the_open_ones_on_top():
    figure = centres_map_figure(places(State.OPEN, State.SELECTED, State.OPEN), territory=FRANCE)
    marks = [trace for trace in figure.data if trace.mode == "markers"]
    assert [trace.name for trace in marks] == [words.state("selected"), words.state("open")]
    assert [list(trace.customdata) for trace in marks] == [[["97302"]], [["52121"], ["2B033"]]]
    assert marks[1].marker.symbol == STATE_MARKS[State.OPEN].symbol


def test_a_click_fades_no_other_mark():
    figure = centres_map_figure(places(State.OPEN), territory=FRANCE)
    assert figure.layout.clickmode == "event+select"
    assert named(figure, words.state("open")).unselected.marker.opacity == 1


def test_a_map_without_any_place_still_shows_the_country():
    figure = centres_map_figure(empty(PLACES), territory=FRANCE)
    assert len(figure.data) == 1
    assert figure.data[0].fill == "toself"


def test_a_territory_apart_is_drawn_and_the_rest_hatched():
    figure = centres_map_figure(places(State.OPEN), territory=Territory.parse("reg-94"))
    land, rest = figure.data[:2]
    assert land.fillpattern.shape is None
    assert rest.fillpattern.shape == "/"
    assert numbers(land.x).size < numbers(rest.x).size


def test_a_place_says_what_it_is_and_an_island_is_told_no_absurd_distance():
    row = places(State.SELECTED, km=8849.2, nearest="Manosque").to_dict("records")[0]
    assert "Aucun centre ouvert outre-mer" in words.place(row)
    near = places(State.SELECTED, km=42.4).to_dict("records")[0]
    assert "Chaumont, 42\u00a0km" in words.place(near)
    assert "Ouverture\u00a0: avril 2019" in words.place(near)


# --- layers added to a figure already drawn ---


@given(
    radius=st.floats(1, 200),
    town=st.sampled_from(SOMEWHERE),
)
def test_a_disc_reaches_the_radius_and_no_farther(radius, town):
    x, y = discs(centres(town), radius)
    inset = insets().get(town["department_code"])
    x0, y0, x1, y1 = inset.box if inset else FRAME
    inside = x[np.isfinite(x)], y[np.isfinite(y)]
    assert inside[0].size == inside[1].size > 0
    assert x0 <= inside[0].min()
    assert inside[0].max() <= x1
    assert y0 <= inside[1].min()
    assert inside[1].max() <= y1


def test_a_disc_of_thirty_km_is_thirty_km_wide_on_the_sphere_and_the_plane():
    x, y = discs(centres(CHAUMONT), 30)
    middle = (np.nanmin(x) + np.nanmax(x)) / 2, (np.nanmin(y) + np.nanmax(y)) / 2
    across = np.hypot(x - middle[0], y - middle[1])
    assert np.nanmin(across) == pytest.approx(30, abs=0.2)
    assert np.nanmax(across) == pytest.approx(30, abs=0.2)
    north = distance_km(
        unit_vectors(CHAUMONT["latitude"], CHAUMONT["longitude"]),
        unit_vectors(CHAUMONT["latitude"] + np.degrees(30 / 6371), CHAUMONT["longitude"]),
    )
    assert float(north) == pytest.approx(30)


def test_the_reach_is_laid_under_the_marks_and_leaves_the_figure_as_it_was():
    figure = sent(centres_map_figure(places(State.OPEN), territory=FRANCE))
    before = json.dumps(figure)
    found = with_reach(figure, centres(CHAUMONT), 30)
    names = [trace.get("name") for trace in found["data"]]
    assert names[1:3] == [words.REACH, words.state("open")]
    assert json.dumps(figure) == before
    assert SealedFigure(found).to_dict() is found


def test_the_reach_of_no_centre_is_empty():
    figure = sent(centres_map_figure(empty(PLACES), territory=FRANCE))
    found = with_reach(figure, empty(OPEN_CENTRES), 30)
    assert numbers(found["data"][-1]["x"]).size == 0


def test_the_town_chosen_is_ringed_on_top_and_an_unknown_one_is_not():
    figure = sent(centres_map_figure(places(State.OPEN), territory=FRANCE))
    ringed = with_ring(figure, places(State.OPEN))
    assert ringed["data"][-1]["name"] == words.CHOSEN
    assert ringed["data"][-1]["marker"]["color"] == [GROUND, TARGET]
    dark = with_ring(figure, places(State.OPEN), on_dark=True)
    assert dark["data"][-1]["marker"]["color"] == [DARK.background, TARGET]
    assert with_ring(figure, empty(PLACES))["data"] == figure["data"]
    nowhere = places(State.OPEN).assign(latitude=np.nan)
    assert with_ring(figure, nowhere)["data"] == figure["data"]


# --- filled areas ---


def test_areas_fall_into_five_classes_and_those_with_nothing_into_none():
    data = areas(a=0.0, b=0.049, c=0.05, d=0.1, e=0.25, f=0.5, g=1.0)
    found = area_classes(data, grain="department", by_share=True)
    assert found.tolist() == [-1, 0, 1, 2, 3, 4, 4]
    unknown = area_classes(data.assign(share=np.nan), grain="department", by_share=True)
    assert set(unknown.tolist()) == {-1}


def test_the_breaks_of_the_classes_are_said():
    assert words.classes((0.1, 0.25, 0.5, 0.75), is_share=True) == [
        "moins de 10\u00a0%",
        "10 à 25\u00a0%",
        "25 à 50\u00a0%",
        "50 à 75\u00a0%",
        "75\u00a0% et plus",
    ]
    assert words.classes((0.5, 1.0, 2.0, 5.0), is_share=False)[:2] == ["moins de 0,5", "0,5 à 1"]


def test_an_area_with_nothing_is_hatched_and_every_area_can_be_read_and_clicked():
    figure = EVERY_MAP["regions"](FRANCE)
    assert named(figure, words.NONE).fillpattern.shape == "/"
    answering = figure.data[-1]
    assert list(answering.locations) == [code for (code,) in answering.customdata]
    assert list(answering.locations) == ["01", "44", "94"]
    assert answering.marker.opacity == 0
    assert answering.hovertext[1].startswith("<b>r44</b>")


def test_much_is_dark_on_a_light_ground_and_light_on_a_dark_one():
    light = class_colours(5)
    dark = [shown(colour, on_dark=True) for colour in light]
    assert light[-1] == "#122f66"
    assert dark[-1] == "#e4edfa"
    assert len(set(light)) == 5
    assert [shown(colour, on_dark=False) for colour in light] == light


# --- distances ---


@given(radius=st.integers(15, 60))
def test_the_classes_of_distance_follow_the_radius(radius):
    edges = distance_edges(radius)
    data = distances(0.0, float(radius), radius + 0.1, 2.0 * radius, 4.0 * radius, 9000.0, None)
    assert distance_class(data, radius).tolist() == [0, 0, 1, 1, 2, 3, 3]
    assert len(words.distance_classes(edges)) == 4


SHOWN = {"label": "", "width": 1120.0}


def test_the_curve_leaves_out_the_towns_beyond_an_ocean():
    picture = distances_svg(distances(8000.0, 120.0, 20.0), radius_km=30, **SHOWN)
    near, far = re.findall("<title>([^<]*)</title><([^>]*)>", picture)
    assert near[0].endswith("20\u00a0km")
    assert near[1].startswith("circle ")
    assert far[0].endswith("120\u00a0km")
    assert far[1].startswith("path ")
    level = float(re.search(r'd="M\S+ (\S+)l\S+ 0"[^>]*stroke-dasharray', picture)[1])
    zero, fifty = (
        float(re.search(rf'y="(\S+)" font-size="12" text-anchor="end"[^>]*>{mark}<', picture)[1])
        for mark in (0, 50)
    )
    assert zero - level - 4 == pytest.approx((zero - fifty) * 30 / 50, abs=0.2)


@given(
    kilometres=st.lists(st.floats(0, 900), min_size=2, max_size=60),
    radius=st.integers(15, 60),
    width=st.sampled_from([350.0, 1120.0]),
)
@example(kilometres=[9.0, 9.0, 9.0, 801.0], radius=15, width=350.0)
def test_the_radius_is_named_beside_its_line_and_over_no_town(kilometres, radius, width):
    rows = distances(*sorted(kilometres, reverse=True))
    picture = distances_svg(rows, radius_km=radius, label="", width=width)
    named = coverage_words.radius_line(radius)
    name = re.search(rf'<text x="(\S+)" y="(\S+)"[^>]*>({named})<', picture)
    right, foot = float(name[1]), float(name[2])
    mark = r'</title><(?:circle cx="|path d="M)([\d.]+)(?:" cy="| )([\d.]+)'
    marks = re.findall(mark, picture)
    assert len(marks) == len(kilometres)
    for x, y in marks:
        is_beside = not right - svg.extent(name[3], 12) < float(x) < right
        assert is_beside or not foot - 10 < float(y) < foot


def test_figures_of_nothing_are_drawn():
    assert not distances_svg(empty(DISTANCES), radius_km=30, **SHOWN)
    assert not reach_svg(empty(BY_RADIUS), radius_km=30, **SHOWN)
    assert not gains_svg(empty(PLAN), sheet="", label="", width=520.0)
    assert plan_map_figure(
        empty(PLAN), centres=empty(OPEN_CENTRES), radius_km=30, territory=FRANCE
    ).data


@given(
    radius=st.integers(15, 60),
    people=st.integers(1, 70_000_000),
    width=st.sampled_from([350.0, 1120.0]),
)
def test_the_radius_is_marked_on_the_curve_and_named_in_the_picture(radius, people, width):
    radii = table(
        [
            {"radius_km": km, "inhabitants": people * km // 60, "population": people, "share": 0.1}
            for km in RADII
        ],
        BY_RADIUS,
    )
    picture = reach_svg(radii, radius_km=radius, label="", width=width)
    at = float(re.search(r'd="M(\S+) [^"]*"[^>]*stroke-dasharray', picture)[1])
    first, *_, last = (float(x) for x in re.findall(r'<circle cx="(\S+)"', picture))
    assert at == pytest.approx(first + (last - first) * (radius - 15) / 45, abs=0.2)
    assert coverage_words.radius_line(radius) in picture
    assert len(re.findall("<title>", picture)) == len(RADII)


# --- where to open next ---


def test_the_towns_of_a_plan_have_their_ranks_and_the_open_centres_their_mark():
    figure = plan_map_figure(
        plan(500, 100), centres=centres(BASTIA), radius_km=30, territory=FRANCE
    )
    ranks = figure.data[-1]
    assert list(ranks.text) == ["<b>1</b>", "<b>2</b>"]
    assert named(figure, words.state("open")).marker.symbol == "circle"


def test_ranks_are_left_out_where_they_would_hide_one_another():
    figure = plan_map_figure(
        plan(*range(50, 0, -1)), centres=centres(), radius_km=30, territory=FRANCE
    )
    assert all(trace.mode != "text" for trace in figure.data)


@given(
    arrays(float, st.tuples(st.integers(0, 30), st.just(2)), elements=st.floats(0, 1000)),
    arrays(float, st.tuples(st.integers(0, 4), st.just(2)), elements=st.floats(0, 1000)),
)
@example(np.array([[0.0, 0.0], [61.0, 0.0]]), np.array([[1.0, 0.0], [0.0, 0.0]]))
def test_marks_that_would_lie_on_another_stand_beside_it(places, others):
    moved = apart(places, others, between=60, beyond=40)
    for place, each in enumerate(moved):
        assert all(np.hypot(*(each - other)) > 55 for other in np.delete(moved, place, axis=0))
        assert all(np.hypot(*(each - other)) > 35 for other in others)


def test_marks_that_lie_apart_stay_where_their_towns_are():
    places = np.array([[0.0, 0.0], [100.0, 0.0]])
    moved = apart(places, np.array([[0.0, 300.0]]), between=60, beyond=40)
    assert moved == pytest.approx(places, abs=0.001)


def test_the_gains_are_bars_named_in_order_with_rounded_figures_and_the_share_covered():
    rows = plan(1_832_866, 741_000, 100)
    picture = gains_svg(rows, sheet="ville?ville=", label="", width=520.0)
    heading, *said = re.findall(r"<text[^>]*>([^<]*)<", picture)
    assert heading == siting_words.COVERED_AFTER
    names, shares, gains = said[::3], said[1::3], said[2::3]
    assert [name.split("\u00a0")[0] for name in names] == ["1.", "2.", "3."]
    assert gains == ["1,8\u00a0million", "741\u202f000", "100"]
    assert shares == [percent(share, 1) for share in rows["share"]]
    long = [float(each) for each in re.findall(r'd="M\S+ \S+l(\S+) ', picture)]
    assert [part / long[0] for part in long] == pytest.approx([1, 741_000 / 1_832_866, 0], abs=0.01)
    assert re.findall(r'href="ville\?ville=(\w+)"', picture) == rows["town_code"].tolist()
    assert "1\u202f832\u202f866" in re.findall("<title>([^<]*)<", picture)[0]


@given(gains=st.lists(st.integers(0, 10**8), min_size=1), width=st.sampled_from([350.0, 520.0]))
def test_what_a_town_adds_is_never_written_over_the_share_covered(gains, width):
    picture = gains_svg(plan(*gains), sheet="", label="", width=width)
    left = re.findall(r'<text x="(\S+)" y="\S+" font-size="13" fill[^>]*>([^<]*)<', picture)
    assert len(left) == 2 * len(gains)
    for x, said in left:
        assert float(x) + svg.extent(said, 13) < width - svg.extent("10,0\u202f%", 13)


def test_maps_do_not_change_the_frames_they_are_given():
    data = places(State.OPEN, State.SELECTED)
    copy = data.copy()
    centres_map_figure(data, territory=FRANCE)
    pd.testing.assert_frame_equal(data, copy)


def catchment(connection, town):
    asked = {"connection": connection, "scope": Scope(as_of=date(2026, 11, 22))}
    near = town_sheet.nearest_centres(town=town, **asked)
    place = coverage.place_of(town_code=town, **asked)
    return near, drawn_catchment(place, coverage.open_centres(**asked), near)


def test_a_town_is_drawn_among_its_five_nearest_centres_and_those_beside_them(connection):
    near, figure = catchment(connection, "52121")
    (marks,) = [trace for trace in figure.data if trace.customdata is not None]
    saverne = "67437"  # the sixth, whose surroundings are seen
    assert {code for (code,) in marks.customdata} == {*near["town_code"], saverne}
    x0, x1 = figure.layout.xaxis.range
    y0, y1 = figure.layout.yaxis.range
    assert (x1 - x0) / (y1 - y0) == pytest.approx(ASPECT)
    assert x0 < min(marks.x) <= max(marks.x) < x1
    assert y0 < min(marks.y) <= max(marks.y) < y1


def test_a_town_beyond_an_ocean_is_drawn_in_its_own_inset(connection):
    _, figure = catchment(connection, "97411")
    (marks,) = [trace for trace in figure.data if trace.customdata is not None]
    assert not len(marks.customdata)
    x0, x1 = figure.layout.xaxis.range
    assert x1 - x0 < 400


def _written(figure):
    return [
        text.removeprefix("<b>").removesuffix("</b>")
        for trace in figure.data
        if trace.mode == "text"
        for text in trace.text
    ]


def test_open_towns_are_named_while_they_are_few(connection):
    data = coverage.places(connection, scope=Scope(as_of=date(2026, 11, 29)))
    opened = set(data.loc[data["state"] == State.OPEN, "town"])
    named = _written(centres_map_figure(data, territory=FRANCE))
    assert len(named) == len(set(named)) > len(opened) / 2
    assert set(named) <= opened
    many = data.assign(state=str(State.OPEN))
    assert not _written(centres_map_figure(many, territory=FRANCE))


def test_the_five_farthest_towns_are_named_with_their_distance(connection):
    data = coverage.acv_distances(connection, scope=Scope(as_of=date(2026, 11, 29)), factor=1.0)
    named = _written(far_towns_map_figure(data, radius_km=30, territory=FRANCE))
    assert "Foix, 341\u00a0km" in named
    assert len(named) <= 5
    assert all("\u00a0km" in name and len(name) < 30 for name in named)
