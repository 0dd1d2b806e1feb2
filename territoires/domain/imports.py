"""What a file would change: the rows that it holds against what is known, and what is wrong."""

import base64
import hashlib
import json
import re
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from functools import cached_property, partial
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar, get_type_hints

from territoires.domain.checks import Code, source_problems
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import Draft, SourceDraft, cited, plain, typed
from territoires.domain.errors import InvalidError, Problem
from territoires.domain.programme import Basis, Confidence, Counted, StageKind
from territoires.domain.roles import Reader
from territoires.domain.scope import Former, Where
from territoires.domain.text import fold

T = TypeVar("T")

Progress = Callable[[float], None]


Subject = Mapping[str, Any]
"""What a line is about, in codes: `town`, `centre`, `kind`, `academic_year`, `course_key`..."""


def silent(_share: float) -> None:
    """Say nothing of how far the work is."""


class Kind(StrEnum):
    """What a file holds, named as the command line names it."""

    STAGES = "stages"
    ENROLMENTS = "enrolments"
    COURSES = "courses"
    BOUNDS = "bounds"
    ANNOUNCEMENTS = "announcements"


class ImportCode(StrEnum):
    """What only a file can be told; `territoires.french.imports` has the words."""

    OUTSIDE_REGIONS = "outside_regions"
    NO_CENTRE = "no_centre"
    SEVERAL_CENTRES = "several_centres"
    SAME_FACT = "same_fact"
    SAME_COUNT = "same_count"
    CORRECTION_REASON = "correction_reason"
    SEVERAL_TOWNS = "several_towns"
    NO_SUCH_NAME = "no_such_name"
    OTHER_NAME = "other_name"
    POSTAL_CODE = "postal_code"
    NAME_FOR_CODE = "name_for_code"
    SEVERAL_RETAINED = "several_retained"
    SAME_STATEMENT = "same_statement"


@dataclass(frozen=True, slots=True)
class StageLine:
    """One line of a file of stages: its number, the header's being 1, then its columns in order.

    `town_code` may be a name where the file has no code; `town_name` is what it says beside it.
    """

    line: int
    town_code: str
    kind: StageKind
    happened_on: PartialDate
    source: str
    basis: Basis
    retained: bool
    centre: str | None
    note: str | None
    town_name: str | None = None


@dataclass(frozen=True, slots=True)
class EnrolmentLine:
    """One line of a file of enrolments; no `course_key`: the whole centre."""

    line: int
    town_code: str
    academic_year: int
    counted: Counted
    headcount: int
    counted_on: date
    course_key: str | None
    source: str
    town_name: str | None = None


@dataclass(frozen=True, slots=True)
class CourseLine:
    """One line of a file of courses; `field` is a name or a key of the catalogue."""

    line: int
    course_key: str
    title: str
    field: str
    level: int | None
    credential: str | None
    rncp_code: str | None
    cpf_eligible: bool | None
    source: str


@dataclass(frozen=True, slots=True)
class BoundLine:
    """One line of a file of first possible days; `centre` is a name, where the town has several."""

    line: int
    town_code: str
    kind: StageKind
    not_before: PartialDate
    source: str
    basis: Basis
    confidence: Confidence | None
    centre: str | None
    note: str | None
    town_name: str | None = None


@dataclass(frozen=True, slots=True)
class AnnouncementLine:
    """One line of a file of openings that were announced."""

    line: int
    town_code: str
    announced_for: PartialDate
    announced_on: PartialDate
    source: str
    confidence: Confidence | None
    note: str | None
    town_name: str | None = None


_LINES = {
    line.__name__: line
    for line in (StageLine, EnrolmentLine, CourseLine, BoundLine, AnnouncementLine)
}


