"""Signing in and out: argon2id for passwords, random tokens for sessions, neither ever kept."""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, delete, insert, select, update

from territoires.commands.write import normal_email
from territoires.db import journal
from territoires.db.engine import engine, guarded, reading
from territoires.db.models import SignInSession, Staff, StaffRegion
from territoires.db.revision import must_be_current
from territoires.domain.passwords import LONGEST
from territoires.domain.roles import ANYBODY, REGIONAL, Reader, Role

SESSION = timedelta(hours=12)
FREE_FAILURES = 2  # slips of the keyboard; from the third on, each costs twice the wait
LOCKED_AT = 10  # until an administrator resets the password
LONGEST_WAIT = timedelta(minutes=15)

# RFC 9106's second recommendation, the library's own default: 64 MiB, three passes.
HASHER = PasswordHasher()

# Read aloud without mistakes: no 0 O 1 l I.
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"


class Refusal(StrEnum):
    """Why somebody could not sign in."""

    WRONG = "wrong"
    WAIT = "wait"
    LOCKED = "locked"


@dataclass(frozen=True, kw_only=True)
class SignInRefused:
    """No session; `until` says when to try again, where waiting is what is asked."""

    code: Refusal
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """A session: the token goes to the browser, in an HttpOnly cookie, and nowhere else."""

    token: str
    expires_at: datetime
    must_change_password: bool

    def __repr__(self) -> str:
        """Keep the token out of logs."""
        return f"SignedIn(until {self.expires_at.isoformat()})"


