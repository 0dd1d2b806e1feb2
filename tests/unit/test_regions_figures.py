import re
from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from territoires.charts.palette import MUTED, OPEN
from territoires.charts.regions import burn_ups_svg, comparison_svg, slopes_svg
from territoires.domain.comparison import RATES, Compared, Counts, Indicator, Per, compared, middle
from territoires.french import regions as words
from territoires.queries.frames import empty, table
from territoires.queries.regions import BURN_UPS, COMPARED, SLOPES
from tests.pictures import apart, found, texts, titles

PAIRS = [(indicator, per) for indicator, pers in RATES.items() for per in pers]
FRONT = "./?terr="
WIDTHS = (1120, 350)
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


def comparison(compared, *, indicator=Indicator.OPEN, per=Per.NUMBER, width=1120, **more):
    said = {"indicator": indicator, "per": per, "front": FRONT, "label": "Comparaison"}
    return comparison_svg(compared, **said, width=width, **more)


def written(picture):
    return [words for words, *_ in texts(picture)]


def dots(picture):
    """Give where the mark of each territory stands, along the row."""
    return [float(each.get("cx")) for each in found(picture, ".//a//circle")]


def row(picture):
    """Give what the row of each territory writes: its name and its figure."""
    return [[each.text for each in link.findall(".//{*}text")] for link in found(picture, ".//a")]


