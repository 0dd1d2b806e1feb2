"""What drafts keep when written down, and what the checks say of dates."""

import unicodedata
from dataclasses import fields, replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territoires.db.models import Base
from territoires.domain import drafts
from territoires.domain.checks import (
    Before,
    Code,
    KnownStage,
    announcement_problems,
    bound_problems,
    certainly_before,
    draft_problems,
    enrolments_problems,
    fit,
    is_web_address,
    offering_problems,
    question_problems,
    settle,
    source_problems,
    staff_problems,
    stage_problems,
    text_problems,
)
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import (
    AnnouncementDraft,
    BoundDraft,
    CourseCorrection,
    EnrolmentRow,
    EnrolmentsDraft,
    OfferingDraft,
    QuestionDraft,
    SourceDraft,
    StaffDraft,
    StageCorrection,
    StageDraft,
    TargetDraft,
    cited,
    decode,
    encode,
)
from territoires.domain.errors import InvalidError, Problem
from territoires.domain.imports import ImportCode
from territoires.domain.passwords import password_problems
from territoires.domain.programme import Ask, Basis, Counted, Document, Mode, StageKind
from territoires.domain.roles import ANYBODY, Permission, Reader, Role
from territoires.french import journal
from territoires.french.dictionary import FIELDS
from territoires.french.problems import MESSAGES, problem_message, sign_in_message
from tests.factories import filled

TODAY = date(2026, 6, 15)
SOURCE = SourceDraft(id="gazette")


def partial_dates():
    days = st.dates(date(2015, 1, 1), date(2026, 6, 15))
    return st.one_of(
        st.just(PartialDate()),
        days.map(PartialDate.of),
        days.map(lambda d: PartialDate(d.year, d.month)),
        days.map(lambda d: PartialDate(d.year)),
    )


def stages(kinds=StageKind):
    return st.builds(
        KnownStage,
        kind=st.sampled_from(list(kinds)),
        on=partial_dates(),
        basis=st.sampled_from(list(Basis)),
        retained=st.booleans(),
        source_id=st.sampled_from(["a", "b"]),
        centre_id=st.just(1),
        version_id=st.integers(1, 99),
    )


def codes(problems):
    return [problem.code for problem in problems]


def stage(kind, on, **changes):
    return KnownStage(kind=kind, on=PartialDate.parse(on), centre_id=1, **changes)


def judged(new, *others):
    return codes(stage_problems(new, others, today=TODAY))


# --- writing drafts down ---


@given(
    on=partial_dates(),
    kind=st.sampled_from(list(StageKind)),
    note=st.text(),
    centre_id=st.none() | st.integers(1),
    new_site=st.booleans(),
)
def test_a_stage_draft_survives_json(on, kind, note, centre_id, new_site):
    draft = StageDraft(
        town_code="52121",
        kind=kind,
        on=on,
        source=SourceDraft(url="https://a.example"),
        note=note,
        centre_id=centre_id,
        new_site=new_site,
    )
    assert decode(StageDraft, encode(draft)) == draft


@pytest.mark.parametrize(
    "draft",
    [
        EnrolmentsDraft(
            centre_id=1,
            academic_year=2020,
            counted_on=date(2020, 10, 1),
            source=SOURCE,
            rows=(
                EnrolmentRow(headcount=3, course_key="F001", counted=Counted.REGISTRATIONS),
                EnrolmentRow(headcount=None),
            ),
        ),
        OfferingDraft(centre_id=1, course_key="F001", source=SOURCE, mode=Mode.HYBRID),
        CourseCorrection(title="T", field_slug="f", source=SOURCE, expected_edition=3, level=6),
        TargetDraft(value=3, deadline=date(2027, 1, 1), decided_on=date(2026, 1, 1), source=SOURCE),
        StageCorrection(expected_id=1, kind=StageKind.OPENED, on=PartialDate(2020), source=SOURCE),
        StaffDraft(email="a@b.fr", name="A", role=Role.ENTRY, regions=("44", "75")),
    ],
)
def test_every_draft_survives_json(draft):
    assert decode(type(draft), encode(draft)) == draft


