"""A form from its opening to its saving: filled, kept as one types, sent, begun again."""

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Final

import orjson
import streamlit as st
from streamlit.errors import StreamlitAPIException

from territoires.commands.kept import erase, keep
from territoires.commands.write import Saved
from territoires.domain.drafts import UNREAD, Draft, encode
from territoires.domain.errors import DatabaseError, InvalidError, Problem
from territoires.domain.programme import Validation
from territoires.french import desk as words
from territoires.french import validation
from territoires.queries import entry
from territoires.queries.kept import Kept, kept_texts
from territoires.ui import links, outcomes
from territoires.ui.desk import Desk, button, drawn, outlived, shown
from territoires.ui.enter.choosing import FOLLOWED, TOWN
from territoires.ui.fields import LEFT, WIDE, Field, said
from territoires.ui.outcomes import OPENED, REBASED, Outcome, tell
from territoires.ui.reader import current_reader
from territoires.ui.resumed import SUBMITTER
from territoires.ui.undo import tell_undone, undo_button

RESUME: Final = "reprise"  # in an address: the number of the proposal to take up again
REASON: Final = "motif"
CONFIRMED: Final = "confirme"
# What only says which thing a form is about: kept with it, but nothing to keep by itself.
CHOOSERS: Final = frozenset({
    "annee", "autres", "centre", "choisi", "choisie", "comptage", "perimetre", "territoire",
    "ville",
})  # fmt: skip
_AS_DRAFT: Final = "form_as_draft"
_NOTHING: Final[Mapping[str, Any]] = {}

Texts = dict[str, Any]


@dataclass(kw_only=True)
class Opened:
    """A form on the screen: what it is about, what it began with, what is kept of it since.

    `version` is what the writer had before them, and `said` what it said; `since` when the text
    that came back was kept, `returned` its fields, `resumes` the proposal taken up again.
    """

    subject: str
    name: str
    start: Texts
    version: Any
    said: Mapping[str, str]
    kept: Texts = field(default_factory=dict)
    resumes: int | None = None
    since: datetime | None = None
    returned: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class _Left:
    """What was left of a form: its texts, and the version that they were typed over."""

    texts: Texts = field(default_factory=dict)
    version: Any = None
    said: Mapping[str, str] | None = None
    since: datetime | None = None
    is_start: bool = False  # of a proposal: what the form begins with, rather than typed since


