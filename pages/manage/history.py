"""Who changed what, when and why?"""

from territoires.ui.desk import open_desk
from territoires.ui.manage import history as history_page
from territoires.ui.undo import tell_undone, undo_button

desk = open_desk("journal")
tell_undone()
undo_button(desk)
history_page.one_act(desk)
found = history_page.filters(desk)
history_page.listing(desk, found)
history_page.seals(desk)