def test_a_field_that_is_gone_is_ignored_when_a_draft_is_read_again():
    draft = SourceDraft(id="gazette")
    assert decode(SourceDraft, encode(draft) | {"colour": "blue"}) == draft


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("https://a.example/x", SourceDraft(url="https://a.example/x")),
        (" www.a.example ", SourceDraft(url="https://www.a.example")),
        ("Déclaration", SourceDraft(declared=True)),
        ("gazette-moselle", SourceDraft(id="gazette-moselle")),
        ("formation.cnam.fr/a?b=1", SourceDraft(url="https://formation.cnam.fr/a?b=1")),
        ("lagazette.fr", SourceDraft(url="https://lagazette.fr")),
        ("WWW.CNAM.FR/x", SourceDraft(url="https://WWW.CNAM.FR/x")),
        ("M. Dupont, maire", SourceDraft(id="M. Dupont, maire")),
        ("courriel de jean@cnam.fr", SourceDraft(id="courriel de jean@cnam.fr")),
        (
            "Courrier\u00a0: mairie de Bar-le-Duc (2021-03-12)",
            SourceDraft(
                document=Document.LETTER,
                title="mairie de Bar-le-Duc",
                published_on=PartialDate(2021, 3, 12),
            ),
        ),
        ("oral : le maire", SourceDraft(document=Document.SPOKEN, title="le maire")),
        ("presse : L’Est (2021-13)", SourceDraft(document=Document.PRESS, title="L’Est")),
        ("Compte rendu : 2021", SourceDraft(id="Compte rendu : 2021")),
    ],
)
def test_a_source_is_read_as_one_types_it(typed, read):
    assert cited(typed) == read


# --- stages ---


def test_an_opening_before_the_programme_is_refused_unless_it_may_be_later():
    assert judged(stage(StageKind.OPENED, "2019-03-31")) == [Code.BEFORE_PROGRAMME_START]
    assert judged(stage(StageKind.OPENED, "2018")) == [Code.BEFORE_PROGRAMME_START]
    assert judged(stage(StageKind.OPENED, "2019")) == []
    assert judged(stage(StageKind.APPLICATION, "2019-03-31")) == []
    for kind in (StageKind.APPLICATION, StageKind.SELECTED, StageKind.INAUGURATED):
        assert judged(stage(kind, "2018-01")) == []
        assert judged(stage(kind, "0219-09-26")) == [Code.BEFORE_PROGRAMME_START]
        assert judged(stage(kind, "")) == []


OLD, USUAL = PartialDate(219, 9), PartialDate(2019, 9)
EACH_DATE = {
    ("not_before", bound_problems): BoundDraft(
        centre_id=1, kind=StageKind.OPENED, not_before=USUAL, source=SOURCE
    ),
    ("announced_for", announcement_problems): (
        said := AnnouncementDraft(
            town_code="52121", announced_for=USUAL, announced_on=USUAL, source=SOURCE
        )
    ),
    ("announced_on", announcement_problems): said,
    ("asked_on", question_problems): QuestionDraft(
        town_code="52121", asks=Ask.OPEN, asked_on=USUAL
    ),
    ("starts_on", offering_problems): (
        offered := OfferingDraft(
            centre_id=1, course_key="F001", source=SOURCE, starts_on=USUAL, ends_on=USUAL
        )
    ),
    ("ends_on", offering_problems): offered,
    ("published_on", source_problems): SourceDraft(
        document=Document.LETTER, title="Le maire", published_on=USUAL
    ),
}


@pytest.mark.parametrize(("name", "problems"), EACH_DATE)
def test_a_date_long_before_the_programme_is_asked_about_wherever_it_is_typed(name, problems):
    others = {"stages": ()} if problems is bound_problems else {}

    def found(draft):
        every = problems(draft, **others, today=TODAY)
        return [one for one in every if one.code is Code.BEFORE_PROGRAMME_START]

    usual = EACH_DATE[name, problems]
    assert not found(usual)
    (asked,) = found(replace(usual, **{name: OLD}))
    assert asked.confirmable
    assert asked.field == ("source_date" if name == "published_on" else name)
    assert problem_message(asked).replace("\u00a0", " ").replace("\u202f", " ") == (
        "La date (« septembre 219 ») précède de loin le programme, qui commence le 1er avril 2019. "
        "Vérifiez l’année ; si elle est exacte, indiquez le motif."
    )


def test_a_day_to_come_is_refused_and_the_present_month_is_not():
    assert judged(stage(StageKind.AGREEMENT, "2026-06-16")) == [Code.IN_FUTURE]
    assert judged(stage(StageKind.AGREEMENT, "2026-06-15")) == []
    assert judged(stage(StageKind.AGREEMENT, "2026-06")) == []
    assert judged(stage(StageKind.AGREEMENT, "2026")) == []
    assert judged(stage(StageKind.AGREEMENT, "2027")) == [Code.IN_FUTURE]