class Form:
    """One form of a page, for the run that draws it."""

    def __init__(  # noqa: PLR0913 - what a form is made of
        self,
        desk: Desk,
        name: str,
        fields: Sequence[Field] = (),
        *,
        choosers: frozenset[str] = CHOOSERS,
        where: Mapping[str, str] = _NOTHING,
        commands: Collection[Callable[..., Saved]] = (),
        cells: Callable[[Mapping[str, Any]], Texts] | None = None,
    ) -> None:
        """`where` are widgets where problems of other fields than `fields` are mended.

        `commands` are those whose proposals are taken up again here; `cells` gives what more the
        widgets hold for one that was not typed in this form.
        """
        self.desk, self.name, self.fields = desk, name, tuple(fields)
        self.choosers, self.where, self._cells = choosers, dict(where), cells
        self._commands = {each.__name__ for each in commands}
        # What fields of problems are called where their messages alone do not say: rows of a grid.
        self.names: dict[str, str] = {}

    def key(self, widget: str) -> str:
        """Give the whole key of a widget."""
        return f"{self.name}_{widget}"

    def get(self, widget: str) -> Any:
        """Give what a widget holds."""
        return st.session_state.get(self.key(widget))

    @property
    def outcome(self) -> Outcome:
        """What became of the form when it was last sent."""
        return outcomes.outcome_of(self.name)

    @property
    def opened(self) -> Opened:
        """The form on the screen."""
        opened: Opened = st.session_state[OPENED + self.name]
        return opened

    # --- opening ---

    def recall(self, first: str = TOWN) -> None:
        """Come back to the thing whose form was left, when neither page nor address names one.

        `first` is the widget that chooses it.
        """
        if self.key(first) in st.session_state or self.desk.signed_out:
            return
        left = self._of_proposal()
        if left is None and TOWN not in st.query_params:
            left = next(map(self._of_row, self._rows), None)
        for name, value in (left.texts if left else {}).items():
            if self._chooses(name) and not outlived(self.key(name)):
                st.session_state[self.key(name)] = value

    def bring_back(self, *choosers: str) -> None:
        """Put back what narrows a form, where it was left with it and is not drawn yet."""
        for name in choosers:
            if self.key(name) in st.session_state or self.desk.signed_out:
                continue
            for row in self._rows:
                if name in row.content["texts"]:
                    st.session_state[self.key(name)] = row.content["texts"][name]
                    break

    def open(
        self,
        *about: object,
        known: Mapping[str, str] | None = None,
        version: Any = None,
        name: str = "",
        start: Mapping[str, Any] = _NOTHING,
    ) -> None:
        """Begin the form with what is known, or with nothing, or go on and keep what was typed.

        `start` is what its other widgets begin with, `name` what the form is about, in words.
        """
        self._subject = self._subject_of(about)
        if self._is_on_screen():
            self._keep()
            return
        left = self._left_on_it()
        begins = self.texts_of(known, of_fact=True) | dict(start) | {REASON: "", CONFIRMED: False}
        if left.is_start:
            begins |= left.texts
        self._hold(begins | left.texts)
        st.session_state[OPENED + self.name] = Opened(
            subject=self._subject,
            name=name,
            start=begins,
            version=version if left.version is None else left.version,
            said=(known or {}) if left.said is None else left.said,
            kept={} if left.is_start else left.texts,
            resumes=self._proposal["proposal_id"] if self._proposal else None,
            since=left.since,
            returned=frozenset(name for name, text in left.texts.items() if text),
        )

    def _left_on_it(self) -> _Left:
        """Give what was left of the form on this thing."""
        if self.desk.signed_out:
            return _Left()
        found = next((row for row in self._rows if row.subject == self._subject), None)
        left = (self._of_row(found) if found else self._of_proposal()) or _Left()
        is_rebased = st.session_state.pop(REBASED + self.name, False)
        return replace(left, version=None, said=None) if is_rebased else left

    def _subject_of(self, about: Sequence[object]) -> str:
        resumed = [f"{RESUME} {self._proposal['proposal_id']}"] if self._proposal else []
        return " ".join([*map(str, about), *resumed])

    def _is_on_screen(self) -> bool:
        """Tell whether the form was drawn a run ago: Streamlit forgets those of other pages."""
        opened: Opened | None = st.session_state.get(OPENED + self.name)
        if opened is None or opened.subject != self._subject:
            return False
        return self.key(next(iter(opened.start))) in st.session_state

    def _hold(self, texts: Mapping[str, Any]) -> None:
        """Give widgets what they hold; the text that the browser kept over a restart stays."""
        choices = frozenset().union(*(each.choices for each in self.fields))
        for name, value in texts.items():
            if name in choices or not outlived(self.key(name)):
                with suppress(StreamlitAPIException):  # what chooses the thing is drawn already
                    st.session_state[self.key(name)] = value

    @cached_property
    def _rows(self) -> list[Kept]:
        return self.desk.ask_now(kept_texts, email=self.desk.reader.email, form=self.name)

    @cached_property
    def _proposal(self) -> dict[str, Any] | None:
        """Find the proposal that the address names, when it is one's own and opens in this form."""
        number = st.query_params.get(RESUME, "")
        if not number or self.desk.signed_out:
            return None
        listed = self.desk.ask(
            entry.proposals, state=None, author=self.desk.reader.email, counts_of=None
        )
        for row in listed[listed["proposal_id"].astype(str) == number].to_dict("records"):
            resumable = row["state"] in {Validation.DRAFT, Validation.REFUSED}
            if resumable and row["command"] in self._commands:
                return dict(row)
        return None

    @staticmethod
    def _of_row(row: Kept) -> _Left:
        content = row.content
        return _Left(
            texts=dict(content["texts"]),
            version=content["version"],
            said=content["said"],
            since=row.kept_at,
        )

    def _of_proposal(self) -> _Left | None:
        """Give what a proposal says as the widgets hold it, whether typed here or not."""
        if self._proposal is None:
            return None
        draft = orjson.loads(self._proposal["draft"])
        typed = draft.get("typed") or {}
        texts = typed.get("texts") or self.texts_of(draft) | {
            REASON: draft.get("reason", ""),
            TOWN: self._proposal["town_code"],
            **(self._cells(draft) if self._cells else {}),
        }
        version = typed.get("version", draft.get("expected_id"))
        return _Left(texts=texts, version=version, said=typed.get("said"), is_start=True)

    def texts_of(self, plain: Mapping[str, Any] | None, *, of_fact: bool = False) -> Texts:
        """Give what the widgets of the fields hold for the columns of a draft, or of a fact."""
        texts: Texts = {}
        for each in self.fields:
            column = each.known if of_fact and each.known else each.column
            texts |= each.widgets(None if plain is None else plain.get(column))
        return texts

    # --- keeping ---

    def _held(self) -> Texts:
        """Give what every widget of the form holds, those that other modules draw included."""
        prefix = self.key("")
        held = {
            str(name).removeprefix(prefix): st.session_state[name]
            for name in st.session_state
            if str(name).startswith(prefix) and not str(name).endswith(outcomes.OUTCOME)
        }
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in held.items()
            if value is None or isinstance(value, str | int | list | tuple)
        }

    def _chooses(self, name: str) -> bool:
        return name.partition("_")[0] in self.choosers

    def _keep(self) -> None:
        """Keep on the server what was typed since the form began, when it has changed."""
        opened, url, email = self.opened, self.desk.url, self.desk.reader.email
        texts = {
            name: value
            for name, value in self._held().items()
            if (value or opened.start.get(name)) and value != opened.start.get(name)
        }
        if all(map(self._chooses, texts)):
            texts = {}
        if texts == opened.kept or current_reader(url).email != email:
            return
        try:
            if texts:
                content = {
                    "texts": texts,
                    "version": opened.version,
                    "said": dict(opened.said),
                    "name": opened.name or str(self.get(TOWN) or ""),
                    "address": st.query_params.to_dict(),
                }
                now = datetime.now(UTC)
                keep(url, email, form=self.name, subject=opened.subject, content=content, now=now)
            else:
                erase(url, email, form=self.name, subject=opened.subject)
        except DatabaseError:  # tried again at the next field; what is typed is on the screen
            return
        opened.kept = texts

    def _erase(self, subject: str) -> None:
        try:
            erase(self.desk.url, self.desk.reader.email, form=self.name, subject=subject)
        except DatabaseError:  # it comes back once more, and may be thrown away then
            return

    def restart(self) -> None:
        """Begin again from what is known now, whatever was typed; for callbacks."""
        opened = st.session_state.pop(OPENED + self.name, None)
        if opened is None:
            return
        self._erase(opened.subject)
        st.query_params.pop(RESUME, None)
        for name, value in self._held().items():
            if self._chooses(name) or name in opened.start:
                continue
            if "_" in name:
                del st.session_state[self.key(name)]
            else:
                st.session_state[self.key(name)] = type(value)() if value is not None else None

    def discard(self) -> None:
        """Throw away what was typed; for callbacks."""
        outcomes.forget(self.name)
        self.restart()

    def _take_up(self, row: Kept) -> None:
        """Come back to another form that was left; for callbacks."""
        st.query_params.from_dict(row.content.get("address", {}))
        st.session_state.pop(FOLLOWED + self.key(TOWN), None)  # the town is what was typed then
        left = self._of_row(row)
        st.session_state.pop(OPENED + self.name, None)
        for name, value in left.texts.items():
            if self._chooses(name):
                st.session_state[self.key(name)] = value

    # --- drawing ---

    def tell(self, *, again: str = "Fermer ce message", saved: str = "") -> None:
        """Say what became of the form, what may follow, and that an act was taken back."""
        outcome = self.outcome
        # In the order of the page: what the form is about, its fields, the rows of a grid.
        of_rows = {name: key for name, key in self.where.items() if "." in name}
        places = {name: key for name, key in self.where.items() if name not in of_rows}
        for each in self.fields:
            places |= dict.fromkeys((each.column, *each.also), each.key)
        places |= of_rows | {"reason": REASON}
        places = {name: self.key(key) for name, key in places.items()}
        tell(outcome, saved=saved, fields=places, names=self.names)
        if outcome.saved is not None:
            self._what_follows(outcome.saved, again)
        tell_undone()

    def _what_follows(self, saved: Saved, again: str) -> None:
        with st.container(horizontal=True, vertical_alignment="center", key=self.key("suites")):
            if saved.town_code:
                links.town(saved.town_code)
            button(again, f"{self.name}_nouvelle", outcomes.forget, self.name, icon="add")
            undo_button(self.desk, form=self.name, saved=saved)

    def others(self) -> None:
        """List what else was left unsaved in this form, with the way back to it."""
        if self.desk.signed_out:
            return
        for row in self._rows:
            if row.subject == getattr(self, "_subject", None) or RESUME in row.subject:
                continue
            about = words.left_unsaved(str(row.content.get("name", "")), row.kept_at)
            with st.container(horizontal=True, vertical_alignment="center"):
                st.caption(shown(about))
                for label, act in (("Reprendre", self._take_up), ("Jeter", self._throw_away)):
                    key = f"{self.name}_{act.__name__}_{row.subject}"
                    button(label, key, act, row, type="tertiary")

    def _throw_away(self, row: Kept) -> None:
        self._erase(row.subject)

    @contextmanager
    def frame(self, *, border: bool = True) -> Iterator[None]:
        """Draw the form within a frame that our script knows it by: whose it is, and about what."""
        whose = f"{self.desk.reader.email}\n{self.name}\n{self._subject}"
        with st.container(
            border=border, key=f"cadre_{hashlib.sha256(whose.encode()).hexdigest()[:16]}"
        ):
            self._came_back()
            yield

    @contextmanager
    def folded(self, label: str) -> Iterator[None]:
        """Draw the form folded, unless it was refused or holds a text that came back.

        Not open for what is typed now: a fold that opens by itself moves the button that one clicks
        on.
        """
        opened = st.session_state.get(OPENED + self.name)
        is_under_way = self.outcome.failed or self._proposal or (opened and opened.since)
        drawing = ":material/delete:"
        with st.expander(label, icon=drawing, expanded=bool(is_under_way)), self.frame():
            yield

    def _came_back(self) -> None:
        proposal, opened = self._proposal, st.session_state.get(OPENED + self.name)
        if proposal and proposal["state"] == Validation.REFUSED:
            st.warning(shown(validation.refused(proposal["decision"])), icon=":material/undo:")
        elif proposal:
            st.info(validation.RESUMED, icon=":material/edit_note:")
        since = opened.since if opened else None
        if since is not None:
            st.info(words.came_back(since), icon=":material/history:")

    def draw(self, *names: str) -> None:
        """Draw the fields, or those named: some side by side, some folded away."""
        fields = [each for each in self.fields if not names or each.key in names]
        for group in dict.fromkeys(each.group for each in fields):
            some = [each for each in fields if each.group == group]
            if not group:
                self._draw(some)
                continue
            wrong = {problem.field for problem in self.outcome.problems}
            opened = any(each.column in wrong or each.key in self._came_back_with for each in some)
            with st.expander(group, expanded=opened):
                self._draw(some)

    @property
    def _came_back_with(self) -> frozenset[str]:
        opened = st.session_state.get(OPENED + self.name)
        return opened.returned if opened else frozenset()

    def _draw(self, fields: Sequence[Field]) -> None:
        pending: list[Field] = []
        for each in (*fields, None):
            if each is not None and each.at != WIDE:
                pending.append(each)
                continue
            if pending:
                left, right = st.columns(2)
                for one in pending:
                    with left if one.at == LEFT else right:
                        self._draw_one(one)
                pending = []
            if each is not None:
                self._draw_one(each)

    def _draw_one(self, one: Field) -> None:
        one.draw(self)
        outcomes.beside(self.outcome, one.column, *one.also)

    def finish(
        self,
        save: Callable[[], None],
        *,
        reason_is_asked: bool | None = False,
        label: str = "Enregistrer",
        icon: str = ":material/save:",
        may_wait: bool = False,
    ) -> None:
        """Draw the reason and the buttons; `may_wait`: the form may be kept for later.

        `reason_is_asked` None: there is none. Where a reason was given and suspicions stay, because
        the form has its reason anyway, a tick answers them.
        """
        outcome = self.outcome
        if reason_is_asked is not None:
            asked = reason_is_asked or outcome.asks_confirmation
            st.text_input(
                "Motif ★" if asked else "Motif",
                key=self.key(REASON),
                placeholder="Une phrase suffit",
            )
            outcomes.beside(outcome, "reason")
        if outcome.asks_confirmation and outcome.has_reason:
            st.checkbox("Je confirme\u00a0: c’est exact", key=self.key(CONFIRMED))

        send = self.once(save)

        def keep_for_later() -> None:
            st.session_state[_AS_DRAFT] = True
            try:
                send()
            finally:
                del st.session_state[_AS_DRAFT]

        opened = st.session_state.get(OPENED + self.name)
        with st.container(horizontal=True):
            st.button(
                label, key=f"{SUBMITTER}{self.name}", type="primary", on_click=send, icon=icon
            )
            if may_wait:
                st.button(
                    "Garder en brouillon",
                    key=f"{SUBMITTER}{self.name}_brouillon",
                    on_click=keep_for_later,
                    icon=":material/edit_note:",
                )
            # Our script warns whoever leaves as long as there is something to throw away.
            button(
                "Jeter ma saisie",
                f"jeter_{self.name}",
                self.discard,
                type="tertiary",
                icon="delete_sweep",
                disabled=self.desk.signed_out or not (opened and opened.kept),
            )
        drawn()
        if outcome.failed:
            st.caption(f":red[{words.correctable(max(1, len(outcome.problems)))}]")

    # --- sending ---

    def once(self, act: Callable[[], None]) -> Callable[[], None]:
        """Let a callback do its act while the form is open: a second click finds it sent."""
        return lambda: act() if OPENED + self.name in st.session_state else None

    def read(self) -> tuple[dict[str, Any], list[Problem]]:
        """Read the fields by column, and say what could not be read."""
        values: dict[str, Any] = {"reason": str(self.get(REASON) or "")}
        problems: list[Problem] = []
        for each in self.fields:
            try:
                values[each.column] = each.read(self.get)
            except InvalidError as error:
                values[each.column] = each.empty()
                problems += error.problems
        return values, problems

    def submit(
        self,
        command: Callable[..., Saved],
        make: Callable[..., Draft],
        *,
        name: words.Name | Callable[[Any], words.Name] = words.NOBODY,
    ) -> Outcome:
        """Read the fields and run the command on the draft made of them; for callbacks.

        `name` names what was saved, from the draft or not.
        """
        values, problems = self.read()
        draft = make(**values)
        called = words.NOBODY
        with suppress(DatabaseError):  # the command will say so
            if self.desk.is_manned():  # to nobody else is anything told, a name included
                called = name(draft) if callable(name) else name
        return self.send(command, draft, problems, name=called)

    def send(
        self,
        command: Callable[..., Saved],
        draft: Draft,
        unread: Sequence[Problem] = (),
        *,
        name: words.Name = words.NOBODY,
    ) -> Outcome:
        """Run the command on a draft, and begin again once it is saved."""
        opened = self.opened
        typed = {
            "texts": self._held(),
            "version": opened.version,
            "said": dict(opened.said),
            UNREAD: [asdict(problem) for problem in unread],
        }
        as_draft = bool(st.session_state.get(_AS_DRAFT))
        draft = replace(draft, as_draft=as_draft, resumes=opened.resumes, typed=typed)
        if hasattr(draft, "confirmed"):
            ticked: Any = {"confirmed": bool(self.get(CONFIRMED))}
            draft = replace(draft, **ticked)
        outcome = outcomes.submit(self.desk, self.name, command, draft, unread=unread, name=name)
        if outcome.saved is not None:
            self.restart()
        return outcome

    def said(self, draft: Any) -> dict[str, str]:
        """Write what a draft says, by column of the fact; nothing for another act."""
        plain = encode(draft) if isinstance(draft, Draft) else {}
        if not all(each.column in plain for each in self.fields):
            return {}
        return {each.known or each.column: said(plain[each.column]) for each in self.fields}
