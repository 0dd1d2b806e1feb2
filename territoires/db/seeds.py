"""Load the reference and programme files once, and again without touching what people entered."""

import csv
import gzip
import hashlib
import io
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Boolean, Connection, Date, Float, Integer, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from territoires.db import communes, journal
from territoires.db.communes import Question, Succession
from territoires.db.demonstration import is_demonstration
from territoires.db.engine import engine
from territoires.db.fingerprints import Sums, watching
from territoires.db.models import (
    OF_CENTRES,
    OF_TOWNS,
    Announcement,
    AuditEvent,
    Base,
    Bound,
    Centre,
    Course,
    Department,
    Field,
    FormerTown,
    GuidanceService,
    Offering,
    ProgrammeEvent,
    PublishedFigure,
    Region,
    Source,
    Stage,
    Target,
    Town,
)
from territoires.db.types import PartialDateType
from territoires.domain.dates import PartialDate
from territoires.domain.errors import PartialDateError, SeedError
from territoires.domain.text import fold, slug

Row = dict[str, str]
Values = dict[str, Any]

COMMAND = "seed"
_COMMUNES, _FORMER = "reference/communes.csv.gz", "reference/former_communes.csv"
_VERSION_SHOWN = 16


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """Where one seed file comes from, as `sources.toml` says."""

    path: str
    title: str
    publisher: str
    obtained_from: str
    licence: str
    retrieved_on: date
    attribution: str
    sha256: str


def provenances(folder: Path) -> list[Provenance]:
    """Read `sources.toml`: one entry per seed file."""
    try:
        described = tomllib.loads((folder / "sources.toml").read_text(encoding="utf-8"))
        return [Provenance(path=path, **entry) for path, entry in described.items()]
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, TypeError) as error:
        raise SeedError(f"sources.toml: {error}") from error


def unsourced(folder: Path) -> list[str]:
    """List the seed files of which `sources.toml` does not say enough, or says something else.

    Every file must be named with a publisher and a licence, and be the one that was described; the
    only entry is `sources.toml` itself when it cannot be read.
    """
    try:
        entries = provenances(folder)
    except SeedError:
        return ["sources.toml"]
    known = {entry.path: entry.sha256 for entry in entries if entry.publisher and entry.licence}
    files = _digests(folder)
    changed = [name for name, digest in files.items() if known.get(name) != digest]
    return sorted([*changed, *(known.keys() - files.keys())])


def version(folder: Path) -> str:
    """Name what the seed files say, all together: another word in one of them, another name."""
    listed = "".join(f"{digest}  {name}\n" for name, digest in sorted(_digests(folder).items()))
    return hashlib.sha256(listed.encode()).hexdigest()[:_VERSION_SHOWN]


def _digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "sources.toml"
    }


def _ask_nobody(_question: Question) -> None:
    """Leave what the files do not say as it is."""


def seed(
    url: str,
    *,
    folder: Path,
    now: datetime,
    successors: Mapping[str, str] = MappingProxyType({}),
    ask: Callable[[Question], None] = _ask_nobody,
) -> dict[str, int]:
    """Insert the seeds that were never inserted, under one act that names their version.

    Returns how many rows went into each table, new or mended; empty when everything was there
    already. A fact whose line was mended since gets a new version, unless people made something
    else of it: then it is left alone, and so are their own rows. The territory (regions,
    departments, towns), which nobody enters, follows the files: what was recorded in a commune that
    a later list no longer has goes to the one that holds it now, which `successors` says where the
    files do not. `ask` is called with what neither tells.

    Raises SeedError when a file is missing or says what the database cannot hold; nothing is then
    inserted.
    """
    with engine(url, writable=True, owner=True).begin() as connection:
        journal.take_turn(connection)
        at_utc = journal.next_instant(connection, now)
        sums = Sums()
        try:
            with watching(connection, sums):
                loader = _Loader(connection, folder, at_utc, successors)
                added = loader.load()
        except (LookupError, ValueError, PartialDateError) as error:
            raise SeedError(f"{type(error).__name__}: {error}") from error
        except IntegrityError as error:
            raise SeedError(str(error.orig)) from error
        loaded = version(folder)
        if added or loaded != seeded_version(connection):
            journal.record(
                connection,
                at_utc=at_utc,
                actor=journal.ACTOR,
                command=COMMAND,
                entity="seeds",
                entity_id=loaded,
                changes=[
                    {"entity": table, "added": rows - loader.mended[table]}
                    | ({"corrected": mended} if (mended := loader.mended[table]) else {})
                    for table, rows in added.items()
                ],
                sums=sums,
                machine_at=now,
            )
        for question in loader.questions:
            ask(question)
        return added


