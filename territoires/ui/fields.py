"""The fields of the forms: what each asks, how it is drawn, read, and shown again."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Final

import streamlit as st

from territoires.domain.checks import Code, is_web_address
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import SourceDraft, cited
from territoires.domain.errors import InvalidError, PartialDateError, Problem
from territoires.domain.programme import Document
from territoires.domain.text import fold, whole
from territoires.french.dates import read_partial, slashed
from territoires.french.desk import sources_alike
from territoires.french.journal import column as column_name
from territoires.french.numbers import shortened
from territoires.french.validation import source_said
from territoires.french.words import DOCUMENTS
from territoires.ui.desk import shown
from territoires.ui.enter.choosing import NOTE_HEIGHT, source_titles
from territoires.ui.outcomes import Outcome

if TYPE_CHECKING:
    from territoires.ui.forms import Form

WIDE, LEFT, RIGHT = range(3)
DAY: Final = "JJ/MM/AAAA"
_ALIKE: Final = 4  # sources named
QUOTED: Final = 40  # signs of what could not be read
_YES: Final = {"yes", "true", "True"}

Get = Callable[[str], Any]
"""What a widget of the form holds, by its own name."""


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field whose widget is `key`, and what it fills of the draft, `column`.

    It is called as its column is, unless `label` says otherwise; `starred`: it must be filled.
    `hint` stands in an empty widget, `help` explains it.
    `known` is the column of the fact where it has another name, `also` are other fields of problems
    that are mended here; `at` is its place beside another, `group` the fold that it lies in.
    """

    key: str
    column: str
    label: str = ""
    starred: bool = False
    known: str = ""
    also: tuple[str, ...] = ()
    at: int = WIDE
    group: str = ""
    hint: str = ""
    help: str | None = None
    nothing: ClassVar[Any] = ""

    @property
    def title(self) -> str:
        """What stands over the widget."""
        return (self.label or column_name(self.column)) + (" ★" if self.starred else "")

    @property
    def choices(self) -> frozenset[str]:
        """The widgets that are chosen in rather than typed in: each choice is sent at once."""
        return frozenset()

    def widgets(self, plain: Any) -> dict[str, Any]:
        """Give what the widgets hold for a value as JSON writes it; None: nothing known yet."""
        return {self.key: self.show(plain)}

    def show(self, plain: Any) -> Any:
        """Give what the widget holds for a value as JSON writes it."""
        return "" if plain is None else str(plain)

    def read(self, get: Get) -> Any:
        """Give the value for the draft; raises InvalidError when what was typed has none."""
        return str(get(self.key) or "")

    def empty(self) -> Any:
        """Give the value that stands for what could not be read."""
        return self.nothing

    def draw(self, form: "Form") -> None:
        """Draw the widget."""
        raise NotImplementedError

    def wrong(self, code: Code, text: str = "", **facts: Any) -> InvalidError:
        """Make the error that says what is wrong with what was typed."""
        return InvalidError([Problem(self.column, code, shortened(text.strip(), QUOTED), facts)])


class Text(Field):
    """A line."""

    def draw(self, form: "Form") -> None:
        st.text_input(
            self.title, key=form.key(self.key), placeholder=self.hint or None, help=self.help
        )


class Capitals(Text):
    """A line in capitals."""

    def read(self, get: Get) -> Any:
        return str(get(self.key) or "").strip().upper()


class Area(Field):
    """Some lines."""

    def draw(self, form: "Form") -> None:
        st.text_area(self.title, key=form.key(self.key), height=NOTE_HEIGHT)


@dataclass(frozen=True, kw_only=True)
class Choice(Field):
    """One of `among`, each with what it is called; `blank` is what stands for none of them."""

    among: Mapping[Any, str]
    blank: str = ""
    none: Any = None
    required: bool = False

    @property
    def choices(self) -> frozenset[str]:
        return frozenset({self.key})

    def called(self, one: Any) -> str:
        """Say one of them, or what was among them before."""
        return self.among.get(one, str(one))

    def show(self, plain: Any) -> Any:
        """Choose it; what is not among them any more, or not known, is the first or none."""
        first = None if self.blank else next(iter(self.among))
        return next((one for one in self.among if str(one) == str(plain)), first)

    def read(self, get: Get) -> Any:
        chosen = get(self.key)
        if self.required and chosen not in self.among:
            raise self.wrong(Code.REQUIRED)
        return next((one for one in self.among if one == chosen), self.none)

    def empty(self) -> Any:
        return self.none

    def draw(self, form: "Form") -> None:
        key = form.key(self.key)
        if st.session_state.get(key) not in {None, *self.among}:
            st.session_state[key] = self.show(None)
        blank: Any = {"index": None, "placeholder": self.blank} if self.blank else {}
        st.selectbox(self.title, list(self.among), format_func=self.called, key=key, **blank)


