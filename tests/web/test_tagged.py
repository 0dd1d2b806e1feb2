"""What a reader has already is not made again: tags, and what moves them."""

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from territoires.commands.stages import record_stage
from territoires.domain.errors import DatabaseError
from territoires.web import tagged as module
from territoires.web.feeds import feed_routes
from territoires.web.tagged import tagged
from tests.databases import sqlite_url
from tests.integration.writing import do, stage_draft


class Made:
    """An answer that counts how often it is made, and may fail."""

    def __init__(self) -> None:
        self.times = 0
        self.fails = False

    def __call__(self, _connection):
        self.times += 1
        if self.fails:
            raise LookupError
        return b"{}", "application/json"


def served(url, made):
    def answer(request):
        return tagged(request, url, made, view={"au": request.query_params.get("au", "")})

    return TestClient(Starlette(routes=[Route("/{path}", answer)]))


pytestmark = pytest.mark.both_engines


def test_what_has_not_changed_is_made_once_and_not_sent_again(small_url):
    made = Made()
    with served(small_url, made) as client:
        first = client.get("/a?au=2021-05-04")
        tag = first.headers["etag"]
        assert (first.status_code, first.content, made.times) == (200, b"{}", 1)
        assert first.headers["cache-control"] == "public, no-cache"
        # A proxy that compresses makes it a weak one; a reader may name several.
        for said in (tag, f"W/{tag}", f'"x", W/{tag}', f'{tag},"x"'):
            again = client.get("/a?au=2021-05-04", headers={"if-none-match": said})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert client.get("/a?au=2021-05-04", headers={"if-none-match": '"x"'}).status_code == 200
        assert made.times == 1
        assert client.head("/a?au=2021-05-04").content == b""


def test_the_tag_moves_with_all_that_the_answer_depends_on(small_url, monkeypatch):
    with served(small_url, Made()) as client:
        tags = [client.get(path).headers["etag"] for path in ("/a", "/b", "/a?au=2021-05-04")]
        do(small_url, record_stage, stage_draft())
        tags.append(client.get("/a").headers["etag"])
        monkeypatch.setattr(module, "program", lambda: "another")
        tags.append(client.get("/a").headers["etag"])
    assert len(set(tags)) == len(tags)


def test_what_fails_is_not_kept(small_url):
    made = Made()
    made.fails = True
    with served(small_url, made) as client:
        with pytest.raises(LookupError):
            client.get("/a")
        made.fails = False
        assert client.get("/a").status_code == 200


def test_a_database_that_is_not_there_has_no_edition(blank_url):
    with served(blank_url, Made()) as client, pytest.raises(DatabaseError):
        client.get("/a")


def test_a_feed_has_the_tag_of_the_program_too(seeded_file, monkeypatch):
    routes = feed_routes(sqlite_url(seeded_file), site=None)
    with TestClient(Starlette(routes=routes)) as client:
        tag = client.get("/flux/national.atom").headers["etag"]
        weak = {"if-none-match": f"W/{tag}"}
        assert client.get("/flux/national.atom", headers=weak).status_code == 304
        monkeypatch.setattr(module, "program", lambda: "another")
        assert client.get("/flux/national.atom", headers=weak).status_code == 200
