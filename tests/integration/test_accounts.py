"""Accounts: passwords, attempts, sessions, and who manages them."""

import hashlib
import json
import logging
import time
from contextlib import contextmanager
from datetime import timedelta

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY

from territoires.commands import accounts
from territoires.commands.accounts import (
    LONGEST_WAIT,
    ONE_TIME,
    SESSION,
    Refusal,
    SignedIn,
    SignInRefused,
    Visitor,
    counters,
    end_others,
    hashed,
    matches,
    one_time_password,
    sessions_of,
    sign_in,
    sign_in_vouched,
    sign_out,
    who,
)
from territoires.commands.staff import (
    FIRST_EMAIL,
    add_staff,
    change_own_password,
    change_role,
    choose_password,
    disable_staff,
    enable_staff,
    first_administrator,
    forget_identity,
    reset_password,
    sign_in_by_provider,
)
from territoires.commands.write import writing
from territoires.db.models import AuditEvent, SignInSession, Staff, StaffRegion, WaitingTime
from territoires.domain import security
from territoires.domain.checks import Code
from territoires.domain.drafts import (
    AccountDraft,
    HashedPasswordDraft,
    IdentityDraft,
    PasswordDraft,
    RoleDraft,
    StaffDraft,
)
from territoires.domain.errors import InvalidError, RefusedError, UnknownActorError
from territoires.domain.roles import IDLE, LocalAccounts, Permission, Role
from territoires.french.problems import sign_in_message
from tests.conftest import SEEDED_AT
from tests.integration.writing import (
    ADMIN,
    ENTRY,
    GRAND_EST,
    NOON,
    VALIDATION,
    do,
    rows,
    sound,
)

pytestmark = pytest.mark.as_deployed

MARIE = "marie@lecnam.net"
GOOD = "quatre mots sans lien"


@pytest.fixture
def url(small_url):
    return small_url


def add(url, **changes):
    values = {
        "email": MARIE,
        "name": "Marie",
        "role": Role.ENTRY,
        "regions": (GRAND_EST,),
    }
    return do(url, add_staff, StaffDraft(**(values | changes)))


@pytest.fixture
def marie(url):
    """Add somebody, and give the one-time password."""
    return add(url).one_time_password


def account(url, email=MARIE):
    (row,) = rows(url, Staff, email=email)
    return row


HOME, AWAY = Visitor(address="203.0.113.7"), Visitor(address="198.51.100.9")


def choose(url, current, new, *, now=NOON, **whose):
    draft = PasswordDraft(current=current, new=new, email=whose.get("email", ""))
    return choose_password(url, whose.get("who", MARIE), draft, now=now)


def refusals(url, current, new, **options):
    with pytest.raises(InvalidError) as refused:
        choose(url, current, new, **options)
    return [(problem.field, problem.code) for problem in refused.value.problems]


def reader_of(url, email=MARIE):
    return who(url, sign_in_vouched(url, email, now=NOON).token, now=NOON)


def problems_of(url, command, draft, **options):
    with pytest.raises(InvalidError) as refused:
        do(url, command, draft, **options)
    return [(problem.field, problem.code) for problem in refused.value.problems]


# --- managing accounts ---


def test_somebody_is_added_with_a_password_shown_once(url):
    saved = add(url, email=" Marie@LeCnam.NET ")
    row = account(url)
    assert (row.name, row.role, row.must_change_password) == ("Marie", "entry", True)
    assert matches(row.password_hash, saved.one_time_password)
    assert row.password_expires_at == NOON + ONE_TIME
    assert [r.region_code for r in rows(url, StaffRegion, staff_id=row.id)] == [GRAND_EST]
    assert saved.one_time_password not in repr(saved)
    sound(url)


def test_a_hash_costs_what_the_rfc_recommends(costly_hashes):
    assert extract_parameters(hashed("secret")) == RFC_9106_LOW_MEMORY


