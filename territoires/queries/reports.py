"""What was reported from the field: one report by its address, those that wait for staff."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Select, func, or_, select

from territoires.db.models import Department, Report, ReportDecision, Town
from territoires.domain.reports import Report as Sent
from territoires.domain.reports import (
    ReportKind,
    Verdict,
    digest_of,
    digest_of_all,
    name_of,
    read_name,
)


@dataclass(frozen=True, kw_only=True)
class Reported(Sent):
    """A report, and what became of it; its texts are empty once they are erased."""

    what: ReportKind
    id: int
    year: int
    number: int
    sent_at: datetime
    town: str
    region_code: str
    to_sort: bool
    erased_at: datetime | None
    verdict: Verdict | None
    answer: str
    decided_at: datetime | None
    into: str

    @property
    def name(self) -> str:
        """Its number, as people quote it."""
        return name_of(self.year, self.number)


def reported(connection: Connection, *, token: str) -> Reported | None:
    """Find the report that an address follows."""
    return _first(connection, _ALL.where(Report.token_hash == sha256(token.encode()).hexdigest()))


def numbered(connection: Connection, *, name: str) -> Reported | None:
    """Find a report by its number, as `T-2026-0042` says it; raises ValueError."""
    year, number = read_name(name)
    return _first(connection, _ALL.where(Report.year == year, Report.number == number))


def by_id(connection: Connection, *, report_id: int) -> Reported | None:
    """Find a report as the acts of staff name it."""
    return _first(connection, _ALL.where(Report.id == report_id))


def waiting(
    connection: Connection,
    *,
    regions: Collection[str] = (),
    to_sort: bool,
    limit: int | None = None,
) -> list[Reported]:
    """List what nobody has decided in some regions (none named: in France), oldest first."""
    asked = _narrowed(_ALL, regions).where(Report.to_sort == to_sort).order_by(Report.id)
    return [Reported(**row) for row in connection.execute(asked.limit(limit)).mappings()]


def count_waiting(connection: Connection, *, regions: Collection[str] = ()) -> tuple[int, int]:
    """Count what nobody has decided, and apart what is to be sorted."""
    asked = _narrowed(_placed(select(Report.to_sort, func.count())), regions)
    found = {row[0]: row[1] for row in connection.execute(asked.group_by(Report.to_sort))}
    return found.get(False, 0), found.get(True, 0)


def alike(connection: Connection, *, town_code: str, but: int) -> list[str]:
    """Name what else is known of a town, the latest first: it may be the same news."""
    asked = (
        select(Report.year, Report.number)
        .outerjoin(ReportDecision, ReportDecision.id == Report.decision_id)
        .where(Report.town_code == town_code, Report.id != but)
        .where(or_(Report.decision_id.is_(None), ReportDecision.verdict != Verdict.MERGED))
        .order_by(Report.id.desc())
        .limit(10)
    )
    return [name_of(*row) for row in connection.execute(asked)]


def unlike_their_digests(connection: Connection) -> list[str]:
    """Name the reports that do not say what the journal has the digest of, until erased."""
    of_acts: dict[int, list[str]] = {}
    found = []
    for row in connection.execute(select(Report.__table__).where(Report.decision_id.is_not(None))):
        said = digest_of(row.salt, row.cited, row.function, row.message, row.email)
        if row.erased_at is None and said != row.digest:
            found.append(name_of(row.year, row.number))
        of_acts.setdefault(row.decision_id, []).append(row.digest)
    acts = connection.execute(select(ReportDecision.id, ReportDecision.digest))
    found += [
        f"report_decision {act.id}"
        for act in acts
        if act.id in of_acts and digest_of_all(of_acts[act.id]) != act.digest
    ]
    return found


def _placed(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return (
        statement.join(Town, Town.code == Report.town_code)
        .join(Department, Department.code == Town.department_code)
        .outerjoin(ReportDecision, ReportDecision.id == Report.decision_id)
    )


_FIELDS = {item.name for item in fields(Reported)}
_ALL: Select[*tuple[Any, ...]] = _placed(
    select(
        *(column for column in Report.__table__.c if column.name in _FIELDS),
        Town.name.label("town"),
        Department.region_code,
        ReportDecision.verdict,
        func.coalesce(ReportDecision.answer, "").label("answer"),
        ReportDecision.decided_at,
        func.coalesce(ReportDecision.into_number, "").label("into"),
    ).select_from(Report)
)


def _narrowed(
    statement: Select[*tuple[Any, ...]], regions: Collection[str]
) -> Select[*tuple[Any, ...]]:
    statement = statement.where(Report.decision_id.is_(None))
    return statement.where(Department.region_code.in_(regions)) if regions else statement


def _first(connection: Connection, statement: Select[*tuple[Any, ...]]) -> Reported | None:
    row = connection.execute(statement).mappings().first()
    return None if row is None else Reported(**row)
