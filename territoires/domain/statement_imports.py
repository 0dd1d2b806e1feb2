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
from territoires.domain.drafts import AnnouncementFields, BoundFields, SourceDraft, columns_of
from territoires.domain.errors import Problem
from territoires.domain.imports import (
    Citation,
    Fact,
    ImportCode,
    Judge,
    Plan,
    Telling,
    TownRef,
    Version,
    centres_named,
)
from territoires.domain.text import fold, visible

BOUND = columns_of(BoundFields, "source_id")
ANNOUNCEMENT = columns_of(AnnouncementFields, "source_id")

Place = int | str
"""What a statement is about: a centre by its number, a town by its code."""


@dataclass(frozen=True, kw_only=True)
class Sort:
    """A sort of statement: the column of its place, its own, those that tell two of a source apart.

    `find` finds what a line is about, `problems` judges what is new in a line.
    """

    place: str
    columns: tuple[str, ...]
    apart: tuple[str, ...]
    find: Callable[[Any, TownRef, Judge], Place | None]
    problems: Callable[[Mapping[str, Any]], Iterable[Problem]]

    @property
    def told(self) -> Telling:
        """What is told of it."""
        return Telling(line=(*self.columns, "source"), about=self.apart, moved=self.columns)

    def key(self, said: Mapping[str, Any], source: str) -> tuple[Any, ...]:
        """Tell a statement from the others of its place, and from those of other sources."""
        return said[self.place], *(said[name] for name in self.apart), source


def plan_statements(judge: Judge, facts: Iterable[Fact], sort: Sort) -> Plan:
    """Compare a file with what is known of the places that it names.

    Of a known statement, a cell left empty says nothing: what is known stays.
    """
    judge.cells()
    known = {sort.key(fact.said, fact.said["source_id"]): fact for fact in facts}
    firsts: dict[Any, int] = {}
    placed: list[tuple[Any, TownRef]] = []
    versions: list[Version] = []
    for row in judge.rows:
        found = _placed(row, sort, judge)
        if found is None:
            continue
        town, place, source = found
        said = {sort.place: place} | {name: getattr(row, name) for name in sort.columns}
        keys = [sort.key(said, key) for key in source.known or {source.mark}]
        if first := next((firsts[key] for key in keys if key in firsts), None):
            judge.blame(row.line, Problem("line", ImportCode.SAME_STATEMENT, "", {"twin": first}))
            continue
        firsts |= dict.fromkeys(keys, row.line)
        fact = next((known[key] for key in sorted(keys) if key in known), None)
        values = said if fact is None else _completed(said, fact)
        placed.append((row, town))
        moved = {name for name, value in values.items() if fact is None or fact.said[name] != value}
        if moved:
            problems = (each for each in sort.problems(values) if each.field in moved)
            if not judge.refuses(row.line, problems):
                versions.append(Version(row.line, values, source, town, fact))
    return judge.plan(placed, versions, sort.told)


def _placed(row: Any, sort: Sort, judge: Judge) -> tuple[TownRef, Place, Citation] | None:
    town = judge.town(row.line, row.town_code, row.town_name)
    place = sort.find(row, town, judge) if town else None
    source = judge.citation(row.line, row.source)
    said = {name: getattr(row, name) for name in sort.columns}
    texts = text_problems(**{name: text for name, text in said.items() if type(text) is str})
    if judge.refuses(row.line, texts) or town is None or place is None or source is None:
        return None
    return town, place, source


def _completed(said: Mapping[str, Any], fact: Fact) -> dict[str, Any]:
    """Give what a line says of a known statement; files come without what nobody sees."""

    def stays(new: Any, known: Any) -> bool:
        return new is None or (type(new) is str and new.strip() == visible(known or "").strip())

    return {
        name: fact.said[name] if stays(new, fact.said[name]) else new for name, new in said.items()
    }


def bounds(stages: Mapping[int, Sequence[KnownStage]], judge: Judge) -> Sort:
    """Make the sort of the first possible days; `stages` are those in force of each centre."""

    def problems(values: Mapping[str, Any]) -> Iterator[Problem]:
        said = BoundFields(
            kind=values["kind"],
            not_before=values["not_before"],
            basis=values["basis"],
            source=SourceDraft(),
        )
        yield from bound_problems(said, stages.get(values["centre_id"], ()), today=judge.today)

    return Sort(
        place="centre_id",
        columns=BOUND,
        apart=("kind",),
        find=centre_meant,
        problems=problems,
    )


def announcements(judge: Judge) -> Sort:
    """Make the sort of the openings announced: one word of a source on a town."""

    def problems(values: Mapping[str, Any]) -> Iterator[Problem]:
        said = AnnouncementFields(
            announced_for=values["announced_for"],
            announced_on=values["announced_on"],
            source=SourceDraft(),
        )
        yield from announcement_problems(said, today=judge.today)

    return Sort(
        place="town_code",
        columns=ANNOUNCEMENT,
        apart=(),
        find=lambda _row, town, _judge: town.code,
        problems=problems,
    )


def centre_meant(row: Any, town: TownRef, judge: Judge) -> int | None:
    """Find the centre that a line means: that of its name, or the only one of its town."""
    typed = fold((row.centre or "").strip())
    found = [number for number, name in town.centres.items() if typed in {"", fold(name)}]
    if len(found) == 1:
        return found[0]
    facts = {"town": town.name}
    missing = Problem("centre", ImportCode.NO_CENTRE, row.centre or town.code, facts)
    judge.blame(row.line, centres_named(town) if found else missing)
    return None
