"""A running dashboard with one account per role, for the tests of the entry pages."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect
from sqlalchemy import select

import territoires.commands.register  # noqa: F401 - every command registers itself
from territoires.commands.accounts import sign_in_vouched, sign_out
from territoires.commands.staff import FIRST_EMAIL, add_staff
from territoires.commands.write import Saved, writing
from territoires.db.engine import reading
from territoires.domain.drafts import StaffDraft
from territoires.domain.roles import REGIONAL, Role
from territoires.settings import session_cookie
from territoires.web.browser import BROWSER
from tests.browser.conftest import (
    ELSEWHERE,
    OpenTab,
    Server,
    database_url,
    ready,
    start_server,
    walk,
)

GRAND_EST, CORSE = "44", "94"
ADMIN = FIRST_EMAIL
SECOND_ADMIN = "second@example.org"


def email(role: Role) -> str:
    return f"{role}@example.org"


@dataclass(frozen=True)
class Office:
    """A dashboard, and the database under it: a file or an address."""

    server: Server
    database: Path | str

    @property
    def url(self) -> str:
        return database_url(self.database)

    def do(self, command: Callable[..., Saved], draft: Any, *, who: str = ADMIN) -> Saved:
        """Act as somebody would from another page."""
        with writing(self.url, who, now=datetime.now(UTC)) as write:
            return command(write, draft)

    def staff(self) -> None:
        """Add one person per role; those of regional roles are of the Grand Est."""
        for role in Role:
            if role is not Role.PUBLIC:
                regions = (GRAND_EST,) if role in REGIONAL else ()
                draft = StaffDraft(
                    email=email(role),
                    name=f"Camille {role.title()}",
                    role=role,
                    regions=regions,
                    with_password=False,
                )
                self.do(add_staff, draft)
        self.employ(SECOND_ADMIN)

    def employ(self, address: str) -> None:
        """Add an administrator."""
        draft = StaffDraft(
            email=address, name="C. Martin", role=Role.ADMINISTRATION, with_password=False
        )
        self.do(add_staff, draft)

    def token(self, who: str = ADMIN) -> str:
        """Open a session of somebody."""
        session = sign_in_vouched(self.url, who, now=datetime.now(UTC))
        assert session is not None
        return session.token

    def sign_in(self, page: Page, who: str = ADMIN) -> Page:
        """Give a tab the session of somebody."""
        https = self.server.url.startswith("https:")
        page.context.add_cookies(
            [
                {
                    "name": session_cookie(https=https),
                    "value": self.token(who),
                    "url": self.server.url,
                    "httpOnly": True,
                    "secure": https,
                },
                {"name": BROWSER, "value": f"{who}-{id(page)}", "url": self.server.url},
            ]
        )
        return page

    def tab_of(self, open_tab: OpenTab, who: str = ADMIN, **look: Any) -> Page:
        """Give the tab of somebody who is signed in, as the tests of the module before left it."""
        page = open_tab(base_url=self.server.url, shared=f"{who} {look}", **look)
        return page if page.context.cookies() else self.sign_in(page, who)

    def sign_out(self, token: str) -> None:
        """End a session, as its owner would from another tab."""
        sign_out(self.url, token)

    def rows(self, table: Any, **where: Any) -> list[Any]:
        """Read the rows in force of a table, oldest first."""
        columns = table.__table__.c
        statement = select(*columns).order_by(*table.__table__.primary_key.columns)
        if "superseded_at" in columns:
            statement = statement.where(columns.superseded_at.is_(None))
        for name, value in where.items():
            statement = statement.where(columns[name] == value)
        with reading(self.url) as connection:
            return list(connection.execute(statement))


@cache
def staffed(server: Server) -> Office:
    """Employ the same staff on a server that modules share, once."""
    office = Office(server, server.log.with_name("territoires.db"))
    office.staff()
    return office


@contextmanager
def office_on(seeded: Path, folder: Path) -> Iterator[Office]:
    """Open an office on a copy of a database, for as long as the block lasts."""
    database = Path(shutil.copy(seeded, folder / "territoires.db"))
    server = start_server(database, folder)
    try:
        made = Office(server, database)
        made.staff()
        yield made
    finally:
        server.stop()


def go(page: Page, address: str) -> Page:
    """Go on to a page, or back to the one on show by way of another: it would be loaded again."""
    if urlsplit(page.url).path == urlsplit(address).path:
        walk(page, ELSEWHERE)
    return walk(page, address)


def type_town(page: Page, text: str) -> None:
    """Type a town and wait for what it changes."""
    box = page.get_by_role("combobox", name="Ville ★")
    box.fill(text)
    box.press("Enter")
    ready(page)


def write_in(page: Page, label: str, text: str) -> None:
    """Fill one text field."""
    page.get_by_label(label, exact=True).filter(visible=True).first.fill(text)


def pick(page: Page, label: str, option: str) -> None:
    """Choose in a list."""
    box = page.get_by_role("combobox", name=label)
    box.click()
    box.fill(option)
    page.get_by_role("option", name=option).first.click()
    ready(page)


def press(page: Page, name: str) -> None:
    """Press a button and wait for what follows."""
    page.get_by_role("button", name=name, exact=False).first.click()
    ready(page)


def says(page: Page, text: str) -> None:
    """Expect a sentence somewhere on the page, whatever its spaces."""
    expect(page.locator('[data-testid="stMain"]')).to_contain_text(text)


def saved(page: Page, words: str = ":") -> None:
    """Expect to be told what was saved, by its name."""
    expect(page.locator('[data-testid="stAlertContentSuccess"]').first).to_contain_text(words)
