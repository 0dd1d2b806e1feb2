"""The accounts: who they are, one-time passwords, and the fields to add or change one."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import streamlit as st

from territoires.commands.staff import disable_staff, enable_staff, reset_password
from territoires.commands.write import Saved
from territoires.domain.roles import REGIONAL, Role
from territoires.french import desk as words
from territoires.french.places import typeset
from territoires.french.words import ROLES
from territoires.queries import forms
from territoires.queries.staff import staff
from territoires.settings import Settings
from territoires.ui.desk import Desk, button
from territoires.ui.enter.choosing import choose_one
from territoires.ui.fields import Choice, Field, Several, Text, Tick
from territoires.ui.outcomes import Outcome, forget

_ROLES = {role: word for role, word in ROLES.items() if role is not Role.PUBLIC}


def accounts(desk: Desk) -> pd.DataFrame:
    """Read the accounts as they are now."""
    return desk.ask_now(staff, now=datetime.now(UTC))


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


def choose_account(desk: Desk, found: pd.DataFrame, *, key: str) -> dict[str, Any]:
    """Ask which account is to be changed."""
    by_email = {row["email"]: row for row in found.to_dict("records")}
    names = {email: f"{row['name']} ({email})" for email, row in by_email.items()}
    row: dict[str, Any] = by_email[choose_one(desk, "Compte", names, key=key)]
    return row


def rights(desk: Desk) -> tuple[Field, ...]:
    """Give the fields of a role and where it holds."""
    names = desk.ask(forms.regions)
    regional = " et ".join(ROLES[role] for role in Role if role in REGIONAL)
    return (
        Choice(key="role", column="role", starred=True, among=_ROLES),
        Several(
            key="regions",
            column="regions",
            among={code: typeset(name) for code, name in names.items()},
            blank="Choisir",
            help=f"Pour les rôles {regional}. Les autres valent pour toute la France.",
        ),
    )


def newcomer(desk: Desk) -> tuple[Field, ...]:
    """Give the fields of somebody new."""
    return (
        Text(key="nom", column="name", starred=True, hint="Prénom Nom"),
        Text(key="email", column="email", starred=True),
        *rights(desk),
        Tick(
            key="sans",
            column="with_password",
            label="Sans mot de passe\u00a0: connexion par le fournisseur d’identité seulement",
            denies=True,
        ),
    )


def usual() -> dict[str, object]:
    """Give what most newcomers are."""
    return {"role": Role.ENTRY, "sans": Settings.from_env().oidc is not None}


def account_buttons(
    row: dict[str, Any], do: Callable[[Callable[..., Saved], dict[str, Any]], None]
) -> None:
    """Offer to switch the account off or on, and to give it a new password."""
    acts = [(reset_password, "Donner un nouveau mot de passe", "key")]
    if row["active"]:
        acts.append((disable_staff, "Désactiver le compte", "person_off"))
    else:
        acts.append((enable_staff, "Réactiver le compte", "person_check"))
    with st.container(horizontal=True):
        for command, label, icon in acts:
            button(label, command.__name__, do, command, row, icon=icon)


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
    forget(form)