def test_somebody_vouched_for_by_a_provider_has_no_password(url):
    assert add(url, with_password=False).one_time_password == ""
    assert account(url).password_hash is None
    assert sign_in(url, MARIE, "", now=NOON) == SignInRefused(code=Refusal.WRONG)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"email": ENTRY.upper()}, [("email", Code.DUPLICATE)]),
        ({"email": "x"}, [("email", Code.BAD_EMAIL)]),
        ({"name": ""}, [("name", Code.REQUIRED)]),
        ({"regions": ()}, [("regions", Code.REGION_REQUIRED)]),
        ({"regions": ("99",)}, [("regions", Code.UNKNOWN_REGION)]),
        ({"role": Role.DIRECTION}, [("regions", Code.NO_REGION_WANTED)]),
        ({"role": Role.PUBLIC, "regions": ()}, [("role", Code.BAD_VALUE)]),
    ],
)
def test_an_account_is_refused(url, changes, found):
    assert (
        problems_of(
            url,
            add_staff,
            StaffDraft(
                **({"email": MARIE, "name": "M", "role": Role.ENTRY, "regions": ("44",)} | changes)
            ),
        )
        == found
    )


def test_a_role_changes_with_its_regions(url, marie):
    do(url, change_role, RoleDraft(email=MARIE, role=Role.ENTRY, regions=("44", "75")))
    do(url, change_role, RoleDraft(email=MARIE, role=Role.ENTRY, regions=("75",)))
    assert reader_of(url).regions == {"75"}
    do(url, change_role, RoleDraft(email=MARIE, role=Role.VALIDATION))
    reader = reader_of(url)
    assert (reader.role, reader.regions) == (Role.VALIDATION, frozenset())
    assert rows(url, StaffRegion, staff_id=account(url).id) == []
    sound(url)


def test_the_last_administrator_stays(url):
    alone = RoleDraft(email=ADMIN, role=Role.DIRECTION)
    assert problems_of(url, change_role, alone) == [("email", Code.LAST_ADMINISTRATOR)]
    assert problems_of(url, disable_staff, AccountDraft(email=ADMIN)) == [
        ("email", Code.LAST_ADMINISTRATOR),
        ("email", Code.NOT_ONESELF),
    ]
    do(url, change_role, RoleDraft(email=VALIDATION, role=Role.ADMINISTRATION))
    do(url, change_role, alone)
    with pytest.raises(RefusedError):
        do(url, add_staff, StaffDraft(email=MARIE, name="M", role=Role.DIRECTION))


def test_an_unknown_account_is_said_so(url):
    for email, code in (
        ("nobody@example.org", Code.UNKNOWN_ACCOUNT),
        ("\x00", Code.UNREADABLE),
    ):
        assert problems_of(url, disable_staff, AccountDraft(email=email)) == [("email", code)]


def test_an_account_is_switched_off_and_on(url, marie):
    session = sign_in(url, MARIE, marie, now=NOON)
    do(url, disable_staff, AccountDraft(email=MARIE))
    assert who(url, session.token, now=NOON) is None
    assert rows(url, SignInSession) == []
    assert sign_in(url, MARIE, marie, now=NOON) == SignInRefused(code=Refusal.WRONG)
    assert sign_in_vouched(url, MARIE, now=NOON) is None
    with pytest.raises(UnknownActorError):
        do(url, change_own_password, HashedPasswordDraft(before="x", after="y"), who=MARIE)
    do(url, enable_staff, AccountDraft(email=MARIE))
    assert isinstance(sign_in(url, MARIE, marie, now=NOON), SignedIn)


# --- passwords ---


def test_a_one_time_password_is_changed_by_its_owner(url, marie):
    session = sign_in(url, MARIE, marie, now=NOON)
    assert session.must_change_password
    assert not who(url, session.token, now=NOON).may(Permission.RECORD_STAGE)
    assert choose(url, marie, GOOD) is None
    assert who(url, session.token, now=NOON) is None
    assert account(url).password_hash.startswith("$argon2id$")
    assert account(url).password_expires_at is None
    again = sign_in(url, MARIE, GOOD, now=NOON)
    assert not again.must_change_password
    assert who(url, again.token, now=NOON).may(Permission.RECORD_STAGE, GRAND_EST)
    assert sign_in(url, MARIE, marie, now=NOON).code is Refusal.WRONG


def test_a_password_is_changed_by_who_knows_it_for_a_better_one(url, marie):
    assert refusals(url, "autre chose", GOOD) == [("current", Code.WRONG_PASSWORD)]
    assert refusals(url, marie, marie) == [("new", Code.PASSWORD_UNCHANGED)]
    assert refusals(url, marie, MARIE) == [("new", Code.PASSWORD_LIKE_EMAIL)]


def test_a_new_password_that_will_not_do_is_no_failed_attempt(url, marie):
    for _ in range(4):
        assert refusals(url, marie, "court") == [("new", Code.PASSWORD_TOO_SHORT)]
    assert choose(url, marie, GOOD) is None


