"""The API: what it answers is what the pages say, described, tagged, refused in two languages."""

import json
import shlex
from contextlib import contextmanager
from datetime import datetime
from html.parser import HTMLParser
from io import BytesIO
from itertools import pairwise
from urllib.parse import parse_qs, urlencode, urlsplit

import jsonschema
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import validate
from schemathesis import checks
from starlette.applications import Starlette
from starlette.testclient import TestClient

from territoires.__main__ import main
from territoires.commands.stages import record_stage
from territoires.db.engine import reading
from territoires.domain import address
from territoires.domain.clock import PARIS
from territoires.domain.scope import Scope
from territoires.french import api as words
from territoires.queries import enrolments, rollout
from territoires.queries.answers import ANSWERS
from territoires.queries.clocks import edition
from territoires.web import api
from territoires.web.api import api_routes
from territoires.web.routes import middleware
from tests.fuzzing import at_length
from tests.integration.writing import do, stage_draft

SITE = "https://territoires.example"
NEEDED = {"enrolments-by-centre": {"annee": "2021-2022"}}
MANY = 10**9


def application(url, *, per_minute=MANY):
    routes = api_routes(url, site=SITE, per_minute=per_minute)
    return Starlette(routes=routes, middleware=middleware())


@contextmanager
def served(url, **options):
    with TestClient(application(url, **options)) as client:
        yield client


def asked(client, name, **params):
    return client.get(f"/api/v1/{name}", params=NEEDED.get(name, {}) | params)


def described(client):
    return client.get("/api/v1/openapi.json").json()


# What is answered


@pytest.mark.parametrize("template", ["seeded", "demo", "migrated"])
def test_every_answer_is_as_it_is_described(shared, template):
    is_as_described(shared, template)


@pytest.mark.both_engines
@pytest.mark.only_on("postgresql", "on SQLite every base is asked; there is most in this one")
def test_so_is_every_answer_of_a_server(shared):
    is_as_described(shared, "demo")


def is_as_described(shared, template):
    with served(shared(template)) as client:
        paths = described(client)["paths"]
        views = [{"limite": "5"}, {"limite": "5", "au": "2021-05-04", "connu": "9999-12-31"}]
        views += [{"terr": "reg-44", "limite": "3"}] if template != "migrated" else []
        for name, answer in ANSWERS.items():
            said = paths[f"/api/v1/{name}"]["get"]["responses"]["200"]["content"]
            schema = jsonschema.Draft202012Validator(said["application/json"]["schema"])
            known = {*answer.scope, "limite"} if answer.is_list else answer.scope
            for params in views:
                narrowed = {key: text for key, text in params.items() if key in known}
                found = asked(client, name, **narrowed)
                assert found.status_code == 200, (name, narrowed, found.text)
                schema.validate(found.json())
                assert found.json()["demonstration"] is (template == "demo")


def test_the_description_is_sound_and_says_every_answer_in_french(shared):
    with served(shared("seeded")) as client:
        whole = described(client)
    validate(whole)
    assert set(words.ANSWERS) == set(ANSWERS)
    assert whole["servers"] == [{"url": SITE}]
    assert not set(words.PARAMETERS) - {
        each["name"] for path in whole["paths"].values() for each in path["get"]["parameters"]
    }


@pytest.mark.both_engines
def test_the_status_is_that_of_the_command_line(shared, monkeypatch, capsys):
    url = shared("seeded")
    monkeypatch.setenv("TERRITOIRES_DATABASE_URL", url)
    known = "2026-11-25T12:00:00+00:00"
    assert main(["status", "--json", "--as-of", "2021-05-04", "--known-at", known]) == 0
    told = json.loads(capsys.readouterr().out)
    with served(url) as client:
        found = asked(client, "status", au="2021-05-04", connu=known).json()
    assert told.items() <= found.items()
    assert found["open"] <= found["open_at_most"]
    assert found["licence"] == "etalab-2.0"


@pytest.mark.both_engines
def test_openings_are_the_rows_of_the_headline_and_those_at_most(shared):
    url, day = shared("seeded"), "2020-06-30"
    with served(url) as client:
        found = asked(client, "openings", au=day).json()
    with reading(url) as connection:
        count = rollout.situation(
            connection, scope=Scope(as_of=datetime.fromisoformat(day).date())
        ).count
    certain = [row["town_code"] for row in found["items"] if row["certain"]]
    assert (found["open"], found["open_at_most"]) == (count.open, count.open_at_most)
    assert (len(certain), len(found["items"])) == (count.open, count.open_at_most)
    assert count.open < count.open_at_most


