"""Facts against the journal: what an act noted that it wrote is what the database holds."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, or_, select

from territoires.db.chunks import chunks
from territoires.db.journal import BOOKKEEPING
from territoires.db.models import AuditEvent
from territoires.domain.drafts import plain
from territoires.queries.faults import Fault

Values = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class _Noted:
    """One change of one fact: what it said before the act `at`, and what it has said since."""

    at: datetime
    fact: int
    version: int | None
    before: Values | None
    after: Values | None


def unlike_the_journal(connection: Connection, facts: Sequence[type[Any]]) -> Iterator[Fault]:
    """Yield the versions that do not say what the journal noted of them, or that it did not count.

    An act of thousands of rows is noted by their number alone: only that is compared.
    """
    noted: dict[str, list[_Noted]] = defaultdict(list)
    opened: dict[str, Counter[datetime]] = defaultdict(Counter)
    closed: dict[str, Counter[datetime]] = defaultdict(Counter)
    numbers: dict[datetime, int] = {}
    acts = connection.execute(
        select(AuditEvent.id, AuditEvent.at_utc, AuditEvent.changes).order_by(AuditEvent.id)
    )
    for act, at, changes in acts:
        numbers[at] = act
        for change in changes:
            name = change["entity"]
            if "added" in change:  # seeds, imports: thousands of rows
                opened[name][at] += change["added"] + change.get("corrected", 0)
                closed[name][at] += change.get("corrected", 0) + change.get("withdrawn", 0)
                continue
            if "before" not in change:  # what an import was about
                continue
            version, before, after = change.get("version"), change["before"], change["after"]
            opened[name][at] += after is not None
            closed[name][at] += before is not None
            noted[name].append(
                _Noted(
                    at=at,
                    fact=int(change["id"]) if change["id"].isdecimal() else 0,
                    version=version,
                    before=before,
                    after=after,
                )
            )
    for fact in facts:
        name = fact.__tablename__
        yield from _altered(connection, fact, noted[name])
        for column, counts in (
            (fact.recorded_at, opened[name]),
            (fact.superseded_at, closed[name]),
        ):
            there: Counter[datetime] = Counter()
            for at, number in connection.execute(select(column, func.count()).group_by(column)):
                there[at] = number
            for at, number in counts.items():
                if there[at] != number:
                    yield Fault(code="uncounted", where=name, detail=str(numbers[at]))


def _altered(connection: Connection, fact: type[Any], noted: Sequence[_Noted]) -> Iterator[Fault]:
    columns = fact.__table__.c
    told = {column.name for column in columns} - BOOKKEEPING
    for some in chunks(noted):
        facts = {change.fact for change in some}
        rows = connection.execute(
            select(*columns).where(or_(columns.id.in_(facts), columns.origin_id.in_(facts)))
        )
        versions: dict[int, list[Values]] = defaultdict(list)
        for row in rows:
            version: Values = row._asdict()
            versions[version["origin_id"] or version["id"]].append(version)
        for change in some:
            if not _holds(change, versions[change.fact], told):
                yield Fault(
                    code="altered",
                    where=fact.__tablename__,
                    detail=str(change.version or change.fact),
                )


def _holds(change: _Noted, versions: Sequence[Values], told: AbstractSet[str]) -> bool:
    """Tell whether the versions of a fact say what a change noted, and are the same elsewhere."""
    new = next((row for row in versions if row["id"] == change.version), None)
    old = next((row for row in versions if row["superseded_at"] == change.at), None)
    if not _says(new, change.after) or not _says(old, change.before):
        return False
    if new is None or old is None or change.after is None:
        return True
    return all(old[name] == new[name] for name in told - change.after.keys())


def _says(row: Values | None, noted: Values | None) -> bool:
    """Tell whether a row has the values that were noted; nothing noted needs no row."""
    if noted is None:
        return True
    return row is not None and all(plain(row[name]) == value for name, value in noted.items())
