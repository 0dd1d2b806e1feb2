import pytest
from hypothesis import given
from hypothesis import strategies as st

from territoires.domain.errors import TerritoryError
from territoires.domain.scope import FRANCE, Level, Territory


@pytest.mark.parametrize(
    ("text", "level", "code"),
    [
        ("fr", Level.COUNTRY, ""),
        ("reg-44", Level.REGION, "44"),
        ("reg-01", Level.REGION, "01"),
        ("dep-52", Level.DEPARTMENT, "52"),
        ("dep-2A", Level.DEPARTMENT, "2A"),
        ("dep-974", Level.DEPARTMENT, "974"),
        ("com-52121", Level.TOWN, "52121"),
        ("com-2B033", Level.TOWN, "2B033"),
        ("com-97105", Level.TOWN, "97105"),
    ],
)
def test_a_territory_is_read_by_its_code_and_written_back(text, level, code):
    read = Territory.parse(text)
    assert (read.level, read.code) == (level, code)
    assert str(read) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "FR",
        "fr-",
        "fr-44",
        "france",
        "44",
        "reg-",
        "reg-4",
        "reg-444",
        "reg-2A",
        "dep-2C",
        "dep-2a",
        "dep-9",
        "dep-975000",
        "com-521",
        "com-2C033",
        "com-521211",
        "dep-52\n",
        " dep-52",
        "com-52121;drop",
        "com-٥٢١٢١",
    ],
)
def test_what_names_no_territory_is_refused_and_quoted(text):
    with pytest.raises(TerritoryError) as refused:
        Territory.parse(text)
    assert refused.value.text == text


@given(st.text(max_size=12))
def test_any_text_is_a_territory_written_the_same_or_is_refused(text):
    try:
        read = Territory.parse(text)
    except TerritoryError:
        return
    assert str(read) == text


def test_france_is_the_territory_by_default():
    assert Territory.parse("fr") == Territory() == FRANCE
