"""The sheet of a town as it is printed: what its page says, from the same queries."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from io import BytesIO
from textwrap import shorten
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlencode

import segno

from territoires.charts import svg
from territoires.charts.map import STATE_MARKS
from territoires.charts.palette import LIGHT, TARGET
from territoires.domain.clock import PARIS
from territoires.domain.errors import TerritoryError
from territoires.domain.rollout import State
from territoires.domain.town import TownSheet
from territoires.exchange.csv_export import csv_bytes
from territoires.exchange.file_names import file_name
from territoires.exchange.pdf import pdf_bytes, png_bytes, svg_bytes
from territoires.exchange.worded import in_french, rounded
from territoires.french import dates
from territoires.french import printed as words
from territoires.french import town as town_words
from territoires.french.cells import PARTIAL
from territoires.french.demonstration import BANNER, DEMO
from territoires.french.exports import TITLES
from territoires.french.map import STATE_SYMBOLS
from territoires.french.numbers import NBSP
from territoires.french.places import typeset
from territoires.french.web import SITE_NAME
from territoires.french.words import COLUMNS
from territoires.queries import announcements, town_sheet
from territoires.queries.clocks import last_recorded_at
from territoires.queries.exports import EXPORTS
from territoires.queries.territories import former_town
from territoires.ui import links
from territoires.ui.brand import LOGO_DRAWN
from territoires.ui.follow import pictures
from territoires.ui.follow import town as town_page
from territoires.ui.follow.embedded import embedded
from territoires.ui.follow.first_answer import first_answer
from territoires.ui.follow.unseen import unseen_page
from territoires.ui.headline_and_foot import attribution
from territoires.ui.page import Page, plain

if TYPE_CHECKING:
    import pandas as pd

_TABLES: Final[dict[str, tuple[str, ...]]] = {
    "etapes": ("kind", "happened_on", "basis", "retained"),
    "formations-ville": ("title", "mode", "starts_on_text"),
    "effectifs-ville": ("academic_year", "counted", "headcount", "counted_on"),
    "totaux-publies-ville": ("indicator", "value", "qualifier", "published_on"),
}

_LEAD: Final = 220  # signs


class Printed(NamedTuple):
    """A document, and what its file is called."""

    name: str
    body: bytes


def town_pdf(url: str, code: str, params: Mapping[str, str], site: str) -> Printed | None:
    """Print the sheet of a town for the view of an address, as anybody may read it.

    `site` is the address of the dashboard, without a final stroke, empty where it is not known.
    None where there is no such town or nonsense in the address. Raises DatabaseError when there is
    nothing to read.
    """
    try:
        page = unseen_page(url, params, title=SITE_NAME)
        if page is None or page.ask_plainly(former_town, code=code):
            return None
        sheet = page.ask(town_sheet.town_sheet, town=code)
    except TerritoryError:
        return None
    known_at = page.scope.known_at or page.ask_plainly(last_recorded_at)
    if known_at is None:
        return None
    data, files = _said(page, sheet, site=site, known_at=known_at)
    name = file_name(
        f"fiche-{code}",
        as_of=page.scope.as_of,
        known_at=known_at,
        extension="pdf",
        demo=page.is_demonstration,
    )
    return Printed(name, pdf_bytes("town", data, files, made_at=known_at))


def _said(
    page: Page, sheet: TownSheet, *, site: str, known_at: datetime
) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Give what the sheet says, and the pictures and rows that it holds."""
    state, title, lead = town_page.answered(page, sheet)
    name, _, answer = plain(title).partition(f"{NBSP}: ")
    mark = STATE_MARKS[state]
    named = urlencode({links.TOWN_PARAM: sheet.place.territory.code})
    here = f"{site}/{links.TOWN}?{'&'.join([named, urlencode(page.view.params)]).rstrip('&')}"
    files: dict[str, bytes] = {}
    sources: dict[tuple[str, str], int] = {}
    sections, unknown = _sections(page, sheet, files, sources)
    day = known_at.astimezone(PARIS)
    data = {
        "name": name,
        "state": town_words.capital(answer.removeprefix(STATE_SYMBOLS[state]).lstrip()),
        "mark": _picture(
            "etat.svg",
            svg.picture(
                svg.mark(mark.symbol, 8, 8, 6, mark.colour), box=(0, 0, 16, 16), label=answer
            ),
            answer,
            files,
        ),
        "lead": [plain(each) for each in lead if each],
        "located": town_words.located(sheet),
        "site": SITE_NAME,
        "programme": words.PROGRAMME,
        "author": words.AUTHOR,
        "description": plain(" ".join((title, *lead))),
        "date": (day.year, day.month, day.day),
        "demonstration": plain(BANNER) if page.is_demonstration else None,
        "clocks": (
            f"{dates.situation(page.scope.as_of, known_at)} {words.edition(page.seen.number)}"
        ),
        "attribution": attribution(page),
        "address": here if site else "",
        "worth": _worth(page, sheet, state),
        "around": _around(page, sheet, files),
        "brief": town_words.brief(sheet),
        "timeline": _timeline(page, sheet, files),
        "sections": sections,
        "unknown": unknown,
        "sources": [
            {"number": number, "name": typeset(called), "url": url}
            for (called, url), number in sources.items()
        ],
        "qr": [
            _code(said, url, files)
            for said, url in ((words.PAGE, here), (words.REPORT, f"{site}/signaler?{named}"))
            if site
        ],
        "attached": [{"file": each["file"], "said": each["title"]} for each in sections],
        "words": {"source": words.SOURCE, "sources": words.SOURCES, "unknown": words.UNKNOWN},
        "colours": {
            "ink": LIGHT.text,
            "accent": LIGHT.primary,
            "state": mark.colour,
            "warning": LIGHT.secondary_background,
        },
    }
    return data, files