def test_a_password_is_not_guessed_by_changing_it(url, marie):
    for _ in range(3):
        assert refusals(url, "faux", GOOD) == [("current", Code.WRONG_PASSWORD)]
    until = NOON + timedelta(seconds=8)
    assert choose(url, marie, GOOD) == SignInRefused(code=Refusal.WAIT, until=until)
    assert choose(url, marie, GOOD, now=until) is None


def test_nothing_is_hashed_while_a_transaction_is_open(url, marie, monkeypatch):
    is_open = []

    def watch(name):
        whole = getattr(accounts, name)

        @contextmanager
        def watched(*arguments, **options):
            with whole(*arguments, **options) as given:
                is_open.append(name)
                yield given
            is_open.pop()

        monkeypatch.setattr(accounts, name, watched)

    def hashing(method):
        def run(*arguments):
            assert not is_open
            return method(*arguments)

        return run

    watch("noting")
    for method in ("hash", "verify"):
        monkeypatch.setattr(PasswordHasher, method, hashing(getattr(PasswordHasher, method)))
    with writing(url, ADMIN, now=NOON) as write:
        is_open.append("writing")
        add_staff(write, StaffDraft(email="paul@lecnam.net", name="Paul", role=Role.DIRECTION))
        is_open.pop()
    sign_in(url, MARIE, marie, now=NOON)
    choose(url, marie, GOOD)
    assert isinstance(sign_in(url, MARIE, GOOD, now=NOON), SignedIn)


def test_a_one_time_password_is_for_a_day(url, marie):
    refused = sign_in(url, MARIE, marie, now=NOON + ONE_TIME)
    assert refused == SignInRefused(code=Refusal.EXPIRED)
    assert "24" in sign_in_message(refused.code)
    last = sign_in(url, MARIE, marie, now=NOON + ONE_TIME - timedelta(seconds=1))
    assert isinstance(last, SignedIn)


def test_a_reset_gives_another_one_time_password_and_ends_the_sessions(url, marie):
    session = sign_in(url, MARIE, marie, now=NOON)
    saved = do(url, reset_password, AccountDraft(email=MARIE))
    assert who(url, session.token, now=NOON) is None
    assert saved.one_time_password != marie
    assert sign_in(url, MARIE, saved.one_time_password, now=NOON).must_change_password


def test_one_time_passwords_are_long_and_differ():
    made = {one_time_password() for _ in range(50)}
    assert len(made) == 50
    assert all(len(password) == 19 for password in made)


def test_a_novel_is_no_password():
    assert not matches(None, "x" * 10**6)
    assert not matches("not a hash", "x")


# --- attempts ---


def fail(url, times, *, email=MARIE, now=NOON, visitor=HOME):
    """Try a wrong password so often, waiting as long as one is told to; give the last instant."""
    for _ in range(times):
        outcome = sign_in(url, email, "faux", now=now, visitor=visitor)
        if outcome.code is Refusal.WAIT:
            now = outcome.until
            outcome = sign_in(url, email, "faux", now=now, visitor=visitor)
        assert outcome == SignInRefused(code=Refusal.WRONG)
    return now


@pytest.mark.parametrize("email", [MARIE, "stranger@example.org"])
def test_slips_cost_nothing_then_each_failure_costs_twice_the_wait(url, marie, email):
    moment = NOON
    for _ in range(3):
        assert sign_in(url, email, "faux", now=moment) == SignInRefused(code=Refusal.WRONG)
    for failures in range(3, 10):
        until = moment + timedelta(seconds=2**failures)
        early = sign_in(url, email, marie, now=until - timedelta(microseconds=1))
        assert early == SignInRefused(code=Refusal.WAIT, until=until)
        moment = until
        assert sign_in(url, email, "faux", now=moment).code is Refusal.WRONG
    for code in Refusal:
        assert sign_in_message(code, seconds=30)


def test_nobody_is_locked_out_for_good(url, marie):
    last = fail(url, 60)
    waits = sign_in(url, MARIE, marie, now=last, visitor=HOME)
    assert waits.until - last <= LONGEST_WAIT
    assert isinstance(sign_in(url, MARIE, marie, now=waits.until, visitor=HOME), SignedIn)


