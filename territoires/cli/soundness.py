"""The commands that tell whether a database can be relied upon: `check`, `seal` and `clock`."""

import argparse
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from territoires.cli.console import (
    BAD_USAGE,
    OK,
    WRONG,
    Commands,
    answer_either,
    day,
    fail,
    typed,
)
from territoires.cli.copies import backup_folder
from territoires.db import backups, clock, seeds
from territoires.db.engine import reading
from territoires.db.journal import Anchor, anchor
from territoires.db.revision import must_be_current, reading_current
from territoires.domain.clock import PARIS
from territoires.domain.errors import CopyError
from territoires.french import copies as copy_words
from territoires.french import faults as words
from territoires.queries import integrity
from territoires.queries.integrity import Fault
from territoires.settings import SEEDS, Settings


def _check(parsed: argparse.Namespace, settings: Settings) -> int:
    found = [
        Fault(code="provenance", where="data/seeds", detail=name) for name in seeds.unsourced(SEEDS)
    ]
    folder = parsed.backups or backup_folder(settings)
    with reading(settings.database_url, owner=True) as connection:
        damage = list(integrity.structure_faults(connection))
        found += damage
        if not damage:
            must_be_current(connection)
            found += integrity.faults(connection)
            found += [
                Fault(code="commune", where="town", detail=code)
                for code in seeds.missing_communes(connection, SEEDS)
            ]
            found += _beside(connection, parsed.seal, folder, is_asked=bool(parsed.backups))
            _tell_the_age_of_seeds(connection)
    lines = [words.fault_line(fault.where, fault.code, fault.detail) for fault in found]
    lines.append(words.unsound(len(found)) if found else words.SOUND)
    answer_either(parsed, [vars(fault) for fault in found], lines)
    return WRONG if found else OK


def _beside(
    connection: Any, seal: Anchor | None, folder: Path, *, is_asked: bool
) -> Iterator[Fault]:
    """Yield what only the machine's clock, a seal kept elsewhere or a backup can tell.

    `is_asked`: somebody has named the folder of the backups, and is told when there is none in it.
    """
    yield from integrity.clock_faults(connection, now=datetime.now(UTC))
    if seal is not None:
        yield from integrity.lost_acts(connection, seal, where=words.SEAL)
    try:
        kept = backups.latest_anchor(folder)
    except CopyError as error:
        print(copy_words.message(error), file=sys.stderr)
        return
    if kept is None and is_asked:
        print(copy_words.none_in(str(folder)), file=sys.stderr)
    if kept is not None and kept[1] is not None:
        yield from integrity.lost_acts(connection, kept[1], where=kept[0].name)


def _tell_the_age_of_seeds(connection: Any) -> None:
    """Say beside the answer that the seeds are not those of this program: that is no fault."""
    loaded, ours = seeds.seeded_version(connection), seeds.version(SEEDS)
    if loaded != ours:
        print(words.older_seeds(loaded, ours), file=sys.stderr)


def _seal(_parsed: argparse.Namespace, settings: Settings) -> int:
    with reading_current(settings.database_url, owner=True) as connection:
        found = anchor(connection)
    if found is None:
        return fail(words.NO_ACT, WRONG)
    print(found.text)
    return OK


def _clock(parsed: argparse.Namespace, settings: Settings) -> int:
    now = datetime.now(UTC)
    if parsed.repair is not None:
        today = now.astimezone(PARIS).date()
        if parsed.repair != today:
            return fail(words.another_day(parsed.repair, today), BAD_USAGE)
        print(words.repaired(clock.repair(settings.database_url, now=now)))
        return OK
    with reading_current(settings.database_url, owner=True) as connection:
        last = anchor(connection)
        ahead = clock.ahead_of(connection, now)
    print(words.clock(now, last.at_utc if last else None))
    if ahead is not None:
        print(words.ahead(ahead))
    return WRONG if ahead else OK


COMMANDS: Commands = (
    ("check", _check, "--json --seal --backups"),
    ("seal", _seal, ""),
    ("clock", _clock, "--repair"),
)
ARGUMENTS: dict[str, dict[str, Any]] = {
    "--seal": {"type": typed(Anchor.parse, words.BAD_SEAL)},
    "--backups": {"type": Path},
    "--repair": {"type": day},
}
