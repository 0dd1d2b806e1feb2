"""One transaction, one actor, one permission per command."""

import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, TypeVar, get_type_hints

from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from territoires.commands.audit import Act, AuditedSession, region_of_town
from territoires.db import communes, journal, summaries
from territoires.db.engine import engine, first_line, guarded, is_duplicate
from territoires.db.models import (
    FACTS,
    Centre,
    Proposal,
    Region,
    Setting,
    Staff,
    StaffRegion,
    Town,
)
from territoires.db.revision import must_be_current
from territoires.db.types import is_key
from territoires.domain import security
from territoires.domain.checks import Code, draft_problems, fitted, settle, together
from territoires.domain.clock import PARIS
from territoires.domain.drafts import Draft, encode
from territoires.domain.errors import (
    ConflictError,
    DatabaseError,
    InvalidError,
    Problem,
    RefusedError,
    UnguardedWriteError,
    UnknownActorError,
)
from territoires.domain.programme import Validation
from territoires.domain.roles import PROPOSING, REGIONAL, Permission, Role, grants
from territoires.domain.scope import Where
from territoires.domain.security import Event

D = TypeVar("D", bound=Draft)
R = TypeVar("R")

VALIDATION = "validation"  # the setting
ON = "on"


@dataclass(frozen=True, kw_only=True)
class Saved:
    """What a command did: which fact, which version of it, where.

    `changed` is False when everything was already as the draft says. `pending` says that it waits
    in the proposals, `entity_id` then being the proposal's number. `centre_gone` says that the
    centre ended with its last fact. `one_time_password` is shown once to whoever asked for it, and
    kept nowhere.
    """

    entity: str
    entity_id: str
    version_id: int | None = None
    centre_id: int | None = None
    town_code: str = ""
    region_code: str = ""
    inserted: int = 0
    corrected: int = 0
    unchanged: int = 0
    changed: bool = True
    pending: bool = False
    centre_gone: bool = False
    event_id: int | None = None
    one_time_password: str = field(default="", repr=False)


@dataclass(kw_only=True)
class Write:
    """What a command is given: an open transaction, who acts, where they are competent, and when.

    `now` is the clock's; `at_utc` the instant of the running command, later than every recorded
    one; `regions` is None when competence has no bounds.
    """

    session: AuditedSession
    actor: Staff
    role: Role
    regions: frozenset[str] | None
    now: datetime
    at_utc: datetime
    reason: str | None = None
    running: Permission | None = None
    accounts: list[tuple[str, str]] = field(default_factory=list)  # acts on them, for the log

    @property
    def connection(self) -> Connection:
        """The connection of the transaction."""
        return self.session.connection()

    @property
    def today(self) -> date:
        """The day that a form means: the one of whoever fills it in, in Paris."""
        return self.now.astimezone(PARIS).date()

    def setting(self, name: str, default: str = "") -> str:
        """Read a choice of the administrators."""
        row = self.session.get(Setting, name)
        return default if row is None else row.value

    def row(self, table: type[R], number: int | None) -> R | None:
        """Find a row by its number."""
        return self.session.get(table, number) if is_key(number or 0) else None

    def town(self, code: str) -> Where:
        """Find a town; raises InvalidError when there is none, RefusedError out of competence."""
        typed = code.strip().upper()
        row = (
            self.session.execute(
                select(Town.code, Town.name).where(Town.code == typed, Town.present_code.is_(None))
            ).first()
            if typed.isalnum()
            else None
        )
        if row is None:
            raise InvalidError([self._no_town(typed, code)])
        region = region_of_town(self.connection, row.code)
        name = self.session.scalar(select(Region.name).where(Region.code == region)) or ""
        self.must_cover(region, names=(row.name, name))
        return Where(code=row.code, name=row.name, region_code=region or "", region_name=name)

    def _no_town(self, typed: str, code: str) -> Problem:
        if not typed.isalnum():
            return Problem("town_code", Code.UNKNOWN_TOWN if typed else Code.REQUIRED, code[:40])
        former = communes.former(self.connection, [typed]).get(typed)
        if former is None:
            return Problem("town_code", Code.UNKNOWN_TOWN, code[:40])
        return Problem("town_code", Code.FORMER_TOWN, typed, former.facts)

    def must_cover(self, region: str | None, *, names: tuple[str, str] = ("", "")) -> None:
        """Raise RefusedError when the actor's role stops before this region."""
        if self.regions is not None and region not in self.regions:
            raise RefusedError(self.running or Permission.RECORD_STAGE, region, names)

    def must_hold(self, permission: Permission) -> None:
        """Raise RefusedError when the actor's role does not grant the permission."""
        if not grants(self.role, permission):
            raise RefusedError(permission)

    def perform(
        self,
        name: str,
        permission: Permission,
        body: Callable[[], Saved],
        *,
        reason: str | None = None,
        bulk: bool = False,
    ) -> Saved:
        """Run one act: all of its rows and its line in the journal, or nothing."""
        connection = self.connection
        self.at_utc = journal.next_instant(connection, self.now)
        self.reason, self.running = reason, permission
        act = Act(at_utc=self.at_utc, permission=permission, regions=self.regions, bulk=bulk)
        try:
            with self.session.begin_nested():
                with self.session.acting(act):
                    saved = body()
                changes = act.changes()
                if not changes:
                    return replace(saved, changed=False)
                _add_up(connection, act)
                journal.record(
                    connection,
                    at_utc=self.at_utc,
                    actor=self.actor.email,
                    command=name,
                    entity=saved.entity,
                    entity_id=saved.entity_id,
                    changes=changes,
                    reason=self.reason,
                    sums=act.sums,
                    machine_at=self.now,
                )
                if saved.entity == Staff.__tablename__:
                    self.accounts.append((name, saved.entity_id))
        except IntegrityError as error:
            raise _refused_by_schema(error) from error
        finally:
            self.running = None
        last = journal.anchor(connection)
        return replace(saved, event_id=last.act if last else None)

    def rehearse(
        self, permission: Permission, body: Callable[[], Saved], *, bulk: bool = False
    ) -> Saved:
        """Run an act to its end, then forget it: what it would refuse is refused now."""
        self.session.flush()
        connection = self.connection
        outer, was_running = self.session.info.pop("act", None), self.running
        self.at_utc = journal.next_instant(connection, self.now)
        self.running = permission
        act = Act(at_utc=self.at_utc, permission=permission, regions=self.regions, bulk=bulk)
        savepoint = self.session.begin_nested()
        try:
            with self.session.acting(act):
                saved = body()
            return replace(saved, changed=bool(act.changes()))
        except IntegrityError as error:
            raise _refused_by_schema(error) from error
        finally:
            savepoint.rollback()
            self.running = was_running
            if outer is not None:
                self.session.info["act"] = outer


