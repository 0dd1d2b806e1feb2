"""What became of a form: the command is run, and its answer told on top and beside the fields."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

import streamlit as st

from territoires.commands.write import Saved, judge, writing
from territoires.db.journal import TICK
from territoires.domain.errors import (
    DatabaseError,
    InvalidError,
    Problem,
    StaleError,
    TerritoiresError,
)
from territoires.domain.imports import PlanMovedError, PlanRefusedError
from territoires.domain.scope import Level, Scope, Territory
from territoires.french import desk as words
from territoires.french.imports import refusal
from territoires.french.problems import error_message, problem_message
from territoires.queries.clocks import last_recorded_at
from territoires.queries.editions import current_edition
from territoires.queries.rollout import situation
from territoires.queries.territories import place
from territoires.ui.bar import today
from territoires.ui.cache import asked
from territoires.ui.desk import Desk, shown
from territoires.ui.reader import current_reader

_LOG: Final = logging.getLogger(__name__)

# `territoires/web/forms.js` gives the focus to what has this name, and finds the fields by these.
ANNOUNCED, FIELD = "resultat_", "#champ-"
OUTCOME, _PAGE = "_outcome", "page_on_show"
# Forms on the screen, and those that take up what was typed over the version of now.
OPENED, REBASED = "formulaire_", "repris_"
_NOWHERE: Mapping[str, str] = {}


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a form: saved, or not and why; kept until the form is sent again.

    `note` says what is no problem of a field; `draft` is what was sent; `name` names what it was
    about, and `number` tells this outcome from every other.
    """

    saved: Saved | None = None
    problems: tuple[Problem, ...] = ()
    error: TerritoiresError | None = None
    note: str = ""
    effect: str = ""
    draft: Any = None
    command: str = ""
    name: words.Name = words.NOBODY
    number: str = field(default_factory=lambda: uuid4().hex[:12])

    @property
    def asks_confirmation(self) -> bool:
        """Whether all that stands in the way is suspicion, which a reason lifts."""
        return bool(self.problems) and all(problem.confirmable for problem in self.problems)

    @property
    def has_reason(self) -> bool:
        """Whether the writer had given a reason: something else must then answer suspicions."""
        return bool(getattr(self.draft, "reason", "").strip())

    @property
    def failed(self) -> bool:
        """Whether the form was sent and nothing was written."""
        return bool(self.problems or self.error or self.note)

    @property
    def stale(self) -> StaleError | None:
        """What somebody else changed meanwhile."""
        return self.error if isinstance(self.error, StaleError) else None


def submit(  # noqa: PLR0913 - who, which form, what to do, and how it is called
    desk: Desk,
    form: str,
    command: Callable[..., Saved],
    draft: Any,
    *,
    unread: Sequence[Problem] = (),
    name: words.Name = words.NOBODY,
) -> Outcome:
    """Run a command and keep its outcome under the form's name.

    `unread` are the problems of the fields that could not be read: nothing is then written but a
    form kept for later, and what else is wrong is told with them. For callbacks: a click elsewhere
    interrupts a running page at its next `st.` call, never a callback without any.
    """
    outcome = _run(desk, command, draft, unread)
    saved = outcome.saved
    if saved is not None and saved.entity == "enrolment" and not name.detail:
        counts = words.counts(saved.inserted, saved.corrected, saved.unchanged)
        name = replace(name, detail=counts)
    outcome = replace(outcome, draft=draft, command=command.__name__, name=name)
    st.session_state[_memory(form)] = outcome
    return outcome


def _run(
    desk: Desk, command: Callable[..., Saved], draft: Any, unread: Sequence[Problem]
) -> Outcome:
    try:
        # The page may have been drawn long ago: whose session it is now decides.
        reader = current_reader(desk.url)
        if not reader.email:
            return Outcome(note=words.NOTHING_SAVED)
        if reader.email != desk.reader.email:
            return Outcome(note=words.other_account(reader.name))
        with writing(desk.url, reader.email, now=datetime.now(UTC)) as write:
            if unread and not draft.as_draft:
                judge(write, command, draft, besides=unread)
            saved = command(write, draft)
    except InvalidError as invalid:
        if isinstance(invalid, PlanMovedError | PlanRefusedError):  # a file that somebody proposed
            outcome = Outcome(note=shown(refusal(invalid)))
        else:
            outcome = Outcome(problems=invalid.problems)
        return outcome
    except DatabaseError as error:
        _LOG.error("database %s", error)
        return Outcome(error=error)
    except TerritoiresError as error:
        return Outcome(error=error)
    return Outcome(saved=saved, effect=_effect(desk.url, saved))


