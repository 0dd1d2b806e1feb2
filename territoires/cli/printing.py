"""The commands that write what is read elsewhere: the sheets of towns, the open data."""

import argparse
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from territoires.cli.console import BAD_USAGE, OK, Commands, fail, say
from territoires.db.engine import reading
from territoires.db.revision import must_be_current
from territoires.domain import address
from territoires.domain.clock import PARIS
from territoires.domain.errors import TerritoryError
from territoires.domain.scope import Scope
from territoires.french import imports as import_words
from territoires.french import open_data
from territoires.french import printed as words
from territoires.queries.coverage import places
from territoires.settings import Settings
from territoires.ui.follow.printed import town_pdf
from territoires.ui.follow.unseen import unseen_page
from territoires.web.open_data import Wanted, files


def _report(parsed: argparse.Namespace, settings: Settings) -> int:
    today = datetime.now(PARIS).date()
    scope = Scope(as_of=parsed.as_of or today, known_at=parsed.known_at)
    view = address.write(scope, today=today)
    if bool(parsed.code) == parsed.all:
        return fail(words.ONE_OR_ALL, BAD_USAGE)
    if parsed.all:
        return _every(parsed.output, view, settings)
    found = town_pdf(settings.database_url, parsed.code, view, settings.public_url or "")
    if found is None:
        raise TerritoryError(f"com-{parsed.code}")
    if parsed.output is None:
        if sys.stdout.isatty():
            return fail(words.NOT_ON_SCREEN, BAD_USAGE)
        sys.stdout.flush()
        sys.stdout.buffer.write(found.body)
        return OK
    return _write(parsed.output, found.body)


def _every(folder: Path | None, view: Mapping[str, str], settings: Settings) -> int:
    """Print all towns that the map shows; says on a terminal how far it is."""
    if folder is None or not folder.is_dir():
        return fail(words.no_folder(str(folder or "")), BAD_USAGE)
    written, codes = 0, list(_codes(settings.database_url, view))
    for at, code in enumerate(codes, start=1):
        found = town_pdf(settings.database_url, code, view, settings.public_url or "")
        if found is not None and (failed := _write(folder / found.name, found.body)):
            return failed
        written += found is not None
        if sys.stderr.isatty():
            end = "\n" if at == len(codes) else ""
            print(f"\r{at} / {len(codes)}", end=end, file=sys.stderr)
    say(words.printed(written, str(folder)))
    return OK


def _codes(url: str, view: Mapping[str, str]) -> Iterator[str]:
    page = unseen_page(url, view, title="")
    if page is not None:
        yield from page.ask(places)["town_code"]


def _publish(parsed: argparse.Namespace, settings: Settings) -> int:
    """Write the files that `/donnees` serves, of today or of a past day."""
    site = parsed.site or settings.public_url
    if not site:
        return fail(open_data.NO_SITE, BAD_USAGE)
    wanted = Wanted(
        site=site.rstrip("/"),
        publisher=settings.publisher or open_data.PUBLISHER,
        day=parsed.as_of,
    )
    try:
        with reading(settings.database_url) as connection:
            must_be_current(connection)
            made = files(connection, wanted, datetime.now(PARIS).date())
    except LookupError:
        return fail(open_data.NOT_PAST, BAD_USAGE)
    folder = parsed.folder / wanted.path
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return fail(import_words.existing_output(str(folder)), BAD_USAGE)
    for name, body in made.items():
        if failed := _write(folder / name, body):
            return failed
    say(open_data.written(len(made), str(folder)))
    return OK


def _write(file: Path, body: bytes) -> int:
    try:
        file.write_bytes(body)
    except OSError:
        return fail(import_words.existing_output(str(file)), BAD_USAGE)
    return OK


COMMANDS: Commands = (
    ("report", _report, "subject code --all -o --output --as-of --known-at"),
    ("publish", _publish, "folder --site --as-of"),
)
ARGUMENTS: dict[str, dict[str, Any]] = {
    "subject": {"choices": ("town",)},
    "code": {"nargs": "?", "default": ""},
    "--all": {"action": "store_true"},
    "folder": {"type": Path},
    "--site": {"default": ""},
    "-o": {"dest": "output", "type": Path},
}
