"""Streamlit's page in French, with our script and style, and with what answers its address."""

import logging
import re
from collections.abc import Callable, Mapping
from email.utils import formatdate
from functools import cache, lru_cache
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
from territoires.web.compress import Packed, chosen_coding, codings, packed_text, send_packed
from territoires.web.french_script import ADDRESSES as SCRIPTS
from territoires.web.style import ADDRESS as STYLE

# Loaded by Streamlit only once the server has sent a first element: asked for beside the rest
# instead, they arrive about when they are wanted.
AHEAD: Final = ("PlotlyChart",)

_LOG: Final = logging.getLogger(__name__)
_HTML: Final = "text/html; charset=utf-8"
_ROOT: Final = '<div id="root"></div>'
_FONT: Final = re.compile(r'href="(\./static/media/SourceSansVF-Upright[^"]*)"')
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
    # Streamlit names its letters once it runs: what answers before is written in them too.
    font = "".join(
        f'    <style>@font-face{{font-family:"Source Sans";font-weight:200 900;src:url({each})}}'
        "</style>\n"
        for each in _FONT.findall(original)
    )
    head = (
        f"<title>{escape(SITE_NAME)}</title>\n{font}"
        f'    <link rel="stylesheet" href=".{STYLE}">\n'
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
def page() -> str:
    """The page of this process, from the installed Streamlit."""
    ahead = [script for name in AHEAD for script in streamlit_files.scripts(name)]
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


Answer = tuple[str, str, str]
"""What a page says before its application has loaded: title, description, HTML."""
Answers = Callable[[str, Mapping[str, str]], Answer | None]
"""Answers a path, without strokes, and its parameters; None where nothing is to be said early."""


def answering(page: str, answer: Answer) -> str:
    """Put an answer into a page: beside the application, which takes its place (`answer.js`)."""
    title, said = map(escape, answer[:2])
    head = (
        f"<title>{title}</title>\n"
        f'    <meta name="description" content="{said}">\n'
        f'    <meta property="og:title" content="{title}">\n'
        f'    <meta property="og:description" content="{said}">\n'
        '    <meta property="og:type" content="website">\n'
        '    <meta property="og:locale" content="fr_FR">'
    )
    before, _, after = page.partition(_ROOT)
    before = re.sub(r"<title>.*?</title>", lambda _: head, before, count=1)
    return f'{before}<div id="reponse">{answer[2]}</div>\n    {_ROOT}{after}'


class FrenchPage:
    """ASGI middleware that sends our page wherever Streamlit would have sent its own."""

    def __init__(
        self,
        app: ASGIApp,
        text: str,
        original: Path,
        addresses: frozenset[str] | None = None,
        answers: Answers | None = None,
    ) -> None:
        """`original` is the page that Streamlit sends, recognised by its date.

        It sends it everywhere: what is not one of `addresses` is answered so, and as not found.
        """
        self._app = app
        self._text = text
        self._addresses = addresses
        self._answers = answers
        self._answered = lru_cache(_ANSWERS_KEPT)(self._packed_answer)
        self._original_date = formatdate(original.stat().st_mtime, usegmt=True)
        self._pages: dict[str | None, Packed] = {
            coding: packed_text(text, coding=coding, content_type=_HTML)
            for coding in (*codings(), None)
        }

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
                seen = Headers(scope=scope)
                coding = chosen_coding(seen.get("accept-encoding", ""))
                packed = self._pages[coding]
                if self._answers and self._is_a_page(scope["path"]):
                    # Whoever asks waits for no answer longer than for the application to say why.
                    with move_on_after(_PATIENCE_SECONDS):
                        packed = await run_sync(self._packed, scope, coding, abandon_on_cancel=True)
                to_reader = _without_body(send) if scope["method"] == "HEAD" else send
                if not self._is_a_page(scope["path"]):
                    to_reader, seen = _not_found(to_reader), Headers()
                await send_packed(
                    to_reader, packed, coding=coding, cache_control="no-cache", seen=seen
                )
            elif not replaced:
                await send(message)

        await self._app(scope, receive, send_ours)

    def _packed(self, scope: Scope, coding: str | None) -> Packed:
        """Give the page with its answer; a fault of the answer's own takes no page away."""
        try:
            found = self._answers and self._answers(
                scope["path"].strip("/"), Request(scope).query_params
            )
        except Exception:  # noqa: BLE001 - whatever it is, the application says it better
            _LOG.exception("no answer within %s", scope["path"])
            found = None
        return self._answered(found, coding) if found else self._pages[coding]

    def _packed_answer(self, answer: Answer, coding: str | None) -> Packed:
        text = answering(self._text, answer)
        return packed_text(text, coding=coding, content_type=_HTML, is_hurried=True)

    def _is_a_page(self, path: str) -> bool:
        return self._addresses is None or path.strip("/") in self._addresses

    def _is_original(self, start: Message) -> bool:
        headers = Headers(raw=start["headers"])
        return (
            start["status"] in {200, 206}
            and headers.get("content-type", "").startswith("text/html")
            and headers.get("last-modified") == self._original_date
        )


def _without_body(send: Send) -> Send:
    async def send_head(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return send_head


def _not_found(send: Send) -> Send:
    async def send_so(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "status": 404}
        await send(message)

    return send_so
