"""The yearly list of communes: absorbed, renumbered, split, restored; and codes of none."""

import csv
import gzip
import io
import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from territoires.commands.choices import set_setting
from territoires.commands.imports import plan, proposed
from territoires.commands.proposals import validate_proposal
from territoires.commands.stages import record_stage
from territoires.db import communes, seeds
from territoires.db.engine import reading
from territoires.db.models import Centre, FormerTown, PublishedFigure, Target, Town
from territoires.domain.checks import Code
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import ProposalDraft, SettingDraft
from territoires.domain.errors import InvalidError
from territoires.domain.roles import Reader, Role
from territoires.domain.scope import Scope, Territory
from territoires.french.imports import problem_line
from territoires.french.problems import problem_message
from territoires.queries import (
    coverage,
    geography,
    integrity,
    rollout,
    search,
    territories,
    town_history,
    town_sheet,
)
from tests.conftest import SEEDED_AT
from tests.factories import act, add, add_centre, writing
from tests.integration.test_imports import enrolment, imported, stage
from tests.integration.writing import WORD, do, stage_draft
from tests.pages.desks import email, employ

LATER, AFTER = SEEDED_AT + timedelta(days=400), SEEDED_AT + timedelta(days=800)
TODAY = date(2026, 11, 22)
FRANCE = Scope(as_of=TODAY)
CHAUMONT, CHAMARANDES = "52121", "52125"
COMMUNES, FORMER = "reference/communes.csv.gz", "reference/former_communes.csv"


@pytest.fixture
def folder(few_seeds, tmp_path):
    return Path(shutil.copytree(few_seeds, tmp_path / "seeds"))


@pytest.fixture
def url(copy_of):
    return copy_of("few")


def change_list(folder, *, without=(), plus=(), grown=None):
    """Write the list of another year: communes left out, others added, inhabitants moved."""
    text = gzip.decompress((folder / COMMUNES).read_bytes()).decode("utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    kept = [row for row in rows if row["code"] not in without]
    for row in kept:
        row["population"] = int(row["population"]) + (grown or {}).get(row["code"], 0)
    there = {row["code"]: row for row in rows}
    kept += [there[like] | changes for like, changes in plus]
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0].keys(), lineterminator="\n")
    writer.writeheader()
    writer.writerows(kept)
    (folder / COMMUNES).write_bytes(gzip.compress(out.getvalue().encode("utf-8")))


def change_former(folder, *lines, without=()):
    path = folder / FORMER
    kept = [
        line
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.split(",")[0] not in without
    ]
    path.write_text("\n".join([*kept, *lines]) + "\n", encoding="utf-8")


def seed(url, folder, *, now=LATER, **successors):
    """Seed again; gives what was written and what is asked."""
    asked = []
    chosen = {name.removeprefix("c"): code for name, code in successors.items()}
    added = seeds.seed(url, folder=folder, now=now, successors=chosen, ask=asked.append)
    return added, asked


def inhabitants(url):
    """Count communes and inhabitants, as the coverage does."""
    with reading(url) as connection:
        found = geography.communes(connection)
        return len(found.insee_code), int(found.population.sum())


def faults(url):
    with reading(url) as connection:
        return [fault.code for fault in integrity.faults(connection)]


def test_the_inhabitants_of_an_absorbed_commune_are_counted_once(url, folder):
    communes_before, people = inhabitants(url)
    change_list(folder, without=["93039"], grown={"93066": 8_696})
    change_former(folder, "93039,L'Île-Saint-Denis,former,93066")
    added, asked = seed(url, folder)
    assert (added, asked) == ({"town": 2, "former_town": 1}, [])
    assert inhabitants(url) == (communes_before - 1, people)
    with reading(url) as connection:
        scope = Scope(as_of=TODAY, territory=Territory.parse("dep-93"))
        found = coverage.covered(connection, scope=scope, radius_km=30.0).coverage
        assert found.population == 1_704_316
        assert seeds.missing_communes(connection, folder) == []
    assert faults(url) == []
    assert seed(url, folder, now=AFTER) == ({}, [])


