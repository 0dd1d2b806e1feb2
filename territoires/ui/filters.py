"""What one page adds to the common bar: parameters of the address, read, written and chosen.

The address is their only memory. Nonsense in it gets a message and what is usual.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import streamlit as st

from territoires.domain.params import Param
from territoires.french.numbers import NBSP, as_code, quoted

T = TypeVar("T")

KEY = "choix_"  # what the names of these widgets begin with
_MANY = 8
CONTROL = 290  # pixels: on one line with the others, and on a telephone


def read(param: Param[T], *, known: Mapping[str, Any] | None = None) -> T:
    """Read a parameter of the page; `known` are all that it may say, if it has no words."""
    text = st.query_params.get(param.name, "")
    if not text:
        return param.usual
    try:
        if known is None or text in known:
            return param.read(text)
    except ValueError:
        pass
    say_nonsense(param, known)
    return param.usual


def put(param: Param[T], value: T) -> None:
    """Put a parameter into the address, or take it out when it is the usual one."""
    _write(param, param.said(value).get(param.name, ""))


def _write(param: Param[Any], text: str) -> None:
    if text:
        st.query_params[param.name] = text
    else:
        st.query_params.pop(param.name, None)


def named(param: Param[T], names: Mapping[T, str]) -> dict[str, str]:
    """Give what a parameter may say, each with what the reader reads."""
    return {word: names[value] for word, value in param.words.items() if value in names}


def held(key: str, shown: Any, write: Callable[[Any], None]) -> dict[str, Any]:
    """Have a widget hold what the address says, and `write` there what it is changed to."""
    st.session_state[key] = shown
    return {"key": key, "on_change": lambda: write(st.session_state[key])}


def tied(param: Param[Any], shown: Any, write: Callable[[Any], None]) -> dict[str, Any]:
    """Have the widget of a parameter do so."""
    return held(f"{KEY}{param.name}", shown, write)


def choice(  # noqa: PLR0913 - a control, and what it offers
    label: str,
    param: Param[T],
    options: Mapping[str, str],
    *,
    usual: str | None = None,
    width: int = 260,
    as_segments: bool = False,
) -> T:
    """Offer one of a few words, `options`, each with what the reader reads, and give its meaning.

    `usual`: the word that stands for nothing in the address, that of `param` unless it is given.
    """
    if usual is None:
        usual = param.write(param.usual) if param.words else ""
    text = st.query_params.get(param.name) or usual
    if text not in options:
        say_nonsense(param, options)
        text = usual
    widget = tied(param, text, lambda chosen: _write(param, "" if chosen == usual else chosen))
    widget["format_func"] = options.__getitem__
    if as_segments:
        st.segmented_control(label, list(options), required=True, **widget)
    else:
        st.selectbox(label, list(options), width=width, **widget)
    return param.read(text) if text else param.usual


def several(
    label: str,
    param: Param[tuple[str, ...]],
    options: Mapping[str, str],
    shown: Sequence[str],
    **widget: Any,
) -> None:
    """Offer several of a list of codes, each with what the reader reads."""
    st.multiselect(
        label,
        list(options),
        format_func=options.__getitem__,
        **tied(param, list(shown), lambda chosen: put(param, tuple(chosen))),
        **widget,
    )


def search(label: str, param: Param[str], *, placeholder: str, width: int = 320) -> str:
    """Show a box to type in; gives the text typed."""
    said = st.query_params.get(param.name, "")
    st.text_input(
        label,
        placeholder=placeholder,
        icon=":material/search:",
        width=width,
        **tied(param, said, lambda text: put(param, text.strip())),
    )
    return said.strip()


def switch(
    label: str,
    param: Param[T],
    shown: T | None = None,
    *,
    is_inverse: bool = False,
    **widget: Any,
) -> T:
    """Show a switch between the two meanings of a parameter; `shown` when it was read already.

    `is_inverse`: the label says the first of the meanings, so that the switch is on by default.
    """
    value = read(param) if shown is None else shown
    off, on = param.words.values()
    if is_inverse:
        off, on = on, off
    tie = tied(param, value == on, lambda is_on: put(param, on if is_on else off))
    st.toggle(label, **tie, **widget)
    return value


def slider(label: str, param: Param[Any], shown: Any, *, step: int = 1, **widget: Any) -> None:
    """Show a slider between the bounds of a number, which was read already."""
    tie = tied(param, int(param.write(shown)), lambda number: put(param, param.read(str(number))))
    st.slider(label, param.least, param.most, step=step, **tie, **{"width": CONTROL} | widget)


def asked(*params: Param[Any]) -> dict[str, str]:
    """Give those parameters that the address has: what links and files take along."""
    said = st.query_params.to_dict()
    return {param.name: said[param.name] for param in params if said.get(param.name)}


def named_after(subject: str, *params: Param[Any]) -> str:
    """Name a file after what it holds and what the page narrows it by."""
    return " ".join([subject, *(f"{name} {text}" for name, text in asked(*params).items())])


def say_nonsense(param: Param[Any], known: Mapping[str, Any] | None = None) -> None:
    """Quote what the address says, and tell what it may say."""
    shown = as_code(" ".join(st.query_params.get(param.name, "").split()))
    words = [word for word in known or param.words if word]
    listed = ", ".join(words[:_MANY]) + (", …" if len(words) > _MANY else "")
    expected = (
        f"Valeurs possibles{NBSP}: {param.name}={listed}"
        if words
        else f"Exemple{NBSP}: {param.name}={param.example}"
    )
    st.warning(
        f"La valeur {quoted(shown)} de l’adresse n’est pas reconnue{NBSP}: ce choix est "
        f"revenu à sa valeur habituelle. {expected}.",
        icon=":material/link_off:",
    )
