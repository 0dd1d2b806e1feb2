"""The life of a form, the same for all: filled, kept, told whole, saved, undone, taken up again."""

import json
from dataclasses import dataclass, field

import pytest
from sqlalchemy import func, select

from territoires.commands.choices import set_setting
from territoires.commands.proposals import refuse_proposal
from territoires.commands.stages import record_stage
from territoires.commands.write import ON, VALIDATION
from territoires.db.engine import reading
from territoires.db.models import (
    AuditEvent,
    Centre,
    Course,
    Enrolment,
    KeptText,
    Offering,
    Proposal,
    Stage,
    Target,
)
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import ProposalDraft, SettingDraft, SourceDraft, StageDraft
from territoires.domain.programme import StageKind
from territoires.domain.roles import Role
from territoires.ui.resumed import SUBMITTER
from tests.pages.conftest import everything
from tests.pages.desks import office

__all__ = ["office"]

VALIDATION_PAGE = "manage/validation.py"


@dataclass(frozen=True)
class Case:
    """A form: where it is, how one gets to it, and what one types in it."""

    page: str
    form: str
    address: dict = field(default_factory=dict)
    chosen: dict = field(default_factory=dict)
    typed: dict = field(default_factory=dict)


CASES = {
    "stage": Case(
        "enter/record_stage.py",
        "etape",
        typed={"etape_ville": "ajaccio", "etape_date": "31/02/2020", "etape_note": "Vu sur place"},
    ),
    "stage of a town": Case(
        "enter/record_stage.py",
        "etape",
        address={"ville": "52121"},
        typed={"etape_note": "Vu sur place", "etape_inconnue": True, "etape_nature": "inferred"},
    ),
    "correction": Case(
        "enter/correct_stage.py",
        "correction",
        address={"etape": "1", "acte": "corriger"},
        typed={"correction_note": "Relu", "correction_motif": "Relu sur place"},
    ),
    "withdrawal": Case(
        "enter/correct_stage.py",
        "correction",
        address={"etape": "1", "acte": "retirer"},
        typed={"correction_motif": "Saisie par erreur"},
    ),
    "centre": Case(
        "enter/edit_centre.py",
        "centre",
        chosen={"centre_ville": "ajaccio"},
        typed={"centre_adresse": "1 rue du Port", "centre_lien": "unproven"},
    ),
    "announcement": Case(
        "enter/edit_announcements.py",
        "annonce",
        chosen={"annonce_ville": "troyes"},
        typed={"annonce_pour": "12/2027", "annonce_confiance": "low"},
    ),
    "bound": Case(
        "enter/edit_bounds.py",
        "borne",
        chosen={"borne_ville": "troyes"},
        typed={"borne_pas_avant": "10/2020", "borne_confiance": "low"},
    ),
    "question": Case(
        "enter/edit_questions.py",
        "demande",
        chosen={"demande_ville": "troyes"},
        typed={"demande_le": "3/11/2026", "demande_note": "À la mairie"},
    ),
    "offering": Case(
        "enter/edit_offerings.py",
        "offre",
        chosen={"offre_ville": "troyes"},
        typed={"offre_debut": "09/2021", "offre_modalite": "hybrid"},
    ),
    "course": Case(
        "enter/edit_courses.py",
        "formation",
        chosen={"formation_choisie": "F001"},
        typed={"formation_credits": "beaucoup", "formation_niveau": 6},
    ),
    "new course": Case(
        "enter/edit_courses.py", "formation", typed={"formation_intitule": "Licence de vannerie"}
    ),
    "enrolments": Case(
        "enter/record_enrolments.py",
        "inscriptions",
        chosen={"inscriptions_ville": "52121", "inscriptions_annee": 2021},
        typed={"inscriptions_arrete": "15/01/2022"},
    ),
    "target": Case(
        "manage/targets.py",
        "objectif",
        chosen={"objectif_territoire": "reg-44"},
        typed={"objectif_valeur": "douze", "objectif_decide": "01/02/2024"},
    ),
    "newcomer": Case(
        "manage/staff.py", "arrivee", typed={"arrivee_nom": "Ange", "arrivee_regions": ["94"]}
    ),
    "rights": Case(
        "manage/staff.py",
        "droits",
        chosen={"droits_choisi": "entry@example.org"},
        typed={"droits_regions": ["94"]},
    ),
}


