"""Views frozen under a short address: kept with their rows, labelled, withdrawn."""

import secrets
from typing import Final

from sqlalchemy import insert

from territoires.commands.write import Saved, Write, requires
from territoires.db.models import FrozenFile, FrozenView
from territoires.domain.checks import Code, reasoned, settle
from territoires.domain.drafts import FreezeDraft, FrozenDraft
from territoires.domain.errors import InvalidError, Problem, StaleError
from territoires.domain.frozen import HEAVIEST, digest_of, weight
from territoires.domain.roles import Permission

# No sign that is read as another, nor vowel that makes words of them.
_SIGNS: Final = "23456789bcdfghjkmnpqrstvwxz"
_LENGTH: Final = 8


@requires(Permission.FREEZE, undoable=False)
def freeze_view(write: Write, draft: FreezeDraft) -> Saved:
    """Keep the rows of a view, with what it takes to compute them again.

    The journal has the digest of the rows, which stay out of it. `entity_id` is the short address.
    """
    files = draft.files
    problems = list(reasoned(draft))
    if (heavy := weight(files)) > HEAVIEST:
        facts = {"bytes": heavy, "most": HEAVIEST, "narrowing": draft.narrowing}
        problems.append(Problem("view", Code.TOO_HEAVY, draft.view, facts))
    settle(problems, confirmed=False)
    row = FrozenView(
        short="".join(secrets.choice(_SIGNS) for _ in range(_LENGTH)),
        page=draft.page,
        view=draft.view,
        label=draft.label.strip(),
        edition=draft.edition,
        seal=draft.seal,
        program=draft.program,
        digest=digest_of(files),
        frozen_at=write.at_utc,
        frozen_by=write.actor.email,
        reason=draft.reason.strip(),
    )
    write.session.add(row)
    write.session.flush()
    kept = [{"view_id": row.id, "name": name, "rows": text} for name, text in files.items()]
    write.connection.execute(insert(FrozenFile), kept)
    return Saved(entity="frozen_view", entity_id=row.short)


@requires(Permission.FREEZE, undoable=False)
def label_view(write: Write, draft: FrozenDraft) -> Saved:
    """Call a frozen view otherwise: its rows and why it was frozen stay."""
    row = _found(write, draft)
    row.label = draft.label.strip()
    return Saved(entity="frozen_view", entity_id=row.short)


@requires(Permission.FREEZE, undoable=False)
def withdraw_view(write: Write, draft: FrozenDraft) -> Saved:
    """End a frozen view: its address says since when and why, its rows are shown no more."""
    settle(reasoned(draft), confirmed=False)
    row = _found(write, draft)
    row.withdrawn_at, row.withdrawn_by = write.at_utc, write.actor.email
    row.withdrawal = draft.reason.strip()
    return Saved(entity="frozen_view", entity_id=row.short)


def _found(write: Write, draft: FrozenDraft) -> FrozenView:
    row = write.row(FrozenView, draft.view_id)
    if row is None:
        raise InvalidError([Problem("view_id", Code.UNKNOWN_VIEW, str(draft.view_id)[:40])])
    if row.withdrawn_at is not None:
        raise StaleError("frozen_view", row.id, None)
    return row
