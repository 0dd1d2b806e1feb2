"""Names compared as people type them: without case, accents or hyphens."""

import re
import unicodedata

_LIGATURES = str.maketrans({"\u0153": "oe", "\u0152": "oe", "\u00e6": "ae", "\u00c6": "ae"})
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_SAINT = re.compile(r"\b(ste?)\b")


def fold(text: str) -> str:
    """Reduce a name to what two spellings share.

    Case, accents, ligatures, hyphens and apostrophes go; "St" and "Ste" are written out.
    """
    decomposed = unicodedata.normalize("NFKD", text.translate(_LIGATURES).casefold())
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    words = _NOT_WORD.sub(" ", plain).strip()
    return _SAINT.sub(lambda found: "saint" if found[1] == "st" else "sainte", words)


def slug(text: str) -> str:
    """Turn a text into a key for addresses and file names."""
    return fold(text).replace(" ", "-")
