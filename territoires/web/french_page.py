"""Streamlit's page in French, with our script and style, and with what answers its address."""

import logging
import re
from collections.abc import Callable, Container, Hashable, Mapping
from email.utils import formatdate
from functools import cache, lru_cache, partial
from html import escape
from pathlib import Path
from typing import Final

from anyio import move_on_after
from anyio.to_thread import run_sync
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from territoires.french.web import NEEDS_JAVASCRIPT, SITE_NAME
from territoires.web import streamlit_files
from territoires.web.compress import Packed, chosen_coding, packed_answer, packed_text
from territoires.web.french_script import ADDRESSES as SCRIPTS
from territoires.web.french_script import STYLE

# Loaded by Streamlit only once the server has sent a first element: asked for beside the rest
# instead, they arrive about when they are wanted.
AHEAD: Final = ("PlotlyChart",)

_LOG: Final = logging.getLogger(__name__)
_HTML: Final = "text/html; charset=utf-8"
_ROOT: Final = '<div id="root"></div>'
_PATIENCE_SECONDS: Final = 3
_ANSWERS_KEPT: Final = 64  # of about 30 kB


def french_page(original: str, *, ahead: tuple[str, ...] = ()) -> str:
    """Rewrite Streamlit's index.html.

    `ahead` are scripts to load early, as addresses relative to the page.
    """
    hints = "".join(
        f'<link rel="modulepreload" crossorigin fetchpriority="low" href="./{escape(script)}">\n'
        for script in ahead
        if f"./{script}" not in original
    )
    head = (
        f"<title>{escape(SITE_NAME)}</title>\n{streamlit_files.letters(original, root='.')}\n"
        f'    <link rel="stylesheet" href=".{STYLE}">\n'
        f'    <link rel="alternate" type="application/atom+xml" title="{escape(SITE_NAME)}" '
        'href="./flux/national.atom">\n'
        + "\n".join(f'    <script defer src=".{each}"></script>' for each in SCRIPTS.values())
    )
    page = original
    for pattern, replacement in (
        (r"^\s*<!--.*?-->\s*(?=<!DOCTYPE)", ""),
        (r'<html lang="[^"]*">', '<html lang="fr">'),
        (r"<title>.*?</title>", head),
        (r'<link rel="shortcut icon"[^>]*>', '<link rel="icon" href="./statique/favicon.svg">'),
        # It advertises an interface that we leave closed.
        (r'<!--(?:(?!-->).)*-->\s*<link rel="service-desc"[^>]*>\s*', ""),
        (r"<noscript>.*?</noscript>", f"<noscript><p>{NEEDS_JAVASCRIPT}</p></noscript>"),
        (r"(?=</head>)", hints),
    ):
        literal = replacement.replace("\\", r"\\")
        page = re.sub(pattern, literal, page, count=1, flags=re.DOTALL)
    return page


@cache
def page(*, is_charted: bool = True) -> str:
    """The page of this process, from the installed Streamlit.

    `is_charted`: it draws pictures by script, which a browser asks for beside the rest.
    """
    named = AHEAD if is_charted else ()
    ahead = [script for name in named for script in streamlit_files.scripts(name)]
    original = streamlit_files.index().read_text(encoding="utf-8")
    return french_page(original, ahead=tuple(ahead))


def first_addresses() -> list[str]:
    """What a browser loads first, longest first: a first reader waits least for what remains."""
    named = re.findall(r'(?:src|href)="\.(/static/[^"?]+)', page())
    root = streamlit_files.folder()
    sizes = {
        address: (root / address[1:]).stat().st_size
        for address in named
        if (root / address[1:]).is_file()
    }
    return sorted(sizes, key=sizes.__getitem__, reverse=True)


Answer = tuple[str, str, str, str, str, Hashable]
"""What a page says before its application has loaded: title, description, HTML, the whole addresses
of its picture and of what shows it elsewhere, or nothing; then what is no matter here."""
Answers = Callable[[str, Mapping[str, str]], Answer | None]
"""Answers a path, without strokes, and its parameters; None where nothing is to be said early."""


