import io
import zipfile
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from territoires.domain.checks import MOST_PEOPLE, Code, course_problems
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import CourseDraft, SourceDraft
from territoires.domain.imports import (
    AnnouncementLine,
    BoundLine,
    CourseLine,
    EnrolmentLine,
    Kind,
    StageLine,
)
from territoires.domain.programme import Basis, Confidence, Counted, StageKind
from territoires.domain.text import fold, visible
from territoires.exchange.reading import read_table
from territoires.exchange.records import ignored_columns
from territoires.exchange.tables import Format
from territoires.exchange.writing import annotated, template
from territoires.french.exchange import ignored
from territoires.french.files import KINDS
from territoires.french.typed_cells import source as read_source
from tests.fuzzing import at_length
from tests.rereading import import_bytes
from tests.unit.exchange_samples import parsed, xlsx

STAGES = "code_insee;etape;date;source"
ENROLMENTS = "code_insee;annee;compte;effectif;arrete_au;code_formation;source"
COURSES = "code_formation;intitule;filiere;niveau;type;rncp;cpf;source"
STAGE = StageLine(
    line=2,
    town_code="52121",
    kind=StageKind.OPENED,
    happened_on=PartialDate(2019, 4, 13),
    source="déclaration",
    basis=Basis.STATED,
    retained=True,
    centre=None,
    note=None,
)
ENROLMENT = EnrolmentLine(
    line=2,
    town_code="52121",
    academic_year=2021,
    counted=Counted.PERSONS,
    headcount=120,
    counted_on=date(2021, 12, 31),
    course_key=None,
    source="déclaration",
)


def table(*lines):
    return read_table("\r\n".join(lines).encode(), name="a.csv")


def stage(**cells):
    """Read one line of stages, changed from a good one."""
    good = {"code_insee": "52121", "etape": "ouverture", "date": "13/04/2019"}
    good |= {"source": "déclaration"} | cells
    return parsed(table(";".join(good), ";".join(good.values())), Kind.STAGES)


def enrolment(**cells):
    good = dict(
        zip(
            ENROLMENTS.split(";"),
            ("52121", "2021-2022", "personnes", "120", "31/12/2021", "", "déclaration"),
            strict=True,
        )
    )
    return parsed(table(ENROLMENTS, ";".join((good | cells).values())), Kind.ENROLMENTS)


def course(**cells):
    good = dict(zip(COURSES.split(";"), ("LG1", "Licence", "Gestion", *[""] * 4, "d"), strict=True))
    return parsed(table(COURSES, ";".join((good | cells).values())), Kind.COURSES)


def only(result):
    rows, problems = result
    assert rows == []
    (problem,) = problems
    assert "{" not in problem.message
    assert problem.message.startswith(f"Ligne {problem.line}")
    return problem


def test_a_line_of_each_kind_is_read():
    assert stage() == ([STAGE], [])
    assert enrolment() == ([ENROLMENT], [])
    assert course(niveau="6", type="titre RNCP", rncp="RNCP4649", cpf="oui") == (
        [CourseLine(2, "LG1", "Licence", "Gestion", 6, "titre RNCP", "RNCP4649", True, "d")],  # noqa: FBT003
        [],
    )


def test_optional_columns_have_their_defaults_present_or_not():
    empty = stage(nature_date="", retenue="", centre="", commentaire="")
    assert empty == stage() == ([STAGE], [])
    full = stage(nature_date="Au plus tard", retenue="Non", centre="Annexe", commentaire="x")
    expected = replace(STAGE, basis=Basis.UPPER_BOUND, retained=False, centre="Annexe", note="x")
    assert full == ([expected], [])


@pytest.mark.parametrize("word", ["OUVERTURE", "Ouverture", " ouverture\u00a0"])
def test_words_are_matched_without_case_nor_spaces(word):
    assert stage(etape=word) == ([STAGE], [])


