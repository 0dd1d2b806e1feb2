"""The smallest valid example of each thing; a test changes only what it is about."""

import types
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Union, get_args, get_origin, get_type_hints

from alembic import command
from sqlalchemy import Connection, delete, insert, select, update

from territoires.db import journal, schema
from territoires.db.engine import engine
from territoires.db.fingerprints import Sums, noted, watching
from territoires.db.models import AuditEvent, Centre, Staff, StaffRegion, Stage
from territoires.domain import rollout
from territoires.domain.dates import PartialDate
from territoires.domain.programme import Basis, ProgrammeLink, StageKind
from territoires.domain.roles import Role

# --- drafts ---


def filled(kind: type[Any], text: str) -> dict[tuple[str, ...], Any]:
    """Make one draft per text of a kind of draft, each with `text` there and nothing elsewhere.

    The keys say where. A field of a type that this does not know is an error: whoever adds one says
    here how it holds texts.
    """
    plain = {name: _nothing(hint) for name, hint in get_type_hints(kind).items()}
    made: dict[tuple[str, ...], Any] = {}
    for item in fields(kind):
        for where, value in _holding(get_type_hints(kind)[item.name], text):
            made[item.name, *where] = kind(**plain | {item.name: value})
    return made


def _parts(hint: Any) -> list[Any]:
    whole = get_origin(hint) in {Union, types.UnionType}
    return list(get_args(hint)) if whole else [hint]


def _nothing(hint: Any) -> Any:
    first = _parts(hint)[0]
    if type(None) in _parts(hint):
        return None
    if (made := get_origin(first)) in {tuple, dict}:
        return made()
    if first in {int, bool, str, PartialDate}:
        return first()
    if first is date:
        return date(2021, 9, 1)
    if is_dataclass(first):
        return first(**{n: _nothing(h) for n, h in get_type_hints(first).items()})  # type: ignore[operator]
    return next(iter(first))  # of an enumeration


