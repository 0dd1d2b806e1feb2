"""The smallest valid example of each thing; a test changes only what it is about."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from territoires.db import journal
from territoires.db.engine import engine
from territoires.db.models import Centre, Stage
from territoires.domain import rollout
from territoires.domain.dates import PartialDate
from territoires.domain.programme import Basis, ProgrammeLink, StageKind

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
    """Open a transaction that may write, without a command."""
    with engine(url, writable=True).connect() as connection, connection.begin():
        yield connection


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
