"""« Dites-le-nous » as a browser meets it: the form, its refusals, the page that follows it up."""

import html
import re
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from territoires.commands.reports import answer_report, stamp
from territoires.db.engine import engine
from territoires.db.models import Report
from territoires.domain.drafts import ReportDraft
from territoires.domain.reports import BY_ADDRESS, Verdict
from territoires.web import reports
from territoires.web.reports import report_routes
from tests.databases import release
from tests.integration.writing import CHAUMONT, do, rows
from tests.saying import FOR_THE_SERVER

HERE = "https://territoires.example"
ORIGIN = {"origin": HERE}


@pytest.fixture
def url(small_url):
    return small_url


@pytest.fixture
def client(url):
    app = Starlette(routes=report_routes(url))
    with TestClient(app, base_url=HERE, follow_redirects=False) as opened:
        yield opened


@pytest.fixture
def typed(url):
    """Give what somebody types, in a form that was made a minute ago."""
    return {
        "ville": "Chaumont (52)",
        "quoi": "opened",
        "date": "avril 2021",
        "source": "www.example.org/article",
        "fonction": "",
        "message": "Le centre a ouvert\r\nprès de la gare.",
        "courriel": "anne@example.org",
        "site": "",
        "depuis": stamp(url, now=datetime.now(UTC) - timedelta(minutes=1)),
    }


def send(client, typed, **changes):
    return client.post("/signaler", data=typed | changes, headers=ORIGIN)


def said(answer):
    """Give what a page says in its alert."""
    (alert,) = re.findall(r'role="alert">(.*?)</div>', answer.text, re.DOTALL)
    return html.unescape(alert).replace("\N{NO-BREAK SPACE}", " ")


class Held(HTMLParser):
    """What the fields of a page hold, by their names."""

    def __init__(self):
        super().__init__()
        self.fields, self.area = {}, ""

    def handle_starttag(self, tag, attrs):
        of = dict(attrs)
        if tag == "input":
            self.fields[of["name"]] = of["value"]
        elif tag in {"select", "textarea"}:
            self.area = of["name"]
            self.fields[self.area] = ""
        elif tag == "option" and "selected" in of:
            self.fields[self.area] = of["value"]

    def handle_data(self, data):
        if self.lasttag == "textarea":
            self.fields[self.area] = data.removeprefix("\n")

    def handle_endtag(self, tag):
        self.lasttag = tag if tag != "textarea" else ""


def held(answer):
    """Give what the fields of a page hold."""
    parser = Held()
    parser.feed(answer.text)
    return parser.fields


def test_a_first_visit_finds_the_form_with_its_town(client):
    page = client.get(f"/signaler?ville={CHAUMONT}")
    assert page.status_code == 200
    assert held(page)["ville"] == "Chaumont (52)"
    assert page.headers["cache-control"] == "no-store"
    assert "effacée six mois après la réponse" in page.text
    assert not FOR_THE_SERVER.search(page.text)


@pytest.mark.parametrize("ville", ["99999", "<script>", "\x00", "x" * 5_000, "'; --"])
def test_an_address_that_names_no_town_leaves_it_to_be_typed(client, ville):
    page = client.get("/signaler", params={"ville": ville, "quoi": "<b>"})
    assert page.status_code == 200
    assert "<script>" not in page.text.replace("<script defer", "")


def test_a_report_is_followed_from_its_own_address(client, url, typed):
    sent = send(client, typed)
    assert sent.status_code == 303
    way = sent.headers["location"]
    page = client.get(way)
    assert "Signalement T-" in page.text
    assert "personne ne l’a encore examiné" in page.text
    assert page.headers["x-robots-tag"] == "noindex"
    assert page.headers["referrer-policy"] == "no-referrer"
    (row,) = rows(url, Report)
    assert (row.town_code, row.message) == (CHAUMONT, "Le centre a ouvert\nprès de la gare.")
    number = re.findall(r"T-\d{4}-\d{4}", page.text)[0]
    draft = ReportDraft(report_id=row.id, verdict=Verdict.REFUSED, reason="Un <b>autre</b> centre.")
    do(url, answer_report, draft, now=datetime.now(UTC))
    told = client.get(way).text
    assert "n’a pas été retenu" in told
    assert "Un &lt;b&gt;autre&lt;/b&gt; centre." in told
    for other in (number, "x" * 22, "%00"):
        assert client.get(f"/signaler/suivi/{other}").status_code == 404


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"ville": ""}, "La ville est obligatoire"),
        ({"ville": "Nulle-Part"}, "Aucune commune ne s’appelle « Nulle-Part »"),
        ({"ville": "Chaumont"}, "Chaumont (52), Chaumont (74)"),
        ({"ville": "x" * 3_000}, "Aucune commune ne s’appelle"),
        ({"quoi": ""}, "Dites de quoi il s’agit"),
        ({"quoi": "rien"}, "Dites de quoi il s’agit"),
        ({"quoi": "other", "message": " "}, "Dites en quelques mots"),
        ({"date": "31/02/2021"}, "La date « 31/02/2021 » n’existe pas"),
        ({"date": "2999"}, "n’est pas encore passée"),
        ({"source": ""}, "Dites d’où vous le tenez"),
        ({"source": "", "temoin": "oui"}, "donnez votre fonction"),
        ({"source": "x" * 1_001}, "1\N{NARROW NO-BREAK SPACE}000 signes au plus"),
        ({"message": "é" * 1_001}, "1\N{NARROW NO-BREAK SPACE}000 signes au plus"),
        ({"message": "a\x00b"}, "caractères illisibles"),
        ({"courriel": "anne"}, "n’est pas une adresse électronique"),
        ({"courriel": "a@b.c\r\nBcc: x@y.z"}, "n’est pas une adresse électronique"),
        ({"site": "https://pills.example"}, "« https://pills.example »"),
        ({"depuis": "0.0"}, "plus d’un jour"),
        ({"depuis": ""}, "plus d’un jour"),
    ],
)
def test_a_refusal_says_why_and_keeps_the_text(client, url, typed, changes, told):
    answer = send(client, typed, **changes)
    assert answer.status_code == 400
    assert told in said(answer)
    kept = held(answer)
    for name, value in (typed | changes).items():
        if name == "quoi":
            assert kept[name] == (value if value in {"opened", "other"} else "")
        elif name not in {"site", "depuis", "temoin"}:
            assert kept[name] == value, name
    assert kept["site"] == "", "what caught a robot is emptied for whoever is none"
    assert rows(url, Report) == []