def absorb_chaumont(url, folder):
    """Let a neighbour absorb Chaumont, where the first centre is."""
    with writing(url) as connection:
        at_utc = act(connection, SEEDED_AT + timedelta(hours=1))
        source = {"source_id": "cnam-2021-05"}
        add(
            connection, PublishedFigure, at_utc=at_utc, indicator="people_trained", value=12.0,
            published_on=PartialDate(2021, 5), kind="observed", title="Essai",
            town_code=CHAUMONT, starts_on=PartialDate(), ends_on=PartialDate(), **source,
        )  # fmt: skip
        add(
            connection, Target, at_utc=at_utc, indicator="open_centres", perimeter="all", value=2,
            starts_on=TODAY, deadline=TODAY, decided_on=TODAY, territory=f"com-{CHAUMONT}",
            **source,
        )  # fmt: skip
    change_list(folder, without=[CHAUMONT], grown={CHAMARANDES: 20_827})
    change_former(folder, f"{CHAUMONT},Chaumont,former,{CHAMARANDES}")
    return seed(url, folder)


def test_what_was_recorded_in_an_absorbed_commune_follows(url, folder):
    with reading(url) as connection:
        before = rollout.situation(connection, scope=FRANCE).count
    _, asked = absorb_chaumont(url, folder)
    assert asked == []
    assert faults(url) == []
    here = Scope(as_of=TODAY, territory=Territory.parse(f"com-{CHAMARANDES}"))
    with reading(url) as connection:
        assert rollout.situation(connection, scope=FRANCE).count == before
        assert rollout.situation(connection, scope=here).count.open == 1
        # A frozen link still counts what it counted.
        then = replace(here, known_at=SEEDED_AT)
        assert rollout.situation(connection, scope=then).count.open == 1
        assert town_sheet.town_sheet(connection, scope=then, town=CHAMARANDES).centres
        (row,) = rollout.centre_list(connection, scope=here).to_dict("records")
        assert (row["town"], row["acv"]) == ("Chamarandes-Choignes", True)
        assert (
            connection.scalar(
                select(PublishedFigure.town_code).where(
                    PublishedFigure.title == "Essai", PublishedFigure.superseded_at.is_(None)
                )
            )
            == CHAMARANDES
        )
        assert f"com-{CHAMARANDES}" in set(
            connection.scalars(select(Target.territory).where(Target.superseded_at.is_(None)))
        )
        told = town_history.history(connection, scope=here, town=CHAMARANDES)
        commune = told[told["subject"] == "Commune du centre"]
        present = f"Chamarandes-Choignes ({CHAMARANDES})"
        assert list(commune["value_text"]) == [present, f"Chaumont ({CHAUMONT})"]
        assert commune["replaced_by"].tolist() == ["", present]
        assert (told["subject"] == "Ouverture").any()
        # Nobody finds it to record something there.
        found = {each.place.territory.code for each in search.meant(connection, text="Chaumont")}
        assert CHAMARANDES in found, "which holds it now"
        assert CHAUMONT not in found


def test_files_that_name_the_new_commune_add_nothing(url, folder):
    absorb_chaumont(url, folder)
    for name in ("programme/centres.csv", "programme/stages.csv", "reference/towns.csv"):
        path = folder / name
        path.write_text(
            path.read_text(encoding="utf-8").replace(f"{CHAUMONT},", f"{CHAMARANDES},"),
            encoding="utf-8",
        )
    assert seed(url, folder, now=AFTER) == ({}, [])
    assert faults(url) == []


