"""The journal: who changed what, when and why, found by filters, told before and after."""

import hashlib
from datetime import date

import pytest
from sqlalchemy import select, update

from territoires.commands.choices import set_setting
from territoires.commands.enrolments import record_enrolments
from territoires.commands.imports import import_stages
from territoires.commands.stages import correct_stage, record_stage
from territoires.db.engine import engine, reading
from territoires.db.models import FACTS, AuditEvent, Stage
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import (
    EnrolmentRow,
    EnrolmentsDraft,
    SettingDraft,
    SourceDraft,
    StageCorrection,
    StageDraft,
)
from territoires.domain.imports import ImportDraft, StageLine
from territoires.domain.programme import Basis, StageKind
from territoires.domain.roles import Role
from territoires.french import journal as words
from territoires.queries import acts
from tests.pages.conftest import address, everything, titles, warnings
from tests.pages.desks import office

__all__ = ["office"]

PAGE = "manage/history.py"
WORD = SourceDraft(declared=True)


def record(office, **changes):
    usual = {
        "town_code": "10387",
        "kind": StageKind.AGREEMENT,
        "on": PartialDate(2020, 5),
        "source": WORD,
    }
    return office.do(record_stage, StageDraft(**(usual | changes)))


def correct(office, saved, **options):
    draft = StageCorrection(
        expected_id=saved.version_id,
        kind=StageKind.AGREEMENT,
        on=PartialDate(2020, 6),
        source=WORD,
        reason="date lue sur l’acte",
    )
    return office.do(correct_stage, draft, **options)


def differences(page):
    table = page.table[0].value
    return {row["Champ"]: (row["Avant"], row["Après"]) for _, row in table.reset_index().iterrows()}


def press(page, label):
    (found,) = [each for each in page.button if each.label.startswith(label)]
    return found.click().run()


def listed(page):
    return page.dataframe[0].value


def test_the_journal_lists_acts_latest_first(app, office):
    record(office)
    page = app.open(PAGE)
    assert not page.exception
    assert titles(page) == ["Journal"]
    table = listed(page)
    assert table["Acte"].iloc[0] == "Saisie d’une étape"
    assert table["Qui"].iloc[0] == "Camille Administration"
    assert table["Acte"].iloc[-1] == "Chargement des données de départ"
    assert all(link.startswith("journal?acte=") for link in table["Voir"])


def test_one_act_is_told_before_and_after_with_a_way_to_its_town(app, office):
    saved = correct(office, record(office))
    page = app.open(PAGE, acte=str(saved.event_id))
    said = everything(page)
    assert "Correction d’une étape, par Camille Administration" in said
    assert "date lue sur l’acte" in said
    assert differences(page) == {"Date": ("mai 2020", "juin 2020")}
    assert "Troyes" in [link.label for link in page.get("page_link")]


def test_an_import_says_its_file_its_counts_and_its_corrections(app, office):
    record(office)
    rows = [
        StageLine(
            line=line,
            town_code=town,
            kind=StageKind.AGREEMENT,
            happened_on=on,
            source="déclaration",
            basis=Basis.STATED,
            retained=True,
            centre=None,
            note=None,
        )
        for line, town, on in (
            (2, "10387", PartialDate(2020, 7)),
            (3, "52121", PartialDate(2019, 10)),
        )
    ]
    digest = hashlib.sha256(b"x").hexdigest()
    draft = ImportDraft(rows=rows, file_name="mai*.csv", file_hash=digest, reason="relu")
    saved = office.do(import_stages, draft)
    page = app.open(PAGE, acte=str(saved.event_id))
    said = everything(page)
    assert "mai\\*.csv" in said
    assert digest in said
    assert "2\u00a0lignes, 1\u00a0nouvelle, 1\u00a0correction" in said
    assert "1\u00a0ajoutée, 1\u00a0remplacée" in said
    assert differences(page)["Date"] == ("mai 2020", "juillet 2020")
    assert {"Chaumont", "Troyes"} <= {link.label for link in page.get("page_link")}


def test_filters_narrow_the_acts_and_stand_in_the_address(app, office):
    record(office)
    office.do(set_setting, SettingDraft(name="validation", value="off"))
    page = app.open(PAGE)
    page.selectbox(key="choix_chose").set_value("Étape").run()
    assert address(page) == {"chose": "stage"}
    assert set(listed(page)["Acte"]) == {"Saisie d’une étape"}
    page.selectbox(key="choix_geste").set_value("Changement d’un réglage").run()
    assert "Aucun acte ne correspond" in page.info[0].value
    machine = app.open(PAGE, personne="territoires")
    assert set(listed(machine)["Qui"]) == {"territoires"}
    assert not app.open(PAGE, periode="jour").exception


@pytest.mark.parametrize("text", ["douze", "-1", "999999999", "9" * 30, "<b>"])
def test_an_act_that_is_not_there_gets_a_message(app, office, text):
    page = app.open(PAGE, acte=text)
    assert not page.exception
    assert "Le journal n’a pas d’acte" in warnings(page)[0]


