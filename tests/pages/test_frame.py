"""The frame of every page: it opens whatever the database, and its filters live in the address."""

import re
import sqlite3
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from territoires.db.revision import HEAD
from territoires.domain.clock import PARIS
from territoires.french import dates
from territoires.french.numbers import NBSP
from tests.conftest import SEEDED_AT
from tests.pages.conftest import (
    HOME,
    METHOD,
    PAGES,
    address,
    everything,
    headline,
    titles,
    type_territory,
    warnings,
)
from tests.saying import FOR_THE_SERVER

FULL = {
    "au": "2021-05-04",
    "connu": "2026-11-30T13:02:00.000000Z",
    "terr": "reg-44",
    "perim": "acv",
    "nonprouves": "oui",
}
# A page with the same bar, and little to draw for a territory that nobody has asked about.
LIGHT = "follow/next.py"
# By page: parameters that it needs to have anything to show.
NEEDED: dict[str, dict[str, str]] = {}
# It only leads to the form of identification, which speaks for itself.
WITHOUT_DATABASE = {"enter/identify.py"}
NONSENSE = [
    ("au", "hier", "La date"),
    ("au", "2021-02-30", "La date"),
    ("au", "1515-09-13", "La date"),
    ("au", "99999-01-01", "La date"),
    ("connu", "bientôt", "L’instant"),
    ("connu", "2026-03-29T02:30", "L’instant"),
    ("connu", "2026-10-25T02:30", "L’instant"),
    ("terr", "reg-999", "Le territoire"),
    ("terr", "reg-99", "Le territoire"),
    ("terr", "com-99999", "Le territoire"),
    ("terr", "Chaumont", "Le territoire"),
    ("perim", "villages", "Le périmètre"),
    ("nonprouves", "peut-être", "La valeur"),
]


# --- whatever the database ---


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_under_one_title(app, page):
    view = app.open(page, **NEEDED.get(page, {}))
    assert not view.exception
    assert not view.error
    assert len(titles(view)) == 1


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_on_a_database_without_a_row(bare_app, page):
    view = bare_app.open(page, **NEEDED.get(page, {}))
    assert not view.exception
    assert len(titles(view)) == 1


@pytest.mark.parametrize("page", PAGES)
def test_no_page_tells_its_readers_what_only_the_server_s_keeper_can_do(app, bare_app, page):
    for view in (bare_app.open(page), app.open(page, terr="reg-94"), app.open(page, perim="acv")):
        assert not FOR_THE_SERVER.search(everything(view))


def _no_database(_url, folder):
    return f"sqlite:///{folder / 'absente.db'}", "La base n’existe pas encore"


def _another_file(_url, folder):
    path = folder / "photo.db"
    path.write_bytes(b"JFIF, not a database at all")
    return f"sqlite:///{path}", "n’est pas une base SQLite"


def _empty_file(_url, folder):
    path = folder / "vide.db"
    path.touch()
    return f"sqlite:///{path}", "La base n’existe pas encore"


def _newer(url, _folder):
    with sqlite3.connect(url.removeprefix("sqlite:///")) as file:
        file.execute("UPDATE alembic_version SET version_num = '9999'")
    return url, "version plus récente"


def _older(url, _folder):
    with sqlite3.connect(url.removeprefix("sqlite:///")) as file:
        file.execute("UPDATE alembic_version SET version_num = '0001'")
    return url, "version précédente"


def _another_database(_url, folder):
    path = folder / "recettes.db"
    with sqlite3.connect(path) as file:
        file.execute("CREATE TABLE recipe (name TEXT)")
    return f"sqlite:///{path}", "La base n’existe pas encore"


def _says_what_is_wrong(view, wrong):
    assert not view.exception
    (message,) = view.error
    assert wrong in message.value
    assert "prévenez l’administration" in message.value
    assert len(titles(view)) == 1
    assert "Traceback" not in everything(view)


