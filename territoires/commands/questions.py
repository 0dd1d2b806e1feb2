"""What was asked of the field: recorded, corrected, withdrawn."""

from collections.abc import Iterator, Mapping
from typing import Any

from territoires.commands import versions
from territoires.commands.write import Saved, Write, requires
from territoires.db.models import Question
from territoires.domain.checks import Code, question_problems, reasoned, settle
from territoires.domain.drafts import QuestionDraft, WithdrawalDraft
from territoires.domain.errors import Problem
from territoires.domain.roles import Permission


@requires(Permission.ASK)
def set_question(write: Write, draft: QuestionDraft) -> Saved:
    """Say what was asked about a town, or correct it: that an answer came needs no reason."""
    row = versions.corrected(write, Question, draft)
    where = write.town(draft.town_code)
    problems = list(question_problems(draft, today=write.today))
    values = versions.values(draft, Question, town_code=where.code)
    values["asked_by"] = values["asked_by"] or write.actor.name
    if row is None:
        problems += _repetitions(write, values)
    elif not _only_answers(row, values):
        problems += reasoned(draft)
    settle(problems, confirmed=draft.confirms)
    return versions.record(write, Question, row, where, values)


@requires(Permission.ASK)
def withdraw_question(write: Write, draft: WithdrawalDraft) -> Saved:
    """End a question that was never asked."""
    return versions.withdrawn_from_town(write, Question, draft)


def _only_answers(row: Question, values: Mapping[str, Any]) -> bool:
    """Tell whether nothing changes but that an answer came."""
    moved = {name for name, value in values.items() if getattr(row, name) != value}
    return moved <= {"answered_on"} and row.answered_on.first is None


def _repetitions(write: Write, values: Mapping[str, Any]) -> Iterator[Problem]:
    """Refuse what was asked on the same day: it is saved twice."""
    same = {name: values[name] for name in ("town_code", "asks", "asked_on")}
    if versions.in_force(write, Question, **same):
        yield Problem("asked_on", Code.ASKED_TWICE, values["asked_on"].iso)
