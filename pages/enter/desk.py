"""Where staff begin: what they may do, and who they are."""

from territoires.queries.editions import current_edition
from territoires.ui.desk import Desk
from territoires.ui.enter.entrance import (
    cards,
    desk_name,
    own_centres,
    password,
    reading,
    sign_in_offer,
)
from territoires.ui.page import open_front
from territoires.ui.undo import tell_undone, undo_button

url, reader = open_front(desk_name)

if reader.email:
    password(reader)
    desk = Desk(url=url, seen=current_edition(url), reader=reader)
    tell_undone()
    undo_button(desk)
    cards(desk)
    own_centres(desk)
    reading(desk)
else:
    sign_in_offer()
