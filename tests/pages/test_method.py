"""The method page: every definition, every source, what is not known, every column."""

from datetime import date, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlalchemy import func, insert, select

from territoires.db.models import (
    Announcement,
    Bound,
    Course,
    Offering,
    ProgrammeEvent,
    PublishedFigure,
    Source,
    Stage,
    Target,
)
from territoires.domain.scope import Perimeter, Scope
from territoires.french.definitions import DEFINITIONS, UNKNOWN, defined
from territoires.french.dictionary import COLUMNS
from territoires.french.numbers import NBSP
from territoires.french.typography import typeset_text
from territoires.queries import sources
from tests.conftest import SEEDED_AT
from tests.factories import act, add, writing
from tests.pages.conftest import METHOD, everything, titles, warnings

OPENING = "Ouverture et inauguration à Cherbourg"
NOW = Scope(as_of=SEEDED_AT.date())


@pytest.fixture
def method(app):
    return app.open(METHOD)


def test_every_definition_is_there(method):
    places = {each.value: each.proto.anchor for each in method.subheader}
    texts = [text.value for text in method.markdown]
    contents = next(each.proto.body for each in method.get("html") if "sommaire" in each.proto.body)
    for title, text in DEFINITIONS:
        assert typeset_text(text) in texts
        assert f'href="#{places[title]}"' in contents
    assert defined("Date déduite") == f"[Définition](/methode#{places['Date déduite']})"
    assert method.header[0].value == "Ce que l’on ne sait pas"


def test_what_is_not_known_is_said(method):
    said = everything(method)
    assert all(line in said for line in UNKNOWN)


SOURCED = (Announcement, Stage, Bound, PublishedFigure, ProgrammeEvent, Target, Offering, Course)


def cited(connection):
    """Give the sources on which something rests: the others only speak of a centre."""
    return {key for each in SOURCED for key in connection.scalars(select(each.source_id))}


def sources_of(view):
    return next(each.value for each in view.dataframe if "Éditeur" in each.value)


def test_every_source_is_listed_with_what_rests_on_it(app, method, connection):
    expected = len(cited(connection))
    listed = sources_of(method)
    assert len(listed) == expected
    assert f"**{expected}{NBSP}sources**" in everything(method)
    assert {"Étapes", "Totaux publiés", "Autres faits"} <= set(listed)
    # Each leads to its facts, which are as many as the table says.
    some = listed[listed[COLUMNS["title"]].isin(["Inauguration à Montbéliard", OPENING])]
    assert len(some) == 2
    for link in some[COLUMNS["view"]]:
        target = urlsplit(link)
        view = app.open(METHOD, **dict(parse_qsl(target.query)))
        rest = next(each.value for each in view.dataframe if "Ce qui est dit" in each.value)
        assert len(rest) == int(target.fragment)
        assert f"**{target.fragment}{NBSP}faits reposent** sur cette source." in everything(view)
        assert any(town.startswith("ville?") for town in rest["Ville"] if town)


def test_the_facts_of_all_sources_are_all_the_facts(connection):
    listed = sources.all_sources(connection, scope=NOW)
    total = sum(connection.scalar(select(func.count()).select_from(each)) for each in SOURCED)
    assert listed["facts"].sum() == total
    for row in listed.itertuples():
        assert len(sources.resting(connection, scope=NOW, source=row.source_id)) == row.facts
        assert row.facts == row.stages + row.figures + row.others


def test_a_source_is_listed_from_when_something_rests_on_it(app, url):
    with writing(url) as connection:
        later = act(connection, SEEDED_AT + timedelta(days=2))
        said = {"publisher": "Gazette", "title": "Un objectif", "reliability": "presse"}
        connection.execute(insert(Source).values(id="gazette", **said))
        goal = {"indicator": "open", "perimeter": Perimeter.ALL, "value": 120, "territory": "fr"}
        days = dict.fromkeys(("starts_on", "deadline", "decided_on"), date(2030, 12, 31))
        add(connection, Target, at_utc=later, source_id="gazette", **goal, **days)
    before, after = (
        app.open(METHOD, connu=(SEEDED_AT + timedelta(days=days)).isoformat()) for days in (1, 3)
    )
    assert "Gazette" not in set(sources_of(before)["Éditeur"])
    assert "Gazette" in set(sources_of(after)["Éditeur"])


def test_before_this_database_nothing_was_known(app):
    view = app.open(METHOD, connu="2026-01-01")
    assert not view.exception
    said = everything(view)
    assert "Cette base n’existait pas encore" in said
    assert "Aucune source n’y était connue." in said
    assert not [each for each in view.dataframe if "Éditeur" in each.value]
    assert "Voir ce qui est connu aujourd’hui" in [button.label for button in view.button]


def test_a_source_that_does_not_exist_is_said(app):
    view = app.open(METHOD, source="gazette-du-coin")
    assert "gazette-du-coin" in warnings(view)[0]


def test_licences_and_attributions_are_given(method):
    said = everything(method)
    for owner in ("INSEE", "ANCT", "IGN", "Licence Ouverte 2.0"):
        assert owner in said


def test_the_copies_of_open_data_are_told_without_a_day_that_may_have_none(method):
    assert "/donnees/AAAA-MM-JJ/" in everything(method)
    assert "/donnees/2" not in everything(method)


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


def test_every_page_leads_to_who_answers_for_it(app, monkeypatch):
    monkeypatch.setenv("TERRITOIRES_CONTACT", "territoires@example.org")
    foot = "\n".join(each.proto.body for each in app.open(METHOD).get("html"))
    for way in ("methode", "methode#licences", "accessibilite", "mentions-legales", "mailto:"):
        assert f'href="{way}' in foot
    said = everything(app.open("follow/legal.py"))
    assert "n’a pas encore été renseigné" in said
    assert "territoires@example.org" in said
    monkeypatch.setenv("TERRITOIRES_PUBLISHER", "Cnam, 292 rue Saint-Martin, 75003 Paris")
    assert "292 rue Saint-Martin" in everything(app.open("follow/legal.py"))
