"""The command line as people run it: what it prints, where, and its exit code."""

import json
import os
import re
import subprocess
import sys

import pytest
from sqlalchemy import column, select, table, text, update

from territoires.__main__ import _COMMANDS, main
from territoires.cli import printing
from territoires.db.engine import sqlite_path
from territoires.db.schema import place_of
from territoires.settings import ROOT
from tests.conftest import release, sqlite_url
from tests.factories import writing

KEYS = [
    "as_of",
    "known_at",
    "perimeter",
    "territory",
    "open",
    "open_at_most",
    "open_undated",
    "unproven",
    "selected",
    "target",
    "deadline",
    "remaining",
    "first_opened_on",
    "pace_per_month",
    "pace_last_12_months",
    "pace_required",
    "ratio",
    "status",
    "published",
]
FIGURE_KEYS = ["indicator", "value", "qualifier", "on", "source"]

of_no_engine = pytest.mark.only_on("sqlite", "an engine has no part in what is said")


@pytest.fixture
def run(seeded_url, monkeypatch, capsys):
    """Run a command in this process; gives exit code, output and errors."""
    monkeypatch.setenv("TERRITOIRES_DATABASE_URL", seeded_url)

    def call(*arguments):
        try:
            code = main(arguments)
        except SystemExit as ended:
            code = ended.code
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


@pytest.fixture
def status(run):
    """Give what `status --json` says."""

    def ask(*arguments):
        code, out, err = run("status", "--json", *arguments)
        assert (code, err) == (0, "")
        return json.loads(out)

    return ask


def shell(*arguments, **environment):
    """Run a command in its own process."""
    return subprocess.run(
        [sys.executable, "-m", "territoires", *arguments],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        check=False,
        timeout=120,
    )


def test_no_command_loads_what_draws_pages_before_one_is_printed():
    loaded = "import sys, territoires.__main__; sys.exit('streamlit' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", loaded], cwd=ROOT, check=False).returncode == 0


# --- status ---


def test_the_answer_has_the_agreed_keys_in_order(status):
    told = status("--as-of", "2021-01-31")
    assert list(told) == KEYS
    assert all(list(figure) == FIGURE_KEYS for figure in told["published"])


def test_the_answer_of_january_2021(status):
    told = status("--as-of", "2021-01-31")
    assert [one for one in told["published"] if one["indicator"] == "open_centres"] == [
        {
            "indicator": "open_centres",
            "value": 7,
            "qualifier": "exact",
            "on": "2021-01",
            "source": "localtis-2021-03",
        }
    ]
    assert (told["open"], told["open_at_most"], told["remaining"]) == (7, 11, 93)
    assert (told["target"], told["deadline"]) == (100, "2022-12-31")
    assert told["first_opened_on"] == "2019-04-01"
    assert told["pace_per_month"] == pytest.approx(7 / (671 / 30.4375))
    assert told["pace_required"] == pytest.approx(93 / (699 / 30.4375))
    assert told["ratio"] == pytest.approx(told["pace_per_month"] / told["pace_required"])
    assert told["pace_last_12_months"] == 1  # 31 January 2020 is 366 days before
    assert told["status"] == "limited"


def test_the_answer_of_today(status):
    told = status("--as-of", "2026-11-22")
    assert (told["open"], told["open_at_most"], told["open_undated"]) == (15, 15, 1)
    assert (told["unproven"], told["selected"], told["remaining"]) == (2, 44, 85)
    assert (told["pace_required"], told["ratio"], told["status"]) == (None, None, "overdue")


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2019-02-12", None),
        ("2019-04-30", "too_early"),
        ("2020-03-01", "limited"),
        ("2022-12-30", "limited"),
        ("2022-12-31", "overdue"),
    ],
)
def test_the_status_at_each_time(status, as_of, expected):
    assert status("--as-of", as_of)["status"] == expected


def test_without_a_date_the_situation_is_today_s(status):
    assert status()["open"] == 15


@pytest.mark.parametrize(("perimeter", "target"), [("all", 100), ("acv", 75), ("non-acv", 25)])
def test_each_perimeter_has_its_target(status, perimeter, target):
    told = status("--as-of", "2021-05-04", "--perimeter", perimeter)
    assert (told["perimeter"], told["target"]) == (perimeter, target)


