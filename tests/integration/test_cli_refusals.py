"""Commands given something wrong: a sentence in French, exit code 1 or 2, and nothing made."""

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from territoires.__main__ import main
from territoires.domain.clock import PARIS
from tests.databases import sqlite_url
from tests.integration.writing import make

pytestmark = pytest.mark.only_on("sqlite", "what is refused is the same for every engine")

SERVER = "postgresql://owner:secret@localhost:1/nothing"
ADDRESSES = {
    "missing": ("sqlite:///{folder}/none.db", "La base n’existe pas encore"),
    "empty": ("sqlite:///{folder}/empty.db", "La base n’existe pas encore"),
    "picture": ("sqlite:///{folder}/picture.db", "n’est pas une base SQLite"),
    "gone": (SERVER, "La base est inaccessible"),
    "nonsense": ("nonsense", "n’est pas l’adresse d’une base"),
    "another kind": ("mysql://owner:secret@host/base", "n’est pas l’adresse d’une base"),
}
WRONG = {
    "roles x": "Argument non reconnu",
    "roles": "TERRITOIRES_WRITER_URL",
    "seal --json": "Argument non reconnu",
    "check --seal zz": "Le sceau",
    "clock --repair": "attend une valeur",
    "clock --repair hier": "La date «",
    "clock --repair 9999-99-99": "La date «",
    "clock --repair 2020-01-01": "mettez d’abord la machine à l’heure",
    "init --admin": "attend une valeur",
    "init --admin personne": "n’est pas une adresse électronique",
    "init --admin a@b": "n’est pas une adresse électronique",
}


@pytest.fixture
def refused(tmp_path, monkeypatch, capsys):
    """Run a command on a database by its address; gives its exit code and what it said of it."""
    (tmp_path / "empty.db").touch()
    (tmp_path / "picture.db").write_bytes(b"GIF89a" * 500)

    def run(url, words):
        monkeypatch.setenv("TERRITOIRES_DATABASE_URL", url.format(folder=tmp_path))
        try:
            code = main(words.split())
        except SystemExit as ended:  # of the reader of arguments
            code = ended.code
        said = capsys.readouterr().err
        assert said.startswith("territoires"), said
        assert "Traceback" not in said
        assert "secret" not in said
        return code, said

    return run


@pytest.mark.parametrize("where", ADDRESSES)
@pytest.mark.parametrize("words", ["seal", "clock", "clock --repair {today}"])
def test_a_base_that_is_none_is_told(refused, where, words):
    url, sentence = ADDRESSES[where]
    today = datetime.now(PARIS).date()  # any other day is refused for itself
    code, said = refused(url, words.format(today=today))
    assert (code in {1, 2}, sentence in said) == (True, True), said


@pytest.mark.parametrize("words", WRONG)
def test_a_wrong_word_is_told(refused, template_file, tmp_path, words):
    path = Path(shutil.copy(template_file("small"), tmp_path))
    code, said = refused(sqlite_url(path), words)
    assert (code, WRONG[words] in said) == (2, True), said


def test_nothing_is_made_for_whoever_is_no_address(refused, tmp_path):
    refused("sqlite:///{folder}/new/base.db", "init --admin personne")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("variable", ["DATABASE", "WRITER", "READER"])
@pytest.mark.parametrize("value", ["nonsense", "postgresql:///nothing", "sqlite:///x.db"])
def test_an_address_of_a_lesser_account_that_is_none_is_told(refused, monkeypatch, variable, value):
    monkeypatch.setenv("TERRITOIRES_READER_URL", "postgresql://lecteur@localhost:1/nothing")
    monkeypatch.setenv(f"TERRITOIRES_{variable}_URL", value)
    code, said = refused(value if variable == "DATABASE" else SERVER, "roles")
    assert code in {1, 2}
    assert "TERRITOIRES_" in said or "inaccessible" in said
    if value == "nonsense":
        assert f"La variable TERRITOIRES_{variable}_URL vaut" in said


@pytest.mark.parametrize("value", ["nonsense", "mysql://a@b/c", "sqlite:///x.db"])
@pytest.mark.parametrize(
    ("variable", "words"),
    [("READER", "status"), ("READER", "staff list"), ("WRITER", "staff list")],
)
def test_the_variable_that_is_wrong_is_the_one_that_is_named(
    refused, monkeypatch, variable, words, value
):
    monkeypatch.setenv(f"TERRITOIRES_{variable}_URL", value)
    code, said = refused(SERVER, words)
    assert (code, f"La variable TERRITOIRES_{variable}_URL vaut" in said) == (1, True), said


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("TERRITOIRES_PUBLIC_URL", "bonjour"),
        ("TERRITOIRES_PUBLIC_URL", "www.exemple.fr"),
        ("TERRITOIRES_OIDC_METADATA_URL", "qui donc ?"),
        ("TERRITOIRES_FRAME_ANCESTORS", "*"),
        ("TERRITOIRES_LOCAL_ACCOUNTS", "peut-\u00eatre"),
        ("TERRITOIRES_DATABASE_URL_FILE", "/nulle/part"),
    ],
)
def test_every_setting_that_makes_no_sense_is_told_by_its_name(
    refused, monkeypatch, variable, value
):
    if "OIDC" in variable:
        for name in ("OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_COOKIE_SECRET"):
            monkeypatch.setenv(f"TERRITOIRES_{name}", "x")
        monkeypatch.setenv("TERRITOIRES_PUBLIC_URL", "https://exemple.fr")
    monkeypatch.setenv(variable, value)
    code, said = refused("sqlite:///{folder}/none.db", "status")
    assert (code, variable in said, value in said) == (1, True, True), said


def test_an_address_given_for_the_first_administrator_is_not_dropped_in_silence(
    tmp_path, few_seeds, monkeypatch, capsys
):
    path = tmp_path / "base.db"
    monkeypatch.setattr("territoires.__main__.SEEDS", few_seeds)
    make(sqlite_url(path))
    monkeypatch.setenv("TERRITOIRES_DATABASE_URL", sqlite_url(path))
    assert main(["init", "--admin", "autre@exemple.fr"]) == 0
    said = capsys.readouterr().out
    assert "Un compte existe d\u00e9j\u00e0" in said
    assert "autre@exemple.fr" in said
    assert main(["init"]) == 0
    assert "Un compte" not in capsys.readouterr().out
