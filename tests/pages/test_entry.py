"""Each form through what it refuses to its row, then what corrects, withdraws or undoes it.

That Chromium sends what is typed in each of them is for tests/browser/test_entry.py.
"""

from datetime import date

import pytest

from territoires.db.models import (
    Centre,
    Course,
    Enrolment,
    Offering,
    Setting,
    Staff,
    StaffRegion,
    Stage,
    Target,
)
from territoires.domain.dates import PartialDate
from territoires.domain.programme import Counted, Mode
from territoires.domain.roles import Role
from tests.pages.conftest import everything
from tests.pages.desks import office
from tests.pages.test_forms import fill, held, press, rows

__all__ = ["office"]

CHAUMONT, TROYES, AJACCIO, BASTIA = "52121", "10387", "2A004", "2B033"
CORSE = "94"


def click(page, key):
    """Press the button of this key: those of a list bear the same words."""
    (button,) = [each for each in page.button if each.key == key]
    page = button.click().run()
    assert not page.exception
    return page


def told(page):
    """Give all that a page says, whatever its spaces."""
    return everything(page).replace("\u00a0", " ")


def undo(page):
    (button,) = [each for each in page.button if each.label.startswith("Annuler mon dernier acte")]
    page = button.click().run()
    assert "Dernier acte annulé" in page.success[0].value
    return page


def saved(page, words=":"):
    assert words in page.success[0].value
    return page


def number(row):
    return row.origin_id or row.id


def centre_of(url, town):
    return number(rows(url, Centre, town_code=town)[0])


def days_of(url, town, **where):
    found = rows(url, Stage, centre_id=centre_of(url, town), **where)
    return sorted(row.happened_on.iso for row in found)


# --- stages ---


def test_what_is_wrong_is_said_and_what_was_typed_stays(app, office, url):
    typed = {"etape_ville": "ajaccio", "etape_note": "Vu sur place"}
    page = fill(
        app.open("enter/record_stage.py"),
        typed | {"etape_date": "31/02/2020", "etape_source": "gazette"},
    )
    said = told(press(page, "Enregistrer"))
    assert "Rien n’a été enregistré." in said
    assert "« 31/02/2020 » n’existe pas" in said
    said = told(press(fill(page, {"etape_date": "13/09/2021"}), "Enregistrer"))
    assert "La source « gazette » n’est ni une adresse, ni le titre d’une source" in said
    assert "La Gazette France" in said
    assert held(page, typed) == typed
    assert rows(url, Centre, town_code=AJACCIO) == []


@pytest.mark.parametrize("number", ["99", "9" * 30, "9" * 5000, "٣", "0x1"])
def test_a_fact_that_is_not_there_is_chosen_in_the_list(app, office, number):
    page = app.open("enter/correct_stage.py", etape=number)
    assert not page.exception
    assert [each.value for each in page.warning] == [
        "Cette fiche n’existe pas. Choisissez-la dans la liste."
    ]


def test_a_suspicious_value_asks_for_a_reason(app, office, url):
    page = app.open("enter/record_stage.py", ville=CHAUMONT)
    fill(page, {"etape_genre": "inaugurated", "etape_date": "14/09/2019"})
    page = press(fill(page, {"etape_source": "déclaration"}), "Enregistrer")
    assert "À confirmer avant d’enregistrer." in told(page)
    assert days_of(url, CHAUMONT, kind="inaugurated") == ["2019-09-13"]
    page = press(fill(page, {"etape_motif": "Deux cérémonies ont eu lieu"}), "Enregistrer")
    saved(page)
    assert days_of(url, CHAUMONT, kind="inaugurated") == ["2019-09-13", "2019-09-14"]
    undo(page)
    assert days_of(url, CHAUMONT, kind="inaugurated") == ["2019-09-13"]


