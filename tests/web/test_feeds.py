"""The Atom feeds: what each fact says, named for ever, moved by a correction."""

import xml.etree.ElementTree as ET
from datetime import datetime

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from territoires.commands.stages import correct_stage, record_stage
from territoires.db.models import Stage
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import StageCorrection
from territoires.domain.programme import StageKind
from territoires.french.feed import NO_FEED
from territoires.web.feeds import feed_routes
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