@pytest.mark.parametrize(
    "territory", ["reg-44", "dep-52", "com-52121", "dep-2B", "com-2B033", "dep-974"]
)
def test_a_territory_is_told_and_has_no_target(status, territory):
    told = status("--territory", territory)
    assert told["territory"] == territory
    assert told["target"] is told["deadline"] is told["remaining"] is told["status"] is None


def test_the_instant_is_told_in_utc_to_the_microsecond(status):
    assert status("--known-at", "2026-11-30")["known_at"] == "2026-11-30T22:59:59.999999+00:00"
    assert status("--known-at", "2026-07-14")["known_at"] == "2026-07-14T21:59:59.999999+00:00"
    summer = status("--known-at", "2026-07-14T14:02:00")
    assert summer["known_at"] == "2026-07-14T12:02:00.000000+00:00"
    told = status("--known-at", "2026-11-30T14:02:00.123456Z")["known_at"]
    assert told == "2026-11-30T14:02:00.123456+00:00"


def test_the_instant_told_gives_the_same_answer_again(status):
    told = status("--as-of", "2021-05-04")
    assert status("--as-of", "2021-05-04", "--known-at", told["known_at"]) == told


def test_before_the_database_existed_it_knew_nothing(run, status):
    told = status("--known-at", "2026-11-01")
    assert (told["open"], told["target"], told["published"]) == (0, None, [])
    code, out, _ = run("status", "--known-at", "2026-11-01")
    assert code == 0
    assert out.startswith("Cette base n’existait pas encore")
    assert "22\u00a0novembre 2026" in out


def test_the_sentence_for_people_has_no_marks(run):
    code, out, err = run("status", "--as-of", "2021-05-04")
    assert (code, err) == (0, "")
    assert out.startswith(
        "Au 4\u00a0mai 2021, 7\u00a0centres sur 100 sont documentés comme ouverts"
    )
    assert "*" not in out


# --- bad arguments ---


@pytest.mark.parametrize(
    ("arguments", "quoted"),
    [
        (["status", "--as-of", "31/02/2020"], "31/02/2020"),
        (["status", "--as-of", "2021-02-30"], "2021-02-30"),
        (["status", "--as-of", "2021-5-4"], "2021-5-4"),
        (["status", "--as-of", "2021-05"], "2021-05"),
        (["status", "--as-of", "hier"], "hier"),
        (["status", "--as-of", "99999-01-01"], "99999-01-01"),
        (["status", "--as-of", "hi\ner"], "hi er"),
        (["status", "--known-at", "demain"], "demain"),
        (["status", "--known-at", "2039-12-31"], "2039-12-31"),
        (["status", "--known-at", "2026-13-01"], "2026-13-01"),
        (["status", "--known-at", "2026-11-30T25:00"], "2026-11-30T25:00"),
        (["status", "--known-at", "0001-01-01T00:00"], "0001-01-01T00:00"),
        (["status", "--known-at", "9999-12-31T23:59-12:00"], "9999-12-31T23:59-12:00"),
        (["status", "--perimeter", "hors-acv"], "hors-acv"),
        (["status", "--perimeter", "ACV"], "ACV"),
        (["status", "--territory", "Chaumont"], "Chaumont"),
        (["status", "--territory", "reg-99"], "reg-99"),
        (["status", "--territory", "dep-20"], "dep-20"),
        (["status", "--territory", "com-99999"], "com-99999"),
        (["status", "--territory", "reg-44 "], "reg-44 "),
        (["status", "--territory", "fr-44"], "fr-44"),
        (["status", "--territory", ""], ""),
        (["status", "--color"], "--color"),
        (["status", "--js"], "--js"),
        (["status", "--json=yes"], "yes"),
        (["status", "--as-of"], "--as-of"),
        (["status", "more"], "more"),
        (["destroy"], "destroy"),
        ([], "COMMANDE"),
        (["check", "--territory", "fr"], "--territory fr"),
    ],
)
def test_a_bad_argument_is_quoted_on_one_line_and_ends_with_2(run, arguments, quoted):
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert err.endswith("\n")
    assert len(err.splitlines()) == 1
    assert f"« {quoted} »" in err.replace("\u00a0", " ")
    for english in ("argument", "invalid", "expected", "required", "unrecognized"):
        assert english not in err.replace("Argument", "").replace("L’option", "")


