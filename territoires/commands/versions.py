"""The only three things that happen to a fact: a first version, a next one, an end."""

from typing import Any, TypeVar

from sqlalchemy import func, inspect, select

from territoires.commands.audit import is_fact
from territoires.commands.write import Saved, Write
from territoires.db.journal import BOOKKEEPING
from territoires.db.models import OF_CENTRES, OF_TOWNS, Centre, Stage, Versioned
from territoires.db.types import is_key
from territoires.domain.checks import Code, reasoned, settle
from territoires.domain.drafts import StatementDraft, WithdrawalDraft
from territoires.domain.errors import InvalidError, Problem, StaleError
from territoires.domain.scope import Where

V = TypeVar("V", bound=Versioned)


def current(write: Write, table: type[V], number: int) -> V | None:
    """Give the version in force of a fact, None when it was withdrawn or never was."""
    if not is_key(number):
        return None
    found: V | None = write.session.scalar(
        select(table).where(is_fact(table, number), table.superseded_at.is_(None))
    )
    return found


def in_force(write: Write, table: type[V], **said: Any) -> list[V]:
    """List what is known of a sort and says this, by column, the first recorded first."""
    asked = (getattr(table, name) == value for name, value in said.items())
    rows = select(table).where(*asked, table.superseded_at.is_(None)).order_by(table.id)
    return list(write.session.scalars(rows))


def expected(write: Write, table: type[V], version_id: int) -> V:
    """Give the version that a form showed, which must still be in force.

    Raises StaleError with the version that replaced it (None: withdrawn), InvalidError when there
    never was one.
    """
    row = write.row(table, version_id)
    if row is None:
        raise InvalidError([Problem("expected_id", Code.UNKNOWN_FACT, str(version_id))])
    if row.superseded_at is not None:
        newest = current(write, table, row.entity_id)
        raise StaleError(
            str(inspect(table).local_table.name), version_id, newest.id if newest else None
        )
    return row


def corrected(write: Write, table: Any, draft: StatementDraft) -> Any:
    """Give the version that a draft corrects, None for something said anew.

    Raises as `expected` does, and RefusedError when it is of a place out of competence.
    """
    if draft.expected_id is None:
        return None
    row = expected(write, table, draft.expected_id)
    if issubclass(table, OF_TOWNS):
        write.town(row.town_code)
    else:
        centre_and_town(write, row.centre_id)
    return row


def centre_and_town(write: Write, centre_id: int) -> tuple[Centre, Where]:
    """Find a centre in force with its town.

    Raises InvalidError when there is none, RefusedError out of competence.
    """
    centre = current(write, Centre, centre_id)
    if centre is None:
        raise InvalidError([Problem("centre_id", Code.UNKNOWN_CENTRE, str(centre_id))])
    return centre, write.town(centre.town_code)


def insert(write: Write, row: V) -> V:
    """Record the first version of a fact."""
    write.session.add(row)
    write.session.flush()
    return row


def correct(write: Write, row: V, **values: Any) -> V:
    """End a version and record the next, which says `values`; the same row if nothing moves."""
    said = saying(row)
    if all(said[name] == value for name, value in values.items()):
        return row
    withdraw(write, row)
    return restore(write, row, **values)


def record(write: Write, table: Any, row: V | None, where: Where, values: Any) -> Saved:
    """Record a fact that says `values`, or the next version of it: `row` is what is corrected."""
    if row is None:
        made = insert(write, table(recorded_at=write.at_utc, **values))
        return saved(made, where, inserted=1)
    version = correct(write, row, **values)
    return saved(version, where, corrected=int(version is not row))


def withdraw(write: Write, row: Versioned) -> None:
    """End a version without a next one."""
    row.superseded_at = write.at_utc
    write.session.flush()


def withdrawn_from_town(write: Write, table: Any, draft: WithdrawalDraft) -> Saved:
    """End the fact on a town that a form showed, for the reason that it gives."""
    row = expected(write, table, draft.expected_id)
    where = write.town(row.town_code)
    settle(reasoned(draft), confirmed=False)
    withdraw(write, row)
    return saved(row, where, corrected=1)


def withdrawn_from_centre(write: Write, table: Any, draft: WithdrawalDraft) -> Saved:
    """End the fact of a centre that a form showed, and the centre when it was no more than facts.

    So is a centre that came with a stage and on which nothing rests any more; one that somebody
    created by itself, or that the seeds list, stays.
    """
    row = expected(write, table, draft.expected_id)
    centre, where = centre_and_town(write, row.centre_id)
    settle(reasoned(draft), confirmed=False)
    withdraw(write, row)
    made = write.session.get_one(Centre, centre.entity_id)
    came_with_a_stage = made.seed_key is None and write.session.scalar(
        select(func.count()).where(
            Stage.centre_id == made.id, Stage.version == 1, Stage.recorded_at == made.recorded_at
        )
    )
    is_gone = bool(came_with_a_stage) and not resting_on(write, made.id)
    if is_gone:
        withdraw(write, centre)
    return saved(row, where, corrected=1, centre_gone=is_gone)


def resting_on(write: Write, centre_id: int) -> int:
    """Count the facts in force of a centre."""
    return sum(
        write.session.scalar(
            select(func.count()).where(table.centre_id == centre_id, table.superseded_at.is_(None))
        )
        or 0
        for table in OF_CENTRES
    )


def restore(write: Write, row: V, **values: Any) -> V:
    """Record, as the newest version of its fact, what `row` said, but for `values`."""
    table: Any = type(row)
    newest = write.session.scalar(
        select(func.max(table.version)).where(is_fact(table, row.entity_id))
    )
    version: V = table(
        **(saying(row) | values),
        origin_id=row.entity_id,
        version=(newest or 0) + 1,
        recorded_at=write.at_utc,
    )
    return insert(write, version)


def saved(row: Versioned, where: Where, **more: Any) -> Saved:
    """Say which version was written, about which centre, and `more` of what `Saved` tells."""
    centre = row.entity_id if isinstance(row, Centre) else getattr(row, "centre_id", None)
    return Saved(
        entity=str(inspect(type(row)).local_table.name),
        entity_id=str(row.entity_id),
        version_id=row.id,
        centre_id=centre,
        town_code=where.code,
        region_code=where.region_code,
        **more,
    )


def values(draft: Any, table: Any, **more: Any) -> dict[str, Any]:
    """Give what a draft says in the columns of a table, and `more`; a blank text says nothing."""
    columns = table.__table__.c
    given = {name: value for name, value in vars(draft).items() if name in columns}
    # A word of ours, such as the link to the programme, is a text too: it is kept as it is.
    texts = {name: text.strip() or None for name, text in given.items() if type(text) is str}
    return given | texts | more


def saying(row: Versioned) -> dict[str, Any]:
    """Give what a version says: its columns, those of the versioning left out."""
    return {
        column.key: getattr(row, column.key)
        for column in inspect(row).mapper.column_attrs
        if column.key not in BOOKKEEPING
    }