def missing_communes(connection: Connection, folder: Path) -> list[str]:
    """List the communes of the database that the files no longer have; none if none can be read."""
    try:
        listed = {row["code"] for row in _read(folder, _COMMUNES)}
    except (SeedError, LookupError, ValueError):
        return []
    return [row["code"] for row in communes.missing(connection, listed)]


def seeded_version(connection: Connection) -> str | None:
    """Give the version of the latest seeding; None before the first."""
    return connection.scalar(
        select(AuditEvent.entity_id)
        .where(AuditEvent.command == COMMAND)
        .order_by(AuditEvent.id.desc())
        .limit(1)
    )


@dataclass
class _Loader:
    """The state of one seeding: where to read, where to write, what was added."""

    connection: Connection
    folder: Path
    at_utc: datetime
    successors: Mapping[str, str]
    questions: list[Question] = field(default_factory=list)
    added: dict[str, int] = field(default_factory=dict)
    mended: Counter[str] = field(default_factory=Counter)

    def load(self) -> dict[str, int]:
        self._territory()
        self._catalogue()
        # What really happened has no place among what is made up.
        if not is_demonstration(self.connection):
            self._programme()
        self.questions += communes.unheld(self.connection, self.succession)
        self.questions += communes.left_behind(self.connection, self.succession, self.restored)
        return self.added

    # Territory: reference rows, which follow the files.

    def _territory(self) -> None:
        names = "code name population population_year"
        regions = self._lines(Region, "reference/regions", f"{names} zone")
        departments = self._lines(Department, "reference/departments", f"{names} region_code")
        year = {row["code"]: row["population_year"] for row in departments}
        listed, former = list(self._read(_COMMUNES)), list(self._read(_FORMER))
        self.succession = Succession.read(
            listed,
            former,
            names=dict(self.connection.execute(select(Town.code, Town.name)).all()),
            chosen=self.successors,
        )
        self.restored = communes.restored(self.connection, self.succession)
        sites = {self._held(row["insee_code"]): row for row in self._read("reference/towns.csv")}
        towns = [_town(row, sites, year) for row in listed]
        self._follow(Region, "code", regions)
        self._follow(Department, "code", departments)
        self._follow(Town, "code", towns)
        self._count(FormerTown, communes.follow_former(self.connection, former))
        for row in communes.missing(self.connection, self.succession.communes):
            self._hand_over(row)

    def _held(self, code: str) -> str:
        """Give the commune that holds a code, or the code itself when nobody knows it."""
        return self.succession.of(code) or code

    def _hand_over(self, gone: communes.Row) -> None:
        """Give what was recorded in a commune that is no more to the one that holds it.

        Until somebody says which, only its inhabitants go: the list counts them elsewhere.
        """
        code = str(gone["code"])
        holder = self.succession.of(code)
        if holder is None:
            moved = update(Town).where(Town.code == code, Town.population > 0).values(population=0)
            self._count(Town, self.connection.execute(moved).rowcount)
            return
        for table, name, before, after in (
            (Centre, "town_code", code, holder),
            *((fact, "town_code", code, holder) for fact in OF_TOWNS),
            (PublishedFigure, "town_code", code, holder),
            (Target, "territory", f"com-{code}", f"com-{holder}"),
        ):
            columns = table.__table__.c
            rows = self.connection.execute(
                select(*columns).where(columns[name] == before, columns.superseded_at.is_(None))
            ).mappings()
            for row in list(rows):
                self._renew(table, dict(row), {name: after})
        communes.retire(self.connection, code, holder)
        self._count(Town, 1)

    def _follow(self, table: type[Base], key: str, rows: list[Values]) -> None:
        columns = table.__table__.c
        known = {
            row[key]: dict(row) for row in self.connection.execute(select(*columns)).mappings()
        }
        self._insert(table, [row for row in rows if row[key] not in known])
        moved = [row for row in rows if row[key] in known and row != known[row[key]]]
        for row in moved:
            self.connection.execute(update(table).where(columns[key] == row[key]).values(**row))
        self._count(table, len(moved))

    # Catalogue: audited rows, inserted when their natural key is new.

    def _catalogue(self) -> None:
        names = "id publisher reliability title=title_fr published_on url accessed_on"
        self._new(Source, "id", self._lines(Source, "programme/sources", names))
        names = "slug status name=name_fr url=source_url"
        fields = self._lines(Field, "catalogue/filieres", names)
        self._new(Field, "slug", fields)
        courses = list(self._read("catalogue/courses.csv"))
        pages = [_catalogue_source(row) for row in courses]
        self._new(Source, "id", [page for page in pages if self._page(page) == page["id"]])
        self._retitle(courses)
        slugs = {row["name"]: row["slug"] for row in fields}
        self._new(
            Course,
            "key",
            [
                _course(number, row, slugs) | {"source_id": self._page(page)}
                for number, (row, page) in enumerate(zip(courses, pages, strict=True), start=1)
            ],
        )
        names = "slug scope confidence name=name_fr url=source_url"
        services = self._lines(GuidanceService, "catalogue/services", names)
        self._new(GuidanceService, "slug", services)

    def _lines(self, table: type[Base], name: str, columns: str) -> list[Values]:
        return [_values(table, row, columns) for row in self._read(f"{name}.csv")]

    def _new(self, table: type[Base], key: str, rows: Iterable[Values]) -> None:
        known = set(self.connection.scalars(select(table.__table__.c[key])))
        unique = {row[key]: row for row in rows if row[key] not in known}
        self._insert(table, list(unique.values()))

    @cached_property
    def _known_pages(self) -> dict[str, str]:
        return {row["url"]: row["id"] for row in self._read("programme/sources.csv") if row["url"]}

    def _page(self, page: Values) -> str:
        """Give the source that a page of the catalogue is: that of the programme if it cites it."""
        return self._known_pages.get(page["url"] or "", str(page["id"]))

    def _retitle(self, courses: Iterable[Row]) -> None:
        """Give a page its own title where it has that of a course, and one source where two."""
        columns = Source.__table__.c
        for row in courses:
            page = _catalogue_source(row)
            if (one := self._page(page)) != page["id"]:
                done = self.connection.execute(
                    update(Course).where(Course.source_id == page["id"]).values(source_id=one)
                )
                self._count_mended(Course, done.rowcount)
            if page["title"] != row["title_fr"]:
                done = self.connection.execute(
                    update(Source)
                    .where(columns.id == page["id"], columns.title == row["title_fr"])
                    .values(title=page["title"])
                )
                self._count_mended(Source, done.rowcount)

    # Programme: versioned facts, inserted when their seed key is new, mended when their line was.

    def _programme(self) -> None:
        for table, name, columns, key in _FACTS:
            centres = self._centres()
            rows: Iterable[Values] = (
                _values(table, row, columns)
                | {"seed_key": "/".join(_part(row, cell) for cell in key.split())}
                | ({"centre_id": centres[row["insee_code"]]} if table in OF_CENTRES else {})
                for row in self._read_programme(name)
            )
            self._facts(table, _numbered(rows) if table in {Stage, PublishedFigure} else rows)

    def _centres(self) -> dict[str, int]:
        """Map the code of each seeded centre to its number, whatever became of it since."""
        rows = self.connection.execute(
            select(Centre.seed_key, Centre.id).where(Centre.seed_key.is_not(None))
        )
        return {self._key(key): number for key, number in rows if key is not None}

    def _key(self, key: str) -> str:
        """Write the key of a seeded fact with the communes that hold those it names."""
        return "/".join(map(self._held, key.split("/")))

    def _read_programme(self, name: str) -> Iterator[Row]:
        """Read a file of the programme, which may name communes of an older list."""
        for row in self._read(f"programme/{name}.csv"):
            yield row | {
                column: self._held(row[column])
                for column in ("insee_code", "scope_insee")
                if row.get(column)
            }

    def _facts(self, table: type[Base], rows: Iterable[Values]) -> None:
        columns = table.__table__.c
        stored = self.connection.scalars(
            select(columns.seed_key).where(columns.seed_key.is_not(None))
        )
        known = {self._key(key): key for key in stored}
        new: Values = {"version": 1, "recorded_at": self.at_utc}
        if "validation" in columns:
            new["validation"] = "validated"
        lines = list(rows)
        self._mend(
            table, {known[row["seed_key"]]: row for row in lines if row["seed_key"] in known}
        )
        self._insert(table, [row | new for row in lines if row["seed_key"] not in known])

    def _mend(self, table: type[Base], lines: Mapping[str, Values]) -> None:
        """Write the next version of the facts whose line was mended and that nobody touched.

        The version in force was then written by a seeding, whichever.
        """
        columns = table.__table__.c
        first = table.__table__.alias()
        seedings = select(AuditEvent.at_utc).where(
            AuditEvent.actor == journal.ACTOR, AuditEvent.command == COMMAND
        )
        stored = self.connection.execute(
            select(first.c.seed_key.label("line"), *columns)
            .join(first, first.c.id == func.coalesce(columns.origin_id, columns.id))
            .where(
                first.c.seed_key.in_(lines),
                columns.superseded_at.is_(None),
                columns.recorded_at.in_(seedings),
            )
        ).mappings()
        for row in list(stored):
            said = {name: row[name] for name in lines[row["line"]] if name != "seed_key"}
            line = {name: value for name, value in lines[row["line"]].items() if name in said}
            if line != said:
                self._renew(table, {name: row[name] for name in row if name != "line"}, line)

    def _renew(self, table: type[Base], row: Values, line: Values) -> None:
        """End a version and write the next one, which says `line`."""
        self.connection.execute(
            update(table).where(table.__table__.c.id == row["id"]).values(superseded_at=self.at_utc)
        )
        following = {
            "version": row["version"] + 1,
            "origin_id": row["origin_id"] or row["id"],
            "recorded_at": self.at_utc,
            "seed_key": None,
        }
        kept = {name: value for name, value in row.items() if name != "id"}
        self.connection.execute(insert(table), [kept | line | following])
        self._count_mended(table, 1)

    def _insert(self, table: type[Base], rows: list[Values]) -> None:
        if rows:
            self.connection.execute(insert(table), rows)
        self._count(table, len(rows))

    def _count(self, table: type[Base], rows: int) -> None:
        if rows:
            self.added[table.__tablename__] = self.added.get(table.__tablename__, 0) + rows

    def _count_mended(self, table: type[Base], rows: int) -> None:
        self._count(table, rows)
        self.mended[table.__tablename__] += rows

    def _read(self, name: str) -> Iterator[Row]:
        return _read(self.folder, name)


