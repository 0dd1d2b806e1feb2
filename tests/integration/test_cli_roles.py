"""The command line by every role and by nobody: who writes what, and what is said to the others."""

import re

import pytest

import territoires.__main__ as command_line
from territoires.commands.imports import WAYS
from territoires.commands.staff import disable_staff
from territoires.commands.stages import record_stage
from territoires.db.models import Announcement, AuditEvent, Bound, Centre, Course, Enrolment, Stage
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


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("options", [(), ("--dry-run",)])
def test_a_file_is_imported_by_whoever_may_and_by_nobody_else(run, url, kind, who, options):
    table, path = FILES[kind][0], run.folder / f"{kind}.csv"
    untouched = everything(url)
    before = {each: len(untouched[each.__tablename__]) for each in (AuditEvent, Centre, table)}
    code, out, err = run("import", kind, str(path), *(["--as", who] if who else []), *options)
    permission = WAYS[kind].permission
    granted = who in ROLES and permission in GRANTS[ROLES[who]]
    away = granted and who == ENTRY_ELSEWHERE
    if granted and not away:
        assert (code, err) == (0, ""), out
        written = 0 if options else 1
        assert len(rows(url, table)) == before[table] + written
        assert len(rows(url, AuditEvent)) == before[AuditEvent] + written
        assert rows(url, AuditEvent)[-1].actor == (ADMIN if options else who)
        sound(url)
    else:
        if who == NOBODY:
            assert (code, out) == (2, "")
            assert "--as" in err
        elif away:
            assert (code, err) == (3, "")
            assert "rattaché" in out or "région" in out
        elif who in ROLES:
            assert (code, out) == (3, "")
            assert f"«\u00a0{PERMISSIONS[permission]}\u00a0»" in err
        else:
            assert (code, out) == (3, "")
            assert f"Aucun compte actif ne porte l’adresse «\u00a0{who}\u00a0»" in err
        assert everything(url) == untouched
