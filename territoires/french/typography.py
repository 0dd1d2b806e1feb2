"""The spaces and signs of French typography, and the elision between two words."""

import re

from territoires.domain.text import fold
from territoires.french.numbers import NBSP, NNBSP

_BEFORE = re.compile(r" (?=[;!?%](?:\W|$))")
_QUOTED = re.compile(f"(«{NBSP}.*?{NBSP}»)", re.DOTALL)  # as `numbers.quoted` writes it
_BEFORE_COLON = re.compile(r" (?=:(?:\s|$))")


def typeset_text(text: str) -> str:
    """Set the no-break spaces of a sentence written with plain ones, and its apostrophes."""
    return typeset_spaces(text).replace("'", "’")


def typeset_spaces(text: str) -> str:
    """Set the no-break spaces of a sentence alone, and none in what it quotes."""
    parts = _QUOTED.split(text)
    parts[::2] = [_spaces(part) for part in parts[::2]]
    return "".join(parts)


def _spaces(text: str) -> str:
    spaced = _BEFORE_COLON.sub(NBSP, _BEFORE.sub(NNBSP, text))
    spaced = spaced.replace("« ", f"«{NBSP}").replace(" »", f"{NBSP}»")
    return spaced.replace("n° ", f"n°{NBSP}")


_ELIDING = re.compile(r"(?<!\w)(?:(?:[djlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)e|la)$", re.IGNORECASE)
# Before these, nothing is elided: an aspirated h, a y or a w said as a consonant, « le onze ».
_ASPIRATED = re.compile(
    r"(?:hauts?|hautes?|haguenau|hayange|hagondange|houilles|ham|hem|hague|hainaut|halles?|hall"
    r"|handicap\w*|hasards?|hausses?|havre|hiatus|hontes?|hors|huit\w*|onz\w+|oui|ouistreham"
    r"|uhlans?|y[aeiou]\w*)\b"
)
_ELIDED_AFTER_ALL = re.compile(r"(?:yerres|yeu|yonne)\b")


def elided(before: str, following: str) -> str:
    """Join a word to the next: `d'enregistrer`, `l'ouverture`, `qu'Épinal`, `de Haguenau`.

    The last word of `before` loses its vowel where French wants it; `following` stays as it is,
    its marks of emphasis included.
    """
    if _ELIDING.search(before) and _begins_with_a_vowel(following):
        return f"{before[:-1]}’{following}"
    return f"{before} {following}"


def _begins_with_a_vowel(text: str) -> bool:
    first = text.lstrip("*_")
    if not first[:1].isalpha():  # a figure, a quotation
        return False
    word = fold(first)
    if _ELIDED_AFTER_ALL.match(word):
        return True
    return word[:1] in "aeiouhy" and not _ASPIRATED.match(word)


def capital(words: str) -> str:
    """Begin a sentence with words that may be in bold."""
    bold = "**" if words.startswith("**") else ""
    words = words.removeprefix("**")
    return f"{bold}{words[:1].upper()}{words[1:]}"


def lowered(words: str) -> str:
    """Go on with a sentence by words that began one."""
    return words[:1].lower() + words[1:]
