"""What is typed and not saved: kept for its author, outside the journal, and followed by copies."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from territoires.commands.kept import LARGEST, LIFETIME, MOST, erase, keep
from territoires.db.copy import TABLES, contents
from territoires.db.engine import reading
from territoires.db.models import AuditEvent, KeptText
from territoires.queries.integrity import faults
from territoires.queries.kept import kept_texts
from territoires.settings import ROOT
from tests.databases import release
from tests.integration.writing import ADMIN

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
TYPED = {"texts": {"note": "Tapé avec soin \u0000", "sans": True}, "version": 3}


def kept(url, form="etape", email=ADMIN):
    with reading(url) as connection:
        return {
            each.subject: each.content for each in kept_texts(connection, email=email, form=form)
        }


def note(url, subject="", content=TYPED, now=NOW, email=ADMIN):
    return keep(url, email, form="etape", subject=subject, content=content, now=now)


def test_what_is_kept_comes_back_until_it_is_erased(small_url):
    assert note(small_url)
    assert note(small_url, content=TYPED | {"version": 4})
    assert kept(small_url) == {"": TYPED | {"version": 4}}
    assert kept(small_url, form="centre") == {}
    assert kept(small_url, email="autre@example.org") == {}
    erase(small_url, ADMIN, form="etape", subject="")
    assert kept(small_url) == {}


ANOTHER_SERVER = """
import sys
from tests.integration.test_kept import kept, note
url = sys.argv[1]
found = kept(url)[""]
assert note(url, content=found | {"version": found["version"] + 1})
"""


def test_what_one_server_keeps_another_takes_up_and_goes_on_with(small_url):
    """Two replicas share a database and nothing else: a process each, with engines of its own."""
    assert note(small_url)
    release(small_url)
    done = subprocess.run(
        [sys.executable, "-c", ANOTHER_SERVER, small_url],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert kept(small_url) == {"": TYPED | {"version": TYPED["version"] + 1}}


def test_no_account_keeps_nothing_and_nothing_without_bounds_is_kept(small_url):
    assert not note(small_url, email="nobody@example.org")
    assert not note(small_url, content={"note": "x" * LARGEST})
    assert kept(small_url) == {}


def test_what_nobody_came_back_to_goes_and_so_do_the_oldest(small_url):
    note(small_url, "old", now=NOW - LIFETIME - timedelta(minutes=1))
    for number in range(MOST + 1):
        note(small_url, str(number), now=NOW + timedelta(seconds=number))
    assert set(kept(small_url)) == {str(number) for number in range(1, MOST + 1)}


def test_keeping_is_no_act_and_copies_and_checks_know_of_it(small_url):
    with reading(small_url) as connection:
        before = connection.scalar(select(func.count()).select_from(AuditEvent))
        note(small_url)
    with reading(small_url) as connection:
        assert connection.scalar(select(func.count()).select_from(AuditEvent)) == before
        assert KeptText.__table__ in TABLES
        assert {each.table: each.rows for each in contents(connection)}["kept_text"] == 1
        assert list(faults(connection)) == []