def _refused_by_schema(error: IntegrityError) -> ConflictError | DatabaseError:
    """Tell a row that is there already from a value that the schema does not know."""
    if is_duplicate(error):
        return ConflictError(str(error.orig))
    return DatabaseError("constraint", first_line(error.orig))


def _add_up(connection: Connection, act: Act) -> None:
    """Keep the sums in step with the headcounts, in the same transaction."""
    for course in act.moved_courses:
        act.counted.update(summaries.subjects_of_course(connection, course))
    if act.counted:
        summaries.refresh(connection, act.counted)


@contextmanager
def writing(url: str, actor_email: str, *, now: datetime) -> Iterator[Write]:
    """Open a transaction for `actor_email`; the account, role and regions are read afresh in it.

    It is committed at the end, or leaves nothing. Raises UnknownActorError for an address that the
    staff list does not know or has switched off, and DatabaseError when the database cannot write.
    """
    done: list[tuple[str, str]] = []
    try:
        with transaction(url) as session:
            write = _write(session, actor_email, now)
            done = write.accounts
            yield write
    except (RefusedError, UnknownActorError):
        security.tell(Event.ACT_REFUSED, by=actor_email)
        raise
    for act, account in done:
        security.tell(Event.ACCOUNT_CHANGED, by=actor_email, act=act, account=account)


def _write(session: AuditedSession, email: str, now: datetime) -> Write:
    actor = session.scalar(select(Staff).where(Staff.email == normal_email(email)))
    if actor is None or not actor.active:
        raise UnknownActorError(email)
    regions = regions_of(session.connection(), actor.id)
    return Write(
        session=session,
        actor=actor,
        role=actor.role,
        regions=regions if actor.role in REGIONAL else None,
        now=now.astimezone(UTC),
        at_utc=now.astimezone(UTC),
    )


@contextmanager
def transaction(url: str) -> Iterator[AuditedSession]:
    """Open the one writing transaction of the moment, and give database failures their names."""
    # Rows stay readable after each act: the caller looks at what it saved.
    with (
        guarded(url),
        AuditedSession(engine(url, writable=True), expire_on_commit=False) as session,
        session.begin(),
    ):
        journal.take_turn(session.connection())
        # While this one waited, another server may have been upgraded, and the tables with it.
        must_be_current(session.connection())
        yield session


def regions_of(connection: Connection, staff_id: int) -> frozenset[str]:
    """Read the regions to which an account is bound."""
    mine = select(StaffRegion.region_code).where(StaffRegion.staff_id == staff_id)
    return frozenset(connection.scalars(mine))


def normal_email(text: str) -> str:
    """Write an address as the staff list does."""
    return text.strip().casefold()


@dataclass(frozen=True, kw_only=True)
class Registered:
    """A command as the registry knows it."""

    name: str
    permission: Permission
    draft: type[Draft]
    body: Callable[[Write, Any], Saved]
    proposable: bool
    undoable: bool
    bulk: bool
    kept: Callable[["Write", Any], Any]


REGISTERED: dict[str, Registered] = {}


