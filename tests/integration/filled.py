"""A small database with something of everything in it, made once and copied for each test."""

import shutil
import tempfile
from functools import cache
from pathlib import Path

from sqlalchemy import insert, update

from territoires.commands.frozen import freeze_view
from territoires.commands.staff import add_staff
from territoires.db.models import Proposal, PublishedFigure, SignInSession, Town
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import FreezeDraft, StaffDraft
from territoires.domain.programme import FigureKind, Qualifier, Validation
from territoires.domain.roles import Role
from tests.databases import release, sqlite_url
from tests.factories import act, writing
from tests.integration.test_versions import setup_everything
from tests.integration.writing import CHAUMONT, ENTRY, do, email, later, make

FROZEN = FreezeDraft(
    page="",
    view="au=2026-06-15",
    edition=1,
    seal="s",
    program="p",
    reason="Cité à l’« œuvre »",
    files={"centres": "\ufeffVille;État\r\nChaumont;«\u202fé\u202f»\r\n"},
)
MARIE = StaffDraft(email="marie@lecnam.net", name="Marie", role=Role.ENTRY, regions=("44",))


def filled(folder: Path) -> str:
    """Make a new file in a folder and give its URL; somebody is signed in."""
    return sqlite_url(Path(shutil.copy(_template(), folder / "territoires.db")))


@cache
def _template() -> Path:
    path = Path(tempfile.mkdtemp(prefix="territoires-test-")) / "filled.db"
    url = sqlite_url(path)
    make(url)
    setup_everything(url)
    do(url, add_staff, MARIE, now=later(1))
    do(url, freeze_view, FROZEN, who=email(Role.DIRECTION), now=later(1))
    with writing(url) as connection:
        at_utc = act(connection, later(2))
        connection.execute(
            insert(PublishedFigure).values(
                recorded_at=at_utc,
                version=1,
                indicator="share",
                published_on=PartialDate(2021),
                value=0.1 + 0.2,
                qualifier=Qualifier.EXACT,
                kind=FigureKind.OBSERVED,
                title="Été « à l’œuvre » \U0001f600",
                source_id="gazette",
                starts_on=PartialDate(),
                ends_on=PartialDate(2021, 4, 13),
            )
        )
        connection.execute(update(Town).values(latitude=48.111338, longitude=-5e-324))
        connection.execute(
            insert(Proposal).values(
                command="record_stage",
                draft={"town_code": CHAUMONT, "é": [1, None, {"b": 2.5, "a": "’"}]},
                state=Validation.DRAFT,
                author=ENTRY,
                created_at=at_utc,
            )
        )
        connection.execute(
            insert(SignInSession).values(
                token_hash="x",  # noqa: S106 - of no token
                staff_id=1,
                created_at=at_utc,
                seen_at=at_utc,
                expires_at=later(99),
            )
        )
    release(url)
    return path
