"""What a new list of communes does to an older one: who is gone, and where what was theirs goes."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, literal, select, update
from sqlalchemy.orm import aliased

from territoires.db.chunks import chunks
from territoires.db.models import Centre, Department, FormerTown, Region, Town
from territoires.domain.imports import TownRef, Towns, plain_name
from territoires.domain.programme import FormerKind
from territoires.domain.scope import Former
from territoires.domain.text import fold

Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Question:
    """What the files do not say: `towns` (code and name) may hold what was recorded in `code`.

    `centres` names what stays where it is until somebody answers; `is_back` tells a commune that
    the new list has again from one that it no longer has.
    """

    code: str
    name: str
    towns: tuple[tuple[str, str], ...] = ()
    centres: tuple[str, ...] = ()
    is_back: bool = False


@dataclass(frozen=True, kw_only=True)
class Succession:
    """Which commune of a list holds each code that the list does not have.

    A commune that was split is held by its successor of the same name, or else by the one that
    `chosen` says; by none before somebody says it.
    """

    communes: Mapping[str, str]  # the names of the list, by code
    holders: Mapping[str, Sequence[str]]  # who holds each code that is no commune's
    names: Mapping[str, str]  # as they were known before
    chosen: Mapping[str, str]

    @classmethod
    def read(
        cls,
        communes: Iterable[Row],
        former: Iterable[Row],
        *,
        names: Mapping[str, str],
        chosen: Mapping[str, str],
    ) -> "Succession":
        """Read the two files of a list; `names` are those of the communes known before."""
        holders = defaultdict(list)
        for row in former:
            holders[row["code"]].append(row["present_code"])
        listed = {row["code"]: row["name"] for row in communes}
        return cls(communes=listed, holders=holders, names=names, chosen=chosen)

    def of(self, code: str) -> str | None:
        """Give the commune that holds a code: itself if the list has it, None when nobody knows."""
        if code in self.communes:
            return code
        if (chosen := self.chosen.get(code)) in self.communes:
            return chosen
        holders = [holder for holder in self.holders.get(code, ()) if holder in self.communes]
        if len(holders) > 1:
            name = fold(self.names.get(code, ""))
            holders = [holder for holder in holders if fold(self.communes[holder]) == name]
        return holders[0] if len(holders) == 1 else None


def follow_former(connection: Connection, former: Iterable[Row]) -> int:
    """Keep the codes that are no commune's as the files have them; gives how many rows moved."""
    columns = FormerTown.__table__.c
    wanted = {(row["code"], row["present_code"]): dict(row) for row in former}
    known = {
        (row["code"], row["present_code"]): {name: str(row[name]) for name in row}
        for row in connection.execute(select(*columns)).mappings()
    }
    moved = [key for key, row in wanted.items() if known.get(key) != row]
    gone = known.keys() - wanted.keys()
    for code, present in [*gone, *(key for key in moved if key in known)]:
        connection.execute(
            delete(FormerTown).where(columns.code == code, columns.present_code == present)
        )
    if moved:
        connection.execute(insert(FormerTown), [wanted[key] for key in moved])
    return len(moved) + len(gone)


def missing(connection: Connection, communes: Collection[str]) -> list[Row]:
    """List the communes of the database that a list does not have, and that nobody holds yet."""
    rows = connection.execute(
        select(Town.code, Town.name, Town.population)
        .where(Town.present_code.is_(None))
        .order_by(Town.code)
    )
    return [dict(row) for row in rows.mappings() if row["code"] not in communes]


def retire(connection: Connection, code: str, holder: str) -> None:
    """Leave a commune out of the list: its row stays for the versions that name it."""
    columns = Town.__table__.c
    department = select(columns.department_code).where(columns.code == holder).scalar_subquery()
    connection.execute(
        update(Town)
        .where(columns.code == code)
        .values(
            present_code=holder,
            population=0,
            department_code=department,
            acv_site=None,
            acv_site_name=None,
            acv_signed_on=None,
        )
    )
    connection.execute(update(Town).where(columns.present_code == code).values(present_code=holder))


def unheld(connection: Connection, succession: Succession) -> Iterator[Question]:
    """Yield the communes that the list does not have and that nobody holds."""
    for row in missing(connection, succession.communes):
        holders = succession.holders.get(row["code"], ())
        yield Question(
            code=row["code"],
            name=row["name"],
            towns=tuple((holder, succession.communes[holder]) for holder in holders),
            centres=_centres_in(connection, row["code"]),
        )


