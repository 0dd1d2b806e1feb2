"""The front page: what it says in every situation, and the rows behind every figure of it."""

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from python_calamine import load_workbook
from starlette.applications import Starlette
from starlette.testclient import TestClient

from territoires.db.engine import reading
from territoires.db.models import Target
from territoires.domain import address as addresses
from territoires.domain.clock import PARIS
from territoires.domain.programme import Basis, StageKind
from territoires.domain.scope import Perimeter
from territoires.french import headline as headlines
from territoires.french import home
from territoires.french.numbers import NBSP, NNBSP
from territoires.queries import rollout
from territoires.queries.territories import place
from territoires.web.exports import export_routes
from tests.conftest import SEEDED_AT
from tests.factories import act, add, add_centre, add_stage, writing
from tests.pages.conftest import HOME, address, everything, headline

LATER = SEEDED_AT + timedelta(minutes=1)
SITUATIONS = {
    "before the start": {"au": "2019-02-12"},
    "first month": {"au": "2019-04-30"},
    "before the deadline": {"au": "2021-05-04"},
    "eve of the deadline": {"au": "2022-12-30"},
    "deadline day": {"au": "2022-12-31"},
    "today": {},
    "region with openings": {"terr": "reg-44"},
    "region without": {"terr": "reg-94"},
    "department": {"terr": "dep-52", "au": "2021-05-04"},
    "town": {"terr": "com-52121"},
    "town of nothing": {"terr": "com-75056"},
    "ACV": {"perim": "acv", "au": "2021-05-04"},
    "outside ACV": {"perim": "hors-acv"},
    "with the unproven": {"nonprouves": "oui"},
    "far ahead": {"au": "2039-12-31"},
}


def scope_of(params):
    return addresses.read(params, today=datetime.now(PARIS).date()).scope


def plain(text):
    return text.replace("**", "").replace("`", "")


def rows_behind(client, name, params):
    answer = client.get(f"/export/{name}.csv", params=params)
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))[1:]


@pytest.fixture
def client(app):
    with TestClient(Starlette(routes=export_routes(app.url))) as opened:
        yield opened


def html(view):
    """Give all that the page writes as HTML, its pictures too."""
    parts = [each.proto.body for each in view.get("html")]
    return "\n".join([*parts, *(each.value for each in view.markdown if each.allow_html)])


def answers(view):
    """Give the figures in large by the words under them: those said once, then the two cards."""
    said = html(view)
    large = re.findall(r"<div><dt>([^<]*)</dt> <dd[^>]*>([^<]*)</dd></div>", said)
    cards = re.findall(r"<span>([^<]*)</span><strong[^>]*>([^<]*)</strong>", said)
    return {unescape(words): unescape(value) for words, value in [*large, *cards]}


def large(view):
    """Give the three figures: documented, announced, planned, those that there are."""
    return list(answers(view).values())[:-2]


def pictures(view):
    """Give each picture that is drawn, by its class, with what it says to who does not see it."""
    found = re.findall(r'<div class="dessin (\w+)">(<svg .*?</svg>)', html(view))
    return [(class_, picture) for class_, picture in found]


def curve(view):
    return next(picture for class_, picture in pictures(view) if class_ == "large")


def marks(view):
    """Give what each place says."""
    drawn = [picture for class_, picture in pictures(view) if class_ == "places"]
    return [unescape(words) for words in re.findall(r'aria-label="([^"]*)"', "".join(drawn))[1:]]


def is_of_quarters(picture):
    return ">Trimestre connu<" in picture


# --- every situation ---


