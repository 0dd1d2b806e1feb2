"""The demonstration: made up, plausible, sound, and never in place of anything real."""

import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import func, select

from territoires import demo
from territoires.__main__ import main
from territoires.db import seeds
from territoires.db.demonstration import is_demonstration
from territoires.db.engine import reading
from territoires.db.models import (
    AuditEvent,
    Centre,
    Enrolment,
    EnrolmentSummary,
    Offering,
    PublishedFigure,
    Stage,
    Town,
)
from territoires.domain.errors import DemonstrationError
from territoires.domain.programme import Counted
from territoires.queries import integrity
from tests.conftest import DEMO_ROWS, SEEDED_AT, release, sqlite_url


@pytest.fixture(scope="module")
def demo_reading(demo_file):
    url = sqlite_url(demo_file)
    with reading(url) as connection:
        yield connection
    release(url)


@pytest.fixture
def make(few_seeds):
    """Give what makes a demonstration of a few communes."""
    return partial(demo.make, folder=few_seeds, now=SEEDED_AT, rows=2_000)


def dump(path):
    """Give what a database says, without what a seal or an instant of the run would change."""
    with closing(sqlite3.connect(path)) as connection:
        return [
            connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()  # noqa: S608
            for table in ("centre", "stage", "offering", "enrolment", "audit_event")
        ]


def test_it_is_sound_from_end_to_end(demo_reading):
    assert list(integrity.faults(demo_reading)) == []


def test_it_says_what_it_is(demo_reading):
    assert is_demonstration(demo_reading)


def test_it_has_as_many_rows_as_were_asked_for(demo_reading):
    assert demo_reading.scalar(select(func.count()).select_from(Enrolment)) == DEMO_ROWS


@pytest.mark.parametrize("rows", [1_000, 2_345, 14_001])
def test_whatever_the_number_of_rows_it_is_that_number_and_sound(tmp_path, rows, make):
    made = make(tmp_path / "demo.db", rows=rows)
    url = sqlite_url(made.path)
    with reading(url) as connection:
        assert connection.scalar(select(func.count()).select_from(Enrolment)) == rows
        assert made.enrolments == rows
        assert list(integrity.faults(connection)) == []
    release(url)


def test_the_same_seed_gives_the_same_base_and_another_seed_another(tmp_path, make):
    first, second, other = (tmp_path / name for name in ("a.db", "b.db", "c.db"))
    make(first)
    make(second)
    make(other, seed=2)
    assert dump(first) == dump(second)
    assert dump(first)[0] != dump(other)[0]


def test_its_towns_are_real_and_mostly_of_the_222_sites(demo_reading):
    rows = demo_reading.execute(
        select(Town.code, Town.acv_site).join(Centre, Centre.town_code == Town.code)
    ).all()
    assert len(rows) == demo_reading.scalar(select(func.count()).select_from(Centre))
    assert len({code for code, _ in rows}) == len(rows)
    assert sum(site is not None for _, site in rows) > 0.8 * len(rows)


def test_nothing_of_the_real_programme_is_in_it(demo_reading):
    for fact in (Centre, Stage, Offering, PublishedFigure):
        assert demo_reading.scalar(select(func.count()).where(fact.seed_key.is_not(None))) == 0
    assert set(demo_reading.scalars(select(Stage.source_id))) == {demo.SOURCE}


@pytest.mark.only_on("sqlite", "a demonstration is a file")
def test_seeding_it_again_brings_nothing_real_in(demo_url, few_seeds):
    assert seeds.seed(demo_url, folder=few_seeds, now=SEEDED_AT + timedelta(days=1)) == {}


def wholes(connection, counted):
    return connection.execute(
        select(
            EnrolmentSummary.centre_id, EnrolmentSummary.academic_year, EnrolmentSummary.headcount
        )
        .where(EnrolmentSummary.field_slug == "", EnrolmentSummary.counted == counted)
        .order_by(EnrolmentSummary.centre_id, EnrolmentSummary.academic_year)
    ).all()


