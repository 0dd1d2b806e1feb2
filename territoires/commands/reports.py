"""Reports from the field: received from anybody, decided by staff, erased in the end."""

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, or_, select, update

from territoires.commands.accounts import charge, digest, forget_tries, network, noting
from territoires.commands.audit import region_of_town
from territoires.commands.write import Saved, Write, requires
from territoires.db.chunks import chunks
from territoires.db.models import DailySalt, Department, ReportDecision, Town, WaitingTime
from territoires.db.models import Report as ReportRow
from territoires.db.revision import reading_current
from territoires.domain import reports
from territoires.domain.checks import Code, reasoned, report_problems, settle
from territoires.domain.clock import PARIS
from territoires.domain.drafts import ReportDraft, SortingDraft
from territoires.domain.errors import InvalidError, Problem, StaleError
from territoires.domain.reports import Report, Verdict
from territoires.domain.roles import Permission

_HOUR, _TWINS = timedelta(hours=1), timedelta(days=30)
_EMPTY = {"cited": "", "function": "", "message": "", "email": "", "salt": ""}


@dataclass(frozen=True, kw_only=True)
class Received:
    """A report that was kept; without a `token`, the same one was kept before."""

    name: str
    sent_at: datetime
    token: str = field(default="", repr=False)


def receive(url: str, report: Report, *, address: str, now: datetime) -> Received | None:
    """Keep what somebody reports; None when too much has come from their address in this hour.

    What comes with too many others, of its town or of all, is to be sorted: never refused. Raises
    InvalidError.
    """
    settle(report_problems(report, today=now.astimezone(PARIS).date()), confirmed=False)
    now = now.astimezone(UTC)
    with noting(url) as connection:
        twin = _twin(connection, report, now)
        if twin is not None:
            return Received(name=reports.name_of(twin.year, twin.number), sent_at=twin.sent_at)
        forget_tries(connection, now)
        place = digest("report", _salt(connection, now), network(address), f"{now:%Y-%m-%d %H}")
        came = connection.scalar(select(WaitingTime.failures).where(WaitingTime.key == place)) or 0
        if came >= reports.BY_ADDRESS:
            return None
        charge(connection, place, came + 1, now, known=False)
        return _keep(connection, report, now)


def _keep(connection: Connection, report: Report, now: datetime) -> Received:
    year, token, salt = now.astimezone(PARIS).year, secrets.token_urlsafe(16), secrets.token_hex(16)
    last = select(func.max(ReportRow.number)).where(ReportRow.year == year)
    number = 1 + (connection.scalar(last) or 0)
    written = (report.cited, report.function, report.message, report.email)
    connection.execute(
        insert(ReportRow).values(
            **vars(report),
            year=year,
            number=number,
            token_hash=digest(token),
            sent_at=now,
            salt=salt,
            digest=reports.digest_of(salt, *written),
            to_sort=_are_many(connection, report.town_code, now),
        )
    )
    return Received(name=reports.name_of(year, number), sent_at=now, token=token)


def _are_many(connection: Connection, town_code: str, now: datetime) -> bool:
    came = select(func.count()).where(ReportRow.sent_at > now - _HOUR)
    of_town = connection.scalar(came.where(ReportRow.town_code == town_code)) or 0
    return of_town >= reports.BY_TOWN or (connection.scalar(came) or 0) >= reports.BY_ALL


def _twin(connection: Connection, report: Report, now: datetime) -> Row[int, int, datetime] | None:
    """Find the same report among those of the last days; who sent it makes no difference."""
    same = [
        getattr(ReportRow, name).is_not_distinct_from(value)
        for name, value in vars(report).items()
        if name != "email"
    ]
    return connection.execute(
        select(ReportRow.year, ReportRow.number, ReportRow.sent_at)
        .where(*same, ReportRow.erased_at.is_(None), ReportRow.sent_at > now - _TWINS)
        .order_by(ReportRow.id)
        .limit(1)
    ).first()


# The seal of a form, which says when it was made.


def stamp(url: str, *, now: datetime) -> str:
    """Say when a form was made, so that nobody else can."""
    now = now.astimezone(UTC)
    known = _salts(url, now)
    if now.date() not in known:
        with noting(url) as connection:
            known[now.date()] = _salt(connection, now)
    made = str(int(now.timestamp()))
    return f"{made}.{_sealed(known[now.date()], made)}"


def stamped_at(url: str, text: str, *, now: datetime) -> datetime | None:
    """Read when a form was made; None of one too old, or that we did not make."""
    made, _, seal = text.partition(".")
    known = _salts(url, now.astimezone(UTC)).values()
    seals = (_sealed(salt, made) for salt in known)
    if not any(hmac.compare_digest(each.encode(), seal.encode()) for each in seals):
        return None
    at = datetime.fromtimestamp(int(made), UTC)
    return at if now - at <= reports.LONGEST else None


def _sealed(salt: str, made: str) -> str:
    return hmac.new(salt.encode(), made.encode(), sha256).hexdigest()


def _salts(url: str, now: datetime) -> dict[object, str]:
    """Give the salts of today and of the day before, by day."""
    with reading_current(url) as connection:
        since = now.date() - timedelta(days=1)
        asked = select(DailySalt.day, DailySalt.salt).where(DailySalt.day >= since)
        return {row.day: row.salt for row in connection.execute(asked)}