def test_what_comes_back_too_soon_or_late_may_be_sent_again_as_it_is(client, url, typed):
    quick = send(client, typed, depuis=stamp(url, now=datetime.now(UTC)))
    assert "trois secondes" in said(quick)
    late = send(client, typed, depuis=stamp(url, now=datetime.now(UTC) - timedelta(hours=25)))
    assert "plus d’un jour" in said(late)
    assert held(late)["depuis"] != typed["depuis"]
    assert send(client, typed).status_code == 303


def test_an_address_above_its_bound_keeps_its_text_and_others_pass(client, url, typed):
    for number in range(BY_ADDRESS):
        assert send(client, typed, message=f"n° {number}").status_code == 303
    answer = send(client, typed, message="le dernier")
    assert answer.status_code == 429
    assert "Votre texte est toujours là" in said(answer)
    assert held(answer)["message"] == "le dernier"
    other = client.post(
        "/signaler",
        data=typed | {"message": "d’ailleurs"},
        headers=ORIGIN | {"x-forwarded-for": "198.51.100.9"},
    )
    assert other.status_code == 303
    assert len(rows(url, Report)) == BY_ADDRESS + 1


def test_the_same_text_twice_is_told(client, url, typed):
    assert send(client, typed).status_code == 303
    again = send(client, typed)
    assert again.status_code == 409
    assert "c’est le n° T-" in said(again)
    assert held(again)["courriel"] == typed["courriel"]
    assert len(rows(url, Report)) == 1


def test_a_form_from_elsewhere_or_too_heavy_is_not_read(client, url, typed):
    for headers in ({}, {"origin": "https://elsewhere.example"}, {"origin": "null"}):
        answer = client.post("/signaler", data=typed, headers=headers)
        assert answer.status_code == 403
        assert "<h1>Dites-le-nous</h1>" in answer.text
    assert send(client, typed, message="x" * 70_000).status_code == 413
    assert send(client, typed, **{f"champ{n}": "x" for n in range(20)}).status_code == 400
    assert rows(url, Report) == []


def test_a_database_that_does_not_answer_keeps_the_text_too(client, url, typed):
    release(url)
    with engine(url, writable=True).begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    answer = send(client, typed)
    assert answer.status_code == 503
    assert held(answer)["message"] == typed["message"]
    assert said(answer)


def test_a_crowd_at_one_moment_keeps_its_text_and_takes_no_thread_of_the_others(
    url, typed, monkeypatch
):
    """One at a time, whoever sends: the other is told at once, while the first is held up."""
    monkeypatch.setattr(reports, "_MOST_WAITING", 0)
    monkeypatch.setattr(reports, "_PAUSE", 0)
    monkeypatch.setattr(reports, "_REFUSED_S", 0)
    held_up, receive = threading.Event(), reports.receive

    def slow(*arguments, **more):
        held_up.wait(10)
        return receive(*arguments, **more)

    monkeypatch.setattr(reports, "receive", slow)
    app = Starlette(routes=report_routes(url))
    with (
        TestClient(app, base_url=HERE, follow_redirects=False) as client,
        ThreadPoolExecutor(2) as pool,
    ):
        sent = [pool.submit(send, client, typed, message=f"n° {n}") for n in range(2)]
        turned_away = next(as_completed(sent)).result()
        held_up.set()
        statuses = sorted(each.result().status_code for each in sent)
    assert statuses == [303, 429]
    assert "Trop de signalements" in said(turned_away)
    assert held(turned_away)["message"].startswith("n° ")
    assert turned_away.headers["retry-after"] == "5"
