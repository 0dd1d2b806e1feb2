"""Closed lists whose members carry their French word, on the line that declares them."""

from enum import StrEnum
from typing import Self, TypeVar


class Told(StrEnum):
    """A closed list: each member is stored as its value, and said as its word.

    `OPENED = "opened", "ouverture"`; a noun of the other gender says so: `"abandon", "le"`.
    """

    word: str
    article: str

    def __new__(cls, value: str, word: str = "", article: str = "la") -> Self:
        """Keep the word beside the value, by which a member is found, compared and stored."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.word, member.article = word, article
        return member


T = TypeVar("T", bound=Told)


def said(kind: type[T]) -> dict[T, str]:
    """Give the word of each member, in their order."""
    return {member: member.word for member in kind}