def test_a_list_goes_on_where_it_stopped(shared):
    with served(shared("seeded")) as client:
        whole = asked(client, "towns", limite="1000").json()["items"]
        pages, following = [], f"{SITE}/api/v1/towns?limite=100"
        while following:
            page = client.get(following.removeprefix(SITE)).json()
            pages.append(page["items"])
            last, following = following, page["next"]
        assert [len(page) for page in pages] == [100, 100, len(whole) - 200]
        assert [row for page in pages for row in page] == whole
        # The day of the first page stays that of the others, whatever the clock.
        today = datetime.now(PARIS).date().isoformat()
        assert parse_qs(urlsplit(last).query)["au"] == [today]


def test_a_list_that_has_changed_is_begun_again(small_url):
    with reading(small_url) as connection:
        seen = edition(connection).seal[:12]
    with served(small_url) as client:
        assert asked(client, "towns", suite=f"0.{seen}").status_code == 200
        do(small_url, record_stage, stage_draft())
        gone = asked(client, "towns", suite=f"0.{seen}")
        assert (gone.status_code, gone.json()["type"]) == (410, "/api#expired-cursor")
        assert asked(client, "towns", suite="999999999.0").status_code == 410


def test_the_address_of_an_answer_gives_it_again(shared):
    with served(shared("seeded")) as client:
        for name in ("status", "openings", "coverage", "sources"):
            found = asked(client, name).json()
            again = client.get(found["address"].removeprefix(SITE)).json()
            assert again == found, name


# Small counts


@pytest.mark.both_engines
def test_no_small_count_is_told_whoever_asks(shared):
    url = shared("demo")
    with reading(url) as connection:
        (latest, *_) = enrolments.years(connection, scope=Scope(as_of=datetime.now(PARIS).date()))
    years = [f"{year}-{year + 1}" for year in range(latest - 3, latest + 1)]
    with served(url) as client:
        rows = [
            row
            for year in years
            for counts in ("personnes", "inscriptions")
            for row in asked(
                client, "enrolments-by-centre", annee=year, compte=counts, limite="1000"
            ).json()["items"]
        ]
    told = [row["headcount"] for row in rows]
    assert any(count is None for count in told)
    assert any(count for count in told)
    assert not {1, 2, 3, 4} & set(told)
    assert {row["publication"] for row in rows if row["headcount"] is None} == {
        "absent",
        "withheld",
    }


def test_nothing_of_the_reader_is_read_nor_kept(shared):
    plain = {"accept": "text/html", "cookie": "territoires_session=x; __Host-territoires_session=x"}
    with served(shared("seeded")) as client:
        one = asked(client, "status", au="2021-05-04")
        other = client.get("/api/v1/status?au=2021-05-04", headers=plain)
        assert (one.content, one.headers["etag"]) == (other.content, other.headers["etag"])
        for found in (one, other, client.get("/api/v1/x"), client.options("/api/v1/status")):
            assert "set-cookie" not in found.headers
            assert found.headers["cross-origin-resource-policy"] == "cross-origin"
        other_sites = {"origin": "https://ailleurs.example"}
        assert (
            client.get("/api/v1/status", headers=other_sites).headers["access-control-allow-origin"]
            == "*"
        )
        asks = other_sites | {
            "access-control-request-method": "GET",
            "access-control-request-headers": "if-none-match",
        }
        assert client.options("/api/v1/status", headers=asks).status_code == 204


# Tags


def test_who_has_an_answer_is_told_so_without_its_being_made(shared, monkeypatch):
    today = datetime.now(PARIS).date().isoformat()
    with served(shared("seeded")) as client:
        tag = asked(client, "status").headers["etag"]
        assert asked(client, "status", au=today).headers["etag"] == tag
        assert asked(client, "status", au="2021-05-04").headers["etag"] != tag
        assert asked(client, "status", terr="reg-44").headers["etag"] != tag

        def none(*_, **__):
            raise AssertionError

        monkeypatch.setattr(api, "_made", none)
        kept = client.get("/api/v1/status", headers={"if-none-match": f"W/{tag}"})
        assert (kept.status_code, kept.content, kept.headers["etag"]) == (304, b"", tag)