def widget(page, key):
    kinds = ("text_input", "text_area", "selectbox", "checkbox", "radio", "multiselect")
    found = {each.key: each for kind in kinds for each in getattr(page, kind)}
    return found[key]


def fill(page, values):
    for key, value in values.items():
        widget(page, key).set_value(value)
        page.run()
        assert not page.exception
    return page


def press(page, label):
    (button,) = [each for each in page.button if each.label == label]
    page = button.click().run()
    assert not page.exception
    return page


def held(page, keys):
    return {key: widget(page, key).value for key in keys}


def rows(url, table, **where):
    columns = table.__table__.c
    statement = select(*columns)
    if "superseded_at" in columns:
        statement = statement.where(columns.superseded_at.is_(None))
    for name, value in where.items():
        statement = statement.where(columns[name] == value)
    with reading(url) as connection:
        return connection.execute(statement).all()


def acts(url):
    with reading(url) as connection:
        return connection.scalar(select(func.count()).select_from(AuditEvent))


def begun(app, case, *, with_chosen=True):
    page = app.open(case.page, **case.address)
    return fill(page, case.chosen if with_chosen else {})


# --- unsaved text ---


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_is_typed_comes_back_until_it_is_thrown_away(app, office, url, case):
    before = acts(url)
    page = begun(app, case).run()
    assert rows(url, KeptText) == [], "looking types nothing"
    fresh = held(page, case.typed)
    fill(page, case.typed)
    assert len(rows(url, KeptText, form=case.form)) == 1

    again = begun(app, case, with_chosen=False)
    assert held(again, case.typed) == case.typed
    assert "n’était pas enregistrée" in everything(again)
    assert held(again, case.chosen).keys() == case.chosen.keys()

    button = next(each for each in again.button if each.key == f"bouton_jeter_{case.form}")
    button.click().run()
    assert held(again, set(case.typed) - {"etape_ville"}) == {
        key: value for key, value in fresh.items() if key != "etape_ville"
    }
    assert rows(url, KeptText) == []
    assert "n’était pas enregistrée" not in everything(again)
    assert acts(url) == before, "no act, and nothing in the journal"


@pytest.mark.parametrize(
    "case",
    [case for case in CASES.values() if "staff" not in case.page],
    ids=lambda case: case.form,
)
def test_a_session_that_ends_leaves_what_was_typed_on_the_page(app, office, url, case):
    page = fill(begun(app, case), case.typed)
    before = acts(url)
    office.sit("")
    page.run()  # what is clicked is on a page that says so already
    for _ in range(2):
        page.button(key=f"{SUBMITTER}{case.form}").click().run()
        assert not page.exception
        assert "Votre session est terminée." in everything(page)
        assert held(page, case.typed) == case.typed
    assert acts(url) == before


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_run_under_way_takes_no_field_out_of_the_hand_that_types_in_it(app, office, case):
    """What a run sets anew replaces, in the browser, what was entered since the run began."""
    page = fill(begun(app, case), case.typed)
    page = fill(page, dict([list(case.typed.items())[-1]])).run()
    kinds = ("text_input", "text_area", "selectbox", "checkbox", "radio", "multiselect")
    drawn = [each for kind in kinds for each in getattr(page, kind)]
    assert drawn
    assert [each.key for each in drawn if each.proto.set_value] == []


def test_leaving_for_another_page_loses_nothing(app, office):
    case = CASES["centre"]
    page = fill(begun(app, case), case.typed)
    app.by_menu(page, "manage/quality.py")
    page = app.by_menu(page, case.page)
    assert held(page, case.typed) == case.typed


def test_each_year_of_the_grid_keeps_what_was_typed_in_it(app, office, url):
    page = app.open("enter/record_enrolments.py", ville="52121")
    fill(page, {"inscriptions_annee": 2021})
    (first,) = [each.key for each in page.text_input if each.key.endswith("_2021_tout_persons")]
    fill(page, {first: "118", "inscriptions_annee": 2022})
    second = first.replace("_2021_", "_2022_")
    assert widget(page, second).value == ""
    fill(page, {second: "240"})
    assert "2021-2022" in everything(page), "the other year is offered too"
    fill(page, {"inscriptions_annee": 2021})
    assert widget(page, first).value == "118"
    again = app.open("enter/record_enrolments.py")
    assert widget(again, "inscriptions_ville").value == "52121"
    assert {widget(again, "inscriptions_annee").value} <= {2021, 2022}