def _effect(url: str, saved: Saved) -> str:
    """Compare the region's count with what was known just before the act."""
    if not saved.region_code or saved.pending or not saved.changed:
        return ""
    return effect_on(url, Territory(Level.REGION, saved.region_code))


def effect_on(url: str, territory: Territory) -> str:
    """Say how the latest act moved the count of a territory; nothing when it did not."""
    scope = Scope(as_of=today(), territory=territory)
    try:
        seen = current_edition(url)
        # What was known just before an act: everything up to the instant that precedes it.
        before = replace(scope, known_at=asked(url, seen, last_recorded_at) - TICK)
        return words.effect_sentence(
            asked(url, seen, place, territory=territory),
            asked(url, seen, situation, scope=before).count,
            asked(url, seen, situation, scope=scope).count,
        )
    except DatabaseError:  # what is saved is saved; the page goes on to say what is wrong
        return ""


def outcome_of(form: str) -> Outcome:
    """Give what became of the form when it was last sent."""
    kept: Outcome = st.session_state.get(_memory(form), Outcome())
    return kept


def forget(form: str) -> None:
    """Say no more of what became of the form."""
    st.session_state.pop(_memory(form), None)


def tell(
    outcome: Outcome,
    *,
    saved: str = "",
    fields: Mapping[str, str] = _NOWHERE,
    names: Mapping[str, str] = _NOWHERE,
) -> None:
    """Say on top what became of the form, and let our script bring it to the reader.

    `saved` is said in place of the name of what was saved; `fields` are the widgets where problems
    are mended, by the field of the problem, `names` what some of these fields are called.
    """
    if outcome.failed or outcome.saved is not None:
        with st.container(key=f"{ANNOUNCED}{outcome.number}"):
            _tell(outcome, saved, fields, names)


def _tell(
    outcome: Outcome, saved: str, fields: Mapping[str, str], names: Mapping[str, str]
) -> None:
    order = {name: number for number, name in enumerate(fields)}
    problems = sorted(outcome.problems, key=lambda each: order.get(each.field, len(order)))
    lines = "\n".join(f"- {_line(problem, fields, names)}" for problem in problems)
    if outcome.error is not None:
        icon = ":material/group:" if outcome.stale else ":material/error:"
        st.error(shown(error_message(outcome.error)), icon=icon)
    elif outcome.note:
        st.error(outcome.note, icon=":material/error:")
    elif outcome.asks_confirmation:
        confirm = words.TICK if outcome.has_reason else words.CONFIRM
        st.warning(
            "**À confirmer avant d’enregistrer.** Rien n’a été enregistré.\n\n"
            f"{lines}\n\n{confirm}",
            icon=":material/help:",
        )
    elif outcome.problems:
        st.error(
            f"**Rien n’a été enregistré.** Votre saisie est conservée.\n\n{lines}",
            icon=":material/error:",
        )
    elif outcome.saved is not None:
        told = saved or words.done(outcome.command, outcome.name)
        if not outcome.saved.changed:
            told = "Rien à changer\u00a0: tout était déjà ainsi."
        elif outcome.saved.pending:
            as_draft = getattr(outcome.draft, "as_draft", False)
            told = words.kept_for_later(outcome.name) if as_draft else words.proposed(outcome.name)
        gone = words.CENTRE_GONE if outcome.saved.centre_gone else ""
        said = " ".join(filter(None, (told, gone, outcome.effect)))
        st.success(shown(said), icon=":material/check_circle:")


def _line(problem: Problem, fields: Mapping[str, str], names: Mapping[str, str]) -> str:
    """Write a problem as a link to its field, where it has one on the page."""
    said, widget = shown(problem_message(problem)), fields.get(problem.field)
    if problem.field in names:
        said = f"**{shown(names[problem.field])}**\u00a0: {said}"
    return f"[{said}]({FIELD}{widget})" if widget else said


def beside(outcome: Outcome, *fields: str) -> None:
    """Repeat under a field what is wrong with it."""
    for problem in outcome.problems:
        if problem.field in fields:
            colour = "orange" if problem.confirmable else "red"
            st.markdown(f":{colour}[{shown(problem_message(problem))}]")


def turn_page(path: str) -> None:
    """Say no more of any form once another page is on show."""
    state = st.session_state
    if state.get(_PAGE) != path:
        for name in [name for name in state if str(name).endswith(OUTCOME)]:
            del state[name]
        state[_PAGE] = path


def start_again() -> None:
    """Let every form begin again from what the database holds now; for callbacks."""
    state = st.session_state
    for name in [str(name) for name in state if str(name).startswith(OPENED)]:
        del state[name]
        state[REBASED + name.removeprefix(OPENED)] = True


def _memory(form: str) -> str:
    return f"{form}{OUTCOME}"
