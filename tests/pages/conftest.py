"""The whole application on a real database, as Streamlit's AppTest runs it.

    def test_the_front_page_counts(app):
        home = app.open(au="2021-05-04")
        assert titles(home) == ["Où en est le programme\u202f?"]

`app.open(page, **address)` runs a page; `app.by_menu(view, page)` goes to another as the menu does,
which forgets the address; `app.at(url)` is the same application on another database.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parent.parent.parent
CONTENTS = ROOT / "territoires" / "ui" / "contents.py"
HOME = "follow/rollout.py"
METHOD = "follow/method.py"
# Every file there is a page: one that is not in the contents makes `open` fail.
PAGES = tuple(
    sorted(
        path.relative_to(ROOT / "pages").as_posix()
        for path in (ROOT / "pages").glob("*/*.py")
        if path.name != "__init__.py"
    )
)
# A locked database is waited for during five seconds before the page says so.
_SECONDS = 30.0


@dataclass(frozen=True)
class Application:
    """The application on one database."""

    url: str

    def open(self, page: str = HOME, **address: str) -> AppTest:
        """Open a page at an address and wait until it is drawn."""
        os.environ["TERRITOIRES_DATABASE_URL"] = self.url
        view = AppTest.from_file(str(CONTENTS), default_timeout=_SECONDS)
        if page != HOME:
            # Before a first run AppTest takes a page's file name for its address, and opens the
            # front page in place of the pages whose two names differ.
            view.run()
        for name, text in address.items():
            view.query_params[name] = text
        return _turn_to(view, page).run()

    def by_menu(self, view: AppTest, page: str) -> AppTest:
        """Go to another page as the menu does: its link says nothing of the filters."""
        view.query_params.clear()
        return _turn_to(view, page).run()

    def at(self, url: str) -> "Application":
        """Give the same application on another database."""
        return Application(url)


def _turn_to(view: AppTest, page: str) -> AppTest:
    return view if page == HOME and not view.title else view.switch_page(str(ROOT / "pages" / page))


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the environment back as it was, whatever database the test names in it."""
    monkeypatch.setenv("TERRITOIRES_DATABASE_URL", "sqlite:////nonexistent/none.db")


@pytest.fixture
def app(url: str, nowhere: None) -> Iterator[Application]:
    """Give the application on this test's own seeded database."""
    return Application(url)


@pytest.fixture
def bare_app(empty_url: str, nowhere: None) -> Application:
    """Give the application on a database that has its tables and no row."""
    return Application(empty_url)


def titles(view: AppTest) -> list[str]:
    """Give the first-level headings of a page."""
    return [heading.value for heading in view.title]


def address(view: AppTest) -> dict[str, str]:
    """Give what the address says after the page was drawn."""
    return {name: view.query_params[name] for name in view.query_params}


def warnings(view: AppTest) -> list[str]:
    """Give the messages about what the reader asked."""
    return [message.value for message in view.warning]


def headline(view: AppTest) -> str:
    """Give what the page says first, without its marks."""
    return view.header[0].value


def everything(view: AppTest) -> str:
    """Give every sentence of a page, for what must or must not be said anywhere."""
    kinds = (view.title, view.header, view.subheader, view.markdown, view.caption)
    kinds += (view.warning, view.info, view.error, view.metric)
    return "\n".join(str(each.value) for kind in kinds for each in kind)


def type_territory(view: AppTest, text: str) -> AppTest:
    """Type a territory that is not in the list; AppTest only knows how to choose from it."""
    box = view.selectbox(key="bar_territory")
    box.options.append(text)
    return box.set_value(text).run()
