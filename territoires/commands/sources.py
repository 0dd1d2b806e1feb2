"""Turning what somebody cites into a source of the list, made when it is new."""

import hashlib
from urllib.parse import urlsplit

from sqlalchemy import select

from territoires.commands.write import Where, Write
from territoires.db.models import Source
from territoires.domain.checks import Code, source_problems
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import SourceDraft
from territoires.domain.errors import Problem

DECLARATION = "declaration"
PAGE = "page"
_INSTITUTION = "Cnam"


def cite(write: Write, draft: SourceDraft, where: Where | None = None) -> tuple[str, list[Problem]]:
    """Give the key of the source that a draft names, and what is wrong with it.

    A declaration is the word of the institution in a region on a day, not of a person: the journal
    knows who wrote. The key is empty when something is wrong.
    """
    problems = list(source_problems(draft))
    if problems:
        return "", problems
    if draft.declared:
        return _declaration(write, draft, where), []
    if draft.url:
        return _page(write, draft), []
    if write.session.get(Source, draft.id) is None:
        return "", [Problem("source", Code.UNKNOWN_SOURCE, draft.id[:80])]
    return draft.id, []


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
    known = write.session.scalar(select(Source.id).where(Source.url == url).order_by(Source.id))
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


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def _listed(write: Write, source: Source) -> str:
    key = source.id
    if write.session.get(Source, key) is None:
        write.session.add(source)
        write.session.flush()
    return key
