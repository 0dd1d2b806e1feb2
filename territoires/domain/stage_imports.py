"""What a file of stages would change: first records, corrections, competing dates."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, Self

from territoires.domain.checks import (
    KnownStage,
    certainly_before,
    possibly_before,
    stage_date_problems,
    stage_problems,
    text_problems,
)
from territoires.domain.drafts import SourceDraft, StageFields, columns_of
from territoires.domain.errors import Problem
from territoires.domain.imports import (
    Citation,
    Fact,
    ImportCode,
    Judge,
    Plan,
    StageLine,
    Telling,
    TownRef,
    Version,
    centres_named,
)
from territoires.domain.programme import CLOSINGS, StageKind
from territoires.domain.text import fold, visible

NewCentre = tuple[str, str]
"""A centre that the file makes: code of its town, its name."""
CentreKey = int | NewCentre


COLUMNS = ("centre_id", *columns_of(StageFields, "source_id"))
_TOLD = Telling(
    line=("centre", "kind", "happened_on", "basis", "retained", "note", "source"),
    about=("kind",),
    moved=("happened_on", "basis", "source", "retained", "note"),
)


@dataclass(frozen=True, kw_only=True)
class StageFact(KnownStage):
    """A version in force of a stage, as the checks see it."""

    fact: Fact

    @classmethod
    def of(cls, fact: Fact) -> Self:
        """See a version in force as the checks do."""
        return cls(
            **_seen(fact.said),
            source_id=fact.said["source_id"],
            centre_id=fact.said["centre_id"],
            version_id=int(fact.version_id),
            fact=fact,
        )


def _seen(said: Mapping[str, Any]) -> dict[str, Any]:
    """Give what the checks see of the columns of a stage."""
    return {
        "kind": said["kind"],
        "on": said["happened_on"],
        "basis": said["basis"],
        "retained": said["retained"],
    }


def by_centre(facts: Iterable[Fact]) -> Mapping[int, list[StageFact]]:
    """List the stages in force of each centre."""
    known = defaultdict[int, list[StageFact]](list)
    for fact in facts:
        known[fact.said["centre_id"]].append(StageFact.of(fact))
    return known


@dataclass(kw_only=True)
class _Row:
    """A line with its town, its centre and its source found."""

    said: StageLine
    town: TownRef
    centre: CentreKey
    source: Citation

    @property
    def stage(self) -> KnownStage:
        """What it says, as the checks see it."""
        return KnownStage(**_seen(self.write().values), source_id=self.source.mark)

    def is_at(self, stage: StageFact) -> bool:
        """Whether it is the date of a fact, from the same source."""
        return stage.on == self.said.happened_on and stage.source_id in self.source.known

    def says(self, stage: StageFact) -> bool:
        """Whether it says what is known; an empty comment says nothing."""
        return (
            self.is_at(stage)
            and stage.basis is self.said.basis
            and stage.retained is self.said.retained
            and self._keeps_note(stage)
        )

    def _keeps_note(self, stage: StageFact) -> bool:
        """Whether the comment stays: none is said, or the same but for what nobody sees."""
        note = stage.fact.said["note"]
        return not self.said.note or self.said.note == visible(note or "").strip()

    def write(self, stage: StageFact | None = None) -> Version:
        """Give the version to write; what the line leaves out stays as it was."""
        # No line says how far it is to be trusted.
        values = {name: getattr(self.said, name, None) for name in COLUMNS}
        values["centre_id"] = self.centre
        if stage is None:
            return Version(self.said.line, values, self.source, self.town)
        if self._keeps_note(stage):
            values["note"] = stage.fact.said["note"]
        # How far a source is trusted: another source has yet to be.
        if self.source.kept(stage.source_id) == stage.source_id:
            values["confidence"] = stage.fact.said["confidence"]
        return Version(self.said.line, values, self.source, self.town, stage.fact)


@dataclass(kw_only=True)
class _Group:
    """The lines about one stage of one centre, and the facts in force about it."""

    rows: list[_Row] = field(default_factory=list)
    facts: list[StageFact] = field(default_factory=list)


def plan_stages(judge: Judge, facts: Iterable[Fact]) -> Plan:
    """Compare a file with what is known of the towns that it names.

    `facts` are the stages in force of their centres. A line that equals a fact changes nothing; one
    that differs from the retained fact of its centre and stage corrects it; one that says
    "retained" of a competing date makes it the retained one.
    """
    known = by_centre(facts)
    found, new_centres = _placed(judge)
    judge.cells()
    placed = {row.said.line for row in found}
    for line in (*judge.broken, *(row for row in judge.rows if row.line not in placed)):
        if line.kind and line.happened_on and line.basis:
            alone = KnownStage(kind=line.kind, on=line.happened_on, basis=line.basis)
            for problem in stage_date_problems(alone, today=judge.today):
                judge.blame(line.line, problem)
    groups: dict[tuple[CentreKey, StageKind], _Group] = {}
    for row in found:
        key = (row.centre, row.said.kind)
        if key not in groups:
            here = known[row.centre] if isinstance(row.centre, int) else []
            groups[key] = _Group(facts=[fact for fact in here if fact.kind is row.said.kind])
        groups[key].rows.append(row)
    writes: list[Version] = []
    for (centre, _), group in groups.items():
        writes += _settled(group, list(_turns(centre, known, groups)), judge)
    judge.progress(0.5)
    _judge_after(writes, known, judge)
    plan = judge.plan([(row.said, row.town) for row in found], writes, _TOLD)
    made = {write.values["centre_id"] for write in plan.content}
    return replace(plan, new_centres=[centre for centre in new_centres if centre in made])


def _placed(judge: Judge) -> tuple[list[_Row], list[NewCentre]]:
    """Find the centre of each line, and which ones the file makes.

    A file that makes a second site must name the centre on every line of that town: imported
    again, it will have to mean the same.
    """
    rows: Sequence[StageLine] = judge.rows
    named: dict[str, dict[str, str]] = defaultdict(dict)
    towns: dict[int, TownRef] = {}
    for row in rows:
        if town := judge.town(row.line, row.town_code, row.town_name):
            towns[row.line] = town
            name = (row.centre or "").strip()
            if name or not town.centres:
                named[town.code].setdefault(fold(name or town.name), name or town.name)
    found: list[_Row] = []
    made: dict[NewCentre, None] = {}
    for row in rows:
        town = towns.get(row.line)
        centre = _centre(row, town, named[town.code], judge) if town else None
        source = judge.citation(row.line, row.source)
        texts = text_problems(centre=row.centre or "", note=row.note or "")
        if judge.refuses(row.line, texts) or town is None or centre is None or source is None:
            continue
        if not isinstance(centre, int):
            made[centre] = None
        called = town.centres[centre] if isinstance(centre, int) else centre[1]
        said = replace(row, centre=called, note=(row.note or "").strip() or None)
        found.append(_Row(said=said, town=town, centre=centre, source=source))
    return found, list(made)


def _centre(
    row: StageLine, town: TownRef, named: Mapping[str, str], judge: Judge
) -> CentreKey | None:
    numbers: dict[str, list[int]] = defaultdict(list)
    for number, name in town.centres.items():
        numbers[fold(name)].append(number)
    typed = fold((row.centre or "").strip())
    if not typed:
        others = {**{name: name for name in town.centres.values()}, **named}
        if len(town.centres) > 1 or len(numbers.keys() | named.keys()) > 1:
            names = {str(at): name for at, name in enumerate(dict.fromkeys(others.values()))}
            facts = {"centres": names, "town": town.name}
            problem = Problem("centre", ImportCode.SEVERAL_CENTRES, town.name, facts)
            judge.blame(row.line, problem)
            return None
        return next(iter(town.centres), (town.code, named.get(fold(town.name), town.name)))
    if len(numbers[typed]) > 1:
        judge.blame(row.line, centres_named(town))
        return None
    return numbers[typed][0] if numbers[typed] else (town.code, named[typed])


def _turns(
    centre: CentreKey,
    known: Mapping[int, Sequence[StageFact]],
    groups: Mapping[tuple[CentreKey, StageKind], _Group],
) -> Iterator[KnownStage]:
    """List the openings and closings of a centre, known or said by the file."""
    if isinstance(centre, int):
        yield from (fact for fact in known.get(centre, ()) if fact.retained)
    for kind in (*CLOSINGS, StageKind.OPENED):
        group = groups.get((centre, kind))
        for row in group.rows if group else ():
            if row.said.retained:
                yield row.stage


def _settled(group: _Group, around: Sequence[KnownStage], judge: Judge) -> list[Version]:
    """Match the lines about one stage with its facts, each fact once."""
    free = list(group.facts)
    rest: list[_Row] = []
    for row in group.rows:
        same = next((fact for fact in free if row.says(fact)), None)
        if same is None:
            rest.append(row)
        else:
            free.remove(same)
    writes: list[Version] = []
    taken: list[_Row] = []
    for row in [row for row in rest if row.said.retained]:
        new = row.stage
        others: list[KnownStage] = [fact for fact in free if fact.retained]
        others += [each.stage for each in taken]
        turn = _is_new_turn(new, others, around)
        if taken and not turn:
            judge.blame(row.said.line, _same_fact(row, taken[0]))
            continue
        taken.append(row)
        writes += _retained(row, free, around, judge, is_new_turn=turn)
    for row in [row for row in rest if not row.said.retained]:
        fact = next((fact for fact in free if row.is_at(fact)), None)
        if fact is not None:
            free.remove(fact)
        writes.append(row.write(fact))
    return writes


def _retained(
    row: _Row,
    free: list[StageFact],
    around: Sequence[KnownStage],
    judge: Judge,
    *,
    is_new_turn: bool,
) -> Iterator[Version]:
    """Say what a retained date does to the facts in force: adds, corrects, or takes over."""
    new = row.stage
    rivals = [
        fact
        for fact in free
        if fact.retained
        and not is_new_turn
        and not _is_another_turn(new, fact, around, certainly_before)
    ]
    fact = next((fact for fact in free if row.is_at(fact)), None)
    if len(rivals) > 1 and fact not in rivals:
        dates = [rival.on.iso for rival in rivals]
        problem = Problem("on", ImportCode.SEVERAL_RETAINED, new.on.iso, {"dates": dates})
        judge.blame(row.said.line, problem)
        return
    if fact is None:
        fact = rivals[0] if rivals else None
    elif not fact.retained:
        for rival in rivals:
            free.remove(rival)
            yield _set_aside(rival, row)
    if fact is not None:
        free.remove(fact)
    yield row.write(fact)


def _is_new_turn(
    new: KnownStage, others: Sequence[KnownStage], around: Sequence[KnownStage]
) -> bool:
    """Tell whether a stage may be a reopening, or a second closing, beside all those of its kind.

    As in the form: what may separate them is enough, provided that there is enough of it.
    """
    turns = len({(stage.kind, stage.on) for stage in around if _separates(stage, new)})
    return len(others) < turns + (new.kind is StageKind.OPENED) and all(
        _is_another_turn(new, other, around, possibly_before) for other in others
    )


def _is_another_turn(
    new: KnownStage,
    old: KnownStage,
    around: Sequence[KnownStage],
    before: Callable[[KnownStage, KnownStage], bool],
) -> bool:
    """Tell whether a reopening, or a second closing, separates two stages of a kind."""
    return any(
        before(one, stage) and before(stage, other)
        for stage in around
        if _separates(stage, new)
        for one, other in ((old, new), (new, old))
    )


def _separates(stage: KnownStage, new: KnownStage) -> bool:
    """Tell whether a stage is of those between which one of this kind may come again."""
    if new.kind is StageKind.OPENED:
        return stage.kind in CLOSINGS
    return new.kind in CLOSINGS and stage.kind is StageKind.OPENED


def _set_aside(stage: StageFact, row: _Row) -> Version:
    """Write a fact again as it is known, but for being retained."""
    key = stage.source_id
    source = Citation(draft=SourceDraft(id=key), known=frozenset({key}), key=key)
    values = {name: stage.fact.said[name] for name in COLUMNS} | {"retained": False}
    return Version(row.said.line, values, source, row.town, stage.fact)


def _same_fact(row: _Row, first: _Row) -> Problem:
    facts = {"twin": first.said.line, "town": row.town.name}
    return Problem("line", ImportCode.SAME_FACT, row.said.kind.value, facts)


def _judge_after(
    writes: Sequence[Version], known: Mapping[int, Sequence[StageFact]], judge: Judge
) -> None:
    """Judge what is written by what will be known once all of it is.

    Of a correction, what was wrong already is not asked again.
    """
    by_town: dict[str, list[Version]] = defaultdict(list)
    for write in writes:
        by_town[write.town.code].append(write)
    for mine in by_town.values():
        town = mine[0].town
        numbers: dict[CentreKey, int] = {number: number for number in town.centres}
        for write in mine:
            numbers.setdefault(write.values["centre_id"], -1 - len(numbers))
        ended = {write.fact.version_id for write in mine if write.fact}
        before = [fact for number in town.centres for fact in known.get(number, ())]
        staying = [fact for fact in before if fact.version_id not in ended]
        written = [
            KnownStage(
                **_seen(write.values),
                source_id=write.source_id or write.source.mark,
                centre_id=numbers[write.values["centre_id"]],
            )
            for write in mine
        ]
        for at, (write, stage) in enumerate(zip(mine, written, strict=True)):
            others = _around(stage, chain(staying, written[:at], written[at + 1 :]))
            tolerated = set()
            if write.fact is not None:
                old = StageFact.of(write.fact)
                beside = (fact for fact in before if fact.version_id != old.version_id)
                tolerated = {
                    _key(problem)
                    for problem in stage_problems(old, _around(old, beside), today=judge.today)
                }
            for problem in stage_problems(stage, others, today=judge.today):
                if _key(problem) not in tolerated:
                    judge.blame(write.line, problem)


def _around(stage: KnownStage, others: Iterable[KnownStage]) -> list[KnownStage]:
    return [
        other
        for other in others
        if other.centre_id == stage.centre_id or other.kind is StageKind.SELECTED
    ]


def _key(problem: Problem) -> tuple[str, str, Any]:
    """Name what a problem is about: a date that moves in the same disorder is no new one."""
    disorder = problem.code if problem.confirmable else (problem.code, problem.value)
    return problem.field, str(disorder), problem.facts.get("version_id")
