"""The command line by every role and by nobody: who writes what, and what is said to the others."""

import re
from itertools import product

import pytest

import territoires.__main__ as command_line
from territoires.commands.imports import WAYS
from territoires.commands.staff import disable_staff
from territoires.commands.stages import record_stage
from territoires.db.models import Announcement, AuditEvent, Bound, Course, Enrolment, Stage
from territoires.domain.drafts import AccountDraft
from territoires.domain.imports import Kind
from territoires.domain.roles import GRANTS, Role
from territoires.french.words import PERMISSIONS
from tests.integration.writing import (
    ADMIN,
    ENTRY,
    ENTRY_ELSEWHERE,
    do,
    email,
    everything,
    rows,
    sound,
    stage_draft,
)

# Every command of the program, with arguments that it takes. One that is added must be put here.
IN_SOMEBODY_S_NAME = {
    "import": ("stages", "f.csv"),
    "reports answer": ("T-2026-0001",),
}  # `--as`: never more than that account may
BY_THE_SHELL = {  # whoever has the shell has the file: no account is asked for, none is lent
    "init": (),
    "demo": (),
    "copy-to": ("sqlite:///copie.db",),
    "backup": (),
    "restore": ("copie.db",),
    "roles": (),
    "clock": (),
    "staff add": (ENTRY, "--name", "Marie", "--role", "direction"),
    "staff role": (ENTRY, "direction"),
    "staff disable": (ENTRY,),
    "staff enable": (ENTRY,),
    "staff reset": (ENTRY,),
    "staff forget": (ENTRY,),
}
READING = {
    "status": (),
    "coverage": (),
    "next": (),
    "check": (),
    "seal": (),
    "report": ("town", "52121"),
    "publish": ("ouvertes", "--site", "https://territoires.example"),
    "template": ("stages",),
    "verify": ("copie.db",),
    "staff list": (),
    "reports list": (),
}
EVERY = IN_SOMEBODY_S_NAME | BY_THE_SHELL | READING

STRANGER = "stranger@example.org"
NOBODY = ""  # no `--as` at all
DISABLED = "validation2@example.org"
PEOPLE = [
    *(email(role) for role in Role if role is not Role.PUBLIC),
    ENTRY_ELSEWHERE,
    STRANGER,
    DISABLED,
    NOBODY,
]
ROLES = {email(role): role for role in Role} | {ENTRY_ELSEWHERE: Role.ENTRY}

COURSE = "code_formation;intitule;filiere;niveau;type;rncp;cpf;source\n"
HEADCOUNT = "code_insee;annee;compte;effectif;arrete_au;code_formation;source\n"
FILES = {
    Kind.STAGES: (Stage, "code_insee;etape;date;source\n52121;inauguration;14/06/2021;gazette\n"),
    Kind.ENROLMENTS: (
        Enrolment,
        HEADCOUNT + "52121;2022-2023;personnes;40;31/12/2022;;gazette\n",
    ),
    Kind.COURSES: (
        Course,
        COURSE + "F900;Une formation;numerique;;;;;gazette\n",
    ),
    Kind.ANNOUNCEMENTS: (
        Announcement,
        "code_insee;annoncee_pour;annoncee_le;source\n52121;2020;10/2019;gazette\n",
    ),
    Kind.BOUNDS: (Bound, "code_insee;etape;pas_avant;source\n52121;ouverture;2019;gazette\n"),
}


@pytest.fixture
def url(small_url):
    do(small_url, record_stage, stage_draft())
    do(small_url, disable_staff, AccountDraft(email=DISABLED))
    return small_url


@pytest.fixture
def run(url, monkeypatch, capsys, tmp_path):
    """Run a command in this process; gives exit code, output and errors."""
    monkeypatch.setenv("TERRITOIRES_DATABASE_URL", url)

    def call(*arguments):
        try:
            code = command_line.main(arguments)
        except SystemExit as ended:
            code = ended.code
        said = capsys.readouterr()
        return code, said.out, said.err

    call.folder = tmp_path
    for kind, (_, text) in FILES.items():
        (tmp_path / f"{kind}.csv").write_text(text, encoding="utf-8")
    return call