@pytest.mark.parametrize(
    ("word", "basis"),
    [
        ("constatee", Basis.STATED),
        ("Constatée", Basis.STATED),
        ("au_plus_tard", Basis.UPPER_BOUND),
        ("au plus tard", Basis.UPPER_BOUND),
        ("DÉDUITE", Basis.INFERRED),
    ],
)
def test_the_nature_of_a_date_is_written_with_or_without_accents(word, basis):
    assert stage(nature_date=word)[0][0].basis is basis


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("13/09/2019", PartialDate(2019, 9, 13)),
        ("09/2019", PartialDate(2019, 9)),
        ("2019", PartialDate(2019)),
        ("septembre 2019", PartialDate(2019, 9)),
        ("2019-09-13", PartialDate(2019, 9, 13)),
        ("", PartialDate()),
        ("inconnue", PartialDate()),
    ],
)
def test_a_date_is_read_as_far_as_it_is_known(typed, known):
    assert stage(date=typed)[0][0].happened_on == known


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0", 0), ("1250", 1250), ("1 250", 1250), ("1\u202f250", 1250), ("1\u00a0250", 1250),
        ("12,0", 12), ("12.00", 12), ("007", 7), ("100000", MOST_PEOPLE),
    ],
)  # fmt: skip
def test_a_headcount_is_read_as_people_write_it(typed, number):
    assert enrolment(effectif=typed)[0][0].headcount == number


@pytest.mark.parametrize("typed", ["2021-2022", "2021 - 2022", "2021\u20132022", "2021\u20102022"])
def test_an_academic_year_is_read_with_any_hyphen(typed):
    assert enrolment(annee=typed) == ([ENROLMENT], [])


@pytest.mark.parametrize("typed", ["oui", "OUI", "VRAI"])
def test_yes_is_said_in_several_ways(typed):
    assert course(cpf=typed)[0][0].cpf_eligible is True


@pytest.mark.parametrize(
    ("column", "typed", "code", "said"),
    [
        ("code_insee", "5212A", "bad_town_code", "« 5212A » n’est ni un code INSEE"),
        ("code_insee", "52121000", "bad_town_code", "cinq caractères"),
        ("code_insee", "", "required", "la cellule est vide. Indiquez le code INSEE"),
        ("etape", "ouvert", "unknown_word", "« ouvert » n’est pas reconnu. Attendu : candidature"),
        ("etape", "", "required", "Indiquez l’étape"),
        ("date", "31/02/2020", "no_such_date", "la date « 31/02/2020 » n’existe pas"),
        ("date", "septante", "bad_date", "la date « septante » n’est pas reconnue"),
        ("date", "4/13/2021", "month_first", "ce serait le 13 avril 2021"),
        ("date", "13-sept", "no_year", "ne dit pas l’année"),
        ("date", "2021-2022", "looks_like_years", "année universitaire"),
        ("date", "10:22", "only_hour", "est une heure"),
        ("code_insee", "TOTAL", "total_line", "une ligne de total"),
        ("source", "", "required", "ou « déclaration »"),
        ("source", "javascript:alert(1)", "bad_address", "https://"),
        ("source", "ftp://exemple.fr", "bad_address", "ftp"),
        ("source", "https://", "bad_address", "https://"),
        ("nature_date", "vague", "unknown_word", "constatee, au_plus_tard, deduite"),
        ("retenue", "peut-être", "unknown_word", "Attendu : oui, non"),
    ],
)
def test_a_bad_cell_of_a_stage_is_quoted(column, typed, code, said):
    problem = only(stage(**{column: typed}))
    assert (problem.line, problem.column, problem.value, problem.code) == (2, column, typed, code)
    assert said in problem.message.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("column", "typed", "code", "said"),
    [
        ("annee", "2020/22", "bad_year", "« 2020/22 » n’est pas reconnu. Attendu : 2020-2021."),
        ("annee", "2021", "which_year", "2020-2021 ou 2021-2022"),
        ("annee", "2021-2023", "not_consecutive", "Attendu : 2021-2022."),
        ("annee", "", "required", "année universitaire"),
        ("compte", "élèves", "unknown_word", "Attendu : personnes, inscriptions."),
        ("effectif", "12,5", "not_whole", "sans décimale"),
        ("effectif", "1,250", "two_readings", "« 1,250 » peut se lire 1,25 ou 1 250"),
        ("effectif", "12.000", "two_readings", "peut se lire 12 ou 12 000"),
        ("effectif", "1 250,000", "two_readings", "peut se lire 1 250 ou 1 250 000"),
        ("effectif", "1.250,5", "not_whole", "sans décimale"),
        ("effectif", "-5", "negative", "0 ou davantage"),
        ("effectif", "douze", "not_a_number", "par exemple 1250"),
        ("effectif", "1 25", "not_a_number", "nombre entier"),
        ("effectif", "< 5", "masked", "effectif exact"),
        ("effectif", "99999999999999999999", "too_big", "100 000 au plus"),
        ("effectif", "100 001", "too_big", "100 000 au plus"),
        ("effectif", "", "required", "0 compris"),
        ("arrete_au", "12/2021", "incomplete_day", "ne dit pas le jour"),
        ("arrete_au", "31/11/2021", "no_such_day", "n’existe pas"),
        ("arrete_au", "hier", "bad_day", "Attendu : JJ/MM/AAAA"),
        ("arrete_au", "inconnue", "incomplete_day", "31/12/2021"),
        ("code_formation", "clé ?", "bad_course_key", "LG02501A"),
    ],
)
def test_a_bad_cell_of_an_enrolment_is_quoted(column, typed, code, said):
    problem = only(enrolment(**{column: typed}))
    assert (problem.line, problem.column, problem.value, problem.code) == (2, column, typed, code)
    assert said in problem.message.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("key", "is_one"),
    [("F025", True), ("LG-02501A", True), ("f025", False), ("L.25", False), ("A", False),
     ("LG_25", False), ("A" * 20, True), ("A" * 21, False)],
)  # fmt: skip
def test_the_key_of_a_course_is_in_a_file_what_it_is_in_the_form(key, is_one):
    _, problems = parsed(table("code_formation", key), Kind.COURSES)
    draft = CourseDraft(key=key, title="Droit", field_slug="droit", source=SourceDraft(id="x"))
    assert ("bad_course_key" not in [each.code for each in problems]) is is_one
    assert (Code.BAD_CODE not in [each.code for each in course_problems(draft)]) is is_one


