"""Openings announced in a town: recorded, corrected, withdrawn."""

from collections.abc import Iterator

from territoires.commands import versions
from territoires.commands.sources import cite
from territoires.commands.write import Saved, Write, requires
from territoires.db.models import Announcement
from territoires.domain.checks import Code, announcement_problems, reasoned, settle
from territoires.domain.drafts import AnnouncementDraft, WithdrawalDraft
from territoires.domain.errors import Problem
from territoires.domain.roles import Permission


@requires(Permission.RECORD_STAGE, proposable=True)
def set_announcement(write: Write, draft: AnnouncementDraft) -> Saved:
    """Say for when an opening was announced in a town, or correct what was said."""
    row = versions.corrected(write, Announcement, draft)
    where = write.town(draft.town_code)
    source_id, problems = cite(write, draft.source, where)
    problems += announcement_problems(draft, today=write.today)
    if row is not None:
        problems += reasoned(draft)
    problems += _repetitions(write, draft, source_id, where.code)
    settle(problems, confirmed=draft.confirms)
    values = versions.values(draft, Announcement, source_id=source_id, town_code=where.code)
    return versions.record(write, Announcement, row, where, values)


@requires(Permission.RECORD_STAGE, proposable=True)
def withdraw_announcement(write: Write, draft: WithdrawalDraft) -> Saved:
    """End an announcement that should not have been recorded."""
    return versions.withdrawn_from_town(write, Announcement, draft)


def _repetitions(
    write: Write, draft: AnnouncementDraft, source_id: str, town_code: str
) -> Iterator[Problem]:
    """Refuse a second word of one source on one town."""
    said = {"town_code": town_code, "source_id": source_id}
    for other in versions.in_force(write, Announcement, **said):
        if other.id != draft.expected_id:
            facts = {"version_id": other.id}
            yield Problem("announced_for", Code.DUPLICATE, draft.announced_for.iso, facts)
