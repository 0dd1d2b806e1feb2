"""`… | head -1` ends quietly: whoever reads may leave, the command goes on to its end."""

import json
import os
import subprocess
import sys

import pytest

from territoires.__main__ import _parser
from territoires.settings import ROOT

pytestmark = pytest.mark.only_on("sqlite", "what is said does not depend on the engine")

# Every command, saying something, in a process whose reader has left before it begins.
RUNS = """
import json, sys
from pathlib import Path
from territoires import __main__
from territoires.cli.console import let_readers_leave
let_readers_leave()
__main__.SEEDS = Path(sys.argv[2])
codes = []
for arguments in json.loads(sys.argv[1]):
    try:
        codes.append(__main__.main(arguments))
    except SystemExit as ended:
        codes.append(ended.code)
    sys.stdout.flush()
print(json.dumps(codes), file=sys.stderr)
"""


def unread(arguments, url, **streams):
    """Run a program whose standard output nobody reads."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=os.environ | {"TERRITOIRES_DATABASE_URL": url},
            stdout=writer,
            text=True,
            check=False,
            **streams,
        )
    finally:
        os.close(writer)


def test_every_command_may_be_left_by_its_reader(url, few_seeds, tmp_path):
    backups = tmp_path / "kept"
    lines = {
        "init": ["init"],
        "status": ["status", "--json"],
        "coverage": ["coverage"],
        "next": ["next", "--count", "100"],
        "check": ["check"],
        "seal": ["seal"],
        "roles": ["roles", "--help"],
        "clock": ["clock"],
        "template": ["template", "stages"],
        "import": ["import", "stages", str(tmp_path / "none.csv"), "--as", "x@example.org"],
        "staff": ["staff", "list", "--json"],
        "report": ["report", "--help"],
        "publish": ["publish", "--help"],
        "reports": ["reports", "list", "--json"],
        "demo": ["demo", "--help"],
        "copy-to": ["copy-to", f"sqlite:///{tmp_path}/copy.db"],
        "backup": ["backup", "--to", str(backups)],
        "verify": ["verify", "--help"],
        "restore": ["restore", "--help"],
    }
    (commands,) = (a for a in _parser()._subparsers._group_actions if a.choices)  # noqa: SLF001
    assert set(lines) == set(commands.choices)
    given = [json.dumps(list(lines.values())), str(few_seeds)]
    run = unread(["-c", RUNS, *given], url, stderr=subprocess.PIPE)
    *beside, codes = run.stderr.splitlines()
    assert (run.returncode, "Traceback" in run.stderr) == (0, False), beside
    expected = dict.fromkeys(lines, 0) | {"import": 2}
    assert dict(zip(lines, json.loads(codes), strict=True)) == expected
    assert list(backups.glob("*.db"))


def test_the_program_itself_may_be_left(url):
    run = unread(["-m", "territoires", "next", "--count", "1000"], url, stderr=subprocess.PIPE)
    assert (run.returncode, run.stderr) == (0, "")
    both = unread(["-m", "territoires", "status", "--as-of", "hier"], url, stderr=subprocess.STDOUT)
    assert both.returncode == 2
