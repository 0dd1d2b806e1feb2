"""Say what was asked of the field about a town, and when it answered: add, correct, withdraw."""

from territoires.ui.enter.question_form import QUESTIONS
from territoires.ui.enter.statements import edit

edit(QUESTIONS)
