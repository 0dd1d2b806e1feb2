"""Say which courses a centre gives, and what the catalogue says of each."""

import streamlit as st

from territoires.commands.courses import add_course, correct_course, set_offering, withdraw_offering
from territoires.domain.drafts import CourseCorrection, OfferingDraft
from territoires.domain.errors import Problem
from territoires.domain.roles import Permission
from territoires.french.desk import CONFIRM_CORRECTION, course_said, offering_said
from territoires.ui import course_form, offering_form
from territoires.ui.conflict import both_versions
from territoires.ui.course_desk import CATALOGUE, choose_view, leave, open_forms
from territoires.ui.desk import Outcome, open_desk, refuse, submit, tell
from territoires.ui.entry_parts import back_button, choose_centre, choose_town, finish, saved_links
from territoires.ui.stage_form import withdrawal
from territoires.ui.stage_list import CORRECT, act, chosen

OFFER, COURSE = "offre", "formation"

desk = open_desk("Formations", Permission.EDIT_OFFERING, path="/saisir-formations")
view = choose_view(desk)
