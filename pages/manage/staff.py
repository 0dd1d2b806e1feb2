"""Say who may sign in, as what and where."""

from collections.abc import Callable

import streamlit as st

from territoires.commands import staff
from territoires.commands.write import Saved
from territoires.domain.drafts import AccountDraft
from territoires.domain.roles import Permission
from territoires.ui import staff_form
from territoires.ui.desk import open_desk, outcome_of, submit, tell

NEW, RIGHTS, ACCOUNT = "compte_nouveau", "compte_droits", "compte"

desk = open_desk(
    "Comptes",
    Permission.MANAGE_STAFF,
    path="/comptes",
    lead="Un rôle changé vaut dès l’acte suivant de la personne\u00a0; un compte désactivé est "
    "déconnecté partout.",
)
outcomes = {form: outcome_of(form) for form in (NEW, RIGHTS, ACCOUNT)}
for form, outcome in outcomes.items():
    tell(outcome)
    staff_form.show_password_once(outcome, form)


def add() -> None:
    """Add somebody; nothing is drawn here."""
    if submit(desk, NEW, staff.add_staff, staff_form.addition(NEW)).saved is not None:
        st.session_state.pop(f"{NEW}_sujet")


def change(email: str) -> None:
    """Change a role and its regions; nothing is drawn here."""
    submit(desk, RIGHTS, staff.change_role, staff_form.rights(RIGHTS, email))


def do(command: Callable[..., Saved], email: str) -> None:
    """Switch an account off or on, or give it a new password; nothing is drawn here."""
    submit(desk, ACCOUNT, command, AccountDraft(email=email))


if not desk.signed_out:
    found = staff_form.accounts(desk)
    staff_form.draw_accounts(found)
    st.header("Changer un compte", anchor=False)
    row = staff_form.choose_account(found, key=f"{ACCOUNT}_choisi")
    staff_form.fill_account(RIGHTS, row)
    with st.form(RIGHTS, enter_to_submit=False):
        staff_form.draw_rights(desk, RIGHTS, outcomes[RIGHTS])
        st.form_submit_button(
            "Changer le rôle", on_click=change, args=(row["email"],), icon=":material/badge:"
        )
    staff_form.account_buttons(row, do)

st.header("Ajouter quelqu’un", anchor=False)
with st.form(NEW, enter_to_submit=False):
    staff_form.draw_new(desk, NEW, outcomes[NEW])
    st.form_submit_button("Ajouter", type="primary", on_click=add, icon=":material/person_add:")