class YesNo(Choice):
    """Yes, no, or not said: "yes", "no" and an empty text among its choices."""

    def show(self, plain: Any) -> Any:
        """Choose it."""
        return super().show(said(plain))

    def read(self, get: Get) -> Any:
        return {"yes": True, "no": False}.get(get(self.key))


class Radio(Choice):
    """One of a few, all in sight."""

    def draw(self, form: "Form") -> None:
        key = form.key(self.key)
        st.radio(self.title, list(self.among), format_func=self.called, key=key, horizontal=True)


@dataclass(frozen=True, kw_only=True)
class Several(Choice):
    """Some of `among`."""

    none: Any = ()

    def show(self, plain: Any) -> Any:
        """Choose those that are still there."""
        return [one for one in self.among if one in (plain or ())]

    def read(self, get: Get) -> Any:
        return tuple(get(self.key) or ())

    def draw(self, form: "Form") -> None:
        st.multiselect(
            self.title,
            list(self.among),
            format_func=self.called,
            key=form.key(self.key),
            placeholder=self.blank,
            help=self.help,
        )


@dataclass(frozen=True, kw_only=True)
class Tick(Field):
    """A box to tick; `denies`: ticked, it says that the column is false."""

    denies: bool = False

    @property
    def choices(self) -> frozenset[str]:
        return frozenset({self.key})

    def show(self, plain: Any) -> Any:
        """Tick it or not; nothing known yet is not ticked."""
        return plain is not None and (str(plain) in _YES) is not self.denies

    def read(self, get: Get) -> Any:
        return bool(get(self.key)) is not self.denies

    def draw(self, form: "Form") -> None:
        st.checkbox(self.title, key=form.key(self.key), help=self.help)


DATE_HINT: Final = "JJ/MM/AAAA, MM/AAAA ou AAAA"


class Partial(Text):
    """A date, as far as it is known; nothing is a date that is not known."""

    nothing: ClassVar[Any] = PartialDate()
    to_the_day: ClassVar[bool] = False

    def show(self, plain: Any) -> Any:
        """Write it as one types it."""
        return slashed(PartialDate.parse(plain)) if plain else ""

    def read(self, get: Get) -> Any:
        typed = str(get(self.key) or "")
        try:
            return read_partial(typed)
        except PartialDateError as error:
            raise self.wrong(Code.BAD_DATE, error.text, to_the_day=self.to_the_day) from error


class Day(Partial):
    """A whole day."""

    nothing: ClassVar[Any] = None
    to_the_day: ClassVar[bool] = True

    def read(self, get: Get) -> date | None:
        on: PartialDate = super().read(get)
        typed = str(get(self.key) or "")
        if on.day is None and typed.strip():
            raise self.wrong(Code.INCOMPLETE_DAY, typed)
        return on.first


@dataclass(frozen=True, kw_only=True)
class PartialOrUnknown(Partial):
    """A date, or a tick that says that it is not known: one of the two, never both."""

    tick: str
    tick_label: str

    @property
    def choices(self) -> frozenset[str]:
        return frozenset({self.tick})

    def widgets(self, plain: Any) -> dict[str, Any]:
        """Tick the box for a fact whose date is not known."""
        return {self.key: self.show(plain), self.tick: plain == ""}

    def read(self, get: Get) -> Any:
        typed, unknown = str(get(self.key) or ""), bool(get(self.tick))
        if unknown and typed.strip():
            raise self.wrong(Code.DATE_OR_UNKNOWN, typed)
        on = super().read(get)
        if on.first is None and not (unknown or typed.strip()):  # the word itself may be typed
            raise self.wrong(Code.REQUIRED)
        return on

    def draw(self, form: "Form") -> None:
        super().draw(form)
        st.checkbox(self.tick_label, key=form.key(self.tick))


@dataclass(frozen=True, kw_only=True)
class Whole(Text):
    """A whole number from `least` to `most`."""

    least: int
    most: int
    nothing: ClassVar[Any] = None

    def read(self, get: Get) -> Any:
        typed = str(get(self.key) or "")
        digits = "".join(typed.split())
        if not digits:
            return None
        number = whole(digits)
        if number is None or not self.least <= number <= self.most:
            raise self.wrong(Code.BAD_VALUE, typed, least=self.least, most=self.most)
        return number


