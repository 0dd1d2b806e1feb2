"""What a typed text was taken for, and how sure that is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Generic, TypeVar

from territoires.domain.errors import TerritoiresError

T = TypeVar("T")


class Weight(Enum):
    """What is done of a remark: it stands in the way, it is asked about, or it is only told."""

    REFUSED = "refused"
    ASKED = "asked"
    TOLD = "told"


@dataclass(frozen=True)
class Reading(Generic[T]):
    """A text read otherwise than as asked for; `code` and `facts` make the remark about it."""

    value: T
    code: str
    facts: Mapping[str, Any] = field(default_factory=dict, hash=False)
    weight: Weight = Weight.TOLD


class CellError(TerritoiresError):
    """A text that cannot be taken; `code` and `facts` make its message."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts
