"""Real databases on both engines: migrated and seeded once, copied for each test."""

import gc
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from argon2 import PasswordHasher
from hypothesis import settings
from sqlalchemy import Connection

from territoires import demo
from territoires.commands import accounts
from territoires.commands.accounts import HASHER
from territoires.db import schema, seeds
from territoires.db.copy import pour
from territoires.db.engine import reading, sqlite_path
from territoires.settings import SEEDS
from tests import fuzzing
from tests.databases import (
    BLANK,
    ENGINES,
    POSTGRESQL,
    SQLITE,
    Databases,
    Files,
    Served,
    compile_once,
    lesser,
    release,
    sqlite_url,
    untouched,
)
from tests.few_communes import few_communes
from tests.integration import writing
from tests.pages.desks import employ
from tools.postgres import memory, throw_away

# The instant at which the databases of the tests began to know anything.
SEEDED_AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DEMO_ROWS = 6_000  # of a few communes: enough for counts to be kept back beside small ones
# Files of tests/browser that start nothing of their own.
ON_THE_WORKER_S_SERVER = {
    *("test_access.py", "test_changes.py", "test_compare.py", "test_english.py"),
    *("test_every_page.py", "test_first_answer.py", "test_frame.py", "test_home.py"),
    *("test_map.py", "test_next.py", "test_search.py", "test_town.py"),
}
# Files of tests/browser that write through one and the same server: they stay with one worker.
AT_ONE_OFFICE = {
    *("test_entry.py", "test_entry_sessions.py", "test_every_state.py", "test_forms.py"),
    *("test_grid.py", "test_import.py", "test_reports.py"),
}
# Files of tests/integration that only read.
QUERIES = {
    *("test_coverage_queries.py", "test_enrolments.py", "test_regions.py", "test_rollout.py"),
    *("test_siting_queries.py", "test_town_sheet.py", "test_towns.py"),
}
# Crowds, attacks, a process for each thing that is tried, passwords at their real cost, whole bases
# looked at again and again: `make check` does without.
LONG = {
    "web/test_frozen.py",
    "web/test_notes.py",
    "web/test_open_data.py",
    "web/test_sign_in.py",
    "unit/test_deployment.py",
    "unit/test_exchange_bounded.py",
    "unit/test_exchange_fuzz.py",
    "integration/test_amendments.py",
    "integration/test_backups.py",
    "integration/test_cli.py",
    "integration/test_cli_pipes.py",
    "integration/test_clocks.py",
    "integration/test_concurrency.py",
    "integration/test_copy.py",
    "integration/test_crowd.py",
    "integration/test_damage.py",
    "integration/test_demo.py",
    "integration/test_faults_on_purpose.py",
    "integration/test_figures.py",
    "integration/test_full_disk.py",
    "integration/test_integrity.py",
    "integration/test_small_counts.py",
    "integration/test_tampering.py",
    "integration/test_versions.py",
}
INTEGRATION = Path(__file__).with_name("integration")

# A database is written, copied and thrown away thousands of times: in memory, where there is room,
# none waits for a disk.
if (folder := memory()) is not None:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(folder))

# Servers and commands are started by the hundred: they find the product compiled, whatever the
# machine is used to.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# What a shell says of a dashboard is not for the tests; which browser they use is.
for variable in [name for name in os.environ if name.startswith("TERRITOIRES_")]:
    if variable != "TERRITOIRES_CHROMIUM":
        del os.environ[variable]

# Tests leave a great many objects alive, and memory is swept between files, see `swept`.
gc.set_threshold(200_000, 20, 20)