def requires(
    permission: Permission,
    *,
    proposable: bool = False,
    undoable: bool = True,
    bulk: bool = False,
    kept: Callable[[Write, Any], Any] = lambda _write, draft: draft,
) -> Callable[[Callable[[Write, D], Saved]], Callable[[Write, D], Saved]]:
    """Make a function a command: its actor must hold `permission`; its changes are one act.

    `proposable`: while validation is on, what somebody of the entry role does through it waits
    for somebody else's word. `undoable`: its author may take it back for a while. `bulk`: it may
    write rows by the thousand, which the journal counts. `kept` gives what waits, of what was sent.
    """

    def make(body: Callable[[Write, D], Saved]) -> Callable[[Write, D], Saved]:
        name = body.__name__
        if name in REGISTERED:
            raise UnguardedWriteError(f"two commands named {name}")
        registered = Registered(
            name=name,
            permission=permission,
            draft=get_type_hints(body)["draft"],
            body=body,
            proposable=proposable,
            undoable=undoable,
            bulk=bulk,
            kept=kept,
        )
        REGISTERED[name] = registered

        @functools.wraps(body)
        def run(write: Write, draft: D) -> Saved:
            write.must_hold(permission)
            unfit = tuple(draft_problems(draft))
            if proposable and draft.as_draft:
                settle(unfit, confirmed=False)
                return _keep(write, registered, draft, Validation.DRAFT)
            if unfit and not bulk:
                judge(write, body, draft, besides=())
            settle(unfit, confirmed=False)
            if proposable and must_propose(write):
                return _keep(write, registered, draft, Validation.PROPOSED)

            def act() -> Saved:
                saved = body(write, draft)
                _end_resumed(write, draft)
                return saved

            return write.perform(
                name, permission, act, reason=draft.reason.strip() or None, bulk=bulk
            )

        return run

    return make


def judge(
    write: Write, command: Callable[..., Saved], draft: Draft, *, besides: Sequence[Problem]
) -> None:
    """Refuse a draft for what is wrong with it beside what could not even be read.

    Nothing is written. Raises InvalidError with everything that is wrong, and whatever else the
    command raises.
    """
    registered = REGISTERED[command.__name__]
    write.must_hold(registered.permission)
    found = tuple(draft_problems(draft))
    fit = fitted(draft) if found else draft
    try:
        write.rehearse(registered.permission, lambda: registered.body(write, fit))
    except InvalidError as error:
        found = together(found, error.problems)
    raise InvalidError(together(besides, found))


def must_propose(write: Write) -> bool:
    """Tell whether what this actor writes waits for validation."""
    return write.role in PROPOSING and write.setting(VALIDATION) == ON


def _resumed(write: Write, draft: Draft) -> Proposal | None:
    """Find the form kept for later that a draft goes on with; a refused one stays as it was."""
    row = write.row(Proposal, draft.resumes)
    own = row is not None and row.author == write.actor.email and row.state is Validation.DRAFT
    return row if own else None


def _end_resumed(write: Write, draft: Draft) -> None:
    """Drop the form kept for later whose content has become a fact."""
    row = _resumed(write, draft)
    if row is not None:
        write.session.delete(row)


def _town_of(write: Write, command: Registered, draft: Draft) -> str:
    """Name the town of a form that nothing was asked of yet; empty where it says none."""
    code: str = str(getattr(draft, "town_code", "")).strip().upper()
    table = FACTS.get(command.name.rpartition("_")[2].removesuffix("s"))
    fact = write.row(table, getattr(draft, "expected_id", None)) if table else None
    centre_id = getattr(draft, "centre_id", None) or getattr(fact, "centre_id", None)
    if not code and (isinstance(fact, Centre) or centre_id):
        centre = fact if isinstance(fact, Centre) else write.row(Centre, centre_id)
        code = centre.town_code if centre else ""
    code = code or str(getattr(fact, "town_code", ""))
    known = write.session.get(Town, code) if code and code.isalnum() else None
    return known.code if known else ""


def _keep(write: Write, command: Registered, draft: Draft, state: Validation) -> Saved:
    """Put a form among the proposals; one that is proposed must be good enough to be a fact."""
    done = None
    if state is Validation.PROPOSED:
        done = write.rehearse(
            command.permission, lambda: command.body(write, draft), bulk=command.bulk
        )
        if not done.changed:
            return done
    town = done.town_code if done else _town_of(write, command, draft)

    def keep() -> Saved:
        values: dict[str, Any] = {
            "command": command.name,
            "draft": encode(command.kept(write, replace(draft, as_draft=False, resumes=None))),
            "state": state,
            "created_at": write.at_utc,
            "town_code": town or None,
        }
        row = _resumed(write, draft)
        if row is None:
            row = Proposal(author=write.actor.email, **values)
            write.session.add(row)
        for name, value in values.items():
            setattr(row, name, value)
        write.session.flush()
        return Saved(
            entity="proposal",
            entity_id=str(row.id),
            town_code=town,
            region_code=done.region_code if done else "",
            pending=True,
        )

    return write.perform(
        command.name, command.permission, keep, reason=draft.reason.strip() or None
    )
