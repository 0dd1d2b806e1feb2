"""What a page answers within itself, before the application."""

import re
from datetime import date
from functools import partial
from threading import Event

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.web.server.starlette.starlette_static_routes import (
    create_streamlit_static_assets_routes,
)

from territoires.charts.palette import DARK, GROUND, on_both
from territoires.db.engine import reading
from territoires.domain.enrolments import name_of
from territoires.domain.scope import Scope
from territoires.french.places import typeset
from territoires.queries.enrolments import transmissions
from territoires.ui.chapters import addresses
from territoires.ui.follow.first_answer import first_answer
from territoires.web.compress import pack
from territoires.web.french_page import answering, page
from territoires.web.routes import middleware

CHAUMONT, TROYES = "52121", "10387"
UNCHARTED = page(is_charted=False)
HEAVIEST = 60_000  # bytes, compressed


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """Wait for an answer as long as a busy machine takes: patience has its own test."""
    monkeypatch.setattr("territoires.web.french_page._PATIENCE_SECONDS", 60)


@pytest.fixture
def answers(seeded_file):
    return partial(first_answer, f"sqlite:///{seeded_file.as_posix()}")


def served(answers):
    return TestClient(
        Starlette(
            routes=create_streamlit_static_assets_routes(base_url=""),
            middleware=middleware(addresses=addresses(), answers=answers),
        )
    )


def said(html):
    return " ".join(re.sub(r"<[^>]*>", " ", html).split()).replace("\u202f", " ")


def test_the_front_page_answers_before_its_application(answers):
    with served(answers) as client:
        found = client.get("/")
        heaviest = client.get("/carte?vue=zones-blanches")
    assert found.headers["cache-control"] == "no-cache"
    answer, application = found.text.split('<div id="root"></div>')
    assert 'id="reponse"' in answer
    assert "15 centres documentés, 57 ou plus annoncés" in said(answer)
    assert answer.count('href="ville?ville=') > 40  # each known place, on its mark and in the list
    assert 'content="15\xa0centres documentés' in answer
    assert "reponse" not in application
    for each in (found, heaviest):
        assert len(pack(each.content, "br")) <= HEAVIEST


def test_made_up_data_say_so_and_are_set_as_on_the_page(demo_file):
    found = first_answer(f"sqlite:///{demo_file.as_posix()}", "", {})
    assert "<strong>Données fictives de démonstration.</strong>" in found.html
    assert "**" not in said(found.html)


def test_a_day_of_the_address_is_the_day_that_is_answered(answers):
    first = answers("", {"au": "2019-04-30"})
    assert "1 centre documenté" in said(first.html)
    assert 'href="ville?au=2019-04-30&amp;ville=52121"' in first.html


@pytest.mark.parametrize(
    ("town", "words"),
    [
        (CHAUMONT, ("Chaumont : ● ouvert depuis avril 2019", "68 993", "Inauguration")),
        (TROYES, ("Troyes : ○ ville labellisée, ouverture non connue", "Labellisation")),
    ],
)
def test_a_town_answers_with_its_state_what_its_centre_brings_and_its_dates(answers, town, words):
    found = answers("ville", {"ville": town})
    assert all(each in said(found.html) for each in words)
    assert found == answers("ville", {"terr": f"com-{town}"})._replace(html=found.html)
    assert found.title.endswith(" · Territoires")


