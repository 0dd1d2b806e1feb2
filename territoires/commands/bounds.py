"""The first days on which a step can have happened: recorded, corrected, withdrawn."""

from collections.abc import Iterator

from territoires.commands import versions
from territoires.commands.sources import cite
from territoires.commands.stages import stages_around
from territoires.commands.write import Saved, Write, requires
from territoires.db.models import Bound
from territoires.domain.checks import Code, bound_problems, reasoned, settle
from territoires.domain.drafts import BoundDraft, WithdrawalDraft
from territoires.domain.errors import Problem
from territoires.domain.roles import Permission


@requires(Permission.RECORD_STAGE, proposable=True)
def set_bound(write: Write, draft: BoundDraft) -> Saved:
    """Say before which day a step of a centre had not happened, or correct what was said."""
    row = versions.corrected(write, Bound, draft)
    centre, where = versions.centre_and_town(write, draft.centre_id)
    source_id, problems = cite(write, draft.source, where)
    stages = [
        s for s in stages_around(write, draft.centre_id, where) if s.centre_id == centre.entity_id
    ]
    problems += bound_problems(draft, stages, today=write.today)
    if row is not None:
        problems += reasoned(draft)
        if row.centre_id != centre.entity_id:  # of another centre it is another fact
            problems.append(Problem("centre_id", Code.UNKNOWN_FACT, str(row.id)))
    problems += _repetitions(write, draft, source_id)
    settle(problems, confirmed=draft.confirms)
    values = versions.values(draft, Bound, source_id=source_id, centre_id=centre.entity_id)
    return versions.record(write, Bound, row, where, values)


@requires(Permission.RECORD_STAGE, proposable=True)
def withdraw_bound(write: Write, draft: WithdrawalDraft) -> Saved:
    """End a bound that should not have been recorded."""
    return versions.withdrawn_from_centre(write, Bound, draft)


def _repetitions(write: Write, draft: BoundDraft, source_id: str) -> Iterator[Problem]:
    """Refuse a second word of one source on one step of one centre."""
    said = {"centre_id": draft.centre_id, "kind": draft.kind, "source_id": source_id}
    for other in versions.in_force(write, Bound, **said):
        if other.id != draft.expected_id:
            facts = {
                "kind": other.kind.value,
                "on": other.not_before.iso,
                "version_id": other.id,
                "centre_id": other.centre_id,
            }
            yield Problem("not_before", Code.DUPLICATE, draft.not_before.iso, facts)
