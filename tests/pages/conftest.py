"""The whole application on a real database, as Streamlit's AppTest runs it.

    def test_the_front_page_counts(app):
        home = app.open(au="2021-05-04")
        assert titles(home) == ["Où en est le programme\u202f?"]

`app.open(page, **address)` runs a page; `app.by_menu(view, page)` goes to another as the menu does,
which forgets the address; `app.at(url)` is the same application on another database. A test that
only reads shares its database with the others, whose answers are known by then: a tenth of the
time. Whatever writes asks for `url` (or `office`), a copy of its own. `seated(role)` gives the
application in the session of somebody.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest
from streamlit.runtime import Runtime
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.testing.v1 import AppTest, app_test, local_script_runner

from territoires.domain.roles import Role
from tests.databases import release, sqlite_url, untouched
from tests.pages.desks import EMPLOYED, employ, signed_in

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
_COMPONENTS = "_bidi_component_manager"
_KNOWN: dict[str, Any] = {}


@dataclass(frozen=True)
class Application:
    """The application on one database."""

    url: str

    def open(self, page: str = HOME, **address: str) -> AppTest:
        """Open a page at an address and wait until it is drawn."""
        return self.ready(page, **address).run()

    def ready(self, page: str = HOME, **address: str) -> AppTest:
        """Give a session whose first run will be of a page."""
        os.environ["TERRITOIRES_DATABASE_URL"] = self.url
        view = AppTest.from_file(str(CONTENTS), default_timeout=_SECONDS)
        _know(view)
        for name, text in address.items():
            view.query_params[name] = text
        return _turn_to(view, page)

    def by_menu(self, view: AppTest, page: str) -> AppTest:
        """Go to another page as the menu does: its link says nothing of the filters."""
        view.query_params.clear()
        return _turn_to(view, page).run()

    def at(self, url: str) -> "Application":
        """Give the same application on another database."""
        return Application(url)


def _know(view: AppTest) -> None:
    """Tell a new session what a server knows by then: which pages and which components there are.

    Before it knows the pages, AppTest takes a page's file name for its address, and opens the front
    page in place of the pages whose two names differ; it looks for components in every library of
    the environment, which takes three times as long as a page.
    """
    if not _KNOWN:
        first = vars(AppTest.from_file(str(CONTENTS), default_timeout=_SECONDS).run())
        _KNOWN.update({name: first[name] for name in ("_registered_pages", _COMPONENTS)})
    vars(view).update(_KNOWN)


def _turn_to(view: AppTest, page: str) -> AppTest:
    if page == HOME and not view.title:
        return view
    return view.switch_page(str(ROOT / "pages" / page))


@pytest.fixture(scope="session", autouse=True)
def compiled_pages() -> Iterator[None]:
    """Compile each page once for all sessions, as a server does: contents and what they run."""
    scripts = ScriptCache()
    with pytest.MonkeyPatch.context() as patch:
        for module in (app_test, local_script_runner):
            patch.setattr(module, "ScriptCache", lambda: scripts)
        yield


@pytest.fixture(scope="session", autouse=True)
def one_runtime() -> Iterator[None]:
    """Give AppTest one stand-in for the server of all its runs; it knows no client."""
    runtime = MagicMock(spec=Runtime)
    runtime.get_client.return_value = None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app_test, "MagicMock", lambda **_spec: runtime)
        yield


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the environment back as it was, whatever database the test names in it."""
    monkeypatch.setenv("TERRITOIRES_DATABASE_URL", "sqlite:////nonexistent/none.db")


@pytest.fixture
def app(seeded_url: str, nowhere: None) -> Application:
    """Give the application on this test's own database if it has one (`url`), or on the shared."""
    return Application(seeded_url)


@pytest.fixture
def demo_app(app: Application, shared: Callable[[str], str]) -> Application:
    """Give the application on the demonstration that all read."""
    return app.at(shared("demo"))


@pytest.fixture
def bare_app(shared: Callable[[str], str], nowhere: None) -> Application:
    """Give the application on a database that has its tables and no row."""
    return Application(shared("migrated"))


@pytest.fixture(scope="session")
def sessions(
    seeded_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, dict[Role, str]]:
    """Give the URL of a database that nobody writes to, and the token of a session per role."""
    url = sqlite_url(shutil.copy(seeded_file, tmp_path_factory.mktemp("desks") / "staffed.db"))
    employ(url)
    # Seen within the hour to come: a sign of life is written down every five minutes.
    soon = datetime.now(UTC) + timedelta(hours=1)
    tokens = {role: signed_in(url, role, now=soon) for role in EMPLOYED}
    release(url)
    return url, tokens


@pytest.fixture
def seated(
    app: Application, sessions: tuple[str, dict[Role, str]], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[Role | None], Application]]:
    """Give the application to somebody of a role, or to nobody, to read a database that all read.

    `seated(Role.ENTRY).open("enter/record_stage.py")`
    """
    url, tokens = sessions

    def seat(role: Role | None) -> Application:
        token = tokens[role] if role else ""
        monkeypatch.setattr("territoires.ui.reader.cookie", lambda _name: token)
        return app.at(url)

    with untouched(url):
        yield seat


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
    """Give every sentence of a page, for what must or must not be said anywhere; no picture's."""
    sentences = [each for each in view.markdown if not each.value.startswith("<div")]
    kinds = (view.title, view.header, view.subheader, sentences, view.caption)
    kinds += (view.warning, view.info, view.error, view.metric)
    return "\n".join(str(each.value) for kind in kinds for each in kind)


def type_territory(view: AppTest, text: str) -> AppTest:
    """Type a territory into the bar and enter it."""
    return view.text_input(key="bar_territory").set_value(text).run()