@pytest.mark.parametrize("params", SITUATIONS.values(), ids=SITUATIONS)
def test_the_page_says_what_the_count_says_and_its_rows(app, client, params):
    view = app.open(**params)
    assert not view.exception
    assert not view.error
    assert not view.warning
    scope = scope_of(params)
    with reading(app.url) as connection:
        found = rollout.situation(connection, scope=scope)
        where = place(connection, territory=scope.territory)
        first, lead = home.headline(found, where)
        explained = headlines.explained(found, where)
    assert headline(view) == plain(first)
    said = [text.value for text in view.markdown]
    assert lead in said or not lead
    assert any(all(each in text for each in explained) for text in said)
    certain = rows_behind(client, "ouvertures", params)
    possible = rows_behind(client, "ouvertures-possibles", params)
    assert len(certain) == found.count.open
    assert len(certain) + len(possible) == found.count.open_at_most
    assert int(large(view)[0]) == len(certain)
    told = re.search(r"(\d+) centres? (?:documenté|est|sont)", headline(view).replace(NBSP, " "))
    assert (int(told[1]) if told else 0) == len(certain)
    places = marks(view)
    assert len([each for each in places if re.search(r", ouvert\b(?!, date)", each)]) == len(
        certain
    )
    assert len([each for each in places if "peut-être" in each]) == len(possible)
    the_figures_count_the_rows_of_their_export(view, client, params)


@pytest.mark.both_engines
@pytest.mark.only_on("postgresql", "on SQLite every situation is looked at")
@pytest.mark.parametrize("params", list(SITUATIONS.values())[::5], ids=list(SITUATIONS)[::5])
def test_so_it_does_on_a_server(app, client, params):
    the_figures_count_the_rows_of_their_export(app.open(**params), client, params)


def the_figures_count_the_rows_of_their_export(view, client, params):
    certain = rows_behind(client, "ouvertures", params)
    dated = [row for row in certain if row[11]]
    assert f"{len(dated)} documenté" in curve(view).replace(NBSP, " ")
    listed = rows_behind(client, "trimestres", params)
    # Four quarters that are known make bars; fewer, a line per opening. Nothing makes no figure.
    is_barred = sum(row[2] == "oui" for row in listed) >= 4
    lines = [picture for class_, picture in pictures(view) if class_ == "large"][1:]
    assert [is_of_quarters(picture) for picture in lines] == [is_barred] * bool(listed)
    assert sum(picture.count("<a ") for picture in lines) == (0 if is_barred else len(dated))


@pytest.mark.parametrize("params", SITUATIONS.values(), ids=SITUATIONS)
def test_the_data_open_under_each_figure_with_as_many_rows_as_said(app, client, params):
    view = app.open(**params)
    drawn = [class_ for class_, _ in pictures(view)].count("large")
    assert [each.label for each in view.expander].count("Voir les données") == drawn
    for key in ("courbe_donnees", "trimestres_donnees"):
        view.session_state[key] = True
    view.run()
    assert not view.exception
    said = [
        re.fullmatch(rf"\*\*(.+)\*\*{NBSP}: ([\d{NNBSP}]+){NBSP}lignes?", text.value)
        for text in view.markdown
    ]
    counts = {found[1]: int(found[2].replace(NNBSP, "")) for found in said if found}
    exports = {
        "Ouvertures certaines": "ouvertures",
        "Ouvertures possibles en plus": "ouvertures-possibles",
        "Totaux publiés": "totaux-publies",
        "Bande des totaux crus, jour par jour": "bande",
        "Ouvertures par trimestre": "trimestres",
    }
    behind = {title: len(rows_behind(client, name, params)) for title, name in exports.items()}
    if not any(most for *_, most in rows_behind(client, "bande", params)):
        del behind["Bande des totaux crus, jour par jour"]
    if not behind["Ouvertures par trimestre"]:
        del behind["Ouvertures par trimestre"]
    assert counts == behind
    listed = [count for count in counts.values() if count]
    assert [len(table.value) for table in view.dataframe][: len(listed)] == listed


def test_bars_return_where_enough_quarters_are_known(demo_app):
    drawn = [picture for class_, picture in pictures(demo_app.open()) if class_ == "large"]
    assert [is_of_quarters(picture) for picture in drawn] == [False, True]


def test_made_up_data_say_so_with_each_figure_and_picture(demo_app):
    view = demo_app.open()
    assert all("démonstration" in words for words in list(answers(view))[:-2])
    assert pictures(view)
    assert all("monstration" in picture for _, picture in pictures(view))