def restored(connection: Connection, succession: Succession) -> list[tuple[str, str]]:
    """List the communes that the list has again, each with the one that held it until then.

    To be asked before the database follows the list.
    """
    gone = select(Town.code, Town.present_code).where(Town.present_code.is_not(None))
    held = {
        code: str(holder)
        for statement in (select(FormerTown.code, FormerTown.present_code), gone)
        for code, holder in connection.execute(statement)
    }
    return [(code, held[code]) for code in sorted(held.keys() & succession.communes.keys())]


def left_behind(
    connection: Connection, succession: Succession, pairs: Iterable[tuple[str, str]]
) -> Iterator[Question]:
    """Ask about the centres that stay with who held a commune that is back.

    Those that were recorded there; of one where nothing ever was, all that its holder has.
    """
    for code, holder in pairs:
        were_there = set(
            connection.scalars(select(Centre.entity_id).where(Centre.town_code == code))
        )
        if centres := _centres_in(connection, holder, were_there):
            name = succession.communes[code]
            towns = ((holder, succession.communes.get(holder, holder)),)
            yield Question(code=code, name=name, towns=towns, centres=centres, is_back=True)


def _centres_in(connection: Connection, code: str, only: Collection[int] = ()) -> tuple[str, ...]:
    rows = connection.execute(
        select(Centre.entity_id, Centre.name)
        .where(Centre.town_code == code, Centre.superseded_at.is_(None))
        .order_by(Centre.id)
    )
    return tuple(name for number, name in rows if not only or number in only)


def former(connection: Connection, codes: Iterable[str]) -> dict[str, Former]:
    """Find, among some codes, those that are no commune's, and who holds them now."""
    asked = sorted(codes)
    holder = aliased(Town)
    gone = select(
        Town.code, Town.name, literal(FormerKind.FORMER.value), holder.code, holder.name
    ).join(holder, holder.code == Town.present_code)
    listed = select(
        FormerTown.code, FormerTown.name, FormerTown.kind, holder.code, holder.name
    ).join(holder, holder.code == FormerTown.present_code)
    found: dict[str, Former] = {}
    for statement, code_of in ((listed, FormerTown.code), (gone, Town.code)):
        holders: dict[str, list[tuple[str, str]]] = defaultdict(list)
        rows = connection.execute(
            statement.where(code_of.in_(asked), holder.present_code.is_(None)).order_by(holder.code)
        )
        for code, name, kind, *by in rows:
            holders[code].append((by[0], by[1]))
            found[code] = Former(
                code=code,
                name=name or (found[code].name if code in found else ""),
                kind=found[code].kind if code in found else FormerKind(kind),
                holders=tuple(holders[code]),
            )
    return found


def named(connection: Connection, codes: Collection[str], said: Iterable[str | None]) -> Towns:
    """Find communes by their codes and by their names, with their centres in force.

    A code that is no longer a commune's says who holds it.
    """
    codes, names = set(codes), {plain_name(name) for name in said if name}
    found: dict[str, Any] = {}
    centres: dict[str, dict[int, str]] = defaultdict(dict)
    selected = (
        select(Town.code, Town.name, Region.code.label("region"), Region.name.label("inside"))
        .join(Department, Department.code == Town.department_code)
        .join(Region, Region.code == Department.region_code)
        .where(Town.present_code.is_(None))
    )
    for column, keys in ((Town.code, codes), (Town.folded, names)):
        for some in chunks(sorted(keys)):
            rows_found = connection.execute(selected.where(column.in_(some)))
            found |= {row.code: row for row in rows_found}
    for some in chunks(sorted(found)):
        there = connection.execute(
            select(Centre.entity_id, Centre.name, Centre.town_code)
            .where(Centre.town_code.in_(some), Centre.superseded_at.is_(None))
            .order_by(Centre.entity_id)
        )
        for number, name, code in there:
            centres[code][number] = name
    towns = {
        code: TownRef(
            code=code,
            name=row.name,
            region_code=row.region,
            region_name=row.inside,
            centres=centres[code],
        )
        for code, row in sorted(found.items())
    }
    by_name = defaultdict[str, list[TownRef]](list)
    for town in towns.values():
        by_name[plain_name(town.name)].append(town)
    former_ones: dict[str, Former] = {}
    for some in chunks(sorted(codes - towns.keys())):
        former_ones |= former(connection, some)
    return Towns(
        by_code={code: town for code, town in towns.items() if code in codes},
        by_name=by_name,
        former=former_ones,
    )
