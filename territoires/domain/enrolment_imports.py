"""What a file of enrolments would change: new counts, corrections, slips of the keyboard."""

from collections.abc import Iterator, Mapping, Sequence
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
    Changed,
    Citation,
    EnrolmentLine,
    ImportCode,
    Judge,
    MadeWhenSeen,
    Plan,
    Progress,
    TownRef,
    Understood,
    centres_named,
    town_column,
)
from territoires.domain.programme import Counted

Key = tuple[int, int, Counted, str | None, date]
"""A centre, an academic year, what is counted, a course or the whole centre, day of the count."""

Subject = tuple[int, int, Counted, str | None]
"""What a key counts, whatever the day."""

EnrolmentFact = tuple[int, int, int, int, str]
"""A version in force: its number, its fact's, its rank, headcount, source."""

_STEP: Final = 20_000  # lines between two words about progress
_NOT_NEEDED: Final = SourceDraft()


@dataclass(slots=True)  # not frozen: there may be 100,000, and that would take twice as long
class EnrolmentWrite:
    """A version to write: of a new fact, or the next one of `fact`.

    `source_id` is None when the source is to be listed first, as `citation` says.
    """

    key: Key
    headcount: int
    source_id: str | None
    citation: Citation
    town: TownRef
    fact: EnrolmentFact | None


def plan_enrolments(  # noqa: PLR0913 - what a plan rests on
    rows: Sequence[EnrolmentLine],
    *,
    judge: Judge,
    facts: Mapping[Key, EnrolmentFact],
    stages: Mapping[int, Sequence[KnownStage]],
    courses: frozenset[str],
    broken: Sequence[EnrolmentLine] = (),
    progress: Progress | None = None,
) -> Plan:
    """Compare a file with the headcounts in force: per centre, year, thing counted, course, day.

    `broken` are lines of which some cell makes no sense (None): only their others are judged.
    `facts` are those of the centres of the file, for its years and the years before; `stages` tell
    when each centre was open. A zero is confirmed by standing in the file.
    """
    found = list(_subjects(rows, judge, courses))
    judge.cells(broken)
    _judge_courses(broken, judge, courses)
    if judge.told:  # some town is named: two spellings may be one
        _refuse_twins(found, judge)
    counts = {key: fact[3] for key, fact in facts.items()}
    counts |= {key: row.headcount for row, _, key in found}
    compared = _Comparison(judge, facts, _latest(counts), _Checks(stages, judge.today))
    for at, (row, town, key) in enumerate(found):
        if progress is not None and at % _STEP == 0:
            progress(0.3 + 0.7 * at / len(rows))
        compared.take(row, town, key)
    return judge.plan(
        rows=len(rows),
        new=len(compared.new),
        unchanged=compared.unchanged,
        corrections=MadeWhenSeen(
            len(compared.lines), lambda at: _changed(compared.lines[at], compared.corrected[at])
        ),
        understood=_understood(found, compared, {each.line for each in judge.problems}),
        content=(compared.new, compared.corrected),
    )


def _understood(
    found: Sequence[tuple[EnrolmentLine, TownRef, Key]], compared: "_Comparison", refused: set[int]
) -> Sequence[Understood]:
    taken = [each for each in found if each[0].line not in refused] if refused else found
    corrected = {line: at for at, line in enumerate(compared.lines)}

    def make(at: int) -> Understood:
        row, town, key = taken[at]
        fact = corrected.get(row.line)
        return Understood(
            line=row.line,
            said={
                "town": f"{town.name} ({town.code})",
                "town_code": town.code,
                "academic_year": row.academic_year,
                "counted": row.counted.value,
                "course_key": row.course_key,
                "headcount": row.headcount,
                "counted_on": row.counted_on.isoformat(),
                "source": row.source,
            },
            is_new=compared.is_new(key),
            changes=() if fact is None else [_changed(row.line, compared.corrected[fact])],
        )

    return MadeWhenSeen(len(taken), make)


def _latest(counts: Mapping[Key, int]) -> dict[Subject, int]:
    """Keep, of each thing counted, the headcount of the latest day."""
    return {key[:-1]: counts[key] for key in sorted(counts, key=lambda key: key[-1])}