def test_a_commune_that_has_another_code_keeps_what_was_recorded(url, folder):
    change_list(folder, without=[CHAUMONT], plus=[(CHAUMONT, {"code": "52999"})])
    change_former(folder, f"{CHAUMONT},Chaumont,former,52999")
    communes_before, people = inhabitants(url)
    seed(url, folder)
    assert inhabitants(url) == (communes_before, people)
    with reading(url) as connection:
        scope = Scope(as_of=TODAY, territory=Territory.parse("com-52999"))
        assert rollout.situation(connection, scope=scope).count.open == 1
    assert faults(url) == []


@pytest.mark.parametrize("same_name", [True, False])
def test_a_commune_that_is_split_keeps_its_name_or_is_asked_about(url, folder, same_name):
    names = ("Chaumont", "Reclancourt") if same_name else ("Chaumont-Haut", "Reclancourt")
    halves = [
        (CHAUMONT, {"code": code, "name": name, "population": population})
        for code, name, population in zip(("52998", "52999"), names, (20_000, 827), strict=True)
    ]
    communes_before, people = inhabitants(url)
    change_list(folder, without=[CHAUMONT], plus=halves)
    change_former(folder, *(f"{CHAUMONT},Chaumont,former,{code}" for code in ("52998", "52999")))
    _, asked = seed(url, folder)
    with reading(url) as connection:
        missing = seeds.missing_communes(connection, folder)
    if same_name:
        assert (asked, missing) == ([], [])
    else:
        (question,) = asked
        assert (question.code, question.centres) == (CHAUMONT, ("Chaumont",))
        assert [code for code, _ in question.towns] == ["52998", "52999"]
        assert missing == [CHAUMONT]
        # Nobody is counted twice while it is asked.
        assert inhabitants(url) == (communes_before + 2, people)
        _, asked = seed(url, folder, now=AFTER, c52121="52998")
        assert asked == []
    assert inhabitants(url) == (communes_before + 1, people)
    with reading(url) as connection:
        scope = Scope(as_of=TODAY, territory=Territory.parse("com-52998"))
        assert rollout.situation(connection, scope=scope).count.open == 1
        assert seeds.missing_communes(connection, folder) == []
    assert faults(url) == []


def test_a_commune_that_is_back_has_what_the_files_say_and_the_rest_is_asked_about(url, folder):
    with writing(url) as connection:
        at_utc = act(connection, SEEDED_AT + timedelta(minutes=1))
        add_centre(connection, at_utc=at_utc, town_code=CHAUMONT, name="Annexe")
    absorb_chaumont(url, folder)
    change_list(
        folder,
        plus=[(CHAMARANDES, {"code": CHAUMONT, "name": "Chaumont", "population": 20_827})],
        grown={CHAMARANDES: -20_827},
    )
    change_former(folder, without=[CHAUMONT])
    _, (question,) = seed(url, folder, now=AFTER)
    assert (question.code, question.is_back, question.centres) == (CHAUMONT, True, ("Annexe",))
    with reading(url) as connection:
        there = dict(
            connection.execute(
                select(Centre.name, Centre.town_code).where(
                    Centre.name.in_(["Annexe", "Chaumont"]), Centre.superseded_at.is_(None)
                )
            ).all()
        )
        assert there == {"Annexe": CHAMARANDES, "Chaumont": CHAUMONT}
        assert connection.scalar(
            select(func.count()).where(Town.code == CHAUMONT, Town.present_code.is_(None))
        )
    assert faults(url) == []


# --- codes that are no commune's ---

CODES = [
    ("12076", "12076 (Conques) est celui d’une commune", "Conques-en-Rouergue (12218)"),
    ("93059", "93059 (Pierrefitte-sur-Seine) est celui d’une commune", "Saint-Denis (93066)"),
    ("50383", "50383 n’est plus celui d’une commune", "Cherbourg-en-Cotentin (50129)"),
    ("69381", "69381 (Lyon 1er Arrondissement) est celui d’un arrondissement", "Lyon (69123)"),
    ("75101", "75101 (Paris 1er Arrondissement) est celui d’un arrondissement", "Paris (75056)"),
]


def plain(text):
    return text.replace("\u00a0", " ").replace("\u2011", "-")


