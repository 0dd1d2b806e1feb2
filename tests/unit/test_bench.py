"""The bench compares like with like: its bare page has what the front page has."""

import runpy
from collections import Counter
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.databases import sqlite_url

ROOT = Path(__file__).resolve().parents[2]
FRONT = ROOT / "territoires" / "ui" / "contents.py"  # which opens on the front page
BARE = ROOT / "bench" / "pages" / "bare_front.py"
SECONDS = 120


def nodes(block):
    for child in getattr(block, "children", {}).values():
        yield child
        yield from nodes(child)


def found(page, kind):
    return [node for root in page for node in nodes(root) if node.type == kind]


def opened(script):
    app = AppTest.from_file(str(script), default_timeout=SECONDS).run()
    assert not app.exception
    return [app.main, app.sidebar]


@pytest.fixture(scope="module")
def pages(seeded_file):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TERRITOIRES_DATABASE_URL", sqlite_url(seeded_file))
        return opened(FRONT), opened(BARE)


def test_the_bare_page_has_as_many_elements_of_the_same_kinds(pages):
    front, bare = (Counter(node.type for root in page for node in nodes(root)) for page in pages)
    assert front["markdown"]
    assert bare == front, f"bench/pages/bare_front.py lacks {front - bare}, has {bare - front} more"


def test_its_lists_are_as_long(pages):
    front, bare = pages
    assert [len(node.options) for node in found(bare, "selectbox")] == [
        len(node.options) for node in found(front, "selectbox")
    ]


def test_its_pictures_weigh_as_much_within_a_tenth(pages):
    front, bare = (
        [len(node.value) for node in found(page, "markdown") if node.allow_html] for page in pages
    )
    assert bare == pytest.approx(front, rel=0.1), "bench/pages/bare_front.py"


def test_the_page_of_one_chart_has_one_chart():
    page = opened(ROOT / "bench" / "pages" / "one_chart.py")
    assert [node.type for root in page for node in nodes(root)] == ["plotly_chart"]


def test_the_bare_page_runs_under_the_settings_of_the_dashboard():
    launched = runpy.run_path(str(ROOT / "bench" / "pages" / "bare_dashboard.py"))
    assert launched["app"]
