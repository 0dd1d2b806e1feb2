from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from territoires.charts.regions import burn_ups_figure, comparison_figure, slopes_figure
from territoires.domain.comparison import RATES, Compared, Counts, Indicator, Per, compared, middle
from territoires.french import regions as words
from territoires.queries.frames import empty, table
from territoires.queries.regions import BURN_UPS, COMPARED, SLOPES

PAIRS = [(indicator, per) for indicator, pers in RATES.items() for per in pers]
NONE = Counts(open=0, labelled=0, covered=0, population=0, sites=0, sites_with_centre=0)


def rows(*pairs, median=1.0, whole=0):
    return table(
        [
            {
                "territory": f"reg-{number:02d}",
                "name": name,
                "rate": rate,
                "count": 0 if rate is None else int(rate),
                "whole": whole,
                "median": median,
                "low": None,
                "high": None,
            }
            for number, (name, rate) in enumerate(pairs)
        ],
        COMPARED,
    )


def dots(figure):
    return next(trace for trace in figure.data if trace.mode == "markers+text")


def burn_ups(*names):
    return table(
        [
            {"territory": "reg-44", "name": name, "day": day, "open": number, "open_at_most": 2}
            for name in names
            for number, day in enumerate((date(2019, 4, 1), date(2020, 1, 31)))
        ],
        BURN_UPS,
    )


def slopes(*triples):
    return table(
        [
            {"territory": "reg-44", "name": name, "before": before, "after": after}
            for name, before, after in triples
        ],
        SLOPES,
    )


# --- what is compared ---


@pytest.mark.parametrize(("indicator", "per"), PAIRS)
def test_nothing_is_divided_by_zero(indicator, per):
    found = compared(NONE, indicator, per)
    assert found.value in {None, 0.0}


def test_a_rate_keeps_its_number_of_cases():
    counts = Counts(
        open=6, labelled=15, covered=1_000_000, population=5_000_000, sites=24, sites_with_centre=6
    )
    rate = compared(counts, Indicator.OPEN, Per.MILLION)
    assert (rate.value, rate.count) == (1.2, 6)
    assert (rate.low, rate.high) == pytest.approx((0.44, 2.61), abs=0.01)
    assert compared(counts, Indicator.OPEN, Per.CENTRE) == Compared(value=5e6 / 6, count=6)
    assert compared(counts, Indicator.SITES_SHARE, Per.NUMBER) == Compared(
        value=0.25, count=6, whole=24
    )
    assert compared(counts, Indicator.COVERED_SHARE, Per.NUMBER).value == 0.2


@given(st.lists(st.one_of(st.none(), st.integers(0, 40).map(float)), max_size=30))
def test_the_median_has_as_many_on_either_side(values):
    known = [value for value in values if value is not None]
    found = middle(values)
    if not known:
        assert found is None
        return
    assert sum(value < found for value in known) <= len(known) / 2
    assert sum(value > found for value in known) <= len(known) / 2


# --- dots against the median ---


def test_a_dot_for_each_territory_that_is_not_at_zero_with_its_number_beside():
    figure = comparison_figure(
        rows(("Grand Est", 6.0), ("Bretagne", 2.0), ("Corse", 0.0)),
        indicator=Indicator.OPEN,
        per=Per.NUMBER,
    )
    assert list(dots(figure).x) == [6, 2]
    assert [text.strip() for text in dots(figure).text] == ["6", "2"]
    assert figure.layout.yaxis.ticktext == ("Grand Est", "Bretagne")
    assert "médiane\u00a0: 1" in figure.layout.annotations[0].text


def test_the_chosen_territory_has_a_symbol_of_its_own_even_at_zero():
    figure = comparison_figure(
        rows(("Grand Est", 6.0), ("Corse", 0.0)),
        indicator=Indicator.OPEN,
        per=Per.NUMBER,
        chosen="reg-01",
    )
    assert list(dots(figure).x) == [6, 0]
    assert dots(figure).marker.symbol == ("circle", "diamond")


def test_a_share_has_the_band_of_ten_points_around_its_median():
    figure = comparison_figure(
        rows(("Grand Est", 0.4), ("Bretagne", 0.2), median=0.3, whole=10),
        indicator=Indicator.COVERED_SHARE,
        per=Per.NUMBER,
    )
    bands = [shape for shape in figure.layout.shapes if shape.type == "rect"]
    assert [(band.x0, band.x1) for band in bands] == [(pytest.approx(0.2), pytest.approx(0.4))]


def test_a_number_has_no_band():
    figure = comparison_figure(rows(("Grand Est", 6.0)), indicator=Indicator.OPEN, per=Per.NUMBER)
    assert not [shape for shape in figure.layout.shapes if shape.type == "rect"]


