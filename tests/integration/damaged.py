"""A small database in small pages, and what becomes of it when its bytes do."""

import contextlib
import sqlite3
from functools import cache
from pathlib import Path

from sqlalchemy import String, func, insert, select, type_coerce

from territoires.commands.stages import correct_stage, record_stage
from territoires.db.fingerprints import is_exempt
from territoires.db.models import Base, Town
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import StageCorrection
from territoires.domain.programme import StageKind
from tests.databases import release, sqlite_url
from tests.factories import act, writing
from tests.integration.writing import GAZETTE, do, later, make, stage_draft

# In pages of 512 bytes, SQLite's smallest, the schema takes 24 kB, and each of its 93 tables and
# indexes a page: 72 kB before the first row, and without one of them it is no schema of ours.
TOWNS, LARGEST = 50, 112 * 1024


def small(path: Path) -> bytes:
    """Make a database of fifty communes and a few acts; gives its bytes, at most 96 kB."""
    url = sqlite_url(path)
    make(url)
    with writing(url) as connection:
        act(connection, later(-1))
        connection.execute(
            insert(Town),
            [
                {
                    "code": f"V{n:04}",
                    "name": f"Ville {n}",
                    "folded": f"ville {n}",
                    "department_code": "52",
                    "population": 900 + n,
                    "population_year": 2023,
                    "latitude": 48.0 + n / 7,
                    "longitude": 5.0 + n / 11,
                }
                for n in range(TOWNS - 6)
            ],
        )
    first = do(url, record_stage, stage_draft(address="1 rue de l’Été"))
    again = StageCorrection(
        expected_id=first.version_id,
        kind=StageKind.OPENED,
        on=PartialDate(2021, 6),
        source=GAZETTE,
        reason="relu",
    )
    do(url, correct_stage, again, now=later(1))
    release(url)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in ("journal_mode = DELETE", "page_size = 512"):
            connection.execute(f"PRAGMA {statement}")
        connection.execute("VACUUM")
    content = path.read_bytes()
    assert len(content) <= LARGEST, len(content)
    return content


# A value as it lies there, and of which type.
READ = (lambda column: type_coerce(column, String), func.typeof)


def dump(path: Path) -> list[object] | str:
    """Give the schema and every value of a file, as SQLite reads it without our code.

    Tables and columns that no act answers for are left out; what cannot be read is a text.
    """
    try:
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as opened:
            return [
                (name, sorted(opened.execute(statement), key=repr))
                for name, statement in _asked().items()
            ]
    except (sqlite3.Error, OverflowError, UnicodeDecodeError) as error:
        return str(error)


@cache
def _asked() -> dict[str, str]:
    """Write what reads each table once, for as many files as there are bytes to change."""
    asked = {
        table.name: str(select(*(read(c) for c in table.c if not is_exempt(c) for read in READ)))
        for table in Base.metadata.sorted_tables
        if table.name == "audit_event" or not is_exempt(table)
    }
    return asked | {"sqlite_master": "SELECT type, name, tbl_name, sql FROM sqlite_master"}
