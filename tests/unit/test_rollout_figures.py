"""The pictures of the rollout: every series where it belongs, no word over another."""

import re
from dataclasses import replace
from datetime import date

import pytest

from territoires.charts import svg
from territoires.charts.palette import OPEN, PUBLISHED, TARGET
from territoires.charts.places import places_list, places_svg
from territoires.charts.rollout import burn_up_svg, openings_svg, quarters_svg
from territoires.charts.sealed import finished, marked
from territoires.domain.rollout import PlaceState
from territoires.domain.scope import Perimeter, Scope, Territory
from territoires.french import charts, home
from territoires.queries import reconciliation, rollout
from tests.pictures import apart, found, texts, titles

TODAY = date(2026, 11, 22)
WIDTHS = (1120, 350)
SCOPES = [
    Scope(as_of=day, territory=Territory.parse(territory))
    for day in (date(2019, 4, 30), date(2021, 5, 31), date(2022, 12, 31), TODAY)
    for territory in ("fr", "reg-44", "dep-52")
]


def curve(connection, scope, width=1120, **changes):
    asked = {"connection": connection, "scope": scope}
    frames = {
        "steps": rollout.steps(**asked),
        "bands": reconciliation.bands(**asked),
        "openings": rollout.openings(**asked),
        "targets": rollout.targets(**asked),
        "announced": rollout.announced_totals(**asked),
        "events": rollout.programme_events(**asked),
    } | changes
    steps = frames.pop("steps")
    return burn_up_svg(steps, **frames, as_of=scope.as_of, label="Courbe", width=width)


def written(picture):
    return [words.replace("\u00a0", " ") for words, *_ in texts(picture)]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scope", SCOPES, ids=str)
def test_no_word_of_the_curve_is_over_another_or_outside(connection, scope, width):
    apart(curve(connection, scope, width), width)


def test_every_opening_lies_on_its_own_step(connection):
    picture = curve(connection, Scope(as_of=TODAY))
    dots = re.findall(rf'<circle cx="([\d.]+)" cy="([\d.]+)" r="4" fill="{OPEN}"', picture)
    assert len(dots) == 15
    places = [(float(x), -float(y)) for x, y in dots]
    assert places == sorted(places)


def test_a_total_keeps_its_qualifier_and_a_share_its_bracket(connection):
    assert "environ 20" in written(curve(connection, Scope(as_of=date(2021, 5, 31))))
    picture = curve(connection, Scope(as_of=TODAY))
    assert "57 ou plus, annoncés" in written(picture)
    assert "55 (contesté)" in written(picture)
    totals = rollout.announced_totals(connection, scope=Scope(as_of=TODAY))
    assert totals.iloc[-1][["least", "most", "share_of"]].tolist() == [57, 75, 75]
    drawn = re.findall(r"<g><title>([^<]*)</title>(.*?)</g>", picture)
    (bracket,) = [marks for words, marks in drawn if words.startswith("au moins\u00a075")]
    assert bracket.count(PUBLISHED) == 3, "its length and its two ends"


def test_the_target_is_named_at_its_end_at_both_widths(connection):
    for width in WIDTHS:
        picture = curve(connection, Scope(as_of=TODAY), width)
        assert "Objectif : 100 au 31 déc. 2022" in written(picture)
        assert TARGET in picture


def test_what_is_written_in_a_figure_has_its_thousands_apart(connection):
    scope = Scope(as_of=date(2021, 5, 31))
    many = {
        name: rollout_frame.assign(**{column: rollout_frame[column] * 1_000 for column in columns})
        for name, rollout_frame, columns in (
            ("steps", rollout.steps(connection, scope=scope), ("open", "open_at_most")),
            ("targets", rollout.targets(connection, scope=scope), ("value",)),
        )
    }
    said = written(curve(connection, scope, **many))
    assert "Objectif : 100\u202f000 au 31 déc. 2022" in said
    assert any(re.fullmatch(r"\d{1,2}\u202f000 documentés", each) for each in said), said


