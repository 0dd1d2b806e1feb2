"""Do one thing again and again, with an input or output error at another write each time.

    LD_PRELOAD=faulty.so python -m tests.integration.faulty act TEMPLATE FOLDER 6

Says what came of each on a line of JSON: the number of the write that failed (0: none did), how
many there were, what the program said, whether it was done, what is wrong with the database since.
The first time none fails; then so many of them do, spread over all, and the last ones.
"""

import ctypes
import gc
import json
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from territoires.commands.imports import import_enrolments
from territoires.commands.stages import record_stage
from territoires.db import backups, schema
from territoires.db.engine import reading
from territoires.db.revision import HEAD, revision_of
from territoires.domain.errors import CopyError, DatabaseError
from territoires.french import copies, faults
from territoires.queries import clocks, integrity
from tests.databases import compile_once, release, sqlite_url
from tests.integration.writing import COGNAC, do, later, stage_draft
from tests.trials.writers import file_of, subjects_in

_EIO_IN = "faulty-"  # in the name of the folder of what is written


def act(url: str, _: Path) -> None:
    do(url, record_stage, stage_draft(town_code=COGNAC), now=later(9))


def load(url: str, _: Path) -> None:
    do(url, import_enrolments, file_of(*subjects_in(url), 1), now=later(9))


def backup(url: str, folder: Path) -> None:
    backups.back_up(url, folder / "backups", now=later(9), examine=integrity.faults)


def upgrade(url: str, _: Path) -> None:
    schema.upgrade(url, now=later(9) + timedelta(days=1))


DEEDS: dict[str, Callable[[str, Path], None]] = {
    "act": act,
    "import": load,
    "backup": backup,
    "upgrade": upgrade,
}


def outcomes(
    name: str, template: Path, folder: Path, numbers: Iterable[int]
) -> Iterator[dict[str, Any]]:
    """Do it once with each of these writes failing."""
    library = ctypes.CDLL(None)
    for number in numbers:
        place = folder / f"{_EIO_IN}{number}"
        place.mkdir()
        url = sqlite_url(Path(shutil.copy(template, place / "base.db")))
        state = at(url)
        library.fault_in(_EIO_IN.encode())
        library.fault_at(ctypes.c_long(number))
        said, code = "", ""
        try:
            DEEDS[name](url, place)
        except DatabaseError as error:
            said, code = faults.database_message(error), error.code
        except CopyError as error:
            said, code = copies.message(error), error.code
        finally:
            library.fault_in(b"")
        # Another process finds what is on the disk.
        release(url)
        done = at(url) != state or bool(list(place.glob("backups/territoires-2*Z.db")))
        yield {
            "number": number,
            "writes": library.fault_seen(),
            "said": said,
            "code": code,
            "done": done,
            "faults": found(url),
        }
        release(url)
        shutil.rmtree(place)


def at(url: str) -> tuple[Any, ...]:
    """Say how far a database is: its schema, and its latest act."""
    with reading(url) as connection:
        revision = revision_of(connection)
        return (revision, *(clocks.edition(connection) if revision == HEAD else ()))


def found(url: str) -> list[str]:
    """Say what is wrong with a database, and with a backup beside it."""
    with reading(url) as connection:
        if revision_of(connection) != HEAD:
            return [str(fault) for fault in integrity.structure_faults(connection)]
        return [str(fault) for fault in integrity.faults(connection)]


if __name__ == "__main__":
    gc.freeze()  # as the commands do
    compile_once()
    deed, template, folder, few = sys.argv[1:]
    each = partial(outcomes, deed, Path(template), Path(folder))
    (whole,) = each([0])
    writes = whole["writes"]
    spread = {
        *range(1, writes + 1, max(1, writes // int(few))),
        *range(max(2, writes - 3), writes + 1),
    }
    for outcome in (whole, *each(sorted(spread))):
        sys.stdout.write(json.dumps(outcome) + "\n")