@pytest.mark.parametrize(
    ("path", "params", "words", "way"),
    [
        ("carte", {}, ("à moins de 30 km", "à vol d’oiseau 216", "Chaumont"), "ville=52121"),
        ("carte", {"rayon": "45"}, ("à moins de 45 km", "En vert clair : à moins de 45 km"), ""),
        ("carte", {"vue": "territoires"}, ("Grand Est 6 18 %",), "vue=territoires&amp;terr=reg-44"),
        ("carte", {"vue": "zones-blanches"}, ("Centre proche", "aucun outre-mer"), "ville=97"),
        ("carte", {"etats": "ouvert", "ouvert-en": "2019"}, ("Chaumont avr. 2019",), ""),
        ("carte", {"terr": "dep-75"}, ("Aucun centre", "Châlons-en-Champagne (Marne"), ""),
        ("regions", {}, ("Quelles régions avancent", "7 régions sur 18"), "./?terr=reg-44"),
        ("regions", {"maille": "departements"}, ("13 départements sur 101",), "terr=dep-52"),
        ("ou-ouvrir", {}, ("Hors Île-de-France, 10 villes", "1. Vienne", "De plus"), "ville=38544"),
        ("ou-ouvrir", {"villes": "3", "rayon": "45"}, ("3 villes", "à moins de 45 km"), ""),
        (
            "recouper",
            {},
            (
                "Prouvé : 15. En croyant le Cnam : de 57 à 75.",
                "Cnam, au 31 décembre 2019 : 5 centres ouverts oui",
            ),
            "",
        ),
        ("recouper", {"crus": "aucun"}, ("Sans croire aucun total : de 15 à 75",), ""),
        ("inscriptions", {}, ("Au moins 4 200 personnes", "15 centres ouverts sans total"), ""),
        ("inscriptions", {"compte": "inscriptions"}, ("Totaux et cibles publiés",), ""),
        ("formations", {}, ("24 formations au catalogue", "Numérique"), "formation="),
        ("formations", {"filiere": "numerique"}, ("24 formations", "diplôme national"), ""),
        ("formations", {"pres": "52121"}, ("près de chez soi", "50 km de Chaumont"), "ville=25388"),
        (
            "formations",
            {"formation": "F001"},
            ("Éligible au CPF", "Où elle est proposée"),
            "ville=71076",
        ),
        (
            "ce-qui-a-change",
            {"depuis": "2026-11-01"},
            ("faits nouveaux", "0 → 15 centres documentés", "22 novembre 2026 à 13 h 00"),
            "ville=30007",
        ),
        ("methode", {}, ("Ce que l’on ne sait pas", "Dictionnaire des données"), 'id="sources"'),
        ("regions", {"comparer": "dep-52"}, ("Indicateur Haute-Marne (52) Grand Est France",), ""),
    ],
)
def test_a_page_answers_for_its_address(answers, path, params, words, way):
    found = answers(path, params)
    assert [each for each in words if each not in said(found.html)] == []
    assert way in found.html
    assert said(found.description) in said(found.html)
    # Another day is another answer, and every link of it leads to that day; a report has none.
    earlier = answers(path, params | {"au": "2022-03-01"})
    assert earlier.html != found.html
    ways = re.findall(r'href="((?!http)[^"#]+)"', earlier.html)
    dated = [
        each
        for each in ways
        if not each.lstrip("/").startswith(("signaler", "donnees", "flux", "api"))
    ]
    assert [each for each in dated if "au=2022-03-01" not in each] == []


def test_an_answer_is_made_once_for_a_view_and_an_edition(answers):
    first = answers("carte", {"rayon": "45"})
    assert answers("carte", {"rayon": "45"}).html is first.html
    assert answers("carte", {"rayon": "30"}).html != first.html


