"""What should the field be asked first?"""

from territoires.ui.desk import open_desk
from territoires.ui.manage import to_ask as parts

desk = open_desk("a-demander")
scope = parts.chosen(desk)
parts.follow_up(desk, scope)
for ask in parts.ASKED:
    parts.listed(desk, scope, ask)
