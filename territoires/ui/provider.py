"""The identity provider as Streamlit knows it: its settings, its start, and what it vouches for."""

import json
import sys
from collections.abc import Mapping
from typing import Any, Final

import streamlit as st
from streamlit.auth_util import get_cookie_with_chunks
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value

from territoires.domain.errors import ConfigurationError
from territoires.french.faults import bad_setting
from territoires.french.staff import missing_setting
from territoires.settings import Settings

CALLBACK: Final = "/oauth2callback"
_USER: Final = "_streamlit_user"


def settings() -> Settings:
    """Read the settings of the server; one that lacks a variable does not start, and says which."""
    try:
        return Settings.from_env()
    except ConfigurationError as error:
        said = bad_setting(error.variable, error.value) if error.value else None
        sys.exit(said or missing_setting(error.variable))


def secrets(settings: Settings) -> dict[str, Any]:
    """Give what `st.App` must keep secret: nothing without a provider."""
    oidc = settings.oidc
    if oidc is None:
        return {}
    auth = {
        "redirect_uri": f"{(settings.public_url or '').rstrip('/')}{CALLBACK}",
        "cookie_secret": oidc.cookie_secret,
        "client_id": oidc.client_id,
        "client_secret": oidc.client_secret,
        "server_metadata_url": oidc.metadata_url,
        # Whoever shares a computer chooses an account, rather than being the last one's.
        "client_kwargs": {"scope": "openid email profile", "prompt": "select_account"},
    }
    return {"auth": auth}


def claims(cookies: Mapping[str, str]) -> Mapping[str, Any]:
    """Read what the provider said of somebody, from the cookies that Streamlit signed.

    Empty when there is none, or when the signature is not ours.
    """

    def signed(name: str) -> bytes | None:
        value = cookies.get(name)
        if value is None:
            return None
        return decode_signed_value(get_cookie_secret(), name, value.encode("latin-1"))

    found = get_cookie_with_chunks(signed, _USER)
    said = json.loads(found) if found else {}
    return said if isinstance(said, dict) and said.get("is_logged_in") else {}


def hand_over() -> None:
    """Send the reader to the provider, once; a reader who comes back chooses."""
    if Settings.from_env().oidc is None:
        st.info(
            "Aucun fournisseur d’identité n’est configuré\u00a0: connectez-vous avec un compte."
        )
        st.link_button("Se connecter", "/connexion", type="primary")
        return
    st.write("Vous allez vous identifier auprès de votre fournisseur d’identité, puis revenir ici.")
    st.button("Continuer", type="primary", on_click=st.login, icon=":material/login:")
    if not st.session_state.get("fournisseur_vu"):
        st.session_state["fournisseur_vu"] = True
        st.login()
