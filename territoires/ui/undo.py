"""The button that takes back one's own last act, for ten minutes."""

from datetime import UTC, datetime

from territoires.commands.undo import GRACE, undo
from territoires.commands.write import REGISTERED, Saved
from territoires.domain.drafts import UndoDraft
from territoires.domain.roles import Permission
from territoires.french.desk import undo_label
from territoires.queries.entry import last_act
from territoires.ui.desk import Desk, button
from territoires.ui.outcomes import forget, outcome_of, start_again, submit, tell

FORM = "annulation"


def undo_button(desk: Desk, *, form: str = "", saved: Saved | None = None) -> None:
    """Offer to take back one's last act, where it can be; `saved` is the act just done.

    `form` is forgotten once its act is undone.
    """
    if desk.signed_out or not desk.may(Permission.OWN_ACTS):
        return
    act = desk.ask_now(last_act, email=desk.reader.email, since=datetime.now(UTC) - GRACE)
    if act is None or (saved is not None and saved.event_id != act[0]):
        return
    number, command, _, at_utc = act
    known = REGISTERED.get(command)
    if command == undo.__name__ or known is None or not known.undoable:
        return

    def take_back() -> None:
        if submit(desk, FORM, undo, UndoDraft(event_id=number)).saved is not None:
            start_again()
        if form:
            forget(form)

    button(undo_label(command, at_utc), FORM, take_back, icon="undo")


def tell_with_undo(desk: Desk, form: str) -> None:
    """Say what became of an act without a form, and offer to take it back."""
    outcome = outcome_of(form)
    tell(outcome)
    tell_undone()
    if outcome.saved is not None:
        undo_button(desk, form=form, saved=outcome.saved)


def tell_undone() -> None:
    """Say, once, what became of an act taken back."""
    tell(outcome_of(FORM), saved="Dernier acte annulé\u00a0: tout est revenu comme avant.")
    forget(FORM)
