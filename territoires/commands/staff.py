"""Who may sign in, as what and where: added, changed, switched off, given a new password."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import func, select

from territoires.commands.accounts import (
    NOWHERE,
    ONE_TIME,
    Refusal,
    SignedIn,
    SignInRefused,
    Visitor,
    hashed,
    hashed_one_time,
    no_wait,
    one_time_password,
    sign_in_vouched,
    sign_out,
    verified,
)
from territoires.commands.write import Saved, Write, normal_email, requires, transaction, writing
from territoires.db.journal import ACTOR
from territoires.db.models import Region, SignInSession, Staff, StaffRegion
from territoires.domain.checks import Code, settle, staff_problems
from territoires.domain.drafts import (
    AccountDraft,
    HashedPasswordDraft,
    IdentityDraft,
    PasswordDraft,
    RoleDraft,
    StaffDraft,
)
from territoires.domain.errors import InvalidError, Problem
from territoires.domain.passwords import password_problems
from territoires.domain.roles import REGIONAL, Permission, Role

FIRST_EMAIL = "admin@territoires.local"
_FIRST_NAME = "Administration"


@requires(Permission.MANAGE_STAFF, undoable=False)
def add_staff(write: Write, draft: StaffDraft) -> Saved:
    """Add somebody; the one-time password comes back once, to be handed over."""
    email = normal_email(draft.email)
    problems = list(staff_problems(draft))
    if not problems and _named(write, email) is not None:
        problems.append(Problem("email", Code.DUPLICATE, email))
    problems += _role_problems(write, draft.role, draft.regions)
    settle(problems, confirmed=False)
    password = one_time_password() if draft.with_password else ""
    return _add(write, draft, password)


def _add(write: Write, draft: StaffDraft, password: str) -> Saved:
    somebody = Staff(
        email=normal_email(draft.email),
        name=draft.name.strip(),
        role=draft.role,
        password_hash=hashed_one_time(password) if password else None,
        must_change_password=bool(password),
        password_expires_at=write.now + ONE_TIME if password else None,
    )
    write.session.add(somebody)
    write.session.flush()
    for region in sorted(set(draft.regions)):
        write.session.add(StaffRegion(staff_id=somebody.id, region_code=region))
    write.session.flush()
    return replace(_saved(somebody), one_time_password=password, inserted=1)


@requires(Permission.MANAGE_STAFF, undoable=False)
def change_role(write: Write, draft: RoleDraft) -> Saved:
    """Say what somebody is from now on, and in which regions; it holds from their next act."""
    somebody = _account(write, draft.email)
    problems = list(_role_problems(write, draft.role, draft.regions))
    if draft.role is not Role.ADMINISTRATION:
        problems += _last_administrator_problems(write, somebody)
    settle(problems, confirmed=False)
    somebody.role = draft.role
    known = {
        row.region_code: row
        for row in write.session.scalars(
            select(StaffRegion).where(StaffRegion.staff_id == somebody.id)
        )
    }
    for region in sorted(set(draft.regions) - set(known)):
        write.session.add(StaffRegion(staff_id=somebody.id, region_code=region))
    for region in sorted(set(known) - set(draft.regions)):
        write.session.delete(known[region])
    return _saved(somebody)


@requires(Permission.MANAGE_STAFF, undoable=False)
def disable_staff(write: Write, draft: AccountDraft) -> Saved:
    """Switch an account off: its sessions end, what it wrote stays."""
    somebody = _account(write, draft.email)
    problems = list(_last_administrator_problems(write, somebody))
    if somebody.id == write.actor.id:
        problems.append(Problem("email", Code.NOT_ONESELF, somebody.email))
    settle(problems, confirmed=False)
    somebody.active = False
    _end_sessions(write, somebody)
    return _saved(somebody)


@requires(Permission.MANAGE_STAFF, undoable=False)
def enable_staff(write: Write, draft: AccountDraft) -> Saved:
    """Switch an account on again."""
    somebody = _account(write, draft.email)
    somebody.active = True
    return _saved(somebody)


@requires(Permission.MANAGE_STAFF, undoable=False)
def reset_password(write: Write, draft: AccountDraft) -> Saved:
    """Give somebody a one-time password, and end their sessions and their waiting time."""
    somebody = _account(write, draft.email)
    password = one_time_password()
    somebody.password_hash = hashed_one_time(password)
    somebody.must_change_password = True
    somebody.password_expires_at = write.now + ONE_TIME
    no_wait(write.connection, somebody.email)
    _end_sessions(write, somebody)
    return replace(_saved(somebody), one_time_password=password)


@requires(Permission.MANAGE_STAFF, undoable=False)
def forget_identity(write: Write, draft: AccountDraft) -> Saved:
    """Let another person of the identity provider come by this account's address."""
    somebody = _account(write, draft.email)
    somebody.issuer = somebody.subject = None
    _end_sessions(write, somebody)
    return _saved(somebody)


@requires(Permission.CHANGE_OWN_PASSWORD, undoable=False)
def bind_identity(write: Write, draft: IdentityDraft) -> Saved:
    """Know oneself from now on by what the identity provider calls one."""
    if write.actor.subject is None:
        write.actor.issuer, write.actor.subject = draft.issuer, draft.subject
    return _saved(write.actor)


