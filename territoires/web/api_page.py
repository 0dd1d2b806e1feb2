"""The page that tells people of the API: what it answers, examples that run, what it refuses."""

from collections.abc import Iterable
from html import escape

from starlette.responses import Response

from territoires.french import api as words
from territoires.french.typography import typeset_text
from territoires.queries.answers import ANSWERS
from territoires.web.account_page import account_page
from territoires.web.api_description import described


def api_page(site: str, *, per_minute: int) -> Response:
    """Write the page; `site` is the address that its examples ask."""
    examples = [(title, command.format(site=site)) for title, command in words.EXAMPLES]
    examples.append((words.PYTHON_TITLE, words.PYTHON.format(site=site)))
    read = {name: each for answer in ANSWERS.values() for name, each in described(answer).items()}
    parts = {
        words.RULES_HEADING: _list(map(_said, (*words.RULES, words.limits(per_minute)))),
        words.EXAMPLES_HEADING: "".join(
            f"<p>{_said(title)}</p><pre><code>{escape(code)}</code></pre>"
            for title, code in examples
        ),
        words.ANSWERS_HEADING: _list(map(_answer, ANSWERS)),
        words.PARAMETERS_HEADING: _list(
            f"<code>{name}</code>&nbsp;: {_said(each['description'])} "
            f"<code>{name}={escape(each['example'])}</code>"
            for name, each in read.items()
        ),
        words.REFUSALS_HEADING: _list(
            f'<span id="{kind}"><code>{kind}</code></span> ({status})&nbsp;: {title}, '
            f'<span lang="en">{english}</span>'
            for kind, status, title, english in words.refusals()
        ),
    }
    content = "".join(f"<section><h2>{title}</h2>{html}</section>" for title, html in parts.items())
    link = (f"{words.V1}/{words.DESCRIPTION}", words.TO_DESCRIPTION)
    return account_page(words.TITLE, typeset_text(words.LEAD), content=content, links=(link,))


def _answer(name: str) -> str:
    title, said = words.ANSWERS[name]
    reads = ", ".join(f"<code>{each}</code>" for each in described(ANSWERS[name]))
    address = f"{words.V1}/{name}"
    return (
        f'<a href="{address}"><code>{address}</code></a>&nbsp;: {_said(title)}. {_said(said)} '
        f"{words.READS}&nbsp;: {reads}."
    )


def _said(text: str) -> str:
    return escape(typeset_text(text), quote=False)


def _list(lines: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul>"
