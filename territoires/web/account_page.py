"""Plain pages of ours: a title, what is wrong, forms, what they answer, and the way back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape

from starlette.responses import HTMLResponse, Response

from territoires.french import sign_in as words
from territoires.french.web import SITE_NAME
from territoires.web import streamlit_files
from territoires.web.french_script import ADDRESSES as SCRIPTS
from territoires.web.french_script import STYLE


@dataclass(frozen=True, kw_only=True)
class Form:
    """A form: where it goes, its fields as HTML, and its button."""

    action: str
    button: str
    fields: Sequence[str] = ()
    method: str = "post"
    with_file: bool = False

    def html(self) -> str:
        """Write it."""
        kind = ' enctype="multipart/form-data"' if self.with_file else ""
        return (
            f'<form method="{self.method}" action="{self.action}"{kind}>{"".join(self.fields)}'
            f'<button type="submit">{escape(self.button)}</button></form>'
        )


def field(  # noqa: PLR0913 - what a field is made of
    name: str,
    label: str,
    *,
    kind: str = "text",
    complete: str = "off",
    value: str = "",
    help: str = "",  # noqa: A002 - as the other forms call it
    required: bool = True,
) -> str:
    """Write a field, which must be filled in or not; `complete` tells browsers what it is."""
    return _labelled(
        name,
        label,
        f'<input type="{kind}" value="{escape(value)}" autocomplete="{complete}"',
        help=help,
        required=required,
    )


def area(name: str, label: str, *, value: str = "", help: str = "") -> str:  # noqa: A002
    """Write a field of several lines, which may stay empty."""
    # The first new line of an area is not part of its text.
    return _labelled(name, label, '<textarea rows="6"', f"\n{escape(value)}</textarea>", help=help)


def choice(name: str, label: str, among: Mapping[str, str], *, value: str = "") -> str:
    """Write a list in which one must choose; nothing is chosen beforehand but `value`."""
    options = "".join(
        f'<option value="{escape(word)}"{" selected" if word == value else ""}>{escape(said)}'
        "</option>"
        for word, said in (among if value else {"": "…", **among}).items()
    )
    return _labelled(name, label, "<select", f"{options}</select>", required=True)


def tick(name: str, label: str, *, value: str = "") -> str:
    """Write a box to tick."""
    ticked = " checked" if value else ""
    return (
        f'<label class="case" for="{name}"><input id="{name}" name="{name}" type="checkbox" '
        f'value="oui"{ticked}> {escape(label)}</label>'
    )


def _labelled(  # noqa: PLR0913 - the parts of a field
    name: str,
    label: str,
    tag: str,
    then: str = "",
    *,
    help: str = "",  # noqa: A002 - as the other forms call it
    required: bool = False,
) -> str:
    """Write a field under its label, with the help that is read with it."""
    described = f' aria-describedby="{name}-aide"' if help else ""
    note = f'<p class="note" id="{name}-aide">{escape(help)}</p>' if help else ""
    needed = " required" if required else ""
    return (
        f'<label for="{name}">{escape(label)}</label>'
        f'{tag} id="{name}" name="{name}"{described}{needed}>{then}{note}'
    )


def hidden(name: str, value: str, *, complete: str = "off") -> str:
    """Write a field that nobody sees, but password managers do."""
    return f'<input type="hidden" name="{name}" value="{escape(value)}" autocomplete="{complete}">'


@cache
def _letters() -> str:
    """Have the pages of ours in the letters of the application."""
    return streamlit_files.letters(streamlit_files.index().read_text(encoding="utf-8"))


def account_page(  # noqa: PLR0913 - what a page is made of
    title: str,
    lead: str,
    *forms: Form,
    between: str = "",
    problems: Sequence[str] = (),
    notes: Sequence[str] = (),
    items: Sequence[str] = (),
    links: Sequence[tuple[str, str]] = (),
    content: str = "",
    status: int = 200,
) -> Response:
    """Write a page.

    `items` are listed under the lead, `between` stands between two forms, `links` are addresses and
    their labels. `content` is HTML: the page that has some is wider.
    """
    errors = "".join(f"<p>{escape(problem)}</p>" for problem in problems)
    alert = f'<div class="erreurs" role="alert">{errors}</div>' if errors else ""
    between = f'<p class="note">{escape(between)}</p>' if between else ""
    listed = "".join(f"<li>{escape(item)}</li>" for item in items)
    ways = (*links, ("/", words.BACK))
    width = " large" if content else ""
    return HTMLResponse(
        f'<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} &ndash; {SITE_NAME}</title>"
        f'<link rel="icon" href="/statique/favicon.svg"><link rel="stylesheet" href="{STYLE}">'
        f"{_letters()}"
        f'<script defer src="{SCRIPTS["forms"]}"></script></head><body class="compte{width}"><main>'
        f'<a href="/"><img src="/statique/logo.svg" alt="{SITE_NAME}" height="40"></a>'
        f"<h1>{escape(title)}</h1><p>{escape(lead)}</p>{alert}"
        + (f"<ul>{listed}</ul>" if listed else "")
        + content
        + between.join(form.html() for form in forms)
        + "".join(f'<p class="note">{escape(note)}</p>' for note in notes)
        + "".join(f'<p><a href="{escape(way)}">{escape(label)}</a></p>' for way, label in ways)
        + "</main></body></html>",
        status_code=status,
        headers={"cache-control": "no-store"},
    )
