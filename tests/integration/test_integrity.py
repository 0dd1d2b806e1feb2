"""Every fault that `check` knows is made on purpose, then found."""

import re
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from territoires import __main__ as program
from territoires.cli import soundness
from territoires.commands import write as commands
from territoires.commands.stages import correct_stage, record_stage
from territoires.db.engine import reading
from territoires.db.models import Centre
from territoires.domain.drafts import StageCorrection
from territoires.french.faults import FAULTS
from territoires.queries.integrity import faults
from territoires.settings import SEEDS
from tests.conftest import SEEDED_AT
from tests.factories import act, add_centre, correct, writing
from tests.trials.databases import ADMIN, admit
from tests.trials.writers import opening

pytestmark = pytest.mark.only_on(
    "sqlite", "damage is done to the file, behind the back of the engine"
)

LATER = SEEDED_AT + timedelta(days=1)


@pytest.fixture
def url(copy_of):
    """Give the URL of a database of this test's own, with few communes: all are read each time."""
    return copy_of("few")


def damage(path, *statements):
    """Do to a file what the application would refuse to do."""
    with closing(sqlite3.connect(path)) as opened, opened:
        opened.execute("PRAGMA foreign_keys = OFF")
        opened.execute("PRAGMA ignore_check_constraints = ON")
        opened.execute("PRAGMA writable_schema = ON")
        for statement in statements:
            opened.execute(statement)


def with_two_versions(url):
    """Correct a centre properly and give its number."""
    with writing(url) as connection:
        number = add_centre(connection, at_utc=act(connection, LATER))
    with writing(url) as connection:
        at_utc = act(connection, LATER + timedelta(seconds=1))
        correct(connection, Centre, number, at_utc=at_utc, name="x")
    return number


@pytest.fixture
def check(url, monkeypatch, capsys):
    """Run `check` and give its exit code and what it said."""

    def run():
        monkeypatch.setenv("TERRITOIRES_DATABASE_URL", url)
        return program.main(["check"]), capsys.readouterr().out

    return run


def found(url):
    with reading(url) as connection:
        return {(fault.code, fault.where, fault.detail) for fault in faults(connection)}


def test_a_sound_database_has_no_fault(url, check):
    with_two_versions(url)
    assert found(url) == set()
    assert check() == (0, "Base saine\u00a0: rien à signaler.\n")


def test_an_index_that_is_lost_is_a_damaged_structure(url, database, check):
    damage(database, "DELETE FROM sqlite_master WHERE name = 'ix_town_folded'")
    assert {code for code, _, _ in found(url)} == {"damaged", "schema"}
    code, said = check()
    assert code == 1
    assert FAULTS["damaged"] in said


