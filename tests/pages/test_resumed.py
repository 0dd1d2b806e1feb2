"""A page that outlived its server: what its reader asks first of the new one is done."""

from datetime import date

import pytest

from territoires.domain.roles import Role
from tests.pages.conftest import HOME, address, everything

COURSES, ENROLMENTS = "follow/courses.py", "follow/enrolments.py"
MAP, NEXT, REGIONS = "follow/map.py", "follow/next.py", "follow/regions.py"
PLACE = {"terr": "reg-44", "au": "2021-05-04"}
KNOWN = "2026-11-30T22:59:59.999999Z"
EMPTY = {"terr": "reg-94"}


def after_a_restart(app, page, act, **params):
    """Do an act on a page whose server has gone: a new session hears of it, and of all else."""
    before = app.open(page, **params)
    act(before)
    states = before._tree.get_widget_states()  # noqa: SLF001 - what a browser sends
    return app.ready(page, **address(before))._run(states)  # noqa: SLF001


def widget(kind, key, value):
    return lambda view: getattr(view, kind)(key=key).set_value(value)


def switched(key):
    return lambda view: view.toggle(key=key).set_value(True)


def press(label):
    return lambda view: next(b for b in view.button if b.label == label).click()


ACTS = [
    (HOME, widget("date_input", "bar_day", date(2020, 1, 31)), {"au": "2020-01-31"}),
    (HOME, widget("selectbox", "bar_perimeter", "Action cœur de ville"), {"perim": "acv"}),
    (HOME, switched("bar_unproven"), {"nonprouves": "oui"}),
    (
        HOME,
        widget("text_input", "bar_known_at", "30/11/2026"),
        {"connu": KNOWN},
    ),
    (MAP, widget("slider", "choix_rayon", 45), {"rayon": "45"}),
    (MAP, switched("choix_route"), {"route": "oui"}),
    (MAP, widget("button_group", "choix_vue", "territoires"), {"vue": "territoires"}),
    (REGIONS, widget("selectbox", "choix_maille", "departements"), {"maille": "departements"}),
    (REGIONS, widget("multiselect", "choix_comparer", ["dep-52"]), {"comparer": "dep-52"}),
    (REGIONS, widget("date_input", "choix_depuis", date(2020, 1, 1)), {"depuis": "2020-01-01"}),
    (ENROLMENTS, widget("selectbox", "choix_compte", "Inscriptions"), {"compte": "inscriptions"}),
    (COURSES, widget("text_input", "choix_pres", "Dijon"), {"pres": "21231"}),
    (NEXT, widget("slider", "choix_villes", 5), {"villes": "5"}),
    (NEXT, switched("choix_sans-centre"), {"sans-centre": "oui"}),
]


@pytest.mark.parametrize(("page", "act", "said"), ACTS, ids=lambda each: str(each)[:40])
def test_a_filter_chosen_first_after_a_restart_holds(app, page, act, said):
    view = after_a_restart(app, page, act, **PLACE)
    assert not view.exception
    assert address(view) == PLACE | said


def test_a_filter_of_the_desk_chosen_first_after_a_restart_holds(seated):
    act = widget("selectbox", "choix_periode", "Depuis 7 jours")
    view = after_a_restart(seated(Role.ADMINISTRATION), "manage/history.py", act)
    assert address(view) == {"periode": "semaine"}


def test_a_button_pressed_first_after_a_restart_does_what_it_says(app):
    view = after_a_restart(app, HOME, press("Voir la France entière"), **PLACE | EMPTY)
    assert address(view) == {"au": PLACE["au"]}


def test_a_page_whose_reader_chose_nothing_shows_what_it_showed(app):
    view = after_a_restart(app, HOME, lambda _: None, **PLACE)
    assert address(view) == PLACE
    assert "dans le Grand Est" in everything(view)