# --- the front page at first sight ---


def test_each_figure_is_said_once_and_weighs_the_same(app):
    view = app.open()
    assert large(view) == ["15", f"57{NBSP}+", "100"]
    assert not view.metric
    assert list(answers(view).values())[-2:] == [
        "3,0\u00a0millions",
        "aucune connue",
    ]
    assert "non renseigné" not in html(view)
    exact = r'<strong title="\d\W\d{3}\W\d{3}">'
    assert re.search(rf"{exact}3,0\s*millions", html(view)), "the exact one"


def test_each_place_leads_to_its_town_under_the_same_filters(app):
    view = app.open(au="2021-05-04")
    drawn = next(picture for class_, picture in pictures(view) if class_ == "places")
    links = re.findall(r'href="([^"]*)"', drawn)
    assert all(re.fullmatch(r"ville\?au=2021-05-04&amp;ville=\w{5}", link) for link in links)
    assert len(links) + 66 == 100
    listed = html(view).partition("Les mêmes places en liste</summary>")[2].partition("</details>")
    assert re.findall(r'href="([^"]*)"', listed[0]) == links


def test_the_map_names_the_towns_that_are_open(app):
    plan = next(picture for class_, picture in pictures(app.open()) if class_ == "plan")
    names = re.findall(r'<text [^>]*class="nom">([^<]*)</text>', plan)
    assert {"Chaumont", "Quimper", "Dieppe"} <= set(names)
    assert len(names) <= 20


def test_what_changed_is_five_lines_at_most_each_with_its_town(app):
    view = app.open(au="2021-12-31")
    assert view.subheader[-1].value == f"Ce qui a changé depuis le 31{NBSP}décembre 2020"
    listed = [body for each in view.get("html") if (body := each.proto.body).startswith("<ul>")]
    lines = re.findall(r"<li>(.*?)</li>", listed[-1])
    assert len([line for line in lines if "<a " in line]) == 5
    assert re.fullmatch(rf"Et \d+{NBSP}autres changements\.", lines[-1])


@pytest.mark.parametrize(
    ("asked", "label", "name"),
    [
        ({}, "Note nationale (PDF)", "national"),
        ({"terr": "dep-52"}, "Note régionale, Grand Est (PDF)", "reg-44"),
    ],
)
def test_the_note_is_among_what_one_exports(app, asked, label, name):
    view = app.open(au="2021-05-04", **asked)
    view.session_state["bar_exports"] = True
    view.run()
    links = {button.proto.label: button.proto.url for button in view.get("link_button")}
    assert links[label] == f"/note/{name}.pdf?au=2021-05-04"


def test_the_files_of_a_page_are_its_rows(app, client):
    view = app.open(au="2021-05-04", terr="reg-44")
    view.session_state["bar_exports"] = True
    view.run()
    links = [button.proto.url for button in view.get("link_button")]
    links = [link for link in links if link.startswith("/export/")]
    assert len(links) >= 2
    for link in links:
        assert "au=2021-05-04" in link
        assert "terr=reg-44" in link
        answer = client.get(link)
        assert answer.status_code == 200, link
        name, extension = link.split("?")[0].split("/")[-1].split(".")
        assert re.search(
            rf'filename="acdt_{name}-reg-44_au-2021-05-04_connu-[\d-]+\.{extension}"',
            answer.headers["content-disposition"],
        )
        if ".xlsx" in link:
            assert load_workbook(io.BytesIO(answer.content)).sheet_names


# --- what each situation says ---


def test_before_the_first_opening_the_page_says_so_and_leads_to_it(app):
    view = app.open(au="2019-02-12")
    assert headline(view) == f"Aucune ouverture enregistrée au 12{NBSP}février 2019."
    said = everything(view)
    assert "La première ouverture, celle de Chaumont, date d’avril 2019." in said
    assert "Aucun objectif chiffré n’était encore décidé" in said
    (button,) = [each for each in view.button if each.label.startswith("Aller")]
    assert button.label == f"Aller au 30{NBSP}avril 2019"
    button.click().run()
    assert address(view) == {"au": "2019-04-30"}
    assert headline(view).startswith(f"Au 30{NBSP}avril 2019, 1{NBSP}centre documenté")
    assert not [each for each in view.button if each.label.startswith("Aller")]