def _worth(page: Page, sheet: TownSheet, state: State) -> dict[str, Any] | None:
    if not sheet.is_located:
        return None
    found = town_page.worth_found(page, sheet)
    cells = [{"value": value, "caption": said} for value, said in town_words.worth(found, state)]
    return {"title": town_words.worth_title(state), "cells": cells}


def _around(page: Page, sheet: TownSheet, files: dict[str, bytes]) -> dict[str, Any] | None:
    if not sheet.is_located:
        return None
    near, beyond = town_page.near_centres(page, sheet)
    (drawn,) = town_page.catchment_of(page, sheet, pictures.for_paper)
    return {
        "title": town_words.around(sheet),
        "picture": _picture("plan.svg", drawn, town_words.catchment(sheet, near), files),
        "finding": town_words.near_finding(len(near), beyond),
        "near": [
            f"{typeset(row.town)} ({typeset(row.department)}), {town_words.distance(row.km)}"
            for row in near.itertuples()
        ],
    }


def _timeline(page: Page, sheet: TownSheet, files: dict[str, bytes]) -> dict[str, Any] | None:
    finding, drawn = town_page.timeline_of(page, sheet, pictures.for_paper)
    if not drawn:
        return None
    promised = page.ask(announcements.of_town, town=sheet.place.territory.code)
    return {
        "title": town_words.TIMELINE,
        "finding": plain(finding),
        "picture": _picture("frise.svg", drawn[0], plain(finding), files),
        "promises": [plain(town_words.promise(row)) for row in promised.to_dict("records")],
    }


def _sections(
    page: Page, sheet: TownSheet, files: dict[str, bytes], sources: dict[tuple[str, str], int]
) -> tuple[list[dict[str, Any]], list[str]]:
    """Give the tables that hold something, and the names of those that hold nothing."""
    sections, unknown = [], []
    for export, shown in _TABLES.items():
        rows: pd.DataFrame = page.ask(EXPORTS[export].query, town=sheet.place.territory.code)
        if rows.empty:
            unknown.append(words.not_told(TITLES[export]))
            continue
        file = f"{export}.csv"
        files[file] = csv_bytes(
            rounded(in_french(rows)),
            titles=COLUMNS,
            partial=PARTIAL & set(map(str, rows)),
            demo=page.is_demonstration,
        )
        said = zip(rows["source"], rows["source_url"].fillna(""), strict=True)
        sections.append({
            "title": TITLES[export],
            "file": file,
            "columns": [COLUMNS[name] for name in shown],
            "numbers": [sources.setdefault(each, len(sources) + 1) for each in said],
        })  # fmt: skip
    return sections, unknown


def _picture(name: str, drawn: str, said: str, files: dict[str, bytes]) -> dict[str, str] | None:
    if not drawn:
        return None
    files[name] = svg_bytes(drawn, ink=LIGHT.text)
    return {"file": name, "alt": said}


def _code(said: str, url: str, files: dict[str, bytes]) -> dict[str, str]:
    """Write an address as a square that telephones read."""
    name = f"code-{len(files)}.svg"
    written = BytesIO()
    segno.make(url, error="m").save(written, kind="svg", border=0)
    files[name] = written.getvalue()
    return {"file": name, "said": said, "url": url}


def card_png(url: str, path: str, params: Mapping[str, str]) -> bytes | None:
    """Draw what a message shows of a link to a page: 1200 by 630 pixels.

    It says and shows what the page answers first (`first_answer`); None where it answers nothing.
    """
    found = first_answer(url, path, params)
    if found is None:
        return None
    card, files = found.card, {"logo.svg": LOGO_DRAWN}
    drawn = _picture("picture.svg", card.picture, card.headline, files)
    data = {
        "title": card.headline,
        "lead": shorten(card.explained, _LEAD, placeholder="…"),
        "picture": drawn and drawn["file"],
        "logo": "logo.svg",
        "programme": words.PROGRAMME,
        "demonstration": DEMO if card.is_demonstration else None,
        "colours": {"ink": LIGHT.text, "accent": LIGHT.primary, "warning": TARGET},
    }
    return png_bytes("card", data, files)


def press(url: str) -> tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]:
    """Give what draws outside pages for one database: sheets, cards of links, cards of sites."""
    return partial(town_pdf, url), partial(card_png, url), partial(embedded, url)
