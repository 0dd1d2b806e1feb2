"""What several entry pages share: choosing a town, a centre, a source, and what follows a save."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from territoires.commands.write import Saved
from territoires.domain.roles import REGIONAL
from territoires.french.numbers import NBSP, number
from territoires.french.places import typeset
from territoires.queries import entry
from territoires.ui.desk import Desk, forget

NEW_SITE = 0


def choose_town(desk: Desk, *, key: str) -> str:
    """Ask for a town by name or code INSEE; gives its code, empty as long as none is chosen.

    Somebody of a regional role is offered the towns of their regions only.
    """
    regions = tuple(sorted(desk.reader.regions)) if desk.reader.role in REGIONAL else ()
    typed = st.text_input(
        "Ville ★",
        key=key,
        placeholder="Nom de la commune ou code INSEE",
        icon=":material/search:",
        help="Sans souci d’accents ni de traits d’union\u00a0: «\u00a0saint die\u00a0», "
        "«\u00a052121\u00a0».",
    )
    if not typed.strip():
        return ""
    found = desk.ask(entry.towns_named, text=typed, regions=regions)
    if not len(found):
        st.warning(
            f"Aucune commune ne s’appelle «{NBSP}{typed.strip()}{NBSP}»"
            + (" dans vos régions. " if regions else ". ")
            + "Vérifiez l’orthographe, ou tapez le code INSEE, par exemple 52121.",
            icon=":material/search_off:",
        )
        return ""
    labels = {row.town_code: _town_label(row) for row in found.itertuples()}
    if len(labels) == 1:
        code = next(iter(labels))
        st.caption(f"✓ {labels[code]}")
        return str(code)
    return str(
        st.radio(
            "Laquelle\u202f?", list(labels), format_func=labels.__getitem__, key=f"{key}_choisie"
        )
    )


def _town_label(row: Any) -> str:
    centres = f", {row.centres} centre connu" if row.centres == 1 else ""
    centres = f", {row.centres} centres connus" if row.centres > 1 else centres
    return (
        f"{typeset(row.town)} ({typeset(row.department)}, {row.town_code}) – "
        f"{number(row.population)} habitants{centres}"
    )


def choose_centre(desk: Desk, town_code: str, *, key: str) -> int | None:
    """Ask which centre of the town is meant: None for its only or first one, 0 for a new site."""
    there = desk.ask(entry.centres, town_code=town_code) if town_code else []
    if not len(there):
        return None
    names = {int(row.centre_id): typeset(row.name) for row in there.itertuples()}
    options: Sequence[int] = [*names, NEW_SITE]
    chosen: int = st.radio(
        "Centre concerné",
        options,
        format_func=lambda centre: names.get(centre, "Un second site, à créer"),
        key=f"{key}_{town_code}",  # a choice made for another town must not stay
        horizontal=True,
    )
    return chosen


def source_input(*, key: str) -> None:
    """Ask where the fact comes from."""
    st.text_input(
        "Source ★",
        key=key,
        placeholder="https://… ou «\u00a0déclaration\u00a0»",
        help="L’adresse de la page qui l’atteste, la clé d’une source déjà listée, ou "
        "«\u00a0déclaration\u00a0» si vous en êtes vous-même la source.",
    )


def reason_input(*, key: str, is_asked: bool = False, label: str = "Motif") -> None:
    """Ask why: compulsory for a correction, and for what is suspicious."""
    st.text_input(
        f"{label} ★" if is_asked else label,
        key=key,
        placeholder="Une phrase suffit",
    )


def saved_links(saved: Saved, *, form: str) -> None:
    """Offer what one does after a save: see the sheet, or enter another."""
    with st.container(horizontal=True):
        if saved.town_code:
            st.link_button(
                "Voir la fiche de la ville",
                f"/ville?ville={saved.town_code}",
                key=f"{form}_fiche",
                icon=":material/location_city:",
            )
        st.button(
            "Nouvelle saisie",
            key=f"{form}_nouvelle",
            on_click=forget,
            args=(form,),
            icon=":material/add:",
        )
