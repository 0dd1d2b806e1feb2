"""The bench compares like with like: its bare page has what the front page has."""

import runpy
from collections import Counter
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from bench.results import Result, table

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


@pytest.fixture
def pages(url, monkeypatch):
    monkeypatch.setenv("TERRITOIRES_DATABASE_URL", url)
    return opened(FRONT), opened(BARE)


def test_the_bare_page_has_as_many_elements_of_the_same_kinds(pages):
    front, bare = (Counter(node.type for root in page for node in nodes(root)) for page in pages)
    assert front["plotly_chart"]
    assert bare == front, f"bench/pages/bare_front.py lacks {front - bare}, has {bare - front} more"


def test_its_lists_and_tables_are_as_long(pages):
    front, bare = pages
    for kind, measured in (
        ("selectbox", lambda node: len(node.options)),
        ("table", lambda node: node.value.shape),
    ):
        assert [measured(node) for node in found(bare, kind)] == [
            measured(node) for node in found(front, kind)
        ]


def test_its_figures_weigh_as_much_within_a_tenth(pages):
    front, bare = ([len(node.proto.spec) for node in found(page, "plotly_chart")] for page in pages)
    assert bare == pytest.approx(front, rel=0.1), "bench/pages/constant.py"


def test_the_page_of_one_chart_has_one_chart():
    page = opened(ROOT / "bench" / "pages" / "one_chart.py")
    assert [node.type for root in page for node in nodes(root)] == ["plotly_chart"]


def test_the_bare_page_runs_under_the_settings_of_the_dashboard():
    launched = runpy.run_path(str(ROOT / "bench" / "pages" / "bare_dashboard.py"))
    assert launched["app"]


def test_a_result_says_its_ratio_and_whether_the_target_is_met():
    lines = table(
        [
            Result(what="a run", ours=15, bare=10, target=1.5),
            Result(what="a visit", ours=7, bare=10, target=0.6),
            Result(what="a start", ours=3, bare=2),
        ]
    ).splitlines()
    assert lines[2] == "| a run | 15 ms | 10 ms | 1.50 | ≤ 1.5 met |"
    assert lines[3].endswith("| 0.70 | ≤ 0.6 MISSED |")
    assert lines[4].endswith("| 1.50 |  |")
