import itertools
import re
import tomllib
from pathlib import Path

import numpy as np
import pytest

from territoires.charts import palette
from territoires.charts.courses import heat_svg
from territoires.queries.courses import HEAT
from territoires.queries.frames import table

ROOT = Path(__file__).resolve().parents[2]
THEMES = (palette.LIGHT, palette.DARK)
LOGO = "#2b7b97"  # neither black nor white: it reads on the four grounds
GROUNDS = [ground for theme in THEMES for ground in (theme.background, theme.secondary_background)]

# Machado, Oliveira, Fernandes (2009), severity 1.0, on linear RGB.
SIGHTS = {
    "everyone": np.eye(3),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}


def linear(colour):
    channels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def luminance(colour):
    return float(linear(colour) @ [0.2126, 0.7152, 0.0722])


def contrast(one, other):
    """WCAG 2.1 contrast ratio, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def lab(rgb):
    xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    ) @ np.clip(rgb, 0, 1)
    ratio = xyz / np.array([0.9505, 1.0, 1.089])
    f = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def apart(one, other):
    """Smallest CIE76 distance between two colours over every kind of sight."""
    return min(
        float(np.linalg.norm(lab(sight @ linear(one)) - lab(sight @ linear(other))))
        for sight in SIGHTS.values()
    )


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES, ids=["light", "dark"])
def test_every_text_reads(theme):
    pairs = [
        (text, ground)
        for text in (theme.text, theme.primary, theme.link)
        for ground in (theme.background, theme.secondary_background)
    ]
    for text, ground in [*pairs, (theme.on_primary, theme.primary)]:
        assert contrast(text, ground) >= 4.5, (text, ground)


@pytest.mark.parametrize("count", [1, 2, 4, 6, 8])
@pytest.mark.parametrize("on_dark", [False, True], ids=["light", "dark"])
def test_every_number_reads_on_its_shade(count, on_dark):
    row = {"field": "a", "field_slug": "a", "offered": "offered"}
    row |= dict.fromkeys(("offered_centres", "centres_at_most"), 1)
    rows = table(
        [
            row | {"region": name, "region_code": name, "offered_courses": n, "courses_at_most": n}
            for name, n in (("b", count), ("c", 8))
        ],
        HEAT,
    )
    made = palette.shown(heat_svg(rows, field="", region="", label="", width=350), on_dark=on_dark)
    cells = re.findall(r'<rect [^>]*fill="([^"]+)"></rect><text [^>]*fill="([^"]+)"', made)
    assert len(cells) == 2
    for shade, ink in cells:
        letters = palette.LIGHT.background if ink == palette.GROUND else ink
        assert contrast(shade, letters) >= 4.5


@pytest.mark.parametrize("colour", [*palette.CATEGORICAL, LOGO])
def test_every_mark_shows_on_every_ground(colour):
    assert all(contrast(colour, ground) >= 3 for ground in GROUNDS)


def test_meanings_are_told_apart_by_everyone():
    assert all(
        apart(one, other) >= 20 for one, other in itertools.combinations(palette.MEANINGS, 2)
    )


def test_colours_differ_for_everyone():
    assert all(apart(*pair) >= 9 for pair in itertools.combinations(palette.CATEGORICAL, 2))


def test_streamlit_needs_exactly_ten_colours():
    assert len(set(palette.CATEGORICAL)) == 10
    assert len(set(palette.SEQUENTIAL)) == 10


def test_more_is_always_further_from_the_ground():
    lightness = [luminance(colour) for colour in palette.SEQUENTIAL]
    assert lightness == sorted(lightness, reverse=True)
    assert palette.SEQUENTIAL[::-1] == palette.SEQUENTIAL_ON_DARK


def test_the_configuration_repeats_the_palette():
    with (ROOT / ".streamlit" / "config.toml").open("rb") as file:
        theme = tomllib.load(file)["theme"]
    for name, ours, sequence in (
        ("light", palette.LIGHT, palette.SEQUENTIAL),
        ("dark", palette.DARK, palette.SEQUENTIAL_ON_DARK),
    ):
        assert theme[name] == {
            "backgroundColor": ours.background,
            "secondaryBackgroundColor": ours.secondary_background,
            "textColor": ours.text,
            "primaryColor": ours.primary,
            "linkColor": ours.link,
            "chartCategoricalColors": list(palette.CATEGORICAL),
            "chartSequentialColors": list(sequence),
        }


def test_the_style_sheet_and_the_drawings_repeat_the_palette():
    style = (ROOT / "territoires" / "static" / "territoires.css").read_text(encoding="utf-8")
    assert f"light-dark({palette.LIGHT.on_primary}, {palette.DARK.on_primary})" in style
    for drawing in ("logo.svg", "logo-icon.svg", "favicon.svg"):
        text = (ROOT / "territoires" / "static" / drawing).read_text(encoding="utf-8")
        assert LOGO in text
        assert palette.TARGET in text


def test_a_visitor_is_not_followed_and_sees_no_furniture():
    with (ROOT / ".streamlit" / "config.toml").open("rb") as file:
        config = tomllib.load(file)
    assert config["browser"] == {"gatherUsageStats": False, "serverAddress": "localhost"}
    assert config["client"]["toolbarMode"] == "minimal"
    assert config["client"]["showErrorDetails"] == "none"
    assert config["client"]["disableDataExport"] is True
    assert config["server"]["maxUploadSize"] == 20


def test_the_logo_is_made_for_both_grounds():
    drawn = (ROOT / "territoires/static/logo.svg").read_text()
    light = re.findall(r'class="(\w+)" fill="(#\w{6})"', drawn)
    dark = dict(re.findall(r"\.(\w+) \{ fill: (#\w{6}); \}", drawn.split("dark")[1]))
    assert {name for name, _ in light} == dark.keys()
    for name, colour in light:
        assert contrast(colour, palette.LIGHT.background) >= 3
        assert contrast(dark[name], palette.DARK.background) >= 4.5
