"""A figure that is finished: what is sent of it is worked out once."""

import json
import sys
from typing import Any, Final

from plotly.basedatatypes import BaseFigure

_LONG: Final = 1_000  # characters: packed outlines, which every map draws


class SealedFigure(BaseFigure):  # type: ignore[misc]
    """What is left of a figure that nobody changes any more: its dictionary.

    Streamlit asks a figure for its dictionary at each run of a page, and validates a dictionary
    anew, property by property (10 ms for ten traces): this one answers with what it has kept. It
    has neither `data` nor `layout`: the thousands of objects under them are not kept.
    """

    def __init__(self, figure: BaseFigure) -> None:
        """Keep the figure as plain JSON values, which the fast encoder takes as they are."""
        self._sent: dict[str, Any] = json.loads(figure.to_json())
        self._weight = _settled(self._sent)

    def __repr__(self) -> str:
        """Say what it is without the parts that it does not have."""
        return f"SealedFigure of {len(self._sent['data'])} traces"

    @property
    def weight(self) -> int:
        """Estimate what it holds in memory (bytes), the long texts that figures share left out."""
        return self._weight

    def to_dict(self) -> dict[str, Any]:
        """Give what is sent to the browser; shared, not to be changed."""
        return self._sent


def _settled(value: Any) -> int:
    """Let the long texts of plain JSON values be one in memory; gives the weight of the rest."""
    weight = sys.getsizeof(value)
    if not isinstance(value, dict | list):
        return weight
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, part in list(items):
        if isinstance(part, str) and len(part) > _LONG:
            value[key] = sys.intern(part)  # forgotten with the last figure that has it
        else:
            weight += _settled(part)
    return weight