@pytest.mark.parametrize("typed", ["hier", "31/02/2020", "13-sept", "2021-2022", "10:22"])
@pytest.mark.parametrize("kind", [Kind.STAGES, Kind.ENROLMENTS, Kind.BOUNDS, Kind.ANNOUNCEMENTS])
def test_a_bad_date_is_told_how_its_own_column_wants_them(kind, typed):
    for column in KINDS[kind].columns:
        if not column.is_date:
            continue
        _, problems = parsed(table(column.name, typed), kind)
        (said,) = [each.message for each in problems if each.line == 2]
        assert said.endswith(column.awaited)
        assert ("vide si elle est inconnue" in said) == (column.name == "date")
        assert ("AAAA ou AAAA" in said) == (column.name != "arrete_au")


def test_the_message_is_the_one_that_was_promised():
    problem = only(enrolment(annee="2020/22"))
    assert problem.message == (
        "Ligne 2, colonne annee\u00a0: «\u00a02020/22\u00a0» n’est pas reconnu. "
        "Attendu\u00a0: 2020-2021."
    )


@pytest.mark.parametrize(
    ("column", "typed", "code"),
    [
        ("code_formation", "", "required"),
        ("intitule", "", "required"),
        ("filiere", "", "required"),
        ("niveau", "9", "bad_level"),
        ("niveau", "6,000", "two_readings"),
        ("niveau", "bac+3", "bad_level"),
        ("cpf", "1", "unknown_word"),
    ],
)
def test_a_bad_cell_of_a_course_is_quoted(column, typed, code):
    problem = only(course(**{column: typed}))
    assert (problem.column, problem.code) == (column, code)


def test_a_long_value_is_cut_in_the_message_and_whole_in_the_problem():
    problem = only(stage(etape="x" * 500))
    assert len(problem.value) == 500
    assert "x" * 79 + "…" in problem.message


def test_two_hundred_lines_with_three_faults_give_three_problems():
    lines = [
        f"{10000 + number};2021-2022;personnes;{number};31/12/2021;;d" for number in range(200)
    ]
    lines[12] = lines[12].replace("2021-2022", "2020/22")
    lines[99] = lines[99].replace("personnes", "gens")
    lines[198] = lines[198].replace("31/12/2021", "31/02/2021")
    rows, problems = parsed(table(ENROLMENTS, *lines), Kind.ENROLMENTS)
    assert len(rows) == 197
    assert [(problem.line, problem.column) for problem in problems] == [
        (14, "annee"),
        (101, "compte"),
        (200, "arrete_au"),
    ]