def one_time_password() -> str:
    """Make a password to be replaced at first use: 16 letters and digits, 80 bits."""
    parts = ("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))
    return "-".join(parts)


def hashed(password: str) -> str:
    """Hash a password with argon2id."""
    return HASHER.hash(password)


@cache
def nobody() -> str:
    """Verified in place of the hash that an unknown address does not have."""
    return HASHER.hash(secrets.token_urlsafe(32))


def matches(password_hash: str | None, password: str) -> bool:
    """Verify a password, in the same time when there is none to verify it against."""
    if len(password) > LONGEST:
        return False
    try:
        return HASHER.verify(password_hash or nobody(), password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def sign_in(url: str, email: str, password: str, *, now: datetime) -> SignedIn | SignInRefused:
    """Open a session of `SESSION` for whoever knows the password of an active account.

    An attempt is charged before it is judged, so that many at once gain nothing. From the third
    failure on, the next attempt must wait 2, 4, 8... times longer, up to a quarter of an hour; at
    the tenth the account is locked.
    """
    now = now.astimezone(UTC)
    address = normal_email(email)
    claimed = _claim(url, address, now)
    if isinstance(claimed, SignInRefused):
        return claimed
    account, password_hash = claimed
    if not matches(password_hash, password) or account is None:
        return SignInRefused(code=Refusal.WRONG)
    with _writing(url) as connection:
        # The account may have been switched off, or its password reset, since it was read.
        row = connection.execute(
            select(Staff.must_change_password).where(
                Staff.id == account, Staff.active, Staff.password_hash == password_hash
            )
        ).first()
        if row is None:
            return SignInRefused(code=Refusal.WRONG)
        connection.execute(
            update(Staff).where(Staff.id == account).values(failures=0, last_failure_at=None)
        )
        token = _open_session(connection, account, now)
    return SignedIn(
        token=token, expires_at=now + SESSION, must_change_password=row.must_change_password
    )


def sign_in_vouched(url: str, email: str, *, now: datetime) -> SignedIn | None:
    """Open a session for an address that an identity provider vouches for.

    None for one that the staff does not know or has switched off: it reads, no more.
    """
    now = now.astimezone(UTC)
    with _writing(url) as connection:
        row = connection.execute(
            select(Staff.id, Staff.must_change_password).where(
                Staff.email == normal_email(email), Staff.active
            )
        ).first()
        if row is None:
            return None
        token = _open_session(connection, row.id, now)
    return SignedIn(
        token=token, expires_at=now + SESSION, must_change_password=row.must_change_password
    )


def _open_session(connection: Connection, account: int, now: datetime) -> str:
    """Record a session and give its token; those that are over go."""
    token = secrets.token_urlsafe(32)
    connection.execute(delete(SignInSession).where(SignInSession.expires_at <= now))
    connection.execute(
        insert(SignInSession).values(
            token_hash=_token_hash(token),
            staff_id=account,
            created_at=now,
            expires_at=now + SESSION,
        )
    )
    return token


def _claim(url: str, address: str, now: datetime) -> tuple[int | None, str | None] | SignInRefused:
    """Charge one attempt to the account, unless it must wait; nobody's account costs nothing."""
    with _writing(url) as connection:
        row = connection.execute(
            select(Staff.id, Staff.password_hash, Staff.failures, Staff.last_failure_at).where(
                Staff.email == address, Staff.active, Staff.password_hash.is_not(None)
            )
        ).first()
        if row is None:
            return None, None
        if row.failures >= LOCKED_AT:
            return SignInRefused(code=Refusal.LOCKED)
        charge = {"failures": row.failures + 1, "last_failure_at": now}
        last = row.last_failure_at
        if last is not None and row.failures > FREE_FAILURES:
            # A clock that went back must not turn seconds into days.
            until = min(last, now) + wait_after(row.failures)
            if now < until:
                if last > now:
                    connection.execute(
                        update(Staff).where(Staff.id == row.id).values(last_failure_at=now)
                    )
                return SignInRefused(code=Refusal.WAIT, until=until)
        connection.execute(update(Staff).where(Staff.id == row.id).values(**charge))
        return row.id, row.password_hash


def wait_after(failures: int) -> timedelta:
    """Give the time to wait after so many failures in a row."""
    if failures <= FREE_FAILURES:
        return timedelta(0)
    return min(timedelta(seconds=2 ** min(failures, LOCKED_AT)), LONGEST_WAIT)


def sign_out(url: str, token: str) -> None:
    """End a session; a token that opens nothing is no error."""
    with _writing(url) as connection:
        connection.execute(
            delete(SignInSession).where(SignInSession.token_hash == _token_hash(token))
        )


def who(url: str, token: str, *, now: datetime) -> Reader | None:
    """Say whose session a token is; None when it is over, unknown, or its account switched off."""
    if not token:
        return None
    with reading(url) as connection:
        must_be_current(connection)
        row = connection.execute(
            select(Staff)
            .join(SignInSession, SignInSession.staff_id == Staff.id)
            .where(
                SignInSession.token_hash == _token_hash(token),
                SignInSession.expires_at > now.astimezone(UTC),
                Staff.active,
            )
            .with_only_columns(
                Staff.id, Staff.email, Staff.name, Staff.role, Staff.must_change_password
            )
        ).first()
        if row is None:
            return None
        return Reader(
            email=row.email,
            name=row.name,
            role=row.role,
            regions=_regions(connection, row.id, row.role),
            must_change_password=row.must_change_password,
        )


def reader_of_email(url: str, email: str) -> Reader:
    """Say what an address vouched for by a provider may do: unknown to the staff, read."""
    address = normal_email(email)
    with reading(url) as connection:
        row = connection.execute(
            select(Staff.id, Staff.email, Staff.name, Staff.role).where(
                Staff.email == address, Staff.active
            )
        ).first()
        if row is None:
            return ANYBODY
        return Reader(
            email=row.email,
            name=row.name,
            role=row.role,
            regions=_regions(connection, row.id, row.role),
        )


def _regions(connection: Connection, staff_id: int, role: Role) -> frozenset[str]:
    if role not in REGIONAL:
        return frozenset()
    return frozenset(
        connection.scalars(select(StaffRegion.region_code).where(StaffRegion.staff_id == staff_id))
    )


def _token_hash(token: str) -> str:
    # 256 random bits need no salt and no slow hash.
    return hashlib.sha256(token.encode()).hexdigest()


@contextmanager
def _writing(url: str) -> Iterator[Connection]:
    """Open a transaction for what is no fact and no act: attempts and sessions."""
    with (
        guarded(url),
        engine(url, writable=True).connect() as connection,
        connection.begin(),
    ):
        journal.take_turn(connection)
        must_be_current(connection)
        yield connection
