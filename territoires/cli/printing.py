"""The commands that write what is read elsewhere: sheets and notes, the open data."""

import argparse
import gc
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from datetime import datetime
from functools import partial
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

from territoires.cli.console import BAD_USAGE, OK, Commands, fail, hand_over
from territoires.db.engine import one_reading
from territoires.db.revision import reading_current
from territoires.domain import address
from territoires.domain.clock import PARIS
from territoires.domain.errors import TerritoryError
from territoires.domain.scope import Level, Scope
from territoires.french import imports as import_words
from territoires.french import open_data
from territoires.french import printed as words
from territoires.queries.coverage import places
from territoires.queries.territories import regions_and_departments
from territoires.settings import SITE, Settings
from territoires.web.open_data import Wanted, files


def _report(parsed: argparse.Namespace, settings: Settings) -> int:
    today = datetime.now(PARIS).date()
    scope = Scope(as_of=parsed.as_of or today, known_at=parsed.known_at)
    view = address.write(scope, today=today)
    level = _LEVELS[parsed.subject]
    if (level is Level.COUNTRY and (parsed.code or parsed.all)) or (
        level is not Level.COUNTRY and bool(parsed.code) == parsed.all
    ):
        return fail(words.ONE_OR_ALL, BAD_USAGE)
    if parsed.all:
        return _every(level, parsed.output, view, settings)
    name = f"{level}-{parsed.code}" if parsed.code else address.NATIONAL
    found = _drawing("follow.printed").print_pdf(
        settings.database_url, name, view, settings.public_url or ""
    )
    if found is None:
        raise TerritoryError(name)
    return hand_over(found.body, parsed.output, words.NOT_ON_SCREEN)


def _every(level: Level, folder: Path | None, view: Mapping[str, str], settings: Settings) -> int:
    """Print all regions, or all towns that the map shows; says on a terminal how far it is."""
    if folder is None or not folder.is_dir():
        return fail(words.no_folder(str(folder or "")), BAD_USAGE)
    url, site = settings.database_url, settings.public_url or ""
    written, names = 0, list(_names(url, level, view))
    # Each on its own, and each reads the base once: a fork would share what it has open.
    print_pdf = _drawing("follow.printed").print_pdf
    context, prints = get_context("spawn"), partial(print_pdf, url, params=view, site=site)
    with ProcessPoolExecutor(mp_context=context, initializer=_begin, initargs=(url,)) as pool:
        for at, found in enumerate(pool.map(prints, names, chunksize=_BATCH), start=1):
            if found is not None and (failed := hand_over(found.body, folder / found.name)):
                return failed
            written += found is not None
            if sys.stderr.isatty():
                end = "\n" if at == len(names) else ""
                print(f"\r{at} / {len(names)}", end=end, file=sys.stderr)
    print(words.printed(written, str(folder), of_regions=level is Level.REGION))
    return OK


def _drawing(module: str) -> Any:
    """Load what draws pages when one is printed: no other command waits for Streamlit."""
    return import_module(f"territoires.ui.{module}")


def _begin(url: str) -> None:
    """Begin what prints many: all of them from one reading, which ends with the process."""
    gc.freeze()  # as the command itself does
    _OPEN.enter_context(one_reading(url))


def _names(url: str, level: Level, view: Mapping[str, str]) -> Iterator[str]:
    page = _drawing("page").unseen_page(url, view, title="")
    if page is None:
        return
    if level is Level.REGION:
        every = page.ask_plainly(regions_and_departments)["territory"]
        yield from every[every.str.startswith(level)]
    else:
        yield from f"{level}-" + page.ask(places)["town_code"]


def _publish(parsed: argparse.Namespace, settings: Settings) -> int:
    """Write the files that `/donnees` serves, of today or of a past day."""
    site = parsed.site or settings.public_url
    if not site or not SITE.fullmatch(site):
        return fail(open_data.NO_SITE, BAD_USAGE)
    wanted = Wanted(
        site=site.rstrip("/"),
        publisher=settings.publisher or open_data.PUBLISHER,
        day=parsed.as_of,
    )
    try:
        with reading_current(settings.database_url) as connection:
            made = files(connection, wanted, datetime.now(PARIS).date())
    except LookupError:
        return fail(open_data.NOT_PAST, BAD_USAGE)
    folder = parsed.folder / wanted.path
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return fail(import_words.existing_output(str(folder)), BAD_USAGE)
    for name, body in made.items():
        if failed := hand_over(body, folder / name):
            return failed
    print(open_data.written(len(made), str(folder)))
    return OK


_OPEN: Final = ExitStack()
_BATCH: Final = 4  # documents that one process prints before it says how far it is
_LEVELS: Final = {"town": Level.TOWN, "region": Level.REGION, "national": Level.COUNTRY}
COMMANDS: Commands = (
    ("report", _report, "subject code --all --output --as-of --known-at"),
    ("publish", _publish, "folder --site --as-of"),
)
ARGUMENTS: dict[str, dict[str, Any]] = {
    "subject": {"choices": tuple(_LEVELS)},
    "code": {"nargs": "?", "default": ""},
    "--all": {"action": "store_true"},
    "folder": {"type": Path},
    "--site": {"default": ""},
}
