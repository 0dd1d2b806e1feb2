"""Say what was asked of the field about a town, and when it answered: add, correct, withdraw."""

from territoires.ui.desk import open_desk
from territoires.ui.enter.question_form import QUESTIONS
from territoires.ui.enter.statements import edit

desk = open_desk(
    "saisir-demande",
    lead="À qui l’on a écrit, et quand la réponse est venue. Ce qu’elle apprend se saisit à part.",
)
edit(desk, QUESTIONS)