@pytest.mark.parametrize(
    "broken", [_no_database, _another_file, _empty_file, _newer, _older, _another_database]
)
def test_a_page_without_its_database_says_what_is_wrong_and_what_to_do(app, url, tmp_path, broken):
    broken_url, wrong = broken(url, tmp_path)
    _says_what_is_wrong(app.at(broken_url).open(), wrong)


@pytest.mark.parametrize("page", [page for page in PAGES if page not in WITHOUT_DATABASE])
def test_every_page_says_that_its_database_is_not_there(app, tmp_path, page):
    broken_url, wrong = _no_database(app.url, tmp_path)
    _says_what_is_wrong(app.at(broken_url).open(page), wrong)


def test_a_locked_database_is_waited_for_then_named(app, url, monkeypatch):
    monkeypatch.setattr("territoires.db.engine.PATIENCE_S", 0.05)
    holder = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    try:
        holder.execute("PRAGMA locking_mode = EXCLUSIVE")
        holder.execute("BEGIN IMMEDIATE")
        view = app.open()
    finally:
        holder.close()
    assert not view.exception
    assert [message.value for message in view.error] == [
        "La base est occupée par une autre opération. Réessayez dans un instant."
    ]


def test_a_page_recovers_with_its_database(app, url):
    holder = sqlite3.connect(url.removeprefix("sqlite:///"))
    holder.execute("UPDATE alembic_version SET version_num = '9999'")
    holder.commit()
    assert app.open().error
    holder.execute("UPDATE alembic_version SET version_num = ?", [HEAD])
    holder.commit()
    holder.close()
    assert not app.open().error


# --- the address ---


def link_of(view):
    """Give the link that a page offers to copy."""
    return next(b.proto.url for b in view.get("link_button") if b.proto.label == "Copier le lien")


@pytest.mark.parametrize("page", [HOME, METHOD])
def test_a_copied_link_opens_the_same_view(app, page):
    view = app.open(page, **FULL)
    assert not view.exception
    assert address(view) == FULL
    assert view.date_input(key="bar_day").value.isoformat() == "2021-05-04"
    assert view.text_input(key="bar_territory").value == "Grand Est (région)"
    assert view.selectbox(key="bar_perimeter").value == "Action cœur de ville"
    assert view.text_input(key="bar_known_at").value.startswith("30/11/2026")
    assert view.toggle(key="bar_unproven").value is True
    assert all(f"{name}=" in link_of(view) for name in FULL)


def test_the_link_on_show_leads_back_to_the_same_view(app):
    view = app.open(**FULL)
    query = link_of(view).split("?")[1]
    again = app.open(**dict(pair.split("=") for pair in query.replace("%3A", ":").split("&")))
    assert headline(again) == headline(view)
    assert address(again) == FULL


def test_an_instant_in_the_address_is_kept_to_the_microsecond(app):
    instant = "2026-11-30T13:02:03.000004Z"
    assert address(app.open(connu=instant))["connu"] == instant


def test_a_bare_day_is_the_end_of_that_day_in_paris(app):
    view = app.open(connu="2026-11-30")
    assert f"30{NBSP}novembre 2026 à 23{NBSP}h{NBSP}59" in view.info[0].value


def test_what_is_as_by_default_stays_out_of_the_address(app):
    assert address(app.open()) == {}
    view = app.open(terr="fr", perim="tous")
    assert address(view) == {}
    assert warnings(view) == []


def test_a_copied_link_is_of_its_day_even_when_that_day_was_today(app):
    assert parse_qs(urlsplit(link_of(app.open())).query) == {
        "au": [datetime.now(PARIS).date().isoformat()]
    }


@pytest.mark.parametrize(("name", "value", "subject"), NONSENSE)
def test_nonsense_in_the_address_gets_a_message_that_quotes_it_and_the_default(
    app, name, value, subject
):
    view = app.open(**{name: value})
    (message,) = warnings(view)
    assert message.startswith(subject)
    assert value in message
    assert "xemple" in message or "possibles" in message or "oui" in message
    assert headline(view) == headline(app.open())
    assert address(view) == {}