def packed(rows: Sequence[Any]) -> str:
    """Write lines, however many, as one text among the plain values of a draft."""
    names = [item.name for item in fields(rows[0])] if rows else []
    said = [type(rows[0]).__name__ if rows else "", names]
    said += [[plain(getattr(row, name)) for row in rows] for name in names]
    text = json.dumps(said, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return base64.b64encode(zlib.compress(text)).decode("ascii")


def unpacked(text: str) -> tuple[Any, ...]:
    """Read the lines that `packed` wrote."""
    said = zlib.decompress(base64.b64decode(text)).decode("utf-8", "surrogatepass")
    kind, names, *columns = json.loads(said)
    if not names:
        return ()
    line = _LINES[kind]
    hints = get_type_hints(line)
    values = []
    for name, column in zip(names, columns, strict=True):
        read = {value: typed(hints[name], value) for value in set(column)}
        values.append([read[value] for value in column])
    return tuple(line(**dict(zip(names, row, strict=True))) for row in zip(*values, strict=True))


@dataclass(frozen=True, kw_only=True)
class ImportDraft(Draft):
    """A file to import: its lines as they were read, its name and what tells it from others.

    `reason` answers every suspicion of the file and says why what was known is corrected;
    `confirmed`, that what could be read in two ways was read as meant. `seen` is the `digest` of
    the plan that was confirmed, empty when nobody looked.
    """

    rows: Sequence[Any] = field(repr=False, metadata={"encode": packed, "decode": unpacked})
    confirmed: bool = False
    file_name: str = ""
    file_hash: str = ""
    seen: str = ""
    progress: Progress | None = field(
        default=None, compare=False, repr=False, metadata={"encode": lambda _: None}
    )


@dataclass(frozen=True, kw_only=True)
class TownRef(Where):
    """A commune that a file names, with its region and its centres in force."""

    centres: Mapping[int, str]


NOWHERE = TownRef(code="", name="", region_code="", region_name="", centres={})
"""Where facts are that are of no town: courses."""


@dataclass(frozen=True, kw_only=True)
class Towns:
    """The communes that a file names: by code, by name, and those whose code may be postal.

    `former` are the codes that are no longer a commune's.
    """

    by_code: Mapping[str, TownRef] = field(default_factory=dict)
    by_name: Mapping[str, Sequence[TownRef]] = field(default_factory=dict)
    former: Mapping[str, Former] = field(default_factory=dict)

    @property
    def meant(self) -> Mapping[str, TownRef]:
        """Those that lines may mean, by code."""
        return {town.code: town for namesakes in self.by_name.values() for town in namesakes}

    @property
    def centres(self) -> set[int]:
        """The centres of those that lines may mean."""
        return {number for town in self.meant.values() for number in town.centres}

    @property
    def look_postal(self) -> frozenset[str]:
        """The codes that may be meant as postal ones: those of towns without a centre.

        Postal codes end in 0, and those of the larger towns in 00; of the codes of INSEE one in
        ten does, and one in a hundred. A file with any other ending is one of codes of INSEE.
        """
        codes = {code for code, town in self.by_code.items() if not town.centres}
        if not all(code.endswith("0") for code in self.by_code):
            return frozenset()
        are_many = len(self.by_code) >= _MANY
        return frozenset(code for code in codes if are_many or code.endswith("00"))


_MANY = 3
_BESIDE = re.compile(r"\(.*?\)|\bcedex\b.*", re.IGNORECASE)
_ARTICLE_AFTER = re.compile(r"(.*)\((le|la|les|l['\u2019]?)\)\s*", re.IGNORECASE)


def plain_name(name: str) -> str:
    """Reduce the name of a commune to what its spellings share: `Havre (Le)` is `le havre`."""
    if after := _ARTICLE_AFTER.fullmatch(name):
        name = f"{after[2]} {after[1]}"
    return fold(_BESIDE.sub(" ", name))


def is_named(town: TownRef, said: str) -> bool:
    """Tell whether a name is a commune's."""
    return plain_name(said) == plain_name(town.name)


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
class Understood:
    """What a line was understood to say, field by field, and what it changes of what stood.

    Neither `is_new` nor with `changes`: it was known.
    """

    line: int
    said: Subject
    is_new: bool
    changes: Sequence[Changed] = ()


class MadeWhenSeen(Sequence[T]):
    """Things made when they are looked at: a file may hold 100,000, and few are shown."""

    def __init__(self, count: int, make: Callable[[int], T]) -> None:
        self._count = count
        self._make = make

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, at):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN204 - as Sequence
        if isinstance(at, slice):
            return [self._make(number) for number in range(*at.indices(self._count))]
        return self._make(range(self._count)[at])


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What an import would do, computed without writing.

    Nothing is written while `problems` is not empty, while `suspicions` and `corrections` have no
    reason, which is that of the whole file, nor while what is `asked` is not confirmed. What is
    `told` stops nothing. `understood` are the lines that can be taken. `outside` says that some
    line is out of the actor's regions. `content` is what the command writes.
    """

    rows: int
    new: int
    unchanged: int
    corrections: Sequence[Changed]
    problems: Sequence[LineProblem]
    suspicions: Sequence[LineProblem]
    asked: Sequence[LineProblem] = ()
    told: Sequence[LineProblem] = ()
    understood: Sequence[Understood] = field(default=(), compare=False)
    new_centres: Sequence[tuple[str, str]] = ()
    outside: bool = False
    content: "Sequence[Version]" = field(default=(), repr=False, compare=False)

    @property
    def changed(self) -> int:
        """How many lines correct what is known."""
        return len({each.line for each in self.content if each.fact})

    @property
    def writes(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.new or self.corrections)

    @property
    def needs_reason(self) -> bool:
        """Whether it takes a reason: something surprises, or changes what was known."""
        return bool(self.suspicions or self.corrections)

    @property
    def first_town(self) -> str:
        """The code of the town of the first line, empty when lines have none."""
        return str(self.understood[0].said.get("town_code", "")) if self.understood else ""

    def stops(self, draft: "ImportDraft") -> Sequence[LineProblem]:
        """List what stands in the way of a draft."""
        stops = list(self.problems)
        if not draft.confirmed:
            stops += self.asked
        if not draft.confirms:
            stops += self.suspicions
            if self.corrections and not self.suspicions:
                reason = Problem("reason", ImportCode.CORRECTION_REASON)
                stops.append(LineProblem(self.corrections[0].line, reason))
        return stops

    @property
    def digest(self) -> str:
        """What tells this plan from another one of the same file."""
        said = [f"{self.new}/{self.unchanged}"]
        said += [f"{each.line}:{each.fact.version_id}" for each in self.content if each.fact]
        said += [f"{town}:{name}" for town, name in self.new_centres]
        return hashlib.sha256("\n".join(said).encode()).hexdigest()


class PlanRefusedError(InvalidError):
    """An import that cannot be written as it stands; `plan` and `stops` say why, line by line."""

    def __init__(self, plan: Plan, stops: Sequence[LineProblem]) -> None:
        super().__init__([each.problem for each in stops])
        self.plan = plan
        self.stops = stops


class PlanMovedError(InvalidError):
    """What the file would change is no longer what was confirmed: somebody wrote meanwhile."""

    def __init__(self, plan: Plan) -> None:
        super().__init__([])
        self.plan = plan


# Sources.


class KnownSource(NamedTuple):
    """A source of the list, as citing it needs."""

    id: str
    url: str | None
    title: str
    is_declaration: bool


def same_page(url: str) -> tuple[str, str]:
    """Give the two addresses of a page, with which it may have been listed."""
    rest = url.partition("//")[2]
    return f"https://{rest}", f"http://{rest}"


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
        return self.key or self.draft.url or self.draft.title or "?"

    def kept(self, source_id: str) -> str | None:
        """Give the listed source to write, `source_id` being the one that is known; None: new."""
        return source_id if source_id in self.known and not self.draft.declared else self.key


class Sources:
    """The listed sources, and what each text of a file means among them."""

    def __init__(self, listed: Iterable[KnownSource], *, today: date = date.max) -> None:
        self._today = today
        self._by_url: dict[str, list[str]] = {}
        self._by_title: dict[str, list[str]] = {}
        self._titles: dict[str, str] = {}
        declarations: set[str] = set()
        for source in listed:
            self._titles[source.id] = source.title
            self._by_title.setdefault(fold(source.title), []).append(source.id)
            if source.url:
                self._by_url.setdefault(source.url, []).append(source.id)
            if source.is_declaration:
                declarations.add(source.id)
        self._declarations = frozenset(declarations)
        self._read: dict[str, Citation] = {}

    def title(self, key: str) -> str:
        """Name a source by its title; one that is not listed yet is named by its page already."""
        return self._titles.get(key, key)

    def cite(self, text: str) -> Citation:
        """Say what a text means; each is read once."""
        found = self._read.get(text)
        if found is None:
            found = self._read[text] = self._citation(cited(text))
        return found

    def _citation(self, draft: SourceDraft) -> Citation:
        problem = next(source_problems(draft, today=self._today), None)
        if problem is not None:
            return Citation(draft=draft, problem=Problem("source", problem.code, problem.value))
        if draft.declared:
            # The word of the institution is the same whatever the day on which it was given.
            return Citation(draft=draft, known=self._declarations)
        if draft.url:
            pages = same_page(draft.url.strip())
            same = sorted(key for page in pages for key in self._by_url.get(page, ()))
            return Citation(draft=draft, known=frozenset(same), key=same[0] if same else None)
        if draft.document and draft.document_key not in self._titles:
            return Citation(draft=draft)
        name = draft.document_key if draft.document else draft.id
        named = [name] if name in self._titles else self._by_title.get(fold(name), ())
        if len(named) != 1:
            problem = Problem("source", Code.UNKNOWN_SOURCE, draft.id[:80])
            return Citation(draft=draft, problem=problem)
        return Citation(draft=draft, known=frozenset(named), key=named[0])


# What all kinds of file share.


class Fact(NamedTuple):
    """A version in force; `said` is what it says, by column, its `source_id` among them."""

    version_id: int | str
    entity_id: int | str
    version: int
    said: Mapping[Any, Any]


@dataclass(slots=True)  # not frozen: there may be 100,000, and that would take twice as long
class Version:
    """A version that a line writes: of a new fact, or the next one of `fact`.

    `values` are those of the columns of its table, but for its source.
    """

    line: int
    values: Mapping[str, Any]
    source: Citation
    town: TownRef
    fact: Fact | None = None

    @property
    def source_id(self) -> str | None:
        """The listed source; None when it is to be listed first."""
        return self.source.kept(self.fact.said["source_id"]) if self.fact else self.source.key

    @property
    def rank(self) -> tuple[int, int | str | None]:
        """Its number among the versions of its fact, and what tells that fact from others."""
        return (self.fact.version + 1, self.fact.entity_id) if self.fact else (1, None)


@dataclass(frozen=True, kw_only=True)
class Telling:
    """What is told of a kind of file, by name, in order.

    `line` is what a line says, `about` what tells a fact from the others of its place, `moved`
    what a correction may change.
    """

    line: tuple[str, ...]
    about: tuple[str, ...]
    moved: tuple[str, ...]

    def said(self, row: Any, town: TownRef) -> Subject:
        """Give what a line was understood to say."""
        where = {"town": f"{town.name} ({town.code})", "town_code": town.code}
        return (where if town is not NOWHERE else {}) | {
            name: plain(getattr(row, name)) for name in self.line
        }

    def change(self, version: Version, fact: Fact, sources: Sources) -> Changed:
        """Compare a fact with what becomes of it; only what differs is kept."""
        before, after = dict(fact.said), dict(version.values)
        before["source"] = fact.said["source_id"]
        draft = version.source.draft
        after["source"] = version.source_id or draft.url or draft.title
        names = [name for name in self.moved if after.get(name, before[name]) != before[name]]
        subject = {name: plain(before[name]) for name in self.about}
        if (town := version.town) is not NOWHERE:
            centre = town.centres.get(before.get("centre_id", 0), "")
            subject = {"town": town.name, "town_code": town.code, "centre": centre} | subject
        was, now = (
            {
                name: sources.title(said[name]) if name == "source" else plain(said[name])
                for name in names
            }
            for said in (before, after)
        )
        return Changed(version.line, subject, fact.version_id, was, now)


def town_column(code: str, name: str | None) -> str:
    """Say which column names the commune: that of its name, where it stands for the code."""
    return "town" if name == code else "town_code"


@dataclass
class Judge:
    """Collects what there is to say of the lines of a file, and finds their towns.

    Of the `broken` ones some cell makes no sense (None): only their others are judged.
    """

    actor: Reader
    towns: Towns
    sources: Sources
    today: date
    rows: Sequence[Any] = ()
    broken: Sequence[Any] = ()
    progress: Progress = silent
    problems: list[LineProblem] = field(default_factory=list)
    suspicions: list[LineProblem] = field(default_factory=list)
    asked: list[LineProblem] = field(default_factory=list)
    told: list[LineProblem] = field(default_factory=list)
    outside: bool = False

    @cached_property
    def _postal(self) -> set[str]:
        """The codes that may be meant as postal ones, and were not asked about yet."""
        return set(self.towns.look_postal)

    def blame(self, line: int, problem: Problem) -> None:
        """Keep a problem, among the suspicions when a reason would lift it."""
        kept = self.suspicions if problem.confirmable else self.problems
        kept.append(LineProblem(line, problem))

    def refuses(self, line: int, problems: Iterable[Problem]) -> bool:
        """Keep the problems of a line; tell whether one of them stands whatever the reason."""
        found = list(problems)
        for problem in found:
            self.blame(line, problem)
        return not all(problem.confirmable for problem in found)

    def town(self, line: int, code: str, name: str | None = None) -> TownRef | None:
        """Find the town of a line; None when there is none, or out of competence.

        One that is named only is told, when it is alone of its name in the actor's regions; a name
        that is not the code's is asked about, and so is a code that looks like a postal one.
        """
        town = self.towns.by_code.get(code)
        if town is None:
            return self._named(line, code, name)
        if not self.actor.covers(town.region_code):
            self._outside(line, town, code, "town_code")
            return None
        facts = {"town": town.name, "code": code}
        if name and not is_named(town, name):
            others = [each.code for each in self._namesakes(name)]
            found = Problem("town", ImportCode.OTHER_NAME, name, facts | {"codes": others})
            self.asked.append(LineProblem(line, found))
        elif not name and code in self._postal:
            self._postal.remove(code)
            found = Problem("town_code", ImportCode.POSTAL_CODE, code, facts)
            self.asked.append(LineProblem(line, found))
        return town

    def _named(self, line: int, code: str, name: str | None) -> TownRef | None:
        """Find the only town of a name; of a code that no town has, only lead to it."""
        is_code = any(letter.isdigit() for letter in code)
        said = name if is_code else code
        column = town_column(code, name)
        mine = self._namesakes(said or "")
        codes = {"codes": [each.code for each in mine]}
        if former := self.towns.former.get(code):
            self.blame(line, Problem("town_code", Code.FORMER_TOWN, code, former.facts))
        elif is_code:
            self.blame(line, Problem("town_code", Code.UNKNOWN_TOWN, code, codes))
        elif len(mine) > 1:
            self.blame(line, Problem(column, ImportCode.SEVERAL_TOWNS, code, codes))
        elif mine:
            facts = {"town": mine[0].name, "code": mine[0].code}
            found = Problem(column, ImportCode.NAME_FOR_CODE, code, facts)
            self.told.append(LineProblem(line, found))
            return mine[0]
        elif elsewhere := self.towns.by_name.get(plain_name(code)):
            self._outside(line, elsewhere[0], code, column)
        else:
            self.blame(line, Problem(column, ImportCode.NO_SUCH_NAME, code))
        return None

    def _namesakes(self, name: str) -> list[TownRef]:
        found = self.towns.by_name.get(plain_name(name), ())
        return [town for town in found if self.actor.covers(town.region_code)]

    def _outside(self, line: int, town: TownRef, said: str, column: str) -> None:
        self.outside = True
        facts = {"town": town.name, "region": town.region_name}
        self.blame(line, Problem(column, ImportCode.OUTSIDE_REGIONS, said, facts))

    def citation(self, line: int, text: str) -> Citation | None:
        """Read the source of a line; None when it names none."""
        found = self.sources.cite(text)
        if found.problem is not None:
            self.blame(line, found.problem)
            return None
        return found

    def cells(self) -> None:
        """Judge by itself what broken lines say, which will not be compared.

        So that whoever mends a file is told everything at once.
        """
        for row in self.broken:
            if getattr(row, "town_code", None):
                self.town(row.line, row.town_code, row.town_name)
            if row.source:
                self.citation(row.line, row.source)

    def plan(
        self, placed: Sequence[tuple[Any, ...]], versions: Sequence[Version], telling: Telling
    ) -> Plan:
        """Make a plan of what was found out, with all that there is to say by line.

        `placed` are the lines that make sense, each with its town before anything else, `versions`
        what they write unless they are refused.
        """
        taken, kept = placed, versions
        if refused := {each.line for each in self.problems}:
            taken = [each for each in placed if each[0].line not in refused]
            kept = [each for each in versions if each.line not in refused]
        new = {each.line for each in kept if each.fact is None}
        moved = [(each, each.fact) for each in kept if each.fact is not None]
        of_line: dict[int, list[int]] = defaultdict(list)
        for at, (version, _) in enumerate(moved):
            of_line[version.line].append(at)

        def change(at: int) -> Changed:
            return telling.change(*moved[at], self.sources)

        def understood(at: int) -> Understood:
            row, town = taken[at][:2]
            changes = tuple(map(change, of_line.get(row.line, ())))
            said = telling.said(row, town)
            return Understood(line=row.line, said=said, is_new=row.line in new, changes=changes)

        by_line = partial(sorted, key=attrgetter("line"))
        return Plan(
            rows=len(self.rows),
            new=len(new),
            unchanged=len(taken) - len(new | of_line.keys()),
            problems=by_line(self.problems),
            suspicions=by_line(self.suspicions),
            asked=by_line(self.asked),
            told=by_line(self.told),
            outside=self.outside,
            corrections=MadeWhenSeen(len(moved), change),
            understood=MadeWhenSeen(len(taken), understood),
            content=kept,
        )


def centres_named(town: TownRef) -> Problem:
    """Say that a town has several centres, so that a file must say which."""
    names = {str(number): name for number, name in town.centres.items()}
    facts = {"centres": names, "town": town.name}
    return Problem("centre", ImportCode.SEVERAL_CENTRES, town.name, facts)