def _read(folder: Path, name: str) -> Iterator[Row]:
    path = folder / name
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise SeedError(str(path)) from error
    text = gzip.decompress(raw) if name.endswith(".gz") else raw
    yield from csv.DictReader(io.StringIO(text.decode("utf-8")))


def _values(table: type[Base], row: Row, names: str) -> Values:
    """Read cells as their columns hold them, `name=title` the column from a cell of another name.

    An empty cell is nothing known where the column may be null.
    """
    return {name: read(row[cell]) for name, cell, read in _readers(table, names)}


@cache
def _readers(table: type[Base], names: str) -> tuple[tuple[str, str, Callable[[str], Any]], ...]:
    pairs = (name.partition("=") for name in names.split())
    columns = table.__table__.c
    return tuple((name, cell or name, _reader(columns[name])) for name, _, cell in pairs)


def _reader(column: Any) -> Callable[[str], Any]:
    if isinstance(column.type, PartialDateType):
        return PartialDate.parse
    if isinstance(column.type, Boolean):
        return _FLAGS.__getitem__
    kinds = ((Integer, int), (Float, float), (Date, date.fromisoformat))
    read = next((read for kind, read in kinds if isinstance(column.type, kind)), str)
    return (lambda cell: read(cell) if cell else None) if column.nullable else read