def test_each_nonsense_has_its_own_message_and_the_rest_is_kept(app):
    view = app.open(au="2021-05-04", terr="nulle-part", perim="villages")
    assert len(warnings(view)) == 2
    assert address(view) == {"au": "2021-05-04"}


def test_a_message_about_the_address_goes_once_the_reader_moves_on(app):
    view = app.open(terr="nulle-part")
    view.selectbox(key="bar_perimeter").set_value("Action cœur de ville").run()
    assert warnings(view) == []
    assert address(view) == {"perim": "acv"}


def test_parameters_of_others_are_left_alone(app):
    view = app.open(au="2021-05-04", utm_source="lettre", terr="reg-44")
    view.selectbox(key="bar_perimeter").set_value("Action cœur de ville").run()
    assert address(view) == {
        "au": "2021-05-04",
        "utm_source": "lettre",
        "terr": "reg-44",
        "perim": "acv",
    }


HOSTILE = [
    "<script>alert(1)</script>",
    "![pixel](https://exemple.invalid/pixel.png)",
    "[cliquez](https://exemple.invalid)",
    "**gras** _penché_ `code` ~~barré~~",
    ":red[rouge] :material/delete: :streamlit:",
    "$\\frac{1}{2}$",
    "# Titre",
    "{detail} {0} %s",
    "https://exemple.invalid/x",
]


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_value_is_quoted_as_text(app, value):
    view = app.open(**dict.fromkeys(FULL, value))
    assert not view.exception
    assert len(warnings(view)) == len(FULL)
    for message in warnings(view):
        # In a span of code, no sign is more than itself.
        (quoted,) = re.findall(r"«\u00a0`([^`]+)`\u00a0»", message)
        assert quoted == value.replace("`", "'")
    assert address(view) == {}


def test_a_very_long_value_is_cut(app):
    view = app.open(**dict.fromkeys(FULL, "9" * 10_000))
    assert not view.exception
    assert len(warnings(view)) == len(FULL)
    for message in warnings(view):
        assert "9" * 20 in message
        assert len(message) < 400
    assert address(view) == {}


@pytest.mark.parametrize("value", ["", " ", "\u00a0", "\n", "\u202e2021", "²", "٢٠٢١-٠٥-٠٤"])
def test_odd_characters_do_no_harm(app, value):
    view = app.open(**dict.fromkeys(FULL, value))
    assert not view.exception
    assert titles(view)
    assert address(view) == {}


# --- changing what is looked at ---


def test_changing_a_widget_rewrites_the_address(app):
    view = app.open()
    view.date_input(key="bar_day").set_value(datetime(2021, 5, 4, tzinfo=UTC).date()).run()
    view.text_input(key="bar_territory").set_value("Grand Est (région)").run()
    view.selectbox(key="bar_perimeter").set_value("Hors Action cœur de ville").run()
    view.text_input(key="bar_known_at").set_value("30/11/2026").run()
    view.toggle(key="bar_unproven").set_value(True).run()
    found = address(view)
    assert found.pop("connu").startswith("2026-11-30T22:59:59")
    assert found == {
        "au": "2021-05-04",
        "terr": "reg-44",
        "perim": "hors-acv",
        "nonprouves": "oui",
    }
    assert headline(view) == headline(app.open(**address(view)))


def test_going_back_to_the_default_leaves_the_address_empty(app):
    view = app.open(LIGHT, **FULL)
    view.date_input(key="bar_day").set_value(datetime.now(PARIS).date()).run()
    view.text_input(key="bar_territory").set_value("France entière").run()
    view.selectbox(key="bar_perimeter").set_value("Toutes les villes").run()
    view.text_input(key="bar_known_at").set_value("").run()
    view.toggle(key="bar_unproven").set_value(False).run()
    assert address(view) == {}


