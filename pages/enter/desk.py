"""Where staff begin: what they may do, and who they are."""

from territoires.ui.desk_parts import account, cards, sign_in_offer
from territoires.ui.page import open_front

url, reader = open_front("Saisie")

if reader.email:
    account(reader)
    cards(reader)
else:
    sign_in_offer()
