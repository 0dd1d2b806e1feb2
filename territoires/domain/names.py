"""Places found by what people type: a name, its beginning, one of its words, a code INSEE."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from enum import IntEnum
from itertools import islice
from typing import Final, NamedTuple

from territoires.domain.scope import FRANCE
from territoires.domain.text import fold

# What is longer is no name: the longest has 45 signs, its department 26.
LONGEST: Final = 100
_FORMER: Final = "ex"
_CODE: Final = re.compile(r"(?:(reg|dep|com)-)?(2[ab]\d{0,3}|\d{1,5})", re.ASCII | re.IGNORECASE)
_WHOLE: Final = re.compile(r"\d[\da-z]\d{3}", re.ASCII)


class Rank(IntEnum):
    """How a place answers what was typed, the best first."""

    CODE = 0  # by its code
    EXACT = 1  # by its name, or by its name and its department
    PREFIX = 2  # by the beginning of its name
    WORD = 3  # by that of a later word
    INSIDE = 4  # within a word
    CODE_PREFIX = 5


class Match(NamedTuple):
    """A place that answers: `key` (`dep-52`, `com-52121`, `ex-75101`), folded name, how."""

    key: str
    name: str
    rank: Rank


Keep = Callable[[str], bool]


def former_key(code: str) -> str:
    """Make the key of a code that is no commune's any more."""
    return f"{_FORMER}-{code}"


def former_code(key: str) -> str:
    """Give the code of such a key, nothing for another."""
    level, _, code = key.partition("-")
    return code if level == _FORMER else ""


def department_of(key: str) -> str:
    """Give the department of a key, nothing for a region or a country."""
    level, _, code = key.partition("-")
    if level in {"reg", str(FRANCE)}:
        return ""
    return code[:3] if code.startswith("97") else code[:2]


def in_departments(codes: Collection[str] | None, *, towns_only: bool) -> Keep:
    """Keep the places of some departments (None: of all), or only the communes among them."""
    levels = ("com-", f"{_FORMER}-") if towns_only else ("",)
    return lambda key: key.startswith(levels) and (codes is None or department_of(key) in codes)


class Names:
    """The names of many places in one text: four searches in it take less than a millisecond."""

    def __init__(self, rows: Iterable[tuple[str, str]], departments: Mapping[str, str]) -> None:
        """`rows`: folded name and key of each, in their order among equals, the largest first.

        `departments`: the name of each by its code.
        """
        self._text = "\n".join(("", *(f"{name}\t{key}" for name, key in rows), ""))
        self._whose: dict[str, Keep] = {
            "region": lambda key: key.startswith("reg-"),
            "departement": lambda key: key.startswith("dep-"),
        }
        for code, name in departments.items():
            within = in_departments({code}, towns_only=True)
            self._whose |= {fold(code): within, fold(name): within}
            self._whose[f"{fold(code)} departement"] = _ends_with(f"dep-{code}")

    def find(
        self, text: str, *, keep: Keep = lambda _key: True, whole: bool = False
    ) -> Iterator[Match]:
        """Yield the places that answer, each once, the best first; none for an empty text.

        `whole`: only to their codes and to their names in full, which is the quickest.
        """
        typed = fold(text) if len(text) <= LONGEST else ""
        seen: set[str] = set()
        for match in self._candidates(text.strip(), typed, whole=whole) if typed else ():
            if match.key not in seen and keep(match.key):
                seen.add(match.key)
                yield match

    def large(self) -> list[Match]:
        """Give the country and its regions, in alphabetical order."""
        found = [*self._matching(Rank.CODE, "\tfr"), *self._matching(Rank.CODE, "\treg-")]
        return sorted(found, key=lambda match: (match.key != str(FRANCE), match.name))

    def meant(self, text: str, *, keep: Keep = lambda _key: True, most: int = 20) -> list[Match]:
        """Give the place that is meant: the best one, with all of its level and very name.

        More than one: only who typed knows which. So it is of the beginning of a code (up to
        `most`).
        """
        found = self.find(text, keep=keep)
        best = next(found, None)
        if best is None or best.rank is Rank.CODE:
            return [] if best is None else [best]
        if best.rank is Rank.CODE_PREFIX:
            return [best, *islice(found, most - 1)]
        if best.rank is Rank.EXACT and best.name != fold(text):
            return [best]  # told from its homonyms by its department
        namesakes = self._matching(Rank.EXACT, f"\n{best.name}\t")
        return [each for each in namesakes if keep(each.key) and _size(each.key) == _size(best.key)]

    def _candidates(self, text: str, typed: str, *, whole: bool) -> Iterator[Match]:
        if code := _CODE.fullmatch(text):
            yield from self._coded(code[1], code[2].upper())
            return
        yield from self._matching(Rank.EXACT, f"\n{typed}\t")
        yield from self._told_apart(typed.split())
        if whole:
            return
        yield from self._matching(Rank.PREFIX, f"\n{typed}")
        yield from self._matching(Rank.WORD, f" {typed}")
        yield from self._matching(Rank.INSIDE, typed)

    def _coded(self, level: str | None, code: str) -> Iterator[Match]:
        levels = [level.lower()] if level else ["com", "dep", _FORMER]
        for each in levels:
            yield from self._matching(Rank.CODE, f"\t{each}-{code}\n")
        for each in levels:
            yield from self._matching(Rank.CODE_PREFIX, f"\t{each}-{code}")

    def _told_apart(self, words: list[str]) -> Iterator[Match]:
        """Read a name followed by what tells it apart: its department, its code, "region"."""
        for at in range(len(words) - 1, 0, -1):
            whose = " ".join(words[at:])
            keep = self._whose.get(whose)
            if keep is None and _WHOLE.fullmatch(whose):
                keep = _ends_with(f"-{whose.upper()}")
            if keep is not None:
                name = " ".join(words[:at])
                found = self._matching(Rank.EXACT, f"\n{name}\t")
                yield from (match for match in found if keep(match.key))

    def _matching(self, rank: Rank, pattern: str) -> Iterator[Match]:
        """Yield each line that the pattern is in: within its name unless it has the tab."""
        text, at = self._text, self._text.find(pattern)
        while at >= 0:
            start = text.rfind("\n", 0, at + 1) + 1
            tab = text.index("\t", start)
            end = text.index("\n", tab)
            if at < tab or pattern.startswith("\t"):
                yield Match(text[tab + 1 : end], text[start:tab], rank)
            at = text.find(pattern, max(end, at + 1))


def _size(key: str) -> str:
    level = key.partition("-")[0]
    return level if level in {"reg", "dep"} else "com"


def _ends_with(text: str) -> Keep:
    return lambda key: key.endswith(text)
