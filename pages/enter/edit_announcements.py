"""Say for when an opening was announced in a town: add, correct, withdraw."""

from territoires.ui.desk import open_desk
from territoires.ui.enter.announcement_form import ANNOUNCEMENTS
from territoires.ui.enter.statements import edit

desk = open_desk(
    "saisir-annonce",
    lead="Une annonce n’est pas une ouverture\u00a0: elle ne crée aucun centre et ne compte pas.",
)
edit(desk, ANNOUNCEMENTS)
