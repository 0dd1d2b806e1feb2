"""Signing in and out: argon2id for passwords, random tokens for sessions, neither ever kept."""

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update

from territoires.commands.write import normal_email, regions_of
from territoires.db import journal
from territoires.db.engine import engine, guarded, reading
from territoires.db.models import SignInSession, Staff, WaitingTime
from territoires.db.revision import must_be_current, reading_current
from territoires.domain.drafts import IdentityDraft
from territoires.domain.errors import DatabaseError
from territoires.domain.passwords import LONGEST
from territoires.domain.roles import IDLE, REGIONAL, LocalAccounts, Reader

SESSION = timedelta(hours=12)
_GLANCE = timedelta(minutes=5)  # how often a sign of life is written down
ONE_TIME = timedelta(hours=24)
LONGEST_WAIT = timedelta(minutes=15)
_WAIT_OF_MANY = timedelta(minutes=1)
# After these, waiting times are forgotten; so are the places from which somebody has signed in.
_FORGET_AFTER, _UNLEARN_AFTER = timedelta(days=1), timedelta(days=90)

# RFC 9106's second recommendation, the library's own default: 64 MiB, three passes.
HASHER = PasswordHasher()
_QUICK = "sha256$"

# Read aloud without mistakes: no 0 O 1 l I.
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"


class Refusal(StrEnum):
    """Why somebody could not sign in."""

    WRONG = "wrong"
    WAIT = "wait"
    EXPIRED = "expired"  # a one-time password
    ELSEWHERE = "elsewhere"  # local accounts are for administration, or for nobody


@dataclass(frozen=True, kw_only=True)
class SignInRefused:
    """No session; `until` says when to try again, where waiting is what is asked."""

    code: Refusal
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """From where somebody signs in: network address, browser, the session that is replaced.

    `local` says for whom a password opens anything there.
    """

    address: str = ""
    browser: str = ""
    token: str = field(default="", repr=False)
    local: LocalAccounts = LocalAccounts.ON


NOWHERE = Visitor()  # the command line, and tests


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """A session: the token goes to the browser, in an HttpOnly cookie, and nowhere else."""

    token: str = field(repr=False)
    email: str
    expires_at: datetime
    must_change_password: bool


