"""What a file of courses would change in the catalogue."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from territoires.domain.checks import Code, course_problems, text_problems
from territoires.domain.drafts import CourseDraft
from territoires.domain.errors import Problem
from territoires.domain.imports import (
    Changed,
    Citation,
    CourseLine,
    Judge,
    Plan,
    Progress,
    Understood,
)
from territoires.domain.text import fold, visible

CourseFact = Mapping[str, Any]
"""A course of the catalogue, by column."""

_OPTIONAL = ("level", "credential", "rncp_code", "cpf_eligible")


@dataclass(frozen=True, kw_only=True)
class CourseWrite:
    """A course to add, or what to change of a known one.

    Without `source_id` among its values, the source is to be listed first, as `citation` says.
    """

    key: str
    values: Mapping[str, Any]
    citation: Citation
    is_new: bool


def plan_courses(  # noqa: C901, PLR0913 - what a plan rests on, line by line
    rows: Sequence[CourseLine],
    *,
    judge: Judge,
    facts: Mapping[str, CourseFact],
    fields: Mapping[str, str],
    broken: Sequence[CourseLine] = (),
    progress: Progress | None = None,
) -> Plan:
    """Compare a file with the catalogue; `fields` maps keys to names.

    `broken` are lines of which some cell makes no sense (None): only their others are judged.
    An optional cell left empty says nothing: what is known stays.
    """
    judge.cells(broken)
    by_name = {fold(name): slug for slug, name in fields.items()} | {fold(s): s for s in fields}
    titles: dict[str, set[str]] = defaultdict(set)
    for key, known in facts.items():
        titles[fold(known["title"])].add(key)
    for row in rows:
        titles[fold(row.title)].add(row.course_key)
    writes: list[CourseWrite] = []
    corrections: list[Changed] = []
    unchanged = 0
    for line in (*rows, *broken):
        if line.field and fold(line.field) not in by_name:
            judge.blame(line.line, Problem("field_slug", Code.UNKNOWN_FIELD, line.field[:80]))
    for row in rows:
        source = judge.citation(row.line, row.source)
        slug = by_name.get(fold(row.field))
        if source is None or slug is None:
            continue
        fact = facts.get(row.course_key)
        values = _values(row, slug, fact)
        if (
            fact is not None
            and fact["source_id"] in source.known
            and values.items() <= fact.items()
        ):
            unchanged += 1
            continue
        problems = list(_problems(row, values, source, titles[fold(row.title)], fact))
        for problem in problems:
            judge.blame(row.line, problem)
        if not all(problem.confirmable for problem in problems):
            continue
        source_id = source.kept(fact["source_id"]) if fact else source.key
        if source_id is not None:
            values["source_id"] = source_id
        writes.append(
            CourseWrite(key=row.course_key, values=values, citation=source, is_new=fact is None)
        )
        if fact is not None:
            corrections.append(_changed(row, fact, values, source))
    if progress is not None:
        progress(1.0)
    refused = {each.line for each in judge.problems}
    changes = {each.line: [each] for each in corrections}
    return judge.plan(
        understood=[
            Understood(
                line=row.line,
                said={
                    "course_key": row.course_key,
                    "title": row.title,
                    "field_slug": fields[by_name[fold(row.field)]],
                    **{name: getattr(row, name) for name in _OPTIONAL},
                    "source": row.source,
                },
                is_new=row.course_key not in facts,
                changes=changes.get(row.line, ()),
            )
            for row in rows
            if row.line not in refused
        ],
        rows=len(rows),
        new=sum(write.is_new for write in writes),
        unchanged=unchanged,
        corrections=corrections,
        content=writes,
    )


def _values(row: CourseLine, slug: str, fact: CourseFact | None) -> dict[str, Any]:
    """Give what a line says of a course, and no more: of a known one, empty cells say nothing."""
    values: dict[str, Any] = {"title": row.title.strip(), "field_slug": slug}
    for name in _OPTIONAL:
        value = getattr(row, name)
        if value is not None or fact is None:
            values[name] = value.strip() if isinstance(value, str) else value
    for name, known in (fact or {}).items():
        said = values.get(name)
        # Files come without what nobody sees.
        if isinstance(said, str) and isinstance(known, str) and said == visible(known).strip():
            values[name] = known
    return values


def _problems(
    row: CourseLine,
    values: Mapping[str, Any],
    source: Citation,
    namesakes: set[str],
    fact: CourseFact | None,
) -> list[Problem]:
    """Judge a course; of a known one, only what changes."""
    draft = CourseDraft(
        key="" if fact else row.course_key,
        title=values["title"],
        field_slug=values["field_slug"],
        level=values.get("level"),
        credential=values.get("credential") or "",
        rncp_code=values.get("rncp_code") or "",
        source=source.draft,
    )
    problems = [
        problem
        for problem in (
            *course_problems(draft),
            *text_problems(title=draft.title, credential=draft.credential),
        )
        if fact is None or values.get(problem.field) != fact.get(problem.field)
    ]
    is_retitled = fact is None or fold(fact["title"]) != fold(values["title"])
    if is_retitled and (others := sorted(namesakes - {row.course_key})):
        facts = {"key": others[0]}
        problems.append(
            Problem("title", Code.LOOKS_LIKE_DUPLICATE, values["title"], facts, confirmable=True)
        )
    return problems


def _changed(
    row: CourseLine, fact: CourseFact, values: Mapping[str, Any], source: Citation
) -> Changed:
    after = {name: value for name, value in values.items() if name != "source_id"}
    after["source"] = values.get("source_id") or source.draft.url or source.draft.title
    before = {name: fact["source_id" if name == "source" else name] for name in after}
    return Changed.of(
        row.line,
        {"course_key": row.course_key, "title": fact["title"]},
        row.course_key,
        before,
        after,
    )