def test_every_act_of_the_seeds_and_the_staff_can_be_read(app, office, url):
    with reading(url) as connection:
        numbers = list(connection.scalars(select(AuditEvent.id)))
    for number in numbers:
        page = app.open(PAGE, acte=str(number))
        assert not page.exception
        assert f"Acte n°\u00a0{number}" in everything(page)


def test_pages_of_acts_follow_one_another(app, office, monkeypatch):
    monkeypatch.setattr("territoires.ui.manage.history._A_PAGE", 3)
    page = app.open(PAGE)
    first = list(listed(page)["Voir"])
    page = press(page, "Plus anciens")
    second = list(listed(page)["Voir"])
    assert len(first) == 3
    assert not set(first) & set(second)
    assert "avant" in address(page)
    assert list(listed(press(page, "Les plus récents"))["Voir"]) == first


def test_the_neighbours_of_an_act_are_one_click_away(app, office):
    number = record(office).event_id
    page = press(app.open(PAGE, acte=str(number)), "Acte précédent")
    assert address(page) == {"acte": str(number - 1)}
    assert address(press(page, "Fermer")) == {}


def test_one_takes_back_one_s_own_last_act(app, office, url):
    record(office)
    page = press(app.open(PAGE), "Annuler mon dernier acte")
    assert "tout est revenu comme avant" in page.success[0].value
    with reading(url) as connection:
        columns = Stage.__table__.c
        found = connection.execute(
            select(columns.superseded_at).where(columns.happened_on == PartialDate(2020, 5))
        ).all()
    assert found
    assert all(row.superseded_at is not None for row in found)


def test_the_chain_is_verified_when_asked(app, office, url):
    page = press(app.open(PAGE), "Vérifier la chaîne")
    assert "Chaîne vérifiée" in page.success[0].value
    with engine(url, writable=True).connect() as connection, connection.begin():
        connection.execute(update(AuditEvent).where(AuditEvent.id == 2).values(actor="autre"))
    page = press(app.open(PAGE), "Vérifier la chaîne")
    assert "La chaîne est rompue" in page.error[0].value
    assert "n°\u00a02" in page.error[0].value


@pytest.mark.parametrize(
    ("role", "town", "seen"),
    [
        (Role.ENTRY, "10387", "3"),  # of their region
        (Role.ENTRY, "16015", words.KEPT_BACK),
        (Role.VALIDATION, "16015", "3"),
    ],
)
def test_small_counts_of_other_regions_are_not_told(app, office, role, town, seen):
    opened = office.do(
        record_stage,
        StageDraft(
            town_code=town,
            kind=StageKind.OPENED,
            on=PartialDate(2020, 9),
            source=WORD,
            reason="relu",
        ),
    )
    saved = office.do(
        record_enrolments,
        EnrolmentsDraft(
            centre_id=opened.centre_id,
            academic_year=2021,
            counted_on=date(2021, 11, 1),
            source=WORD,
            rows=(EnrolmentRow(course_key="F001", headcount=3),),
        ),
    )
    office.sit(role)
    page = app.open(PAGE, acte=str(saved.event_id))
    assert differences(page)["Effectif"] == ("–", seen)


@pytest.mark.parametrize("role", ["", Role.PARTNER])
def test_the_journal_is_not_for_the_public(app, office, role):
    office.sit(role)
    page = app.open(PAGE, acte="1")
    assert not page.dataframe
    assert not page.table


def test_the_file_has_the_rows_of_the_filters(app, office, url):
    record(office)
    page = app.open(PAGE, chose="stage")
    assert [each.label for each in page.get("download_button")] == ["Télécharger (CSV)"]


def test_words_that_no_longer_make_sense_are_shown_as_they_stand():
    assert words.value("stage", "kind", "teleported", names={}) == "teleported"
    assert words.value("stage", "centre_id", "12", names={}) == "12"
    assert words.value("stage", "happened_on", "hier", names={}) == "hier"
    assert words.act("x") == "x"
    assert words.entity("x") == words.column("x") == "x"


@pytest.mark.parametrize(
    ("thing", "name", "text", "said"),
    [
        ("enrolment", "headcount", "1250", "1\u202f250"),
        ("target", "value", "1250", "1\u202f250"),
        ("course", "credits", "1250", "1\u202f250"),
        ("enrolment", "academic_year", "2021", "2021-2022"),
        ("course", "level", "6", "6"),
        ("stage", "centre_id", "1250", "1250"),
        ("course", "rncp_code", "36889", "36889"),
        ("centre", "town_code", "52121", "52121"),
    ],
)
def test_numbers_are_written_as_everywhere_years_and_codes_as_they_are(thing, name, text, said):
    assert words.value(thing, name, text, names={}) == said


def test_an_act_of_many_rows_names_its_towns(url, office):
    saved = record(office)
    with reading(url) as connection:
        found = acts.act(connection, event_id=saved.event_id)
    assert found.towns == (("10387", "Troyes"),)
    assert found.after is None


def test_whatever_people_record_is_a_filter_of_the_journal(app, office):
    page = app.open(PAGE)
    (things,) = [each for each in page.selectbox if each.label == "Chose"]
    assert {words.entity(name).capitalize() for name in FACTS} <= set(things.options)