@of_no_engine
@pytest.mark.parametrize("command", ["status", "coverage", "next", "report", "publish"])
@pytest.mark.parametrize("day", ["0001-01-01", "2017-12-31", "2040-01-01", "9999-12-31"])
def test_a_day_that_no_page_shows_is_refused_as_a_day(run, tmp_path, command, day):
    given = {"report": ("region", "44", "-o", str(tmp_path / "x.pdf")), "publish": (str(tmp_path),)}
    code, out, err = run(command, *given.get(command, ()), "--as-of", day)
    assert (code, out) == (2, "")
    assert f"La date «\u00a0{day}\u00a0» n’est pas reconnue" in err
    assert "de 2018 à 2039" in err


# --- the typography of what is said ---

COMMANDS = [name for name, *_ in _COMMANDS]
OPEN_SPACE = re.compile(r" [:;!?»]|« | %|\d km\b")


@of_no_engine
@pytest.mark.parametrize("command", ["", "staff", "reports", *COMMANDS])
def test_a_help_is_set_as_french_is(run, command):
    code, out, err = run(*command.split(), "--help")
    assert (code, err) == (0, "")
    assert OPEN_SPACE.search(out) is None, out


@pytest.mark.only_on("sqlite", "it names the file")
@pytest.mark.parametrize(
    "arguments",
    [
        *(["init"], ["init", "--admin", "x@example.org"], ["check"], ["seal"], ["clock"]),
        *(
            ["coverage"],
            ["next", "--count", "2"],
            ["roles"],
            ["more"],
            ["staff"],
            ["staff", "list"],
        ),
        *(["next", "--count", "0"], ["next", "--radius", "0"], ["status", "--territory", "x"]),
        *(["status", "--perimeter", "x"], ["init", "--successor", "x"], ["check", "--seal", "x"]),
        *(
            ["demo", "--rows", "1"],
            ["demo", "--seed", "x"],
            ["reports", "answer", "x", "--as", "x"],
        ),
        *(["reports", "answer", "T-2026-0001", "--as", "x"], ["copy-to", "x"], ["verify", "/x"]),
        *(["staff", "add", "x", "--name", "x", "--role", "entry"], ["backup", "--keep", "0"]),
        *(["publish", "/x"], ["report", "town"], ["report", "town", "--all"], ["import", "x", "x"]),
        *(["staff", "add", "x@y.fr", "--name", "x", "--role", "direction"], ["status"]),
    ],
    ids=" ".join,
)
def test_what_is_said_is_set_as_french_is(run, url, few_seeds, monkeypatch, arguments):
    monkeypatch.setattr("territoires.__main__.SEEDS", few_seeds)
    _, out, err = run(*arguments)
    assert OPEN_SPACE.search(out + err) is None, out + err


@of_no_engine
@pytest.mark.parametrize("group", ["staff", "reports"])
def test_what_lacks_an_act_leads_to_the_help_that_lists_them(run, group):
    assert f"Voir python -m territoires {group} --help." in run(group)[2]


@of_no_engine
def test_the_helps_say_what_is_true(run):
    out = " ".join(run("report", "--help")[1].split())
    for said in ("region", "national", "de la région", "toutes les régions"):
        assert said in out
    assert "importe" not in run("reports", "answer", "--help")[1]
    assert "RÔLE" in run("staff", "add", "--help")[1]


def test_nobody_more_is_written_in_the_singular(run):
    _, out, _ = run("next", "--count", "12", "--radius", "200")
    assert ": 0\u00a0habitant de plus" in out
    assert ": 0\u00a0habitants" not in out


@of_no_engine
@pytest.mark.parametrize(
    ("asked", "said"), [("30", "30"), ("30,5", "30,5"), ("30.25", "30,25"), ("29,999", "29,999")]
)
@pytest.mark.parametrize("command", ["coverage", "next"])
def test_a_radius_is_said_as_it_was_asked(run, command, asked, said):
    _, out, _ = run(command, "--radius", asked)
    assert f"à moins de {said}\u00a0km" in out


def test_a_folder_without_a_backup_is_told_to_whoever_named_it(run, tmp_path):
    code, _, err = run("check", "--backups", str(tmp_path))
    assert code == 0
    assert f"Aucune sauvegarde dans «\u00a0{tmp_path}\u00a0»" in err
    assert run("check")[2] == ""


