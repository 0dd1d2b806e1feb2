"""What do people in the field tell us, and what do we answer?"""

from territoires.ui.desk import open_desk
from territoires.ui.manage import reports as reports_page

desk = open_desk("signalements")
reports_page.told(desk)
reports_page.queue(desk)
reports_page.sorting(desk)