def test_an_opening_certainly_before_the_labelling_is_suspicious():
    labelled = stage(StageKind.SELECTED, "2019-09-26", version_id=1)
    assert judged(stage(StageKind.OPENED, "2019-06-04"), labelled) == [Code.BEFORE_LABELLING]
    assert judged(stage(StageKind.OPENED, "2019-04"), labelled) == [Code.BEFORE_LABELLING]
    assert judged(stage(StageKind.OPENED, "2019"), labelled) == []
    assert judged(stage(StageKind.OPENED, "2019-09-26"), labelled) == []
    assert judged(
        stage(StageKind.SELECTED, "2019-09-26"), stage(StageKind.OPENED, "2019-06-04")
    ) == [Code.BEFORE_LABELLING]


def test_open_by_then_reaches_back_so_that_nothing_is_certainly_before_it():
    agreement = stage(StageKind.AGREEMENT, "2021-03", basis=Basis.UPPER_BOUND)
    assert judged(stage(StageKind.OPENED, "2020-01"), agreement) == []
    assert judged(
        stage(StageKind.OPENED, "2020-01", basis=Basis.UPPER_BOUND),
        stage(StageKind.AGREEMENT, "2021-03"),
    ) == [Code.OUT_OF_ORDER]


def test_a_second_opening_is_a_correction_a_competing_date_or_a_second_site():
    known = stage(StageKind.OPENED, "2019-04", version_id=7, source_id="a")
    again = stage(StageKind.OPENED, "2021-05-04", source_id="b")
    (problem,) = stage_problems(again, [known], today=TODAY)
    assert (problem.code, problem.confirmable) == (Code.ALREADY_OPEN, False)
    assert problem.facts["version_id"] == 7
    competing = stage(StageKind.OPENED, "2021-05-04", source_id="b", retained=False)
    assert judged(competing, known) == []


def test_a_reopening_after_a_closing_is_no_second_opening():
    known = [
        stage(StageKind.OPENED, "2019-04", source_id="a"),
        stage(StageKind.CLOSED, "2020-06", source_id="a"),
    ]
    assert judged(stage(StageKind.OPENED, "2021-05-04", source_id="b"), *known) == []
    assert judged(stage(StageKind.OPENED, "2020-05-04", source_id="b"), *known) == [
        Code.ALREADY_OPEN
    ]


def test_the_same_stage_twice_is_refused_and_a_likeness_asks_why():
    known = stage(StageKind.AGREEMENT, "2021-03-01", source_id="a")
    assert judged(stage(StageKind.AGREEMENT, "2021-03-01", source_id="a"), known) == [
        Code.DUPLICATE
    ]
    assert judged(stage(StageKind.AGREEMENT, "2021-03-01", source_id="b"), known) == [
        Code.LOOKS_LIKE_DUPLICATE
    ]
    assert judged(stage(StageKind.AGREEMENT, "2021-04", source_id="a"), known) == [Code.COMPETING]


def test_a_closing_needs_an_opening_and_an_abandonment_does_not():
    assert judged(stage(StageKind.CLOSED, "2021")) == [Code.NEVER_OPENED]
    assert judged(stage(StageKind.ABANDONED, "2021")) == []
    opened = stage(StageKind.OPENED, "2021-05")
    assert judged(stage(StageKind.CLOSED, "2021-04"), opened) == [Code.OUT_OF_ORDER]
    assert judged(stage(StageKind.CLOSED, "2021-05"), opened) == []


@given(new=stages(), others=st.lists(stages(), max_size=5))
def test_a_competing_date_is_never_judged_by_its_order(new, others):
    if not new.retained:
        assert set(judged(new, *others)) <= {
            Code.DUPLICATE,
            Code.BEFORE_PROGRAMME_START,
            Code.IN_FUTURE,
        }


@given(new=stages(), others=st.lists(stages(), max_size=5))
def test_every_problem_of_a_stage_has_its_words(new, others):
    for problem in stage_problems(new, others, today=date(2020, 1, 1)):
        assert "{" not in problem_message(problem)


@given(one=stages(), other=stages())
def test_two_stages_are_never_each_certainly_before_the_other(one, other):
    assert not (certainly_before(one, other) and certainly_before(other, one))


@given(new=stages({StageKind.OPENED}), days=st.integers(0, 400))
def test_what_is_in_the_future_today_was_so_yesterday(new, days):
    earlier = codes(stage_problems(new, [], today=TODAY - timedelta(days=days)))
    if Code.IN_FUTURE in codes(stage_problems(new, [], today=TODAY)):
        assert Code.IN_FUTURE in earlier


