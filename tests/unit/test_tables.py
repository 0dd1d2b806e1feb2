"""A handful of rows, written out in full."""

import pandas as pd
from streamlit.testing.v1 import AppTest

from territoires.ui.tables import _laid_out, _linked


def few():
    import pandas  # noqa: ICN001, PLC0415 - AppTest runs the body of this function alone

    from territoires.ui import tables  # noqa: PLC0415

    data = pandas.DataFrame(
        {
            "town_code": ["52121", "16102"],
            "town": ["Chaumont", "Cognac *"],
            "happened_on": ["2019-04", None],
            "source": ["Villes de France", "Cnam"],
            "source_url": ["https://example.org/a>b", None],
        }
    )
    tables.show_few(data, alt="Ouvertures", columns=("town", "happened_on", "source"))


def test_a_few_rows_are_a_plain_table_with_links():
    shown = AppTest.from_function(few).run()
    assert not shown.exception
    rows = shown.table[0].value
    assert rows.shape == (2, 3)
    assert rows.iloc[0, 0].startswith("[Chaumont](<ville?")
    assert rows.iloc[0, 1] == "avril 2019"
    assert rows.iloc[0, 2] == "[Villes de France](<https://example.org/a%3Eb>)"
    assert rows.iloc[1, 0].startswith(r"[Cognac \*](<ville?")
    assert rows.iloc[1, 2] == "Cnam"


def test_whole_numbers_stay_numbers_that_sort_and_shares_are_percentages():
    data = pd.DataFrame(
        {
            "headcount": [39.0, None, 100.0],
            "km": [9.5, None, 10.25],
            "target_share": [0.26, None, 1.0],
        }
    )
    shown, _ = _laid_out(data, None, {})
    headcounts = shown["Effectif"]
    assert headcounts.sort_values().dropna().tolist() == [39, 100]
    assert pd.api.types.is_integer_dtype(headcounts.dtype)
    assert headcounts.isna().tolist() == [False, True, False]
    assert shown["Part de la cible"].tolist()[::2] == ["26\u202f%", "100\u202f%"]


def test_what_people_wrote_is_never_markdown():
    assert _linked("a*b_c [d](e) :red[f] $g$", None) == (r"a\*b\_c \[d\]\(e\) \:red\[f\] \$g\$")
    assert _linked(None, None) == "—"
    assert _linked(pd.NA, "") == "—"
    assert _linked(0, None) == "0"
