"""A page whose database fails it says so, keeps what was typed, and works again with it."""

import contextlib
import logging
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import event

from territoires.db.engine import engine, reading
from territoires.db.models import AuditEvent, Stage
from territoires.domain.roles import Role
from territoires.queries.clocks import edition
from tests.conftest import release
from tests.pages.conftest import HOME, everything, titles
from tests.pages.desks import Office, employ
from tests.trials import faults

ASIDE = [
    (faults.missing, "La base n’existe pas encore"),
    (faults.foreign, "n’est pas une base SQLite"),
    (faults.damaged, "La base est endommagée"),
    (faults.too_new, "La base vient d’une version plus récente"),
]
# (what befalls the database, what is said of it); the last two are what the machine answers when a
# disk is full or read-only, asked for where no test may mount one.
BEFALL = [
    *(pytest.param(lambda url, fault=fault: fault(path_of(url)), said, id=fault.__name__)
      for fault, said in [*ASIDE, (faults.locked, "La base est occupée")]),
    pytest.param(
        lambda url: faults.refusing(url, "query_only = ON"),
        "La base est en lecture seule",
        id="read_only",
    ),
    pytest.param(
        lambda url: faults.refusing(url, "max_page_count = 1"), "Le disque est plein", id="full"
    ),
]  # fmt: skip


def path_of(url):
    return Path(url.removeprefix("sqlite:///"))


@pytest.fixture(autouse=True)
def impatient(url, monkeypatch):
    """Wait a moment for a locked database, not five seconds."""
    monkeypatch.setattr("territoires.db.engine.PATIENCE_S", 0.05)
    release(url)


def says(view, text):
    assert not view.exception
    said = [message.value for message in view.error]
    assert any(text in message for message in said), said
    assert "Traceback" not in everything(view)
    assert len(titles(view)) == 1


def one_line(caplog):
    """Tell whether the log says what is wrong with the database, each time on one line."""
    errors = [line for line in caplog.records if line.levelno >= logging.ERROR]
    return errors and all(
        line.getMessage().startswith("database ") and line.exc_info is None for line in errors
    )


@pytest.mark.parametrize(("fault", "said"), ASIDE)
def test_a_page_that_worked_says_what_happened_then_works_again(app, url, caplog, fault, said):
    view = app.open()
    assert not view.error
    with fault(path_of(url)), caplog.at_level(logging.ERROR):
        says(view.run(), said)
    assert one_line(caplog)
    view.button(key="bouton_reessayer").click().run()
    assert not view.error
    assert not view.exception


def test_a_page_that_has_begun_says_what_it_cannot_read(app, url):
    path = path_of(url)
    with contextlib.closing(sqlite3.connect(path)) as held:
        (size,) = held.execute("PRAGMA page_size").fetchone()
        (root,) = held.execute("SELECT rootpage FROM sqlite_master WHERE name = 'stage'").fetchone()
    with path.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(bytes(size))
    says(app.open(HOME), "La base est endommagée")


# --- a form being filled in ---


@pytest.fixture
def form(app, url, monkeypatch):
    employ(url)
    Office(url, monkeypatch).sit(Role.ADMINISTRATION)
    view = app.open("enter/record_stage.py")
    view.text_input(key="etape_ville").set_value("52269").run()
    view.text_input(key="etape_date").set_value("04/05/2021")
    view.text_input(key="etape_source").set_value("déclaration")
    view.text_area(key="etape_note").set_value("Vu sur place. " * 140)
    return view


def save(view):
    (button,) = [each for each in view.button if each.label == "Enregistrer"]
    button.click().run()


def rows(url):
    with reading(url) as connection:
        return edition(connection), connection.execute(Stage.__table__.select()).all()


@pytest.mark.parametrize(("befall", "said"), BEFALL)
def test_a_form_writes_all_or_nothing_and_keeps_what_was_typed(form, url, caplog, befall, said):
    before = rows(url)
    with befall(url), caplog.at_level(logging.ERROR):
        save(form)
        says(form, said)
    assert one_line(caplog)
    assert rows(url) == before

    form.run()
    assert form.text_input(key="etape_ville").value == "52269"
    assert form.text_input(key="etape_date").value == "04/05/2021"
    assert form.text_area(key="etape_note").value.startswith("Vu sur place.")
    save(form)
    assert not form.exception
    assert "\u00a0: " in form.success[0].value
    assert len(rows(url)[1]) == len(before[1]) + 1


def test_what_is_saved_is_said_to_be_even_when_its_effect_cannot_be_counted(form, url):
    writer = engine(url, writable=True)
    with contextlib.ExitStack() as stack:

        def vanish(*_of_the_pool):
            stack.enter_context(faults.missing(path_of(url)))

        event.listen(writer, "checkin", vanish, once=True)
        save(form)
        says(form, "La base n’existe pas encore")
    form.run()
    assert form.success[0].value.endswith(".")
    with reading(url) as connection:
        last = connection.execute(AuditEvent.__table__.select()).all()[-1]
    assert last.command == "record_stage"