def test_before_the_deadline_the_page_tells_what_it_would_take(app):
    view = app.open(au="2021-05-04")
    assert headline(view) == (
        f"Au 4{NBSP}mai 2021, 7{NBSP}centres documentés (13 au plus), environ{NBSP}20 annoncés, "
        f"pour 100 prévus d’ici au 31{NBSP}décembre 2022."
    )
    said = everything(view)
    assert f"il faudrait 4,7{NBSP}ouvertures par mois" in said
    assert f"environ{NBSP}20{NBSP}centres ouverts" in said
    assert f"Statut calculé{NBSP}: progrès limité" in said


def test_on_the_day_of_the_deadline_nothing_more_is_required(app):
    view = app.open(au="2022-12-31")
    assert f"14{NBSP}centres documentés" in headline(view)
    assert headline(view).endswith(f"l’objectif de 100 fixé au 31{NBSP}décembre 2022.")
    assert "il faudrait" not in everything(view)
    assert f"Statut calculé{NBSP}: échéance atteinte" in everything(view)


def test_today_the_silence_is_explained(app):
    view = app.open()
    assert headline(view) == (
        f"15{NBSP}centres documentés, 57 ou plus annoncés{NBSP}: aucune source ne dit atteint "
        f"l’objectif de 100 fixé au 31{NBSP}décembre 2022."
    )
    said = everything(view)
    assert (
        "Aucune ouverture documentée depuis juin 2023 au plus tard, ce qui ne veut pas dire" in said
    )
    assert "plus des trois quarts des 75" in said.replace(NBSP, " ")
    assert "il faudrait" not in said


def test_documented_and_published_are_told_apart_in_one_sentence(app):
    (folded,) = [each for each in app.open().expander if each.label == "Comment lire ce chiffre"]
    assert any("documentées" in note.value and "publiés" in note.value for note in folded.markdown)


def test_the_published_seven_agrees_without_proving(app):
    said = everything(app.open(au="2021-02-15"))
    assert "les deux comptes s’accordent, en partie par construction" in said
    assert "sans que l’un prouve l’autre" in said


def test_a_disputed_total_is_never_the_latest(app):
    said = everything(app.open(au="2020-02-15"))
    assert not re.search(r"\b55\s(?:centres|lieux|villes|sur)", said)


def test_a_target_that_is_reached_is_announced_with_its_day(app, url):
    with writing(url) as connection:
        act(connection, LATER)
        add(
            connection,
            Target,
            at_utc=LATER,
            indicator="open_centres",
            perimeter=Perimeter.ALL,
            territory="reg-44",
            value=2,
            starts_on=date(2019, 4, 1),
            deadline=date(2029, 12, 31),
            decided_on=date(2019, 4, 1),
            source_id="cnam-2021-05",
        )
    view = app.open(terr="reg-44")
    assert headline(view).startswith("Objectif atteint le ")
    assert f"Statut calculé{NBSP}: objectif atteint" in everything(view)
    assert "L’objectif est atteint" in [each.value for each in view.subheader]


def test_a_target_of_five_is_reached_in_the_whole_country(app, url):
    with writing(url) as connection:
        act(connection, LATER)
        add(
            connection,
            Target,
            at_utc=LATER,
            indicator="open_centres",
            perimeter=Perimeter.ALL,
            territory="fr",
            value=5,
            starts_on=date(2019, 4, 1),
            deadline=date(2022, 12, 31),
            decided_on=date(2019, 6, 1),
            source_id="cnam-2021-05",
        )
    view = app.open(au="2020-01-15")
    assert headline(view).startswith(
        f"Objectif atteint le 31{NBSP}décembre 2019 au plus tard{NBSP}: au 15{NBSP}janvier 2020, "
        f"5{NBSP}centres"
    )
    drawn = curve(view)
    assert "<title>Objectif\u00a0: 5 au" in drawn
    assert "<title>Objectif antérieur\u00a0: 100 au" in drawn


