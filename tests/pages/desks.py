"""Accounts for the tests of the pages of the desk: one session, as a browser holds it.

`office` is a database of the test's own; where one only reads, `seated` is enough (conftest.py).
"""

from datetime import UTC, datetime
from typing import Any

import pytest

import territoires.commands.register  # noqa: F401 - every command registers itself
from territoires.commands.accounts import sign_in_vouched
from territoires.commands.staff import add_staff, administering
from territoires.commands.write import writing
from territoires.domain.drafts import StaffDraft
from territoires.domain.roles import REGIONAL, Role

GRAND_EST = "44"
EMPLOYED = [role for role in Role if role is not Role.PUBLIC]


def email(role: Role) -> str:
    return f"{role}@example.org"


def staff(role: Role, **changes: Any) -> StaffDraft:
    """Describe somebody of a role, without a password of their own."""
    regions = (GRAND_EST,) if role in REGIONAL else ()
    usual: dict[str, Any] = {
        "email": email(role),
        "name": f"Camille {role.title()}",
        "with_password": False,
    }
    return StaffDraft(**(usual | changes), role=role, regions=regions)


def employ(url: str) -> None:
    """Write down one person per role."""
    with administering(url, now=datetime.now(UTC)) as write:
        for role in EMPLOYED:
            add_staff(write, staff(role))


def signed_in(url: str, who: Any, now: datetime | None = None) -> str:
    """Open a session of a role or an address, as the provider does; gives its token."""
    address = email(who) if who in EMPLOYED else who
    session = sign_in_vouched(url, address, now=now or datetime.now(UTC))
    assert session is not None, address
    return session.token


class Office:
    """One database where there is a person per role, and whose session the pages see."""

    def __init__(self, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.url = url
        self.token = ""
        monkeypatch.setattr("territoires.ui.reader.cookie", lambda _name: self.token)

    def sit(self, who: Any) -> None:
        """Give the pages the session of a role or an address; nobody's when it is empty."""
        self.token = signed_in(self.url, who) if who else ""

    def do(self, command: Any, draft: Any, *, who: Role = Role.ADMINISTRATION) -> Any:
        """Act as somebody would from another page."""
        with writing(self.url, email(who), now=datetime.now(UTC)) as write:
            return command(write, draft)


@pytest.fixture
def office(url: str, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Give a seeded database with one person per role; the administrator sits at the desk."""
    made = Office(url, monkeypatch)
    made.sit(Role.ADMINISTRATION)
    return made