def test_what_was_left_elsewhere_is_taken_up_from_the_list(app, office):
    fill(app.open("enter/record_stage.py", ville="52121"), {"etape_note": "À Chaumont"})
    page = app.open("enter/record_stage.py")
    assert "Saisie non enregistrée" in everything(page)
    page = press(page, "Reprendre")
    assert widget(page, "etape_note").value == "À Chaumont"
    assert widget(page, "etape_ville").value == "52121"


def test_nobody_reads_what_another_account_typed(app, office):
    case = CASES["centre"]
    fill(begun(app, case), case.typed)
    office.sit(Role.VALIDATION)
    assert widget(begun(app, case), "centre_adresse").value == ""


# --- every error at once ---


@pytest.mark.parametrize(
    ("case", "typed", "label", "told"),
    [
        (
            "stage",
            {"etape_ville": "", "etape_date": "31/02/2020", "etape_note": "x" * 2001},
            "Enregistrer",
            ["31/02/2020", "La ville est obligatoire", "source est obligatoire", "trop long"],
        ),
        (
            "correction",
            {"correction_date": "hier", "correction_source_nature": "page", "correction_motif": ""},
            "Enregistrer la correction",
            ["hier", "source est obligatoire", "motif est obligatoire"],
        ),
        (
            "course",
            {"formation_intitule": "", "formation_credits": "beaucoup", "formation_cnam": "12"},
            "Enregistrer",
            ["Intitulé", "beaucoup", "«\u00a012\u00a0»", "motif est obligatoire"],
        ),
        (
            "offering",
            {"offre_debut": "hier", "offre_fin": "demain", "offre_source": ""},
            "Enregistrer",
            ["hier", "demain", "source est obligatoire", "Formation"],
        ),
        (
            "target",
            {"objectif_valeur": "douze", "objectif_decide": "2024", "objectif_source": ""},
            "Enregistrer",
            ["douze", "ne dit pas le jour", "source est obligatoire", "Échéance"],
        ),
        (
            "enrolments",
            {"inscriptions_arrete": "2022", "inscriptions_source": ""},
            "Enregistrer",
            ["ne dit pas le jour", "source est obligatoire", "Aucun effectif"],
        ),
        (
            "newcomer",
            {"arrivee_nom": "", "arrivee_email": "ange", "arrivee_regions": []},
            "Ajouter",
            ["Nom", "ange", "choisissez-en au moins une"],
        ),
    ],
)
def test_all_that_is_wrong_is_said_at_once_with_a_link_to_each_field(  # noqa: PLR0913, PLR0917
    app, office, url, case, typed, label, told
):
    before = acts(url)
    page = press(fill(begun(app, CASES[case]), typed), label)
    (summary,) = [each.value for each in page.error]
    for words in told:
        assert words in summary
    assert summary.count("(#champ-") == summary.count("\n- ") == len(told)
    keys = {each.key for kind in ("text_input", "text_area", "selectbox", "multiselect")
            for each in getattr(page, kind)}  # fmt: skip
    linked = [part.partition(")")[0] for part in summary.split("(#champ-")[1:]]
    assert [key for key in linked if key not in keys and not key.endswith("_rows")] == []
    assert held(page, typed) == typed
    assert acts(url) == before


@pytest.mark.parametrize(
    ("case", "key", "most"),
    [("course", "formation_credits", "400"), ("target", "objectif_valeur", "10\u202f000")],
)
def test_a_number_that_makes_no_sense_is_quoted_as_it_was_typed(  # noqa: PLR0913, PLR0917
    app, office, url, case, key, most
):
    before = acts(url)
    for typed, quoted in (
        ("1 250,5", "1 250,5"),
        ("12 500 000", "12 500 000"),
        ("9" * 5000, "9" * 40 + "…"),
    ):
        page = press(fill(begun(app, CASES[case]), {key: typed}), "Enregistrer")
        (summary,) = [each.value for each in page.error]
        assert f"«\u00a0{quoted}\u00a0» n’est pas plausible" in summary
        assert f"à {most}. Corrigez-la." in summary
        assert widget(page, key).value == typed
    assert acts(url) == before


