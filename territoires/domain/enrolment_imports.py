"""What a file of enrolments would change: first counts, later counts, slips of the keyboard."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from territoires.domain.checks import (
    MOST_PEOPLE,
    Before,
    Code,
    KnownStage,
    headcount_problems,
    year_problems,
)
from territoires.domain.drafts import EnrolmentRow, EnrolmentsDraft, SourceDraft
from territoires.domain.errors import Problem
from territoires.domain.imports import (
    Actor,
    Changed,
    Citation,
    EnrolmentLine,
    ImportCode,
    Judge,
    Plan,
    Progress,
    Sources,
    TownRef,
    centres_named,
    moved,
)
from territoires.domain.programme import Counted

Key = tuple[int, int, Counted, str | None]
"""A centre, an academic year, what is counted, a course or the whole centre."""

EnrolmentFact = tuple[int, int, int, int, date, str]
"""A version in force: its number, its fact's, its rank, headcount, day of the count, source."""

_STEP: Final = 20_000  # lines between two words about progress
_NOT_NEEDED: Final = SourceDraft()


@dataclass(slots=True)  # not frozen: there may be 100,000, and that would take twice as long
class EnrolmentWrite:
    """A version to write: of a new fact, or the next one of `fact`.

    `source_id` is None when the source is to be listed first, as `citation` says.
    """

    key: Key
    headcount: int
    counted_on: date
    source_id: str | None
    citation: Citation
    town: TownRef
    fact: EnrolmentFact | None


class _Corrections(Sequence[Changed]):
    """The corrections of a file, made when they are looked at: they may be 100,000."""

    def __init__(self, lines: Sequence[int], writes: Sequence[EnrolmentWrite]) -> None:
        self._lines = lines
        self._writes = writes

    def __len__(self) -> int:
        return len(self._lines)

    def __getitem__(self, at):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN204 - as Sequence
        if isinstance(at, slice):
            return [self[number] for number in range(*at.indices(len(self)))]
        return _changed(self._lines[at], self._writes[at])


def plan_enrolments(  # noqa: PLR0913 - what a plan rests on
    rows: Sequence[EnrolmentLine],
    *,
    actor: Actor,
    towns: Mapping[str, TownRef],
    facts: Mapping[Key, EnrolmentFact],
    stages: Mapping[int, Sequence[KnownStage]],
    courses: frozenset[str],
    sources: Sources,
    today: date,
    progress: Progress | None = None,
) -> Plan:
    """Compare a file with the headcounts in force: one per centre, year, thing counted and course.

    `facts` are those of the centres of the file, for its years and the years before; `stages` tell
    when each centre was open. A zero is confirmed by standing in the file.
    """
    judge = Judge(actor, towns, sources)
    spots: dict[str, tuple[TownRef, int] | None] = {}
    keys: list[Key | None] = []
    said: dict[Key, int] = {}
    for row in rows:
        code = row.town_code
        spot = spots.get(code)
        if spot is None:
            spot = spots[code] = _spot(row.line, code, judge)
            if spot is None:
                keys.append(None)
                continue
        course = row.course_key
        if course is not None and course not in courses:
            judge.blame(row.line, Problem("course_key", Code.UNKNOWN_COURSE, course))
            keys.append(None)
            continue
        key = (spot[1], row.academic_year, row.counted, course)
        keys.append(key)
        said[key] = row.headcount
    if progress is not None:
        progress(0.3)
    checks = _Checks(stages, today)
    new: list[EnrolmentWrite] = []
    corrected: list[EnrolmentWrite] = []
    lines: list[int] = []
    unchanged = 0
    for at, (row, found) in enumerate(zip(rows, keys, strict=True)):
        if progress is not None and at % _STEP == 0:
            progress(0.3 + 0.7 * at / len(rows))
        if found is None:
            continue
        source = sources.cite(row.source)
        if source.problem is not None:
            judge.blame(row.line, source.problem)
            continue
        fact = facts.get(found)
        if fact is not None and _is_same(row, fact, source):
            unchanged += 1
            continue
        centre, year, counted, course = found
        problems = checks.of_year(centre, year, row.counted_on)
        earlier = (centre, year - 1, counted, course)
        past = said.get(earlier)
        if past is None and (known := facts.get(earlier)) is not None:
            past = known[3]
        if past is not None or row.headcount > MOST_PEOPLE:
            problems += checks.of_count(row.headcount, past, counted, fact[3] if fact else None)
        if problems:
            for problem in problems:
                judge.blame(row.line, problem)
            if not all(problem.confirmable for problem in problems):
                continue
        where = spots[row.town_code]
        if where is None:
            continue
        write = EnrolmentWrite(
            found,
            row.headcount,
            row.counted_on,
            source.kept(fact[5]) if fact else source.key,
            source,
            where[0],
            fact,
        )
        if fact is None:
            new.append(write)
        else:
            corrected.append(write)
            lines.append(row.line)
    problems_found, suspicions = judge.found()
    return Plan(
        rows=len(rows),
        new=len(new),
        unchanged=unchanged,
        corrections=_Corrections(lines, corrected),
        problems=problems_found,
        suspicions=suspicions,
        outside=judge.outside,
        content=(new, corrected),
    )


