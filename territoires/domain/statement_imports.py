"""What a file of statements would change: what one source says of one thing, a line each."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from territoires.domain.checks import (
    KnownStage,
    announcement_problems,
    bound_problems,
    text_problems,
)
from territoires.domain.drafts import AnnouncementFields, BoundFields, SourceDraft, plain
from territoires.domain.errors import Problem
from territoires.domain.imports import (
    BoundLine,
    Changed,
    Citation,
    ImportCode,
    Judge,
    Plan,
    Progress,
    TownRef,
    Understood,
    centres_named,
)
from territoires.domain.text import fold, visible

Place = int | str
"""What a statement is about: a centre by its number, a town by its code."""


@dataclass(frozen=True, kw_only=True)
class StatementFact:
    """A version in force; `said` has what it says, by column, and its `source_id`."""

    entity_id: int
    version: int
    version_id: int
    place: Place
    said: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class StatementWrite:
    """A version to write: of a new fact, or the next one of `fact`.

    `source_id` is None when the source is to be listed first, as `source` says.
    """

    place: Place
    values: Mapping[str, Any]
    source_id: str | None
    source: SourceDraft
    town: TownRef
    fact: StatementFact | None = None


@dataclass(frozen=True, kw_only=True)
class Sort:
    """A sort of statement: its columns, which of them tell two words of one source apart.

    `place` finds what a line is about, `problems` judges what is new in a line.
    """

    columns: tuple[str, ...]
    apart: tuple[str, ...]
    place: Callable[[Any, TownRef, Judge], Place | None]
    problems: Callable[[Mapping[str, Any], Place], Iterable[Problem]]


def plan_statements(  # noqa: PLR0913 - what a plan rests on
    rows: Sequence[Any],
    sort: Sort,
    *,
    judge: Judge,
    facts: Iterable[StatementFact],
    broken: Sequence[Any] = (),
    progress: Progress | None = None,
) -> Plan:
    """Compare a file with what is known of the places that it names.

    `broken` are lines of which some cell makes no sense (None): only their others are judged. Of a
    known statement, a cell left empty says nothing: what is known stays.
    """
    judge.cells(broken)
    known = {_key(sort, fact.place, fact.said, fact.said["source_id"]): fact for fact in facts}
    firsts: dict[Any, int] = {}
    lines: list[tuple[Any, TownRef, StatementFact | None, list[Changed]]] = []
    writes: list[tuple[int, StatementWrite]] = []
    for row in rows:
        found = _placed(row, sort, judge)
        if found is None:
            continue
        town, place, source = found
        said = {name: getattr(row, name) for name in sort.columns}
        keys = [_key(sort, place, said, key) for key in source.known or {source.mark}]
        if first := next((firsts[key] for key in keys if key in firsts), None):
            judge.blame(row.line, Problem("line", ImportCode.SAME_STATEMENT, "", {"twin": first}))
            continue
        firsts |= dict.fromkeys(keys, row.line)
        fact = next((known[key] for key in sorted(keys) if key in known), None)
        values = said if fact is None else _completed(said, fact)
        changes: list[Changed] = []
        if fact is None or any(fact.said[name] != value for name, value in values.items()):
            moved = values if fact is None else _moved(values, fact)
            problems = [each for each in sort.problems(values, place) if each.field in moved]
            for problem in problems:
                judge.blame(row.line, problem)
            if not all(problem.confirmable for problem in problems):
                continue
            write = StatementWrite(
                place=place,
                values=values,
                source_id=source.kept(fact.said["source_id"]) if fact else source.key,
                source=source.draft,
                town=town,
                fact=fact,
            )
            writes.append((row.line, write))
            changes = [_changed(row, write)] if fact else []
        lines.append((row, town, fact, changes))
    if progress is not None:
        progress(1.0)
    refused = {each.line for each in judge.problems}
    content = [write for line, write in writes if line not in refused]
    return judge.plan(
        rows=len(rows),
        new=sum(write.fact is None for write in content),
        unchanged=sum(fact is not None and not changes for _, _, fact, changes in lines),
        corrections=[
            each for row, _, _, changes in lines if row.line not in refused for each in changes
        ],
        understood=[
            Understood(
                line=row.line,
                said={
                    "town": f"{town.name} ({town.code})",
                    "town_code": town.code,
                    **{name: plain(getattr(row, name)) for name in sort.columns},
                    "source": row.source,
                },
                is_new=fact is None,
                changes=changes,
            )
            for row, town, fact, changes in lines
            if row.line not in refused
        ],
        content=content,
    )


def _key(sort: Sort, place: Place, said: Mapping[str, Any], source: str) -> tuple[Any, ...]:
    return place, *(said[name] for name in sort.apart), source


def _placed(row: Any, sort: Sort, judge: Judge) -> tuple[TownRef, Place, Citation] | None:
    town = judge.town(row.line, row.town_code, row.town_name)
    place = sort.place(row, town, judge) if town else None
    source = judge.citation(row.line, row.source)
    texts = list(text_problems(note=row.note or ""))
    for problem in texts:
        judge.blame(row.line, problem)
    if town is None or place is None or source is None or texts:
        return None
    return town, place, source


def _completed(said: Mapping[str, Any], fact: StatementFact) -> dict[str, Any]:
    """Give what a line says of a known statement; files come without what nobody sees."""
    values = {name: fact.said[name] if said[name] is None else said[name] for name in said}
    if (
        said["note"] is not None
        and said["note"].strip() == visible(fact.said["note"] or "").strip()
    ):
        values["note"] = fact.said["note"]
    return values


def _moved(values: Mapping[str, Any], fact: StatementFact) -> dict[str, Any]:
    return {name: value for name, value in values.items() if fact.said[name] != value}


def _changed(row: Any, write: StatementWrite) -> Changed:
    fact = write.fact
    if fact is None:
        raise ValueError(write)
    before, after = (
        {name: plain(said[name]) for name in write.values} for said in (fact.said, write.values)
    )
    town = {"town": write.town.name, "town_code": write.town.code}
    about = (
        {"centre": write.town.centres.get(int(fact.place), ""), "kind": after["kind"]}
        if "kind" in after
        else {}
    )
    return Changed.of(row.line, town | about, fact.version_id, before, after)


def bounds(stages: Mapping[int, Sequence[KnownStage]], judge: Judge) -> Sort:
    """Make the sort of the first possible days; `stages` are those in force of each centre."""

    def problems(values: Mapping[str, Any], place: Place) -> Iterator[Problem]:
        said = BoundFields(
            kind=values["kind"],
            not_before=values["not_before"],
            basis=values["basis"],
            source=SourceDraft(),
        )
        yield from bound_problems(said, stages.get(int(place), ()), today=judge.today)

    return Sort(
        columns=("kind", "not_before", "basis", "confidence", "note"),
        apart=("kind",),
        place=_centre,
        problems=problems,
    )


def announcements(judge: Judge) -> Sort:
    """Make the sort of the openings announced: one word of a source on a town."""

    def problems(values: Mapping[str, Any], _place: Place) -> Iterator[Problem]:
        said = AnnouncementFields(
            announced_for=values["announced_for"],
            announced_on=values["announced_on"],
            source=SourceDraft(),
        )
        yield from announcement_problems(said, today=judge.today)

    return Sort(
        columns=("announced_for", "announced_on", "confidence", "note"),
        apart=(),
        place=lambda _row, town, _judge: town.code,
        problems=problems,
    )


def _centre(row: BoundLine, town: TownRef, judge: Judge) -> int | None:
    """Find the centre that a line means: that of its name, or the only one of its town."""
    typed = fold((row.centre or "").strip())
    found = [number for number, name in town.centres.items() if typed in {"", fold(name)}]
    if len(found) == 1:
        return found[0]
    facts = {"town": town.name}
    missing = Problem("centre", ImportCode.NO_CENTRE, row.centre or town.code, facts)
    judge.blame(row.line, centres_named(town) if found else missing)
    return None