def test_an_address_that_is_none_is_quoted_as_it_was_typed(app, office):
    typed = {"objectif_source": "www.cnam.fr/le centre"}
    page = press(fill(begun(app, CASES["target"]), typed), "Enregistrer")
    (summary,) = [each.value for each in page.error]
    assert "L’adresse «\u00a0www" in summary
    assert "source est obligatoire" not in summary


def test_a_headcount_that_is_too_large_is_quoted_as_it_was_typed(app, office, url):
    page = begun(app, CASES["enrolments"])
    key = next(each.key for each in page.text_input if each.key.endswith("_2021_tout_persons"))
    for typed, quoted in (
        ("1 250 000", "1 250 000"),
        ("9" * 5000, "9" * 40 + "…"),
        ("1" + ".000" * 20, "1" + ".000" * 9 + ".00…"),
    ):
        page = press(fill(page, {key: typed}), "Enregistrer")
        (summary,) = [each.value for each in page.error]
        assert f"«\u00a0{quoted}\u00a0» dépasse 100\u202f000" in summary


def test_the_fields_of_courses_have_the_apostrophe_of_print(seated):
    fields = widget(seated(Role.VALIDATION).open("enter/edit_courses.py"), "formation_filiere")
    assert "Métiers de l’industrie" in fields.options
    assert not [each for each in fields.options if "'" in each]


def test_a_start_that_is_no_day_is_told_to_be_one(app, office):
    page = press(fill(begun(app, CASES["target"]), {"objectif_depart": "hier"}), "Enregistrer")
    (summary,) = [each.value for each in page.error]
    assert "« hier »".replace(" ", "\N{NO-BREAK SPACE}") in summary
    assert "MM/AAAA ou AAAA" not in summary


def test_a_date_and_its_absence_are_asked_about(app, office, url):
    page = app.open("enter/record_stage.py", ville="52121")
    fill(page, {"etape_date": "04/05/2021", "etape_inconnue": True, "etape_source": "déclaration"})
    page = press(page, "Enregistrer")
    assert "lequel des deux" in page.error[0].value
    assert "04/05/2021" in page.error[0].value
    assert held(page, ["etape_date", "etape_inconnue"]) == {
        "etape_date": "04/05/2021",
        "etape_inconnue": True,
    }


# --- after a save ---


def recorded(app, *, town="52269", **changes):
    page = app.open("enter/record_stage.py")
    usual = {"etape_ville": town, "etape_date": "13/09/2021", "etape_source": "déclaration"}
    return press(fill(page, usual | changes), "Enregistrer")


def test_a_save_names_what_was_saved_and_begins_again(app, office):
    page = recorded(app, etape_nature="upper_bound", etape_genre="opened")
    (said,) = [each.value for each in page.success]
    assert said.startswith(
        "Langres, ouverture le 13\u00a0septembre 2021 au plus tard\u00a0: enregistrée."
    )
    assert "le nombre de centres ouverts" in said
    begins = {
        "etape_genre": "opened",
        "etape_nature": "stated",
        "etape_date": "",
        "etape_ville": "",
    }
    assert held(page, begins) == begins


def test_what_is_saved_after_coming_back_from_elsewhere_is_named_too(app, office):
    page = app.open("enter/record_stage.py")
    fill(page, {"etape_ville": "52269", "etape_date": "13/09/2021", "etape_source": "déclaration"})
    office.sit("")
    page.run()
    assert "Votre session est terminée." in everything(page)
    office.sit(Role.ADMINISTRATION)  # in another tab: this page is still the one of nobody
    page = press(page, "Enregistrer")
    (said,) = [each.value for each in page.success]
    assert said.startswith("Langres, ouverture le 13\u00a0septembre 2021\u00a0: enregistrée.")


def test_a_save_that_moves_no_count_speaks_of_none(app, office):
    page = recorded(app, town="52121", etape_genre="application", etape_date="2018")
    (said,) = [each.value for each in page.success]
    assert said == "Chaumont, candidature en 2018\u00a0: enregistrée."
    assert widget(page, "etape_genre").value == "opened"


