"""The accounts: who they are, one-time passwords, and the fields to add or change one."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import streamlit as st

from territoires.commands.staff import disable_staff, enable_staff, reset_password
from territoires.commands.write import Saved
from territoires.domain.drafts import RoleDraft, StaffDraft
from territoires.domain.roles import REGIONAL, Role
from territoires.french import desk as words
from territoires.french.places import typeset
from territoires.french.words import ROLES
from territoires.queries import forms
from territoires.queries.staff import staff
from territoires.settings import Settings
from territoires.ui.desk import BUTTON, Desk, Outcome, beside, fill

_ROLES = [role for role in Role if role is not Role.PUBLIC]


def accounts(desk: Desk) -> pd.DataFrame:
    """Read the accounts as they are now."""
    found: pd.DataFrame = desk.ask_now(staff, now=datetime.now(UTC))
    return found


def draw_accounts(found: pd.DataFrame) -> None:
    """Show every account on a line."""
    rows = [
        {
            "Nom": row["name"],
            "Adresse électronique": row["email"],
            "Rôle": ROLES[Role(row["role"])],
            "Régions": typeset(row["region_names"]) or "–",
            "État": words.account_state(row),
        }
        for row in found.to_dict("records")
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, alt="Comptes", width="stretch")


def choose_account(found: pd.DataFrame, *, key: str) -> dict[str, Any]:
    """Ask which account is to be changed."""
    by_email = {row["email"]: row for row in found.to_dict("records")}
    chosen = st.selectbox(
        "Compte",
        list(by_email),
        format_func=lambda email: (
            f"{by_email[email]['name']} ({email})" if email in by_email else ""
        ),
        key=key,
    )
    row: dict[str, Any] = by_email[chosen]
    return row


def fill_account(form: str, row: dict[str, Any]) -> None:
    """Start the form from what an account may do."""
    values = {"role": Role(row["role"]), "regions": row["regions"].split()}
    fill(form, (row["email"], row["role"], row["regions"]), values)


def draw_rights(desk: Desk, form: str, outcome: Outcome) -> None:
    """Draw a role and where it holds."""
    names = desk.ask(forms.regions)
    st.selectbox("Rôle ★", _ROLES, format_func=ROLES.__getitem__, key=f"{form}_role")
    beside(outcome, "role")
    regional = " et ".join(ROLES[role] for role in Role if role in REGIONAL)
    st.multiselect(
        "Régions",
        list(names),
        format_func=lambda code: typeset(names.get(code, code)),
        key=f"{form}_regions",
        placeholder="Choisir",
        help=f"Pour les rôles {regional}. Les autres valent pour toute la France.",
    )
    beside(outcome, "regions")


def draw_new(desk: Desk, form: str, outcome: Outcome) -> None:
    """Draw the fields of somebody new."""
    vouched = Settings.from_env().oidc is not None
    fill(form, "", {"nom": "", "email": "", "role": Role.ENTRY, "regions": [], "sans": vouched})
    st.text_input("Nom ★", key=f"{form}_nom", placeholder="Prénom Nom")
    beside(outcome, "name")
    st.text_input("Adresse électronique ★", key=f"{form}_email")
    beside(outcome, "email")
    draw_rights(desk, form, outcome)
    st.checkbox(
        "Sans mot de passe\u00a0: connexion par le fournisseur d’identité seulement",
        key=f"{form}_sans",
    )


def addition(form: str) -> StaffDraft:
    """Read the fields of somebody new."""
    state = st.session_state
    return StaffDraft(
        email=state[f"{form}_email"],
        name=state[f"{form}_nom"],
        role=Role(state[f"{form}_role"]),
        regions=tuple(state[f"{form}_regions"]),
        with_password=not state[f"{form}_sans"],
    )


def rights(form: str, email: str) -> RoleDraft:
    """Read the role and the regions."""
    state = st.session_state
    return RoleDraft(
        email=email,
        role=Role(state[f"{form}_role"]),
        regions=tuple(state[f"{form}_regions"]),
    )


def account_buttons(row: dict[str, Any], do: Callable[[Callable[..., Saved], str], None]) -> None:
    """Offer to switch the account off or on, and to give it a new password."""
    acts = [(reset_password, "Donner un nouveau mot de passe", ":material/key:")]
    if row["active"]:
        acts.append((disable_staff, "Désactiver le compte", ":material/person_off:"))
    else:
        acts.append((enable_staff, "Réactiver le compte", ":material/person_check:"))
    with st.container(horizontal=True):
        for command, label, icon in acts:
            st.button(
                label,
                key=f"{BUTTON}{command.__name__}",
                on_click=do,
                args=(command, row["email"]),
                icon=icon,
            )


def show_password_once(outcome: Outcome, form: str) -> None:
    """Show a one-time password, and forget it: it is on no later drawing of the page."""
    if outcome.saved is None or not outcome.saved.one_time_password:
        return
    st.info(
        "Mot de passe à usage unique, affiché une seule fois\u00a0: remettez-le à la personne, qui "
        "le remplacera à sa première connexion.",
        icon=":material/key:",
    )
    st.code(outcome.saved.one_time_password, language=None)
    st.session_state.pop(f"{form}_outcome", None)