@requires(Permission.CHANGE_OWN_PASSWORD, undoable=False)
def change_own_password(write: Write, draft: HashedPasswordDraft) -> Saved:
    """Replace one's own password, verified and hashed beforehand; one's sessions end.

    `draft.email` is the address that the first administrator takes in place of the program's.
    """
    somebody = write.actor
    problems: list[Problem] = []
    if draft.email:
        problems += staff_problems(StaffDraft(email=draft.email, name="-", role=somebody.role))
        if not problems and _named(write, normal_email(draft.email)) is not None:
            problems.append(Problem("email", Code.DUPLICATE, draft.email))
    if somebody.password_hash != draft.before:
        problems.append(Problem("current", Code.WRONG_PASSWORD))
    settle(problems, confirmed=False)
    somebody.password_hash = draft.after
    somebody.must_change_password = False
    somebody.password_expires_at = None
    if draft.email and somebody.email == FIRST_EMAIL:
        somebody.email = normal_email(draft.email)
    _end_sessions(write, somebody)
    return _saved(somebody)


def choose_password(
    url: str, email: str, draft: PasswordDraft, *, now: datetime, visitor: Visitor = NOWHERE
) -> SignInRefused | None:
    """Change somebody's password once they have shown that they know it, with a sign-in's bounds.

    What will not do as a password is said first: who knows theirs has failed at nothing by that.
    Nothing is hashed while a transaction is open. Raises InvalidError, UnknownActorError and
    DatabaseError.
    """
    problems = list(password_problems(draft.new, email=draft.email or email))
    if draft.new == draft.current:
        problems.append(Problem("new", Code.PASSWORD_UNCHANGED))
    settle(problems, confirmed=False)
    known = verified(url, email, draft.current, now=now, visitor=visitor)
    if isinstance(known, SignInRefused):
        if known.code is not Refusal.WRONG:
            return known
        raise InvalidError([Problem("current", Code.WRONG_PASSWORD)])
    before, after = known[1], hashed(draft.new)
    with writing(url, email, now=now) as write:
        change_own_password(
            write, HashedPasswordDraft(before=before, after=after, email=draft.email)
        )
    return None


def sign_in_by_provider(
    url: str, email: str, identity: IdentityDraft, *, now: datetime, visitor: Visitor = NOWHERE
) -> SignedIn | None:
    """Open a session for whom a provider vouches (`sign_in_vouched`), known by that from now on."""
    session = sign_in_vouched(url, email, now=now, identity=identity, visitor=visitor)
    if session is None:
        return None
    with writing(url, session.email, now=now) as write:
        bind_identity(write, identity)
        known = IdentityDraft(issuer=write.actor.issuer or "", subject=write.actor.subject or "")
    if known != identity:  # somebody else came by this address in between
        sign_out(url, session.token)
        return None
    return session


def _end_sessions(write: Write, somebody: Staff) -> None:
    for row in write.session.scalars(
        select(SignInSession).where(SignInSession.staff_id == somebody.id)
    ):
        write.session.delete(row)


def _named(write: Write, email: str) -> Staff | None:
    somebody: Staff | None = write.session.scalar(select(Staff).where(Staff.email == email))
    return somebody


def _account(write: Write, email: str) -> Staff:
    somebody = _named(write, normal_email(email)) if email.isprintable() else None
    if somebody is None:
        raise InvalidError([Problem("email", Code.UNKNOWN_ACCOUNT, email[:100])])
    return somebody


def _role_problems(write: Write, role: Role, regions: Sequence[str]) -> Iterator[Problem]:
    for region in regions:
        if write.session.get(Region, region) is None:
            yield Problem("regions", Code.UNKNOWN_REGION, region[:40])
    if role in REGIONAL and not regions:
        yield Problem("regions", Code.REGION_REQUIRED, role.value)
    if role not in REGIONAL and regions:
        yield Problem("regions", Code.NO_REGION_WANTED, role.value)
    if role is Role.PUBLIC:
        yield Problem("role", Code.BAD_VALUE, role.value)


def _last_administrator_problems(write: Write, somebody: Staff) -> Iterator[Problem]:
    """Refuse to leave the application without anybody who can give rights."""
    others = write.session.scalar(
        select(func.count()).where(
            Staff.role == Role.ADMINISTRATION, Staff.active, Staff.id != somebody.id
        )
    )
    if somebody.role is Role.ADMINISTRATION and somebody.active and not others:
        yield Problem("email", Code.LAST_ADMINISTRATOR, somebody.email)


def _saved(somebody: Staff) -> Saved:
    return Saved(entity="staff", entity_id=str(somebody.id), corrected=1)


@contextmanager
def administering(url: str, *, now: datetime) -> Iterator[Write]:
    """Open a transaction for whoever has the shell: they have the file, and need no account.

    What they do is an act of the journal like any other, under the name of the program.
    """
    now = now.astimezone(UTC)
    with transaction(url) as session:
        nobody = Staff(email=ACTOR, name=ACTOR, role=Role.ADMINISTRATION)
        yield Write(
            session=session,
            actor=nobody,
            role=nobody.role,
            regions=None,
            now=now,
            at_utc=now,
        )


def first_draft(email: str) -> StaffDraft:
    """Describe whoever comes first; raises InvalidError for what is no address."""
    draft = StaffDraft(email=email, name=_FIRST_NAME, role=Role.ADMINISTRATION)
    settle(list(staff_problems(draft)), confirmed=False)
    return draft


def first_administrator(
    url: str, *, now: datetime, email: str = FIRST_EMAIL
) -> tuple[str, str] | None:
    """Create the account from which all others come, in a database that has none.

    Returns its address and one-time password, to be handed over once; None when somebody is there.
    Raises InvalidError for what is no address. Whoever has the program's own address gives theirs
    with their first password.
    """
    draft = first_draft(email)
    with administering(url, now=now) as write:
        if write.session.scalar(select(func.count(Staff.id))):
            return None
        password = one_time_password()
        write.perform(
            "first_administrator",
            Permission.MANAGE_STAFF,
            lambda: _add(write, draft, password),
        )
    return normal_email(email), password