def named_in(help_text):
    """List the commands that a help names."""
    return set(re.findall(r"^    ([a-z][a-z-]*)(?: |$)", help_text, re.MULTILINE))


def test_every_command_is_classified(run):
    shown = named_in(run("--help")[1])
    groups = {"staff", "reports"}
    acts = {f"{group} {act}" for group in groups for act in named_in(run(group, "--help")[1])}
    assert set(EVERY) == (shown - groups) | acts
    assert len(EVERY) == len(IN_SOMEBODY_S_NAME) + len(BY_THE_SHELL) + len(READING)


@pytest.mark.only_on("sqlite", "it is refused before the database is opened")
@pytest.mark.parametrize("name", sorted(EVERY))
def test_a_command_takes_a_name_if_it_needs_one_and_lends_none_otherwise(run, url, name):
    before = rows(url, AuditEvent)
    needs_one = name in IN_SOMEBODY_S_NAME
    assert (" --as " in run(*name.split(), "--help")[1]) is needs_one
    given = () if needs_one else ("--as", ADMIN)
    code, out, err = run(*name.split(), *EVERY[name], *given)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "--as" in err
    assert rows(url, AuditEvent) == before


def may_import(who, kind):
    granted = who in ROLES and WAYS[kind].permission in GRANTS[ROLES[who]]
    return granted and who != ENTRY_ELSEWHERE


def imported(run, kind, who, *options):
    path = str(run.folder / f"{kind}.csv")
    return run("import", kind, path, *(["--as", who] if who else []), *options)


@pytest.mark.parametrize("kind", list(Kind))
def test_a_file_is_imported_by_nobody_else_and_tried_without_a_trace(run, url, kind):
    untouched = everything(url)
    for who, options in product(PEOPLE, [(), ("--dry-run",)]):
        if may_import(who, kind) and not options:
            continue
        code, out, err = imported(run, kind, who, *options)
        if may_import(who, kind):
            assert (code, err) == (0, ""), out
        else:
            refused(kind, who, code, out, err)
        assert everything(url) == untouched


def refused(kind, who, code, out, err):
    """Check what is said to whoever may not import a file."""
    permission = WAYS[kind].permission
    if who == NOBODY:
        assert (code, out) == (2, "")
        assert "--as" in err
    elif who == ENTRY_ELSEWHERE and permission in GRANTS[Role.ENTRY]:
        assert (code, err) == (3, "")
        assert "rattaché" in out or "région" in out
    elif who in ROLES:
        assert (code, out) == (3, "")
        assert f"«\u00a0{PERMISSIONS[permission]}\u00a0»" in err
    else:
        assert (code, out) == (3, "")
        assert f"Aucun compte actif ne porte l’adresse «\u00a0{who}\u00a0»" in err


@pytest.mark.parametrize("kind", list(Kind))
def test_what_is_imported_is_written(run, url, kind):
    written(run, url, kind, ADMIN)


@pytest.mark.only_on("sqlite", "what a role may does not depend on the engine")
@pytest.mark.parametrize(
    ("kind", "who"),
    [each for each in product(Kind, PEOPLE) if may_import(*reversed(each)) and each[1] != ADMIN],
)
def test_a_file_is_imported_by_whoever_may(run, url, kind, who):
    written(run, url, kind, who)


def written(run, url, kind, who):
    """Import a file, and find its line, by whom, in a database that is sound."""
    tables = (AuditEvent, FILES[kind][0])
    before = [len(rows(url, table)) for table in tables]
    code, out, err = imported(run, kind, who)
    assert (code, err) == (0, ""), out
    assert [len(rows(url, table)) for table in tables] == [number + 1 for number in before]
    assert rows(url, AuditEvent)[-1].actor == who
    sound(url)
