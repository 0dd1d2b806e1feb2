"""What a file would change: the rows that it holds against what is known, and what is wrong."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from territoires.domain.checks import Code, source_problems
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import Draft, SourceDraft, cited
from territoires.domain.errors import InvalidError, Problem, RefusedError
from territoires.domain.programme import Basis, Counted, StageKind
from territoires.domain.roles import Permission, Role, grants

Progress = Callable[[float], None]
Subject = Mapping[str, Any]
"""What a line is about, in codes: `town`, `centre`, `kind`, `academic_year`, `course_key`..."""


class ImportCode(StrEnum):
    """What only a file can be told; `territoires.french.imports` has the words."""

    OUTSIDE_REGIONS = "outside_regions"
    NO_CENTRE = "no_centre"
    SEVERAL_CENTRES = "several_centres"
    SAME_FACT = "same_fact"
    SEVERAL_RETAINED = "several_retained"


class Line(Protocol):
    """A line of a file: its number, the header's being 1, and its source as typed."""

    @property
    def line(self) -> int: ...
    @property
    def source(self) -> str: ...


class StageLine(Line, Protocol):
    """A line of a file of stages."""

    @property
    def town_code(self) -> str: ...
    @property
    def kind(self) -> StageKind: ...
    @property
    def happened_on(self) -> PartialDate: ...
    @property
    def basis(self) -> Basis: ...
    @property
    def retained(self) -> bool: ...
    @property
    def centre(self) -> str | None: ...
    @property
    def note(self) -> str | None: ...


class EnrolmentLine(Line, Protocol):
    """A line of a file of enrolments; no `course_key`: the whole centre."""

    @property
    def town_code(self) -> str: ...
    @property
    def academic_year(self) -> int: ...
    @property
    def counted(self) -> Counted: ...
    @property
    def headcount(self) -> int: ...
    @property
    def counted_on(self) -> date: ...
    @property
    def course_key(self) -> str | None: ...


