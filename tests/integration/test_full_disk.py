"""A disk that fills up while somebody writes: it is said, and nothing is half-written."""

from functools import partial
from itertools import count

import pytest

from territoires.commands.imports import import_enrolments
from territoires.commands.stages import record_stage
from territoires.db.engine import reading
from territoires.db.models import AuditEvent, Centre, Enrolment, Stage
from territoires.domain.errors import DatabaseError
from territoires.queries.clocks import edition
from tests.conftest import release
from tests.fuzzing import at_length
from tests.integration.writing import SAINT_DIZIER, do, rows, sound, stage_draft
from tests.trials import faults
from tests.trials.databases import add_courses, admit, copy_of, path_of
from tests.trials.faults import limited, until_full
from tests.trials.writers import file_of, opening, subjects_in

pytestmark = pytest.mark.only_on("sqlite", "the disk of a server is not ours")

DISK_MEGABYTES, COURSES = 8, 120
ROOMS = [40_000 * 3**step for step in range(3)] * at_length(1)  # bytes


@pytest.fixture
def disk(tmp_path):
    """Give a small disk and whether it is one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    with faults.small_disk(folder, DISK_MEGABYTES) as mounted:
        yield folder, mounted


@pytest.fixture
def url(small_url, disk):
    do(small_url, record_stage, stage_draft())
    do(small_url, record_stage, stage_draft(town_code=SAINT_DIZIER))
    admit(small_url)
    add_courses(small_url, COURSES)
    url = copy_of(small_url, disk[0] / "territoires.db")
    yield url
    release(url)


@pytest.fixture
def room(url, disk):
    """Leave so many bytes on the disk, or so many to the database where we may mount none."""
    folder, mounted = disk
    return partial(faults.filled, folder) if mounted else partial(limited, url)


@pytest.mark.fuzz
def test_acts_are_written_whole_until_the_disk_is_full(url, room):
    acknowledged = []
    for left in ROOMS:
        drafts = (opening(f"{left}-{number}") for number in count())
        done, code = until_full(url, room(left), record_stage, drafts)
        assert code == "full"
        acknowledged += [saved.version_id for saved in done]
    assert acknowledged
    assert {row.id for row in rows(url, Stage)} >= set(acknowledged)
    assert len(rows(url, Stage)) == len(rows(url, Centre)) == len(acknowledged) + 2
    acts = [event.command for event in rows(url, AuditEvent)]
    assert acts.count("record_stage") == len(acknowledged) + 2
    sound(url)
    do(url, record_stage, opening("room again"))


@pytest.mark.fuzz
def test_a_file_is_imported_whole_or_not_at_all_on_a_disk_that_fills_up(url, room):
    subjects, source = subjects_in(url)
    done = []
    for left in ROOMS:
        drafts = (file_of(subjects, source, left + number) for number in count())
        written, code = until_full(url, room(left), import_enrolments, drafts)
        assert code == "full"
        done += written
    assert len(rows(url, Enrolment)) == sum(saved.inserted + saved.corrected for saved in done)
    sound(url)


def test_a_disk_already_full_when_the_database_is_opened_is_said_to_be(url, disk):
    folder, mounted = disk
    if not mounted:
        pytest.skip("only root fills a disk before the database is opened")
    release(url)
    assert not path_of(url).with_name("territoires.db-shm").exists()
    with faults.filled(folder), pytest.raises(DatabaseError) as refused, reading(url) as connection:
        edition(connection)
    assert refused.value.code == "full"