@pytest.mark.parametrize(("indicator", "per"), PAIRS)
def test_an_empty_comparison_is_drawn(indicator, per):
    figure = comparison_figure(empty(COMPARED), indicator=indicator, per=per)
    assert list(dots(figure).x) == []


def test_the_dots_and_their_numbers_lie_within_the_frame():
    figure = comparison_figure(
        rows(("Île-de-France", 12_000_000.0), ("Corse", 300_000.0)),
        indicator=Indicator.COVERED,
        per=Per.NUMBER,
    )
    assert figure.layout.xaxis.range[1] > 1.5 * max(dots(figure).x)


# --- words ---


def test_a_territory_is_placed_against_the_median_in_words():
    row = {"name": "Grand Est", "rate": 6.0, "count": 6, "whole": 0, "median": 1.0}
    assert words.standing(row, Indicator.OPEN, Per.NUMBER, "region") == (
        "**Grand Est\u00a0: 6\u00a0centres**, soit 5 de plus que la médiane des régions (1)."
    )
    equal = row | {"rate": 1.0, "count": 1}
    assert "soit autant que la médiane des départements (1)" in words.standing(
        equal, Indicator.OPEN, Per.NUMBER, "department"
    )
    less = row | {"rate": 0.0, "count": 0}
    assert "soit 1 de moins que" in words.standing(less, Indicator.OPEN, Per.NUMBER, "region")


def test_under_ten_cases_a_share_is_a_fraction_and_never_a_percentage():
    few = {"rate": 3 / 8, "count": 3, "whole": 8}
    assert words.label(few, Indicator.SITES_SHARE, Per.NUMBER) == "3 sur\u00a08"
    many = {"rate": 0.5, "count": 12, "whole": 24}
    assert words.label(many, Indicator.SITES_SHARE, Per.NUMBER) == "50\u202f% (12 sur\u00a024)"


def test_a_rate_says_its_number_of_cases():
    row = {"rate": 1.0785, "count": 6, "whole": 0}
    assert words.label(row, Indicator.OPEN, Per.MILLION) == "1,1 (6)"
    assert words.label(row | {"rate": float("nan")}, Indicator.OPEN, Per.CENTRE) == "sans objet"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (830, "830\u00a0hab."),
        (154_380, "154\u202f000\u00a0hab."),
        (1_015_819, "1,0\u00a0million d’hab."),
        (2_966_034, "3,0\u00a0millions d’hab."),
    ],
)
def test_inhabitants_are_written_as_one_reads_them(value, written):
    assert words.people(value) == written


# --- small burn-ups and slopes ---


def test_every_territory_has_a_panel_on_the_same_axes():
    figure = burn_ups_figure(burn_ups("Grand Est", "Bretagne", "Normandie", "Occitanie"))
    titles = [annotation.text for annotation in figure.layout.annotations]
    assert titles == [
        "Grand Est <b>1</b>", "Bretagne <b>1</b>", "Normandie <b>1</b>", "Occitanie <b>1</b>",
    ]  # fmt: skip
    ranges = {tuple(figure.layout[f"yaxis{n}"].range) for n in ("", 2, 3, 4)}
    assert len(ranges) == 1


@pytest.mark.parametrize("count", [0, 1, 18, 101])
def test_any_number_of_panels_is_drawn(count):
    figure = burn_ups_figure(burn_ups(*(f"Territoire {n}" for n in range(count))))
    assert len(figure.layout.annotations) == count


def test_territories_that_moved_alike_share_a_line_that_names_them_all():
    figure = slopes_figure(
        slopes(("Grand Est", 1, 6), ("Corse", 0, 0), ("Mayotte", 0, 0)),
        since=date(2021, 1, 1),
        as_of=date(2026, 11, 22),
    )
    flat, rising = figure.data
    assert list(flat.y) == [0, 0]
    assert "Corse" in flat.hovertext
    assert "Mayotte" in flat.hovertext
    assert list(rising.y) == [1, 6]
    assert rising.line.dash == "solid"
    assert flat.line.color != rising.line.color
    said = [annotation.text for annotation in figure.layout.annotations]
    assert "<b>0</b>\u2002Corse<br>et 1\u00a0autre" in said
    assert "01/01/2021" in said


def test_a_fall_is_dashed():
    figure = slopes_figure(
        slopes(("Corse", 1, 0)), since=date(2021, 1, 1), as_of=date(2026, 11, 22)
    )
    assert figure.data[0].line.dash == "dash"


def test_slopes_of_nothing_are_drawn():
    figure = slopes_figure(empty(SLOPES), since=date(2021, 1, 1), as_of=date(2026, 11, 22))
    assert len(figure.data) == 0
    assert np.isfinite(figure.layout.yaxis.range).all()