def one_time_password() -> str:
    """Make a password to be replaced at first use: 16 letters and digits, 80 bits."""
    parts = ("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))
    return "-".join(parts)


def hashed(password: str) -> str:
    """Hash a password with argon2id: 50 ms and 64 MiB, never inside a transaction."""
    return HASHER.hash(password)


def hashed_one_time(password: str) -> str:
    """Hash a one-time password: 80 random bits for a day need no slow hash."""
    return _QUICK + digest(password)


@cache
def nobody() -> str:
    """Verified in place of the hash that an unknown address does not have."""
    return HASHER.hash(secrets.token_urlsafe(32))


def matches(password_hash: str | None, password: str) -> bool:
    """Verify a password, in the same time when there is none to verify it against."""
    if len(password) > LONGEST:
        return False
    quick = password_hash is not None and password_hash.startswith(_QUICK)
    slow = None if quick else password_hash
    try:
        same = HASHER.verify(slow or nobody(), password) and slow is not None
    except (VerificationError, InvalidHashError):
        same = False
    return same or (
        quick and secrets.compare_digest(password_hash or "", hashed_one_time(password))
    )


def sign_in(
    url: str, email: str, password: str, *, now: datetime, visitor: Visitor = NOWHERE
) -> SignedIn | SignInRefused:
    """Open a session of `SESSION` for whoever knows the password of an active account.

    An attempt is charged before it is judged, so that many at once gain nothing (`verified`). The
    session that the browser had is over.
    """
    now = now.astimezone(UTC)
    known = verified(url, email, password, now=now, visitor=visitor)
    if isinstance(known, SignInRefused):
        return known
    account, password_hash = known
    with noting(url) as connection:
        # The account may have been switched off, or its password reset, since it was read.
        row = connection.execute(
            select(*_SIGNING, Staff.role, Staff.password_expires_at).where(
                Staff.id == account, Staff.active, Staff.password_hash == password_hash
            )
        ).first()
        if row is None:
            return SignInRefused(code=Refusal.WRONG)
        if not visitor.local.admits(row.role):
            return SignInRefused(code=Refusal.ELSEWHERE)
        if row.password_expires_at is not None and row.password_expires_at <= now:
            return SignInRefused(code=Refusal.EXPIRED)
        _forgive(connection, normal_email(email), visitor, now)
        return _open_session(connection, row, now, visitor)


def verified(
    url: str, email: str, password: str, *, now: datetime, visitor: Visitor
) -> tuple[int, str] | SignInRefused:
    """Say whose password this is and its hash, unless one must wait before it is even looked at.

    From the third failure on, the next attempt for one account from one place must wait 8, 16...
    seconds, up to a quarter of an hour. Beyond ten failures for one account from anywhere, or
    twenty from one place for anybody, up to a minute: nobody is kept out for good, and where
    somebody has signed in before, what strangers try elsewhere costs them nothing. An address that
    nobody has waits as any other does.
    """
    address = normal_email(email)
    claimed = _claim(url, address, visitor, now)
    if isinstance(claimed, SignInRefused):
        return claimed
    account, password_hash = claimed
    if not matches(password_hash, password) or account is None or password_hash is None:
        return SignInRefused(code=Refusal.WRONG)
    return account, password_hash


def sign_in_vouched(
    url: str,
    email: str,
    *,
    now: datetime,
    identity: IdentityDraft | None = None,
    visitor: Visitor = NOWHERE,
) -> SignedIn | None:
    """Open a session for somebody for whom an identity provider vouches.

    Who has come once is known by `identity` from then on: the address given to somebody else opens
    nothing of theirs. None for whom the staff does not know or has switched off: they read, no
    more.
    """
    now = now.astimezone(UTC)
    with noting(url) as connection:
        row = _vouched_for(connection, normal_email(email), identity)
        return None if row is None else _open_session(connection, row, now, visitor)


def _vouched_for(
    connection: Connection, email: str, identity: IdentityDraft | None
) -> Row[int, str, bool] | None:
    wanted = select(*_SIGNING).where(Staff.active)
    if identity is not None:
        mine = (Staff.issuer == identity.issuer) & (Staff.subject == identity.subject)
        found = connection.execute(wanted.where(mine)).first()
        if found is not None:
            return found
        if connection.scalar(select(Staff.id).where(mine)) is not None:  # switched off
            return None
    return connection.execute(wanted.where(Staff.email == email, Staff.subject.is_(None))).first()


# What a session is opened from.
_SIGNING = (Staff.id, Staff.email, Staff.must_change_password)


def _open_session(connection: Connection, row: Any, now: datetime, visitor: Visitor) -> SignedIn:
    """Record a session of somebody; those that are over, and the one it replaces, go."""
    token = secrets.token_urlsafe(32)
    replaced = _is(visitor.token)
    connection.execute(delete(SignInSession).where(~_is_open(now) | replaced))
    connection.execute(
        insert(SignInSession).values(
            token_hash=digest(token),
            staff_id=row.id,
            created_at=now,
            expires_at=now + SESSION,
            seen_at=now,
            browser=visitor.browser,
        )
    )
    return SignedIn(
        token=token,
        email=row.email,
        expires_at=now + SESSION,
        must_change_password=row.must_change_password,
    )


@dataclass(frozen=True, kw_only=True)
class _Counter:
    """What failures are counted for, and what they cost: `free` of them, then up to `longest`."""

    key: str
    free: int
    longest: timedelta

    def wait(self, failures: int) -> timedelta:
        if failures <= self.free:
            return timedelta(0)
        return min(timedelta(seconds=2 ** min(failures - self.free + 2, 16)), self.longest)


def counters(email: str, address: str) -> tuple[_Counter, _Counter, _Counter]:
    """List what an attempt counts for: the account from this place, the account, the place."""
    place = network(address)
    return (
        _Counter(key=digest("pair", email, place), free=2, longest=LONGEST_WAIT),
        _Counter(key=digest("account", email), free=10, longest=_WAIT_OF_MANY),
        _Counter(key=digest("place", place), free=20, longest=_WAIT_OF_MANY),
    )


def network(address: str) -> str:
    """Give what one visitor can have: an IPv4 address, the first half of an IPv6 one."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return str(ip_network((parsed, 64), strict=False))
    return str(parsed)


def digest(*parts: str) -> str:
    """Hash (SHA-256) some texts together."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _claim(
    url: str, email: str, visitor: Visitor, now: datetime
) -> tuple[int | None, str | None] | SignInRefused:
    """Charge one attempt, unless it must wait; give the account and its hash, or nobody's."""
    with noting(url) as connection:
        forget_tries(connection, now)
        mine = counters(email, visitor.address)
        asked = WaitingTime.key.in_([counter.key for counter in mine])
        # A clock that went back must not turn seconds into days: what it counted in the future is
        # of now, from now on.
        connection.execute(
            update(WaitingTime).where(asked, WaitingTime.last_at > now).values(last_at=now)
        )
        found = {
            row.key: row for row in connection.execute(select(WaitingTime.__table__).where(asked))
        }
        pair, account, _ = mine
        trusted = pair.key in found and found[pair.key].known
        until = now
        for counter in mine:
            row = found.get(counter.key)
            if row is None or (trusted and counter is account):
                continue
            until = max(until, row.last_at + counter.wait(row.failures))
        if until > now:
            return SignInRefused(code=Refusal.WAIT, until=until)
        for counter in mine:
            row = found.get(counter.key)
            failures = 0 if row is None else row.failures
            charge(connection, counter.key, failures + 1, now, known=row is not None and row.known)
        row = connection.execute(
            select(Staff.id, Staff.password_hash).where(
                Staff.email == email, Staff.active, Staff.password_hash.is_not(None)
            )
        ).first()
        return (None, None) if row is None else (row.id, row.password_hash)


