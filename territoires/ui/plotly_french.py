"""What every Plotly figure is shown with: French inside, few tools, nothing from another host."""

from typing import Any, Final

# Plotly comes without any locale and `locale="fr"` alone does nothing: it must be given what the
# one tool of a map says.
_LOCALE: Final[dict[str, Any]] = {
    "dictionary": {
        "Download plot as a PNG": "Télécharger l’image (PNG)",
        "Sorry, there was a problem downloading your image!": (
            "L’image n’a pas pu être enregistrée."
        ),
    },
    "format": {"decimal": ",", "thousands": "\u202f"},
}

CONFIG: Final[dict[str, Any]] = {
    "locale": "fr",
    "locales": {"fr": _LOCALE},
    "displaylogo": False,
    "responsive": True,
    # The wheel scrolls the page, also over a figure.
    "scrollZoom": False,
    "displayModeBar": "hover",
    "modeBarButtonsToRemove": [
        "pan2d", "zoom2d", "zoomIn2d", "zoomOut2d", "autoScale2d", "select2d", "lasso2d",
        "zoomInGeo", "zoomOutGeo", "resetGeo", "resetViews", "hoverClosestGeo", "toggleHover",
    ],
    "toImageButtonOptions": {"format": "png", "filename": "territoires", "scale": 2},
    # Of no country: what Plotly asks for before any choropleth, from another host if not told.
    "topojsonURL": "/statique/topojson/",
}  # fmt: skip