@dataclass(frozen=True, kw_only=True)
class Source(Field):
    """Where a fact comes from: a page, a source cited before, a document with its day, one's word.

    `key` is the line of an address or of a document; `_nature` after it says which, `_citee` which
    source of the list, `_date` the day of a document.
    """

    key: str = "source"
    column: str = "source"
    known: str = "source_id"
    also: tuple[str, ...] = ("url", "source_title", "publisher", "source_date")
    nothing: ClassVar[Any] = SourceDraft()

    @property
    def choices(self) -> frozenset[str]:
        return frozenset({f"{self.key}_nature", f"{self.key}_citee"})

    def widgets(self, plain: Any) -> dict[str, Any]:
        """Fill them with a listed source, by its key, or with what a draft cites."""
        draft = plain if isinstance(plain, Mapping) else {"id": plain or ""}
        return {
            self.key: str(draft.get("url") or draft.get("title") or ""),
            f"{self.key}_nature": _nature(draft),
            f"{self.key}_citee": draft.get("id") or None,
            f"{self.key}_date": slashed(PartialDate.parse(draft.get("published_on") or "")),
        }

    def read(self, get: Get) -> Any:
        """Read what is cited."""
        nature, typed = get(f"{self.key}_nature") or PAGE, str(get(self.key) or "")
        if nature == CITED:
            return SourceDraft(id=str(get(f"{self.key}_citee") or ""))
        if nature == DECLARED:
            return SourceDraft(declared=True)
        if nature == PAGE:
            draft = cited(typed)
            if draft.url and not is_web_address(draft.url):
                raise self.wrong(Code.BAD_URL, typed)
            return draft
        day = str(get(f"{self.key}_date") or "")
        try:
            on = read_partial(day)
        except PartialDateError as error:
            problem = Problem("source_date", Code.BAD_DATE, shortened(day.strip(), QUOTED))
            raise InvalidError([problem]) from error
        return SourceDraft(document=Document(nature), title=typed.strip(), published_on=on)

    def draw(self, form: "Form") -> None:
        """Draw the choice of a nature, and what that nature asks; the others' fields persist."""
        key, state = form.key(self.key), st.session_state
        chosen = state.get(f"{key}_citee")
        titles = source_titles(form.desk, chosen=str(chosen or ""))
        if state.get(f"{key}_nature") not in _NATURES:
            state[f"{key}_nature"] = PAGE
        nature = st.radio(
            "Nature de la source",
            list(_NATURES),
            format_func=_NATURES.__getitem__,
            key=f"{key}_nature",
            horizontal=True,
        )
        if nature == CITED:
            if chosen is not None and chosen not in titles:
                state[f"{key}_citee"] = None
            st.selectbox(
                "Source ★",
                list(titles),
                format_func=lambda each: titles.get(each, each),
                key=f"{key}_citee",
                persist_state="page",
                index=None,
                placeholder="Cherchez un titre ou un éditeur",
            )
        elif nature == PAGE:
            st.text_input(
                "Source ★",
                key=key,
                persist_state="page",
                placeholder="L’adresse de la page, www.cnam.fr/…",
            )
            _say_alike(form.outcome, titles.values())
        elif nature != DECLARED:
            st.text_input(
                "Référence ★",
                key=key,
                persist_state="page",
                placeholder=_REFERENCES[Document(nature)],
            )
            st.text_input(
                "Date du document ★",
                key=f"{key}_date",
                persist_state="page",
                placeholder=DATE_HINT,
                width=260,
            )


PAGE, CITED, DECLARED = "page", "citee", "declaration"
_NATURES: Final = {
    PAGE: "page web",
    CITED: "source déjà citée",
    **{document.value: word for document, word in DOCUMENTS.items()},
    DECLARED: "je le déclare",
}
_REFERENCES: Final = {
    Document.PRESS: "Le journal, puis le titre\u00a0: L’Est républicain, Le Cnam ouvre",
    Document.LETTER: "De qui, à quel sujet\u00a0: mairie de Bar-le-Duc, ouverture du centre",
    Document.EMAIL: "De qui, à quel sujet\u00a0: Cnam Grand Est, effectifs de la rentrée",
    Document.SPOKEN: "Avec qui, à quelle occasion\u00a0: direction du centre, par téléphone",
    Document.REPORT: "Son numéro\u00a0: signalement T-2026-0042",
}


def _say_alike(outcome: Outcome, titles: Iterable[str]) -> None:
    """Name the sources that look like what was taken for none."""
    for problem in outcome.problems:
        if problem.code == Code.UNKNOWN_SOURCE:
            alike = [one for one in titles if fold(problem.value) in fold(one)][:_ALIKE]
            if alike:
                st.caption(shown(sources_alike(alike)))


def _nature(draft: Mapping[str, Any]) -> str:
    if draft.get("declared"):
        return DECLARED
    if draft.get("document"):
        return str(draft["document"])
    return CITED if draft.get("id") else PAGE


def said(plain: Any) -> str:
    """Write a value of a draft as `queries.forms` writes those of facts."""
    if isinstance(plain, bool):
        return "yes" if plain else "no"
    if isinstance(plain, Mapping):
        return source_said(plain, {})
    return "" if plain is None else str(plain).strip()
