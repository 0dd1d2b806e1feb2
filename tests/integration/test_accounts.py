"""Accounts: passwords, attempts, sessions, and who manages them."""

import hashlib
import time
from datetime import timedelta

import pytest
from argon2 import extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY

from territoires.commands.accounts import (
    LOCKED_AT,
    LONGEST_WAIT,
    SESSION,
    Refusal,
    SignedIn,
    SignInRefused,
    hashed,
    matches,
    one_time_password,
    reader_of_email,
    sign_in,
    sign_out,
    wait_after,
    who,
)
from territoires.commands.staff import (
    FIRST_EMAIL,
    add_staff,
    change_own_password,
    change_role,
    disable_staff,
    enable_staff,
    first_administrator,
    reset_password,
)
from territoires.db.models import AuditEvent, SignInSession, Staff, StaffRegion
from territoires.domain.checks import Code
from territoires.domain.drafts import AccountDraft, PasswordDraft, RoleDraft, StaffDraft
from territoires.domain.errors import InvalidError, RefusedError, UnknownActorError
from territoires.domain.roles import ANYBODY, Permission, Role
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
    assert row.password_hash.startswith("$argon2id$")
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
    assert reader_of_email(url, MARIE).regions == {"75"}
    do(url, change_role, RoleDraft(email=MARIE, role=Role.VALIDATION))
    reader = reader_of_email(url, MARIE)
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
    assert reader_of_email(url, MARIE) == ANYBODY
    with pytest.raises(UnknownActorError):
        do(url, change_own_password, PasswordDraft(current=marie, new=GOOD), who=MARIE)
    do(url, enable_staff, AccountDraft(email=MARIE))
    assert isinstance(sign_in(url, MARIE, marie, now=NOON), SignedIn)


# --- passwords ---


def test_a_one_time_password_is_changed_by_its_owner(url, marie):
    session = sign_in(url, MARIE, marie, now=NOON)
    assert session.must_change_password
    assert not who(url, session.token, now=NOON).may(Permission.RECORD_STAGE)
    do(url, change_own_password, PasswordDraft(current=marie, new=GOOD), who=MARIE)
    assert who(url, session.token, now=NOON) is None
    again = sign_in(url, MARIE, GOOD, now=NOON)
    assert not again.must_change_password
    assert who(url, again.token, now=NOON).may(Permission.RECORD_STAGE, GRAND_EST)
    assert sign_in(url, MARIE, marie, now=NOON).code is Refusal.WRONG


def test_a_password_is_changed_by_who_knows_it_for_a_better_one(url, marie):
    wrong = PasswordDraft(current="autre chose", new="court")
    assert problems_of(url, change_own_password, wrong, who=MARIE) == [
        ("current", Code.WRONG_PASSWORD),
        ("new", Code.PASSWORD_TOO_SHORT),
    ]
    same = PasswordDraft(current=marie, new=marie)
    assert problems_of(url, change_own_password, same, who=MARIE) == [
        ("new", Code.PASSWORD_UNCHANGED)
    ]
    like = PasswordDraft(current=marie, new=MARIE)
    assert problems_of(url, change_own_password, like, who=MARIE) == [
        ("new", Code.PASSWORD_LIKE_EMAIL)
    ]


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


def test_slips_cost_nothing_then_each_failure_costs_twice_the_wait(url, marie):
    moment = NOON
    for _ in range(3):
        assert sign_in(url, MARIE, "faux", now=moment) == SignInRefused(code=Refusal.WRONG)
    for failures in range(3, LOCKED_AT):
        until = moment + timedelta(seconds=2**failures)
        early = sign_in(url, MARIE, marie, now=until - timedelta(microseconds=1))
        assert early == SignInRefused(code=Refusal.WAIT, until=until)
        moment = until
        assert sign_in(url, MARIE, "faux", now=moment).code is Refusal.WRONG
    locked = sign_in(url, MARIE, marie, now=moment + timedelta(days=400))
    assert locked == SignInRefused(code=Refusal.LOCKED)
    password = do(url, reset_password, AccountDraft(email=MARIE)).one_time_password
    assert isinstance(sign_in(url, MARIE, password, now=moment), SignedIn)
    for code in Refusal:
        assert sign_in_message(code, seconds=30)


def test_the_right_password_after_the_wait_clears_the_failures(url, marie):
    for _ in range(3):
        sign_in(url, MARIE, "faux", now=NOON)
    assert isinstance(sign_in(url, MARIE, marie, now=NOON + timedelta(seconds=8)), SignedIn)
    assert account(url).failures == 0


def test_the_wait_grows_to_a_quarter_of_an_hour():
    assert wait_after(2) == timedelta(0)
    assert wait_after(3) == timedelta(seconds=8)
    assert wait_after(9) == timedelta(seconds=512)
    assert wait_after(60) == LONGEST_WAIT


def test_a_clock_that_goes_back_does_not_turn_seconds_into_days(url, marie):
    for _ in range(3):
        sign_in(url, MARIE, "faux", now=NOON)
    back = NOON - timedelta(days=2)
    refused = sign_in(url, MARIE, marie, now=back)
    assert refused == SignInRefused(code=Refusal.WAIT, until=back + timedelta(seconds=8))
    assert isinstance(sign_in(url, MARIE, marie, now=refused.until), SignedIn)


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
    reader = who(url, session.token, now=NOON + SESSION - timedelta(seconds=1))
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


def test_sessions_over_are_swept_when_somebody_signs_in(url, marie):
    sign_in(url, MARIE, marie, now=NOON)
    sign_in(url, MARIE, marie, now=NOON + SESSION)
    assert len(rows(url, SignInSession)) == 1


def test_a_role_is_read_at_every_look(url, marie):
    session = sign_in(url, MARIE, marie, now=NOON)
    do(url, change_role, RoleDraft(email=MARIE, role=Role.DIRECTION))
    assert who(url, session.token, now=NOON).role is Role.DIRECTION


def test_an_address_unknown_to_the_staff_reads_and_no_more(url):
    assert reader_of_email(url, "stranger@example.org") == ANYBODY
    known = reader_of_email(url, f" {ENTRY.upper()} ")
    assert (known.role, known.regions) == (Role.ENTRY, {GRAND_EST})


# --- the journal ---


def test_the_journal_never_holds_a_secret(url, marie):
    sign_in(url, MARIE, "faux", now=NOON)
    session = sign_in(url, MARIE, marie, now=NOON)
    do(url, change_own_password, PasswordDraft(current=marie, new=GOOD), who=MARIE)
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
    do(empty_url, change_own_password, PasswordDraft(current=password, new=GOOD), who=email)
    session = sign_in(empty_url, email, GOOD, now=SEEDED_AT)
    assert who(empty_url, session.token, now=SEEDED_AT).role is Role.ADMINISTRATION
    assert first_administrator(empty_url, now=SEEDED_AT) is None
    assert password not in repr(rows(empty_url, AuditEvent))
    sound(empty_url)