def test_a_stage_is_corrected(app, office, url):
    page = app.open("enter/correct_stage.py", ville=TROYES)
    assert "Labellisation" in told(page)
    before = rows(url, Stage, centre_id=centre_of(url, TROYES))
    first = next(each.key for each in page.button if each.label == "Corriger")
    page = press(click(page, first), "Enregistrer la correction")
    assert "Le motif est obligatoire" in told(page)
    fill(page, {"correction_note": "Relu sur la convention", "correction_motif": "Précision"})
    saved(press(page, "Enregistrer la correction"))
    after = rows(url, Stage, centre_id=centre_of(url, TROYES))
    assert len(after) == len(before)
    (changed,) = [row for row in after if row.note == "Relu sur la convention"]
    assert changed.version == 2
    (old,) = [row for row in before if row.id == changed.origin_id]
    assert (changed.happened_on, changed.source_id) == (old.happened_on, old.source_id)
    assert (changed.confidence, changed.basis) == (old.confidence, old.basis)


def test_a_competing_date_is_retained_then_the_act_undone(app, office, url):
    page = press(app.open("enter/correct_stage.py", ville=CHAUMONT), "Retenir cette date")
    page = press(fill(page, {"correction_motif": "La préfecture fait foi"}), "Retenir cette date")
    assert "précède la labellisation" in told(page)
    assert days_of(url, CHAUMONT, kind="opened", retained=True) == ["2019-04"]
    (sure,) = [each for each in page.checkbox if each.label == "Je confirme\u00a0: c’est exact"]
    page = press(sure.check().run(), "Retenir cette date")
    saved(page)
    assert days_of(url, CHAUMONT, kind="opened", retained=True) == ["2019-09-13"]
    undo(page)
    assert days_of(url, CHAUMONT, kind="opened", retained=True) == ["2019-04"]


def test_a_stage_is_withdrawn(app, office, url):
    page = app.open("enter/record_stage.py", ville=BASTIA)
    fill(page, {"etape_genre": "agreement", "etape_date": "2020"})
    fill(page, {"etape_source": "https://www.example.org/convention"})
    saved(press(page, "Enregistrer"))
    (made,) = rows(url, Stage, centre_id=centre_of(url, BASTIA), kind="agreement")
    page = app.open("enter/correct_stage.py", ville=BASTIA)
    page = press(click(page, f"bouton_retirer_{made.id}"), "Retirer cette étape")
    assert "Le motif est obligatoire" in told(page)
    page = fill(page, {"correction_motif": "Saisie par erreur"})
    saved(press(page, "Retirer cette étape"))
    assert days_of(url, BASTIA, kind="agreement") == []


# --- centres ---


def test_a_centre_is_created_corrected_and_withdrawn(app, office, url):
    page = app.open("enter/edit_centre.py", ville=AJACCIO)
    saved(press(fill(page, {"centre_adresse": "1 rue du Port"}), "Enregistrer"))
    (made,) = rows(url, Centre, town_code=AJACCIO)
    assert (made.name, made.address) == ("Ajaccio", "1 rue du Port")

    page = app.open("enter/edit_centre.py", ville=AJACCIO)
    fill(page, {"centre_adresse": "2 rue du Port", "centre_motif": "Déménagement"})
    page = saved(press(page, "Enregistrer"))
    (moved,) = rows(url, Centre, town_code=AJACCIO)
    assert (moved.version, moved.address) == (2, "2 rue du Port")

    page = fill(page, {"retrait_centre_motif": "Créé par erreur"})
    saved(press(page, "Retirer ce centre"), ": retiré")
    assert rows(url, Centre, town_code=AJACCIO) == []


def test_a_second_site_must_bear_another_name(app, office, url):
    page = app.open("enter/edit_centre.py", ville=CHAUMONT)
    (sites,) = [each for each in page.radio if each.label == "Centre concerné"]
    page = press(sites.set_value(sites.options[-1]).run(), "Enregistrer")
    assert "par exemple « Chaumont, quartier de la gare »" in told(page)
    saved(press(fill(page, {"centre_nom": "Chaumont, la gare"}), "Enregistrer"))
    names = [row.name for row in rows(url, Centre, town_code=CHAUMONT)]
    assert sorted(names) == ["Chaumont", "Chaumont, la gare"]


