"""The spaces and signs of French typography, set where a text is shown."""

import re

from territoires.french.numbers import NBSP, NNBSP

_BEFORE = re.compile(r" (?=[;!?%](?:\W|$))")
_BEFORE_COLON = re.compile(r" (?=:(?:\s|$))")


def typeset_text(text: str) -> str:
    """Set the no-break spaces of a sentence written with plain ones, and its apostrophes."""
    return typeset_spaces(text).replace("'", "’")


def typeset_spaces(text: str) -> str:
    """Set the no-break spaces alone: the text quotes what somebody typed."""
    spaced = _BEFORE_COLON.sub(NBSP, _BEFORE.sub(NNBSP, text))
    spaced = spaced.replace("« ", f"«{NBSP}").replace(" »", f"{NBSP}»")
    return spaced.replace("n° ", f"n°{NBSP}")