# --- headcounts ---


def grid(*rows, year=2020, counted_on=date(2020, 11, 1)):
    return EnrolmentsDraft(
        centre_id=1, academic_year=year, counted_on=counted_on, source=SOURCE, rows=rows
    )


def enrolled(draft, *before, opened="2019-04", extra=()):
    known = [*before, *(Before() for _ in draft.rows[len(before) :])]
    return codes(
        enrolments_problems(
            draft,
            known,
            stages=[stage(StageKind.OPENED, opened), *extra] if opened else [],
            courses=frozenset({"F001"}),
            today=TODAY,
        )
    )


def test_a_headcount_is_a_whole_number_that_somebody_meant():
    assert enrolled(grid(EnrolmentRow(headcount=12))) == []
    assert enrolled(grid(EnrolmentRow(headcount=-1))) == [Code.NEGATIVE]
    assert enrolled(grid(EnrolmentRow(headcount=1.5))) == [Code.NOT_WHOLE]
    assert enrolled(grid(EnrolmentRow(headcount=True))) == [Code.NOT_WHOLE]
    assert enrolled(grid(EnrolmentRow(headcount=10**6))) == [Code.TOO_LARGE]
    assert enrolled(grid(EnrolmentRow(headcount=0))) == [Code.ZERO_NOT_CONFIRMED]
    assert enrolled(grid(EnrolmentRow(headcount=0, confirmed_zero=True))) == []
    assert enrolled(grid(EnrolmentRow(headcount=None))) == []
    assert enrolled(grid()) == [Code.REQUIRED]


@pytest.mark.parametrize(
    ("last_year", "count", "found"),
    [
        (118, 1250, [Code.JUMP]),
        (118, 354, [Code.JUMP]),
        (118, 353, []),
        (30, 10, [Code.JUMP]),
        (30, 11, []),
        (2, 9, []),
        (0, 10, [Code.JUMP]),
    ],
)
def test_three_times_more_or_less_than_last_year_asks_why(last_year, count, found):
    assert enrolled(grid(EnrolmentRow(headcount=count)), Before(last_year=last_year)) == found


def test_a_course_is_known_and_counted_once():
    assert enrolled(grid(EnrolmentRow(headcount=2, course_key="F999"))) == [Code.UNKNOWN_COURSE]
    twice = (EnrolmentRow(headcount=2, course_key="F001"),) * 2
    assert enrolled(grid(*twice)) == [Code.TWICE]
    units = (
        EnrolmentRow(headcount=2, course_key="F001"),
        EnrolmentRow(headcount=9, course_key="F001", counted=Counted.REGISTRATIONS),
    )
    assert enrolled(grid(*units)) == []


def test_the_centre_was_open_in_that_year_or_the_writer_says_why():
    row = EnrolmentRow(headcount=12)
    assert enrolled(grid(row), opened=None) == [Code.NOT_OPEN_THEN]
    assert enrolled(grid(row), opened="2021-09-01") == [Code.NOT_OPEN_THEN]
    assert enrolled(grid(row), opened="2021-08-31") == []
    closed = (stage(StageKind.CLOSED, "2020-08"),)
    assert enrolled(grid(row), extra=closed) == [Code.NOT_OPEN_THEN]
    assert enrolled(grid(row), extra=(stage(StageKind.CLOSED, "2020-09"),)) == []


def test_a_count_is_of_a_year_begun_and_of_a_day_gone():
    row = EnrolmentRow(headcount=12)
    assert enrolled(grid(row, year=2027, counted_on=TODAY)) == [Code.IN_FUTURE]
    assert enrolled(grid(row, year=2017)) == [Code.BEFORE_PROGRAMME_START]
    assert enrolled(grid(row, counted_on=date(2026, 6, 16))) == [Code.IN_FUTURE]
    assert enrolled(grid(row, counted_on=date(2020, 5, 31))) == [Code.BEFORE_YEAR]


# --- texts, sources, people ---


def test_a_text_is_short_enough_and_printable():
    assert codes(text_problems(note="x" * 2000, name="y" * 200)) == []
    (too_long,) = text_problems(note="x" * 2001)
    assert too_long.code == Code.TOO_LONG
    assert f"«\u00a0{'x' * 40}…\u00a0»" in problem_message(too_long)
    assert codes(text_problems(name="a\x00b")) == [Code.UNREADABLE]
    assert codes(text_problems(name="\udcff")) == [Code.UNREADABLE]
    assert codes(text_problems(note="deux\nlignes")) == []