def _subjects(
    rows: Sequence[EnrolmentLine], judge: Judge, courses: frozenset[str]
) -> Iterator[tuple[EnrolmentLine, TownRef, Key]]:
    """Find the centre and the course of each line, and leave out those that have none."""
    spots: dict[tuple[str, str | None], tuple[TownRef, int]] = {}
    _judge_courses(rows, judge, courses)
    for row in rows:
        named = (row.town_code, row.town_name)
        spot = spots.get(named)
        if spot is None:
            spot = _spot(row, judge)
            if spot is None:
                judge.citation(row.line, row.source)
                continue
            spots[named] = spot
        if row.course_key is None or row.course_key in courses:
            about = spot[1], row.academic_year, row.counted, row.course_key, row.counted_on
            yield row, spot[0], about
        else:
            judge.citation(row.line, row.source)


def _judge_courses(rows: Sequence[EnrolmentLine], judge: Judge, courses: frozenset[str]) -> None:
    for row in rows:
        course = row.course_key
        if course is not None and course not in courses:
            judge.blame(row.line, Problem("course_key", Code.UNKNOWN_COURSE, course))


def _refuse_twins(found: Sequence[tuple[EnrolmentLine, TownRef, Key]], judge: Judge) -> None:
    """Refuse a second line about the same thing: a code and a name may mean the same town."""
    firsts: dict[Key, int] = {}
    for row, town, key in found:
        first = firsts.setdefault(key, row.line)
        if first != row.line:
            facts = {"twin": first, "town": town.name}
            judge.blame(row.line, Problem("line", ImportCode.SAME_COUNT, town.name, facts))


def _spot(row: EnrolmentLine, judge: Judge) -> tuple[TownRef, int] | None:
    """Find the only centre of a town: a file of enrolments has no column for another."""
    line, code = row.line, row.town_code
    column = town_column(code, row.town_name)
    town = judge.town(line, code, row.town_name)
    if town is None:
        return None
    if len(town.centres) == 1:
        return town, next(iter(town.centres))
    if town.centres:
        named = centres_named(town)
        judge.blame(line, Problem(column, named.code, code, named.facts))
    else:
        facts = {"town": town.name}
        judge.blame(line, Problem(column, ImportCode.NO_CENTRE, code, facts))
    return None


class _Comparison:
    """Sorts the lines of a file: new, corrections, nothing new."""

    def __init__(
        self,
        judge: Judge,
        facts: Mapping[Key, EnrolmentFact],
        latest: Mapping[Subject, int],
        checks: "_Checks",
    ) -> None:
        self.new: list[EnrolmentWrite] = []
        self.corrected: list[EnrolmentWrite] = []
        self.lines: list[int] = []
        self.unchanged = 0
        self._judge = judge
        self._facts = facts
        self._latest = latest
        self._checks = checks

    def is_new(self, key: Key) -> bool:
        """Tell whether nothing was known of a subject and day."""
        return key not in self._facts

    def take(self, row: EnrolmentLine, town: TownRef, key: Key) -> None:
        """Compare one line with the headcount in force of its subject and day."""
        source = self._judge.sources.cite(row.source)
        fact = self._facts.get(key)
        if fact is not None and _is_same(row, fact, source):
            self.unchanged += 1
            return
        problems = self._problems(row, key, fact)
        if source.problem is not None:
            problems = (source.problem, *problems)
        for problem in problems:
            self._judge.blame(row.line, problem)
        if problems and not all(problem.confirmable for problem in problems):
            return
        source_id = source.kept(fact[4]) if fact else source.key
        write = EnrolmentWrite(key, row.headcount, source_id, source, town, fact)
        if fact is None:
            self.new.append(write)
        else:
            self.corrected.append(write)
            self.lines.append(row.line)

    def _problems(
        self, row: EnrolmentLine, key: Key, fact: EnrolmentFact | None
    ) -> tuple[Problem, ...]:
        centre, year, counted, course, counted_on = key
        problems = self._checks.of_year(centre, year, counted_on)
        past = self._latest.get((centre, year - 1, counted, course))
        if past is None and row.headcount <= MOST_PEOPLE:
            return problems
        known_now = fact[3] if fact else None
        return problems + self._checks.of_count(row.headcount, past, counted, known_now)


def _is_same(row: EnrolmentLine, fact: EnrolmentFact, source: Citation) -> bool:
    return fact[3] == row.headcount and fact[4] in source.known


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
    centre, year, counted, course, counted_on = write.key
    before = {"headcount": fact[3], "source": fact[4]}
    after = {
        "headcount": write.headcount,
        "source": write.source_id or write.citation.draft.url or write.citation.draft.title,
    }
    return Changed.of(
        line,
        {
            "town": write.town.name,
            "town_code": write.town.code,
            "centre": write.town.centres.get(centre, ""),
            "academic_year": year,
            "counted": counted.value,
            "counted_on": counted_on.isoformat(),
            "course_key": course or "",
        },
        fact[0],
        before,
        after,
    )
