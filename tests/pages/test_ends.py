"""Every parameter of an address at its ends: the page answers in French, and it is no incident."""

import pytest
from streamlit.runtime.state.query_params_proxy import QueryParamsProxy

from tests.pages.conftest import HOME, everything, titles

READING = [
    HOME, "follow/map.py", "follow/regions.py", "follow/town.py", "follow/next.py",
    "follow/enrolments.py", "follow/courses.py", "follow/method.py",
]  # fmt: skip
CLOCKS = ("au", "connu")
ENDS = ["0001-01-01", "9999-12-31", "9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+00:00"]
NUMBERS = ["0", "-1", "9" * 40, "1e400", "x" * 3000, "\u202e\x00"]


def quiet(view):
    assert not view.exception
    assert "incident" not in everything(view)
    assert len(titles(view)) == 1


@pytest.mark.parametrize("page", READING)
def test_the_clocks_at_their_ends(app, page):
    for texts in zip(ENDS, reversed(ENDS), strict=True):  # each end of each, two at a time
        quiet(app.open(page, **dict(zip(CLOCKS, texts, strict=True))))


@pytest.mark.parametrize("page", READING)
def test_everything_else_that_a_page_reads_in_its_address(app, page, monkeypatch):
    asked = set()
    plain = QueryParamsProxy.get

    def noted(self, name, *more):
        asked.add(name)
        return plain(self, name, *more)

    monkeypatch.setattr(QueryParamsProxy, "get", noted)
    app.open(page)
    names = {"terr", "perim", *asked} - {*CLOCKS}
    for text in NUMBERS:
        quiet(app.open(page, **dict.fromkeys(names, text)))