def test_what_a_stranger_tries_costs_the_owner_nothing_where_they_have_signed_in(url, marie):
    assert isinstance(sign_in(url, MARIE, marie, now=NOON, visitor=HOME), SignedIn)
    last = fail(url, 40, visitor=AWAY)
    assert isinstance(sign_in(url, MARIE, marie, now=last, visitor=HOME), SignedIn)


def test_a_crowd_of_addresses_waits_for_one_account(url, marie):
    for number in range(11):
        visitor = Visitor(address=f"203.0.113.{number}")
        assert sign_in(url, MARIE, "faux", now=NOON, visitor=visitor).code is Refusal.WRONG
    refused = sign_in(url, MARIE, marie, now=NOON, visitor=AWAY)
    assert refused == SignInRefused(code=Refusal.WAIT, until=NOON + timedelta(seconds=8))


def test_one_address_waits_for_a_crowd_of_accounts(url, marie):
    for number in range(21):
        email = f"somebody{number}@example.org"
        assert sign_in(url, email, "faux", now=NOON, visitor=AWAY).code is Refusal.WRONG
    assert sign_in(url, MARIE, marie, now=NOON, visitor=AWAY).code is Refusal.WAIT
    assert isinstance(sign_in(url, MARIE, marie, now=NOON, visitor=HOME), SignedIn)


def test_the_two_halves_of_an_ipv6_address_are_not_two_visitors():
    def keys(address):
        return [counter.key for counter in counters(MARIE, address)]

    assert keys("2001:db8::1") == keys("2001:db8::ffff:2")
    assert keys("2001:db8:0:1::1") != keys("2001:db8::1")
    assert keys("203.0.113.7") != keys("203.0.113.8")


def test_waiting_times_are_forgotten_after_a_day_and_hold_no_address(url, marie):
    fail(url, 1, visitor=AWAY)
    assert len(rows(url, WaitingTime)) == 3
    assert "198.51.100.9" not in repr(rows(url, WaitingTime))
    assert MARIE not in repr(rows(url, WaitingTime))
    fail(url, 1, email="other@example.org", now=NOON + timedelta(days=2), visitor=HOME)
    assert len(rows(url, WaitingTime)) == 3


def test_the_right_password_after_the_wait_clears_the_failures(url, marie):
    fail(url, 3)
    later = NOON + timedelta(seconds=8)
    assert isinstance(sign_in(url, MARIE, marie, now=later, visitor=HOME), SignedIn)
    failures = {row.key: row.failures for row in rows(url, WaitingTime)}
    pair, _, place = counters(MARIE, HOME.address)
    assert failures == {pair.key: 0, place.key: 3}


def test_a_new_password_ends_the_waiting_of_the_account(url, marie):
    last = fail(url, 12)
    password = do(url, reset_password, AccountDraft(email=MARIE), now=last).one_time_password
    assert isinstance(sign_in(url, MARIE, password, now=last, visitor=AWAY), SignedIn)


def test_a_clock_that_goes_back_does_not_turn_seconds_into_days(url, marie):
    for _ in range(3):
        sign_in(url, MARIE, "faux", now=NOON)
    back = NOON - timedelta(hours=2)
    refused = sign_in(url, MARIE, marie, now=back)
    assert refused == SignInRefused(code=Refusal.WAIT, until=back + timedelta(seconds=8))
    assert isinstance(sign_in(url, MARIE, marie, now=refused.until), SignedIn)


@pytest.mark.only_on("sqlite", "the time is the one of the hash")
def test_an_unknown_address_takes_as_long_as_a_known_one(costly_hashes, url, marie):
    def shortest(email):
        times = []
        for _ in range(3):
            start = time.perf_counter()
            assert sign_in(url, email, "faux", now=NOON) == SignInRefused(code=Refusal.WRONG)
            times.append(time.perf_counter() - start)
        return min(times)

    assert shortest("stranger@example.org") > shortest(MARIE) / 3


# --- sessions ---


def test_a_session_says_who_until_it_ends(url, marie):
    session = sign_in(url, MARIE.upper(), marie, now=NOON)
    moment = NOON
    while moment < NOON + SESSION - timedelta(minutes=30):
        moment += timedelta(minutes=30)
        reader = who(url, session.token, now=moment)
    assert (reader.email, reader.role, reader.regions) == (MARIE, Role.ENTRY, {GRAND_EST})
    assert who(url, session.token, now=NOON + SESSION) is None
    assert who(url, "", now=NOON) is None
    assert who(url, "x", now=NOON) is None


