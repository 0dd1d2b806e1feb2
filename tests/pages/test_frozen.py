"""« Figer cette vue » on the pages, and the page of the desk that lists frozen views."""

import html
import re
from contextlib import contextmanager
from datetime import datetime
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.testclient import TestClient

from territoires.commands.frozen import freeze_view
from territoires.db.engine import reading
from territoires.db.models import FrozenView
from territoires.domain.drafts import FreezeDraft
from territoires.domain.roles import GRANTS, Permission, Role
from territoires.queries.clocks import last_recorded_at
from territoires.settings import session_cookie
from territoires.ui.chapters import titles as titles_of_pages
from territoires.web.exports import export_routes
from territoires.web.frozen import frozen_routes
from tests.pages.conftest import everything, titles
from tests.pages.desks import EMPLOYED, office

__all__ = ["office"]

LIST, MAP, FRONT = "manage/frozen.py", "follow/map.py", "follow/rollout.py"
HOSTILE = "**[ici](https://evil.example)** <script>alert(1)</script> $x$ :red[a]"


def frozen(office, **changes):
    usual = {
        "page": "carte",
        "view": "au=2021-05-04",
        "edition": 1,
        "seal": "s",
        "program": "p",
        "reason": "rapport annuel",
        "files": {"carte": "Code INSEE\r\n"},
    }
    office.do(freeze_view, FreezeDraft(**(usual | changes)), who=Role.DIRECTION)


def press(page, label):
    return next(each for each in page.button if each.label == label).click().run()


def kept(url):
    with reading(url) as connection:
        return connection.execute(select(FrozenView.__table__)).all()


def opened(app, page, **address):
    """Open a page with its files unfolded."""
    view = app.ready(page, **address)
    view.session_state["bar_exports"] = True
    return view.run()


def way(page):
    """Give the address of « Figer cette vue », if it is there."""
    links = [each.proto for each in page.get("link_button")]
    return next((each.url for each in links if each.label == "Figer cette vue"), None)


@pytest.mark.parametrize("role", ["", *EMPLOYED])
def test_the_files_of_a_page_lead_to_freezing_it_for_whoever_may(seated, role):
    there = way(opened(seated(role), MAP, rayon="45"))
    assert bool(there) == (bool(role) and Permission.FREEZE in GRANTS[role])


def test_the_way_says_the_view_with_both_clocks(seated):
    app = seated(Role.DIRECTION)
    asked = parse_qs(urlsplit(way(opened(app, FRONT, terr="reg-44"))).query)
    view = dict(parse_qsl(urlsplit(asked["vue"][0]).query))
    with reading(app.url) as connection:
        last = last_recorded_at(connection)
    assert datetime.fromisoformat(view["connu"]) == last
    assert view["au"]
    assert view["terr"] == "reg-44"
    assert asked["fichiers"][0].split(",")[0] == "ouvertures"
    then = {"au": "2021-05-04", "connu": "2026-11-25"}
    asked = parse_qs(urlsplit(way(opened(app, FRONT, **then))).query)
    view = dict(parse_qsl(urlsplit(asked["vue"][0]).query))
    assert view["au"] == "2021-05-04"
    assert view["connu"].startswith("2026-11-25T22:59")


def test_the_list_shows_labels_and_withdraws(app, office):
    frozen(office, label=HOSTILE)
    frozen(office, reason=HOSTILE)
    page = app.open(LIST)
    assert titles(page) == ["Vues figées"]
    said = everything(page)
    assert "Camille Direction" in said
    assert "rapport annuel" in said
    assert "[ici](https://evil" not in said
    assert "<script>" not in said.replace("\\<script\\>", "")
    page.text_input(key="titre_2").set_value("Question n° 7")
    press(page, "Changer le titre")
    assert [row.label for row in kept(office.url)] == [HOSTILE, "Question n° 7"]
    page = app.open(LIST)
    assert "Question n° 7" in everything(page)
    press(page, "Retirer")
    assert all(row.withdrawn_at is None for row in kept(office.url))
    assert "Le motif est obligatoire" in everything(page)
    page.text_input(key="vue_2_motif").set_value("essai")
    press(page, "Retirer")
    (first, second) = kept(office.url)
    assert (first.withdrawn_at, second.withdrawal) == (None, "essai")
    assert "Motif : « essai »".replace(" :", "\N{NO-BREAK SPACE}:").replace(
        "« ", "«\N{NO-BREAK SPACE}"
    ).replace(" »", "\N{NO-BREAK SPACE}»") in everything(app.open(LIST))


def test_an_empty_list_says_so_and_is_for_whoever_freezes(app, office):
    for role in ("", *EMPLOYED):
        office.sit(role)
        page = app.open(LIST)
        may = bool(role) and Permission.FREEZE in GRANTS[role]
        assert any("Aucune vue n’a encore été figée." in each.value for each in page.info) == may


def test_the_list_is_bounded_to_the_latest(app, office):
    for number in range(51):
        frozen(office, label=f"Vue {number}")
    said = everything(app.open(LIST))
    assert "Les 50 dernières sont montrées." in said
    assert "Vue 50" in said
    assert "Vue 0" not in said


@contextmanager
def freezing(office):
    """Give a browser of the direction that asks the routes of frozen views and of files."""
    office.sit(Role.DIRECTION)
    routes = frozen_routes(office.url, titles=titles_of_pages(), answers=lambda *_: None)
    routes += export_routes(office.url)
    origin = "http://testserver"
    with TestClient(Starlette(routes=routes), base_url=origin, follow_redirects=False) as client:
        client.cookies[session_cookie(https=False)] = office.token
        client.headers["origin"] = origin
        yield client


def freeze(client, there):
    """Freeze what the way of a page leads to, and give the address of the view."""
    form = client.get(there)
    assert form.status_code == 200, form.text
    held = {
        name: html.unescape(value)
        for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form.text)
    }
    kept_as = client.post("/figer", data=held | {"motif": "x"})
    assert kept_as.status_code == 303, kept_as.text
    return kept_as.headers["location"]


def test_the_way_leads_to_a_form_that_freezes_what_is_on_the_screen(app, office):
    with freezing(office) as client:
        there = way(opened(app, FRONT, au="2021-05-04", terr="reg-44"))
        assert client.get(freeze(client, there)).status_code == 200
    (row,) = kept(office.url)
    assert row.view.startswith("au=2021-05-04&connu=")
    assert row.view.endswith("&terr=reg-44")


@pytest.mark.parametrize(
    ("page", "address"),
    [
        ("follow/regions.py", {}),
        ("follow/regions.py", {"terr": "reg-44", "maille": "departements"}),
        (MAP, {"etats": "ouvert", "rayon": "45"}),
        (FRONT, {"crus": "aucun"}),
        ("follow/next.py", {"rayon": "7", "villes": "20"}),
        ("follow/enrolments.py", {"annee": "2021-2022", "transmis": "oui"}),
        ("follow/courses.py", {"pres": "52121", "niveau": "99"}),
    ],
)
def test_the_rows_frozen_are_those_of_the_files_of_the_page(app, office, page, address):
    with freezing(office) as client:
        view = opened(app, page, **address)
        files = [
            each.proto.url
            for each in view.get("link_button")
            if re.match(r"/export/[\w-]+\.csv", each.proto.url)
        ]
        here = freeze(client, way(view))
        assert files
        for file in files:
            name = urlsplit(file).path.rpartition("/")[2]
            assert client.get(f"{here}/{name}").content == client.get(file).content, file