settings.load_profile(fuzzing.SHORT)  # `--hypothesis-profile` comes after


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a human renew the golden files and read the difference."""
    parser.addoption("--update-golden", action="store_true", help="rewrite tests/golden/")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run on both engines what asks for a database, in tests/integration and where it is marked.

    What asks for the database's file runs on SQLite; what is marked `only_on` says where and why.
    """
    test, wanted = metafunc.definition, metafunc.fixturenames
    both = INTEGRATION in test.path.parents or test.get_closest_marker("both_engines")
    if both and "databases" in wanted and "database" not in wanted:
        only = test.get_closest_marker("only_on")
        engines = only.args[:1] if only else ENGINES
        metafunc.parametrize("databases", engines, indirect=True, scope="module")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what asks for PostgreSQL, and what is long, for those who leave it out.

    A query is asked once of the second engine, whatever the scopes it is asked of the first; of
    both alike by `make fuzz`.
    """
    asked: set[str] = set()
    left: list[pytest.Item] = []
    for item in items:
        call = getattr(item, "callspec", None)
        twin = call is not None and call.params.get("databases") == POSTGRESQL
        if twin or "postgresql" in getattr(item, "fixturenames", ()):
            item.add_marker("postgresql")
        if "/".join(item.path.parts[-2:]) in LONG:
            item.add_marker("long")
        if twin and item.path.name in QUERIES and fuzzing.at_length(1) == 1:
            test = item.nodeid.partition("[")[0]
            if test in asked:
                left.append(item)
            asked.add(test)
    if left:
        config.hook.pytest_deselected(items=left)
        kept = set(items) - set(left)
        items[:] = [item for item in items if item in kept]


@pytest.fixture(scope="module", autouse=True)
def swept() -> None:
    """Look no more, whenever memory is swept, at what lives on: libraries, tests, what is kept.

    What the modules before have left alive would be looked at by each sweep of this one, and there
    are tests that sweep by themselves.
    """
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Share the tests out by what they have in common; in their order, for browsers come last.

    A file stays whole: what is made for it is made once; so do files that share an office. Where
    the tests of a file have but the server of their worker, each goes to whoever is free, so that
    workers end together.
    """
    from xdist.scheduler import LoadScopeScheduling  # noqa: PLC0415 - only where there are workers

    class ByServer(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            file = Path(nodeid.partition("::")[0])
            if file.parent.name != "browser":  # others have the same names
                return str(file)
            if file.name in ON_THE_WORKER_S_SERVER:
                return nodeid
            return str(file.parent if file.name in AT_ONE_OFFICE else file)

    config.option.loadscopereorder = False
    return ByServer(config, log)


def migrate(url: str) -> None:
    """Make the tables."""
    schema.upgrade(url, now=SEEDED_AT)


def initialise(url: str) -> None:
    """Do what `python -m territoires init` does."""
    migrate(url)
    seeds.seed(url, folder=SEEDS, now=SEEDED_AT)


def initialise_few(url: str) -> None:
    """Do the same with few communes."""
    migrate(url)
    with TemporaryDirectory() as folder:
        seeds.seed(url, folder=few_communes(Path(folder) / "seeds"), now=SEEDED_AT)


def initialise_staffed(url: str) -> None:
    """Do the same, then write down one person per role."""
    initialise_few(url)
    employ(url)


# What fills each template, in an empty database.
TEMPLATES: dict[str, Callable[[str], None]] = {
    "migrated": migrate,
    "seeded": initialise,
    "few": initialise_few,
    "staffed": initialise_staffed,
    "small": writing.make,
}


@pytest.fixture(scope="session")
def few_seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of seeds with few communes, see tests/few_communes.py; not to be touched."""
    return few_communes(tmp_path_factory.mktemp("few") / "seeds")


@pytest.fixture(scope="session", autouse=True)
def cheap_hashes() -> Iterator[None]:
    """Hash passwords by the same function at its least cost; `costly_hashes` has the real one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> None:
    """Compile a statement once for every database of its engine, see `compile_once`."""
    compile_once()


@pytest.fixture
def costly_hashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hash passwords at the cost that people pay."""
    monkeypatch.setattr(accounts, "HASHER", HASHER)
    accounts.nobody.cache_clear()
    yield
    accounts.nobody.cache_clear()


@pytest.fixture(scope="session")
def template_file(
    tmp_path_factory: pytest.TempPathFactory, few_seeds: Path
) -> Callable[[str], Path]:
    """Give the file of a template, made at the first asking; not to be touched."""
    folder = tmp_path_factory.mktemp("templates")

    @cache
    def make(template: str) -> Path:
        path = folder / f"{template}.db"
        if template == "demo":
            demo.make(path, folder=few_seeds, now=SEEDED_AT, rows=DEMO_ROWS)
        else:
            TEMPLATES[template](sqlite_url(path))
            release(sqlite_url(path))
        return path

    return make


@pytest.fixture(scope="session")
def seeded_file(template_file: Callable[[str], Path]) -> Path:
    """Give a database as `python -m territoires init` leaves it; not to be touched."""
    return template_file("seeded")


@pytest.fixture(scope="session")
def demo_file(template_file: Callable[[str], Path]) -> Path:
    """Give a small demonstration; not to be touched."""
    return template_file("demo")


@pytest.fixture(scope="session")
def postgresql(template_file: Callable[[str], Path]) -> Iterator[Databases]:
    """Start PostgreSQL for this worker; a machine without it fails rather than skips."""

    def fill(template: str, url: str) -> None:
        if template == "demo":
            file = sqlite_url(template_file("demo"))
            with reading(file) as source, schema.creating(url) as target:
                pour(source, target)
        else:
            TEMPLATES[template](url)

    with throw_away() as server:
        yield Served(server, fill)


@pytest.fixture(scope="module")
def databases(request: pytest.FixtureRequest) -> Databases:
    """Give the databases of the engine at hand: SQLite's, unless the test runs on both."""
    if getattr(request, "param", SQLITE) == POSTGRESQL:
        served: Databases = request.getfixturevalue("postgresql")
        return served
    return Files(request.getfixturevalue("template_file"))


@pytest.fixture
def copy_of(
    request: pytest.FixtureRequest,
    databases: Databases,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[[str], str]]:
    """Make this test's own copies: `copy_of("small")` gives the URL of one.

    Marked `as_deployed`, PostgreSQL is used as the dashboards of a deployment use it: what is not
    its owner's work goes through two accounts that may do less.
    """
    made: list[str] = []
    as_deployed = request.node.get_closest_marker("as_deployed")

    def copy(template: str) -> str:
        url = databases.copy(template, tmp_path)
        made.append(url)
        if as_deployed and sqlite_path(url) is None and template != BLANK:
            monkeypatch.setenv("TERRITOIRES_DATABASE_URL", url)
            for door, address in lesser(url).items():
                monkeypatch.setenv(f"TERRITOIRES_{door.upper()}", address)
        return url

    yield copy
    for url in made:
        databases.drop(url)


@pytest.fixture
def url(request: pytest.FixtureRequest, copy_of: Callable[[str], str]) -> str:
    """Give the URL of this test's own database: the facts of the seeds, and few communes.

    For who asks for an `office` too, by either of its names, its staff is written down.
    """
    alone = {"office", "staffed"}.isdisjoint(request.fixturenames)
    return copy_of("few" if alone else "staffed")


@pytest.fixture
def whole_url(copy_of: Callable[[str], str]) -> str:
    """Give the URL of this test's own database with every commune of France."""
    return copy_of("seeded")


@pytest.fixture
def database(url: str) -> Path:
    """Give the file of the same database, to tests that are about SQLite's files."""
    path = sqlite_path(url)
    assert path is not None, "see pytest_generate_tests"
    return path


@pytest.fixture
def empty_url(copy_of: Callable[[str], str]) -> str:
    """Give the URL of this test's own database without seeds."""
    return copy_of("migrated")


@pytest.fixture
def blank_url(copy_of: Callable[[str], str]) -> str:
    """Give the URL of a database of this test's own that has no table yet."""
    return copy_of(BLANK)


@pytest.fixture
def small_url(copy_of: Callable[[str], str]) -> str:
    """Give the URL of this test's own small database, see tests/integration/writing.py."""
    return copy_of("small")


@pytest.fixture
def demo_url(copy_of: Callable[[str], str]) -> str:
    """Give the URL of this test's own demonstration."""
    return copy_of("demo")


@pytest.fixture
def shared(databases: Databases) -> Iterator[Callable[[str], str]]:
    """Give what many tests read, `shared("seeded")`; whoever writes to it fails."""
    with ExitStack() as guards:

        def give(template: str) -> str:
            url = databases.shared(template)
            guards.enter_context(untouched(url))
            return url

        yield give


@pytest.fixture
def seeded_url(request: pytest.FixtureRequest, shared: Callable[[str], str]) -> str:
    """Give the URL of this test's own database if it has one, of the shared one otherwise."""
    own = "url" in request.fixturenames
    return str(request.getfixturevalue("url")) if own else shared("seeded")


@pytest.fixture
def connection(seeded_url: str) -> Iterator[Connection]:
    """Read this test's own database if it has one, the shared seeded database otherwise."""
    with reading(seeded_url) as opened:
        yield opened


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare text with a file a human has read; `--update-golden` rewrites it."""

    def compare(name: str, text: str) -> None:
        path = Path(__file__).parent / "golden" / name
        if request.config.getoption("--update-golden"):
            path.write_text(text, encoding="utf-8", newline="\n")
        assert text == path.read_text(encoding="utf-8")

    return compare
