"""The writer's desk: who sits at it, how a form is submitted, how its outcome is told."""

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

import streamlit as st
from streamlit.errors import StreamlitAPIException

from territoires.commands.write import Saved, writing
from territoires.db.demonstration import is_demonstration
from territoires.db.engine import reading
from territoires.domain.errors import (
    DatabaseError,
    InvalidError,
    Problem,
    RefusedError,
    StaleError,
    TerritoiresError,
)
from territoires.domain.roles import Permission, Reader
from territoires.domain.scope import Level, Scope, Territory
from territoires.french import desk as words
from territoires.french.demonstration import BANNER
from territoires.french.numbers import literal
from territoires.french.problems import error_message, problem_message
from territoires.queries.clocks import Edition, last_recorded_at
from territoires.queries.rollout import situation
from territoires.queries.territories import place
from territoires.settings import Settings
from territoires.ui import resumed
from territoires.ui.bar import today
from territoires.ui.cache import asked, current_edition
from territoires.ui.page import name_tab
from territoires.ui.reader import current_reader, must_be_allowed

# What was known just before an act: everything up to the instant that precedes it.
_TICK = timedelta(microseconds=1)

_LOG: Final = logging.getLogger(__name__)

# Pages that tell what the public does not see: once a session has ended they say no more.
_NOT_PUBLIC = {Permission.READ_JOURNAL, Permission.SEE_PENDING, Permission.MANAGE_STAFF}
_SEAT, _ASKED, _KEPT, _RESUMED = "desk_seat", "desk_asked", "desk_kept", "desk_resumed"
AS_DRAFT = "desk_as_draft"
# Streamlit lets nobody set a button; ours are named so that they are recognised.
BUTTON = "bouton_"


