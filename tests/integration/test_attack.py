"""What whoever is not signed in may cost: everything at once, on a server of its own."""

import math
import shutil
import sys

import pytest

from tests.databases import sqlite_url
from tests.trials.attack import attack

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="attackers have an address of their own, 127.0.0.2"
)


# As many as last from the first message of the attacks to what is refused at once.
READINGS = 20


@pytest.fixture(scope="module")
def report(seeded_file, tmp_path_factory):
    attacked = shutil.copy(seeded_file, tmp_path_factory.mktemp("attack"))
    return attack(sqlite_url(attacked), readings=READINGS)


def test_no_attack_fills_the_memory_or_shows_another_reader_an_error(report):
    assert math.isnan(report.peak_mb) or report.peak_mb < 1000
    assert report.errors == 0


def test_everything_is_refused_with_a_sentence(report):
    said = {name: tally.answers for name, tally in report.tallies.items()}
    assert [tally.unexplained for tally in report.tallies.values()] == [0] * len(said)
    sign_ins, files, messages, halves, sockets = said.values()
    assert set(sign_ins) <= {"401", "429"}
    assert sum(sign_ins.values()) == 40
    assert set(files) <= {"403", "cut"}
    assert set(messages) <= {"1009", "1006"}  # 1006: cut before its end could be sent
    assert halves == {"closed": 100, "408": 100}
    assert sockets["429"] >= 50
