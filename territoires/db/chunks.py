"""What is named in statements, a few hundred at a time: no engine takes any number of values."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, TypeVar

T = TypeVar("T")

_NAMED: Final = 400


def chunks(named: Iterable[T]) -> Iterator[list[T]]:
    """Share out keys, or what holds them, in their order; none of nothing."""
    remaining = iter(named)
    while some := list(islice(remaining, _NAMED)):
        yield some
