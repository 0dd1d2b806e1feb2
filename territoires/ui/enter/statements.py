"""What is said of a place, one statement at a time: listed, added, corrected, withdrawn."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, NamedTuple, get_type_hints

import streamlit as st

from territoires.commands.write import Saved
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import Draft, WithdrawalDraft, typed
from territoires.domain.text import whole
from territoires.french.desk import Name
from territoires.french.journal import said
from territoires.french.places import typeset
from territoires.french.words import CONFIDENCES
from territoires.queries import forms
from territoires.queries.forms import Known
from territoires.ui.chapters import card
from territoires.ui.desk import Desk, button, must_cover, open_desk, outlived, shown
from territoires.ui.enter.choosing import TOWN, choose_known_centre, choose_town, details, town_name
from territoires.ui.enter.conflict import both_versions
from territoires.ui.fields import Choice, Field
from territoires.ui.forms import REASON, Form

ACT: Final = "acte"  # in an address: what is done with the statement that it names
CORRECT, RETAIN, WITHDRAW = "corriger", "retenir", "retirer"

Says = Mapping[str, Any]


def always(*fields: Field) -> Callable[[Desk, bool], tuple[Field, ...]]:
    """Ask the same fields whatever is corrected."""
    return lambda _desk, _is_known: fields


def confidence(help_: str | None = None) -> Choice:
    """Ask how far a source is believed."""
    return Choice(
        key="confiance",
        column="confidence",
        among={each: word.capitalize() for each, word in CONFIDENCES.items()},
        blank="Non renseignée",
        help=help_,
    )


def date_of(says: Says, column: str) -> PartialDate:
    """Give a date that a statement says, as the base or as a draft holds it."""
    said = says[column]
    return said if isinstance(said, PartialDate) else PartialDate.parse(said)


class Act(NamedTuple):
    """What may be done with a statement: the command, its draft, the button that sends it."""

    command: Callable[..., Saved]
    draft: Callable[..., Draft]
    label: str


def set_or_withdrawn(
    record: Callable[..., Saved],
    draft: Callable[..., Draft],
    withdraw: Callable[..., Saved],
    label: str,
) -> dict[str, Act]:
    """Give the acts on most statements; `label` is that of the button that withdraws one."""
    return {
        CORRECT: Act(record, draft, "Enregistrer"),
        WITHDRAW: Act(withdraw, WithdrawalDraft, label),
    }


# The button of each act in the list, and the drawing of the one that sends it.
_BUTTONS: Final = {
    CORRECT: ("Corriger", "edit", "save"),
    RETAIN: ("Retenir cette date", "check", "check"),
    WITHDRAW: ("Retirer", "delete", "delete"),
}


@dataclass(frozen=True, kw_only=True)
class Statements:
    """A sort of statement on a place: its page, its words, its acts, its fields.

    `param` names one in an address; `acts` are what may be done with it, `adding` what may be done
    without one: where it is empty, another page records them. Drafts call the place `place`;
    `fixed` are columns that a correction leaves as they are.
    `fields` takes whether one is corrected; `name` what one says, by column; `heading` and `draw`
    say it otherwise, above its form and in the list. `no_centre` is said of a town without any;
    `may_wait`: a draft may be kept for later; `warning` is said to whoever withdraws one.
    """

    path: str
    entity: str
    form: str
    param: str
    acts: Mapping[str, Act]
    fields: Callable[[Desk, bool], tuple[Field, ...]]
    name: Callable[[Desk, str, Says], Name]
    none: str
    adding: str = ""
    heading: Callable[[str, Says], str] | None = None
    draw: Callable[[Says], None] | None = None
    fixed: tuple[str, ...] = ()
    place: str = "centre_id"
    no_centre: str = "Aucun centre n’est connu dans cette ville\u00a0: créez-le d’abord."
    may_wait: bool = True
    warning: str = ""

    @property
    def asked(self) -> str:
        """What the address asks to do with the one that it names."""
        act = st.query_params.get(ACT, CORRECT)
        return act if act in self.acts else CORRECT


def edit(what: Statements) -> None:
    """Show the form of the statement that the address names, or a place's with one to add."""
    desk = open_desk(what.path)
    known = _chosen(desk, what)
    act = what.asked if known else CORRECT
    fields = what.fields(desk, known is not None) if act == CORRECT else ()
    # A form in which a thing is known shows what cannot change in its title.
    where = {"expected_id": fields[0].key} if fields else {}
    commands = [each.command for each in what.acts.values()]
    form = Form(desk, what.form, fields, where=where, commands=commands)
    if known is not None:
        title = _heading(desk, what, known)
        version = _version_shown(known, what)
        form.open(known.entity_id, act, known=known.said, version=version, name=title)
    else:
        form.recall()
    form.tell()
    if known is not None:
        st.header(shown(title), anchor=False)
        _draw(form, what, known.town, known=known)
        leave = partial(_leave, what, known)
        button("Revenir à la liste", f"{what.form}_liste", leave, icon="arrow_back")
    else:
        place, code = _choose(desk, what)
        if place:
            town = town_name(desk, code)
            _list(desk, what, place, town)
            if what.adding:
                st.header(what.adding, anchor=False)
                form.open(place, name=town)
                _draw(form, what, town, place=place)
    form.others()