def test_an_emptied_date_is_today(app):
    view = app.open(au="2021-05-04")
    view.date_input(key="bar_day").set_value(None).run()
    assert address(view) == {}
    assert not view.exception


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("31/10/2026", "2026-10-31T22:59:59.999999Z"),
        ("octobre 2026", "2026-10-31T22:59:59.999999Z"),
        ("2025", "2025-12-31T22:59:59.999999Z"),
        ("2026-11-30T14:02:00+01:00", "2026-11-30T13:02:00.000000Z"),
        ("maintenant", None),
        ("  ", None),
    ],
)
def test_an_instant_is_read_as_people_type_it(app, typed, kept):
    view = app.open()
    view.text_input(key="bar_known_at").set_value(typed).run()
    assert address(view).get("connu") == kept
    assert warnings(view) == []


@pytest.mark.parametrize("there", ["2039-12-31", "9999-12-31", "2039-12-31T12:00:00Z"])
def test_what_will_be_known_is_not_said_to_be(app, there):
    view = app.open(connu=there)
    (told,) = view.info
    assert f"{there[:4]} est à venir" in told.value
    assert address(view) == {}
    typed = app.open()
    typed.text_input(key="bar_known_at").set_value(there).run()
    assert [each.value for each in typed.info] == [told.value]
    assert address(typed) == {}


@pytest.mark.parametrize("typed", ["demain", "32/13/2026", "30/11/26"])
def test_an_instant_that_is_none_is_quoted_back(app, typed):
    view = app.open()
    view.text_input(key="bar_known_at").set_value(typed).run()
    (message,) = warnings(view)
    assert typed in message
    assert address(view) == {}


def test_the_menu_keeps_the_filters(app):
    view = app.open(**FULL)
    app.by_menu(view, METHOD)
    assert titles(view) == ["Méthode et sources"]
    assert address(view) == FULL
    app.by_menu(view, HOME)
    assert address(view) == FULL
    assert warnings(view) == []


def test_a_filter_changed_on_one_page_holds_on_the_next(app):
    view = app.open()
    app.by_menu(view, METHOD)
    view.selectbox(key="bar_perimeter").set_value("Action cœur de ville").run()
    app.by_menu(view, HOME)
    assert address(view) == {"perim": "acv"}


def test_a_link_within_the_page_to_an_empty_address_empties_the_filters(app):
    view = app.open(**FULL)
    view.query_params.clear()
    view.run()
    assert address(view) == {}
    assert headline(view) == headline(app.open())


def test_the_back_button_gives_the_former_view(app):
    view = app.open(au="2021-05-04")
    former = headline(view)
    view.text_input(key="bar_territory").set_value("Grand Est (région)").run()
    assert headline(view) != former
    view.query_params.clear()
    view.query_params["au"] = "2021-05-04"
    view.run()
    assert headline(view) == former
    assert view.text_input(key="bar_territory").value == "France entière"


# --- the search box ---


@pytest.mark.parametrize(
    ("typed", "territory"),
    [
        ("saint die des vosges", "com-88413"),
        ("Saint-Dié-des-Vosges", "com-88413"),
        ("st die des vosges", "com-88413"),
        ("75056", "com-75056"),
        ("paris", "dep-75"),
        ("Bourg-en-Bresse", "com-01053"),
        ("2A004", "com-2A004"),
        ("2a004", "com-2A004"),
        ("grand est", "reg-44"),
        ("Haute-Marne", "dep-52"),
        ("haute marne", "dep-52"),
        ("52", "dep-52"),
        ("reg-44", "reg-44"),
        ("com-52121", "com-52121"),
        ("France", None),
        ("haute m", "dep-52"),
        ("chaumont (haute-marne)", "com-52121"),
        ("Chaumont (74)", "com-74065"),
    ],
)
def test_a_territory_is_found_as_people_type_it(app, typed, territory):
    view = app.open(LIGHT)
    type_territory(view, typed)
    assert warnings(view) == []
    assert address(view).get("terr") == territory


def test_a_commune_outside_the_list_can_be_looked_at(app):
    view = app.open()
    type_territory(view, "Beuvrages")
    assert address(view) == {"terr": "com-59079"}
    assert view.text_input(key="bar_territory").value == "Beuvrages (59)"
    assert "à Beuvrages" in headline(view)


