"""A figure that is finished: what is sent of it is worked out once."""

import json
from typing import Any

import plotly.graph_objects as go


class SealedFigure(go.Figure):  # type: ignore[misc]
    """A figure that nobody changes any more, so that sending it again costs nothing.

    Streamlit asks a figure for its dictionary at each run of a page, and validates a dictionary
    anew, property by property (10 ms for ten traces): this one answers with what it has kept.
    """

    def __init__(self, figure: go.Figure) -> None:
        """Keep the figure as plain JSON values, which the fast encoder takes as they are."""
        super().__init__(figure)
        self._sent: dict[str, Any] = json.loads(figure.to_json())

    def to_dict(self) -> dict[str, Any]:
        """Give what is sent to the browser; shared, not to be changed."""
        return self._sent
