"""What is said of made-up data, on every page and every figure, and how to try them."""

from territoires.french.exchange import DEMO

BANNER = (
    "**Données fictives de démonstration.** Centres, dates et effectifs sont tirés au hasard\u00a0:"
    " rien de ce que vous lisez ici n’a eu lieu."
)
MADE_UP = "Centres, dates et effectifs fictifs, tirés au hasard\u202f;"
TRY_IT = (
    "Pour voir cette page remplie, lancez la démonstration (données fictives, base à part)\u00a0: "
    "`make demo`."
)

__all__ = ["BANNER", "DEMO", "MADE_UP", "TRY_IT"]