@pytest.mark.parametrize("page", ["manage/quality.py", "follow/rollout.py"])
def test_what_became_of_a_form_is_not_told_again_on_coming_back(app, office, page):
    view = recorded(app)
    app.by_menu(view, page)
    view = app.by_menu(view, "enter/record_stage.py")
    assert not view.success


UNDONE = {
    "centre": ({"centre_adresse": "1 rue du Port"}, Centre, {"address": "1 rue du Port"}),
    "offering": ({"offre_formation": "F010", "offre_source": "déclaration"}, Offering,
                 {"course_key": "F010"}),
    "new course": ({"formation_intitule": "Licence de vannerie", "formation_filiere": "numerique",
                    "formation_source": "déclaration"}, Course, {"title": "Licence de vannerie"}),
    "target": ({"objectif_valeur": "12", "objectif_decide": "01/02/2024",
                "objectif_echeance": "31/12/2030", "objectif_source": "déclaration"}, Target,
               {"value": 12}),
}  # fmt: skip


@pytest.mark.parametrize("name", UNDONE)
def test_after_an_undo_the_form_says_what_is_known_and_saves_again(app, office, url, name):
    case, (typed, table, where) = CASES[name], UNDONE[name]
    before = len(rows(url, table, **where))
    page = press(fill(begun(app, case), typed), "Enregistrer")
    assert len(rows(url, table, **where)) == before + 1
    (undo,) = [each for each in page.button if each.label.startswith("Annuler mon dernier acte")]
    page = undo.click().run()
    assert "Dernier acte annulé" in page.success[0].value
    assert len(rows(url, table, **where)) == before
    page = press(fill(page, typed), "Enregistrer")
    assert len(rows(url, table, **where)) == before + 1


def test_after_an_undo_a_corrected_centre_and_a_grid_are_as_they_were(app, office, url):
    page = app.open("enter/edit_centre.py", ville="52121")
    was = widget(page, "centre_adresse").value
    for text in ("2 rue du Port", "3 rue du Port"):
        fill(page, {"centre_adresse": text, "centre_motif": "Déménagement"})
        page = press(page, "Enregistrer")
        assert rows(url, Centre, town_code="52121")[0].address == text
        assert widget(page, "centre_adresse").value == text
        (undo,) = [each for each in page.button if each.label.startswith("Annuler mon")]
        page = undo.click().run()
        assert widget(page, "centre_adresse").value == was

    page = app.open("enter/record_enrolments.py", ville="52121")
    fill(page, {"inscriptions_annee": 2021})
    (box,) = [each.key for each in page.text_input if each.key.endswith("_2021_tout_persons")]
    for text in ("118", "120"):
        day, said = "15/01/2022", "déclaration"
        fill(page, {box: text, "inscriptions_arrete": day, "inscriptions_source": said})
        page = press(page, "Enregistrer")
        assert [row.headcount for row in rows(url, Enrolment)] == [int(text)]
        assert (
            "Chaumont, effectifs 2021-2022\u00a0: enregistrés (1\u00a0nouveau)."
            in everything(page) + page.success[0].value
        )
        (undo,) = [each for each in page.button if each.label.startswith("Annuler mon")]
        page = undo.click().run()
        assert widget(page, box).value == ""
        assert rows(url, Enrolment) == []


def test_two_clicks_in_a_row_save_once(app, office, url):
    page = fill(app.open("enter/edit_centre.py", ville="2A004"), {"centre_nom": "Ajaccio"})
    for label in ("Enregistrer", "Garder en brouillon"):
        (button,) = [each for each in page.button if each.label == label]
        button.click()
    page.run()
    assert not page.exception
    assert len(rows(url, Centre, town_code="2A004")) == 1
    assert rows(url, Proposal) == []


# --- drafts and refusals ---


