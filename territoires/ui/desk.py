"""The writer's desk: who sits at it, how a form is submitted, how its outcome is told."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import streamlit as st

from territoires.commands.write import Saved, writing
from territoires.domain.errors import (
    DatabaseError,
    InvalidError,
    Problem,
    StaleError,
    TerritoiresError,
)
from territoires.domain.roles import Permission, Reader
from territoires.domain.scope import Level, Scope, Territory
from territoires.french import faults
from territoires.french.desk import effect_sentence
from territoires.french.problems import error_message, problem_message
from territoires.queries.clocks import last_recorded_at
from territoires.queries.rollout import situation
from territoires.queries.territories import place
from territoires.settings import Settings
from territoires.ui.bar import today
from territoires.ui.cache import asked, current_edition
from territoires.ui.reader import current_reader, must_be_allowed

# What was known just before an act: everything up to the instant that precedes it.
TICK = timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True)
class Desk:
    """One writer in front of one database."""

    url: str
    seen: int
    reader: Reader

    def ask(self, query: Callable[..., Any], **filters: Any) -> Any:
        """Answer a query, from memory if nothing was written since it was last asked."""
        return asked(self.url, self.seen, query, **filters)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a form: saved, or not and why; kept until the form is sent again."""

    saved: Saved | None = None
    problems: tuple[Problem, ...] = ()
    error: TerritoiresError | None = None
    effect: str = ""

    @property
    def asks_confirmation(self) -> bool:
        """Whether all that stands in the way is suspicion, which a reason lifts."""
        return bool(self.problems) and all(problem.confirmable for problem in self.problems)


def open_desk(title: str, permission: Permission, *, path: str, lead: str = "") -> Desk:
    """Print the masthead of an entry page, and stop there for whoever may not use it."""
    settings = Settings.from_env()
    st.title(title, anchor=False)
    if lead:
        st.caption(lead)
    try:
        seen = current_edition(settings.database_url)
        reader = current_reader(settings.database_url)
    except DatabaseError as error:
        st.error(faults.database_message(error), icon=":material/database_off:")
        st.stop()
    must_be_allowed(reader, permission, path=path)
    return Desk(url=settings.database_url, seen=seen, reader=reader)


def submit(desk: Desk, form: str, command: Callable[..., Saved], draft: Any) -> Outcome:
    """Run a command and keep its outcome under the form's name.

    For callbacks: a click elsewhere interrupts a running page at its next `st.` call, never a
    callback without any. Nothing here draws.
    """
    outcome = _run(desk, command, draft)
    st.session_state[_name(form)] = outcome
    return outcome


def _run(desk: Desk, command: Callable[..., Saved], draft: Any) -> Outcome:
    try:
        with writing(desk.url, desk.reader.email, now=datetime.now(UTC)) as write:
            saved = command(write, draft)
    except InvalidError as invalid:
        return Outcome(problems=invalid.problems)
    except TerritoiresError as error:
        return Outcome(error=error)
    return Outcome(saved=saved, effect=_effect(desk.url, saved))


def _effect(url: str, saved: Saved) -> str:
    """Compare the region's count with what was known just before the act."""
    if not saved.region_code or saved.pending or not saved.changed:
        return ""
    seen = current_edition(url)
    now = asked(url, seen, last_recorded_at)
    region = Territory(Level.REGION, saved.region_code)
    scope = Scope(as_of=today(), territory=region)
    before = asked(
        url,
        seen,
        situation,
        scope=replace(scope, known_at=now - TICK),
    )
    after = asked(url, seen, situation, scope=scope)
    return effect_sentence(asked(url, seen, place, territory=region), before.count, after.count)


def refuse(form: str, *problems: Problem) -> None:
    """Keep what a form says that is not even a draft: an impossible date, a text for a number."""
    st.session_state[_name(form)] = Outcome(problems=problems)


def outcome_of(form: str) -> Outcome:
    """Give what became of the form when it was last sent."""
    kept: Outcome = st.session_state.get(_name(form), Outcome())
    return kept


def forget(form: str) -> None:
    """Start the form afresh."""
    st.session_state.pop(_name(form), None)


def tell(outcome: Outcome, *, saved: str = "Enregistré.") -> None:
    """Say on top what became of the form: errors first, each as beside its field."""
    if outcome.error is not None:
        icon = ":material/group:" if isinstance(outcome.error, StaleError) else ":material/error:"
        st.error(error_message(outcome.error), icon=icon)
    elif outcome.asks_confirmation:
        lines = "\n".join(f"- {problem_message(problem)}" for problem in outcome.problems)
        st.warning(
            f"**À confirmer avant d’enregistrer.** Rien n’a été enregistré.\n\n{lines}\n\n"
            "Si c’est exact, indiquez le motif en bas du formulaire, puis enregistrez.",
            icon=":material/help:",
        )
    elif outcome.problems:
        lines = "\n".join(f"- {problem_message(problem)}" for problem in outcome.problems)
        st.error(
            f"**Rien n’a été enregistré.** Votre saisie est conservée.\n\n{lines}",
            icon=":material/error:",
        )
    elif outcome.saved is not None:
        told = saved if outcome.saved.changed else "Rien à changer\u00a0: tout était déjà ainsi."
        if outcome.saved.pending:
            told = "Proposé\u00a0: une personne du siège doit valider avant publication."
        st.success(f"{told} {outcome.effect}".strip(), icon=":material/check_circle:")


def beside(outcome: Outcome, field: str) -> None:
    """Repeat under a field what is wrong with it."""
    for problem in outcome.problems:
        if problem.field == field:
            st.markdown(f":red[{problem_message(problem)}]")


def _name(form: str) -> str:
    return f"{form}_outcome"