def test_a_line_per_opening_from_its_first_to_its_last_day(connection):
    scope = Scope(as_of=TODAY)
    opened = rollout.openings(connection, scope=scope)
    for width in WIDTHS:
        picture = openings_svg(
            opened,
            targets=rollout.targets(connection, scope=scope),
            sheet="ville?ville=",
            label="Ouvertures",
            width=width,
        )
        assert picture.count("<a ") == len(opened) == 15
        bars = [float(x) for x in re.findall(r'<rect [^>]*width="([\d.]+)"', picture)]
        assert len(bars) == 13, "two are known to the month"
        assert min(bars) > 0
        assert all(x0 >= 0 for _, x0, *_ in texts(picture))


# --- the places ---


def places_of(connection, **scope):
    return rollout.places(connection, scope=Scope(**scope))


def test_each_place_is_there_once_and_the_rest_up_to_the_target(connection):
    places = places_of(connection, as_of=TODAY)
    counts = places["state"].value_counts().to_dict()
    assert counts == {"open": 15, "open_undated": 1, "selected": 29}
    assert places["town_code"].is_unique
    picture = places_svg(places, target=100, sheet="ville?au=2026-11-22&ville=")
    assert picture.count("<a ") == 45
    assert picture.count("<circle") + picture.count("<path") == 100
    assert "55\u00a0places sans ville connue" in picture
    assert "Chaumont (Haute-Marne), ouvert\u00a0: avril 2019" in picture
    assert 'href="ville?au=2026-11-22&amp;ville=52121"' in picture
    assert places_list(places, sheet="ville?ville=").count("<li>") == 45


@pytest.mark.parametrize("day", [date(2019, 4, 30), date(2021, 5, 4), date(2022, 12, 31), TODAY])
def test_the_places_are_those_of_the_count(connection, day):
    found = rollout.situation(connection, scope=Scope(as_of=day)).count
    states = places_of(connection, as_of=day)["state"].value_counts().to_dict()
    assert states.get("open", 0) == found.open
    assert states.get("possible", 0) == found.open_at_most - found.open
    assert states.get("open_undated", 0) == found.open_undated
    assert states.get("selected", 0) == found.selected_without_opening


def test_the_unproven_are_places_only_where_they_are_counted(connection):
    usual, asked = (
        rollout.places(connection, scope=replace(Scope(as_of=TODAY), with_unproven=with_unproven))
        for with_unproven in (False, True)
    )
    assert (usual["state"] == PlaceState.OPEN).sum() == 15
    assert (asked["state"] == PlaceState.OPEN).sum() == 17


def test_a_target_that_is_passed_has_more_marks_than_it_asked(connection):
    places = places_of(connection, as_of=TODAY)
    picture = places_svg(places, target=40, sheet="v")
    assert picture.count("<a ") == picture.count("<title>") == 45
    assert "sans ville" not in picture


def test_without_a_target_only_the_places_known_are_drawn(connection):
    places = places_of(connection, as_of=TODAY, territory=Territory.parse("reg-44"))
    assert places_svg(places, target=None, sheet="v").count("<title>") == len(places) > 0
    none = places_of(connection, as_of=TODAY, perimeter=Perimeter.NON_ACV)
    assert not places_svg(none.head(0), target=None, sheet="v")
    assert not places_list(none.head(0), sheet="v")


def test_thousands_of_places_stay_a_picture(connection):
    picture = places_svg(places_of(connection, as_of=TODAY), target=4_000, sheet="v")
    _, _, width, height = map(float, re.search(r'viewBox="([^"]*)"', picture)[1].split())
    assert width > 3 * height


def test_what_is_written_into_a_picture_is_escaped():
    picture = svg.picture(
        svg.link(svg.text(0, 0, "<b>&"), '"><script>', 'ville?a=1&b="'), box=(0, 0, 1, 1), label="<"
    )
    assert "<script" not in picture
    assert "<b>" not in picture
    assert "&amp;b=&quot;" in picture


