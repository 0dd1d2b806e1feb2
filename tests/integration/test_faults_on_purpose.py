"""An input or output error at each write or sync: nothing lost, nothing half-done, and it is said.

The errors are made by a library that is loaded before the others (faulty.c): where there is no
Linux or no C compiler, these tests are skipped.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from territoires.commands.stages import record_stage
from territoires.settings import ROOT
from tests.databases import release, sqlite_url
from tests.factories import age
from tests.fuzzing import at_length
from tests.integration.faulty import DEEDS
from tests.integration.writing import SAINT_DIZIER, do, make, sound, stage_draft

CODES = {"", "unreachable", "unsure", "unwritable", "upgrade_failed"}
COMPILER = shutil.which("gcc")
pytestmark = [
    pytest.mark.only_on("sqlite", "the disk of a server is not ours: test_cut_lines.py"),
    pytest.mark.fuzz,
    pytest.mark.skipif(sys.platform != "linux", reason="LD_PRELOAD is Linux's"),
    pytest.mark.skipif(COMPILER is None, reason="gcc makes the library that fails on purpose"),
]


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """Compile the library that fails on purpose."""
    made = tmp_path_factory.mktemp("faulty") / "faulty.so"
    source = Path(__file__).with_name("faulty.c")
    subprocess.run([COMPILER, "-shared", "-fPIC", "-O1", "-o", made, source, "-ldl"], check=True)
    return made


@pytest.fixture(scope="module")
def templates(tmp_path_factory):
    """Give a small database, and the same as an earlier version left it."""
    folder = tmp_path_factory.mktemp("faulty-templates")
    path = folder / "now.db"
    url = sqlite_url(path)
    make(url)
    do(url, record_stage, stage_draft())
    do(url, record_stage, stage_draft(town_code=SAINT_DIZIER))
    sound(url)
    release(url)
    before = Path(shutil.copy(path, folder / "before.db"))
    age(sqlite_url(before), "0003")
    release(sqlite_url(before))
    return {"upgrade": before} | dict.fromkeys(set(DEEDS) - {"upgrade"}, path)


def run(library, deed, template, folder, few):
    """Do it, then with so many of its writes failing, in a process of its own."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.integration.faulty",
            deed,
            template,
            folder,
            str(few),
        ],
        cwd=ROOT,
        env=os.environ | {"LD_PRELOAD": str(library)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("deed", DEEDS)
def test_an_error_at_any_write_leaves_all_or_nothing_and_is_told(
    library, templates, tmp_path, deed
):
    # Each write at full length, a few within the tests.
    few = 3 if at_length(1) == 1 else sys.maxsize
    whole, *outcomes = run(library, deed, templates[deed], tmp_path, few)
    assert (whole["done"], whole["said"], whole["faults"]) == (True, "", [])
    assert whole["writes"] > 10
    for outcome in outcomes:
        assert outcome["faults"] == [], outcome
        assert outcome["code"] in CODES, outcome
        # What was told to be done is done, what was refused is not there; where the error came
        # while it was being sealed, whoever reads is told to look.
        if outcome["code"] != "unsure":
            assert outcome["done"] is (outcome["code"] == ""), outcome
    assert any(outcome["code"] for outcome in outcomes)