@dataclass(frozen=True, kw_only=True)
class Desk:
    """One writer in front of one database.

    `signed_out`: the session ended while the form was being filled in. It stays on the screen with
    what was typed; nothing is written, and nothing is read that this tab had not read before.
    """

    url: str
    seen: Edition
    reader: Reader
    signed_out: bool = False

    def ask(self, query: Callable[..., Any], **filters: Any) -> Any:
        """Answer a query, from memory if nothing was written since it was last asked."""
        known: set[Any] = st.session_state.setdefault(_ASKED, set())
        question = (query.__qualname__, tuple(sorted(filters.items())))
        if self.signed_out and question not in known:
            keep_typed()
            st.stop()
        known.add(question)
        return asked(self.url, self.seen, query, **filters)

    def ask_now(self, query: Callable[..., Any], **filters: Any) -> Any:
        """Answer a query whose answer moves without any act: sessions, the time that passes."""
        if self.signed_out:
            keep_typed()
            st.stop()
        with reading(self.url) as connection:
            return query(connection, **filters)

    def may(self, permission: Permission, region: str | None = None) -> bool:
        """Tell whether the writer may do the act, in `region` where one is named."""
        return self.reader.may(permission, region)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a form: saved, or not and why; kept until the form is sent again.

    `note` says what is no problem of a field; `draft` is what was sent.
    """

    saved: Saved | None = None
    problems: tuple[Problem, ...] = ()
    error: TerritoiresError | None = None
    note: str = ""
    effect: str = ""
    draft: Any = None

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


def open_desk(title: str, permission: Permission, *, path: str, lead: str = "") -> Desk:
    """Print the masthead of an entry page, and stop there for whoever may not use it."""
    settings = Settings.from_env()
    name_tab(title)
    st.title(title, anchor=False)
    if lead:
        st.caption(lead)
    state = st.session_state
    seen = current_edition(settings.database_url)
    reader = current_reader(settings.database_url)
    if asked(settings.database_url, seen, is_demonstration):
        st.warning(BANNER, icon=":material/science:")
    back = f"{path}?{urlencode(st.query_params.to_dict())}" if st.query_params else path
    seated = state.get(_SEAT)
    if (
        not reader.email
        and seated is not None
        and seated[0] == path
        and permission not in _NOT_PUBLIC
    ):
        st.warning(words.SIGNED_OUT, icon=":material/lock_clock:")
        st.link_button(
            "Se connecter dans un autre onglet",
            f"/connexion?{urlencode({'retour': '/connecte'})}",
            type="primary",
            icon=":material/login:",
        )
        return Desk(url=settings.database_url, seen=seen, reader=seated[1], signed_out=True)
    if not reader.may(permission):
        keep_typed()
        state.pop(_ASKED, None)
    must_be_allowed(reader, permission, path=back)
    state[_RESUMED] = resumed.sent() if seated is None else ()
    if any(name.startswith(resumed.SUBMITTER) for name in state[_RESUMED]):
        st.warning(words.RESTARTED, icon=":material/restart_alt:")
    if seated is None or seated[1].email != reader.email:
        state.pop(_ASKED, None)
    state[_SEAT] = (path, reader)
    return Desk(url=settings.database_url, seen=seen, reader=reader)


def seat(url: str, reader: Reader) -> Desk:
    """Sit somebody at the desk of a page that everybody may open."""
    return Desk(url=url, seen=current_edition(url), reader=reader)


def must_cover(desk: Desk, permission: Permission, region: str) -> None:
    """Stop a page about a region in which this writer is not competent."""
    if not desk.may(permission, region):
        st.error(error_message(RefusedError(permission, region)), icon=":material/lock:")
        st.stop()


def keep_typed() -> None:
    """Keep what was typed when its fields are not drawn: Streamlit would forget it."""
    state = st.session_state
    kept: dict[str, str | int] = {}
    for name in list(state):
        text = str(name)
        if not text.startswith((BUTTON, resumed.SUBMITTER)) and isinstance(state[name], str | int):
            with suppress(StreamlitAPIException):  # drawn before the page had to stop
                state[name] = kept[text] = state[name]
    state[_KEPT] = kept


def give_back_typed() -> None:
    """Put back what `keep_typed` kept: the browser, which drew no field, has nothing any more."""
    st.session_state.update(st.session_state.pop(_KEPT, {}))


def submit(desk: Desk, form: str, command: Callable[..., Saved], draft: Any) -> Outcome:
    """Run a command and keep its outcome under the form's name.

    For callbacks: a click elsewhere interrupts a running page at its next `st.` call, never a
    callback without any. Nothing here draws.
    """
    kept = replace(draft, as_draft=True) if st.session_state.get(AS_DRAFT) else draft
    outcome = replace(_run(desk, command, kept), draft=kept)
    st.session_state[_name(form)] = outcome
    return outcome


def _run(desk: Desk, command: Callable[..., Saved], draft: Any) -> Outcome:
    try:
        # The page may have been drawn long ago: whose session it is now decides.
        reader = current_reader(desk.url)
        if not reader.email:
            return Outcome(note=words.NOTHING_SAVED)
        if reader.email != desk.reader.email:
            return Outcome(note=words.other_account(reader.name))
        with writing(desk.url, reader.email, now=datetime.now(UTC)) as write:
            saved = command(write, draft)
    except InvalidError as invalid:
        return Outcome(problems=invalid.problems)
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
    """Compare the count of a territory with what was known just before the latest act."""
    scope = Scope(as_of=today(), territory=territory)
    try:
        seen = current_edition(url)
        before = replace(scope, known_at=asked(url, seen, last_recorded_at) - _TICK)
        return words.effect_sentence(
            asked(url, seen, place, territory=territory),
            asked(url, seen, situation, scope=before).count,
            asked(url, seen, situation, scope=scope).count,
        )
    except DatabaseError:  # what is saved is saved; the page goes on to say what is wrong
        return ""


def refuse(form: str, *problems: Problem, note: str = "", draft: Any = None) -> Outcome:
    """Keep what a form says that is not even a draft: an impossible date, a text for a number."""
    outcome = Outcome(problems=problems, note=note, draft=draft)
    st.session_state[_name(form)] = outcome
    return outcome


def outcome_of(form: str, *, field: str = "") -> Outcome:
    """Give what became of the form when it was last sent.

    `field` is one of its own: when Streamlit has forgotten it, the reader has been elsewhere, and
    what became of the form before does not concern them any more.
    """
    if field and f"{form}_{field}" not in st.session_state:
        forget(form)
    kept: Outcome = st.session_state.get(_name(form), Outcome())
    return kept


def forget(form: str) -> None:
    """Start the form afresh."""
    st.session_state.pop(_name(form), None)


def fill(form: str, subject: Any, values: Mapping[str, Any]) -> None:
    """Give the fields of a form what is known of its subject, once: later they are the writer's.

    A field that Streamlit has forgotten, because another page was shown, starts again; what the
    browser kept over a restart of the server stays.
    """
    state = st.session_state
    first = f"{form}_{next(iter(values))}"
    if state.get(f"{form}_sujet") == subject and first in state:
        return
    state[f"{form}_sujet"] = subject
    named = {f"{form}_{name}": value for name, value in values.items()}
    state.update({name: value for name, value in named.items() if not outlived(name)})


def outlived(widget: str) -> bool:
    """Tell whether a widget, by its key, has what was typed before the server restarted."""
    return widget in st.session_state.get(_RESUMED, ())


def clear(form: str, *fields: str) -> None:
    """Empty the text fields of a form."""
    st.session_state.update({f"{form}_{name}": "" for name in fields})


def tell(outcome: Outcome, *, saved: str = "Enregistré.") -> None:
    """Say on top what became of the form: errors first, each as beside its field."""
    lines = "\n".join(f"- {shown(problem_message(problem))}" for problem in outcome.problems)
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
        told = saved if outcome.saved.changed else "Rien à changer\u00a0: tout était déjà ainsi."
        if outcome.saved.pending:
            told = "Proposé\u00a0: une personne du siège doit valider avant publication."
            if getattr(outcome.draft, "as_draft", False):
                told = (
                    "Gardé en brouillon\u00a0: vous seul le voyez, dans «\u00a0Validation\u00a0»."
                )
        gone = words.CENTRE_GONE if outcome.saved.centre_gone else ""
        told = " ".join(filter(None, (told, gone, outcome.effect)))
        st.success(told, icon=":material/check_circle:")


def shown(text: str) -> str:
    """Guard a sentence that quotes what somebody typed, so that Markdown shows it as it is."""
    return literal(text)


def beside(outcome: Outcome, *fields: str) -> None:
    """Repeat under a field what is wrong with it."""
    for problem in outcome.problems:
        if problem.field in fields:
            colour = "orange" if problem.confirmable else "red"
            st.markdown(f":{colour}[{shown(problem_message(problem))}]")


def _name(form: str) -> str:
    return f"{form}_outcome"
