"""Tables on a telephone: two lines a row, what the grid says and no more."""

import re
from html import unescape

import pandas as pd
import pytest
import streamlit as st

from territoires.ui.lists import in_two_lines, said, way, with_shares

ROWS = pd.DataFrame(
    {
        "Ville": ["ville?tri=chaumont&ville=52121#Chaumont", "ville?ville=88160#%C3%89pinal"],
        "Part": [0.184, None],
        "Couverts": [0.004, 0.0],
        "Inscrits": pd.array([1250, None], dtype="Int64"),
        "Note": ["<script>alert(1)</script>", None],
    }
)
SETTINGS = {
    "Ville": st.column_config.LinkColumn(display_text=r"#(.+)$"),
    "Part": st.column_config.NumberColumn("Part des habitants", format="percent"),
    "Couverts": st.column_config.NumberColumn(format="percent"),
}


def rows_of(listed):
    return [
        unescape(re.sub("<[^>]+>", "|", line)) for line in re.findall(r"<li>(.*?)</li>", listed)
    ]


def test_a_row_is_its_name_and_what_is_known_of_it():
    first, second = rows_of(in_two_lines(ROWS, SETTINGS, alt="Villes"))
    assert "Chaumont" in first
    assert "Part des habitants\u00a0: 18\u202f%" in first
    assert "Couverts\u00a0: moins de 1\u202f%" in first
    assert "Inscrits\u00a0: 1\u202f250" in first
    assert "Épinal" in second
    assert "Part" not in second
    assert "Inscrits" not in second
    assert "None" not in second


def test_a_grid_writes_shares_as_its_list_does_and_sorts_them_as_numbers():
    written, settings = with_shares(ROWS, SETTINGS)
    shown = written.to_string(delimiter="|")
    assert "|18\u202f%|moins de 1\u202f%|" in shown
    assert "|—|0\u202f%|" in shown
    assert written.data["Couverts"].tolist() == [0.004, 0.0]
    assert "format" not in settings["Couverts"]["type_config"]


def test_the_name_is_the_link_and_texts_are_inert():
    listed = in_two_lines(ROWS, SETTINGS, alt='« Villes » "<b>"')
    assert re.findall('href="([^"]+)"', listed) == [
        "ville?tri=chaumont&amp;ville=52121", "ville?ville=88160",
    ]  # fmt: skip
    assert "<script>" not in listed
    assert "<b>" not in listed


@pytest.mark.parametrize(("rows", "lines"), [(0, 0), (1, 1), (30, 30), (31, 30), (9_000, 30)])
def test_a_long_table_begins_as_a_list(rows, lines):
    listed = in_two_lines(pd.DataFrame({"Ville": ["Chaumont"] * rows}), {}, alt="Villes")
    assert len(rows_of(listed)) == lines
    assert len(listed) < 60 * 30
    longer = in_two_lines(pd.DataFrame({"Ville": ["Chaumont"] * rows}), {}, alt="Villes", most=60)
    assert len(rows_of(longer)) == min(rows, 60)


def test_a_symbol_stands_before_the_name():
    (row,) = rows_of(in_two_lines(pd.DataFrame({"": ["●"], "Ville": ["Bar"]}), {}, alt="Villes"))
    assert row == "● |Bar||"


@pytest.mark.parametrize(
    ("value", "text"), [(None, "—"), (3.0, "3"), (2.56, "2,6"), ("Chaumont", "Chaumont")]
)
def test_a_cell_is_said_as_text(value, text):
    assert said(value) == text


def test_a_source_is_opened_by_its_label():
    assert way("https://www.cnam.fr/#a", "Ouvrir la source") == (
        '<a href="https://www.cnam.fr/#a">Ouvrir la source</a>'
    )