def test_an_opening_entered_by_hand_shows_at_once(app, url):
    before = app.open()
    assert large(before)[0] == "15"
    with writing(url) as connection:
        act(connection, LATER)
        centre = add_centre(connection, at_utc=LATER)
        add_stage(connection, at_utc=LATER, centre_id=centre, on="2026-10-05")
    before.run()
    assert large(before)[0] == "16"
    assert marks(before)[15].startswith("Troyes (Aube), ouvert")
    assert "Troyes</a>\u00a0: ouvert, 5\u00a0octobre 2026" in html(before), "what changed"


def test_a_name_typed_by_hand_is_shown_as_text(app, url):
    hostile = "<b>**L'École** [x](https://exemple.invalid)"
    with writing(url) as connection:
        act(connection, LATER)
        centre = add_centre(connection, at_utc=LATER, name=hostile)
        add_stage(
            connection,
            at_utc=LATER,
            centre_id=centre,
            on="2026-10-05",
            kind=StageKind.OPENED,
            basis=Basis.STATED,
            note=hostile,
        )
    view = app.open()
    assert not view.exception
    assert "exemple.invalid" not in everything(view)


def test_a_region_has_no_target_of_its_own_and_the_page_says_so(app):
    view = app.open(terr="reg-44")
    assert "dans le Grand Est" in headline(view)
    assert large(view) == ["6"]
    assert "L’objectif du programme est national" in everything(view)
    assert "Statut calculé" not in everything(view)
    assert len(marks(view)) == 15, "only the places that are known"


def test_a_region_without_any_opening_says_so(app):
    view = app.open(terr="reg-94")
    assert headline(view).startswith("Aucune ouverture enregistrée")
    assert "en Corse" in headline(view)
    assert large(view) == ["0"]
    assert "Aucune ouverture documentée à cette date." in everything(view)


def test_before_this_database_nothing_was_known(app):
    view = app.open(connu="2026-01-01")
    assert headline(view) == (
        f"Cette base n’existait pas encore{NBSP}: elle a été créée le 22{NBSP}novembre 2026 à "
        f"13{NBSP}h{NBSP}00."
    )
    assert not answers(view), "nothing known is not zero"
    assert not pictures(view)
    assert not view.get("plotly_chart")
    (way_out,) = [each for each in view.button if "aujourd’hui" in each.label]
    way_out.click().run()
    assert address(view) == {}
    assert headline(view) == headline(app.open())


def test_the_unproven_are_counted_on_demand_and_the_page_says_so(app):
    usual, asked = app.open(), app.open(nonprouves="oui")
    counts = [int(large(view)[0]) for view in (usual, asked)]
    assert counts == [15, 17]
    assert "rattachement au programme n’est pas prouvé" in everything(usual)
    assert "rattachement" in everything(asked), "a count that includes them says so"
    assert "Comptés à part" in everything(usual)


def test_every_reserve_is_written_beside_its_total(app):
    written = re.findall(r"<text [^>]*>([^<]*)</text>", curve(app.open(au="2021-05-04")))
    assert {f"au moins{NBSP}3", f"environ{NBSP}20", "55 (contesté)"} <= set(written)


def test_every_picture_has_words_that_can_be_heard(app):
    for _, picture in pictures(app.open()):
        assert len(re.search(r'aria-label="([^"]*)"', picture)[1]) > 30
        assert "*" not in picture.split(">")[0]


def test_a_day_ahead_of_today_is_said_to_be_ahead(app):
    ahead = datetime.now(UTC).date() + timedelta(days=400)
    view = app.open(au=ahead.isoformat())
    assert "à venir" in everything(view)
    assert "à venir" not in everything(app.open())


# --- an empty territory ---

