"""The accounts from the command line: what it does, prints and answers."""

import json
import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from territoires.__main__ import main
from territoires.cli.console import kept_secret
from territoires.commands.accounts import SignedIn, sign_in
from territoires.db.engine import reading
from territoires.domain.roles import Role
from territoires.queries.history import journal
from territoires.queries.staff import staff

MARIE = "marie.durand@example.org"
NOW = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.fixture
def run(url, monkeypatch, capsys):
    """Run one act in this process; gives exit code, output and errors."""
    monkeypatch.setenv("TERRITOIRES_DATABASE_URL", url)

    def call(*arguments):
        try:
            code = main(["staff", *arguments])
        except SystemExit as ended:
            code = ended.code
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


@pytest.fixture
def account(url):
    def find(address=MARIE):
        with reading(url) as connection:
            rows = staff(connection, now=NOW).to_dict("records")
        return next((row for row in rows if row["email"] == address), None)

    return find


def add(run, *more):
    return run("add", MARIE, "--name", "Marie Durand", "--role", "entry", *more)


def password_in(out):
    """Read the file that is named where nobody is at a terminal, and that only its owner reads."""
    file = Path(re.search(r"(/\S+mot-de-passe-\S+\.txt)", out).group())
    if os.name == "posix":
        assert file.stat().st_mode & 0o777 == 0o600
    password = file.read_text(encoding="utf-8").strip()
    file.unlink()
    assert password not in out
    return password


def test_a_password_is_printed_on_a_terminal_only(monkeypatch, tmp_path):
    assert kept_secret("secret", folder=tmp_path).parent == tmp_path
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    assert kept_secret("secret", folder=tmp_path) is None


def test_somebody_is_added_and_signs_in_with_the_password_printed_once(run, url, account):
    code, out, err = add(run, "--region", "44", "27")
    assert (code, err) == (0, "")
    row = account()
    assert (row["role"], row["regions"], row["must_change_password"]) == (Role.ENTRY, "27 44", True)
    outcome = sign_in(url, MARIE, password_in(out), now=datetime.now(UTC))
    assert isinstance(outcome, SignedIn)
    assert outcome.must_change_password
    assert "le mot de passe vaut 24 heures" in out


def test_a_password_is_not_needed_where_a_provider_vouches(run, account):
    code, out, _ = add(run, "--region", "44", "--without-password")
    assert (code, out) == (0, f"Compte ajouté\u00a0: {MARIE}\n")
    assert not account()["with_password"]


@pytest.mark.parametrize("word", ["validation", "Validation", "VALIDATION"])
def test_a_role_may_be_said_in_french_or_as_the_code_says_it(run, account, word):
    assert run("add", MARIE, "--name", "Marie", "--role", word)[0] == 0
    assert account()["role"] == Role.VALIDATION


def test_a_role_changes_with_its_regions(run, account):
    add(run, "--region", "44")
    assert run("role", MARIE, "direction")[0] == 0
    assert (account()["role"], account()["regions"]) == (Role.DIRECTION, "")
    assert run("role", MARIE, "saisie", "--region", "94")[0] == 0
    assert (account()["role"], account()["regions"]) == (Role.ENTRY, "94")


def test_an_account_is_switched_off_and_on_and_given_another_password(run, url, account):
    _, out, _ = add(run, "--region", "44")
    first = password_in(out)
    assert run("disable", MARIE)[0] == 0
    assert not account()["active"]
    assert run("enable", MARIE)[0] == 0
    assert account()["active"]
    code, out, _ = run("reset", MARIE)
    assert code == 0
    second = password_in(out)
    assert second != first
    outcome = sign_in(url, MARIE, second, now=datetime.now(UTC))
    assert isinstance(outcome, SignedIn)


def test_accounts_are_listed_for_people_and_for_programs(run):
    add(run, "--region", "44")
    code, out, _ = run("list")
    assert code == 0
    assert out == (f"{MARIE}\u00a0: Marie Durand, Saisie (Grand Est), mot de passe provisoire\n")
    code, out, _ = run("list", "--json")
    (row,) = json.loads(out)
    assert (row["email"], row["role"], row["active"]) == (MARIE, "entry", True)
    assert not {"password_hash", "password"} & set(row)


def test_what_is_done_is_in_the_journal_without_any_password(run, url):
    _, out, _ = add(run, "--region", "44")
    run("reset", MARIE)
    with reading(url) as connection:
        acts = journal(connection)
    assert list(acts["command"][:2]) == ["reset_password", "add_staff"]
    assert set(acts["actor"]) == {"territoires"}
    assert password_in(out) not in acts.to_string()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["add", MARIE, "--name", "Marie", "--role", "entry"], 1, "au moins une"),
        (["add", "marie", "--name", "M", "--role", "direction"], 1, "adresse électronique"),
        (["add", MARIE, "--name", " ", "--role", "direction"], 1, "obligatoire"),
        (["role", MARIE, "direction"], 1, "Aucun compte ne porte"),
        (["disable", MARIE], 1, "Aucun compte ne porte"),
        (["reset", "\ud800@x"], 1, "caractères illisibles"),
        (["add", MARIE, "--role", "entry"], 2, "--name"),
        (["add", MARIE, "--name", "M", "--role", "chef"], 2, "partner, entry"),
        (["role", MARIE, "public"], 2, "partner, entry"),
        (["fire", MARIE], 2, "fire\u00a0» n’est pas reconnu"),
        ([], 2, "ACTE"),
    ],
)
def test_a_refusal_is_one_french_line(run, arguments, code, said):
    answer, out, err = run(*arguments)
    assert (answer, out) == (code, "")
    assert said in err
    assert err.startswith("territoires\u00a0: ")
    assert err.count("\n") == 1


def test_the_same_address_is_not_added_twice_and_the_last_administrator_stays(run, account):
    assert run("add", MARIE, "--name", "Marie", "--role", "administration")[0] == 0
    assert add(run, "--region", "44")[0] == 1
    for arguments in (["disable", MARIE], ["role", MARIE, "direction"]):
        code, _, err = run(*arguments)
        assert code == 1
        assert "dernier compte d’administration" in err
    assert account()["active"]


def test_a_provider_described_in_part_is_refused_by_name(run, monkeypatch):
    monkeypatch.setenv("TERRITOIRES_OIDC_CLIENT_ID", "territoires")
    code, _, err = run("list")
    assert code == 1
    assert "La variable TERRITOIRES_OIDC_METADATA_URL manque" in err
