"""Say who may sign in, as what and where."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from territoires.commands import staff
from territoires.commands.write import Saved
from territoires.domain.drafts import AccountDraft, RoleDraft, StaffDraft
from territoires.french.desk import account_name
from territoires.ui.desk import open_desk
from territoires.ui.forms import Form
from territoires.ui.manage import staff_form
from territoires.ui.outcomes import outcome_of, submit, tell

ACCOUNT = "compte"

desk = open_desk("comptes")
new = Form(desk, "arrivee", staff_form.newcomer(desk))
rights = Form(desk, "droits", staff_form.rights(desk))
rights.recall("choisi")
for form in (new, rights):
    form.tell()
tell(outcome_of(ACCOUNT))
for name in (new.name, rights.name, ACCOUNT):
    staff_form.show_password_once(outcome_of(name), name)


def add() -> None:
    """Add somebody; nothing is drawn here."""
    new.submit(staff.add_staff, StaffDraft, name=lambda draft: account_name(draft.name))


def change(row: dict[str, str]) -> None:
    """Change a role and its regions; nothing is drawn here."""
    make = partial(RoleDraft, email=row["email"])
    rights.submit(staff.change_role, make, name=account_name(row["name"]))


def do(command: Callable[..., Saved], row: dict[str, str]) -> None:
    """Switch an account off or on, or give it a new password; nothing is drawn here."""
    draft = AccountDraft(email=row["email"])
    submit(desk, ACCOUNT, command, draft, name=account_name(row["name"]))


found = staff_form.accounts(desk)
staff_form.draw_accounts(found)
st.header("Changer un compte", anchor=False)
row = staff_form.choose_account(desk, found, key=rights.key("choisi"))
said = {"role": row["role"], "regions": row["regions"].split()}
rights.open(row["email"], row["role"], row["regions"], known=said, name=row["name"])
with rights.frame():
    rights.draw()
    rights.finish(
        partial(change, row), label="Changer le rôle", icon=":material/badge:", reason_is_asked=None
    )
staff_form.account_buttons(row, do)

st.header("Ajouter quelqu’un", anchor=False)
new.open(start=staff_form.usual())
with new.frame():
    new.draw()
    new.finish(add, label="Ajouter", icon=":material/person_add:", reason_is_asked=None)
for form in (new, rights):
    form.others()
