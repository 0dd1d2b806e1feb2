"""A figure that is finished: what is sent of it is worked out once."""

import json
from typing import Any

from plotly.basedatatypes import BaseFigure


class SealedFigure(BaseFigure):  # type: ignore[misc]
    """What is left of a figure that nobody changes any more: its dictionary.

    Streamlit asks a figure for its dictionary at each run of a page, and validates a dictionary
    anew, property by property (10 ms for ten traces): this one answers with what it has kept. It
    has neither `data` nor `layout`: the thousands of objects under them are not kept.
    """

    def __init__(self, figure: BaseFigure) -> None:
        """Keep the figure as plain JSON values, which the fast encoder takes as they are."""
        self._sent: dict[str, Any] = json.loads(figure.to_json())

    def __repr__(self) -> str:
        """Say what it is without the parts that it does not have."""
        return f"SealedFigure of {len(self._sent['data'])} traces"

    def to_dict(self) -> dict[str, Any]:
        """Give what is sent to the browser; shared, not to be changed."""
        return self._sent
