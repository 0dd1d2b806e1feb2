"""The rules a linter cannot state."""

import ast
import importlib
import inspect
import pkgutil
import subprocess
import unicodedata
from enum import StrEnum
from pathlib import Path

import pandas as pd
import pytest

import territoires.commands
import territoires.domain.checks
import territoires.french
import territoires.queries
from territoires.commands.write import REGISTERED, Saved, Write
from territoires.db.seeds import provenances
from territoires.domain.dates import Precision
from territoires.domain.programme import Qualifier
from territoires.domain.roles import GRANTS, REGIONAL, Permission, Role
from territoires.domain.scope import Level
from territoires.domain.security import Event
from territoires.domain.told import Told
from territoires.french.dictionary import COLUMNS
from territoires.french.words import PERMISSIONS
from territoires.queries import frames
from territoires.settings import SEEDS

ROOT = Path(__file__).parent.parent
FRENCH_ROOMS = {"pages", "ui", "french"}
PAGE_LINES, LAUNCHER_LINES = 80, 40

# What commands are made of; every other module there holds commands.
BELOW_COMMANDS = {"accounts", "audit", "kept", "register", "sources", "versions", "write"}
# Words of the code that no reader ever sees as such.
UNSPOKEN = {Event, Level, Precision}
# Frames that forms, maps and computations take apart: no page shows their columns as they are.
TAKEN_APART = {"entry", "geography", "history", "staff"}


def modules_of(package):
    for module in pkgutil.iter_modules(package.__path__):
        yield module.name, importlib.import_module(f"{package.__name__}.{module.name}")


def lines_of(path):
    return len(path.read_text(encoding="utf-8").splitlines())


def relative(path):
    return str(path.relative_to(ROOT))


# --- commands ---


def functions_that_write():
    for name, module in modules_of(territoires.commands):
        if name in BELOW_COMMANDS:
            continue
        for member in vars(module).values():
            if (
                inspect.isfunction(member)
                and member.__module__ == module.__name__
                and not member.__name__.startswith("_")
            ):
                first = next(iter(inspect.signature(member).parameters.values()), None)
                answers = inspect.signature(member).return_annotation
                if first is not None and first.annotation is Write and answers is Saved:
                    yield member


def test_every_function_that_writes_declares_its_permission():
    found = {function.__name__ for function in functions_that_write()}
    assert found == set(REGISTERED)


def test_every_check_is_made_somewhere():
    checks = {name for name in vars(territoires.domain.checks) if name.endswith("_problems")}
    called = {
        ast.unparse(node.func)
        for room in ("commands", "domain")
        for path in ROOT.glob(f"territoires/{room}/*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    }
    assert "centre_problems" in checks
    assert checks <= called


# --- the policy ---


def test_every_role_and_permission_has_a_french_name():
    assert set(PERMISSIONS) == set(Permission)
    assert set(GRANTS) == set(Role)
    assert set(Role) > REGIONAL


def test_the_policy_is_the_one_we_agreed(golden):
    width = max(len(role) for role in Role) + 2
    lines = [
        f"{permission:<20}"
        + "".join(f"{role if permission in GRANTS[role] else '-':>{width}}" for role in Role)
        for permission in Permission
    ]
    golden("policy.txt", "\n".join(lines) + "\n")


# --- words ---


def spoken_enums():
    for _, module in modules_of(territoires.domain):
        for member in vars(module).values():
            if (
                inspect.isclass(member)
                and issubclass(member, StrEnum)
                and member.__module__ == module.__name__
                and member not in UNSPOKEN
            ):
                yield member


@pytest.mark.parametrize("enum", list(spoken_enums()), ids=lambda enum: enum.__name__)
def test_every_word_of_the_domain_has_a_french_one(enum):
    if issubclass(enum, Told):
        assert [word for word in enum if not word.word and word is not Qualifier.EXACT] == []
        return
    said = "".join(inspect.getsource(module) for _, module in modules_of(territoires.french))
    assert [word for word in enum if f"{enum.__name__}.{word.name}:" not in said] == []


def without_lists(path):
    """Read a module without the lines of its closed lists, each of which has its French word."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ClassDef) and "Told" in map(ast.unparse, node.bases):
            for member in node.body:
                if isinstance(member, ast.Assign):
                    lines[member.lineno - 1 : member.end_lineno] = [""] * (
                        member.end_lineno - member.lineno + 1
                    )
    return "\n".join(lines)


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in sorted([*ROOT.glob("territoires/**/*.py"), *ROOT.glob("*.py")])
        if FRENCH_ROOMS.isdisjoint(path.relative_to(ROOT).parts)
    ],
    ids=relative,
)
def test_french_stays_in_its_rooms(path):
    letters = {c for c in without_lists(path) if unicodedata.category(c)[0] == "L"}
    assert not [c for c in sorted(letters) if not c.isascii()]


# --- frames ---


def contracts():
    for name, module in modules_of(territoires.queries):
        for constant, value in vars(module).items():
            own = constant.isupper() and not constant.startswith("_") and isinstance(value, dict)
            if own and all(isinstance(dtype, str) for dtype in value.values()):
                yield pytest.param(name, value, id=f"{name}.{constant}")


@pytest.mark.parametrize(("module", "contract"), list(contracts()))
def test_every_contract_of_a_query_is_a_frame(module, contract):
    empty = frames.empty(contract)
    assert isinstance(empty, pd.DataFrame)
    assert list(empty.columns) == list(contract)


@pytest.mark.parametrize(("module", "contract"), list(contracts()))
def test_every_column_that_is_shown_has_a_french_heading(module, contract):
    if module not in TAKEN_APART:
        assert set(contract) <= set(COLUMNS)


# --- sizes ---


@pytest.mark.parametrize("path", sorted(ROOT.glob("pages/**/*.py")), ids=relative)
def test_a_page_is_short(path):
    assert lines_of(path) <= PAGE_LINES


def test_the_launcher_is_short():
    assert lines_of(ROOT / "dashboard.py") <= LAUNCHER_LINES


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in sorted(ROOT.glob("territoires/**/*.py"))
        if path.name != "__init__.py" and path.parent.name != "versions"
    ],
    ids=relative,
)
def test_a_module_opens_on_one_sentence(path):
    document = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert document
    assert document.split("\n\n")[0].rstrip().endswith((".", "?", ":"))


# --- data and addresses ---


def test_every_seed_file_says_where_it_comes_from():
    files = {
        path.relative_to(SEEDS).as_posix()
        for path in SEEDS.rglob("*")
        if path.is_file() and path.name != "sources.toml"
    }
    assert files == {entry.path for entry in provenances(SEEDS)}


def project_texts():
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        path = ROOT / name
        if path.is_file() and path.suffix not in {".gz", ".png", ".ico", ".xlsx", ".ods"}:
            yield name, path.read_text(encoding="utf-8", errors="replace")


def test_no_file_depends_on_the_machine_it_was_written_on():
    # In two pieces, so that this file does not name them.
    places = ["/" + "work/", "/" + "root/", "/" + "home/"]
    assert [name for name, text in project_texts() if any(place in text for place in places)] == []


def test_packages_come_from_wherever_pip_is_told_to_find_them():
    registries = ["py" + "pi.org", "python" + "hosted.org", "npm" + "js.org", "--index" + "-url"]
    rooms = ("territoires/", "pages/", "data/", "dashboard.py", "requirements", "constraints")
    named = [
        name
        for name, text in project_texts()
        if name.startswith((*rooms, "pyproject.toml", ".ci/"))
        and any(registry in text for registry in registries)
    ]
    assert named == []
