"""Which views are kept under an address for ever, and which were withdrawn?"""

from territoires.french.frozen import LIST_LEAD
from territoires.ui.desk import open_desk
from territoires.ui.manage import frozen as frozen_page

desk = open_desk("vues-figees", lead=LIST_LEAD)
frozen_page.listed(desk)
