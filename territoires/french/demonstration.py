"""What is said of made-up data, on every page and every figure."""

DEMO = "données fictives de démonstration"
BANNER = (
    "**Données fictives de démonstration.** Centres, dates et effectifs sont tirés au hasard\u00a0:"
    " rien de ce que vous lisez ici n’a eu lieu."
)
PLAIN = BANNER.replace("**", "")
MADE_UP = "Centres, dates et effectifs fictifs, tirés au hasard\u202f;"
