"""What a file of stages would change: first records, corrections, competing dates."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain
from typing import Any

from territoires.domain.checks import (
    KnownStage,
    certainly_before,
    possibly_before,
    stage_date_problems,
    stage_problems,
    text_problems,
)
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import SourceDraft
from territoires.domain.errors import Problem
from territoires.domain.imports import (
    Changed,
    Citation,
    ImportCode,
    Judge,
    MadeWhenSeen,
    Plan,
    Progress,
    StageLine,
    TownRef,
    Understood,
    centres_named,
)
from territoires.domain.programme import CLOSINGS, Basis, Confidence, StageKind
from territoires.domain.text import fold, visible

NewCentre = tuple[str, str]
"""A centre that the file makes: code of its town, its name."""
CentreKey = int | NewCentre


@dataclass(frozen=True, kw_only=True)
class StageFact(KnownStage):
    """A version in force of a stage."""

    entity_id: int
    version: int
    confidence: Confidence | None = None
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class StageWrite:
    """A version to write: of a new fact, or the next one of `fact`.

    `source_id` is None when the source is to be listed first, as `source` says.
    """

    line: int
    centre: CentreKey
    kind: StageKind
    on: PartialDate
    basis: Basis
    retained: bool
    note: str | None
    source_id: str | None
    source: SourceDraft
    mark: str
    town: TownRef
    fact: StageFact | None = None

    @property
    def confidence(self) -> Confidence | None:
        """How far the source is trusted: another source has yet to be."""
        kept = self.fact is not None and self.fact.source_id == self.source_id
        return self.fact.confidence if kept and self.fact else None

    def known(self, centre_id: int) -> KnownStage:
        """The same, as the checks see it."""
        return KnownStage(
            kind=self.kind,
            on=self.on,
            basis=self.basis,
            retained=self.retained,
            source_id=self.mark,
            centre_id=centre_id,
        )


@dataclass(kw_only=True)
class _Row:
    """A line with its town, its centre and its source found."""

    said: StageLine
    town: TownRef
    centre: CentreKey
    source: Citation

    def is_at(self, fact: StageFact) -> bool:
        """Whether it is the date of a fact, from the same source."""
        return fact.on == self.said.happened_on and fact.source_id in self.source.known

    def says(self, fact: StageFact) -> bool:
        """Whether it says what is known; an empty comment says nothing."""
        return (
            self.is_at(fact)
            and fact.basis is self.said.basis
            and fact.retained is self.said.retained
            and self._keeps_note(fact)
        )

    @property
    def note(self) -> str | None:
        return (self.said.note or "").strip() or None

    def _keeps_note(self, fact: StageFact) -> bool:
        """Whether the comment stays: none is said, or the same but for what nobody sees."""
        return not self.note or self.note == visible(fact.note or "").strip()

    def write(self, fact: StageFact | None = None) -> StageWrite:
        """Give the version to write; what the line leaves out stays as it was."""
        source_id = self.source.kept(fact.source_id) if fact else self.source.key
        return StageWrite(
            line=self.said.line,
            centre=self.centre,
            kind=self.said.kind,
            on=self.said.happened_on,
            basis=self.said.basis,
            retained=self.said.retained,
            note=fact.note if fact and self._keeps_note(fact) else self.note,
            source_id=source_id,
            source=self.source.draft,
            mark=source_id or self.source.mark,
            town=self.town,
            fact=fact,
        )


@dataclass(kw_only=True)
class _Group:
    """The lines about one stage of one centre, and the facts in force about it."""

    rows: list[_Row] = field(default_factory=list)
    facts: list[StageFact] = field(default_factory=list)


def plan_stages(
    rows: Sequence[StageLine],
    *,
    judge: Judge,
    facts: Iterable[StageFact],
    broken: Sequence[StageLine] = (),
    progress: Progress | None = None,
) -> Plan:
    """Compare a file with what is known of the towns that it names.

    `broken` are lines of which some cell makes no sense (None): only their others are judged.
    `facts` are the stages in force of their centres. A line that equals a fact changes nothing; one
    that differs from the retained fact of its centre and stage corrects it; one that says
    "retained" of a competing date makes it the retained one.
    """
    known: dict[int, list[StageFact]] = defaultdict(list)
    for fact in facts:
        known[fact.centre_id].append(fact)
    found, new_centres = _placed(rows, judge)
    judge.cells(broken)
    placed = {row.said.line for row in found}
    for line in (*broken, *(row for row in rows if row.line not in placed)):
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
    writes: list[StageWrite] = []
    unchanged = 0
    for (centre, _), group in groups.items():
        around = list(_turns(centre, known, groups))
        done, equal = _settled(group, around, judge)
        writes += done
        unchanged += equal
    if progress is not None:
        progress(0.5)
    _judge_after(writes, known, judge, today=judge.today)
    refused = {each.line for each in judge.problems}
    kept = [write for write in writes if write.line not in refused]
    made = [write.centre for write in kept if not isinstance(write.centre, int)]
    corrections = [_changed(write) for write in kept if write.fact is not None]
    return judge.plan(
        rows=len(rows),
        new=sum(write.fact is None for write in kept),
        unchanged=unchanged,
        corrections=corrections,
        understood=_understood(
            [row for row in found if row.said.line not in refused],
            {write.line for write in kept if write.fact is None},
            corrections,
        ),
        new_centres=[centre for centre in new_centres if centre in made],
        content=kept,
    )


def _understood(
    rows: Sequence[_Row], new: set[int], corrections: Iterable[Changed]
) -> Sequence[Understood]:
    changes: dict[int, list[Changed]] = defaultdict(list)
    for each in corrections:
        changes[each.line].append(each)

    def make(at: int) -> Understood:
        row = rows[at]
        said, town = row.said, row.town
        named = town.centres.get(row.centre) if isinstance(row.centre, int) else row.centre[1]
        return Understood(
            line=said.line,
            said={
                "town": f"{town.name} ({town.code})",
                "town_code": town.code,
                "centre": named,
                "kind": said.kind.value,
                "happened_on": said.happened_on.iso,
                "basis": said.basis.value,
                "retained": said.retained,
                "note": row.note,
                "source": said.source,
            },
            is_new=said.line in new,
            changes=changes.get(said.line, ()),
        )

    return MadeWhenSeen(len(rows), make)


def _placed(rows: Sequence[StageLine], judge: Judge) -> tuple[list[_Row], list[NewCentre]]:
    """Find the centre of each line, and which ones the file makes.

    A file that makes a second site must name the centre on every line of that town: imported
    again, it will have to mean the same.
    """
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
        texts = list(text_problems(centre=row.centre or "", note=row.note or ""))
        for problem in texts:
            judge.blame(row.line, problem)
        if town is None or centre is None or source is None or texts:
            continue
        if not isinstance(centre, int):
            made[centre] = None
        found.append(_Row(said=row, town=town, centre=centre, source=source))
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
                yield row.write().known(0)


def _settled(
    group: _Group, around: Sequence[KnownStage], judge: Judge
) -> tuple[list[StageWrite], int]:
    """Match the lines about one stage with its facts, each fact once."""
    free = list(group.facts)
    rest: list[_Row] = []
    for row in group.rows:
        same = next((fact for fact in free if row.says(fact)), None)
        if same is None:
            rest.append(row)
        else:
            free.remove(same)
    unchanged = len(group.rows) - len(rest)
    writes: list[StageWrite] = []
    taken: list[_Row] = []
    for row in [row for row in rest if row.said.retained]:
        new = row.write().known(0)
        others: list[KnownStage] = [fact for fact in free if fact.retained]
        others += [each.write().known(0) for each in taken]
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
    return writes, unchanged


def _retained(
    row: _Row,
    free: list[StageFact],
    around: Sequence[KnownStage],
    judge: Judge,
    *,
    is_new_turn: bool,
) -> Iterator[StageWrite]:
    """Say what a retained date does to the facts in force: adds, corrects, or takes over."""
    new = row.write().known(0)
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
            yield replace(_as_it_is(rival, row), retained=False)
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


def _as_it_is(fact: StageFact, row: _Row) -> StageWrite:
    """Write a fact again as it is known."""
    return StageWrite(
        line=row.said.line,
        centre=row.centre,
        kind=fact.kind,
        on=fact.on,
        basis=fact.basis,
        retained=fact.retained,
        note=fact.note,
        source_id=fact.source_id,
        source=SourceDraft(id=fact.source_id),
        mark=fact.source_id,
        town=row.town,
        fact=fact,
    )


def _same_fact(row: _Row, first: _Row) -> Problem:
    facts = {"twin": first.said.line, "town": row.town.name}
    return Problem("line", ImportCode.SAME_FACT, row.said.kind.value, facts)


def _judge_after(
    writes: Sequence[StageWrite],
    known: Mapping[int, Sequence[StageFact]],
    judge: Judge,
    *,
    today: date,
) -> None:
    """Judge what is written by what will be known once all of it is.

    Of a correction, what was wrong already is not asked again.
    """
    by_town: dict[str, list[StageWrite]] = defaultdict(list)
    for write in writes:
        by_town[write.town.code].append(write)
    for mine in by_town.values():
        numbers: dict[CentreKey, int] = {number: number for number in mine[0].town.centres}
        for write in mine:
            numbers.setdefault(write.centre, -1 - len(numbers))
        ended = {write.fact.version_id for write in mine if write.fact}
        before = [fact for number in mine[0].town.centres for fact in known.get(number, ())]
        staying = [fact for fact in before if fact.version_id not in ended]
        written = [write.known(numbers[write.centre]) for write in mine]
        for at, (write, stage) in enumerate(zip(mine, written, strict=True)):
            others = _around(stage, chain(staying, written[:at], written[at + 1 :]))
            tolerated = set()
            if write.fact is not None:
                old = write.fact
                beside = (fact for fact in before if fact is not old)
                tolerated = {
                    _key(problem)
                    for problem in stage_problems(old, _around(old, beside), today=today)
                }
            for problem in stage_problems(stage, others, today=today):
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


def _changed(write: StageWrite) -> Changed:
    fact = write.fact
    if fact is None:
        raise ValueError(write)
    before = {
        "happened_on": fact.on.iso,
        "basis": fact.basis.value,
        "source": fact.source_id,
        "retained": fact.retained,
        "note": fact.note or "",
    }
    after = {
        "happened_on": write.on.iso,
        "basis": write.basis.value,
        "source": write.source_id or write.source.url or write.source.title,
        "retained": write.retained,
        "note": write.note or "",
    }
    return Changed.of(
        write.line,
        {
            "town": write.town.name,
            "town_code": write.town.code,
            "centre": write.town.centres.get(fact.centre_id, ""),
            "kind": write.kind.value,
        },
        fact.version_id,
        before,
        after,
    )
