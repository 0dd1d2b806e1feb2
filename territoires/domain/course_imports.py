"""What a file of courses would change in the catalogue."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from territoires.domain.checks import Code, course_problems, text_problems
from territoires.domain.drafts import CourseDraft
from territoires.domain.errors import Problem
from territoires.domain.imports import (
    NOWHERE,
    Citation,
    CourseLine,
    Fact,
    Judge,
    Plan,
    Telling,
    TownRef,
    Version,
)
from territoires.domain.text import fold, visible

_OPTIONAL = ("level", "credential", "rncp_code", "cpf_eligible")
_TOLD = Telling(
    line=("course_key", "title", "field", *_OPTIONAL, "source"),
    about=("key", "title"),
    moved=("title", "field_slug", *_OPTIONAL, "source"),
)


def plan_courses(judge: Judge, facts: Mapping[str, Fact], fields: Mapping[str, str]) -> Plan:
    """Compare a file with the catalogue; `fields` maps keys to names.

    An optional cell left empty says nothing: what is known stays.
    """
    rows: Sequence[CourseLine] = judge.rows
    judge.cells()
    by_name = {fold(name): slug for slug, name in fields.items()} | {fold(s): s for s in fields}
    titles: dict[str, set[str]] = defaultdict(set)
    for key, known in facts.items():
        titles[fold(known.said["title"])].add(key)
    for row in rows:
        titles[fold(row.title)].add(row.course_key)
    for line in (*rows, *judge.broken):
        if line.field and fold(line.field) not in by_name:
            judge.blame(line.line, Problem("field_slug", Code.UNKNOWN_FIELD, line.field[:80]))
    placed: list[tuple[CourseLine, TownRef]] = []
    versions: list[Version] = []
    for row in rows:
        source = judge.citation(row.line, row.source)
        slug = by_name.get(fold(row.field))
        if source is None or slug is None:
            continue
        fact = facts.get(row.course_key)
        placed.append((replace(row, field=fields[slug]), NOWHERE))
        values = _values(row, slug, fact)
        if (
            fact is not None
            and fact.said["source_id"] in source.known
            and values.items() <= dict(fact.said).items()
        ):
            continue
        problems = _problems(values, source, titles[fold(row.title)], fact)
        if not judge.refuses(row.line, problems):
            versions.append(Version(row.line, values, source, NOWHERE, fact))
    return judge.plan(placed, versions, _TOLD)


def _values(row: CourseLine, slug: str, fact: Fact | None) -> dict[str, Any]:
    """Give what a line says of a course, and no more: of a known one, empty cells say nothing."""
    values: dict[str, Any] = {
        "key": row.course_key,
        "title": row.title.strip(),
        "field_slug": slug,
    }
    for name in _OPTIONAL:
        value = getattr(row, name)
        if value is not None or fact is None:
            values[name] = value.strip() if isinstance(value, str) else value
    for name, known in (fact.said if fact else {}).items():
        said = values.get(name)
        # Files come without what nobody sees.
        if isinstance(said, str) and isinstance(known, str) and said == visible(known).strip():
            values[name] = known
    return values


def _problems(
    values: Mapping[str, Any], source: Citation, namesakes: set[str], fact: Fact | None
) -> Iterator[Problem]:
    """Judge a course; of a known one, only what changes."""
    known = fact.said if fact else {}
    draft = CourseDraft(
        key="" if fact else values["key"],
        title=values["title"],
        field_slug=values["field_slug"],
        level=values.get("level"),
        credential=values.get("credential") or "",
        rncp_code=values.get("rncp_code") or "",
        source=source.draft,
    )
    texts = text_problems(title=draft.title, credential=draft.credential)
    for problem in (*course_problems(draft), *texts):
        if fact is None or values.get(problem.field) != known.get(problem.field):
            yield problem
    is_retitled = fact is None or fold(known["title"]) != fold(values["title"])
    if is_retitled and (others := sorted(namesakes - {values["key"]})):
        facts = {"key": others[0]}
        title = values["title"]
        yield Problem("title", Code.LOOKS_LIKE_DUPLICATE, title, facts, confirmable=True)