def test_centres_start_small_and_reach_their_size_in_three_years(demo_reading):
    by_centre = {}
    for centre, _, headcount in wholes(demo_reading, Counted.PERSONS):
        by_centre.setdefault(centre, []).append(headcount)
    first = [counts[0] for counts in by_centre.values()]
    grown = [counts[3] for counts in by_centre.values() if len(counts) > 3]
    assert 28 <= sorted(first)[len(first) // 2] <= 42
    assert 95 <= sorted(grown)[len(grown) // 2] <= 155


def test_a_person_has_about_five_registrations(demo_reading):
    persons = sum(row[2] for row in wholes(demo_reading, Counted.PERSONS))
    registrations = sum(row[2] for row in wholes(demo_reading, Counted.REGISTRATIONS))
    assert 4.8 <= registrations / persons <= 6.0


def test_courses_have_eight_to_fifteen_people_and_some_have_few(demo_reading):
    counts = demo_reading.scalars(
        select(Enrolment.headcount).where(
            Enrolment.course_key.is_not(None),
            Enrolment.counted == Counted.PERSONS,
            Enrolment.superseded_at.is_(None),
        )
    ).all()
    assert 8 <= sum(counts) / len(counts) <= 15
    assert any(0 < count < 5 for count in counts)


def test_some_centres_do_not_transmit(demo_reading):
    gave = {row[0] for row in wholes(demo_reading, Counted.PERSONS)}
    opened = set(demo_reading.scalars(select(Stage.centre_id).where(Stage.kind == "opened")))
    assert opened - gave


def test_some_figures_were_put_right_after_the_fact(demo_reading):
    late = demo_reading.execute(
        select(Enrolment.recorded_at, Enrolment.academic_year).where(Enrolment.version > 1)
    )
    assert any((at.year, at.month) == (year + 1, 11) for at, year in late)


def test_each_sending_is_one_act(demo_reading):
    instants = set(demo_reading.scalars(select(Enrolment.recorded_at)))
    acts = set(
        demo_reading.scalars(select(AuditEvent.at_utc).where(AuditEvent.entity == "enrolment"))
    )
    assert instants == acts


def test_the_real_database_is_never_replaced(database, make):
    before = database.read_bytes()
    with pytest.raises(DemonstrationError) as refused:
        make(database, real=database)
    assert refused.value.code == "real"
    assert database.read_bytes() == before


def test_a_base_that_is_not_a_demonstration_is_never_replaced(database, tmp_path, make):
    before = database.read_bytes()
    with pytest.raises(DemonstrationError) as refused:
        make(database, real=tmp_path / "elsewhere.db")
    assert refused.value.code == "not_a_demonstration"
    assert database.read_bytes() == before


def test_a_file_that_is_no_base_is_never_replaced(tmp_path, make):
    path = tmp_path / "letters.txt"
    path.write_text("chers amis", encoding="utf-8")
    with pytest.raises(DemonstrationError):
        make(path)
    assert path.read_text(encoding="utf-8") == "chers amis"


def test_an_earlier_demonstration_is_replaced(demo_file, tmp_path, make):
    path = tmp_path / "demo.db"
    shutil.copy(demo_file, path)
    assert make(path).enrolments == 2_000
    assert sorted(file.name for file in tmp_path.iterdir()) == ["demo.db"]


def test_the_command_line_makes_one_and_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("TERRITOIRES_DATABASE_URL", sqlite_url(tmp_path / "real.db"))
    path = tmp_path / "demo.db"
    assert main(["demo", "--rows", "1000", "--database", str(path)]) == 0
    assert "1\u202f000\u00a0lignes" in capsys.readouterr().out
    monkeypatch.setenv("TERRITOIRES_DATABASE_URL", sqlite_url(path))
    assert main(["check"]) == 0
    assert main(["status"]) == 0
    assert "données fictives" in capsys.readouterr().err
    release(sqlite_url(path))


@pytest.mark.parametrize("command", ["status", "coverage", "next"])
@pytest.mark.parametrize("as_json", [[], ["--json"]])
def test_every_answer_about_a_demonstration_says_so(shared, monkeypatch, capsys, command, as_json):
    monkeypatch.setenv("TERRITOIRES_DATABASE_URL", shared("demo"))
    assert main([command, *as_json]) == 0
    assert "données fictives" in capsys.readouterr().err


@pytest.mark.parametrize("rows", ["0", "999", "10000001", "-5", "beaucoup", "1e4"])
def test_a_number_of_rows_that_makes_no_sense_is_quoted(rows, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["demo", f"--rows={rows}"])
    assert ended.value.code == 2
    assert rows in capsys.readouterr().err


def test_a_folder_where_there_can_be_none_is_told(database, capsys):
    assert main(["demo", "--database", str(database / "demo.db")]) == 1
    assert f"La base est inaccessible ({database})" in capsys.readouterr().err


def test_the_command_line_refuses_the_real_database(database, monkeypatch, capsys):
    monkeypatch.setenv("TERRITOIRES_DATABASE_URL", sqlite_url(database))
    assert main(["demo", "--database", str(database)]) == 1
    assert "base réelle" in capsys.readouterr().err
