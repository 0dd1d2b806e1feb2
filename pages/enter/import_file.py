"""Import a file of stages, enrolments or courses: checked first, written whole or not at all."""

from territoires.ui.desk import open_desk
from territoires.ui.enter import import_page
from territoires.ui.undo import tell_undone

desk = open_desk("importer")
tell_undone()
is_busy = import_page.tell(desk)

kind = import_page.choose_kind(desk)
import_page.offer_templates(kind)
found = import_page.examine(desk, kind)
if found is not None:
    import_page.show_review(found)
    import_page.confirm(desk, found, is_busy=is_busy)
