"""The page « Importer un fichier »: checked on arrival, confirmed, written whole or not at all."""

import pytest
from sqlalchemy import select

from territoires.commands.choices import set_setting
from territoires.commands.imports import WAYS
from territoires.commands.stages import record_stage, withdraw_stage
from territoires.db.engine import reading
from territoires.db.models import AuditEvent, Centre, Course, Enrolment, KeptText, Stage
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import SettingDraft, SourceDraft, StageDraft, WithdrawalDraft
from territoires.domain.imports import Kind
from territoires.domain.programme import StageKind
from territoires.domain.roles import GRANTS, Role
from territoires.exchange.tables import Format
from territoires.exchange.writing import template
from territoires.french.files import KINDS
from tests.pages.conftest import everything, titles
from tests.pages.desks import office

__all__ = ["office"]

PAGE = "enter/import_file.py"
HEADER = "code_insee;etape;date;source\n"
GOOD = HEADER + "10387;convention;04/05/2021;https://exemple.fr/a\n"
BAD = HEADER + "99999;ouverture;31/02/2020;déclaration\n10387;ouvert;2020;déclaration\n"


def send(page, text, *, name="fichier.csv"):
    data = text.encode() if isinstance(text, str) else text
    return page.file_uploader[0].set_value((name, data, "text/csv")).run()


def choose(page, kind):
    return page.segmented_control[0].set_value(kind).run()


def metrics(page):
    return {metric.label: metric.value for metric in page.metric}


def button(page, label):
    found = [each for each in page.button if each.label.startswith(label)]
    return found[0] if found else None


def finished(page, *, tries=40):
    """Run the page until the import at work is over."""
    for _ in range(tries):
        if page.success or page.error:
            break
        page.run()
    return page


def count(url, table):
    with reading(url) as connection:
        return len(connection.execute(select(table.__table__)).all())


def in_force(url, table):
    columns = table.__table__.c
    with reading(url) as connection:
        return connection.execute(select(*columns).where(columns.superseded_at.is_(None))).all()


def test_the_page_offers_templates_of_each_kind(app, office):
    page = app.open(PAGE)
    assert titles(page) == ["Importer un fichier"]
    assert page.segmented_control[0].options == [kind.name for kind in KINDS.values()]
    labels = [each.label for each in page.get("download_button")]
    assert labels == ["Télécharger le modèle (CSV)", "Télécharger le modèle (Excel)"]


def test_somebody_of_a_region_is_not_offered_the_catalogue(app, office):
    office.sit(Role.ENTRY)
    offered = app.open(PAGE).segmented_control[0].options
    of_catalogue = KINDS[Kind.COURSES].name
    assert of_catalogue not in offered
    assert offered == [
        said.name for kind, said in KINDS.items() if WAYS[kind].permission in GRANTS[Role.ENTRY]
    ]


@pytest.mark.parametrize("role", ["", Role.PARTNER, Role.DIRECTION])
def test_whoever_may_not_import_sees_no_form(app, office, role):
    office.sit(role)
    page = app.open(PAGE)
    assert not page.file_uploader
    assert not page.button


def test_a_good_file_is_compared_then_written_when_confirmed(app, office, url):
    before = count(url, Stage)
    page = send(app.open(PAGE), GOOD)
    assert metrics(page) == {
        "Nouveaux": "1",
        "Corrections": "0",
        "Sans changement": "0",
        "Refusées": "0",
    }
    assert count(url, Stage) == before
    page = finished(button(page, "Enregistrer la ligne").click().run())
    assert not page.exception
    assert count(url, Stage) == before + 1
    (success,) = page.success
    assert "1\u00a0nouveau fait" in success.value
    assert "le nombre de centres" not in success.value, "no count has moved"
    with reading(url) as connection:
        last = connection.scalars(select(AuditEvent.id).order_by(AuditEvent.id.desc())).first()
    (link,) = [each for each in page.get("page_link") if each.label == "Voir dans le journal"]
    assert link.proto.query_string == f"acte={last}"
    again = button(page, "Importer un autre fichier").click().run()
    assert again.file_uploader
    assert not again.success


def test_the_same_file_again_has_nothing_to_write(app, office, url):
    page = send(app.open(PAGE), GOOD)
    finished(button(page, "Enregistrer").click().run())
    page = send(app.open(PAGE), GOOD)
    assert metrics(page)["Sans changement"] == "1"
    assert "déjà connu" in page.info[0].value
    assert button(page, "Enregistrer") is None