class CourseLine(Line, Protocol):
    """A line of a file of courses; `field` is a name or a key of the catalogue."""

    @property
    def course_key(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def field(self) -> str: ...
    @property
    def level(self) -> int | None: ...
    @property
    def credential(self) -> str | None: ...
    @property
    def rncp_code(self) -> str | None: ...
    @property
    def cpf_eligible(self) -> bool | None: ...


@dataclass(frozen=True, kw_only=True)
class ImportDraft(Draft):
    """A file to import: its lines as they were read, its name and what tells it from others.

    `reason` answers every suspicion of the file. `seen` is the `digest` of the plan that was
    confirmed, empty when nobody looked.
    """

    rows: Sequence[Any] = field(repr=False)
    file_name: str = ""
    file_hash: str = ""
    seen: str = ""
    progress: Progress | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Whoever imports: `regions` is None when competence has no bounds."""

    email: str
    role: Role
    regions: frozenset[str] | None

    def must_hold(self, permission: Permission) -> None:
        """Raise RefusedError when the role does not grant the permission anywhere."""
        if not grants(self.role, permission):
            raise RefusedError(permission)

    def covers(self, region: str) -> bool:
        """Tell whether competence reaches a region."""
        return self.regions is None or region in self.regions


class ValidationOnError(RefusedError):
    """While validation is on, whoever must propose cannot import: a validator does."""


@dataclass(frozen=True, kw_only=True)
class TownRef:
    """A commune that a file names, with its region and its centres in force."""

    code: str
    name: str
    region_code: str
    region_name: str
    centres: Mapping[int, str]


@dataclass(frozen=True)
class LineProblem:
    """One thing wrong, or suspicious, on one line of a file."""

    line: int
    problem: Problem


@dataclass(frozen=True)
class Changed:
    """A fact that a line corrects: what it said, what it will say, field by field.

    `version_id` is the version that ends; the fields are those that differ.
    """

    line: int
    subject: Subject
    version_id: int | str
    before: Subject
    after: Subject


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What an import would do, computed without writing.

    Nothing is written while `problems` is not empty, nor while `suspicions` are not answered by a
    reason for the whole file. `outside` says that some line is out of the actor's regions.
    `content` is what the command writes.
    """

    rows: int
    new: int
    unchanged: int
    corrections: Sequence[Changed]
    problems: Sequence[LineProblem]
    suspicions: Sequence[LineProblem]
    new_centres: Sequence[tuple[str, str]] = ()
    outside: bool = False
    content: Any = field(default=None, repr=False, compare=False)

    @property
    def changed(self) -> int:
        """How many lines correct what is known."""
        return len({each.line for each in self.corrections})

    @property
    def writes(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.new or self.corrections)

    def stops(self, *, confirmed: bool) -> Sequence[LineProblem]:
        """List what stands in the way: problems first, suspicions when nothing else does."""
        return self.problems or (() if confirmed else self.suspicions)

    @property
    def digest(self) -> str:
        """What tells this plan from another one of the same file."""
        said = [f"{self.new}/{self.unchanged}"]
        said += [f"{each.line}:{each.version_id}" for each in self.corrections]
        said += [f"{town}:{name}" for town, name in self.new_centres]
        return hashlib.sha256("\n".join(said).encode()).hexdigest()


class PlanRefusedError(InvalidError):
    """An import that cannot be written as it stands; `plan` says why, line by line."""

    def __init__(self, plan: Plan, problems: Sequence[LineProblem]) -> None:
        super().__init__([each.problem for each in problems])
        self.plan = plan


class PlanMovedError(InvalidError):
    """What the file would change is no longer what was confirmed: somebody wrote meanwhile."""

    def __init__(self, plan: Plan) -> None:
        super().__init__([])
        self.plan = plan


# Sources.


@dataclass(frozen=True, kw_only=True)
class KnownSource:
    """A source of the list, as citing it needs."""

    id: str
    url: str
    is_declaration: bool


@dataclass(frozen=True, kw_only=True)
class Citation:
    """What a cell cites: the listed sources that it may mean, or how to list a new one."""

    draft: SourceDraft
    known: frozenset[str] = frozenset()
    key: str | None = None
    problem: Problem | None = None

    @property
    def mark(self) -> str:
        """What stands for the source in the checks, listed or not."""
        return self.key or self.draft.url or "?"

    def kept(self, source_id: str) -> str | None:
        """Give the listed source to write, `source_id` being the one that is known; None: new."""
        return source_id if source_id in self.known and not self.draft.declared else self.key


class Sources:
    """The listed sources, and what each text of a file means among them."""

    def __init__(self, listed: Iterable[KnownSource]) -> None:
        self._by_url: dict[str, list[str]] = {}
        self._ids: set[str] = set()
        declarations: set[str] = set()
        for source in listed:
            self._ids.add(source.id)
            if source.url:
                self._by_url.setdefault(source.url, []).append(source.id)
            if source.is_declaration:
                declarations.add(source.id)
        self._declarations = frozenset(declarations)
        self._read: dict[str, Citation] = {}

    def cite(self, text: str) -> Citation:
        """Say what a text means; each is read once."""
        found = self._read.get(text)
        if found is None:
            found = self._read[text] = self._citation(cited(text))
        return found

    def _citation(self, draft: SourceDraft) -> Citation:
        problem = next(source_problems(draft), None)
        if problem is not None:
            return Citation(draft=draft, problem=Problem("source", problem.code, problem.value))
        if draft.declared:
            # The word of the institution is the same whatever the day on which it was given.
            return Citation(draft=draft, known=self._declarations)
        if draft.url:
            same = sorted(self._by_url.get(draft.url.strip(), ()))
            return Citation(draft=draft, known=frozenset(same), key=same[0] if same else None)
        if draft.id not in self._ids:
            problem = Problem("source", Code.UNKNOWN_SOURCE, draft.id[:80])
            return Citation(draft=draft, problem=problem)
        return Citation(draft=draft, known=frozenset({draft.id}), key=draft.id)


# What the three kinds of file share.


class Judge:
    """Collects what is wrong with the lines of a file, and finds their towns."""

    def __init__(self, actor: Actor, towns: Mapping[str, TownRef], sources: Sources) -> None:
        self.actor = actor
        self.sources = sources
        self.problems: list[LineProblem] = []
        self.suspicions: list[LineProblem] = []
        self.outside = False
        self._towns = towns

    def blame(self, line: int, problem: Problem) -> None:
        """Keep a problem, among the suspicions when a reason would lift it."""
        kept = self.suspicions if problem.confirmable else self.problems
        kept.append(LineProblem(line, problem))

    def town(self, line: int, code: str) -> TownRef | None:
        """Find the town of a line; None when there is none, or out of competence."""
        town = self._towns.get(code)
        if town is None:
            self.blame(line, Problem("town_code", Code.UNKNOWN_TOWN, code))
            return None
        if not self.actor.covers(town.region_code):
            self.outside = True
            facts = {"town": town.name, "region": town.region_name}
            self.blame(line, Problem("town_code", ImportCode.OUTSIDE_REGIONS, code, facts))
            return None
        return town

    def citation(self, line: int, text: str) -> Citation | None:
        """Read the source of a line; None when it names none."""
        found = self.sources.cite(text)
        if found.problem is not None:
            self.blame(line, found.problem)
            return None
        return found

    def found(self) -> tuple[list[LineProblem], list[LineProblem]]:
        """Give problems and suspicions by line."""
        by_line: Callable[[LineProblem], int] = lambda each: each.line  # noqa: E731 - two sorts
        return sorted(self.problems, key=by_line), sorted(self.suspicions, key=by_line)


def moved(before: Subject, after: Subject) -> Iterator[str]:
    """Name the fields that differ."""
    return (name for name, value in after.items() if value != before[name])


def centres_named(town: TownRef) -> Problem:
    """Say that a town has several centres, so that a file must say which."""
    names = {str(number): name for number, name in town.centres.items()}
    facts = {"centres": names, "town": town.name}
    return Problem("centre", ImportCode.SEVERAL_CENTRES, town.name, facts)