NEAR_CORSICA = (
    "Le centre ouvert le plus proche est à 279\u00a0km à vol d’oiseau\u00a0: Manosque "
    "(Alpes-de-Haute-Provence, Provence-Alpes-Côte d’Azur), depuis Calvi."
)


@pytest.mark.parametrize(
    "page", [HOME, "follow/map.py", "follow/town.py", "follow/enrolments.py", "follow/courses.py"]
)
def test_an_empty_region_says_where_its_nearest_centre_is_and_what_to_do(app, page):
    view = app.open(page, terr="reg-94", au="2021-05-04")
    assert NEAR_CORSICA in everything(view)
    assert "Voir la fiche de Manosque" in [link.proto.label for link in view.get("page_link")]
    leads = next(button for button in view.button if button.label == "Voir la France entière")
    leads.click().run()
    assert "terr" not in address(view)


NARROWED = [HOME, "follow/enrolments.py", "follow/courses.py", "follow/reconciliation.py"]


@pytest.mark.parametrize("page", [*NARROWED, "follow/regions.py", "follow/next.py"])
def test_what_a_page_answers_names_the_towns_that_it_keeps(app, page):
    # A headline is copied without the bar: « aucun centre » would be false of all towns.
    for perimeter, said in (
        ("acv", ("dans les villes Action cœur de ville", "villes Action cœur de ville")),
        ("hors-acv", ("hors des villes Action cœur de ville", "villes hors Action cœur de ville")),
    ):
        text = answered(app.open(page, perim=perimeter))
        assert any(each in text for each in said), text


@pytest.mark.parametrize("page", [*NARROWED, "follow/next.py"])
def test_what_a_page_answers_names_its_territory(app, page):
    assert "dans le Grand Est" in answered(app.open(page, terr="reg-44"))


@pytest.mark.parametrize(
    "page", [*NARROWED, "follow/regions.py", "follow/next.py", "follow/map.py"]
)
def test_what_a_page_answers_says_that_it_counts_what_is_not_proven(app, page):
    text = answered(app.open(page, nonprouves="oui", listes="oui"))
    assert ", rattachements non prouvés compris, listes réputées complètes crues" in text


def answered(view):
    """Give the headline of a page and what explains it."""
    return f"{headline(view)} {view.markdown[0].value}"


def test_where_the_perimeter_leaves_several_centres_out_they_are_counted(app):
    view = app.open(perim="hors-acv")
    assert "15\u00a0centres sont ouverts hors de ce périmètre, dont Manosque (" in everything(view)
    assert any("de la population, tous centres compris" in each.body for each in view.get("html"))


def test_a_territory_emptied_by_the_perimeter_says_so_and_leads_out_of_it(app):
    view = app.open(terr="dep-52", perim="hors-acv", au="2021-05-04")
    assert "hors de ce périmètre\u00a0: Chaumont (Haute-Marne, Grand Est)." in everything(view)
    next(button for button in view.button if button.label == "Voir toutes les villes").click().run()
    assert address(view) == {"terr": "dep-52", "au": "2021-05-04"}


def test_a_region_overseas_is_told_of_a_centre_in_a_straight_line(app):
    for params in ({}, {"route": "oui"}):
        said = everything(app.open("follow/map.py", terr="reg-01", au="2021-05-04", **params))
        assert re.search(r"Le centre ouvert le plus proche est à 6.\d{3}.km à vol d’oiseau", said)


def test_a_view_with_an_open_centre_shows_no_way_out(app):
    view = app.open(terr="reg-44")
    assert not [button for button in view.button if button.label.startswith("Voir ")]


@pytest.mark.parametrize(
    "page", ["follow/rollout.py", "follow/reconciliation.py", "follow/method.py"]
)
def test_whoever_has_another_figure_is_led_to_the_comparison_of_the_same_view(app, page):
    ways = html(app.open(page, terr="reg-44", au="2021-05-04"))
    asked = html(app.open(page))
    assert 'href="comparer?au=2021-05-04&amp;terr=reg-44"' in ways
    assert 'href="comparer"' in asked
