"""What a file of enrolments would change: new counts, corrections, slips of the keyboard."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from operator import itemgetter
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
    Citation,
    EnrolmentLine,
    Fact,
    ImportCode,
    Judge,
    Plan,
    Telling,
    TownRef,
    Version,
    centres_named,
    town_column,
)
from territoires.domain.programme import Counted

KEY: Final = ("centre_id", "academic_year", "counted", "course_key", "counted_on")
COLUMNS: Final = (*KEY, "headcount")
Key = tuple[int, int, Counted, str | None, date]
"""A centre, an academic year, what is counted, a course or the whole centre, day of the count."""

Subject = tuple[int, int, Counted, str | None]
"""What a key counts, whatever the day."""

_TOLD: Final = Telling(
    line=("academic_year", "counted", "course_key", "headcount", "counted_on", "source"),
    about=("academic_year", "counted", "counted_on", "course_key"),
    moved=("headcount", "source"),
)
_STEP: Final = 20_000  # lines between two words about progress
_NOT_NEEDED: Final = SourceDraft()


def plan_enrolments(
    judge: Judge,
    facts: Iterable[Fact],
    *,
    stages: Mapping[int, Sequence[KnownStage]],
    courses: frozenset[str],
) -> Plan:
    """Compare a file with the headcounts in force: per centre, year, thing counted, course, day.

    `facts` are those of the centres of the file, for its years and the years before; `stages` tell
    when each centre was open. A zero is confirmed by standing in the file.
    """
    found = list(_subjects(judge, courses))
    judge.cells()
    _judge_courses(judge.broken, judge, courses)
    if judge.told:  # some town is named: two spellings may be one
        _refuse_twins(found, judge)
    key_of = itemgetter(*KEY)
    known: dict[Key, Fact] = {key_of(fact.said): fact for fact in facts}
    counts = {key: fact.said["headcount"] for key, fact in known.items()}
    counts |= {key: row.headcount for row, _, key in found}
    checks = _Checks(_latest(counts), stages, judge.today)
    versions: list[Version] = []
    for at, (row, town, key) in enumerate(found):
        if at % _STEP == 0:
            judge.progress(0.3 + 0.7 * at / len(judge.rows))
        source, fact = judge.sources.cite(row.source), known.get(key)
        if fact is not None and _is_same(row, fact, source):
            continue
        problems = checks.of(row, key, fact)
        if source.problem is not None:
            problems = (source.problem, *problems)
        if not (problems and judge.refuses(row.line, problems)):
            values = dict(zip(COLUMNS, (*key, row.headcount), strict=True))
            versions.append(Version(row.line, values, source, town, fact))
    return judge.plan(found, versions, _TOLD)


def _latest(counts: Mapping[Key, int]) -> dict[Subject, int]:
    """Keep, of each thing counted, the headcount of the latest day."""
    return {key[:-1]: counts[key] for key in sorted(counts, key=lambda key: key[-1])}


def _subjects(
    judge: Judge, courses: frozenset[str]
) -> Iterator[tuple[EnrolmentLine, TownRef, Key]]:
    """Find the centre and the course of each line, and leave out those that have none."""
    rows: Sequence[EnrolmentLine] = judge.rows
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


def _is_same(row: EnrolmentLine, fact: Fact, source: Citation) -> bool:
    said = fact.said
    return bool(said["headcount"] == row.headcount) and said["source_id"] in source.known


class _Checks:
    """The checks of the forms, each asked once: files repeat themselves."""

    def __init__(
        self,
        latest: Mapping[Subject, int],
        stages: Mapping[int, Sequence[KnownStage]],
        today: date,
    ) -> None:
        self._latest = latest
        self._stages = stages
        self._today = today
        self._of_year = cache(self._year)
        self._of_count = cache(self._count)

    def of(self, row: EnrolmentLine, key: Key, fact: Fact | None) -> tuple[Problem, ...]:
        """Judge a headcount by its year, then by those of the year before and of its fact."""
        centre, year, counted, course, counted_on = key
        problems = self._of_year(centre, year, counted_on)
        past = self._latest.get((centre, year - 1, counted, course))
        if past is None and row.headcount <= MOST_PEOPLE:
            return problems
        known_now = fact.said["headcount"] if fact else None
        return problems + self._of_count(row.headcount, past, counted, known_now)

    def _year(self, centre: int, year: int, counted_on: date) -> tuple[Problem, ...]:
        draft = EnrolmentsDraft(
            centre_id=centre,
            academic_year=year,
            counted_on=counted_on,
            source=_NOT_NEEDED,
            rows=(),
        )
        return tuple(year_problems(draft, self._stages.get(centre, ()), today=self._today))

    def _count(
        self, headcount: int, past: int | None, counted: Counted, known: int | None
    ) -> tuple[Problem, ...]:
        row = EnrolmentRow(headcount=headcount, counted=counted, confirmed_zero=True)
        before = Before(last_year=past, headcount=known)
        return tuple(headcount_problems("headcount", row, before))