def _chosen(desk: Desk, what: Statements) -> Known | None:
    """Give the statement that the address names, in its newest version; None to show the list.

    Stops for one of a region in which the writer is not competent.
    """
    text = st.query_params.get(what.param, "")
    if not text:
        return None
    number = whole(text)
    asked = {"entity": what.entity, "version_id": number}
    found = desk.ask(forms.newest, **asked) if number is not None else None
    if found is None:
        st.warning(
            "Cette fiche n’existe pas. Choisissez-la dans la liste.", icon=":material/search_off:"
        )
        return None
    must_cover(desk, card(what.path).permission, found.region_code)
    return found


def _choose(desk: Desk, what: Statements) -> tuple[Any, str]:
    """Ask for the place, a town or one of its centres; gives it, and its town."""
    if what.place != "town_code":
        return choose_known_centre(desk, what.form, none_yet=what.no_centre)
    town = choose_town(desk, key=f"{what.form}_{TOWN}")
    return town, town


def _version_shown(known: Known, what: Statements) -> int:
    """Say which version the writer had before them when the form began.

    The newest, but when the server restarted meanwhile: then the one that the address names, so
    that what somebody else has changed since is told.
    """
    is_older = outlived(f"{what.form}_{REASON}")
    return int(st.query_params[what.param]) if is_older else known.version_id


def _heading(desk: Desk, what: Statements, known: Known) -> str:
    if what.heading:
        return what.heading(known.town, known.said)
    return what.name(desk, known.town, known.said).text


def _leave(what: Statements, known: Known | None) -> None:
    """Go back to what is said of the place; for callbacks."""
    for name in (what.param, ACT):
        st.query_params.pop(name, None)
    if known is not None:
        st.query_params[TOWN] = known.town_code


def _draw(
    form: Form, what: Statements, town: str, *, known: Known | None = None, place: Any = None
) -> None:
    """Draw the form of the act chosen: of a place, or on what is known."""
    act = what.asked if known else CORRECT
    command, draft, label = what.acts[act]

    def named(sent: Draft) -> Name:
        says = known.said if act != CORRECT and known else vars(sent)
        return what.name(form.desk, town, says)

    def save() -> None:
        about = {"expected_id": form.opened.version}
        if act == CORRECT:
            about |= _about(what, known, place)
        if form.submit(command, partial(draft, **about), name=named).saved is not None:
            _leave(what, known)

    with form.frame():
        if known is not None:
            both_versions(form, known, save=save)
        form.draw()
        if act == WITHDRAW and what.warning:
            st.caption(what.warning)
        form.finish(
            save,
            reason_is_asked=known is not None,
            label=label if known else "Enregistrer",
            icon=f":material/{_BUTTONS[act][2]}:",
            may_wait=what.may_wait,
        )


def _about(what: Statements, known: Known | None, place: Any) -> dict[str, Any]:
    """Give what a draft says beside its fields: where it is, what stays as it was."""
    hints = get_type_hints(what.acts[CORRECT].draft)
    said = known.said if known else {}
    fixed = {name: typed(hints[name], said[name] or None) for name in what.fixed if name in said}
    if what.adding:
        fixed[what.place] = getattr(known, what.place) if known else place
    return fixed


def _list(desk: Desk, what: Statements, place: Any, town: str) -> None:
    """Show what is said of the place, each with its buttons."""
    found = desk.ask(forms.in_force, entity=what.entity, place=place)
    if not found:
        st.info(what.none, icon=":material/info:")
    for row in found:
        with st.container(border=True, gap="xsmall"):
            if what.draw:
                what.draw(row)
            else:
                st.markdown(f"**{shown(what.name(desk, town, row).text)}**")
                source = {"Source": typeset(row["source"])} if "source" in row else {}
                details(said(what.entity, row, {}) | source)
            _buttons(what, row)


def _buttons(what: Statements, row: Says) -> None:
    """Print what may be done with a row: a date that counts already is not retained again."""
    number = int(row["version_id"])
    with st.container(horizontal=True):
        for act in what.acts:
            if act != RETAIN or row["retained"] == "no":
                label, icon, _ = _BUTTONS[act]
                there = {what.param: str(number), ACT: act}
                button(label, f"{act}_{number}", st.query_params.update, there, icon=icon)
