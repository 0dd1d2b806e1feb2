"""Say for when an opening was announced in a town: add, correct, withdraw."""

from territoires.ui.announcement_form import ANNOUNCEMENTS
from territoires.ui.desk import open_desk
from territoires.ui.statements import edit

desk = open_desk(
    "saisir-annonce",
    lead="Une annonce n’est pas une ouverture\u00a0: elle ne crée aucun centre et ne compte pas.",
)
edit(desk, ANNOUNCEMENTS)