# --- courses ---


def test_a_centre_offers_a_course_corrected_then_withdrawn(app, office, url):
    centre = centre_of(url, TROYES)
    before = len(rows(url, Offering, centre_id=centre))
    page = fill(
        app.open("enter/edit_offerings.py", ville=TROYES),
        {"offre_formation": "F010", "offre_modalite": "hybrid", "offre_debut": "09/2021"},
    )
    saved(press(fill(page, {"offre_source": "déclaration"}), "Enregistrer"))
    (made,) = rows(url, Offering, centre_id=centre, course_key="F010")
    assert (made.mode, made.starts_on) == (Mode.HYBRID, PartialDate(2021, 9))

    page = app.open("enter/edit_offerings.py", offre=str(made.id), acte="corriger")
    page = press(fill(page, {"offre_fin": "06/2021", "offre_motif": "Arrêt"}), "Enregistrer")
    assert "précède le début" in told(page)
    saved(press(fill(page, {"offre_fin": "06/2023"}), "Enregistrer"))
    (ended,) = rows(url, Offering, centre_id=centre, course_key="F010")
    assert (ended.version, ended.ends_on) == (2, PartialDate(2023, 6))

    page = app.open("enter/edit_offerings.py", offre=str(ended.id), acte="retirer")
    page = fill(page, {"offre_motif": "Erreur de centre"})
    saved(press(page, "Retirer cette formation"))
    assert len(rows(url, Offering, centre_id=centre)) == before


def test_a_course_is_added_to_the_catalogue_and_corrected(app, office, url):
    page = fill(
        app.open("enter/edit_courses.py"),
        {
            "formation_intitule": "Licence de vannerie",
            "formation_filiere": "numerique",
            "formation_niveau": 6,
            "formation_source": "déclaration",
        },
    )
    page = saved(press(page, "Enregistrer"))
    (made,) = rows(url, Course, title="Licence de vannerie")
    assert made.level == 6

    page = fill(page, {"formation_choisie": made.key, "formation_credits": "beaucoup"})
    page = press(fill(page, {"formation_motif": "Fiche relue"}), "Enregistrer")
    assert "« beaucoup » n’est pas plausible" in told(page)
    saved(press(fill(page, {"formation_credits": "180"}), "Enregistrer"))
    (changed,) = rows(url, Course, key=made.key)
    assert (changed.credits, changed.level) == (180, 6)


# --- enrolments ---


def counted(page, year, text):
    """Fill the first box of the grid of a year, with the day and the source that it asks for."""
    (box,) = [each.key for each in page.text_input if each.key.endswith(f"_{year}_tout_persons")]
    day = f"15/01/{year + 1}"
    typed = {box: text, "inscriptions_arrete": day, "inscriptions_source": "déclaration"}
    return press(fill(page, typed), "Enregistrer")


def test_a_grid_of_enrolments_is_written_then_corrected(app, office, url):
    centre = centre_of(url, "16102")

    def figures(year=2022):
        found = rows(url, Enrolment, centre_id=centre, academic_year=year)
        return {row.counted: (row.headcount, row.counted_on) for row in found}

    page = app.open("enter/record_enrolments.py", ville="16102")
    page = press(fill(page, {"inscriptions_annee": 2022}), "Enregistrer")
    assert "est obligatoire" in told(page)
    page = counted(page, 2022, "1 2x")
    assert "n’est pas un nombre entier" in told(page)
    (other,) = [each.key for each in page.text_input if each.key.endswith("_tout_registrations")]
    page = counted(fill(page, {other: "0"}), 2022, "118")
    assert "Je confirme zéro" in told(page)
    (sure,) = [each for each in page.checkbox if each.label.startswith("Je confirme zéro")]
    page = press(sure.check().run(), "Enregistrer")
    saved(page, "enregistrés (2\u00a0nouveaux).")
    day = date(2023, 1, 15)
    assert figures() == {Counted.PERSONS: (118, day), Counted.REGISTRATIONS: (0, day)}

    # The year after, ten times more: it asks why, and the grid still says so.
    page = fill(page, {"inscriptions_annee": 2023})
    assert "l’an dernier : 118" in told(page)
    page = counted(page, 2023, "1 250")
    assert "contre 118 l’année précédente" in told(page)
    page = press(fill(page, {"inscriptions_motif": "Accord avec la région"}), "Enregistrer")
    saved(page, "enregistrés (1\u00a0nouveau).")
    assert figures(2023)[Counted.PERSONS][0] == 1250

    # An emptied box withdraws nothing by itself.
    page = counted(page, 2023, "")
    assert "Vous avez vidé un effectif enregistré" in told(page)
    assert figures(2023)[Counted.PERSONS][0] == 1250
    (why,) = [each for each in page.text_input if each.label == "Motif ★"]
    page = press(why.set_value("Doublon").run(), "Retirer cet effectif")
    saved(page, ": retiré")
    assert figures(2023) == {}


