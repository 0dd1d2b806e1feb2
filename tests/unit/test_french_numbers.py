import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territoires.french.numbers import (
    MINUS,
    counted,
    literal,
    number,
    percent,
    plural,
    quoted,
    share_of,
)


@pytest.mark.parametrize(
    ("value", "digits", "written"),
    [
        (0, 0, "0"),
        (7, 0, "7"),
        (999, 0, "999"),
        (1000, 0, "1\u202f000"),
        (1234567, 0, "1\u202f234\u202f567"),
        (1234567.89, 1, "1\u202f234\u202f567,9"),
        (4, 1, "4,0"),
        (0.26, 1, "0,3"),
        (-3, 0, "\u22123"),
        (-0.4, 0, "0"),
        (-0.04, 1, "0,0"),
    ],
)
def test_a_number_is_written_as_in_french(value, digits, written):
    assert number(value, digits) == written


@given(st.integers(-(10**12), 10**12))
def test_a_whole_number_is_written_in_full(value):
    plain = number(value).replace("\u202f", "").replace(MINUS, "-")
    assert int(plain) == value
    assert re.fullmatch(rf"{MINUS}?\d{{1,3}}(\u202f\d{{3}})*", number(value))


@given(st.floats(-1e9, 1e9), st.integers(0, 3))
def test_a_number_is_written_to_the_nearest(value, digits):
    written = number(value, digits).replace("\u202f", "").replace(MINUS, "-").replace(",", ".")
    assert float(written) == pytest.approx(value, abs=0.5 * 10**-digits + 1e-6)
    assert not written.startswith("-0" + ("." + "0" * digits if digits else "\0"))


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (0, "centre"),
        (0.8, "centre"),
        (1, "centre"),
        (1.99, "centre"),
        (2, "centres"),
        (-1, "centre"),
    ],
)
def test_french_is_singular_below_two(value, word):
    assert plural(value, "centre") == word


def test_an_irregular_plural_can_be_given():
    assert plural(3, "est ouvert", "sont ouverts") == "sont ouverts"


@given(st.floats(0, 10), st.integers(0, 2))
def test_the_word_agrees_with_the_number_as_it_is_written(value, digits):
    written, word = counted(value, "ouverture", digits=digits).split("\u00a0")
    assert word == ("ouvertures" if float(written.replace(",", ".")) >= 2 else "ouverture")


def test_a_number_holds_to_its_word():
    assert counted(15, "centre") == "15\u00a0centres"
    assert share_of(3, 8, "ville") == "3\u00a0villes sur\u00a08"
    assert share_of(1, 8, "ville") == "1\u00a0ville sur\u00a08"
    assert percent(0.153) == "15\u202f%"
    assert percent(0.153, 1) == "15,3\u202f%"
    assert quoted("hier") == "«\u00a0hier\u00a0»"


@pytest.mark.parametrize(
    "typed", ["www.cnam.fr/a", "WWW.cnam.fr", "https://cnam.fr", "http://a", "a@b.fr", ":smile:"]
)
def test_what_would_become_a_link_or_a_picture_by_itself_stays_text(typed):
    shown = literal(typed)
    assert shown != typed
    assert shown.replace("\u2060", "") == typed
    assert not re.search(r"www\.|https?://|\w@|:smile:", shown, re.IGNORECASE)
    assert literal("à 12:30, le 4/5") == "à 12:30, le 4/5"
