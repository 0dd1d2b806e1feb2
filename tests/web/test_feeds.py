"""The Atom feeds: what each fact says, named for ever, moved by a correction."""

import xml.etree.ElementTree as ET
from datetime import date, datetime

import pytest
from sqlalchemy import update
from starlette.applications import Starlette
from starlette.testclient import TestClient

from territoires.commands.stages import correct_stage, record_stage
from territoires.db.engine import reading
from territoires.db.models import Stage
from territoires.domain.dates import PartialDate
from territoires.domain.disclosure import Publication
from territoires.domain.drafts import StageCorrection
from territoires.domain.programme import StageKind
from territoires.domain.scope import Scope
from territoires.french.feed import NO_FEED
from territoires.queries.feed import news
from territoires.queries.telling import TOLD
from territoires.web.feeds import feed_routes
from tests.factories import writing as by_hand
from tests.integration.writing import GAZETTE, do, later, rows, stage_draft

ATOM = "{http://www.w3.org/2005/Atom}"


def served(url, site="https://territoires.example"):
    return TestClient(Starlette(routes=feed_routes(url, site=site)))


@pytest.fixture(scope="module")
def seeded(seeded_file):
    return f"sqlite:///{seeded_file.as_posix()}"


def entries(client, name):
    found = client.get(f"/flux/{name}.atom")
    assert found.headers["content-type"].startswith("application/atom+xml")
    root = ET.fromstring(found.content)  # noqa: S314 - ours
    assert root.tag == f"{ATOM}feed"
    for part in ("id", "title", "updated", "author", "rights"):
        assert root.find(f"{ATOM}{part}") is not None, part
    made = [
        {
            **{part: each.findtext(f"{ATOM}{part}") for part in ("id", "title", "updated")},
            "published": each.findtext(f"{ATOM}published"),
            "link": each.find(f"{ATOM}link").attrib["href"],
        }
        for each in root.iter(f"{ATOM}entry")
    ]
    assert len({each["id"] for each in made}) == len(made)
    assert all(each["id"].startswith("urn:uuid:") for each in made)
    return made


def test_a_fact_is_an_entry_that_leads_to_its_town(seeded):
    with served(seeded) as client:
        said = entries(client, "com-52121")
        told = {each["title"] for each in said}
        assert "Chaumont\u00a0: ouverture, avril 2019" in told
        assert "Chaumont\u00a0: ouverture (date concurrente), 13\u00a0septembre 2019" in told
        assert any("ouverture annoncée, pour avril 2019" in title for title in told)
        assert {each["link"] for each in said} == {"https://territoires.example/ville?ville=52121"}
        everywhere = {each["id"] for each in entries(client, "national")}
        assert {each["id"] for each in entries(client, "reg-44")} & everywhere
    with served(seeded, site="https://autre.example") as client:
        assert {each["id"] for each in entries(client, "com-52121")} == {e["id"] for e in said}


def test_a_correction_moves_its_entry_and_keeps_its_name(small_url):
    do(small_url, record_stage, stage_draft())
    (stage,) = rows(small_url, Stage)
    with served(small_url) as client:
        (before,) = entries(client, "national")
        tag = client.get("/flux/national.atom").headers["etag"]
        assert client.get("/flux/national.atom", headers={"if-none-match": tag}).status_code == 304
        again = StageCorrection(
            expected_id=stage.id,
            kind=StageKind.OPENED,
            on=PartialDate(2021, 6),
            source=GAZETTE,
            reason="relu",
        )
        do(small_url, correct_stage, again, now=later(5))
        (after,) = entries(client, "national")
        assert client.get("/flux/national.atom", headers={"if-none-match": tag}).status_code == 200
    assert (after["id"], after["published"]) == (before["id"], before["published"])
    assert datetime.fromisoformat(after["updated"]) > datetime.fromisoformat(before["updated"])
    assert "juin 2021" in after["title"]


def test_what_people_typed_is_no_html(small_url):
    do(small_url, record_stage, stage_draft(note="<script>alert(1)</script> & <b>"))
    with served(small_url) as client:
        root = ET.fromstring(client.get("/flux/national.atom").content)  # noqa: S314 - ours
    (summary,) = (each for each in root.iter(f"{ATOM}summary"))
    assert summary.attrib["type"] == "html"
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;" in summary.text


