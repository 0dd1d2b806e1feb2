"""A sheet for every commune: its state in a sentence, what surrounds it, its history."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from territoires.db import journal, summaries
from territoires.db.engine import reading
from territoires.db.models import Centre, Enrolment, PublishedFigure, Staff, Stage, Town
from territoires.domain.dates import PartialDate
from territoires.domain.errors import TerritoryError
from territoires.domain.programme import Basis, ProgrammeLink, StageKind
from territoires.domain.roles import Role
from territoires.domain.scope import Level, Perimeter, Scope, Territory
from territoires.french import dates
from territoires.french import town as words
from territoires.queries import enrolments, rollout, town_history, town_sheet
from tests.conftest import SEEDED_AT
from tests.factories import (
    act,
    add,
    add_centre,
    add_stage,
    correct,
    seeded_number,
    withdraw,
    writing,
)
from tests.fuzzing import at_length

TODAY = date(2026, 11, 22)
NOW = Scope(as_of=TODAY)
LATER = SEEDED_AT + timedelta(days=1)
CHAUMONT, BAR_LE_DUC, PARIS = "52121", "55029", "75056"


def at(day):
    return Scope(as_of=day)


def sheet_of(connection, town, scope=NOW):
    return town_sheet.town_sheet(connection, scope=scope, town=town)


def said(connection, town, scope=NOW):
    """Give what the sheet says of each centre, without no-break spaces."""
    sheet = sheet_of(connection, town, scope)
    if sheet.centres:
        lines = [line for c in sheet.centres for line in words.state_sentences(c, scope.as_of)]
    else:
        near = town_sheet.nearest_one(connection, scope=scope, town=town)
        lines = words.no_centre(sheet, near, day=scope.as_of, today=TODAY, known_at=scope.known_at)
    return " ".join(lines).replace("\u00a0", " ")


# --- the state, in a sentence ---


@pytest.mark.parametrize(
    ("town", "sentence"),
    [
        (
            CHAUMONT,
            (
                "**Ouvert** depuis avril 2019 (Villes de France) · inauguré le 13 septembre 2019 "
                "(préfecture de la Haute-Marne)"
            ),
        ),
        ("18033", "**Ouvert** depuis 2019 (Cnam)."),
        ("51108", "**Ouvert** depuis septembre 2021 au plus tard (Forum Éco)."),
        ("16102", "**Ouvert** depuis mai 2021 (date déduite) · inauguré le 3 mai 2021 (Cnam)"),
        ("10387", "**Ville labellisée, ouverture non connue**."),
        ("52448", "**Ouvert, à une date inconnue** (La Gazette France)."),
        (
            "08105",
            "**Projet abandonné** en 2021 au plus tard (Forum Éco). Projet transféré à Sedan.",
        ),
        ("50129", "**Ouvert** depuis août 2023 · **rattachement au programme non prouvé** · "),
        ("79191", "**rattachement au programme non prouvé** · inauguré le 22 novembre 2024"),
        ("90010", "**Projet annoncé**, sans étape datée ni ouverture connue."),
        (
            BAR_LE_DUC,
            (
                "**Aucun centre connu à ce jour.** Candidature : inconnue. Centre le plus proche : "
                "Verdun (Meuse), à 46 km à vol d’oiseau."
            ),
        ),
    ],
)
def test_the_state_of_a_town_is_one_sentence(connection, town, sentence):
    assert sentence in said(connection, town)


@pytest.mark.parametrize(
    ("town", "day", "sentence"),
    [
        ("18033", date(2019, 6, 1), "**Peut-être ouvert** : l’ouverture est datée de 2019 sans"),
        (
            "51108",
            date(2020, 11, 1),
            "**Peut-être ouvert** : l’ouverture a eu lieu en septembre 2021",
        ),
        (CHAUMONT, date(2019, 1, 1), "**Rien de connu au 1er janvier 2019** : la première étape"),
        (CHAUMONT, date(2019, 1, 1), "l’ouverture, date d’avril 2019."),
        ("10387", date(2019, 1, 1), "la labellisation, date du 26 septembre 2019."),
        (BAR_LE_DUC, date(2019, 1, 1), "Aucun centre n’était ouvert avec certitude à cette date."),
        (BAR_LE_DUC, date(2019, 5, 1), "**Aucun centre connu au 1er mai 2019.**"),
        (BAR_LE_DUC, date(2019, 5, 1), "Chaumont (Haute-Marne), à 73 km à vol d’oiseau."),
    ],
)
def test_the_state_is_that_of_the_day_looked_at(connection, town, day, sentence):
    assert sentence in said(connection, town, at(day))


def test_before_the_database_existed_the_sheet_says_so(connection):
    scope = Scope(as_of=TODAY, known_at=SEEDED_AT - timedelta(days=1))
    assert "Cette base n’existait pas encore : elle a été créée le" in said(
        connection, CHAUMONT, scope
    )


def test_a_competing_date_is_named_beside_the_retained_one(connection):
    assert "Une autre source date l’ouverture du 13 septembre 2019 (AdCF)" in said(
        connection, CHAUMONT
    )


@pytest.mark.parametrize(
    "bar",
    [
        {"territory": Territory.parse("reg-53")},
        {"territory": Territory.parse("com-29232")},
        {"perimeter": Perimeter.NON_ACV},
    ],
)
def test_the_territory_and_the_perimeter_of_the_bar_do_not_empty_a_sheet(connection, bar):
    narrowed = Scope(as_of=TODAY, **bar)
    assert said(connection, CHAUMONT, narrowed) == said(connection, CHAUMONT)
    for query in (town_sheet.stages, town_sheet.nearest_centres, town_sheet.neighbours):
        assert query(connection, scope=narrowed, town=CHAUMONT).equals(
            query(connection, scope=NOW, town=CHAUMONT)
        )


def test_a_reopened_centre_and_a_suspended_one_say_so(url):
    with writing(url) as connection:
        now = act(connection, LATER)
        number = add_centre(connection, at_utc=now)
        add_stage(connection, at_utc=now, centre_id=number, on="2020-01-15")
        add_stage(connection, at_utc=now, centre_id=number, on="2021-03", kind=StageKind.SUSPENDED)
        add_stage(connection, at_utc=now, centre_id=number, on="2022-09-01")
    with reading(url) as connection:
        assert "**Suspendu** en mars 2021 (Cnam)" in said(connection, "10387", at(date(2021, 6, 1)))
        assert "**Ouvert** depuis le 1er septembre 2022" in said(connection, "10387")


@pytest.mark.parametrize(
    ("suspended", "reopened", "why"),
    [
        (
            "2021",
            "2021-12",
            "l’ouverture est datée de décembre 2021 (Cnam), la suspension de 2021 (Cnam), sans",
        ),
        ("2021-03-05", "", "une ouverture est affirmée sans date (Cnam)"),
    ],
)
def test_a_centre_that_may_have_reopened_says_why_it_is_no_certainty(url, suspended, reopened, why):
    with writing(url) as connection:
        now = act(connection, LATER)
        number = add_centre(connection, at_utc=now)
        for on, kind in (
            ("2020-07-01", StageKind.OPENED),
            (suspended, StageKind.SUSPENDED),
            (reopened, StageKind.OPENED),
        ):
            add_stage(connection, at_utc=now, centre_id=number, on=on, kind=kind)
    with reading(url) as connection:
        assert f"**Peut-être ouvert** : {why}" in said(connection, "10387")
        troyes = Scope(as_of=TODAY, territory=Territory(Level.TOWN, "10387"))
        assert rollout.situation(connection, scope=troyes).count.open_at_most == 1
        assert rollout.possible_openings(connection, scope=troyes)["happened_on"].tolist() == [
            reopened or "2020-07-01"
        ]


def test_two_sites_in_one_town_are_two_centres(url):
    with writing(url) as connection:
        now = act(connection, LATER)
        number = add_centre(connection, at_utc=now, town_code=CHAUMONT, name="Chaumont Gare")
        add_stage(connection, at_utc=now, centre_id=number, on="2025-01-15")
    with reading(url) as connection:
        sheet = sheet_of(connection, CHAUMONT)
        assert [centre.name for centre in sheet.centres] == ["Chaumont", "Chaumont Gare"]
        stages = town_sheet.stages(connection, scope=NOW, town=CHAUMONT)
        assert set(stages["centre"]) == {"Chaumont", "Chaumont Gare"}


# --- what the town is ---


def test_a_town_outside_the_programme_has_a_full_sheet(connection):
    sheet = sheet_of(connection, "74065")
    assert sheet.place.department_name == "Haute-Savoie"
    assert sheet.centres == ()
    assert words.site(sheet)[0] == "Non"
    assert len(town_sheet.nearest_centres(connection, scope=NOW, town="74065")) == 5


def test_a_pair_names_its_other_town_and_mayotte_its_year(connection):
    sheet = sheet_of(connection, "97608")
    assert words.site(sheet)[1].startswith("site commun avec Pamandzi")
    assert ("Population", "17\u202f831, municipale 2017") in words.brief(sheet)


@pytest.mark.parametrize("code", ["99999", "5212", "chaumont", "", "2a004", "dep-52", "97500"])
def test_a_code_of_nowhere_is_an_error_that_quotes_it(connection, code):
    with pytest.raises(TerritoryError) as caught:
        sheet_of(connection, code)
    assert code in caught.value.text


@pytest.mark.only_on("sqlite", "many examples of reads that other tests make on both")
@settings(max_examples=at_length(40), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_commune_has_a_sheet_at_any_day(connection, data):
    codes = connection.scalars(select(Town.code).order_by(Town.code)).all()
    town = data.draw(st.sampled_from(codes))
    day = data.draw(st.dates(date(2018, 1, 1), date(2039, 12, 31)))
    assert said(connection, town, at(day)).startswith("**")
    assert words.located(sheet_of(connection, town, at(day)))
    near = town_sheet.nearest_centres(connection, scope=at(day), town=town)
    assert near["km"].is_monotonic_increasing
    assert town not in near["town_code"].tolist()


@pytest.mark.only_on("sqlite", "many examples of reads that other tests make on both")
@settings(max_examples=at_length(60), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_followed_town_says_something_on_any_day(connection, data):
    codes = connection.scalars(select(Centre.town_code).order_by(Centre.town_code)).all()
    town = data.draw(st.sampled_from(codes))
    day = data.draw(st.dates(date(2018, 1, 1), date(2026, 12, 31)))
    sentence = said(connection, town, at(day))
    assert sentence.count("**") % 2 == 0
    assert "  " not in sentence


# --- around it ---


@pytest.mark.parametrize(
    ("town", "first", "km"),
    [(CHAUMONT, "Épinal", 97.5), (BAR_LE_DUC, "Verdun", 46), (PARIS, "Châlons-en-Champagne", 148)],
)
def test_the_nearest_centre_is_at_a_known_distance(connection, town, first, km):
    near = town_sheet.nearest_centres(connection, scope=NOW, town=town)
    assert near["town"].iloc[0] == first
    assert near["km"].iloc[0] == pytest.approx(km, abs=1)


@pytest.mark.parametrize(("km", "written"), [(9.94, "9,9"), (9.96, "10"), (97.5, "98")])
def test_a_distance_has_a_decimal_under_ten_and_ten_has_none(connection, km, written):
    near = {"town": "Épinal", "department": "Vosges", "km": km}
    assert f"à {written}\u00a0km {words.CROW}" in words.nearest(sheet_of(connection, PARIS), near)


def test_an_overseas_town_is_an_ocean_away_from_every_centre(connection):
    near = town_sheet.nearest_one(connection, scope=NOW, town="97608")
    assert near["km"] > 7_000


def test_unproven_centres_are_near_only_if_the_reader_asks(connection):
    strict = town_sheet.nearest_centres(connection, scope=NOW, town="50502", rows=1)
    asked = town_sheet.nearest_centres(
        connection, scope=Scope(as_of=TODAY, with_unproven=True), town="50502", rows=1
    )
    assert strict["town"].tolist() != ["Cherbourg-en-Cotentin"]
    assert asked["town"].tolist() == ["Cherbourg-en-Cotentin"]


def test_the_neighbours_are_the_followed_towns_of_the_department(connection):
    found = town_sheet.neighbours(connection, scope=NOW, town="88413")
    assert found["town"].tolist() == ["Épinal", "Vittel"]
    assert found["state"].tolist() == ["open", "selected"]
    ardennes = town_sheet.neighbours(connection, scope=NOW, town="08105")
    assert ardennes["town"].tolist() == ["Sedan"]


def test_corsica_has_its_own_two_departments(connection):
    found = town_sheet.neighbours(connection, scope=NOW, town="2A004")
    assert found.empty
    assert sheet_of(connection, "2B033").place.department_name == "Haute-Corse"


# --- courses, headcounts, figures ---


def test_the_courses_of_a_town_are_listed(connection):
    found = town_sheet.courses(connection, scope=NOW, town="50129")
    assert len(found) == 2  # one ended in August 2024
    assert found["title"].is_monotonic_increasing
    assert town_sheet.courses(connection, scope=NOW, town=CHAUMONT).empty


def test_what_was_published_about_a_town_is_told_at_its_date(connection):
    assert len(town_sheet.figures(connection, scope=NOW, town="08409")) == 3
    assert town_sheet.figures(connection, scope=at(date(2021, 6, 1)), town="08409").empty


def act_as(connection, actor, reason=None):
    """Record an act of somebody, and give its instant."""
    journal.record(
        connection,
        at_utc=LATER,
        actor=actor,
        command="by_hand",
        entity="test",
        entity_id="",
        changes=[],
        reason=reason,
    )
    return LATER


def enrol(connection, centre, headcount, *, at_utc, **changes):
    usual = {
        "centre_id": centre,
        "academic_year": 2020,
        "counted": "persons",
        "headcount": headcount,
        "counted_on": date(2021, 6, 30),
        "source_id": "cnam-2021-05",
        "validation": "validated",
    }
    number = add(connection, Enrolment, at_utc=at_utc, **(usual | changes))
    summaries.refresh(connection, [(centre, (usual | changes)["academic_year"])])
    return number


def test_a_headcount_corrected_again_and_again_has_its_latest_values_only(url):
    with writing(url) as connection:
        number = enrol(
            connection,
            seeded_number(connection, Centre, CHAUMONT),
            100,
            at_utc=act(connection, LATER),
        )
        for hours in range(1, 31):
            then = act(connection, LATER + timedelta(hours=hours))
            correct(connection, Enrolment, number, at_utc=then, headcount=100 + hours)
            summaries.refresh(connection, [(seeded_number(connection, Centre, CHAUMONT), 2020)])
    with reading(url) as connection:
        for scope, latest in (
            (NOW, 130),
            (replace(NOW, known_at=LATER + timedelta(hours=25)), 125),
        ):
            told = town_history.history(connection, scope=scope, town=CHAUMONT)
            values = told.loc[told["subject"].str.startswith("Effectif"), "value_text"]
            assert [int(text.split()[0]) for text in values] == [
                *range(latest, latest - town_history.MOST, -1)
            ]


def test_the_headcounts_of_a_centre_are_told_those_of_its_courses_left_out(url):
    with writing(url) as connection:
        now = act(connection, LATER)
        centre = seeded_number(connection, Centre, CHAUMONT)
        enrol(connection, centre, 118, at_utc=now)
        enrol(connection, centre, 3, at_utc=now, course_key="F001")
    with reading(url) as connection:
        found = town_sheet.enrolments(connection, scope=NOW, town=CHAUMONT)
        assert found["headcount"].tolist() == ["118"]
        assert found["academic_year"].tolist() == ["2020-2021"]
        told = town_history.history(connection, scope=NOW, town=CHAUMONT)
        about = told[told["subject"].str.startswith("Effectif")]["value_text"].tolist()
        assert about == ["118 (toutes formations)"]
        assert not told.map(lambda text: "F001" in text).any(axis=None)


def test_a_correction_by_course_cannot_be_found_again_from_the_history(url):
    with writing(url) as connection:
        centre = seeded_number(connection, Centre, CHAUMONT)
        now = act(connection, LATER)
        course = enrol(connection, centre, 1, at_utc=now, course_key="F001")
        whole = enrol(connection, centre, 140, at_utc=now)
    with writing(url) as connection:
        then = act(connection, LATER + timedelta(hours=1))
        correct(connection, Enrolment, course, at_utc=then, headcount=4)
        correct(connection, Enrolment, whole, at_utc=then, headcount=143)
        summaries.refresh(connection, [(centre, 2020)])
    with reading(url) as connection:
        told = town_history.history(connection, scope=NOW, town=CHAUMONT)
        about = told[told["subject"].str.startswith("Effectif")]
        assert sorted(about["value_text"]) == ["140 (toutes formations)", "143 (toutes formations)"]
        # Beside both totals, the course would be its difference.
        assert len(enrolments.cells(connection, scope=NOW, year=2020)) == 0


def test_what_no_act_has_decided_to_tell_is_not_told(url):
    with writing(url) as connection:
        centre = seeded_number(connection, Centre, CHAUMONT)
        number = enrol(connection, centre, 140, at_utc=act(connection, LATER))
        then = act(connection, LATER + timedelta(hours=1))
        correct(connection, Enrolment, number, at_utc=then, headcount=143)
    with reading(url) as connection:
        found = town_sheet.enrolments(connection, scope=NOW, town=CHAUMONT)
        assert found["headcount"].tolist() == ["non publié"]


def test_a_small_headcount_of_a_whole_centre_is_not_told(url):
    with writing(url) as connection:
        now = act(connection, LATER)
        enrol(connection, seeded_number(connection, Centre, CHAUMONT), 3, at_utc=now)
    with reading(url) as connection:
        found = town_sheet.enrolments(connection, scope=NOW, town=CHAUMONT)
        assert found["headcount"].tolist() == ["moins de 5"]
        told = town_history.history(connection, scope=NOW, town=CHAUMONT)
        assert "moins de 5 (toutes formations)" in told["value_text"].tolist()


# --- sources and history ---


def test_every_value_has_its_source_its_author_and_its_instant(connection):
    told = town_history.history(connection, scope=NOW, town=CHAUMONT)
    assert (told["source"] != "").all()
    assert (told["recorded_by"] == "données de départ").all()
    assert set(told["recorded_at"]) == {dates.instant(SEEDED_AT)}
    assert (told["replaced_by"] == "").all()
    subjects = told["subject"].tolist()
    assert "Ouverture" in subjects
    assert "Ouverture (date concurrente)" in subjects
    assert "Lien avec le programme" in subjects


def test_a_correction_shows_both_values_who_replaced_the_first_and_why(url):
    with writing(url) as connection:
        connection.execute(
            insert(Staff).values(
                email="a.martin@exemple.fr", name="A. Martin", role=Role.ADMINISTRATION,
                active=True, must_change_password=False,
            )
        )  # fmt: skip
        opening = connection.scalars(
            select(Stage.id).where(
                Stage.kind == StageKind.OPENED,
                Stage.retained,
                Stage.centre_id == seeded_number(connection, Centre, CHAUMONT),
            )
        ).one()
        now = act_as(connection, "a.martin@exemple.fr", "lecture du registre")
        correct(
            connection,
            Stage,
            opening,
            at_utc=now,
            happened_on=PartialDate.parse("2019-04-15"),
            note=None,
        )
    with reading(url) as connection:
        told = town_history.history(connection, scope=NOW, town=CHAUMONT)
        newest, *_ = told.to_dict("records")
        assert newest["value_text"] == "15\u00a0avril 2019"
        assert newest["recorded_by"] == "A. Martin"
        former = told[told["value_text"].str.startswith("avril 2019")].iloc[0]
        assert former["replaced_by"] == "15\u00a0avril 2019"
        assert former["replaced_at"] == dates.instant(LATER)
        assert former["reason"] == "lecture du registre"
        assert "exemple.fr" not in told.to_csv()
        before = Scope(as_of=TODAY, known_at=SEEDED_AT + timedelta(hours=1))
        then = town_history.history(connection, scope=before, town=CHAUMONT)
        assert "15\u00a0avril 2019" not in then["value_text"].tolist()
        assert (then["replaced_by"] == "").all()


def test_a_changed_attribute_shows_alone_and_the_others_once(url):
    with writing(url) as connection:
        centre = seeded_number(connection, Centre, CHAUMONT)
        now = act(connection, LATER)
        correct(connection, Centre, centre, at_utc=now, address="12 rue du Test", wave=None)
    with reading(url) as connection:
        told = town_history.history(connection, scope=NOW, town=CHAUMONT)
        by_subject = told.groupby("subject")["value_text"].apply(list)
        assert by_subject["Adresse"] == ["12 rue du Test"]
        assert by_subject["Nom du centre"] == ["Chaumont"]
        wave = told[told["subject"] == "Vague"].iloc[0]
        assert (wave["value_text"], wave["replaced_by"]) == ("AMI 1", "retiré")


def test_a_withdrawn_fact_stays_in_the_history(url):
    with writing(url) as connection:
        figure = connection.scalars(
            select(PublishedFigure.id).where(PublishedFigure.town_code == "50129")
        ).one()
        withdraw(connection, PublishedFigure, figure, at_utc=act(connection, LATER))
    with reading(url) as connection:
        told = town_history.history(connection, scope=NOW, town="50129")
        gone = told[told["subject"].str.startswith("Total publié")].iloc[0]
        assert gone["replaced_by"] == "retiré"
        assert town_sheet.figures(connection, scope=NOW, town="50129").empty


def test_an_unknown_author_is_never_an_address(url):
    with writing(url) as connection:
        now = act_as(connection, "quelqu.un@exemple.fr")
        number = add_centre(connection, at_utc=now, town_code=BAR_LE_DUC, name="Bar-le-Duc")
        add_stage(connection, at_utc=now, centre_id=number, on="2024", basis=Basis.UPPER_BOUND)
    with reading(url) as connection:
        told = town_history.history(connection, scope=NOW, town=BAR_LE_DUC)
        assert set(told["recorded_by"]) == {"équipe du programme"}


def test_a_town_without_a_fact_has_an_empty_history_with_its_columns(connection):
    told = town_history.history(connection, scope=NOW, town=PARIS)
    assert told.empty
    assert list(told) == list(town_history.HISTORY)


def test_instants_are_told_in_paris():
    assert dates.instant(datetime(2026, 11, 30, 13, 2, tzinfo=UTC)) == (
        "30\u00a0novembre 2026 à 14\u00a0h\u00a002"
    )


def test_a_withdrawn_centre_is_not_said_to_be_established_by_a_source(url):
    with writing(url) as connection:
        now = act(connection, LATER)
        centre = add_centre(connection, at_utc=now, town_code=BAR_LE_DUC, name="Bar-le-Duc")
        stage = add_stage(connection, at_utc=now, centre_id=centre, on="2024")
        for table, number in ((Stage, stage), (Centre, centre)):
            withdraw(
                connection, table, number, at_utc=act(connection, LATER + timedelta(hours=number))
            )
    established = ProgrammeLink.STATED.word
    with reading(url) as connection:
        before = replace(NOW, known_at=LATER)
        told = town_history.history(connection, scope=before, town=BAR_LE_DUC)
        assert established in set(told["value_text"])
        told = town_history.history(connection, scope=NOW, town=BAR_LE_DUC)
        assert established not in told.to_string()
        assert set(told["replaced_by"]) == {"retiré"}