def burn_ups(*names):
    return table(
        [
            {
                "territory": f"reg-{rank:02d}",
                "name": name,
                "day": day,
                "open": number,
                "open_at_most": 2,
            }
            for rank, name in enumerate(names)
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


@pytest.mark.parametrize("width", WIDTHS)
def test_a_dot_for_each_territory_that_is_not_at_zero_with_its_number_in_its_row(width):
    picture = comparison(
        rows(("Grand Est", 6.0), ("Bretagne", 2.0), ("Corse", 0.0)),
        width=width,
    )
    (zero,) = [each for each in found(picture, "./text") if each.text == "0"]
    lengths = [at - float(zero.get("x")) for at in dots(picture)]
    assert lengths[0] == pytest.approx(3 * lengths[1], abs=0.5)
    assert row(picture) == [["Grand Est", "6"], ["Bretagne", "2"]]
    assert "médiane\u00a0: 1" in written(picture)
    assert [each.get("href") for each in found(picture, ".//a")] == [
        f"{FRONT}reg-00", f"{FRONT}reg-01",
    ]  # fmt: skip


def test_the_chosen_territory_has_a_symbol_of_its_own_even_at_zero():
    picture = comparison(rows(("Grand Est", 6.0), ("Corse", 0.0)), chosen="reg-01")
    assert row(picture) == [["Grand Est", "6"], ["Corse", "0"]]
    usual, chosen = found(picture, ".//a")
    assert usual.findall(".//{*}circle")
    assert not chosen.findall(".//{*}circle")
    assert {each.get("font-weight") for each in chosen.findall(".//{*}text")} == {"700"}
    (diamond,) = [each for each in chosen.findall(".//{*}path") if each.get("fill") == OPEN]
    assert diamond.get("d").startswith(f"M{float(zero_of(picture)):g} ")


def zero_of(picture):
    return next(each.get("x") for each in found(picture, "./text") if each.text == "0")


def bands(picture):
    """Give where the band of each share begins and ends: it is drawn as a thick line."""
    drawn = [each for each in found(picture, "./path") if each.get("stroke-opacity") == "0.12"]
    for each in drawn:
        middle, half = (
            float(re.findall(r"[\d.]+", each.get("d"))[0]),
            float(each.get("stroke-width")),
        )
        yield pytest.approx([middle - half / 2, middle + half / 2], abs=0.2)


def test_a_share_has_the_band_of_ten_points_around_its_median():
    picture = comparison(
        rows(("Grand Est", 0.4), ("Bretagne", 0.2), median=0.3, whole=10),
        indicator=Indicator.COVERED_SHARE,
    )
    assert list(bands(picture)) == [sorted(dots(picture))]


def test_a_number_has_no_band():
    assert not list(bands(comparison(rows(("Grand Est", 6.0)))))


def test_a_rate_of_few_cases_has_all_that_it_may_be_worth():
    compared = rows(("Grand Est", 9.8)).assign(low=3.6, high=21.3)
    picture = comparison(compared, per=Per.MEDIUM)
    (few,) = [each for each in found(picture, ".//a//path") if each.get("stroke-opacity")]
    start, y, length, _ = map(float, re.findall(r"[\d.]+", few.get("d")))
    assert start < dots(picture)[0] < start + length
    assert "de 3,6 à 21,3" in titles(picture)[0]
    assert y > 0


@pytest.mark.parametrize(("indicator", "per"), PAIRS)
def test_nothing_is_drawn_of_an_empty_comparison(indicator, per):
    assert not comparison(empty(COMPARED), indicator=indicator, per=per)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_dots_and_their_numbers_lie_within_the_frame_and_apart(width):
    picture = comparison(
        rows(("Île-de-France", 12_000_000.0), ("Provence-Alpes-Côte d'Azur", 300_000.0)),
        indicator=Indicator.COVERED,
        width=width,
    )
    assert all(6 <= each <= width - 6 for each in dots(picture))
    apart(picture, width)


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


@pytest.mark.parametrize(("width", "in_a_row"), [(1120, 3), (350, 2)])
def test_every_territory_has_a_panel_on_the_same_axes(width, in_a_row):
    names = ["Grand Est", "Bretagne", "Normandie", "Occitanie"]
    picture = panels(*names, width=width)
    assert row(picture) == [[name, "1"] for name in names]
    drawn = found(picture, "./g")
    assert len({tuple(axes(each)) for each in drawn}) == 1
    places = [re.findall(r"[\d.]+", each.get("transform")) for each in drawn]
    assert [each for each, _ in places] == [each for each, _ in (places[:in_a_row] * 2)[:4]]
    assert len({each for _, each in places}) == 2
    assert found(picture, ".//a")[0].get("href") == f"{FRONT}reg-00"


def panels(*names, width=1120):
    return burn_ups_svg(burn_ups(*names), front=FRONT, label="Courbes", width=width)


def axes(panel):
    """Give what a panel writes beside its axes, and where."""
    return [(each.text, each.get("x"), each.get("y")) for each in panel.findall("./{*}text")]


def test_each_step_says_what_was_open_and_at_most():
    (last, step) = titles(panels("Grand Est"))
    assert step == "Grand Est\n1er\u00a0avril 2019\n0\u00a0centre avec certitude, 2 au plus"
    assert "1\u00a0centre avec certitude, 2 au plus" in last


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("count", [0, 1, 18, 101])
def test_any_number_of_panels_is_drawn(count, width):
    picture = panels(*(f"Territoire {n}" for n in range(count)), width=width)
    assert picture.count("<a ") == count
    assert bool(picture) == bool(count)


def drawn_slopes(*triples, width=1120):
    between = {"since": date(2021, 1, 1), "as_of": date(2026, 11, 22)}
    return slopes_svg(slopes(*triples), **between, label="Évolution", width=width)


@pytest.mark.parametrize("width", WIDTHS)
def test_territories_that_moved_alike_share_a_line_that_names_them_all(width):
    picture = drawn_slopes(("Grand Est", 1, 6), ("Corse", 0, 0), ("Mayotte", 0, 0), width=width)
    flat, rising = found(picture, "./g")
    said = flat.find("{*}title").text
    assert said == "0 → 0\u00a0centre\nCorse\nMayotte"
    assert rising.find("{*}title").text == "1 → 6\u00a0centres\nGrand Est"
    heights = [
        float(each.get("cy")) for each in (*flat.findall("{*}circle"), *rising.findall("{*}circle"))
    ]
    assert heights[0] == heights[1]
    assert heights[0] - heights[2] == pytest.approx((heights[0] - heights[3]) / 6, abs=0.2)
    lines = [each.find("{*}path") for each in (flat, rising)]
    assert [each.get("stroke") for each in lines] == [MUTED, OPEN]
    assert not any(each.get("stroke-dasharray") for each in lines)
    texts = written(picture)
    at = texts.index("Corse")
    assert texts[at - 1 : at + 2] == ["0", "Corse", "et 1\u00a0autre"]
    assert "01/01/2021" in texts
    apart(picture, width)


def test_a_fall_is_dashed():
    (fall,) = found(drawn_slopes(("Corse", 1, 0)), "./g")
    assert fall.find("{*}path").get("stroke-dasharray")


def test_nothing_is_drawn_of_no_slope():
    assert not drawn_slopes()


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=20),
    st.sampled_from(WIDTHS),
)
def test_the_ends_of_slopes_are_never_written_over_one_another(moves, width):
    apart(drawn_slopes(*(("Bourgogne-Franche-Comté", *move) for move in moves), width=width), width)


def regions(*each):
    return pd.DataFrame(each, columns=["territory", "name", "open", "labelled"])


def test_who_waits_is_who_has_no_centre_and_not_all_that_have_labelled_towns():
    first, waits, also = (
        ("reg-44", "Grand Est", 6, 15),
        ("reg-32", "B", 0, 5),
        ("reg-76", "C", 0, 4),
    )
    none = ("reg-94", "Corse", 0, 0)
    assert words.leading(regions(first, waits, also, none), "region") == (
        "6 des 6\u00a0centres sont dans le Grand Est. 2\u00a0régions ont des villes labellisées et "
        "aucun centre ouvert avec certitude\u00a0: B surtout (5\u00a0villes labellisées)."
    )
    assert words.leading(regions(("reg-32", "B", 0, 1), none), "region") == (
        "1\u00a0région a des villes labellisées et aucun centre ouvert avec certitude\u00a0: "
        "B (1\u00a0ville labellisée)."
    )


def test_a_labelling_that_an_abandonment_followed_is_a_step_and_not_a_labelled_town():
    said = words.steps({"applied": 0, "labelled": 45, "agreed": 2, "openings": 15})
    assert "45\u00a0labellisations, " in said