def _spot(line: int, code: str, judge: Judge) -> tuple[TownRef, int] | None:
    """Find the only centre of a town: a file of enrolments has no column for another."""
    town = judge.town(line, code)
    if town is None:
        return None
    if len(town.centres) == 1:
        return town, next(iter(town.centres))
    if town.centres:
        named = centres_named(town)
        judge.blame(line, Problem("town_code", named.code, code, named.facts))
    else:
        facts = {"town": town.name}
        judge.blame(line, Problem("town_code", ImportCode.NO_CENTRE, code, facts))
    return None


def _is_same(row: EnrolmentLine, fact: EnrolmentFact, source: Citation) -> bool:
    return fact[3] == row.headcount and fact[4] == row.counted_on and fact[5] in source.known


class _Checks:
    """The checks of the forms, each asked once: files repeat themselves."""

    def __init__(self, stages: Mapping[int, Sequence[KnownStage]], today: date) -> None:
        self._stages = stages
        self._today = today
        self._years: dict[tuple[int, int, date], tuple[Problem, ...]] = {}
        self._counts: dict[tuple[int, int | None, Counted, int | None], tuple[Problem, ...]] = {}

    def of_year(self, centre: int, year: int, counted_on: date) -> tuple[Problem, ...]:
        asked = (centre, year, counted_on)
        found = self._years.get(asked)
        if found is None:
            draft = EnrolmentsDraft(
                centre_id=centre,
                academic_year=year,
                counted_on=counted_on,
                source=_NOT_NEEDED,
                rows=(),
            )
            stages = self._stages.get(centre, ())
            found = self._years[asked] = tuple(year_problems(draft, stages, today=self._today))
        return found

    def of_count(
        self, headcount: int, past: int | None, counted: Counted, known: int | None
    ) -> tuple[Problem, ...]:
        asked = (headcount, past, counted, known)
        found = self._counts.get(asked)
        if found is None:
            row = EnrolmentRow(headcount=headcount, counted=counted, confirmed_zero=True)
            before = Before(last_year=past, headcount=known)
            found = self._counts[asked] = tuple(headcount_problems("headcount", row, before))
        return found


def _changed(line: int, write: EnrolmentWrite) -> Changed:
    fact = write.fact
    if fact is None:
        raise ValueError(write)
    centre, year, counted, course = write.key
    before = {"headcount": fact[3], "counted_on": fact[4].isoformat(), "source": fact[5]}
    after = {
        "headcount": write.headcount,
        "counted_on": write.counted_on.isoformat(),
        "source": write.source_id or write.citation.draft.url,
    }
    names = list(moved(before, after))
    return Changed(
        line=line,
        subject={
            "town": write.town.name,
            "town_code": write.town.code,
            "centre": write.town.centres.get(centre, ""),
            "academic_year": year,
            "counted": counted.value,
            "course_key": course or "",
        },
        version_id=fact[0],
        before={name: before[name] for name in names},
        after={name: after[name] for name in names},
    )