def test_missing_columns_are_named_and_refused():
    rows, problems = parsed(table("code_insee;etape;remarque", "52121;ouverture;x"), Kind.STAGES)
    assert rows == []
    assert [(p.line, p.column, p.code) for p in problems] == [
        (1, "date", "missing_column"),
        (1, "source", "missing_column"),
    ]
    assert "code_insee, etape, date, source" in problems[0].message


def test_a_file_without_titles_is_told_once():
    rows, (problem,) = parsed(
        table("52121;ouverture;2019;d", "01004;ouverture;2019;d"), Kind.STAGES
    )
    assert rows == []
    assert (problem.line, problem.code) == (1, "no_header")
    assert "52121, ouverture, 2019, d" in problem.message


def test_other_columns_are_named_and_ignored():
    found = table(f"Région;{STAGES};;a_corriger", "x;52121;ouverture;2019;d;y;z")
    assert ignored_columns(found, Kind.STAGES) == ["Région"]
    assert len(parsed(found, Kind.STAGES)[0]) == 1
    assert ignored(["Région"]) == "Colonne ignorée\u00a0: «\u00a0Région\u00a0»."


def test_columns_may_stand_in_any_order():
    found = table("SOURCE;Date;Étape;Code Insee", "déclaration;13/04/2019;ouverture;52121")
    assert parsed(found, Kind.STAGES) == ([STAGE], [])


def test_a_cell_too_many_is_a_problem_of_its_line():
    problem = only(parsed(table(STAGES, "52121;ouverture;2019;Ville ; mairie;x"), Kind.STAGES))
    assert (problem.column, problem.code, problem.value) == (None, "too_many_cells", "mairie ; x")
    assert parsed(table(STAGES, "52121;ouverture;2019;d;;"), Kind.STAGES)[1] == []


def test_a_line_too_short_lacks_its_last_cells():
    assert only(parsed(table(STAGES, "52121;ouverture;2019"), Kind.STAGES)).code == "required"


def test_a_line_said_twice_names_its_twin():
    lines = ["52121;ouverture;2019;d", "01004;ouverture;2019;d", "52121;Ouverture;2019;d"]
    rows, (problem,) = parsed(table(STAGES, *lines), Kind.STAGES)
    assert [row.line for row in rows] == [2, 3]
    assert (problem.line, problem.code) == (4, "twin")
    assert "répète la ligne 2 («\u00a052121, ouverture\u00a0»)" in problem.message


def test_two_retained_dates_of_a_stage_contradict_each_other():
    lines = ["52121;ouverture;2019;d", "52121;ouverture;2020;d"]
    assert parsed(table(STAGES, *lines), Kind.STAGES)[1][0].code == "contradiction"


@pytest.mark.parametrize(
    "second",
    ["52121;ouverture;2020;d;non;", "52121;ouverture;2019;d;;Annexe", "52121;fermeture;2019;d;;"],
)
def test_a_competing_date_another_site_or_stage_is_no_twin(second):
    found = table(f"{STAGES};retenue;centre", "52121;ouverture;2019;d;;", second)
    assert parsed(found, Kind.STAGES)[1] == []


def test_two_headcounts_of_one_thing_contradict_each_other():
    line = "52121;2021-2022;personnes;{};31/12/2021;{};d"
    found = table(ENROLMENTS, line.format(1, ""), line.format(1, "LG1"), line.format(2, "LG1"))
    rows, (problem,) = parsed(found, Kind.ENROLMENTS)
    assert len(rows) == 2
    assert problem.code == "two_values"
    assert "52121, 2021-2022, personnes, LG1" in problem.message
    assert course()[1] == []


def test_problems_come_in_the_order_of_lines():
    lines = ["5212X;ouverture;2019;d", "52121;ouverture;2019;d;e", "52121;y;2019;d"]
    _, problems = parsed(table(STAGES, *lines), Kind.STAGES)
    assert [problem.line for problem in problems] == [2, 3, 4]


def test_a_workbook_is_read_as_the_same_csv():
    lines = [tuple(STAGES.split(";")), ("52121", "ouverture", "13/04/2019", "déclaration")]
    assert parsed(read_table(xlsx(lines), name="a.xlsx"), Kind.STAGES) == ([STAGE], [])


