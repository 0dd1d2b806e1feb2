"""A queue that people decide: a reason for each thing, buttons, what became of the last one."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from territoires.commands.write import Saved
from territoires.domain.drafts import Draft
from territoires.ui import links
from territoires.ui.desk import Desk, button
from territoires.ui.forms import REASON, Form
from territoires.ui.outcomes import Outcome, beside, outcome_of, submit, tell

Make = Callable[..., Draft]


class Decisions:
    """The decisions of a page, named after it; each thing has its own form, `each` and its key.

    What was decided last is told on top, and beside the reason that it lacked. `make` gives the
    draft of a decision from the key of the thing, a reason, and what its button says besides.
    """

    def __init__(self, desk: Desk, name: str, *, each: str, make: Make) -> None:
        self.desk, self.name, self.each, self.make = desk, name, each, make

    @property
    def _number(self) -> str:
        return f"{self.name}_numero"

    @property
    def outcome(self) -> Outcome:
        """What became of the last decision."""
        return outcome_of(self.name)

    @property
    def decided(self) -> Any:
        """What the last decision was about."""
        return st.session_state.get(self._number)

    def told(self) -> None:
        """Say what became of the last decision."""
        outcome = self.outcome
        tell(outcome, saved=st.session_state.get(f"{self.name}_fait", "Enregistré."))
        if outcome.saved is not None and outcome.saved.town_code:
            links.town(outcome.saved.town_code)

    def form(self, number: Any) -> Form:
        """Give the form of the decision on a thing."""
        return Form(self.desk, f"{self.each}_{number}")

    def reason(self, number: Any, label: str, *, hint: str = "Une phrase suffit") -> None:
        """Ask for a reason."""
        form = self.form(number)
        form.open(number)
        with form.frame(border=False):
            st.text_input(label, key=form.key(REASON), placeholder=hint)
        if self.decided == number:
            beside(self.outcome, "reason")

    def button(  # noqa: PLR0913 - what a button does, and says
        self,
        number: Any,
        label: str,
        command: Callable[..., Saved],
        icon: str,
        *,
        done: str,
        main: bool = False,
        otherwise: str = "",
        **more: Any,
    ) -> None:
        """Offer a decision, and `more` of its draft; its reason is `otherwise` where none is typed.

        Its drawing tells it from the others of the thing.
        """

        def decide() -> None:
            state = st.session_state
            state[self._number] = number
            state[f"{self.name}_fait"] = done
            form = self.form(number)
            draft = self.make(number, reason=str(form.get(REASON) or "") or otherwise, **more)
            if submit(self.desk, self.name, command, draft).saved is not None:
                form.discard()

        button(
            label,
            f"{self.name}_{icon}_{number}",
            decide,
            icon=icon,
            type="primary" if main else "secondary",
            disabled=self.desk.signed_out,
        )