@pytest.mark.parametrize(
    ("typed", "departments"),
    [("chaumont", ["Haute-Marne", "52121", "Cher", "Orne", "Yonne"]), ("saint denis", ["93066"])],
)
def test_homonyms_are_listed_to_choose_from(app, typed, departments):
    view = app.open()
    type_territory(view, typed)
    (choice,) = view.radio
    assert typed in choice.label
    assert choice.value is None
    listed = "\n".join(choice.options)
    assert all(department in listed for department in departments)
    assert "habitants" in listed
    assert address(view) == {}
    assert view.text_input(key="bar_territory").value == typed, "nothing typed is lost"
    choice.set_value(departments[1] if len(departments) > 1 else departments[0]).run()
    assert address(view) == {"terr": f"com-{choice.value}"}
    assert not view.radio
    assert view.text_input(key="bar_territory").value.startswith(("Chaumont (52)", "Saint-Denis ("))


def test_a_choice_between_homonyms_is_left_by_going_elsewhere(app):
    view = type_territory(app.open(), "chaumont")
    view.query_params["terr"] = "reg-44"
    view.run()
    assert not view.radio
    assert view.text_input(key="bar_territory").value == "Grand Est (région)"


def test_an_emptied_box_is_the_whole_country(app):
    view = type_territory(app.open(terr="reg-44"), "")
    assert address(view) == {}
    assert view.text_input(key="bar_territory").value == "France entière"


def test_a_former_commune_leads_to_the_present_one_and_says_so(app):
    view = type_territory(app.open(), "annecy le vieux")
    assert address(view) == {"terr": "com-74010"}
    assert any("la commune actuelle est Annecy (74010)" in each.value for each in view.info)


@pytest.mark.parametrize("typed", ["Xyzville", "99999", "<script>alert(1)</script>", "**", "-"])
def test_a_name_of_nowhere_is_quoted_with_an_example(app, typed):
    view = app.open(terr="reg-44")
    type_territory(view, typed)
    (message,) = warnings(view)
    assert message.startswith("Aucun territoire ne s’appelle")
    assert typed in message.replace("\\", "")
    assert "52121" in message
    assert address(view) == {"terr": "reg-44"}, "the view stays where it was"


def test_a_very_long_name_is_cut(app):
    view = app.open()
    type_territory(view, "z" * 10_000)
    (message,) = warnings(view)
    assert len(message) < 400


# --- the two clocks ---


def test_a_reader_of_the_past_is_told_so(app):
    view = app.open(connu="2026-11-30T13:02:00Z")
    assert view.info[0].value == (
        "Vous regardez la base telle qu’elle était connue le "
        f"30{NBSP}novembre 2026 à 14{NBSP}h{NBSP}02."
    )
    assert not app.open().info


@pytest.mark.parametrize("page", [HOME, METHOD])
def test_the_foot_of_the_page_tells_both_clocks(app, page):
    view = app.open(page, au="2021-05-04", connu="2026-11-30T13:02:00Z")
    foot = view.caption[-1].value
    assert f"Situation au 4{NBSP}mai 2021" in foot
    assert dates.instant(datetime(2026, 11, 30, 13, 2, tzinfo=UTC)) in foot
    assert "Licence Ouverte 2.0" in foot


def test_the_instant_of_the_seeds_is_known(app):
    view = app.open(connu="2026-11-22T11:59:59Z")
    assert dates.instant(SEEDED_AT) in headline(view)


def test_an_instant_that_paris_has_twice_is_asked_about_then_said(app):
    view = app.open()
    view.text_input(key="bar_known_at").set_value("25/10/2026 à 2 h 30").run()
    assert "existe deux fois" in warnings(view)[0]
    view.text_input(key="bar_known_at").set_value("25/10/2026 à 2 h 30 heure d’hiver").run()
    assert not warnings(view)
    assert address(view)["connu"] == "2026-10-25T01:30:00.000000Z"
    assert "2\u00a0h\u00a030 (heure d’hiver)" in everything(view)
    assert view.text_input(key="bar_known_at").value.endswith("(heure d’hiver)")
