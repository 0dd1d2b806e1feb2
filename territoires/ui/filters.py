"""Filters that one page adds to the common bar: each is a parameter of the address, and no more."""

from collections.abc import Mapping

import streamlit as st

from territoires.french.numbers import NBSP, quoted

_LONGEST = 40
_MANY = 8


def choice(
    label: str, name: str, options: Mapping[str, str], *, default: str, width: int = 260
) -> str:
    """Show a choice whose memory is the parameter `name` of the address; gives the value chosen.

    `options` maps what the address says to what the reader reads; nonsense gets a message and the
    default.
    """
    asked = st.query_params.get(name, default)
    if asked not in options:
        _say_nonsense(name, asked, options)
        asked = default
    key = f"filtre_{name}"
    values = {text: value for value, text in options.items()}

    def changed() -> None:
        put(
            **{
                name: ""
                if values[st.session_state[key]] == default
                else values[st.session_state[key]]
            }
        )

    st.session_state[key] = options[asked]
    st.selectbox(label, list(values), key=key, on_change=changed, width=width)
    return asked


def search(label: str, name: str, *, placeholder: str, width: int = 320) -> str:
    """Show a box whose memory is the parameter `name` of the address; gives the text typed."""
    key = f"filtre_{name}"

    def changed() -> None:
        put(**{name: st.session_state[key].strip()})

    st.session_state[key] = st.query_params.get(name, "")
    st.text_input(
        label,
        key=key,
        placeholder=placeholder,
        on_change=changed,
        icon=":material/search:",
        width=width,
    )
    return str(st.session_state[key]).strip()


def switch(label: str, name: str, *, help_: str | None = None) -> bool:
    """Show a switch whose memory is the parameter `name` of the address (`oui`)."""
    key = f"filtre_{name}"

    def changed() -> None:
        put(**{name: "oui" if st.session_state[key] else ""})

    asked = st.query_params.get(name, "")
    if asked not in {"", "oui"}:
        _say_nonsense(name, asked, {"oui": ""})
    st.session_state[key] = asked == "oui"
    st.toggle(label, key=key, on_change=changed, help=help_)
    return asked == "oui"


def put(**params: str) -> None:
    """Set parameters of the page in the address (empty: taken out); for use in callbacks."""
    for name, text in params.items():
        if text:
            st.query_params[name] = text
        elif name in st.query_params:
            del st.query_params[name]


def asked(*names: str) -> dict[str, str]:
    """Give those parameters of the page that the address has: what its downloads take along."""
    return {name: st.query_params[name] for name in names if st.query_params.get(name)}


def _say_nonsense(name: str, text: str, options: Mapping[str, str]) -> None:
    shown = " ".join(text.split()).replace("`", "'")[:_LONGEST]
    known = [value for value in options if value]
    more = ", …" if len(known) > _MANY else ""
    st.warning(
        f"La valeur {quoted(f'`{shown}`')} de l’adresse n’est pas reconnue{NBSP}: ce choix est "
        f"revenu à sa valeur habituelle. Valeurs possibles{NBSP}: {name}="
        f"{', '.join(known[:_MANY])}{more}.",
        icon=":material/link_off:",
    )
