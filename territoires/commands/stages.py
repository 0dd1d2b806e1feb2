"""Recording, correcting and withdrawing the dated steps in the life of a centre."""

from dataclasses import replace
from typing import Any

from sqlalchemy import or_, select

from territoires.commands import versions
from territoires.commands.centres import centre_for
from territoires.commands.reports import accept_with
from territoires.commands.sources import cite
from territoires.commands.write import Saved, Write, requires
from territoires.db.models import Centre, Stage
from territoires.domain.checks import (
    KnownStage,
    reasoned,
    settle,
    stage_problems,
)
from territoires.domain.drafts import (
    RetainDraft,
    StageCorrection,
    StageDraft,
    StageFields,
    WithdrawalDraft,
)
from territoires.domain.errors import InvalidError, Problem
from territoires.domain.programme import StageKind
from territoires.domain.roles import Permission
from territoires.domain.scope import Where


@requires(Permission.RECORD_STAGE, proposable=True)
def record_stage(write: Write, draft: StageDraft) -> Saved:
    """Record a step; the centre is made when the town has none, or when it is a second site."""
    try:
        where = write.town(draft.town_code)
    except InvalidError as nowhere:  # the rest of the form is judged all the same
        source_id, problems = cite(write, draft.source)
        stage = known_stage(_row(write, draft, source_id, 0))
        problems += stage_problems(stage, [], today=write.today)
        settle([*nowhere.problems, *problems], confirmed=False)
        raise
    source_id, problems = cite(write, draft.source, where)
    centre, wrong = centre_for(write, draft, where)
    problems += wrong
    number = centre.entity_id if centre else 0
    row = _row(write, draft, source_id, number)
    around = stages_around(write, number, where)
    problems += stage_problems(known_stage(row), around, today=write.today)
    settle(problems, confirmed=draft.confirms)
    versions.insert(write, row)
    if draft.report_id is not None:
        accept_with(write, draft.report_id)
    return versions.saved(row, where, inserted=1)


@requires(Permission.RECORD_STAGE, proposable=True)
def correct_stage(write: Write, draft: StageCorrection) -> Saved:
    """Replace what is said of a step; what was suspicious already is not asked again."""
    row = versions.expected(write, Stage, draft.expected_id)
    _, where = versions.centre_and_town(write, row.centre_id)
    source_id, wrong = cite(write, draft.source, where)
    problems = [*reasoned(draft), *wrong]
    others = [s for s in stages_around(write, row.centre_id, where) if s.version_id != row.id]
    stage = known_stage(_row(write, draft, source_id, row.centre_id))
    before = {_key(p) for p in stage_problems(known_stage(row), others, today=write.today)}
    problems += [
        problem
        for problem in stage_problems(stage, others, today=write.today)
        if _key(problem) not in before
    ]
    settle(problems, confirmed=draft.confirms)
    version = versions.correct(write, row, **_values(draft, source_id))
    return versions.saved(version, where, corrected=int(version is not row))


@requires(Permission.RECORD_STAGE, proposable=True)
def retain_stage(write: Write, draft: RetainDraft) -> Saved:
    """Make a competing date the one that counts; the one that counted becomes competing."""
    row = versions.expected(write, Stage, draft.expected_id)
    _, where = versions.centre_and_town(write, row.centre_id)
    alike = {"centre_id": row.centre_id, "kind": row.kind, "retained": True}
    rivals = [each for each in versions.in_force(write, Stage, **alike) if each is not row]
    around = {rival.id for rival in rivals} | {row.id}
    others = [s for s in stages_around(write, row.centre_id, where) if s.version_id not in around]
    settle(
        [
            *reasoned(draft),
            *stage_problems(replace(known_stage(row), retained=True), others, today=write.today),
        ],
        confirmed=draft.confirms,
    )
    for rival in rivals:
        versions.correct(write, rival, retained=False)
    version = versions.correct(write, row, retained=True)
    return versions.saved(version, where, corrected=len(rivals) + int(version is not row))


@requires(Permission.RECORD_STAGE, proposable=True)
def withdraw_stage(write: Write, draft: WithdrawalDraft) -> Saved:
    """End a step that should not have been recorded."""
    return versions.withdrawn_from_centre(write, Stage, draft)


def _values(draft: StageFields, source_id: str, **more: Any) -> dict[str, Any]:
    return versions.values(draft, Stage, happened_on=draft.on, source_id=source_id, **more)


def known_stage(row: Stage) -> KnownStage:
    """Show a row to the checks."""
    return KnownStage(
        kind=row.kind,
        on=row.happened_on,
        basis=row.basis,
        retained=row.retained,
        source_id=row.source_id,
        centre_id=row.centre_id,
        version_id=row.id or 0,
    )


def _row(write: Write, draft: StageFields, source_id: str, centre_id: int) -> Stage:
    values = _values(draft, source_id, centre_id=centre_id)
    return Stage(recorded_at=write.at_utc, **values)


def _key(problem: Problem) -> tuple[str, str, str, object]:
    return problem.field, problem.code, problem.value, problem.facts.get("version_id")


def stages_around(write: Write, centre_id: int, where: Where) -> list[KnownStage]:
    """List the stages in force of a centre, and the labellings of its town's other centres."""
    neighbours = select(Centre.entity_id).where(
        Centre.town_code == where.code, Centre.superseded_at.is_(None)
    )
    rows = write.session.scalars(
        select(Stage)
        .where(
            Stage.superseded_at.is_(None),
            or_(
                Stage.centre_id == centre_id,
                (Stage.kind == StageKind.SELECTED) & Stage.centre_id.in_(neighbours),
            ),
        )
        .order_by(Stage.id)
    )
    return [known_stage(row) for row in rows]
