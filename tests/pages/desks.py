"""Accounts for the tests of the pages of the desk: one session, as a browser holds it."""

from datetime import UTC, datetime

import pytest

import territoires.commands.register  # noqa: F401 - every command registers itself
from territoires.commands.accounts import sign_in_vouched
from territoires.commands.staff import add_staff, administering
from territoires.commands.write import writing
from territoires.domain.drafts import StaffDraft
from territoires.domain.roles import REGIONAL, Role

GRAND_EST = "44"


def email(role):
    return f"{role}@example.org"


class Office:
    """One database, its staff, and whose session the pages see."""

    def __init__(self, url, monkeypatch):
        self.url = url
        self.token = ""
        monkeypatch.setattr("territoires.ui.reader.cookie", lambda _name: self.token)
        with administering(url, now=datetime.now(UTC)) as write:
            for role in Role:
                if role is not Role.PUBLIC:
                    add_staff(
                        write,
                        StaffDraft(
                            email=email(role),
                            name=f"Camille {role.title()}",
                            role=role,
                            regions=(GRAND_EST,) if role in REGIONAL else (),
                            with_password=False,
                        ),
                    )

    def sit(self, role):
        """Give the pages the session of somebody; nobody's when the role is empty."""
        signed = sign_in_vouched(self.url, email(role), now=datetime.now(UTC)) if role else None
        self.token = signed.token if signed else ""

    def do(self, command, draft, *, who=Role.ADMINISTRATION):
        """Act as somebody would from another page."""
        with writing(self.url, email(who), now=datetime.now(UTC)) as write:
            return command(write, draft)


@pytest.fixture
def office(url, monkeypatch):
    """Give a seeded database with one person per role; the administrator sits at the desk."""
    made = Office(url, monkeypatch)
    made.sit(Role.ADMINISTRATION)
    return made
