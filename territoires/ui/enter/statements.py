"""What is said of a place, one statement at a time: listed, added, corrected, withdrawn."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import pandas as pd
import streamlit as st

from territoires.commands.write import Saved
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import Draft, StatementDraft, WithdrawalDraft
from territoires.domain.programme import Confidence
from territoires.domain.roles import Permission
from territoires.french.desk import Name
from territoires.french.journal import said
from territoires.french.places import typeset
from territoires.french.words import CONFIDENCES
from territoires.queries.forms import Known
from territoires.ui.desk import Desk, shown
from territoires.ui.enter import stage_list
from territoires.ui.enter.choosing import back_button, choose_known_centre, details, town_name
from territoires.ui.enter.conflict import both_versions
from territoires.ui.enter.stage_form import withdrawal
from territoires.ui.enter.stage_list import CORRECT, WITHDRAW, buttons
from territoires.ui.fields import Choice, Field
from territoires.ui.forms import Form

Says = Mapping[str, Any]

_NO_CENTRE: Final = "Aucun centre n’est connu dans cette ville\u00a0: créez-le d’abord."


def _choose_centre(desk: Desk, form: str) -> tuple[Any, str]:
    return choose_known_centre(desk, form, none_yet=_NO_CENTRE)


def always(*fields: Field) -> Callable[[Desk, bool], tuple[Field, ...]]:
    """Ask the same fields whatever is corrected."""
    return lambda _desk, _is_known: fields


def confidence(help_: str | None = None) -> Choice:
    """Ask how far a source is believed."""
    return Choice(
        key="confiance",
        column="confidence",
        among=tuple(Confidence),
        say=lambda confidence: CONFIDENCES[confidence].capitalize(),
        blank="Non renseignée",
        help=help_,
    )


def date_of(says: Says, column: str) -> PartialDate:
    """Give a date that a statement says, as the base or as a draft holds it."""
    said = says[column]
    return said if isinstance(said, PartialDate) else PartialDate.parse(said)


@dataclass(frozen=True, kw_only=True)
class Statements:
    """A sort of statement on a place: its words, its acts, its fields.

    `param` names one in an address; `listed` are the rows in force of a place, which drafts call
    `place`; `fixed` are columns that a correction leaves as they are. `fields` takes whether one
    is corrected; `name` what one says, by column. `choose` asks for the place, and gives the town.
    `permission` is asked where the fact is; `may_wait`: a draft may be kept for later.
    """

    entity: str
    form: str
    param: str
    record: Callable[..., Saved]
    withdraw: Callable[..., Saved]
    draft: type[StatementDraft]
    listed: Callable[..., pd.DataFrame]
    fields: Callable[[Desk, bool], tuple[Field, ...]]
    name: Callable[[Desk, str, Says], Name]
    none: str
    adding: str
    withdrawing: str
    fixed: tuple[str, ...] = ()
    place: str = "centre_id"
    choose: Callable[[Desk, str], tuple[Any, str]] = _choose_centre
    permission: Permission = Permission.RECORD_STAGE
    may_wait: bool = True


def edit(desk: Desk, what: Statements) -> None:
    """Show the form of the statement that the address names, or a place's with one to add."""
    known = stage_list.chosen(desk, what.entity, param=what.param, permission=what.permission)
    withdraws = known is not None and stage_list.act() == WITHDRAW
    fields = () if withdraws else what.fields(desk, known is not None)
    # A form in which a thing is known shows what cannot change in its title.
    where = {"expected_id": fields[0].key} if fields else {}
    form = Form(desk, what.form, fields, where=where)
    if known is not None:
        title = what.name(desk, known.town, known.said).text
        version = stage_list.version_shown(known, what.form, param=what.param)
        form.open(known.entity_id, stage_list.act(), known=known.said, version=version, name=title)
    else:
        form.recall()
    form.tell()
    if known is not None:
        st.header(shown(title), anchor=False)
        _draw(form, what, known.town, known=known)
        back_button(what.form, partial(_leave, what, known))
    else:
        place, code = what.choose(desk, what.form)
        if place:
            _list(desk, what, place, town_name(desk, code))
            form.open(place, name=town_name(desk, code))
            _draw(form, what, town_name(desk, code), place=place)
    form.others()


def _leave(what: Statements, known: Known | None) -> None:
    """Go back to what is said of the place."""
    stage_list.back_to_list(known.town_code if known else "", param=what.param)


def _draw(
    form: Form, what: Statements, town: str, *, known: Known | None = None, place: Any = None
) -> None:
    """Draw the form of the act chosen: of a place, or on what is known."""
    withdraws = known is not None and stage_list.act() == WITHDRAW
    fixed = {name: known.said[name] for name in what.fixed} if known else {}
    if known is not None:
        place = getattr(known, what.place)

    def named(draft: Draft) -> Name:
        says = known.said if isinstance(draft, WithdrawalDraft) and known else vars(draft)
        return what.name(form.desk, town, says)

    def save() -> None:
        if withdraws:
            done = form.submit(what.withdraw, withdrawal(form), name=named)
        else:
            about = {what.place: place, "expected_id": form.opened.version} | fixed
            done = form.submit(what.record, partial(what.draft, **about), name=named)
        if done.saved is not None:
            _leave(what, known)

    with form.frame():
        if known is not None:
            both_versions(form, known, save=save)
        form.draw()
        label = what.withdrawing if withdraws else "Enregistrer"
        form.finish(save, reason_is_asked=known is not None, label=label, may_wait=what.may_wait)


def _list(desk: Desk, what: Statements, place: Any, town: str) -> None:
    """Show what is said of the place, each with its buttons, above what may be added."""
    found = desk.ask(what.listed, **{what.place: place})
    if not len(found):
        st.info(what.none, icon=":material/info:")
    for row in found.to_dict("records"):
        with st.container(border=True, gap="xsmall"):
            st.markdown(f"**{shown(what.name(desk, town, row).text)}**")
            source = {"Source": typeset(row["source"])} if "source" in row else {}
            details(said(what.entity, row, {}) | source)
            acts = [(CORRECT, "Corriger", "edit"), (WITHDRAW, "Retirer", "delete")]
            buttons(row, acts, partial(stage_list.turn_to, param=what.param))
    st.header(what.adding, anchor=False)
