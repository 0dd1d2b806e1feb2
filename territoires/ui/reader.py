"""Who is looking: the session cookie, read again at every run, never what the browser remembers."""

from datetime import UTC, datetime
from urllib.parse import urlencode

import streamlit as st

from territoires.commands.accounts import who
from territoires.domain import security
from territoires.domain.roles import ANYBODY, Permission, Reader
from territoires.domain.security import Event
from territoires.french.problems import not_permitted
from territoires.settings import Settings, session_cookie


def cookie(name: str) -> str:
    """Read a cookie; tests of pages have none, and get an empty text instead of a stand-in."""
    value = st.context.cookies.get(name)
    return value if isinstance(value, str) else ""


def _is_https() -> bool:
    told = st.context.headers.get("x-forwarded-proto")
    return told == "https" or str(st.context.url or "").startswith("https:")


def current_reader(url: str) -> Reader:
    """Say who holds this browser's session; nobody in particular when there is none."""
    token = cookie(session_cookie(https=_is_https()))
    return who(url, token, now=datetime.now(UTC)) or ANYBODY


def deployment() -> Settings:
    """Give what the deployment says of itself: whom to write to, who publishes, who hosts."""
    return Settings.from_env()


def must_be_allowed(reader: Reader, permission: Permission, *, path: str) -> None:
    """Stop a page that this reader may not use, and say what to do."""
    if reader.may(permission):
        return
    back = urlencode({"retour": path})
    security.tell(Event.PAGE_REFUSED, account=reader.email or "-", page=path)
    if reader.must_change_password:
        st.warning("Votre mot de passe est provisoire\u00a0: remplacez-le pour continuer.")
        st.link_button("Changer le mot de passe", f"/mot-de-passe?{back}")
    elif reader is ANYBODY:
        st.info("Cette page demande d’être connecté.", icon=":material/lock:")
        st.link_button("Se connecter", f"/connexion?{back}", type="primary")
    else:
        st.error(not_permitted(reader.role, permission), icon=":material/lock:")
    st.stop()