def test_what_no_page_tells_the_answer_does_not_tell(demo_file):
    url = f"sqlite:///{demo_file.as_posix()}"
    scope = Scope(as_of=date(2025, 6, 30))
    with reading(url) as connection:
        every = {year: transmissions(connection, scope=scope, year=year) for year in (2023, 2024)}
    assert {"shown", "absent"} <= set().union(
        *(set(data["publication"]) for data in every.values())
    )
    for year, data in every.items():
        asked = {"au": "2025-06-30", "annee": name_of(year)}
        told, kept_back = first_answer(url, "inscriptions", asked).html.split("<details>")
        is_shown = data["publication"] == "shown"
        rows = said(told.split("<tbody>")[1])
        assert told.count("<tr>") == is_shown.sum() + 1
        assert all(typeset(town) in rows for town in data.loc[is_shown, "town"])
        hidden = data.loc[~is_shown & data["expected"], "town"]
        assert len(hidden)
        assert all(typeset(town) in said(kept_back) for town in hidden)


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("", {"au": "hier"}),
        ("", {"terr": "reg-00"}),
        ("", {"au": "2019-01-01"}),  # nothing is open: the application shows the ways out
        ("", {"connu": "2018-01-01"}),  # before this database knew anything
        ("ville", {}),
        ("ville", {"ville": "nulle-part"}),
        ("carte", {"rayon": "mille"}),
        ("carte", {"filiere": "alchimie"}),
        ("regions", {"maille": "communes"}),
        ("ou-ouvrir", {"imposees": "52121"}),  # no list holds a town that is open
        ("recouper", {"crus": "99999"}),
        ("ce-qui-a-change", {"depuis": "hier"}),
        ("ce-qui-a-change", {"depuis": "visite"}),
        ("inscriptions", {"annee": "1999-2000"}),
        ("formations", {"cherche": "alchimie"}),  # nothing fits
        ("formations", {"formation": "F999"}),
        ("methode", {"connu": "2018-01-01"}),
        ("comptes", {}),
    ],
)
def test_what_the_application_alone_can_answer_is_left_to_it(answers, path, params):
    assert answers(path, params) is None


def test_a_page_without_an_answer_is_the_page(answers):
    with served(answers) as client:
        assert client.get("/?au=hier").text == UNCHARTED
        missing = client.get("/indicateurs")
    assert (missing.status_code, missing.text) == (404, UNCHARTED)


def test_no_database_is_no_answer(tmp_path):
    assert first_answer(f"sqlite:///{tmp_path / 'absente.db'}", "", {}) is None


def test_an_answer_that_does_not_come_is_not_waited_for(monkeypatch):
    released = Event()

    def never(path, params):
        released.wait(30)

    monkeypatch.setattr("territoires.web.french_page._PATIENCE_SECONDS", 0.05)
    with served(never) as client:
        assert client.get("/").text == UNCHARTED
        released.set()


def test_a_fault_of_the_answer_takes_no_page_away(caplog):
    def broken(path, params):
        raise KeyError(path)

    with served(broken) as client:
        found = client.get("/ville?ville=52121")
    assert (found.status_code, found.text) == (200, UNCHARTED)
    assert "no answer within /ville" in caplog.text


def test_what_is_unchanged_is_not_sent_again(answers):
    with served(answers) as client:
        first = client.get("/")
        again = client.get("/", headers={"if-none-match": first.headers["etag"]})
        other = client.get("/?au=2021-05-04", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert other.status_code == 200


def test_a_link_is_told_by_a_card_where_the_site_is_known(seeded_file):
    url = f"sqlite:///{seeded_file.as_posix()}"
    for site, said in ((None, False), ("https://territoires.example/", True)):
        found = first_answer(url, "ville", {"ville": CHAUMONT, "au": "2021-05-04"}, site=site)
        put = answering(page(), found)
        card = "https://territoires.example/apercu/ville.png?ville=52121&amp;au=2021-05-04"
        assert (f'property="og:image" content="{card}"' in put) is said
        assert ("og:image" in put) is said


def test_no_text_is_obeyed():
    put = answering(page(), ('"><script>alert(1)</script>', "\\1 <b>", "<p>ici</p>", "", "", None))
    assert "<script>alert" not in put
    assert 'content="\\1 &lt;b&gt;"' in put
    assert '<div id="reponse"><p>ici</p></div>' in put


def test_a_colour_is_that_of_each_theme():
    assert on_both(f'fill="{GROUND}"') == f'fill="light-dark({GROUND}, {DARK.background})"'