def test_a_bad_file_is_told_line_by_line_and_writes_nothing(app, office, url):
    before = count(url, AuditEvent)
    page = send(app.open(PAGE), BAD)
    assert "2\u00a0lignes sur\u00a02 sont à corriger" in page.error[0].value
    table = page.table[0].value
    assert list(table.index) == ["2", "2", "3"]
    assert list(table["Colonne"]) == ["date", "code_insee", "etape"]
    assert "31/02/2020" in table["Problème"].iloc[0]
    assert button(page, "Enregistrer") is None
    assert [each.label for each in page.get("download_button")][-1] == (
        "Télécharger le fichier annoté"
    )
    assert count(url, AuditEvent) == before
    # The file stays where it was put.
    assert page.run().error


def test_a_remark_names_the_column_that_holds_what_it_quotes(app, office, url):
    lines = (
        ";Atlantis;ouverture;2020;déclaration",
        "Brocéliande;;ouverture;2020;déclaration",
        "99999;;ouverture;2020;déclaration",
    )
    page = send(app.open(PAGE), "\n".join(["code_insee;ville;etape;date;source", *lines, ""]))
    table = page.table[0].value
    assert list(zip(table.index, table["Colonne"], strict=True)) == [
        ("2", "ville"),
        ("3", "code_insee"),
        ("4", "code_insee"),
    ]
    assert "Atlantis" in table["Problème"].iloc[0]


def test_a_correction_is_shown_before_it_is_confirmed(app, office, url):
    page = send(app.open(PAGE), HEADER + "52121;ouverture;05/2019;déclaration\n")
    assert metrics(page)["Corrections"] == "1"
    table = page.dataframe[0].value
    row = table[table["Colonne"] == "date"].iloc[0]
    assert (row["Avant"], row["Après"]) == ("avril 2019", "mai 2019")
    assert row["Ce qui est corrigé"] == "Chaumont, ouverture"
    refused = finished(button(page, "Enregistrer la ligne").click().run())
    assert "motif est obligatoire" in refused.error[0].value
    refused.text_input(key="import_motif").set_value("lu dans le journal").run()
    finished(button(refused, "Enregistrer la ligne").click().run())
    assert {row.happened_on.iso for row in in_force(url, Stage)} >= {"2019-05"}


def test_the_reason_of_an_import_comes_back_with_its_file_until_it_is_written(app, office, url):
    content = HEADER + "52121;ouverture;05/2019;déclaration\n"
    page = send(app.open(PAGE), content)
    page.text_input(key="import_motif").set_value("lu dans le journal").run()
    # In another browser, later; another file has another reason.
    again = send(app.open(PAGE), content)
    assert again.text_input(key="import_motif").value == "lu dans le journal"
    other = send(app.open(PAGE), HEADER + "52121;ouverture;06/2019;déclaration\n")
    assert other.text_input(key="import_motif").value == ""
    finished(button(again, "Enregistrer la ligne").click().run())
    assert count(url, KeptText) == 0


def test_what_surprises_needs_a_reason(app, office, url):
    before = count(url, Stage)
    page = send(app.open(PAGE), HEADER + "10387;fermeture;2020;déclaration\n")
    assert "1\u00a0valeur surprend" in page.warning[0].value
    refused = finished(button(page, "Enregistrer").click().run())
    assert "motif est obligatoire" in refused.error[0].value
    assert count(url, Stage) == before
    refused.text_input(key="import_motif").set_value("vu sur place").run()
    finished(button(refused, "Enregistrer").click().run())
    assert count(url, Stage) == before + 1


def test_headcounts_and_courses_are_imported_too(app, office, url):
    page = choose(app.open(PAGE), Kind.ENROLMENTS)
    text = "code_insee;annee;compte;effectif;arrete_au;code_formation;source\n"
    page = send(page, text + "52121;2024-2025;personnes;120;01/07/2025;;déclaration\n")
    finished(button(page, "Enregistrer").click().run())
    assert [row.headcount for row in in_force(url, Enrolment)] == [120]
    page = choose(app.open(PAGE), Kind.COURSES)
    text = "code_formation;intitule;filiere;niveau;type;rncp;cpf;source\n"
    page = send(page, text + "F900;Licence de chimie;Numérique;6;;;;https://exemple.fr/c\n")
    finished(button(page, "Enregistrer").click().run())
    with reading(url) as connection:
        assert connection.scalar(select(Course.title).where(Course.key == "F900"))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"%PDF-1.7 rien", "document PDF"),
        (b"", "vide"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "n’est pas un tableau"),
        (b"PK\x03\x04tronque", "incomplet ou endommagé"),
        (b"<html><table></table></html>", "page web"),
    ],
)
def test_a_file_that_is_no_table_gets_its_message(app, office, data, said):
    page = send(app.open(PAGE), data)
    assert not page.exception
    assert said in page.error[0].value


