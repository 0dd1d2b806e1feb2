"""Add a course to the catalogue, or correct what it says of one."""

from functools import partial
from typing import Any

from territoires.commands.courses import add_course, correct_course
from territoires.domain.drafts import CourseCorrection, CourseDraft
from territoires.domain.programme import Confidence
from territoires.french.desk import Name
from territoires.queries import forms
from territoires.ui.desk import open_desk
from territoires.ui.enter import course_form
from territoires.ui.enter.conflict import both_versions
from territoires.ui.forms import Form

FORM = "formation"

desk = open_desk("catalogue-formations")
form = Form(desk, FORM, course_form.fields(desk, is_new=True))
form.recall("choisie")
form.tell()

key = course_form.choose_course(desk, key=form.key("choisie"))
known = desk.ask(forms.course, key=key) if key else {}
form.fields = course_form.fields(desk, is_new=not key)
form.open(key, known=known or None, version=desk.seen.number, name=known.get("title", ""))


def named(draft: Any) -> Name:
    """Name a course."""
    return Name(f"{draft.title.strip()} ({draft.key})" if draft.key else draft.title.strip(), "e")


def save() -> None:
    """Add or correct; nothing is drawn here."""
    confidence = form.opened.said.get("confidence")
    trusted: Any = {"confidence": Confidence(confidence) if confidence else None}
    if not key:
        form.submit(add_course, partial(CourseDraft, **trusted), name=named)
        return
    change = partial(
        CourseCorrection,
        key=key,
        expected_edition=form.opened.version,
        **trusted,
    )
    form.submit(correct_course, change, name=named)


newest = course_form.newest(desk, form.outcome, known)
with form.frame():
    if newest is not None:
        both_versions(form, newest, save=save)
    form.draw()
    form.finish(save, reason_is_asked=bool(key))
form.others()