BIDIRECTIONAL = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@given(st.text(max_size=20), st.sampled_from(BIDIRECTIONAL), st.text(max_size=20))
def test_a_mark_that_turns_text_round_is_refused_wherever_it_is(before, mark, after):
    (problem,) = text_problems(name=before + mark + after)
    assert problem.code == Code.UNREADABLE
    assert not set(problem.value) & set(BIDIRECTIONAL)
    assert problem_message(problem).startswith("Le champ «\u00a0Nom\u00a0» contient")


def test_every_mark_that_python_knows_to_turn_text_round_is_refused():
    turns = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    marks = {chr(n) for n in range(0x110000) if unicodedata.bidirectional(chr(n)) in turns}
    assert marks | {"\u061c", "\u200e", "\u200f"} == set(BIDIRECTIONAL)


@given(
    st.text(st.characters(codec="utf-8", categories=["L", "M", "N", "P", "S", "Zs"]), max_size=9)
)
def test_a_text_of_any_alphabet_is_accepted(text):
    assert codes(text_problems(name=text)) == []


DRAFTS = [
    kind
    for kind in vars(drafts).values()
    if isinstance(kind, type) and issubclass(kind, drafts.Draft)
]
NAMES = {("source", "id"): "source", ("source", "title"): "source_title"}


@pytest.mark.parametrize("kind", DRAFTS)
@pytest.mark.parametrize(
    ("text", "code"), [("x" * 2_001, Code.TOO_LONG), ("a\x00b", Code.UNREADABLE)]
)
def test_no_text_of_a_draft_escapes_the_checks(kind, text, code):
    called = {item.name: item.metadata.get(drafts.CALLED, item.name) for item in fields(kind)}
    for where, draft in filled(kind, text).items():
        found = list(draft_problems(draft))
        if where in {("current",), ("new",), ("before",), ("after",)}:
            assert found == []  # judged by `password_problems`, which quotes nothing
            continue
        name = NAMES.get(where, where[-1] if where[0] in {"source", "rows"} else where[0])
        name = called.get(name, name)
        assert [(p.field.rpartition(".")[2], p.code) for p in found] == [(name, code)], where
        assert not found[0].confirmable
        assert f"«\u00a0{FIELDS[name]}\u00a0»" in problem_message(found[0])


def test_a_draft_with_nothing_in_it_has_no_text_to_refuse():
    for kind in DRAFTS:
        assert [list(draft_problems(draft)) for draft in filled(kind, "").values()] == [
            [] for _ in filled(kind, "")
        ]


@given(st.text())
def test_the_name_of_a_file_is_made_fit_to_keep(name):
    assert codes(text_problems(name=fit(name))) == []
    assert fit("centres.csv") == "centres.csv"


def test_a_source_is_named_in_one_way():
    assert codes(source_problems(SourceDraft())) == [Code.REQUIRED]
    assert codes(source_problems(SourceDraft(id="a", declared=True))) == [Code.REQUIRED]
    assert codes(source_problems(SourceDraft(url="javascript:alert(1)"))) == [Code.BAD_URL]
    assert codes(source_problems(SourceDraft(url="https://a.example"))) == []
    letter = SourceDraft(document=Document.LETTER, title="Le maire", published_on=PartialDate(2021))
    assert codes(source_problems(letter)) == []
    assert codes(source_problems(replace(letter, title=" "))) == [Code.REQUIRED]
    assert codes(source_problems(replace(letter, published_on=PartialDate()))) == [
        Code.UNDATED_SOURCE
    ]
    assert codes(source_problems(letter, today=date(2020, 12, 31))) == [Code.IN_FUTURE]


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("https://a.example/p?q=1#x", True),
        ("http://a.example:8080", True),
        ("https://accentué.example", True),
        ("https://", False),
        ("https://nohost", False),
        ("https://user@a.example", False),
        ("https://a.example/a b", False),
        ('https://a.example/"x', False),
        ("ftp://a.example", False),
        ("https://[", False),
    ],
)
def test_an_address_is_one_of_the_web(text, valid):
    assert is_web_address(text) is valid


