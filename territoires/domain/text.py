"""Names compared as people type them: without case, accents or hyphens."""

import re
import unicodedata
from functools import lru_cache

_LIGATURES = str.maketrans({"\u0153": "oe", "\u0152": "oe", "\u00e6": "ae", "\u00c6": "ae"})
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_SAINT = re.compile(r"\b(ste?)\b")
_FIGURES = re.compile(r"[0-9]{1,18}")
_KEPT, _LONGEST = 16_384, 200  # names, and characters of each


# The characters that Unicode calls default ignorable (DerivedCoreProperties.txt): soft hyphens,
# zero-width spaces and joiners, marks and isolates of direction, selectors, tags.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


def fold(text: str) -> str:
    """Reduce a name to what two spellings share.

    Case, accents, ligatures, hyphens and apostrophes go; "St" and "Ste" are written out.
    """
    # The same names are sorted and looked up by every question of every page.
    return _known(text) if len(text) <= _LONGEST else _folded(text)


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.translate(_LIGATURES).casefold())
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    words = _NOT_WORD.sub(" ", plain).strip()
    return _SAINT.sub(lambda found: "saint" if found[1] == "st" else "sainte", words)


_known = lru_cache(_KEPT)(_folded)


def slug(text: str) -> str:
    """Turn a text into a key for addresses and file names."""
    return fold(text).replace(" ", "-")


def whole(text: str) -> int | None:
    """Read a number as machines write it, in figures; None for what is none.

    More figures than a column holds are none either: Python itself refuses to read thousands.
    """
    return int(text) if _FIGURES.fullmatch(text) else None


def visible(text: str) -> str:
    """Drop the characters that nobody sees."""
    return text if text.isascii() else _INVISIBLE.sub("", text)
