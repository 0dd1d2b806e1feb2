"""A small database to write in: four regions, a few towns, one person per role."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection, insert, select

import territoires.commands.register  # noqa: F401 - every command registers itself
from territoires.commands.write import Saved, writing
from territoires.db import journal
from territoires.db.engine import engine, reading
from territoires.db.fingerprints import Sums, watching
from territoires.db.models import (
    Base,
    Course,
    Department,
    Field,
    Region,
    Source,
    Staff,
    StaffRegion,
    Town,
)
from territoires.db.schema import upgrade
from territoires.db.summaries import disagreements
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import SourceDraft, StageDraft
from territoires.domain.errors import DatabaseError
from territoires.domain.programme import StageKind
from territoires.domain.roles import REGIONAL, Role
from territoires.queries.integrity import faults

T = TypeVar("T")

BEGINNING = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
NOON = datetime(2026, 6, 15, 10, 0, tzinfo=UTC)

CHAUMONT, SAINT_DIZIER, VERDUN, COGNAC = "52121", "52448", "55545", "16102"
GRAND_EST, NOUVELLE_AQUITAINE = "44", "75"

ADMIN = "administration@example.org"
ENTRY = "entry@example.org"  # Grand Est
ENTRY_ELSEWHERE = "elsewhere@example.org"  # Nouvelle-Aquitaine
VALIDATION = "validation@example.org"

GAZETTE = SourceDraft(id="gazette")
WORD = SourceDraft(declared=True)


def email(role: Role) -> str:
    return f"{role}@example.org"


def stage_draft(**changes: Any) -> StageDraft:
    values: dict[str, Any] = {
        "town_code": CHAUMONT,
        "kind": StageKind.OPENED,
        "on": PartialDate(2021, 5, 4),
        "source": GAZETTE,
    }
    return StageDraft(**(values | changes))


def make(url: str) -> None:
    """Make the tables and the rows in a database that has nothing yet."""
    upgrade(url, now=BEGINNING)
    with engine(url, writable=True).connect() as connection, connection.begin():
        sums = Sums()
        with watching(connection, sums):
            _places(connection)
            _catalogue(connection)
            _people(connection)
        journal.record(
            connection,
            at_utc=BEGINNING,
            actor="territoires",
            command="seed",
            entity="seeds",
            entity_id="test",
            changes=[{"entity": "town", "added": 6}],
            sums=sums,
        )


def _places(connection: Connection) -> None:
    population = {"population": 1000, "population_year": 2023}
    regions = {"44": "Grand Est", "75": "Nouvelle-Aquitaine", "84": "Auvergne-Rhône-Alpes"}
    connection.execute(
        insert(Region),
        [{"code": c, "name": n, "zone": "metro"} | population for c, n in regions.items()],
    )
    departments = {
        "52": ("Haute-Marne", "44"),
        "55": ("Meuse", "44"),
        "16": ("Charente", "75"),
        "74": ("Haute-Savoie", "84"),
    }
    connection.execute(
        insert(Department),
        [
            {"code": code, "name": name, "region_code": region} | population
            for code, (name, region) in departments.items()
        ],
    )
    towns = {
        CHAUMONT: ("Chaumont", "52"),
        SAINT_DIZIER: ("Saint-Dizier", "52"),
        VERDUN: ("Verdun", "55"),
        COGNAC: ("Cognac", "16"),
        "74065": ("Chaumont", "74"),
        "16015": ("Angoulême", "16"),
    }
    connection.execute(
        insert(Town),
        [
            {
                "code": code,
                "name": name,
                "folded": name.casefold().replace("-", " ").replace("ê", "e"),
                "department_code": department,
            }
            | population
            for code, (name, department) in towns.items()
        ],
    )


def _catalogue(connection: Connection) -> None:
    for key in ("gazette", "journal"):
        connection.execute(
            insert(Source).values(
                id=key,
                publisher=key.title(),
                title=f"Article de {key}",
                published_on=PartialDate(2021, 6),
                reliability="presse",
                url=f"https://{key}.example/article",
                accessed_on=date(2026, 5, 1),
            )
        )
    connection.execute(
        insert(Field).values(slug="numerique", name="Numérique", status="named_by_programme")
    )
    connection.execute(
        insert(Course),
        [
            {
                "key": key,
                "title": title,
                "field_slug": "numerique",
                "source_id": "gazette",
                "cnam_code": code,
            }
            for key, title, code in (
                ("F001", "Licence informatique", "LG02501A"),
                ("F002", "Titre professionnel", None),
                ("F003", "Certificat de compétence", None),
            )
        ],
    )


def _people(connection: Connection) -> None:
    people = [(email(role), role) for role in Role if role is not Role.PUBLIC]
    people += [(ENTRY_ELSEWHERE, Role.ENTRY), ("validation2@example.org", Role.VALIDATION)]
    for address, role in people:
        (number,) = connection.execute(
            insert(Staff)
            .returning(Staff.id)
            .values(
                email=address,
                name=address.partition("@")[0].title(),
                role=role,
                active=True,
                must_change_password=False,
            )
        ).one()
        if role in REGIONAL:
            region = NOUVELLE_AQUITAINE if address == ENTRY_ELSEWHERE else GRAND_EST
            connection.execute(insert(StaffRegion).values(staff_id=number, region_code=region))


def do(url: str, command: Any, draft: Any, *, who: str = ADMIN, now: datetime = NOON) -> Saved:
    """Run one command in its own transaction."""
    with writing(url, who, now=now) as write:
        saved: Saved = command(write, draft)
        return saved


def later(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def rows(url: str, table: Any, **where: Any) -> list[Any]:
    """Read rows of a table, oldest first."""
    columns = table.__table__
    statement = columns.select().order_by(*columns.primary_key.columns)
    for name, value in where.items():
        statement = statement.where(columns.c[name] == value)
    with reading(url) as connection:
        return list(connection.execute(statement))


def everything(url: str) -> dict[str, Any]:
    """Read every row of every table."""
    with reading(url) as connection:
        return {
            table.name: connection.execute(select(*table.c).order_by(*table.primary_key)).all()
            for table in Base.metadata.sorted_tables
        }


def sound(url: str) -> None:
    """Check versions, links, sources and the chain of the journal."""
    with reading(url) as connection:
        assert list(faults(connection)) == []
        assert list(disagreements(connection)) == []


def persistent(write: Callable[..., T]) -> Callable[..., T]:
    """Write as whoever is told that all places are taken does: again, a few times.

    A machine that does other work as well may let a writer wait longer than the pool allows.
    """

    def written(*arguments: Any) -> T:
        for _ in range(20):
            try:
                return write(*arguments)
            except DatabaseError as error:
                if error.code != "locked":
                    raise
        return write(*arguments)

    return written
