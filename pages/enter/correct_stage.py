"""Correct a step, choose which of two dates counts, or withdraw what is wrong."""

from territoires.ui.enter.stage_form import CORRECTIONS
from territoires.ui.enter.statements import edit

edit(CORRECTIONS)