# --- the database is not there, or not ours ---


@pytest.mark.only_on("sqlite", "it names the file")
@pytest.mark.parametrize("command", [["status"], ["check"], ["status", "--json"]])
def test_without_a_database_one_line_says_how_to_make_it(run, monkeypatch, tmp_path, command):
    monkeypatch.setenv("TERRITOIRES_DATABASE_URL", sqlite_url(tmp_path / "none.db"))
    code, out, err = run(*command)
    assert (code, out, len(err.splitlines())) == (1, "", 1)
    assert "python -m territoires init" in err
    assert not (tmp_path / "none.db").exists()


@pytest.mark.only_on("sqlite", "it names the file")
@pytest.mark.parametrize("command", ["init", "status", "check"])
def test_a_file_that_is_no_database_is_told(run, monkeypatch, tmp_path, command):
    path = tmp_path / "letter.db"
    path.write_text("Bonjour")
    monkeypatch.setenv("TERRITOIRES_DATABASE_URL", sqlite_url(path))
    code, out, err = run(command)
    assert (code, out, len(err.splitlines())) == (1, "", 1)
    assert str(path) in err


@pytest.mark.only_on("sqlite", "it names the file")
@pytest.mark.parametrize("command", ["init", "status", "check"])
@pytest.mark.parametrize("address", ["nonsense", "nosuchengine://host/base"])
def test_an_address_that_is_no_database_s_is_told(run, monkeypatch, command, address):
    monkeypatch.setenv("TERRITOIRES_DATABASE_URL", address)
    code, out, err = run(command)
    assert (code, out, len(err.splitlines())) == (1, "", 1)
    assert "TERRITOIRES_DATABASE_URL" in err
    assert f"«\u00a0{address}\u00a0»" in err


@pytest.mark.parametrize("command", ["status", "check"])
@pytest.mark.parametrize(("revision", "word"), [("fff0", "récente"), ("0001", "précédente")])
def test_a_database_of_another_version_is_told(run, url, command, revision, word):
    with writing(url) as connection:
        connection.execute(
            update(table("alembic_version", column("version_num"))).values(version_num=revision)
        )
    code, out, err = run(command)
    assert (code, out, len(err.splitlines())) == (1, "", 1)
    assert word in err


def damage(database, first, last):
    raw = bytearray(database.read_bytes())
    raw[4096 * first : 4096 * last] = b"\xff" * (4096 * (last - first))
    database.write_bytes(raw)


