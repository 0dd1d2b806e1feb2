"""Rows as the grid shows them."""

import pandas as pd
import streamlit as st

from territoires.ui.tables import _laid_out, french


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


def test_words_of_the_data_have_the_apostrophe_of_print_and_addresses_their_own():
    data = pd.DataFrame({"department": ["Côtes-d'Armor"], "url": ["https://exemple.fr/l'a"]})
    assert french(data).iloc[0].tolist() == ["Côtes-d’Armor", "https://exemple.fr/l'a"]


def test_words_of_the_data_have_the_no_break_spaces_of_print():
    data = pd.DataFrame(
        {"title": ["Régions : codes", "Où ouvrir ?"], "url": ["https://a.fr/ :b"] * 2}
    )
    assert french(data)["Intitulé"].tolist() == ["Régions\u00a0: codes", "Où ouvrir\u202f?"]
    assert french(data)["Adresse"].tolist() == ["https://a.fr/ :b"] * 2


def test_a_kind_of_diploma_and_a_column_set_apart_have_it_too():
    data = pd.DataFrame({"credential": ["diplôme d'établissement: DE"], "source": ["l'Est"]})
    shown, _ = _laid_out(data, None, {"source": st.column_config.TextColumn(width=100)})
    assert shown.iloc[0].tolist() == ["diplôme d’établissement\u00a0: DE", "l’Est"]


def test_a_long_source_far_down_the_grid_has_its_room():
    long = "Gilles Charles (blog de journaliste)"
    few = pd.DataFrame({"source": [long]})
    assert _laid_out(few, None, {})[1] == {}  # the grid measures it
    many = pd.DataFrame({"source": ["Cnam"] * 12 + [long]})
    assert _laid_out(many, None, {})[1]["Source"]["width"] >= 7 * len(long)


def test_keys_that_join_files_are_left_out_of_what_people_read():
    keys = ("territory", "source_id", "course_key", "field_slug", "site")
    data = pd.DataFrame({"name": ["Grand Est"], **{key: ["reg-44"] for key in keys}})
    assert list(_laid_out(data, None, {})[0]) == ["Nom"]
