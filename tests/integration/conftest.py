"""What goes from one database to another, on whatever engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import BLANK, Databases, release
from tests.integration.filled import filled


@pytest.fixture
def source(tmp_path: Path) -> Iterator[str]:
    """Give the URL of a small SQLite database with something of everything in it."""
    url = filled(tmp_path)
    yield url
    release(url)


@pytest.fixture
def elsewhere(postgresql: Databases, tmp_path: Path) -> Iterator[str]:
    """Give the URL of a database on PostgreSQL that has no table yet."""
    url = postgresql.copy(BLANK, tmp_path)
    yield url
    postgresql.drop(url)
