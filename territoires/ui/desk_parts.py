"""What the entrance of the desk shows: an account, a way in, and what one may do."""

from dataclasses import dataclass

import streamlit as st

from territoires.domain.roles import REGIONAL, Permission, Reader
from territoires.french.words import ROLES
from territoires.settings import ROOT

_PAGES = ROOT / "pages"


@dataclass(frozen=True, kw_only=True)
class Card:
    """One page of the desk: its file, address and name, what it is for, who may open it."""

    file: str
    path: str
    title: str
    purpose: str
    permission: Permission
    icon: str

    def page(self) -> st.Page:
        """Make the page as the contents register it, out of the menu."""
        return st.Page(
            _PAGES / self.file, title=self.title, url_path=self.path, visibility="hidden"
        )


CARDS: tuple[Card, ...] = (
    Card(
        file="enter/record_stage.py",
        path="saisir-etape",
        title="Saisir une étape",
        purpose="L’ouverture d’un centre, une labellisation, une convention…",
        permission=Permission.RECORD_STAGE,
        icon=":material/event_available:",
    ),
)


def account(reader: Reader) -> None:
    """Say who is signed in, as what, and how to leave."""
    where = ""
    if reader.role in REGIONAL:
        where = f", {len(reader.regions)} région{'s' if len(reader.regions) > 1 else ''}"
    st.markdown(f"**{reader.name}** · {ROLES[reader.role]}{where}")
    with st.container(horizontal=True):
        st.link_button("Changer de mot de passe", "/mot-de-passe", icon=":material/key:")
        st.link_button("Se déconnecter", "/deconnexion", icon=":material/logout:")
    if reader.must_change_password:
        st.warning("Votre mot de passe est provisoire\u00a0: remplacez-le pour commencer.")


def cards(reader: Reader) -> None:
    """Show the pages that this reader may open, each with its purpose."""
    open_to = [card for card in CARDS if reader.may(card.permission)]
    if not open_to:
        st.info("Votre rôle permet de consulter les données, pas de les saisir.")
    for card in open_to:
        with st.container(border=True):
            st.page_link(card.page(), label=f"**{card.title}**", icon=card.icon)
            st.caption(card.purpose)


def sign_in_offer() -> None:
    """Offer the way in."""
    st.write(
        "La consultation est libre. Pour saisir, corriger ou valider des données, connectez-vous "
        "avec votre compte."
    )
    st.link_button(
        "Se connecter", "/connexion?retour=/saisie", type="primary", icon=":material/login:"
    )