@pytest.mark.parametrize(("code", "was", "now"), CODES)
def test_a_code_of_no_commune_is_refused_and_leads_to_the_present_one(connection, code, was, now):
    actor = Reader(email="x@y.fr", role=Role.ADMINISTRATION)
    found = plan(
        connection, "stages", [stage(town=code, source="déclaration")], actor=actor, today=TODAY
    )
    (problem,) = [each.problem for each in found.problems]
    assert problem.code is Code.FORMER_TOWN
    said = plain(problem_message(problem))
    assert said.startswith(f"Le code {was}")
    assert f"la commune actuelle est {now}" in said
    assert f" : le code {was}" in plain(problem_line(found.problems[0], value=code))
    former = territories.former_town(connection, code=code)
    assert now.endswith(f"({former.holder})")
    # Typed into a box, it finds the present commune.
    (found,) = search.meant(connection, text=code)
    assert found.place.territory.code == former.holder
    assert found.former == former
    assert found.asked.code == code, "so that the page says so"


def test_a_form_refuses_it_too(url):
    employ(url)
    draft = stage_draft(town_code="75101", source=WORD)
    with pytest.raises(InvalidError) as refused:
        do(url, record_stage, draft, who=email(Role.ADMINISTRATION))
    (problem,) = refused.value.problems
    assert (problem.code, problem.facts["holders"]) == (Code.FORMER_TOWN, (("75056", "Paris"),))


def test_what_waits_for_a_commune_that_is_absorbed_meanwhile_goes_to_the_present_one(url, folder):
    employ(url)
    validation = SettingDraft(name="validation", value="on")
    do(url, set_setting, validation, who=email(Role.ADMINISTRATION))
    draft = stage_draft(
        town_code=CHAUMONT, source=WORD, new_site=True, centre_name="Annexe", address="1 rue"
    )
    number = do(url, record_stage, draft, who=email(Role.ENTRY)).entity_id
    assert absorb_chaumont(url, folder)[1] == []
    answer = ProposalDraft(proposal_id=int(number))
    saved = do(url, validate_proposal, answer, who=email(Role.VALIDATION))
    assert (saved.town_code, saved.changed) == (CHAMARANDES, True)
    with reading(url) as connection:
        centre = select(Centre.town_code).where(Centre.entity_id == saved.centre_id)
        assert connection.scalar(centre) == CHAMARANDES
    assert faults(url) == []


@pytest.mark.parametrize(
    "line",
    [
        stage(centre="Annexe", town_name="Chaumont", source="déclaration"),
        stage(town="Chaumont", town_name="Chaumont", centre="Annexe", source="déclaration"),
        enrolment(),
    ],
    ids=["code", "name", "headcount"],
)
def test_so_does_a_file_that_waits(url, folder, line):
    employ(url)
    validation = SettingDraft(name="validation", value="on")
    do(url, set_setting, validation, who=email(Role.ADMINISTRATION))
    number = int(imported(url, line, who=email(Role.ENTRY)).entity_id)
    assert absorb_chaumont(url, folder)[1] == []
    who = email(Role.VALIDATION)
    with reading(url) as connection:
        _, found = proposed(connection, proposal_id=number, email=who, today=TODAY)
    assert (found.problems, found.asked, found.told, found.new) == ([], [], [], 1)
    saved = do(
        url, validate_proposal, ProposalDraft(proposal_id=number, seen=found.digest), who=who
    )
    assert (saved.town_code, saved.inserted) == (CHAMARANDES, 1)
    assert faults(url) == []


def test_the_codes_of_the_list_are_no_former_ones(connection):
    codes = set(connection.scalars(select(Town.code)))
    former = dict(connection.execute(select(FormerTown.code, FormerTown.present_code)).all())
    assert len(former) == 4_285
    assert not codes & former.keys()
    assert set(former.values()) <= codes
    assert communes.former(connection, ["52121", "00000"]) == {}