@pytest.fixture
def validated(office):
    office.do(set_setting, SettingDraft(name=VALIDATION, value=ON))
    office.sit(Role.ENTRY)
    return office


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"etape_ville": "10387"},
        {"etape_ville": "10387", "etape_date": "31/02/2020", "etape_genre": "agreement"},
    ],
)
def test_a_draft_is_accepted_whatever_is_missing_and_opens_as_it_was_left(
    app, validated, url, typed
):
    page = press(fill(app.open("enter/record_stage.py"), typed), "Garder en brouillon")
    said = page.success[0].value
    assert said.startswith("Troyes, " if typed else "Ville à préciser, ouverture, date à préciser")
    assert "en brouillon" in said
    (kept,) = rows(url, Proposal)
    assert kept.town_code == typed.get("etape_ville")
    listed = app.open(VALIDATION_PAGE)
    assert ("Troyes" if typed else "ville à préciser") in everything(listed)
    (link,) = [each.proto for each in listed.get("page_link") if each.proto.label == "Reprendre"]
    assert link.page == "saisir-etape"
    assert link.query_string == f"reprise={kept.id}"
    page = app.open("enter/record_stage.py", reprise=str(kept.id))
    assert "brouillon" in page.info[0].value
    assert held(page, typed) == typed
    assert rows(url, KeptText) == [], "looking at a draft types nothing"


def test_a_draft_that_cannot_be_read_is_not_proposed_as_it_is(app, validated, url):
    page = app.open("enter/record_stage.py", ville="10387")
    fill(page, {"etape_date": "31/02/2020", "etape_source": "déclaration"})
    press(page, "Garder en brouillon")
    page = press(app.open(VALIDATION_PAGE), "Proposer")
    assert "31/02/2020" in page.error[0].value
    assert rows(url, Stage, note="x") == []
    assert [row.state for row in rows(url, Proposal)] == ["draft"]


def test_a_draft_taken_up_is_replaced_then_becomes_what_was_proposed(app, validated, url):
    page = app.open("enter/record_stage.py", ville="10387")
    press(fill(page, {"etape_date": "05/2020"}), "Garder en brouillon")
    (kept,) = rows(url, Proposal)
    page = app.open("enter/record_stage.py", reprise=str(kept.id))
    press(fill(page, {"etape_note": "Complété"}), "Garder en brouillon")
    (again,) = rows(url, Proposal)
    assert (again.id, again.draft["note"]) == (kept.id, "Complété")
    page = app.open("enter/record_stage.py", reprise=str(kept.id))
    fill(page, {"etape_source": "déclaration", "etape_genre": "agreement"})
    press(page, "Enregistrer")
    (proposed,) = rows(url, Proposal)
    assert (proposed.id, proposed.state) == (kept.id, "proposed")
    assert rows(url, KeptText) == []


def refused(office, url, draft):
    office.do(record_stage, draft, who=Role.ENTRY)
    (row,) = rows(url, Proposal, state="proposed")
    office.do(
        refuse_proposal,
        ProposalDraft(proposal_id=row.id, reason="Source à préciser"),
        who=Role.VALIDATION,
    )
    return row.id


def test_a_refused_proposal_opens_in_its_form_with_the_reason_on_top(app, validated, url):
    draft = StageDraft(
        town_code="10387",
        kind=StageKind.AGREEMENT,
        on=PartialDate(2020, 5),
        source=SourceDraft(declared=True),
        note="Vu",
    )
    number = refused(validated, url, draft)
    listed = app.open(VALIDATION_PAGE)
    assert "Troyes, convention, mai 2020" in everything(listed)
    (link,) = [each.proto for each in listed.get("page_link")
               if each.proto.label == "Corriger et proposer de nouveau"]  # fmt: skip
    page = app.open("enter/record_stage.py", **dict([link.query_string.split("=")]))
    assert "«\u00a0Source à préciser\u00a0»" in page.warning[0].value
    shown = {"etape_ville": "10387", "etape_date": "05/2020", "etape_note": "Vu"}
    shown |= {"etape_genre": "agreement", "etape_source_nature": "declaration"}
    assert held(page, shown) == shown
    page = fill(page, {"etape_source_nature": "page"})
    press(fill(page, {"etape_source": "www.example.org/convention"}), "Enregistrer")
    assert [row.state for row in rows(url, Proposal)] == ["refused", "proposed"]
    assert rows(url, Proposal)[0].id == number


def test_nobody_takes_up_the_draft_of_another(app, validated, url):
    page = app.open("enter/record_stage.py", ville="10387")
    press(fill(page, {"etape_note": "Secret"}), "Garder en brouillon")
    (kept,) = rows(url, Proposal)
    validated.sit(Role.ADMINISTRATION)
    page = app.open("enter/record_stage.py", reprise=str(kept.id))
    assert widget(page, "etape_note").value == ""
    assert "Secret" not in json.dumps(everything(page))
