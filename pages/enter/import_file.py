"""Import a file of stages, enrolments or courses: checked first, written whole or not at all."""

from territoires.ui import import_parts
from territoires.ui.desk import open_desk
from territoires.ui.undo_part import tell_undone

desk = open_desk(
    "importer",
    lead="Le fichier est d’abord vérifié, ligne par ligne. Rien n’est enregistré sans votre "
    "accord\u00a0; avec lui, tout l’est, ou rien.",
)
tell_undone()
is_busy = import_parts.tell(desk)

kind = import_parts.choose_kind(desk)
import_parts.offer_templates(kind)
found = import_parts.examine(desk, kind)
if found is not None:
    import_parts.show_review(found)
    import_parts.confirm(desk, found, is_busy=is_busy)