_FLAGS = {"yes": True, "no": False, "unknown": None}


def _town(row: Row, sites: Mapping[str, Row], year: Mapping[str, int]) -> Values:
    site = sites.get(row["code"], {})
    signed = site.get("acv_signed_on")
    names = "code name department_code=department population latitude longitude"
    return _values(Town, row, names) | {
        "folded": fold(row["name"]),
        "population_year": year[row["department"]],
        "acv_site": site.get("site_id"),
        "acv_site_name": site.get("site_name"),
        "acv_signed_on": date.fromisoformat(signed) if signed else None,
        "epci_name": site.get("epci_name"),
        "present_code": None,
    }


def _catalogue_source(row: Row) -> Values:
    """Describe the page that attests a course by what is known of it: its address, or its name."""
    host = urlsplit(row["source_url"]).netloc.removeprefix("www.")
    digest = hashlib.sha256((row["source_url"] or row["source_fr"]).encode()).hexdigest()[:8]
    return {
        "id": f"catalogue-{slug(host or row['source_fr'])[:40]}-{digest}",
        "publisher": host or row["source_fr"],
        "title": row["source_fr"] or row["title_fr"],
        "reliability": "catalogue",
        "published_on": PartialDate(),
        "url": row["source_url"] or None,
        "accessed_on": date(2026, 11, 22),
    }