# Refusals

REFUSED = [
    ("status?au=hier", 400, "bad-parameter"),
    ("status?au=0001-01-01", 400, "bad-parameter"),
    ("status?connu=2026-13-01", 400, "bad-parameter"),
    ("status?terr=reg-99", 400, "bad-parameter"),
    ("status?terr=com-99999", 400, "bad-parameter"),
    ("status?perim=non-acv", 400, "bad-parameter"),
    ("status?nonprouves=non", 400, "bad-parameter"),
    ("status?annee=2021-2022", 400, "unknown-parameter"),
    (f"status?{'x' * 5000}=1", 400, "unknown-parameter"),
    ("coverage?perim=acv", 400, "unknown-parameter"),
    ("coverage?rayon=61", 400, "bad-parameter"),
    (f"coverage?rayon={'9' * 400}", 400, "bad-parameter"),
    ("openings?limite=0", 400, "bad-parameter"),
    ("openings?limite=1001", 400, "bad-parameter"),
    ("openings?suite=-1.abc", 400, "bad-parameter"),
    ("openings?suite=%00", 400, "bad-parameter"),
    ("openings?suite=0.ffffffffffff", 410, "expired-cursor"),
    ("enrolments-by-centre", 400, "missing-parameter"),
    ("enrolments-by-centre?annee=2021", 400, "bad-parameter"),
    ("band?crus=%D9%A1", 400, "bad-parameter"),
    ("next?imposees=75056", 422, "infeasible"),
    ("next?imposees=52448&ecartees=52448", 422, "infeasible"),
    ("nothing", 404, "no-such-address"),
    ("", 404, "no-such-address"),
    ("status/", 404, "no-such-address"),
    ("../v2/status", 404, "no-such-address"),
]


@pytest.mark.parametrize(("path", "status", "kind"), REFUSED, ids=lambda each: str(each)[:40])
def test_what_makes_no_sense_is_refused_in_french_and_in_english(shared, path, status, kind):
    with served(shared("seeded")) as client:
        schema = described(client)["components"]["schemas"]["problem"]
        said = []
        for language in ("fr", "en"):
            found = client.get(f"/api/v1/{path}", headers={"accept-language": language})
            assert (found.status_code, found.json()["type"]) == (status, f"/api#{kind}"), found.text
            assert found.headers["content-type"] == "application/problem+json"
            assert found.headers["content-language"] == language
            assert found.json()["status"] == status
            jsonschema.validate(found.json(), schema)
            assert len(found.content) < 1000
            said.append((found.json()["title"], found.json()["detail"]))
        (french, english), page = said, client.get("/api").text
        assert french[1] != english[1]
        assert f'id="{kind}"' in page


@pytest.mark.both_engines
@pytest.mark.parametrize("text", ["\x00", "'%", "é" * 2000, "\ud800", "9" * 18])
def test_no_text_is_too_much_for_a_database(shared, text):
    with served(shared("seeded")) as client:
        for name, answer in ANSWERS.items():
            texts = [param.name for param in answer.params if not param.words and not param.most]
            for key in texts:
                said = urlencode({key: text}, errors="surrogatepass")
                found = client.get(f"/api/v1/{name}?{said}")
                assert found.status_code in {200, 400, 410, 422}, (key, found.text)


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("", "fr"),
        ("en", "en"),
        ("en-GB,fr;q=0.5", "en"),
        ("fr-FR,en;q=0.9", "fr"),
        ("de,en;q=0.1", "en"),
        ("de", "fr"),
        ("en;q=x", "fr"),
        ("en;q=nan,fr;q=0", "fr"),
    ],
)
def test_the_language_is_that_which_one_asks_for(accepted, chosen):
    assert words.language(accepted) == chosen


def test_it_only_reads(shared):
    with served(shared("seeded")) as client:
        for method in ("post", "put", "patch", "delete"):
            found = getattr(client, method)("/api/v1/status")
            assert (found.status_code, found.json()["type"]) == (405, "/api#bad-method")
            assert "GET" in found.headers["allow"]
        head, got = client.head("/api/v1/status"), client.get("/api/v1/status")
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["etag"] == got.headers["etag"]
        assert client.options("/api/v1/status").headers["allow"] == "GET, HEAD, OPTIONS"