@pytest.mark.parametrize(
    ("email", "found"),
    [
        ("prenom.nom@lecnam.net", []),
        ("", [Code.REQUIRED]),
        ("nobody", [Code.BAD_EMAIL]),
        ("a@b", [Code.BAD_EMAIL]),
        ("a b@c.fr", [Code.BAD_EMAIL]),
        ("a@b..fr", [Code.BAD_EMAIL]),
        ("<a@b.fr>", [Code.BAD_EMAIL]),
    ],
)
def test_an_account_has_an_address(email, found):
    assert codes(staff_problems(StaffDraft(email=email, name="A", role=Role.ENTRY))) == found


@pytest.mark.parametrize(
    ("password", "found"),
    [
        ("quatre mots sans lien", []),
        ("court", [Code.PASSWORD_TOO_SHORT]),
        ("x" * 201, [Code.PASSWORD_TOO_LONG]),
        ("MotDePasse123", [Code.PASSWORD_COMMON]),
        ("admin@territoires.local", [Code.PASSWORD_LIKE_EMAIL]),
        ("abababababab", [Code.PASSWORD_TOO_SIMPLE]),
    ],
)
def test_a_password_is_long_rare_and_not_the_address(password, found):
    assert codes(password_problems(password, email="admin@territoires.local")) == found


def test_a_suspicion_is_lifted_by_an_answer_and_a_fault_is_not():
    suspicion = Problem("on", Code.COMPETING, confirmable=True)
    settle([suspicion], confirmed=True)
    with pytest.raises(InvalidError):
        settle([suspicion], confirmed=False)
    with pytest.raises(InvalidError) as refused:
        settle([suspicion, Problem("on", Code.IN_FUTURE)], confirmed=True)
    assert len(refused.value.problems) == 2


def test_a_correction_is_confirmed_by_more_than_its_reason():
    values = {"kind": StageKind.OPENED, "on": PartialDate(2020), "source": SOURCE}
    assert StageDraft(town_code="52121", reason="vu", **values).confirms
    assert not StageCorrection(expected_id=1, reason="vu", **values).confirms
    assert StageCorrection(expected_id=1, reason="vu", confirmed=True, **values).confirms
    assert not StageCorrection(expected_id=1, confirmed=True, **values).confirms


# --- who may ---


def test_a_reader_may_what_the_role_grants_where_it_reaches():
    entry = Reader(email="e", role=Role.ENTRY, regions=frozenset({"44"}))
    assert entry.may(Permission.RECORD_STAGE)
    assert entry.may(Permission.RECORD_STAGE, "44")
    assert not entry.may(Permission.RECORD_STAGE, "75")
    assert not entry.may(Permission.SET_TARGET)
    assert not ANYBODY.may(Permission.SEE_PENDING)
    assert Reader(role=Role.VALIDATION).may(Permission.RECORD_STAGE, "75")


def test_a_password_to_be_changed_opens_nothing_else():
    new = Reader(role=Role.ADMINISTRATION, must_change_password=True)
    assert new.may(Permission.CHANGE_OWN_PASSWORD)
    assert not new.may(Permission.SET_TARGET)


# --- words ---


def test_every_code_has_its_words():
    assert set(MESSAGES) == {*Code, *ImportCode}


def test_messages_quote_the_value_and_say_what_to_do():
    message = problem_message(Problem("town_code", Code.UNKNOWN_TOWN, "Chomont"))
    assert "«\u00a0Chomont\u00a0»" in message
    assert "52121" in message
    jump = problem_message(
        Problem("rows.0.headcount", Code.JUMP, "1250", {"last_year": 118, "counted": "persons"})
    )
    assert jump.startswith("1\u202f250\u00a0personnes contre 118 l’année précédente.")


def test_messages_never_break_before_french_punctuation():
    assert " :" not in problem_message(Problem("source", Code.UNKNOWN_SOURCE, "x"))
    assert "\u202f?" in problem_message(
        Problem("town_code", Code.HAS_CENTRE, "Chaumont", {"centre_id": 1})
    )
    assert sign_in_message("wait", seconds=8).endswith("8\u00a0secondes.")
    assert sign_in_message("wait", seconds=512).endswith("9\u00a0minutes.")


def test_fields_have_names_for_the_error_summary():
    assert all(name[0].isupper() for name in FIELDS.values())


@pytest.mark.parametrize("entity", journal.SAID)
def test_what_is_said_of_a_fact_is_kept_under_its_columns_and_has_a_name(entity):
    asked = journal.SAID[entity]
    kept = Base.metadata.tables[entity].columns
    assert asked
    assert not [name for name in asked if name not in kept]
    assert not [name for name in asked if journal.column(name) == name]
    told = journal.said(entity, dict.fromkeys(asked, ""), {})
    assert len(told) == len(asked)  # no two have the same name