def charge(connection: Connection, key: str, failures: int, now: datetime, *, known: bool) -> None:
    """Count for what a digest stands for, from now on so many times."""
    connection.execute(delete(WaitingTime).where(WaitingTime.key == key))
    connection.execute(
        insert(WaitingTime).values(key=key, failures=failures, last_at=now, known=known)
    )


def _forgive(connection: Connection, email: str, visitor: Visitor, now: datetime) -> None:
    """Forget the failures of somebody who has signed in, and know the place from now on.

    What was tried from there for others is not theirs to wipe out.
    """
    pair, account, place = counters(email, visitor.address)
    charge(connection, pair.key, 0, now, known=bool(visitor.address))
    connection.execute(delete(WaitingTime).where(WaitingTime.key == account.key))
    connection.execute(
        update(WaitingTime)
        .where(WaitingTime.key == place.key)
        .values(failures=WaitingTime.failures - 1)
    )


def forget_tries(connection: Connection, now: datetime) -> None:
    """Forget what has been counted for long enough."""
    old = (WaitingTime.last_at < now - _FORGET_AFTER) & ~WaitingTime.known
    connection.execute(
        delete(WaitingTime).where(old | (WaitingTime.last_at < now - _UNLEARN_AFTER))
    )


def no_wait(connection: Connection, email: str) -> None:
    """Forget what was tried for an account, from anywhere, once it has a new password."""
    connection.execute(delete(WaitingTime).where(WaitingTime.key == digest("account", email)))


def sign_out(url: str, token: str) -> None:
    """End a session; a token that opens nothing is no error."""
    with noting(url) as connection:
        connection.execute(delete(SignInSession).where(_is(token)))


def who(url: str, token: str, *, now: datetime) -> Reader | None:
    """Say whose session a token is; None when it is over, unknown, or its account switched off."""
    if not token:
        return None
    now = now.astimezone(UTC)
    with reading_current(url) as connection:
        row = connection.execute(
            select(Staff)
            .join(SignInSession, SignInSession.staff_id == Staff.id)
            .where(_is(token), _is_open(now), Staff.active)
            .with_only_columns(
                *(Staff.id, Staff.email, Staff.name, Staff.role, Staff.must_change_password),
                SignInSession.seen_at,
            )
        ).first()
        if row is None:
            return None
        regions = regions_of(connection, row.id) if row.role in REGIONAL else frozenset()
    if row.seen_at < now - _GLANCE:
        _see(url, token, now)
    return Reader(
        email=row.email,
        name=row.name,
        role=row.role,
        regions=regions,
        must_change_password=row.must_change_password,
    )


def _see(url: str, token: str, now: datetime) -> None:
    """Note a sign of life; a database that is busy or cannot write is no reason to show nothing."""
    with suppress(DatabaseError), noting(url) as connection:
        connection.execute(update(SignInSession).where(_is(token)).values(seen_at=now))


def sessions_of(
    url: str, token: str, *, now: datetime
) -> Sequence[Row[datetime, datetime, str, bool]]:
    """List the sessions of whoever has this one, latest first; none when it is over.

    Of each since when, last seen when, in which browser, and whether it is this one (`here`).
    """
    here = _is(token)
    listed = (SignInSession.created_at, SignInSession.seen_at, SignInSession.browser)
    mine = select(SignInSession.staff_id).where(here)
    with reading(url) as connection:
        return connection.execute(
            select(*listed, here.label("here"))
            .where(SignInSession.staff_id.in_(mine), _is_open(now))
            .order_by(SignInSession.seen_at.desc(), SignInSession.created_at.desc())
        ).all()


def _is_open(now: datetime) -> ColumnElement[bool]:
    """Keep the sessions that are not over."""
    now = now.astimezone(UTC)
    return (SignInSession.expires_at > now) & (SignInSession.seen_at > now - IDLE)


def end_others(url: str, token: str) -> int:
    """End the other sessions of whoever has this one; gives how many there were."""
    mine = select(SignInSession.staff_id).where(_is(token))
    with noting(url) as connection:
        return connection.execute(
            delete(SignInSession).where(
                SignInSession.staff_id.in_(mine.scalar_subquery()),
                ~_is(token),
            )
        ).rowcount


def _is(token: str) -> ColumnElement[bool]:
    """Keep the session of a token, whose 256 random bits need no salt and no slow hash."""
    return SignInSession.token_hash == digest(token)


@contextmanager
def noting(url: str, *, in_turn: bool = True) -> Iterator[Connection]:
    """Open a transaction for what is no fact and no act: attempts and sessions.

    Not `in_turn`, for one's own rows, it waits for no writer of facts but SQLite's.
    """
    with (
        guarded(url),
        engine(url, writable=True).connect() as connection,
        connection.begin(),
    ):
        if in_turn:
            journal.take_turn(connection)
        must_be_current(connection)
        yield connection