def test_only_the_hash_of_a_token_is_kept(url, marie):
    session = sign_in(url, MARIE, marie, now=NOON)
    (row,) = rows(url, SignInSession)
    assert row.token_hash == hashlib.sha256(session.token.encode()).hexdigest()
    assert session.token not in repr(session)
    assert len(session.token) >= 43


def test_signing_out_ends_one_session(url, marie):
    one, other = (sign_in(url, MARIE, marie, now=NOON) for _ in range(2))
    sign_out(url, one.token)
    sign_out(url, "unknown")
    assert who(url, one.token, now=NOON) is None
    assert who(url, other.token, now=NOON) is not None


def test_a_session_that_gives_no_sign_of_life_is_over(url, marie):
    session = sign_in(url, MARIE, marie, now=NOON)
    assert who(url, session.token, now=NOON + IDLE) is None
    almost = NOON + IDLE - timedelta(seconds=1)
    assert who(url, session.token, now=almost) is not None
    assert who(url, session.token, now=almost + timedelta(minutes=59)) is not None


def test_signing_in_ends_the_session_that_it_replaces(url, marie):
    first = sign_in(url, MARIE, marie, now=NOON)
    sign_in(url, MARIE, marie, now=NOON, visitor=Visitor(token=first.token))
    assert who(url, first.token, now=NOON) is None
    assert len(rows(url, SignInSession)) == 1


def test_one_sees_one_s_sessions_and_ends_the_others(url, marie):
    here = sign_in(url, MARIE, marie, now=NOON, visitor=Visitor(browser="Firefox, Windows"))
    sign_in(url, MARIE, marie, now=NOON)
    somebody_else = sign_in_vouched(url, ADMIN, now=NOON)
    mine = sessions_of(url, here.token, now=NOON)
    assert {(found.browser, found.here) for found in mine} == {
        ("Firefox, Windows", True),
        ("", False),
    }
    assert end_others(url, here.token) == 1
    assert [found.here for found in sessions_of(url, here.token, now=NOON)] == [True]
    assert who(url, somebody_else.token, now=NOON) is not None
    assert end_others(url, "unknown") == 0
    assert sessions_of(url, "unknown", now=NOON) == []


def test_sessions_over_are_swept_when_somebody_signs_in(url, marie):
    sign_in(url, MARIE, marie, now=NOON)
    sign_in(url, MARIE, marie, now=NOON + SESSION)
    assert len(rows(url, SignInSession)) == 1


def test_a_role_is_read_at_every_look(url, marie):
    session = sign_in(url, MARIE, marie, now=NOON)
    do(url, change_role, RoleDraft(email=MARIE, role=Role.DIRECTION))
    assert who(url, session.token, now=NOON).role is Role.DIRECTION


# --- identity providers ---

ISSUER = "https://sso.example.org"


def come(url, email, subject, issuer=ISSUER):
    return sign_in_by_provider(url, email, IdentityDraft(issuer=issuer, subject=subject), now=NOON)


def test_an_address_unknown_to_the_staff_opens_nothing(url):
    assert come(url, "stranger@example.org", "1") is None
    session = come(url, f" {ENTRY.upper()} ", "2")
    reader = who(url, session.token, now=NOON)
    assert (reader.role, reader.regions) == (Role.ENTRY, {GRAND_EST})


def test_an_address_given_to_somebody_else_inherits_nothing(url, marie):
    assert come(url, MARIE, "marie") is not None
    assert come(url, MARIE, "successor") is None
    assert come(url, MARIE, "marie", issuer="https://other.example.org") is None
    # And she keeps her account under a new address.
    session = come(url, "marie.durand@lecnam.net", "marie")
    assert who(url, session.token, now=NOON).email == MARIE
    bound = [event for event in rows(url, AuditEvent) if event.command == "bind_identity"]
    assert len(bound) == 1
    sound(url)


def test_an_account_switched_off_is_not_reopened_by_its_address(url, marie):
    come(url, MARIE, "marie")
    do(url, disable_staff, AccountDraft(email=MARIE))
    assert come(url, MARIE, "marie") is None
    assert come(url, MARIE, "successor") is None


def test_an_administrator_may_give_an_account_to_another_person_of_the_provider(url, marie):
    come(url, MARIE, "marie")
    do(url, forget_identity, AccountDraft(email=MARIE))
    assert come(url, MARIE, "successor") is not None
    assert come(url, MARIE, "marie") is None
    sound(url)