@pytest.mark.only_on("sqlite", "it is about the file")
def test_a_damaged_file_is_read_to_its_end(run, monkeypatch, whole_url):
    monkeypatch.setenv("TERRITOIRES_DATABASE_URL", whole_url)
    release(whole_url)
    database = sqlite_path(whole_url)
    pages = database.stat().st_size // 4096
    damage(database, pages // 2, pages)
    code, out, err = run("check")
    assert code == 1
    assert "structure endommagée" in out
    assert "Traceback" not in err


def test_a_file_damaged_where_it_says_what_it_holds_is_told_with_the_way_out(run, url, database):
    release(url)
    damage(database, 1, 200)
    code, _, err = run("check")
    assert code == 1
    assert "base est endommagée" in err
    assert "python -m territoires restore FICHIER" in err
    assert "Traceback" not in err


# --- init ---


def test_init_makes_a_database_and_the_second_time_finds_nothing_to_do(
    run, monkeypatch, blank_url, few_seeds
):
    monkeypatch.setattr("territoires.__main__.SEEDS", few_seeds)
    monkeypatch.setenv("TERRITOIRES_DATABASE_URL", blank_url)
    code, out, err = run("init")
    assert (code, err) == (0, "")
    assert place_of(blank_url) in out
    code, out, err = run("init")
    assert (code, err) == (0, "")
    assert "rien à ajouter" in out


@pytest.mark.only_on("sqlite", "it names the file")
def test_init_says_which_seed_file_is_missing(run, monkeypatch, tmp_path):
    monkeypatch.setenv("TERRITOIRES_DATABASE_URL", sqlite_url(tmp_path / "territoires.db"))
    monkeypatch.setattr("territoires.__main__.SEEDS", tmp_path)
    code, _, err = run("init")
    assert (code, len(err.splitlines())) == (1, 1)
    assert "reference" in err
    release(sqlite_url(tmp_path / "territoires.db"))


# --- as a process ---


@pytest.mark.only_on("sqlite", "it is about the process")
def test_the_module_is_a_command_and_a_terminal_without_accents_no_reason_to_fail(url):
    done = shell("status", TERRITOIRES_DATABASE_URL=url, PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"15" in done.stdout


def test_a_former_commune_leads_to_the_present_one(run):
    code, out, said = run("status", "--territory", "com-75101", "--json")
    assert (code, json.loads(out)["territory"]) == (0, "com-75056")
    assert "la commune actuelle est Paris (75056), que voici." in said.replace("\u00a0", " ")


def test_check_names_a_commune_that_the_files_no_longer_have(run, url):
    with writing(url) as connection:
        towns = table("town", column("code"), column("name"))
        connection.execute(
            text(
                "INSERT INTO town (code, name, folded, department_code, population, "
                "population_year) VALUES ('52000', 'Perdue', 'perdue', '52', 0, 2023)"
            )
        )
        assert connection.scalar(select(towns.c.name).where(towns.c.code == "52000"))
    code, out, _ = run("check")
    assert code == 1
    assert "52000" in out
    assert "commune que les fichiers n’ont plus" in out


@pytest.mark.parametrize("typed", ["93039", "93039=", "Paris=75056", "93039=9306"])
def test_a_successor_is_two_codes(run, typed):
    code, _, said = run("init", "--successor", typed)
    assert code == 2
    assert "Attendu\u00a0: deux codes INSEE" in said or "Attendu : deux codes INSEE" in said


def test_a_successor_that_replaces_nothing_is_said_to_have_served_nothing(
    run, url, few_seeds, monkeypatch
):
    monkeypatch.setattr("territoires.__main__.SEEDS", few_seeds)
    code, out, _ = run("init", "--successor", "93039=93066")
    assert code == 0
    assert "--successor n’a pas servi" in out


@of_no_engine
def test_many_are_printed_at_once_and_the_same_as_one_by_one(run, tmp_path, monkeypatch):
    monkeypatch.setattr(printing, "_names", lambda *_: ["com-52121", "com-10387", "com-99999"])
    code, out, err = run("report", "town", "--all", "-o", str(tmp_path), "--as-of", "2021-05-04")
    assert (code, err) == (0, "")
    assert out.startswith("2\u00a0fiches dans")
    alone = tmp_path / "seule.pdf"
    run("report", "town", "52121", "-o", str(alone), "--as-of", "2021-05-04")
    (together,) = tmp_path.glob("acdt_fiche-52121_au-2021-05-04_*.pdf")
    assert together.read_bytes() == alone.read_bytes()


@of_no_engine
def test_the_notes_of_all_regions_are_counted_as_notes(run, tmp_path, monkeypatch):
    monkeypatch.setattr(printing, "_names", lambda *_: ["reg-44"])
    _, out, _ = run("report", "region", "--all", "-o", str(tmp_path))
    assert out.startswith("1\u00a0note dans")


def test_a_sheet_is_printed_or_refused(run, tmp_path):
    file = tmp_path / "chaumont.pdf"
    assert run("report", "town", "52121", "-o", str(file), "--as-of", "2019-12-31") == (0, "", "")
    assert file.read_bytes().startswith(b"%PDF-1.7")
    for name, given in (("44.pdf", ("region", "44")), ("national.pdf", ("national",))):
        assert run("report", *given, "-o", str(tmp_path / name)) == (0, "", "")
        assert (tmp_path / name).read_bytes().startswith(b"%PDF-1.7")
    for given, said in (
        (("town",), "ou --all"),
        (("town", "52121", "--all"), "ou --all"),
        (("town", "99999"), "99999"),
        (("region",), "ou --all"),
        (("region", "99"), "reg-99"),
        (("national", "44"), "ou --all"),
        (("national", "--all"), "ou --all"),
        (("department", "52"), "department"),
        (("town", "--all", "--output", str(tmp_path / "absent")), "Créez-le"),
        (("town", "52121", "-o", str(tmp_path)), "ne peut pas être écrit"),
    ):
        code, out, err = run("report", *given)
        assert (code, out) == (2, ""), given
        assert said in err, given