def _course(number: int, row: Row, slugs: Mapping[str, str]) -> Values:
    credential = row["credential_type"]
    names = "title=title_fr level=level_eu cnam_code rncp_code credits=ects confidence cpf_eligible"
    return _values(Course, row, names) | {
        "key": f"F{number:03d}",
        "field_slug": slugs[row["filiere"]],
        "credential": None if credential == "unknown" else credential,
    }


# The facts of the programme: their table, their file, its columns, and the cells of their keys.
_FACTS: tuple[tuple[type[Base], str, str, str], ...] = (
    (
        Centre,
        "centres",
        "town_code=insee_code name=town programme_link collectivity wave address note",
        "insee_code",
    ),
    (
        Stage,
        "stages",
        "kind=stage happened_on=on basis source_id confidence retained note",
        "insee_code stage on source_id",
    ),
    (
        Bound,
        "bounds",
        "kind=stage not_before basis source_id confidence note",
        "insee_code stage source_id",
    ),
    (
        Announcement,
        "announcements",
        "town_code=insee_code announced_for announced_on source_id confidence note",
        "insee_code source_id",
    ),
    (ProgrammeEvent, "events", "happened_on=on title=title_fr source_id", "on title_fr"),
    (
        Target,
        "targets",
        "indicator perimeter source_id value starts_on deadline decided_on",
        "indicator perimeter decided_on",
    ),
    (
        PublishedFigure,
        "published_figures",
        (
            "indicator published_on=on value qualifier kind title=title_fr source_id "
            "town_code=scope_insee period=period_fr starts_on=start ends_on=end part"
        ),
        "indicator on source_id value scope_insee",
    ),
    (
        Offering,
        "offerings",
        "course_key starts_on ends_on source_id",
        "insee_code course_key",
    ),
)


def _part(row: Row, cell: str) -> str:
    """Give what a cell is in the key of its fact."""
    if cell == "title_fr":
        return slug(row[cell])[:60]
    return row[cell] or ("unknown" if cell == "on" else "")


def _numbered(rows: Iterable[Values]) -> Iterator[Values]:
    """Give different keys to the facts that one source states twice."""
    seen: dict[str, int] = {}
    for row in rows:
        key = row["seed_key"]
        seen[key] = seen.get(key, 0) + 1
        yield row if seen[key] == 1 else row | {"seed_key": f"{key}/{seen[key]}"}
