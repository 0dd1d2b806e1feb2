"""What every Plotly figure is shown with: French inside, few tools, nothing from another host."""

from typing import Any, Final

from territoires.french.dates import MONTHS, SHORT_MONTHS

_DAYS: Final = ("dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi")

# Plotly comes without any locale and `locale="fr"` alone does nothing: it must be given whole.
_LOCALE: Final[dict[str, Any]] = {
    "dictionary": {
        "Autoscale": "Échelle automatique",
        "Box Select": "Sélection rectangulaire",
        "Click to enter Plot title": "Titre",
        "Double-click on legend to isolate one trace": (
            "Double-cliquez sur la légende pour isoler une série"
        ),
        "Double-click to zoom back out": "Double-cliquez pour revenir à l’échelle initiale",
        "Download plot": "Télécharger l’image",
        "Download plot as a PNG": "Télécharger l’image (PNG)",
        "Download plot as a png": "Télécharger l’image (PNG)",
        "Lasso Select": "Sélection au lasso",
        "Pan": "Déplacer",
        "Reset": "Vue initiale",
        "Reset axes": "Vue initiale",
        "Reset view": "Vue initiale",
        "Snapshot succeeded": "Image enregistrée",
        "Sorry, there was a problem downloading your snapshot!": (
            "L’image n’a pas pu être enregistrée."
        ),
        "Taking snapshot - this may take a few seconds": "Préparation de l’image…",
        "Toggle Spike Lines": "Repères sur les axes",
        "Zoom": "Zoom",
        "Zoom in": "Zoom avant",
        "Zoom out": "Zoom arrière",
        "max:": "max :",
        "mean:": "moyenne :",
        "median:": "médiane :",
        "min:": "min :",
        "new text": "nouveau texte",
        "q1:": "1er quartile :",
        "q3:": "3e quartile :",
    },
    "format": {
        "days": list(_DAYS),
        "shortDays": [f"{day[:3]}." for day in _DAYS],
        "months": list(MONTHS),
        "shortMonths": list(SHORT_MONTHS),
        "date": "%d/%m/%Y",
        "decimal": ",",
        "thousands": "\u202f",
        "year": "%Y",
        "month": "%b %Y",
        "dayMonth": "%-d %b",
        "dayMonthYear": "%-d %b %Y",
    },
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