def _holding(hint: Any, text: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    for part in _parts(hint):
        if part is str:
            yield (), text
        elif get_origin(part) is tuple:
            for where, value in _holding(get_args(part)[0], text):
                yield ("0", *where), (value,)
        elif is_dataclass(part) and part is not PartialDate:
            for where, value in filled(part, text).items():  # type: ignore[arg-type]
                yield where, value
        else:
            numbers = {int, bool, date, PartialDate, type(None)}
            # What was typed is given back to the fields alone, as it was.
            assert part in numbers or get_origin(part) is dict or issubclass(part, StrEnum), part


# --- histories, for the domain ---


def stage(kind: StageKind, on: str, **changes: Any) -> rollout.Stage:
    """Make a step; `on` is ISO reduced to what is known, empty when nothing is."""
    return rollout.Stage(kind=kind, on=PartialDate.parse(on), **changes)


def opened(on: str, **changes: Any) -> rollout.Stage:
    """Make an opening."""
    return stage(StageKind.OPENED, on, **changes)


def opened_by(on: str, **changes: Any) -> rollout.Stage:
    """Make an opening of which it is only known that it had happened by then."""
    return opened(on, basis=Basis.UPPER_BOUND, **changes)


def labelled(on: str, **changes: Any) -> rollout.Stage:
    """Make a labelling."""
    return stage(StageKind.SELECTED, on, **changes)


def closed(on: str, **changes: Any) -> rollout.Stage:
    """Make a closing."""
    return stage(StageKind.CLOSED, on, **changes)


def centre(*stages: rollout.Stage, town: str = "52121", **changes: Any) -> rollout.CentreHistory:
    """Make a centre with the stages given."""
    return rollout.CentreHistory(centre_id=1, town=town, stages=stages, **changes)


def centres(*histories: tuple[rollout.Stage, ...]) -> list[rollout.CentreHistory]:
    """Make one centre per group of stages, each in its own town."""
    return [
        rollout.CentreHistory(centre_id=number, town=f"{number:05d}", stages=stages)
        for number, stages in enumerate(histories, start=1)
    ]


def target_row(value: int = 100, **changes: Any) -> rollout.TargetRow:
    """Make the target of the programme, or another one."""
    usual: dict[str, Any] = {
        "starts_on": date(2019, 4, 1),
        "deadline": date(2022, 12, 31),
        "decided_on": date(2019, 2, 13),
    }
    return rollout.TargetRow(value=value, **(usual | changes))


# --- rows, for the database ---


@contextmanager
def writing(url: str) -> Iterator[Connection]:
    """Open a transaction that may write, without a command.

    What it writes is noted in the fingerprints of its last act by hand, if it has one.
    """
    sums = Sums()
    with engine(url, writable=True, owner=True).connect() as connection, connection.begin():
        with watching(connection, sums):
            yield connection
        _note(connection, sums)


def _note(connection: Connection, sums: Sums) -> None:
    if not noted(sums):
        return
    last = connection.execute(
        select(*AuditEvent.__table__.c).order_by(AuditEvent.id.desc()).limit(1)
    ).first()
    if last is None or last.command != "by_hand" or last.fingerprint:
        return
    row = last._asdict() | {"fingerprint": noted(sums)}
    row["hash"] = journal.seal(row["previous_hash"], journal.sealed_content(row))
    connection.execute(update(AuditEvent).where(AuditEvent.id == last.id).values(row))


def act(connection: Connection, at_utc: datetime) -> datetime:
    """Record in the journal that something was done by hand, and give its instant."""
    journal.record(
        connection,
        at_utc=at_utc,
        actor="test",
        command="by_hand",
        entity="test",
        entity_id="",
        changes=[],
    )
    return at_utc


def add(connection: Connection, table: Any, *, at_utc: datetime, **values: Any) -> int:
    """Insert the first version of a fact and give its number."""
    row = {"version": 1, "recorded_at": at_utc} | values
    done = connection.execute(insert(table).values(row))
    return int(done.inserted_primary_key[0])


def add_centre(connection: Connection, *, at_utc: datetime, **changes: Any) -> int:
    """Insert a centre, in Troyes unless told otherwise."""
    usual = {"town_code": "10387", "name": "Troyes", "programme_link": ProgrammeLink.STATED}
    return add(connection, Centre, at_utc=at_utc, **(usual | changes))


def add_stage(
    connection: Connection, *, at_utc: datetime, centre_id: int, on: str, **changes: Any
) -> int:
    """Insert a stage, a stated and validated opening unless told otherwise."""
    usual: dict[str, Any] = {
        "kind": StageKind.OPENED,
        "basis": Basis.STATED,
        "source_id": "cnam-2021-05",
        "retained": True,
        "validation": "validated",
    }
    return add(
        connection,
        Stage,
        at_utc=at_utc,
        centre_id=centre_id,
        happened_on=PartialDate.parse(on),
        **(usual | changes),
    )


def correct(
    connection: Connection, table: Any, number: int, *, at_utc: datetime, **changes: Any
) -> int:
    """Close the version in force of the fact `number` and insert the next one."""
    columns = table.__table__.c
    current = dict(
        connection.execute(
            select(*columns).where(table.entity_id == number, columns.superseded_at.is_(None))
        )
        .mappings()
        .one()
    )
    withdraw(connection, table, number, at_utc=at_utc)
    following = current | {
        "origin_id": number,
        "version": current["version"] + 1,
        "recorded_at": at_utc,
        "seed_key": None,
    }
    del following["id"]
    done = connection.execute(insert(table).values(following | changes))
    return int(done.inserted_primary_key[0])


def withdraw(connection: Connection, table: Any, number: int, *, at_utc: datetime) -> None:
    """Close the version in force of the fact `number`."""
    connection.execute(
        update(table)
        .where(table.entity_id == number, table.superseded_at.is_(None))
        .values(superseded_at=at_utc)
    )


def seeded_number(connection: Connection, table: Any, seed_key: str) -> int:
    """Give the number of a seeded fact."""
    return int(connection.scalars(select(table.id).where(table.seed_key == seed_key)).one())


def reseal(url: str, **changes: Any) -> None:
    """Rewrite the whole chain, as whoever may write to the database can."""
    with engine(url, writable=True, owner=True).connect() as connection, connection.begin():
        previous = ""
        for event in connection.execute(select(*AuditEvent.__table__.c).order_by(AuditEvent.id)):
            row = event._asdict() | changes | {"previous_hash": previous}
            row["hash"] = previous = journal.seal(previous, journal.sealed_content(row))
            connection.execute(update(AuditEvent).where(AuditEvent.id == event.id).values(row))


FIRST_ROLES = (
    *(Role.PARTNER, Role.ENTRY, Role.VALIDATION),
    *(Role.DIRECTION, Role.ADMINISTRATION),
)


def age(url: str, revision: str) -> None:
    """Turn a database into one of an earlier revision, journal included."""
    reseal(url, fingerprint=None, machine_at=None)
    with engine(url, writable=True, owner=True).connect() as connection, connection.begin():
        # Nobody had a role that was not there yet.
        people = select(Staff.id).where(Staff.role.not_in(FIRST_ROLES))
        connection.execute(delete(StaffRegion).where(StaffRegion.staff_id.in_(people)))
        connection.execute(delete(Staff).where(Staff.id.in_(people)))
        command.downgrade(schema.migrating(connection), revision)
