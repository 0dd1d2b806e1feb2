"""Turning what somebody cites into a source of the list, made when it is new."""

import hashlib
from urllib.parse import urlsplit

from sqlalchemy import select

from territoires.commands.write import Write
from territoires.db.models import Source
from territoires.domain.checks import Code, source_problems
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import SourceDraft
from territoires.domain.errors import Problem
from territoires.domain.imports import same_page
from territoires.domain.programme import Document
from territoires.domain.scope import Where
from territoires.domain.text import fold

DECLARATION = "declaration"
PAGE = "page"
_INSTITUTION = "Cnam"


def cite(write: Write, draft: SourceDraft, where: Where | None = None) -> tuple[str, list[Problem]]:
    """Give the key of the source that a draft names, and what is wrong with it.

    A declaration is the word of the institution in a region on a day, not of a person: the journal
    knows who wrote. The key is empty when something is wrong.
    """
    problems = list(source_problems(draft, today=write.today))
    if problems:
        return "", problems
    if draft.declared:
        return _declaration(write, draft, where), []
    if draft.url:
        return _page(write, draft), []
    if draft.document is not None:
        return _document(write, draft, draft.document), []
    key = _listed_as(write, draft.id)
    return key, [] if key else [Problem("source", Code.UNKNOWN_SOURCE, draft.id[:80])]


def _listed_as(write: Write, text: str) -> str:
    """Find the source of which a text is the key, or the title if only one has it."""
    if write.session.get(Source, text) is not None:
        return text
    titles = write.session.execute(select(Source.id, Source.title))
    found = [key for key, title in titles if fold(title) == fold(text)]
    return str(found[0]) if len(found) == 1 else ""


def _declaration(write: Write, draft: SourceDraft, where: Where | None) -> str:
    place = where.region_code if where else "fr"
    publisher = draft.publisher.strip() or (
        f"{_INSTITUTION} {where.region_name}" if where else _INSTITUTION
    )
    title = draft.title.strip() or publisher
    named = draft.publisher.strip() or draft.title.strip()
    suffix = f"-{_digest(publisher, title)}" if named else ""
    return _listed(
        write,
        Source(
            id=f"{DECLARATION}-{place}-{write.today.isoformat()}{suffix}",
            publisher=publisher,
            title=title,
            published_on=PartialDate.of(write.today),
            reliability=DECLARATION,
        ),
    )


def _page(write: Write, draft: SourceDraft) -> str:
    url = draft.url.strip()
    known = write.session.scalar(
        select(Source.id).where(Source.url.in_(same_page(url))).order_by(Source.id)
    )
    if known is not None:
        return known
    host = urlsplit(url).netloc.lower().removeprefix("www.")
    return _listed(
        write,
        Source(
            id=f"{PAGE}-{_digest(url)}",
            publisher=draft.publisher.strip() or host,
            title=draft.title.strip() or url,
            published_on=PartialDate(),
            reliability=PAGE,
            url=url,
            accessed_on=write.today,
        ),
    )


def _document(write: Write, draft: SourceDraft, document: Document) -> str:
    """List a document without an address."""
    title = draft.title.strip()
    # Of an article, a newspaper comes first: "L'Est, a centre opens".
    named = title.partition(",")[0].strip() if document is Document.PRESS else title
    return _listed(
        write,
        Source(
            id=draft.document_key,
            publisher=draft.publisher.strip() or named,
            title=title,
            published_on=draft.published_on,
            reliability=document.value,
        ),
    )


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def _listed(write: Write, source: Source) -> str:
    key = source.id
    if write.session.get(Source, key) is None:
        write.session.add(source)
        write.session.flush()
    return key
