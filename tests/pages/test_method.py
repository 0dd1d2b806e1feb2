"""The method page: every definition, every source, what is not known, every column."""

import pytest
from sqlalchemy import func, select

from territoires.db.models import Source
from territoires.french.definitions import DEFINITIONS, UNKNOWN
from tests.pages.conftest import METHOD, everything, titles


@pytest.fixture
def method(app):
    return app.open(METHOD)


def test_every_definition_is_there(method):
    labels = [each.label for each in method.expander]
    texts = [text.value for text in method.markdown]
    for title, text in DEFINITIONS:
        assert title in labels
        assert text in texts


def test_what_is_not_known_is_said(method):
    said = everything(method)
    assert all(line in said for line in UNKNOWN)


def test_every_source_is_listed_with_what_rests_on_it(method, connection):
    expected = connection.scalar(select(func.count()).select_from(Source))
    sources = next(each.value for each in method.dataframe if "Éditeur" in each.value)
    assert len(sources) == expected
    assert f"**{expected} sources**" in everything(method)
    assert {"Étapes", "Totaux publiés", "Autres faits"} <= set(sources)


def test_licences_and_attributions_are_given(method):
    said = everything(method)
    for owner in ("INSEE", "ANCT", "IGN", "Licence Ouverte 2.0"):
        assert owner in said


def test_every_column_of_the_dictionary_has_a_meaning(method):
    dictionary = next(each.value for each in method.dataframe if "Signification" in each.value)
    for column in ("Signification", "Ce que contient la table"):
        assert dictionary[column].notna().all()
        assert dictionary[column].str.len().min() >= 3


def test_the_page_is_the_same_whatever_is_looked_at(app, method):
    other = app.open(METHOD, au="2019-01-01", terr="reg-94", perim="acv")
    assert titles(other) == titles(method)
    assert not other.exception
    assert len(other.dataframe) == len(method.dataframe)
