"""What is said of the cards that other sites show."""

from html import escape
from typing import Final

WIDTH: Final = 480  # pixels, where nothing else is asked

SOURCE: Final = "Sources et méthode\u00a0: voir le tableau de bord."
NO_CARD: Final = (
    "Il n’y a pas de carton à cette adresse. Il y en a pour la France (/carton/national.svg), une "
    "région (/carton/reg-44.html), un département (/carton/dep-52.html) ou une ville suivie "
    "(/carton/com-52121.html)."
)
NO_OEMBED: Final = "Donnez l’adresse d’une page de ce tableau de bord, par exemple /oembed?url="
OFFER: Final = "À insérer dans un autre site, toujours à jour\u00a0:"


def code(address: str, *, title: str, height: int) -> str:
    """Write the code that shows a card, by its address, in another page; `height` in pixels."""
    return (
        f'<iframe src="{escape(address)}" title="{escape(title)}" width="{WIDTH}" '
        f'height="{height}" style="border:0;max-width:100%" loading="lazy"></iframe>'
    )
