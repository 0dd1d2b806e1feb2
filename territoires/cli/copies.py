"""The commands that copy a whole database: `copy-to`, `backup`, `verify` and `restore`."""

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from territoires.cli.console import (
    OK,
    WRONG,
    Commands,
    Run,
    answer,
    answer_either,
    fail,
    typed,
    whole,
)
from territoires.commands.reports import erase_due
from territoires.db import backups, copy, schema
from territoires.db.engine import engine, sqlite_path
from territoires.domain.errors import CopyError, DatabaseError
from territoires.french import copies as words
from territoires.french import faults
from territoires.queries import integrity
from territoires.settings import ROOT, Settings

_MEMORY = Path(":memory:")


def _told(run: Run) -> Run:
    """Put a refusal into words, as JSON too when that was asked for."""

    def told(parsed: argparse.Namespace, settings: Settings) -> int:
        try:
            return run(parsed, settings)
        except (CopyError, DatabaseError) as error:
            message = _message(error, restoring=run is _restore)
            if parsed.json:
                answer({"done": False, "code": error.code, "message": message})
            return fail(message, WRONG)

    return told


def _message(error: CopyError | DatabaseError, *, restoring: bool) -> str:
    if isinstance(error, CopyError):
        return words.message(error)
    return (restoring and words.restoring(error)) or faults.database_message(error)


def _copy_to(parsed: argparse.Namespace, settings: Settings) -> int:
    copied = copy.copy(settings.database_url, parsed.target, examine=integrity.faults)
    where = schema.place_of(parsed.target)
    found = {"done": True, "target": where, "tables": [vars(content) for content in copied]}
    answer_either(parsed, found, words.copied_lines(copied, where=where))
    return OK


def _backup(parsed: argparse.Namespace, settings: Settings) -> int:
    folder = parsed.to or backup_folder(settings)
    now = datetime.now(UTC)
    erased = erase_due(settings.database_url, now=now)  # before it is copied once more
    made = backups.back_up(settings.database_url, folder, now=now, examine=integrity.faults)
    # A backup of something wrong never takes the place of a sound one.
    pruned = parsed.keep is not None and not made.faults
    removed = backups.prune(folder, latest=parsed.keep, now=now) if pruned else []
    removed += backups.drop_copies(backup_folder(settings), now=now) if pruned else []
    lines = [words.MADE.format(path=made.path), *_described(made)]
    if parsed.keep is not None:
        lines.append(words.pruned(len(removed), unsound=bool(made.faults)))
    if erased:
        lines.append(words.erased(erased))
    paths = [str(path) for path in removed]
    told = {"done": True, **backup_json(made), "removed": paths, "reports_erased": erased}
    answer_either(parsed, told, lines)
    return WRONG if made.faults else OK


def _verify(parsed: argparse.Namespace, _settings: Settings) -> int:
    found = backups.verify(parsed.saved, now=datetime.now(UTC), examine=integrity.faults)
    answer_either(parsed, {"done": True, **backup_json(found)}, _described(found))
    return WRONG if found.faults else OK


def _restore(parsed: argparse.Namespace, settings: Settings) -> int:
    done = backups.restore(
        parsed.saved,
        settings.database_url,
        folder=backup_folder(settings),
        replace=parsed.replace,
        now=datetime.now(UTC),
        examine=integrity.faults,
    )
    before = done.replaced
    lines = [
        *([words.REPLACED.format(path=before.path)] if before else []),
        *_described(done.backup),
        words.RESTORED.format(where=schema.place_of(settings.database_url)),
    ]
    told = {"done": True, **backup_json(done.backup)}
    answer_either(parsed, told | {"replaced": backup_json(before) if before else None}, lines)
    return OK


def backup_json(backup: backups.Backup) -> dict[str, Any]:
    """Give a backup as the JSON answers do."""
    return {
        "file": str(backup.path),
        "made_at": backup.made_at.isoformat(timespec="microseconds"),
        "revision": backup.revision,
        "last_act": backup.act,
        "last_act_at": backup.act_at.isoformat(timespec="microseconds") if backup.act_at else None,
        "facts": backup.facts,
        "versions": backup.versions,
        "sha256": backup.sha256,
        "faults": [vars(fault) for fault in backup.faults],
    }


def _described(backup: backups.Backup) -> list[str]:
    return [
        words.described(backup.made_at, backup.act, backup.act_at, backup.facts, backup.versions),
        *(faults.fault_line(each.where, each.code, each.detail) for each in backup.faults),
        words.holds(backup.sha256, faults=len(backup.faults)),
    ]


def backup_folder(settings: Settings) -> Path:
    """Give the folder of the backups of a database, unless told otherwise."""
    return backups.default_folder(settings.database_url, otherwise=ROOT / "data" / "backups")


def _read_url(text: str) -> str:
    engine(text, writable=True)
    if sqlite_path(text) == _MEMORY:
        raise ValueError(text)
    return text


COMMANDS: Commands = (
    ("copy-to", _told(_copy_to), "target --json"),
    ("backup", _told(_backup), "--to --keep --json"),
    ("verify", _told(_verify), "saved --json"),
    ("restore", _told(_restore), "saved --replace --json"),
)
ARGUMENTS: dict[str, dict[str, Any]] = {
    "target": {"type": typed(_read_url, words.BAD_URL)},
    "--to": {"type": Path},
    "--keep": {"type": whole(1, 1_000, words.OF_BACKUPS)},
    "saved": {"type": Path},
    "--replace": {"action": "store_true"},
}