def test_made_up_data_say_so_on_the_picture_itself(connection):
    picture = marked(curve(connection, Scope(as_of=TODAY)))
    assert 'viewBox="0 -20 1120 360"' in picture
    assert finished(picture, is_demonstration=True, on_dark=True).count("monstration") >= 1
    assert "rgba(255, 255, 255, 1)" not in finished(picture, on_dark=True)


def by_quarter(connection, width=1120, **changes):
    """Draw the openings by quarter."""
    asked = {"connection": connection, "scope": Scope(as_of=TODAY)}
    frames = {"quarters": rollout.quarters(**asked), "targets": rollout.targets(**asked)} | changes
    quarters = frames.pop("quarters")
    said = {"as_of": TODAY, "required": None, "label": "Trimestres", "width": width}
    return quarters_svg(quarters, **said | frames)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_legend_names_only_what_is_drawn(connection, width):
    scope = Scope(as_of=TODAY)
    quarters, targets = (
        ask(connection, scope=scope) for ask in (rollout.quarters, rollout.targets)
    )
    is_known = quarters["known"]
    assert is_known.any()
    assert not is_known.all()
    every = {charts.KNOWN_QUARTER, charts.UNKNOWN_QUARTER}
    for rows, names in (
        (quarters, every),
        (quarters[is_known], {charts.KNOWN_QUARTER}),
        (quarters[~is_known], {charts.UNKNOWN_QUARTER}),
        (quarters.head(0), set()),
    ):
        picture = by_quarter(connection, width, quarters=rows)
        apart(picture, width)
        said = {words for words, *_ in texts(picture)}
        assert said & every == names
        assert [each for each in said if each.startswith(charts.PLANNED)]
        bare = by_quarter(connection, width, quarters=rows, targets=targets.head(0))
        assert {words for words, *_ in texts(bare)} & every == names
        assert charts.PLANNED not in bare


def test_each_quarter_is_a_bar_and_each_interval_a_hatched_one_that_says_its_count(connection):
    quarters = rollout.quarters(connection, scope=Scope(as_of=TODAY))
    picture = by_quarter(connection)
    said = [svg.plain(charts.quarter_openings(row)) for row in quarters.to_dict("records")]
    assert sorted(titles(picture)[:-1]) == sorted(said)
    *bars, pace = found(picture, "./g")
    hatched = [bar for bar in bars if bar.find("{*}path").get("stroke-dasharray")]
    counts = [int(bar.find("{*}text").text) for bar in hatched]
    assert counts == quarters.loc[~quarters["known"], "openings"].tolist()
    assert pace.find("{*}path").get("stroke") == TARGET


def test_a_pace_that_runs_off_any_scale_is_told_whole(connection):
    picture = by_quarter(connection, required=255.0)
    said = charts.pace(charts.REQUIRED, 255.0)
    assert titles(picture)[-1] == said
    assert said in {words for words, *_ in texts(picture)}
    assert not {"100", "200"} & {words for words, *_ in texts(picture)}


# --- what is possible for whoever believes the totals ---


def areas(picture):
    """Give the heights at which each area of the band stands, the uppermost first."""
    found = re.findall(rf'<path d="([^"]*)" fill="{PUBLISHED}" fill-opacity="0.1"', picture)
    return [re.findall(r"-?[\d.]+", path) for path in found]


@pytest.mark.parametrize("width", WIDTHS)
def test_the_band_of_the_totals_is_the_one_of_the_reconciliation_and_is_named_inside(
    connection, width
):
    scope = Scope(as_of=TODAY)
    picture = curve(connection, scope, width)
    bands = reconciliation.bands(connection, scope=scope)
    (area,) = areas(picture)
    # A path is its first point and the steps from there: two corners a day, there and back.
    assert len(area) == 2 * 4 * len(bands)
    named = [words for words in written(picture) if words in home.BELIEVED]
    assert len(named) == 1
    assert any(bands["most"] == 75)


@pytest.mark.parametrize("territory", ["reg-44", "dep-52"])
def test_no_total_makes_no_band(connection, territory):
    scope = Scope(as_of=TODAY, territory=Territory.parse(territory))
    picture = curve(connection, scope)
    assert areas(picture) == []
    assert not set(home.BELIEVED) & set(written(picture))
