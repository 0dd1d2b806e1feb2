"""A real database in a temporary folder: migrated and seeded once, copied for each test."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import Connection

from territoires.db import demo, schema, seeds
from territoires.db.engine import engine, reading
from territoires.settings import SEEDS

# The instant at which the databases of the tests began to know anything.
SEEDED_AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DEMO_ROWS = 10_000
DEMO_LABELS = demo.Labels(
    publisher="Données fictives", title="Démonstration", note="Fictif.", target="Cible fictive"
)

# Two workers and a browser may share two cores: slowness is no failure.
settings.register_profile("territoires", deadline=None, print_blob=True)
settings.load_profile("territoires")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a human renew the golden files and read the difference."""
    parser.addoption("--update-golden", action="store_true", help="rewrite tests/golden/")


def sqlite_url(path: Path) -> str:
    """Give the SQLAlchemy URL of a file."""
    return f"sqlite:///{path}"


def release(url: str) -> None:
    """Close every connection to a database, which empties its write-ahead log into the file."""
    for writable in (False, True):
        engine(url, writable=writable).dispose()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a database that has its tables and nothing in them; not to be touched."""
    path = tmp_path_factory.mktemp("databases") / "migrated.db"
    schema.upgrade(sqlite_url(path), now=SEEDED_AT)
    release(sqlite_url(path))
    return path


@pytest.fixture(scope="session")
def seeded_file(migrated_file: Path) -> Path:
    """Make a database as `python -m territoires init` leaves it; not to be touched."""
    path = migrated_file.with_name("seeded.db")
    shutil.copy(migrated_file, path)
    seeds.seed(sqlite_url(path), folder=SEEDS, now=SEEDED_AT)
    release(sqlite_url(path))
    return path


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a small demonstration; not to be touched."""
    path = tmp_path_factory.mktemp("demonstration") / "demo.db"
    demo.make(path, labels=DEMO_LABELS, folder=SEEDS, now=SEEDED_AT, rows=DEMO_ROWS)
    return path


@pytest.fixture
def demo_url(demo_file: Path, tmp_path: Path) -> Iterator[str]:
    """Give the URL of this test's own demonstration."""
    made = sqlite_url(Path(shutil.copy(demo_file, tmp_path / "demo.db")))
    yield made
    release(made)


@pytest.fixture
def database(seeded_file: Path, tmp_path: Path) -> Path:
    """Copy the seeded database for this test alone."""
    return Path(shutil.copy(seeded_file, tmp_path / "territoires.db"))


@pytest.fixture
def url(database: Path) -> Iterator[str]:
    """Give the URL of this test's own seeded database."""
    made = sqlite_url(database)
    yield made
    release(made)


@pytest.fixture
def empty_url(migrated_file: Path, tmp_path: Path) -> Iterator[str]:
    """Give the URL of this test's own database without seeds."""
    made = sqlite_url(Path(shutil.copy(migrated_file, tmp_path / "empty.db")))
    yield made
    release(made)


@pytest.fixture
def connection(url: str) -> Iterator[Connection]:
    """Read this test's own seeded database."""
    with reading(url) as opened:
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
