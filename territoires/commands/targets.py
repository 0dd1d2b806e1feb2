"""Deciding a target: a new row, never an edit of an old one."""

from typing import Any

from territoires.commands import versions
from territoires.commands.sources import cite
from territoires.commands.write import Saved, Write, requires
from territoires.db.models import Department, Region, Target, Town
from territoires.domain.checks import Code, settle, target_problems
from territoires.domain.drafts import TargetDraft
from territoires.domain.errors import Problem, TerritoryError
from territoires.domain.programme import PROGRAMME_START
from territoires.domain.roles import Permission
from territoires.domain.scope import Level, Territory

_TABLES: dict[Level, Any] = {Level.REGION: Region, Level.DEPARTMENT: Department, Level.TOWN: Town}


@requires(Permission.SET_TARGET)
def set_target(write: Write, draft: TargetDraft) -> Saved:
    """Record a decision: the latest one decided by a day is in force on that day."""
    source_id, problems = cite(write, draft.source)
    problems += target_problems(draft, today=write.today)
    if not _exists(write, draft.territory):
        problems.append(Problem("territory", Code.UNKNOWN_TERRITORY, draft.territory[:40]))
    subject = ("indicator", "perimeter", "territory", "decided_on")
    same = {name: getattr(draft, name) for name in subject}
    for other in versions.in_force(write, Target, **same)[:1]:
        day = other.decided_on.isoformat()
        facts = {"on": day, "value": other.value}
        problems.append(Problem("decided_on", Code.DUPLICATE, day, facts))
    settle(problems, confirmed=draft.confirms)
    starts_on = draft.starts_on or PROGRAMME_START
    values = versions.values(draft, Target, source_id=source_id, starts_on=starts_on)
    row = versions.insert(write, Target(recorded_at=write.at_utc, **values))
    return Saved(entity="target", entity_id=str(row.entity_id), version_id=row.id, inserted=1)


def _exists(write: Write, text: str) -> bool:
    try:
        territory = Territory.parse(text)
    except TerritoryError:
        return False
    table = _TABLES.get(territory.level)
    row = write.session.get(table, territory.code) if table else None
    return table is None or (row is not None and getattr(row, "present_code", None) is None)