@pytest.mark.parametrize("form", [Format.CSV, Format.XLSX])
def test_the_template_itself_holds_nothing_but_examples(app, office, form):
    page = send(app.open(PAGE), template(Kind.STAGES, form), name=f"modele.{form}")
    assert not page.exception
    assert "d’exemple ignorée" in everything(page)
    assert button(page, "Enregistrer") is None


def test_lines_of_other_regions_are_refused(app, office, url):
    office.sit(Role.ENTRY)
    before = count(url, Centre)
    page = send(app.open(PAGE), HEADER + "33063;ouverture;2021;déclaration\n" + GOOD[len(HEADER) :])
    assert "n’est pas rattaché" in page.table[0].value["Problème"].iloc[0]
    assert button(page, "Enregistrer") is None
    assert count(url, Centre) == before


def test_while_validation_is_on_a_file_is_proposed_then_validated_whole(app, office, url):
    office.do(set_setting, SettingDraft(name="validation", value="on"))
    office.sit(Role.ENTRY)
    before = count(url, Stage)
    page = send(app.open(PAGE), GOOD)
    assert "une seule proposition" in page.info[0].value
    page = finished(button(page, "Proposer la ligne").click().run())
    assert "Proposé" in page.success[0].value
    assert count(url, Stage) == before
    office.sit(Role.VALIDATION)
    page = app.open("manage/validation.py")
    assert not page.exception
    assert "Import d’étapes\u00a0: fichier.csv" in [each.value for each in page.subheader]
    assert page.dataframe[0].value.iloc[0]["Date"] == "4\u00a0mai 2021"
    draft = StageDraft(
        town_code="10387",
        kind=StageKind.AGREEMENT,
        on=PartialDate(2020),
        source=SourceDraft(declared=True),
    )
    known = office.do(record_stage, draft)
    moved = button(page, "Valider").click().run()
    assert "ligne 2" in moved.error[0].value.casefold()
    assert count(url, Stage) == before + 1
    office.do(withdraw_stage, WithdrawalDraft(expected_id=known.version_id, reason="essai"))
    page = app.open("manage/validation.py")
    page = button(page, "Valider").click().run()
    assert page.success[0].value.startswith("Validé")
    assert count(url, Stage) == before + 2


def test_what_somebody_changed_meanwhile_is_shown_before_it_is_written(app, office, url):
    page = send(app.open(PAGE), HEADER + "10387;convention;2021;déclaration\n")
    assert metrics(page)["Nouveaux"] == "1"
    draft = StageDraft(
        town_code="10387",
        kind=StageKind.AGREEMENT,
        on=PartialDate(2020),
        source=SourceDraft(declared=True),
    )
    office.do(record_stage, draft)
    page = finished(button(page, "Enregistrer").click().run())
    assert "Quelqu’un a modifié" in page.error[0].value
    assert metrics(page)["Corrections"] == "1"
    page.text_input(key="import_motif").set_value("lu dans le journal").run()
    page = finished(button(page, "Enregistrer").click().run())
    assert "1\u00a0correction" in page.success[0].value


def test_what_was_understood_is_shown_and_questions_are_answered(app, office, url):
    page = send(app.open(PAGE), HEADER + "Saint-Dizier;convention;4/5/2021;déclaration\n")
    assert "1\u00a0point est à confirmer" in page.warning[0].value
    row = page.dataframe[-1].value.iloc[0]
    assert (row["Ville"], row["Étape"], row["Date"], row["Effet"]) == (
        "Saint-Dizier (52448)",
        "convention",
        "4\u00a0mai 2021",
        "nouveau",
    )
    before = count(url, Stage)
    page = finished(button(page, "Enregistrer la ligne").click().run())
    assert "points sont à confirmer" in page.error[0].value
    assert count(url, Stage) == before
    page.checkbox(key="import_confirme").check().run()
    finished(button(page, "Enregistrer la ligne").click().run())
    assert count(url, Stage) == before + 1


def test_a_file_with_much_to_correct_and_much_to_confirm_offers_both_lists_whole(app, office):
    # The same day twice is to correct, a day that may be American to confirm.
    page = send(app.open(PAGE), HEADER + "Saint-Dizier;convention;4/5/2021;déclaration\n" * 41)
    assert not page.exception
    assert "40\u00a0lignes sur\u00a041 sont à corriger" in page.error[0].value
    assert "41\u00a0points sont à confirmer" in page.warning[0].value
    labels = [each.label for each in page.get("download_button")]
    assert labels[2:] == ["Télécharger le fichier annoté"] * 2
