"""What should the field be asked first?"""

from territoires.ui.desk import open_desk
from territoires.ui.manage import to_ask as parts

desk = open_desk(
    "a-demander",
    lead="Les villes dans l’ordre de ce qu’une réponse apprendrait. Chacune avec son message prêt "
    "à envoyer\u00a0; notez la demande, puis la réponse.",
)
scope = parts.chosen(desk)
parts.follow_up(desk, scope)
parts.since_when(desk, scope)
parts.open_or_not(desk, scope)