texts = (
    st.text(
        alphabet=st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"),
        min_size=1,
        max_size=40,
    )
    .map(visible)
    .map(str.strip)
    .filter(bool)
)
codes = st.from_regex(r"[0-9]{5}|2[AB][0-9]{3}", fullmatch=True, alphabet="0123456789AB")
# Drawn as they are wanted: what is drawn and thrown away makes a run fail by chance.
known = st.one_of(
    st.builds(PartialDate, st.integers(1, 9999)),
    st.builds(PartialDate, st.integers(1, 9999), st.integers(1, 12)),
    st.dates().map(PartialDate.of),
)
partials = st.just(PartialDate()) | known
sources = texts.map(lambda text: text.replace(":", "·"))
keys = st.from_regex(r"[A-Z0-9][A-Z0-9-]{1,9}", fullmatch=True)
lines_of = {
    Kind.STAGES: st.builds(
        StageLine,
        st.just(0),
        codes,
        st.sampled_from(StageKind),
        partials,
        sources,
        st.sampled_from(Basis),
        st.booleans(),
        st.none() | texts,
        st.none() | texts,
    ),
    Kind.ENROLMENTS: st.builds(
        EnrolmentLine,
        st.just(0),
        codes,
        st.integers(1000, 9998),
        st.sampled_from(Counted),
        st.integers(0, MOST_PEOPLE),
        st.dates(),
        st.none() | keys,
        sources,
    ),
    Kind.COURSES: st.builds(
        CourseLine,
        st.just(0),
        keys,
        texts,
        texts,
        st.none() | st.integers(1, 8),
        st.none() | texts,
        st.none() | texts,
        st.none() | st.booleans(),
        sources,
    ),
    Kind.ANNOUNCEMENTS: st.builds(
        AnnouncementLine,
        st.just(0),
        codes,
        known,
        known,
        sources,
        st.none() | st.sampled_from(Confidence),
        st.none() | texts,
    ),
    Kind.BOUNDS: st.builds(
        BoundLine,
        st.just(0),
        codes,
        st.sampled_from(StageKind),
        known,
        sources,
        st.sampled_from([Basis.STATED, Basis.INFERRED]),
        st.none() | st.sampled_from(Confidence),
        st.none() | texts,
        st.none() | texts,
    ),
}


def subject(row):
    """Say what may appear once in a file, more broadly than the reader does."""
    if isinstance(row, StageLine | BoundLine):
        return (row.town_code, fold(row.centre or ""), row.kind)
    if isinstance(row, EnrolmentLine):
        return (row.town_code, row.academic_year, row.counted, row.course_key)
    return row.town_code if isinstance(row, AnnouncementLine) else row.course_key


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("form", [Format.CSV, Format.XLSX])
@given(data=st.data())
@settings(max_examples=at_length(25))
def test_rows_written_are_read_again_as_they_were(kind, form, data):
    drawn = data.draw(st.lists(lines_of[kind], min_size=1, max_size=4, unique_by=subject))
    rows = [replace(row, line=line) for line, row in enumerate(drawn, start=2)]
    table_ = read_table(import_bytes(kind, rows, form), name="a")
    read, remarks = parsed(table_, kind)
    assert read == rows
    # Nothing tells day from month when no day of the file is after the twelfth.
    assert {each.code for each in remarks} <= {"day_first_told", "day_first_asked"}


def test_a_hundred_thousand_lines_are_read():
    lines = [
        f"{10000 + n // 50};2021-2022;personnes;{n % 150};31/12/2021;K{n};https://a.fr/{n % 99}"
        for n in range(100_000)
    ]
    data = "\r\n".join([ENROLMENTS, *lines]).encode()
    rows, problems = parsed(read_table(data, name="a.csv"), Kind.ENROLMENTS)
    assert (len(rows), problems) == (100_000, [])


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("form", [Format.CSV, Format.XLSX])
def test_a_template_has_the_columns_and_examples_that_are_ignored(kind, form):
    found = read_table(template(kind, form), name="modèle")
    assert found.keys == tuple(column.name for column in KINDS[kind].offered)
    assert found.rows == ()
    assert len(found.examples) == len(KINDS[kind].examples)
    assert "ignorée" in " ".join(found.notices)
    assert parsed(found, kind) == ([], [])
    assert ignored_columns(found, kind) == []