def answering(page: str, answer: Answer) -> str:
    """Put an answer into a page: beside the application, which takes its place (`answer.js`)."""
    tab, description, html, picture, shown, *_ = answer
    title, said, card, told = map(escape, (tab, description, picture, shown))
    head = (
        f"<title>{title}</title>\n"
        f'    <meta name="description" content="{said}">\n'
        f'    <meta property="og:title" content="{title}">\n'
        f'    <meta property="og:description" content="{said}">\n'
        '    <meta property="og:type" content="website">\n'
        '    <meta property="og:locale" content="fr_FR">'
    )
    if card:
        head += (
            f'\n    <meta property="og:image" content="{card}">\n'
            '    <meta property="og:image:width" content="1200">\n'
            '    <meta property="og:image:height" content="630">\n'
            f'    <meta property="og:image:alt" content="{said}">\n'
            '    <meta name="twitter:card" content="summary_large_image">\n'
            f'    <link rel="alternate" type="application/json+oembed" href="{told}">'
        )
    before, _, after = page.partition(_ROOT)
    before = re.sub(r"<title>.*?</title>", lambda _: head, before, count=1)
    return f'{before}<div id="reponse">{html}</div>\n    {_ROOT}{after}'


class FrenchPage:
    """ASGI middleware that sends our page wherever Streamlit would have sent its own."""

    def __init__(
        self,
        app: ASGIApp,
        page_at: Callable[[str], str],
        original: Path,
        addresses: Container[str] | None = None,
        answers: Answers | None = None,
    ) -> None:
        """`page_at` gives ours for a path without strokes.

        `original` is the page that Streamlit sends, recognised by its date. It sends it everywhere:
        what is not one of `addresses` is answered so, and as not found.
        """
        self._app = app
        self._page_at = page_at
        self._packed_page = cache(partial(packed_text, content_type=_HTML))
        self._addresses = addresses
        self._answers = answers
        self._answered = lru_cache(_ANSWERS_KEPT)(self._packed_answer)
        self._original_date = formatdate(original.stat().st_mtime, usegmt=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Replace the answer when it is Streamlit's page; pass every other through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        replaced = False

        async def send_ours(message: Message) -> None:
            nonlocal replaced
            if message["type"] == "http.response.start" and self._is_original(message):
                replaced = True
                is_page = self._addresses is None or _named(scope) in self._addresses
                seen = Headers(scope=scope)
                coding = chosen_coding(seen.get("accept-encoding", ""))
                packed = self._packed_page(self._page_at(_named(scope)), coding=coding)
                if self._answers and is_page:
                    # Whoever asks waits for no answer longer than for the application to say why.
                    with move_on_after(_PATIENCE_SECONDS):
                        found = await run_sync(self._answer, scope, coding, abandon_on_cancel=True)
                        packed = found or packed
                ours = packed_answer(
                    packed,
                    coding=coding,
                    cache_control="no-cache",
                    seen=seen if is_page else Headers(),
                    status=200 if is_page else 404,
                )
                await ours(scope, receive, send)
            elif not replaced:
                await send(message)

        await self._app(scope, receive, send_ours)

    def _answer(self, scope: Scope, coding: str | None) -> Packed | None:
        """Give the page with its answer; a fault of the answer's own takes no page away."""
        path = _named(scope)
        try:
            found = self._answers and self._answers(path, Request(scope).query_params)
        except Exception:  # noqa: BLE001 - whatever it is, the application says it better
            _LOG.exception("no answer within %s", scope["path"])
            found = None
        return self._answered(self._page_at(path), found, coding) if found else None

    def _packed_answer(self, page: str, answer: Answer, coding: str | None) -> Packed:
        text = answering(page, answer)
        return packed_text(text, coding=coding, content_type=_HTML)

    def _is_original(self, start: Message) -> bool:
        headers = Headers(raw=start["headers"])
        return (
            start["status"] in {200, 206}
            and headers.get("content-type", "").startswith("text/html")
            and headers.get("last-modified") == self._original_date
        )


def _named(scope: Scope) -> str:
    """Give the path of what is asked for, without strokes."""
    path: str = scope["path"]
    return path.strip("/")