# The statements that damage, then code, table and detail of the fault they make.
DAMAGES = {
    "a source that is gone": (
        ["DELETE FROM source WHERE id = 'dna-2021-03'"],
        ("dangling", "stage.source_id", "dna-2021-03"),
    ),
    "a town that is gone": (
        ["DELETE FROM town WHERE code = '52121'"],
        ("dangling", "centre.town_code", "52121"),
    ),
    "a stage of no centre": (
        ["UPDATE stage SET centre_id = 99999 WHERE id = 1"],
        ("dangling", "stage.centre_id", "99999"),
    ),
    "a stage of another version of its centre": (
        ["UPDATE stage SET centre_id = 52 WHERE id = 1"],
        ("later_version", "stage.centre_id", "52"),
    ),
    "a month that does not exist": (
        ["UPDATE stage SET happened_on = '2019-13' WHERE id = 1"],
        ("date", "stage.happened_on", "2019-13"),
    ),
    "a target of nowhere": (
        ["UPDATE target SET territory = 'reg-zz' WHERE id = 1"],
        ("territory", "target.territory", "reg-zz"),
    ),
    "a table that is gone": (
        ["DROP TABLE proposal"],
        ("missing_table", "schema", "proposal"),
    ),
    "versions that overlap": (
        ["UPDATE centre SET superseded_at = '2026-11-24 12:00:00.000000' WHERE id = 51"],
        ("overlap", "centre", "51"),
    ),
    "an old version that was never closed": (
        ["UPDATE centre SET superseded_at = NULL WHERE id = 51"],
        ("overlap", "centre", "51"),
    ),
    "a version that is skipped": (
        ["UPDATE centre SET version = 3 WHERE id = 52"],
        ("version_numbers", "centre", "51"),
    ),
    "a version of a version": (
        [
            (
                "INSERT INTO centre (town_code, name, programme_link, version, recorded_at, "
                "origin_id) SELECT town_code, name, programme_link, 2, recorded_at, 52 "
                "FROM centre WHERE id = 52"
            )
        ],
        ("origin", "centre", "53"),
    ),
    "a seed that is gone": (
        ["DELETE FROM stage WHERE id = 1"],
        ("uncounted", "stage", "1"),
    ),
    "a fact recorded by no act": (
        ["UPDATE stage SET recorded_at = '2026-11-22 12:00:01.000000' WHERE id = 1"],
        ("unjournalled", "stage", "2026-11-22T12:00:01+00:00"),
    ),
    "a fact withdrawn by no act": (
        ["UPDATE stage SET superseded_at = '2026-11-22 12:00:01.000000' WHERE id = 1"],
        ("unjournalled", "stage", "2026-11-22T12:00:01+00:00"),
    ),
    "a fact whose source has no name": (
        ["UPDATE source SET publisher = '  ' WHERE id = 'dna-2021-03'"],
        ("unsourced", "stage", "40"),
    ),
    "a total of nothing": (
        ["INSERT INTO enrolment_summary VALUES (2020, 1, 'persons', '', 7, 1, 7, 0, NULL, 0)"],
        ("summary", "enrolment_summary", "1/2020/persons/-"),
    ),
    "a headcount that is told though no act decided so": (
        [
            (
                "INSERT INTO enrolment (id, version, recorded_at, centre_id, academic_year, "
                "counted, course_key, headcount, counted_on, source_id, validation) SELECT 1, 1, "
                "recorded_at, 1, 2020, 'persons', 'F001', 3, '2021-06-30', source_id, 'validated' "
                "FROM stage WHERE id = 1"
            ),
            "INSERT INTO disclosure SELECT 1, recorded_at, 'shown' FROM enrolment",
        ],
        ("disclosure", "disclosure", "1/2020"),
    ),
    "an instant that is none": (
        ["UPDATE stage SET recorded_at = 'x' WHERE id = 1"],
        ("unreadable", "stage", "Invalid isoformat string: 'x'"),
    ),
    "a target that was lowered": (
        ["UPDATE target SET value = 10 WHERE id = 1"],
        ("fingerprint", "target", "3"),
    ),
    "a check that is no more the same": (
        ["UPDATE sqlite_master SET sql = replace(sql, 'value >= 0', 'value >= 9')"],
        ("schema", "target", "constraint name=ck_target_value, sqltext=value >= 0"),
    ),
    "a trigger": (
        ["CREATE TRIGGER spy AFTER INSERT ON stage BEGIN SELECT 1; END"],
        ("schema", "stage", "trigger spy"),
    ),
    "an act whose author was changed": (
        ["UPDATE audit_event SET actor = 'somebody else' WHERE id = 1"],
        ("journal", "audit_event", "1"),
    ),
    "an act whose content was changed": (
        ["UPDATE audit_event SET changes = '[]' WHERE id = 1"],
        ("journal", "audit_event", "1"),
    ),
    "an act that was removed": (
        ["DELETE FROM audit_event WHERE id = 2"],
        ("journal", "audit_event", "3"),
    ),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_what_is_wrong_is_found_and_told(url, database, check, name):
    assert with_two_versions(url) == 51
    with closing(sqlite3.connect(database)) as opened:
        (saverne,) = opened.execute(
            "SELECT id FROM stage WHERE source_id = 'dna-2021-03' ORDER BY id LIMIT 1"
        ).fetchone()
    statements, (code, where, detail) = DAMAGES[name]
    damage(database, *statements)
    if code == "unsourced":
        detail = str(saverne)
    assert (code, where, detail) in found(url)
    exit_code, said = check()
    assert exit_code == 1
    assert f"{where}\u00a0: {FAULTS[code]} ({detail})" in said.splitlines()


# What an act noted of a fact of its own, then changed behind the application's back.
ALTERED = {
    "what a version says": "UPDATE stage SET note = 'Autre' WHERE id = {second}",
    "what a correction did not touch": "UPDATE stage SET retained = 0 WHERE id = {second}",
    "what an old version said": "UPDATE stage SET happened_on = '2018' WHERE id = {first}",
    "a version that is gone": "DELETE FROM stage WHERE id = {second}",
    "a version that ended at another act": (
        "UPDATE stage SET superseded_at = (SELECT max(at_utc) FROM audit_event) WHERE id = {first}"
    ),
}


@pytest.mark.parametrize("name", ALTERED)
def test_a_fact_that_is_not_what_its_act_noted_is_told(url, database, check, name):
    admit(url)
    drafted = opening("Relevé")
    first = act_as(url, record_stage, drafted)
    correction = StageCorrection(
        expected_id=first,
        kind=drafted.kind,
        on=drafted.on,
        source=drafted.source,
        note="Relu",
        reason="Relu",
    )
    second = act_as(url, correct_stage, correction)
    act_as(url, record_stage, opening("Un autre"))
    assert found(url) == set()
    damage(database, ALTERED[name].format(first=first, second=second))
    assert "altered" in {code for code, where, _ in found(url) if where == "stage"}
    exit_code, said = check()
    assert exit_code == 1
    assert FAULTS["altered"] in said


def act_as(url, command, draft):
    with commands.writing(url, ADMIN, now=LATER) as write:
        return command(write, draft).version_id


def test_a_fault_has_one_cause_and_one_line_beside_the_fingerprint(url, database):
    damage(database, "UPDATE stage SET centre_id = 99999 WHERE id = 1")
    with closing(sqlite3.connect(database)) as opened:
        ((stages,),) = opened.execute("SELECT count(*) FROM stage")
    assert found(url) == {
        ("dangling", "stage.centre_id", "99999"),
        ("fingerprint", "stage", str(stages)),
    }


def test_a_seed_file_without_provenance_is_told(url, check, tmp_path, monkeypatch):
    folder = shutil.copytree(SEEDS, tmp_path / "seeds")
    (folder / "programme" / "extra.csv").write_text("a,b\n")
    monkeypatch.setattr(soundness, "SEEDS", folder)
    code, said = check()
    assert code == 1
    assert f"data/seeds\u00a0: {FAULTS['provenance']} (programme/extra.csv)" in said.splitlines()
    assert said.splitlines()[-1].startswith("1\u00a0anomalie ")


@pytest.mark.parametrize(
    "text", [None, "ceci n'est [pas", '["a.csv"]\ntitle = "seul"\n'], ids=["none", "bad", "short"]
)
def test_a_provenance_that_cannot_be_read_is_told(url, check, tmp_path, monkeypatch, text):
    folder = shutil.copytree(SEEDS, tmp_path / "seeds")
    if text is None:
        (folder / "sources.toml").unlink()
    else:
        (folder / "sources.toml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(soundness, "SEEDS", folder)
    code, said = check()
    assert code == 1
    assert f"data/seeds\u00a0: {FAULTS['provenance']} (sources.toml)" in said.splitlines()


@pytest.mark.parametrize("field", ["publisher", "licence"])
def test_a_provenance_that_says_nothing_is_told(url, check, tmp_path, monkeypatch, field):
    folder = shutil.copytree(SEEDS, tmp_path / "seeds")
    path = folder / "sources.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        re.sub(rf'^{field} = ".*"$', f'{field} = ""', text, count=1, flags=re.MULTILINE)
    )
    monkeypatch.setattr(soundness, "SEEDS", folder)
    code, said = check()
    assert code == 1
    assert said.splitlines()[-1].startswith("1\u00a0anomalie ")


def test_every_fault_that_has_words_can_be_found():
    made = {code for _, (code, _, _) in DAMAGES.values()} | {"damaged", "provenance", "altered"}
    in_their_own_tests = {"lost_act", "clock", "counted_twice", "commune", "former_town", "report"}
    in_their_own_tests |= {"frozen"}
    made |= in_their_own_tests
    assert made == set(FAULTS)
