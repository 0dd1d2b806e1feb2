"""Who changed what, when and why?"""

from territoires.ui import journal_parts
from territoires.ui.desk import open_desk
from territoires.ui.undo_part import tell_undone, undo_button

desk = open_desk(
    "journal",
    lead="Tout ce qui a été enregistré\u00a0: qui, quand, quoi, pourquoi. Rien n’en est jamais "
    "effacé.",
)
tell_undone()
undo_button(desk)
journal_parts.one_act(desk)
found = journal_parts.filters(desk)
journal_parts.listing(desk, found)
journal_parts.seals(desk)