@pytest.mark.parametrize("kind", Kind)
def test_the_examples_of_a_template_are_right(kind):
    titles = ";".join(column.name for column in KINDS[kind].offered)
    lines = [";".join(example) for example in KINDS[kind].examples]
    rows, problems = parsed(table(titles, *lines), kind)
    assert (len(rows), problems) == (len(lines), [])


@pytest.mark.parametrize("kind", Kind)
def test_every_column_is_explained(kind):
    assert all(column.help for column in KINDS[kind].offered)


def test_a_template_offers_lists_and_keeps_codes_as_text():
    with zipfile.ZipFile(io.BytesIO(template(Kind.STAGES, Format.XLSX))) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "constatee,au_plus_tard,deduite" in sheet
    assert 'style="' in sheet.partition("<sheetData>")[0]  # the columns are text


def test_a_template_is_always_the_same_file():
    assert template(Kind.STAGES, Format.XLSX) == template(Kind.STAGES, Format.XLSX)


BAD = (
    STAGES,
    "100A;ouvert;2019;d",
    "",
    "52121;ouverture;2019;=d".replace("=", "'="),
    "2X;ouverture",
)


@pytest.mark.parametrize("form", [Format.CSV, Format.XLSX])
def test_an_annotated_file_is_the_same_with_what_to_fix(form):
    found = table(*BAD)
    _, problems = parsed(found, Kind.STAGES)
    again = read_table(annotated(found, problems, form), name="b")
    assert again.keys[0] == "a_corriger"
    assert [(row.line, row.cells[1:]) for row in again.rows] == [
        (row.line, row.cells) for row in found.rows
    ]
    said = {row.line: row.cells[0] for row in again.rows}
    assert "n’est ni un code INSEE" in said[2]
    assert "« ouvert »".replace(" ", "\u00a0") in said[2]
    assert said[4] == ""
    assert parsed(again, Kind.STAGES)[1] == problems
    assert ignored_columns(again, Kind.STAGES) == []


def test_an_annotated_file_annotated_again_has_one_column_to_fix():
    found = table(*BAD)
    once = read_table(annotated(found, parsed(found, Kind.STAGES)[1], Format.CSV), name="b")
    twice = read_table(annotated(once, parsed(once, Kind.STAGES)[1], Format.CSV), name="b")
    assert twice == once


@pytest.mark.parametrize("form", [Format.CSV, Format.XLSX])
def test_what_is_wrong_with_titles_is_said_under_them(form):
    found = table("code_insee;etape", "52121;ouverture")
    _, problems = parsed(found, Kind.STAGES)
    again = read_table(annotated(found, problems, form), name="b")
    assert again.keys == ("a_corriger", "code_insee", "etape")
    assert again.rows[0].cells[0].count("manque") == 2
    empty = table("code_insee;etape")
    once = read_table(annotated(empty, parsed(empty, Kind.STAGES)[1], form), name="b")
    assert once.rows == ()


@pytest.mark.parametrize("form", [Format.CSV, Format.XLSX])
def test_a_cell_too_many_is_still_there_in_the_annotated_file(form):
    found = table(STAGES, "52121;ouverture;2019;Ville ; mairie")
    _, problems = parsed(found, Kind.STAGES)
    again = read_table(annotated(found, problems, form), name="b")
    assert parsed(again, Kind.STAGES)[1][0].code == "too_many_cells"


def test_an_annotated_csv_starts_no_formula():
    found = read_table(xlsx([("code_insee", "etape", "date", "source"), ("=1+1",) * 4]), name="a")
    text = annotated(found, parsed(found, Kind.STAGES)[1], Format.CSV).decode()
    assert ";=1" not in text
    assert ";'=1" in text


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("courrier : le maire (12/03/2021)", "courrier : le maire (2021-03-12)"),
        ("presse : L’Est (mars 2021) ", "presse : L’Est (2021-03)"),
        ("Bilan du Cnam (Haute-Marne)", "Bilan du Cnam (Haute-Marne)"),
    ],
)
def test_the_day_of_a_cited_document_is_read(written, read):
    assert read_source(written) == read
