"""Which views are kept under an address for ever, and which were withdrawn?"""

from territoires.ui.desk import open_desk
from territoires.ui.manage import frozen as frozen_page

desk = open_desk("vues-figees")
frozen_page.listed(desk)
