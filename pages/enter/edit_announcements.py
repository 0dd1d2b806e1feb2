"""Say for when an opening was announced in a town: add, correct, withdraw."""

from territoires.ui.enter.announcement_form import ANNOUNCEMENTS
from territoires.ui.enter.statements import edit

edit(ANNOUNCEMENTS)