def test_what_has_no_feed_is_said(seeded):
    with served(seeded) as client:
        for name in ("reg-99", "com-99999", "x"):
            found = client.get(f"/flux/{name}.atom")
            assert (found.status_code, found.text) == (404, NO_FEED), name


RFC_4287 = {
    # What RFC 4287, section 4.1, asks of a feed and of an entry, and how many times.
    "feed": {"id": 1, "title": 1, "updated": 1, "author": 1, "rights": 1, "subtitle": 1},
    "entry": {"id": 1, "title": 1, "updated": 1, "published": 1, "summary": 1},
}


def is_atom(root, address):
    """Hold a feed to what RFC 4287 asks."""
    for part in (root, *root.iter(f"{ATOM}entry")):
        for name, times in RFC_4287[part.tag.removeprefix(ATOM)].items():
            assert len(part.findall(f"{ATOM}{name}")) == times, (part.tag, name)
        for name in ("updated", "published"):
            for each in part.findall(f"{ATOM}{name}"):
                assert datetime.fromisoformat(each.text).tzinfo, each.text
        ways = {each.attrib["rel"]: each.attrib["href"] for each in part.findall(f"{ATOM}link")}
        assert len(ways) == len(part.findall(f"{ATOM}link"))
        assert ways["alternate"].startswith("https://")
    assert root.find(f"{ATOM}link[@rel='self']").attrib["href"] == address
    assert root.attrib["{http://www.w3.org/XML/1998/namespace}lang"] == "fr"
    names = [each.text for each in root.iter(f"{ATOM}id")]
    assert len(set(names)) == len(names)
    dates = [each.findtext(f"{ATOM}updated") for each in root.iter(f"{ATOM}entry")]
    assert dates == sorted(dates, reverse=True)


def test_a_feed_is_what_its_readers_expect(seeded, demo_file):
    for url in (seeded, f"sqlite:///{demo_file.as_posix()}"):
        with served(url) as client:
            for name in ("national", "reg-44", "dep-52", "com-52121"):
                root = ET.fromstring(client.get(f"/flux/{name}.atom").content)  # noqa: S314 - ours
                is_atom(root, f"https://territoires.example/flux/{name}.atom")


def told_in(url, **asked):
    with reading(url) as connection:
        return news(connection, scope=Scope(as_of=date(2026, 11, 29)), **asked)


def test_every_kind_of_fact_that_the_public_is_told_is_an_entry(seeded, demo_file):
    kinds = {row["fact"] for row in told_in(seeded, rows=10_000)}
    made_up = told_in(f"sqlite:///{demo_file.as_posix()}", rows=10_000)
    assert kinds | {row["fact"] for row in made_up} == {fact.__tablename__ for fact in TOLD}
    counts = [row for row in made_up if row["fact"] == "enrolment"]
    assert {row["publication"] for row in counts} == {Publication.SHOWN}
    assert {row["course_key"] for row in counts} == {None}
    with served(seeded) as client:
        ways = {each["link"].rpartition("/")[2] for each in entries(client, "national")}
        inside = {each["link"] for each in entries(client, "reg-44")}
    assert {"recouper", ""} < ways  # published totals, targets and events
    assert all("ville?ville=" in link for link in inside)


def test_a_correction_says_what_it_corrects_and_why(small_url):
    do(small_url, record_stage, stage_draft())
    (stage,) = rows(small_url, Stage)
    again = StageCorrection(
        expected_id=stage.id,
        kind=StageKind.OPENED,
        on=PartialDate(2021, 6),
        source=GAZETTE,
        reason="relu <b>",
    )
    do(small_url, correct_stage, again, now=later(5))
    with served(small_url) as client:
        root = ET.fromstring(client.get("/flux/com-52121.atom").content)  # noqa: S314 - ours
    (summary,) = root.iter(f"{ATOM}summary")
    assert "→ «\u00a0juin 2021\u00a0». Motif\u00a0: relu &lt;b&gt;." in summary.text


@pytest.mark.both_engines
def test_what_xml_cannot_hold_takes_no_feed_away(small_url):
    do(small_url, record_stage, stage_draft())
    with by_hand(small_url) as connection:  # no form takes it
        connection.execute(update(Stage).values(note="a\x0b]]>&\x1f\ufffe"))
    with served(small_url) as client:
        root = ET.fromstring(client.get("/flux/national.atom").content)  # noqa: S314 - ours
    (summary,) = root.iter(f"{ATOM}summary")
    assert summary.text.endswith("a\ufffd]]&gt;&amp;\ufffd\ufffd")