@pytest.mark.parametrize("local", LocalAccounts)
def test_local_accounts_are_for_everybody_for_administration_or_for_nobody(url, marie, local):
    def enters(email, password):
        outcome = sign_in(url, email, password, now=NOON, visitor=Visitor(local=local))
        assert isinstance(outcome, SignedIn) or outcome.code is Refusal.ELSEWHERE
        return isinstance(outcome, SignedIn)

    once = do(url, reset_password, AccountDraft(email=ADMIN)).one_time_password
    assert enters(MARIE, marie) is (local is LocalAccounts.ON)
    assert enters(ADMIN, once) is (local is not LocalAccounts.OFF)
    # Nobody learns it without the password.
    assert sign_in(url, MARIE, "faux", now=NOON, visitor=Visitor(local=local)).code is Refusal.WRONG


# --- the journal ---


def test_the_journal_never_holds_a_secret(url, marie):
    sign_in(url, MARIE, "faux", now=NOON)
    session = sign_in(url, MARIE, marie, now=NOON)
    choose(url, marie, GOOD)
    do(url, reset_password, AccountDraft(email=MARIE))
    text = repr(rows(url, AuditEvent))
    for secret in (marie, GOOD, session.token, "argon2", "password_hash", "token_hash"):
        assert secret not in text
    commands = [event.command for event in rows(url, AuditEvent)]
    assert commands == ["seed", "add_staff", "change_own_password", "reset_password"]
    sound(url)


def test_resetting_twice_is_in_the_journal_twice(url, marie):
    for _ in range(2):
        do(url, reset_password, AccountDraft(email=MARIE))
    assert [event.command for event in rows(url, AuditEvent)][-2:] == ["reset_password"] * 2


def test_signing_in_is_no_act(url, marie):
    before = len(rows(url, AuditEvent))
    sign_out(url, sign_in(url, MARIE, marie, now=NOON).token)
    assert len(rows(url, AuditEvent)) == before


# --- the first administrator ---


def test_the_first_administrator_is_made_once_in_a_database_without_anybody(empty_url):
    email, password = first_administrator(empty_url, now=SEEDED_AT)
    assert email == FIRST_EMAIL
    session = sign_in(empty_url, email, password, now=SEEDED_AT)
    assert session.must_change_password
    taken = choose(empty_url, password, GOOD, who=email, email="Claire@lecnam.net", now=SEEDED_AT)
    assert taken is None
    session = sign_in(empty_url, "claire@lecnam.net", GOOD, now=SEEDED_AT)
    assert who(empty_url, session.token, now=SEEDED_AT).role is Role.ADMINISTRATION
    assert sign_in(empty_url, email, GOOD, now=SEEDED_AT).code is Refusal.WRONG
    assert first_administrator(empty_url, now=SEEDED_AT) is None
    assert password not in repr(rows(empty_url, AuditEvent))
    sound(empty_url)


def test_the_first_administrator_may_be_given_an_address_from_the_start(empty_url):
    email, password = first_administrator(empty_url, now=SEEDED_AT, email="Claire@lecnam.net")
    assert email == "claire@lecnam.net"
    assert isinstance(sign_in(empty_url, email, password, now=SEEDED_AT), SignedIn)


def test_only_the_program_s_own_address_is_replaced_with_the_password(url, marie):
    assert choose(url, marie, GOOD, email="autre@lecnam.net") is None
    assert account(url).email == MARIE
    assert refusals(url, GOOD, GOOD + "!", email="x") == [("email", Code.BAD_EMAIL)]
    assert refusals(url, GOOD, GOOD + "!", email=ADMIN) == [("email", Code.DUPLICATE)]


# --- the security log ---


def test_what_is_done_to_accounts_and_what_is_refused_is_told_without_secrets(url, caplog):
    caplog.set_level(logging.INFO, security.NAME)
    password = add(url).one_time_password
    with pytest.raises(RefusedError):
        do(url, reset_password, AccountDraft(email=ADMIN), who=ENTRY)
    told = [json.loads(record.message) for record in caplog.records]
    assert [(line["event"], line.get("act"), line["by"]) for line in told] == [
        ("account_changed", "add_staff", ADMIN),
        ("act_refused", None, ENTRY),
    ]
    assert password not in caplog.text
    with pytest.raises(InvalidError):
        do(url, add_staff, StaffDraft(email=MARIE, name="M", role=Role.DIRECTION))
    assert len(caplog.records) == 2