def test_who_asks_too_often_is_told_when_to_come_back(shared):
    with served(shared("seeded"), per_minute=2) as client:
        asked_from = {"x-forwarded-for": "192.0.2.1"}
        # A minute may end in between: three of the five are then in one of both.
        found = [client.get("/api/v1/status", headers=asked_from) for _ in range(5)]
        last = next(each for each in found if each.status_code != 200)
        assert (last.status_code, last.json()["type"]) == (429, "/api#too-many")
        assert 0 < int(last.headers["retry-after"]) <= 60
        other = client.get("/api/v1/status", headers={"x-forwarded-for": "192.0.2.2"})
        assert other.status_code == 200


def test_a_database_that_is_not_there_is_said(blank_url):
    with served(blank_url) as client:
        found = client.get("/api/v1/status")
        assert (found.status_code, found.json()["type"]) == (503, "/api#unavailable")


def test_a_fault_of_ours_has_a_number(shared, monkeypatch):
    def broken(*_, **__):
        message = "password=hunter2"
        raise ZeroDivisionError(message)

    monkeypatch.setattr(api, "_made", broken)
    with served(shared("seeded")) as client:
        found = client.get("/api/v1/status?au=2020-02-02")  # which nobody has asked
    assert (found.status_code, found.json()["type"]) == (500, "/api#failed")
    assert "hunter2" not in found.text


# What chance brings


@settings(max_examples=at_length(25), suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_all_that_the_description_allows_is_answered_as_described(shared, data):
    app = application(shared("seeded"))
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)
    operations = [each.ok() for each in schema.get_all_operations()]
    operation = data.draw(st.sampled_from(operations))
    modes = schemathesis.GenerationMode
    mode = data.draw(st.sampled_from([modes.POSITIVE, modes.NEGATIVE]))
    case = data.draw(operation.as_strategy(generation_mode=mode))
    case.call_and_validate(
        checks=[
            checks.not_a_server_error,
            checks.status_code_conformance,
            checks.content_type_conformance,
            checks.response_headers_conformance,
            checks.response_schema_conformance,
        ]
    )


# The page


class Examples(HTMLParser):
    """The examples of the page, as one copies them."""

    def __init__(self, page):
        super().__init__()
        self.found, self._in = [], False
        self.feed(page)

    def handle_starttag(self, tag, _attrs):
        self._in = self._in or tag == "pre"
        if tag == "pre":
            self.found.append("")

    def handle_endtag(self, tag):
        self._in = self._in and tag != "pre"

    def handle_data(self, data):
        if self._in:
            self.found[-1] += data


def test_the_examples_of_the_page_run(shared, monkeypatch, capsys):
    with served(shared("seeded")) as client:
        page = client.get("/api").text
        for name in ANSWERS:
            assert f'href="/api/v1/{name}"' in page
        *commands, program = Examples(page).found
        answered = [curl(client, *shlex.split(command)) for command in commands]
        assert [each.status_code for each in answered] == [200, 200, 200, 200, 400]
        assert answered[0].json()["open"] == 7
        assert len(answered[1].json()["items"]) == 2
        assert answered[-1].json()["title"] == "Bad value"

        def urlopen(url):
            return BytesIO(client.get(url.removeprefix(SITE)).content)

        monkeypatch.setattr("urllib.request.urlopen", urlopen)
        exec(program, {})  # noqa: S102 - what readers are told to run
        whole = asked(client, "openings").json()
        assert len(capsys.readouterr().out.splitlines()) == whole["open_at_most"]


def curl(client, program, *arguments):
    assert program == "curl"
    *options, url = arguments
    headers = dict(
        value.split(": ", 1) for option, value in pairwise(options) if option == "--header"
    )
    method = "HEAD" if "--head" in options else "GET"
    assert url.startswith(f"{SITE}/api/v1/")
    return client.request(method, url.removeprefix(SITE), headers=headers)


def test_what_an_answer_does_not_follow_is_not_in_its_keys():
    for name, answer in ANSWERS.items():
        assert set(answer.scope) <= set(address.NAMES), name
