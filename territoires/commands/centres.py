"""Creating, correcting and withdrawing centres."""

from typing import Any

from territoires.commands import versions
from territoires.commands.write import Saved, Write, requires
from territoires.db.models import Centre
from territoires.domain.checks import Code, centre_problems, reasoned, settle
from territoires.domain.drafts import (
    CentreCorrection,
    CentreDraft,
    CentreFields,
    StageDraft,
    WithdrawalDraft,
)
from territoires.domain.errors import Problem
from territoires.domain.roles import Permission
from territoires.domain.scope import Where
from territoires.domain.text import fold


@requires(Permission.EDIT_CENTRE, proposable=True)
def create_centre(write: Write, draft: CentreDraft) -> Saved:
    """Record a centre of which no stage is known yet."""
    where = write.town(draft.town_code)
    there = centres_of(write, where.code)
    problems = [_has_centre(there[0])] if there and not draft.new_site else []
    problems += centre_problems(draft, _names(there))
    settle(problems, confirmed=draft.confirms)
    centre = Centre(recorded_at=write.at_utc, **_values(draft, where))
    return versions.saved(versions.insert(write, centre), where, inserted=1)


@requires(Permission.EDIT_CENTRE, proposable=True)
def correct_centre(write: Write, draft: CentreCorrection) -> Saved:
    """Replace what is said of a centre."""
    row = versions.expected(write, Centre, draft.expected_id)
    write.town(row.town_code)
    where = write.town(draft.town_code)
    problems = [*reasoned(draft)]
    others = [c for c in centres_of(write, where.code) if c.entity_id != row.entity_id]
    if where.code != row.town_code and others:
        problems.append(_has_centre(others[0]))
    is_renamed = fold(draft.name) != fold(row.name) or where.code != row.town_code
    problems += centre_problems(draft, _names(others) if is_renamed else {})
    settle(problems, confirmed=draft.confirms)
    version = versions.correct(write, row, **_values(draft, where))
    return versions.saved(version, where, corrected=int(version is not row))


@requires(Permission.EDIT_CENTRE, proposable=True)
def withdraw_centre(write: Write, draft: WithdrawalDraft) -> Saved:
    """End a centre that should not have been recorded; nothing must rest on it."""
    row = versions.expected(write, Centre, draft.expected_id)
    where = write.town(row.town_code)
    problems = list(reasoned(draft))
    if rests := versions.resting_on(write, row.entity_id):
        problems.append(Problem("expected_id", Code.HAS_FACTS, row.name, {"facts": rests}))
    settle(problems, confirmed=draft.confirms)
    versions.withdraw(write, row)
    return versions.saved(row, where, corrected=1)


def _values(draft: CentreFields, where: Where) -> dict[str, Any]:
    named = {"town_code": where.code, "name": draft.name.strip() or where.name}
    return versions.values(draft, Centre, **named)


def centres_of(write: Write, town_code: str) -> list[Centre]:
    """List the centres of a town, the first recorded first."""
    there = versions.in_force(write, Centre, town_code=town_code)
    return sorted(there, key=lambda centre: centre.entity_id)


def _has_centre(centre: Centre) -> Problem:
    return Problem(
        "town_code",
        Code.HAS_CENTRE,
        centre.name,
        {"centre_id": centre.entity_id, "version_id": centre.id},
    )


def _names(there: list[Centre]) -> dict[int, str]:
    return {centre.entity_id: centre.name for centre in there}


def centre_for(
    write: Write, draft: StageDraft, where: Where
) -> tuple[Centre | None, list[Problem]]:
    """Find or make the centre that a stage is about, completed by what the form adds to it."""
    there = centres_of(write, where.code)
    details: dict[str, Any] = {
        "name": draft.centre_name.strip(),
        "regional_centre": draft.regional_centre.strip(),
        "address": draft.address.strip(),
    }
    if draft.new_site or not there:
        if draft.centre_id is not None:
            return None, [Problem("centre_id", Code.UNKNOWN_CENTRE, str(draft.centre_id))]
        said = CentreDraft(town_code=where.code, **details)
        if problems := list(centre_problems(said, _names(there))):
            return None, problems
        made = Centre(recorded_at=write.at_utc, **_values(said, where))
        return versions.insert(write, made), []
    if draft.centre_id is None and len(there) > 1:
        names = {str(number): name for number, name in _names(there).items()}
        return None, [Problem("centre_id", Code.WHICH_CENTRE, where.name, {"centres": names})]
    for centre in there:
        if draft.centre_id in {None, centre.entity_id}:
            return _completed(write, centre, details)
    return None, [Problem("centre_id", Code.OTHER_TOWN, str(draft.centre_id), {"town": where.name})]


def _completed(
    write: Write, centre: Centre, details: dict[str, str]
) -> tuple[Centre, list[Problem]]:
    """Fill what was blank without a word; replacing what was said asks for a reason."""
    said = {name: getattr(centre, name) or "" for name in details}
    moved = {name: text for name, text in details.items() if text and text != said[name]}
    problems = [
        Problem(
            "centre_name" if name == "name" else name,
            Code.REPLACES,
            text[:80],
            {"before": said[name]},
            confirmable=True,
        )
        for name, text in moved.items()
        if said[name]
    ]
    return versions.correct(write, centre, **moved), problems