# --- targets, settings, accounts ---


def test_a_target_is_a_new_row(app, office, url):
    before = rows(url, Target)
    page = fill(app.open("manage/targets.py"), {"objectif_territoire": "reg-44"})
    assert "Aucun objectif n’est enregistré" in told(page)
    page = press(fill(page, {"objectif_valeur": "douze"}), "Enregistrer")
    assert "« douze » n’est pas plausible" in told(page)
    fill(page, {"objectif_valeur": "12", "objectif_decide": "01/02/2024"})
    fill(page, {"objectif_echeance": "31/12/2030", "objectif_source": "déclaration"})
    said = press(page, "Enregistrer").success[0].value.replace("\u00a0", " ")
    assert said.startswith("Objectif de 12 centres au 31 décembre 2030, Grand Est : enregistré.")
    (made,) = [row for row in rows(url, Target) if row not in before]
    assert (made.value, made.territory, made.deadline) == (12, "reg-44", date(2030, 12, 31))
    assert (made.version, made.decided_on) == (1, date(2024, 2, 1))


def test_validation_is_switched_on_and_off(app, office, url):
    page = app.open("manage/settings.py")
    assert "sans validation" in told(page)
    for label, value, said in (
        ("Activer la validation", "on", "avec validation"),
        ("Désactiver la validation", "off", "sans validation"),
    ):
        page = press(page, label)
        assert said in told(page)
        assert rows(url, Setting, name="validation")[0].value == value


def test_accounts_are_added_changed_and_switched_off(app, office, url):
    address = "ange.rossi@example.org"

    def account():
        (row,) = rows(url, Staff, email=address)
        return row

    page = fill(app.open("manage/staff.py"), {"arrivee_nom": "Ange Rossi"})
    page = press(fill(page, {"arrivee_email": address}), "Ajouter")
    assert "choisissez-en au moins une" in told(page)
    page = press(fill(page, {"arrivee_regions": [CORSE]}), "Ajouter")
    assert "affiché une seule fois" in told(page)
    (once,) = [each.value for each in page.code]
    assert len(once.strip().replace("-", "")) == 16
    made = account()
    assert (made.role, made.active, made.must_change_password) == (Role.ENTRY, True, True)
    assert [row.region_code for row in rows(url, StaffRegion, staff_id=made.id)] == [CORSE]

    page = fill(page, {"droits_choisi": address})
    assert not page.code, "shown once"
    page = press(page, "Désactiver le compte")
    assert "désactivé" in told(page)
    assert not account().active
    page = press(page, "Réactiver le compte")
    assert [each for each in page.button if each.label == "Désactiver le compte"]
    assert account().active
    (again,) = [each.value for each in press(page, "Donner un nouveau mot de passe").code]
    assert len(again.strip()) >= 16
    assert again != once

    page = press(fill(page, {"droits_role": Role.DIRECTION}), "Changer le rôle")
    assert "laissez la liste des régions vide" in told(page)
    assert account().role is Role.ENTRY