def _salt(connection: Connection, now: datetime) -> str:
    """Give the salt of today, made at its first use; those of other days are forgotten."""
    today = now.date()
    known = connection.scalar(select(DailySalt.salt).where(DailySalt.day == today))
    if known is None:
        known = secrets.token_hex(16)
        connection.execute(delete(DailySalt).where(DailySalt.day < today - timedelta(days=1)))
        connection.execute(insert(DailySalt).values(day=today, salt=known))
    return str(known)


# What staff decide.


@requires(Permission.ANSWER_REPORTS)
def answer_report(write: Write, draft: ReportDraft) -> Saved:
    """Accept a report, answer it, refuse it or make it one with another; it is decided once."""
    row = _find(write, ReportRow.id == draft.report_id, str(draft.report_id))
    if row.decision_id is not None:
        raise StaleError("report", row.id, None)
    into = None
    if draft.verdict is Verdict.MERGED:
        into = _joined(write, draft, row.id)
    elif draft.verdict is not Verdict.ACCEPTED:
        settle(reasoned(draft), confirmed=False)
    _decide(write, {row.id: row.digest}, draft.verdict, draft.reason, into)
    return Saved(entity="report", entity_id=str(row.id), town_code=row.town_code)


def _joined(write: Write, draft: ReportDraft, mine: int) -> str:
    """Name the report that another joins: neither itself nor one that has joined another."""
    wrong = InvalidError([Problem("into", Code.UNKNOWN_REPORT, draft.into[:40])])
    try:
        year, number = reports.read_name(draft.into)
    except ValueError:
        raise wrong from None
    row = _find(write, (ReportRow.year == year) & (ReportRow.number == number), draft.into, "into")
    joined = row.decision_id and write.session.get(ReportDecision, row.decision_id)
    if row.id == mine or (joined and joined.verdict is Verdict.MERGED):
        raise wrong
    return reports.name_of(row.year, row.number)


@requires(Permission.ANSWER_REPORTS)
def refuse_unsorted(write: Write, draft: SortingDraft) -> Saved:
    """Refuse at once all reports to be sorted in the actor's regions, and say why."""
    settle(reasoned(draft), confirmed=False)
    asked = (
        select(ReportRow.id, ReportRow.digest)
        .join(Town, Town.code == ReportRow.town_code)
        .join(Department, Department.code == Town.department_code)
        .where(ReportRow.to_sort, ReportRow.decision_id.is_(None))
    )
    if write.regions is not None:
        asked = asked.where(Department.region_code.in_(write.regions))
    found = {row.id: row.digest for row in write.connection.execute(asked)}
    if found:
        _decide(write, found, Verdict.REFUSED, draft.reason)
    return Saved(entity="report", entity_id="", corrected=len(found))


def accept_with(write: Write, report_id: int) -> None:
    """Accept a report with the fact that it brought; what was decided already stays so."""
    row = _find(write, ReportRow.id == report_id, str(report_id))
    if row.decision_id is None:
        _decide(write, {row.id: row.digest}, Verdict.ACCEPTED, "")


def wait_again(write: Write, decision_id: int) -> None:
    """Let reports wait for an answer again: the one that they had is being taken back."""
    write.connection.execute(
        update(ReportRow).where(ReportRow.decision_id == decision_id).values(decision_id=None)
    )


def _find(
    write: Write, which: ColumnElement[bool], called: str, field: str = "report_id"
) -> Row[int, int, int, str, str, int | None]:
    """Find a report of the actor's regions; only what the journal may know of it is read."""
    name = (ReportRow.id, ReportRow.year, ReportRow.number, ReportRow.town_code)
    decided = (ReportRow.digest, ReportRow.decision_id)
    row = write.connection.execute(select(*name, *decided).where(which)).first()
    if row is None:
        raise InvalidError([Problem(field, Code.UNKNOWN_REPORT, called[:40])])
    write.must_cover(region_of_town(write.connection, row.town_code))
    return row


def _decide(
    write: Write,
    found: dict[int, str],
    verdict: Verdict,
    answer: str,
    into: str | None = None,
) -> None:
    """Write one decision, which the journal notes, and let the reports point to it."""
    decision = ReportDecision(
        verdict=verdict,
        decided_at=write.at_utc,
        decided_by=write.actor.email,
        reports=len(found),
        digest=reports.digest_of_all(found.values()),
        answer=answer.strip(),
        into_number=into,
    )
    write.session.add(decision)
    write.session.flush()
    for ids in chunks(sorted(found)):
        write.connection.execute(
            update(ReportRow).where(ReportRow.id.in_(ids)).values(decision_id=decision.id)
        )


def erase_due(url: str, *, now: datetime) -> int:
    """Erase what people wrote where its time has come, and say of how many reports.

    Nothing is written when nothing is due.
    """
    now = now.astimezone(UTC)
    answered = select(ReportDecision.id).where(ReportDecision.decided_at < now - reports.KEPT)
    due = ReportRow.erased_at.is_(None) & or_(
        ReportRow.decision_id.in_(answered),
        ReportRow.decision_id.is_(None) & (ReportRow.sent_at < now - reports.KEPT_UNANSWERED),
    )
    with reading_current(url) as connection:
        if connection.scalar(select(ReportRow.id).where(due).limit(1)) is None:
            return 0
    with noting(url) as connection:
        erased = update(ReportRow).where(due).values(**_EMPTY, erased_at=now)
        return connection.execute(erased).rowcount
