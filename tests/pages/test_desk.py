"""The desk: what it says of whoever sits at it, where it leads, and what an act changed beside."""

import pytest
from sqlalchemy import delete

from territoires.commands.choices import set_setting
from territoires.commands.stages import record_stage
from territoires.commands.write import ON, VALIDATION
from territoires.db.engine import engine, reading
from territoires.db.models import StaffRegion
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import SettingDraft, SourceDraft, StageDraft
from territoires.domain.programme import StageKind
from territoires.domain.roles import Role
from territoires.queries import own_centres, quality
from territoires.ui.bar import today
from territoires.ui.desk_parts import CARDS
from tests.pages.conftest import PAGES, everything
from tests.pages.desks import office

__all__ = ["office"]

BAR_LE_DUC = "55029"


def press(page, label):
    (button,) = [each for each in page.button if each.label == label]
    return button.click().run()


def opening(**changes):
    values = {
        "town_code": BAR_LE_DUC,
        "kind": StageKind.OPENED,
        "on": PartialDate(2021, 9, 13),
        "source": SourceDraft(declared=True),
    }
    return StageDraft(**(values | changes))


def test_a_mistake_withdrawn_takes_its_centre_with_it(app, office):
    saved = office.do(record_stage, opening())
    page = app.open("enter/correct_stage.py", etape=str(saved.version_id), acte="retirer")
    assert "est retiré avec elle" in everything(page)
    page.text_input(key="correction_motif").set_value("mauvaise ville")
    page = press(page, "Retirer cette étape")
    assert "il est retiré aussi" in page.success[0].value
    office.sit("")
    sheet = app.open("follow/town.py", ville=BAR_LE_DUC)
    assert not sheet.exception
    assert "Aucun centre connu à ce jour." in everything(sheet)


ENTRANCE = "enter/desk.py"


def links_of(page):
    return {link.proto.page for link in page.get("page_link")}


@pytest.mark.parametrize("page", PAGES)
def test_every_page_says_who_is_signed_in_where_and_the_way_out(app, office, page):
    office.sit(Role.ENTRY)
    shown = app.open(page)
    assert not shown.exception
    assert "**Camille Entry** · Saisie · Grand Est" in everything(shown)
    assert "/deconnexion" in {link.proto.url for link in shown.get("link_button")}
    assert page == ENTRANCE or "saisie" in links_of(shown)
    labels = {link.proto.label for link in shown.get("page_link")}
    of_the_desk = page in {card.file for card in CARDS}
    assert ("Retour au bureau" in labels) is of_the_desk


def test_visitors_are_told_nothing_of_an_account(app, office):
    office.sit("")
    shown = app.open()
    assert "/deconnexion" not in {link.proto.url for link in shown.get("link_button")}
    assert "Camille" not in everything(shown)


def test_the_cards_say_how_much_waits(app, office):
    office.do(set_setting, SettingDraft(name=VALIDATION, value=ON))
    assert office.do(record_stage, opening(), who=Role.ENTRY).pending
    assert office.do(record_stage, opening(as_draft=True), who=Role.ENTRY).pending
    late = quality_of(office.url)
    everywhere = f"{len(late)}\u00a0centres en retard"
    here = f"{(late['region_code'] == '44').sum()}\u00a0centres en retard"
    for role, said in {
        Role.ENTRY: ["1\u00a0en attente · 1\u00a0brouillon", here],
        Role.VALIDATION: ["1\u00a0à valider", everywhere],
        Role.DIRECTION: ["1\u00a0en attente", everywhere],
        Role.PARTNER: ["1\u00a0en attente"],
    }.items():
        office.sit(role)
        shown = everything(app.open(ENTRANCE))
        assert all(f":orange-badge[{each}]" in shown for each in said), (role, shown)
    assert "en retard]" not in shown


def quality_of(url):
    with reading(url) as connection:
        found = quality.findings(connection, as_of=today())
    return found[found["gap"] == "enrolments"]


def test_a_regional_reader_has_the_list_of_their_centres(app, office):
    office.do(record_stage, opening())
    office.sit(Role.ENTRY)
    (listed,) = app.open(ENTRANCE).table
    text = listed.value.to_string()
    assert "Bar-le-Duc" in text
    assert f"saisir-inscriptions?ville={BAR_LE_DUC}" in text
    with reading(office.url) as connection:
        expected = own_centres.own_centres(connection, as_of=today(), regions=("44",))
    assert len(listed.value) == len(expected)
    assert set(expected["region_code"]) == {"44"}


@pytest.mark.parametrize("role", [Role.PARTNER, Role.DIRECTION])
def test_a_reader_s_desk_leads_somewhere(app, office, role):
    office.sit(role)
    page = app.open(ENTRANCE)
    assert not page.exception
    assert not page.text_input  # a town to begin with begins nothing
    (listed,) = page.table
    assert len(listed.value)
    assert "saisir" not in listed.value.to_string()
    said = everything(page)
    assert ("terr=reg-44" if role is Role.PARTNER else "terr=fr") in said
    assert "validation" in links_of(page)


def test_somebody_without_a_region_looks_after_no_centre(app, office):
    with engine(office.url, writable=True).begin() as connection:
        connection.execute(delete(StaffRegion))
    office.sit(Role.PARTNER)
    page = app.open(ENTRANCE)
    assert not page.table
    assert "aucune région" in everything(page)
