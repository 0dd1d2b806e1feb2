"""Files that were once misread without a word: read right, or told what they lack."""

from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territoires.domain.dates import PartialDate
from territoires.domain.imports import Judge, Kind, Sources, TownRef, Towns
from territoires.domain.readings import CellError, Reading, Weight
from territoires.domain.roles import Reader, Role
from territoires.exchange.reading import read_table
from territoires.exchange.records import parse
from territoires.exchange.tables import UnreadableError
from territoires.french.loose_dates import month_may_come_first, read_loose
from territoires.french.typed_numbers import read_whole
from tests.unit.exchange_samples import ods, ods_row, ods_text, parsed, xlsx

FILES = Path(__file__).parent / "imports"
STAGES = "code_insee;etape;date;source"
HEADER = tuple(STAGES.split(";"))


def stages(name):
    return read_table((FILES / name).read_bytes(), name=name)


def said(table, kind=Kind.STAGES, weight=None):
    return [
        (each.line, each.column, each.code)
        for each in parse(table, kind).remarks
        if weight in {None, each.weight}
    ]


def text(*lines, delimiter=";"):
    return read_table("\r\n".join(lines).replace(";", delimiter).encode(), name="a.csv")


def dates(table):
    return [row.happened_on.iso for row in parse(table, Kind.STAGES).rows]


# --- numbers ---


@pytest.mark.parametrize("name", ["01-milliers.csv", "01-milliers-point.csv"])
def test_thousands_that_could_be_decimals_are_refused(name):
    problems = parse(stages(name), Kind.ENROLMENTS).remarks
    assert [(p.line, p.column, p.code) for p in problems] == [
        (2, "effectif", "two_readings"),
        (3, "effectif", "two_readings"),
    ]
    assert "peut se lire 12 ou 12\u202f000" in problems[1].message


def test_a_text_of_a_workbook_is_read_as_one_of_a_csv():
    header = ("code_insee", "annee", "compte", "effectif", "arrete_au", "code_formation", "source")
    line = ("52121", "2021-2022", "personnes", "1.000", "31/12/2021", "", "d")
    assert said(read_table(xlsx([header, line]), name="a"), Kind.ENROLMENTS) == [
        (2, "effectif", "two_readings")
    ]


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1250", 1250),
        ("1 250", 1250),
        ("1\u202f250", 1250),
        ("12,0", 12),
        ("12,00", 12),
        ("1250,000", 1250),
        ("0,000", 0),
    ],
)
def test_numbers_that_say_one_thing_need_no_remark(typed, value):
    assert read_whole(typed) == value


@pytest.mark.parametrize("typed", ["1'250", "1\u2019250", "1.250.000", "1,250.00", "1.250,00"])
def test_marks_of_thousands_that_can_be_nothing_else_are_told(typed):
    read = read_whole(typed)
    assert isinstance(read, Reading)
    assert (read.value, read.weight) == (1_250_000 if typed.count(".") > 1 else 1250, Weight.TOLD)


@pytest.mark.parametrize("typed", ["9" * 5000, "1" + " 000" * 2000, "1" + ".000" * 20])
def test_more_figures_than_any_count_has_are_read_as_a_number_too_large(typed):
    read = read_whole(typed)
    assert (read.value if isinstance(read, Reading) else read) > 10**18
    assert read_whole("0" * 5000 + "7") == 7


@given(st.integers(1, 999), st.integers(0, 999), st.sampled_from(".,"))
def test_three_figures_after_a_mark_are_never_guessed(whole, rest, mark):
    with pytest.raises(CellError) as caught:
        read_whole(f"{whole}{mark}{rest:03}")
    assert caught.value.code == "two_readings"


# --- quotation marks ---


def test_a_stray_quotation_mark_is_named_by_the_line_where_it_opened():
    with pytest.raises(UnreadableError) as caught:
        stages("02-guillemets.csv")
    assert (caught.value.code, caught.value.facts["line"]) == ("stray_quote", 2)


@pytest.mark.parametrize(
    ("lines", "code", "line"),
    [
        (('1;"a"b',), "stray_quote", 2),
        (('1;"a" "b"',), "stray_quote", 2),
        (('1;"a\r\nb"', '2;"c"d'), "stray_quote", 3),
        (("1;a", '2;"b'), "unclosed_quote", 3),
        (("1;a", '2;"b""'), "unclosed_quote", 3),
    ],
)
@pytest.mark.parametrize("delimiter", [";", "\t", ","])
def test_nothing_but_the_delimiter_follows_a_closing_mark(lines, code, line, delimiter):
    with pytest.raises(UnreadableError) as caught:
        text("code_insee;etape", *lines, delimiter=delimiter)
    assert (caught.value.code, caught.value.facts["line"]) == (code, line)


def test_a_line_after_texts_of_several_lines_is_named_as_an_editor_does_too():
    with pytest.raises(UnreadableError, match="stray_quote") as caught:
        text("a;b", '1;"x\r\ny"', '2;"c"d')
    assert "ligne 3 (ligne 4 dans un éditeur de texte)" in caught.value.message


def test_marks_and_lines_within_a_text_stay():
    table = text("a;b;c", '1;"écran 24"" large\r\nau mur";x', '2; "y;z";24"')
    assert [row.cells for row in table.rows] == [
        ("1", 'écran 24" large\r\nau mur', "x"),
        ("2", "y;z", '24"'),
    ]
    assert table.remarks == ()


def test_a_text_that_holds_a_whole_line_of_the_table_is_asked_about():
    table = text(f"{STAGES};centre", '52121;ouverture;2019;d;"Le Quai', '01004;ouverture;2019;d;x"')
    assert said(table, weight=Weight.ASKED) == [(2, "centre", "swallowed")]


# --- what a spreadsheet hides ---


@pytest.mark.parametrize(
    ("name", "kind", "place"),
    [
        ("03-fusion-date.xlsx", Kind.STAGES, "C2:C4"),
        ("03-fusion-date.ods", Kind.STAGES, "C2:C3"),
        ("03-fusion-formation.xlsx", Kind.ENROLMENTS, "F2:F3"),
    ],
)
def test_merged_cells_over_lines_are_refused_by_their_range(name, kind, place):
    (problem,) = parse(stages(name), kind).remarks
    assert (problem.line, problem.code, problem.weight) == (2, "merged", Weight.REFUSED)
    assert place in problem.message


def test_cells_merged_over_hidden_lines_are_refused_too():
    def more(_book, sheets):
        sheets[0].merge_range(2, 2, 4, 2, "13/04/2021")
        sheets[0].set_row(3, None, None, {"hidden": True})

    lines = [HEADER, *(("52121", "ouverture", "2019", "d") for _ in range(4))]
    table = read_table(xlsx(lines, more=more), name="a")
    assert (3, "date", "merged") in said(table)
    assert any("1\u00a0ligne masquée" in notice for notice in table.notices)


def test_a_hidden_sheet_is_skipped_and_said():
    table = stages("05-feuille-masquee.ods")
    assert [row.town_code for row in parse(table, Kind.STAGES).rows] == ["52121"]
    assert any("masquées ne sont pas lues" in notice for notice in table.notices)


@pytest.mark.parametrize(
    ("name", "notice"),
    [
        ("06-lignes-filtrees.xlsx", "2\u00a0lignes masquées ou filtrées"),
        ("06-lignes-filtrees.ods", "1\u00a0ligne masquée ou filtrée"),
    ],
)
def test_hidden_lines_are_read_and_counted(name, notice):
    table = stages(name)
    assert len(table.rows) > 1
    assert any(each.startswith(notice) for each in table.notices)


def test_repeated_hidden_rows_of_an_open_document_are_counted():
    line = ods_row("52121", "ouverture", "2019", "d")
    hidden = 'table:number-rows-repeated="3" table:visibility="collapse"'
    body = ods_row(*HEADER) + line + ods_row("01004", "ouverture", "2019", "d", attributes=hidden)
    table = read_table(ods(body), name="a")
    assert any(each.startswith("3\u00a0lignes masquées") for each in table.notices)


def test_hidden_columns_are_named():
    def more(_book, sheets):
        sheets[0].set_column(2, 2, None, None, {"hidden": True})

    table = read_table(xlsx(more=more), name="a")
    assert "Colonne masquée, lue elle aussi\u00a0: «\u00a0date\u00a0»." in table.notices


@pytest.mark.parametrize("name", ["11-invisibles.csv", "11-invisibles.xlsx"])
def test_invisible_characters_are_dropped_and_said(name):
    table = stages(name)
    assert {row.town_code for row in parse(table, Kind.STAGES).rows} == {"52121"}
    assert any("invisibles" in notice for notice in table.notices)


@pytest.mark.parametrize("mark", "\u00ad\u200b\u200e\u200f\u202a\u2060\u2066\ufeff")
def test_no_format_minds_what_nobody_sees(mark):
    line = (f"{mark}521{mark}21", "ouverture", f"13/04/{mark}2021", "d")
    for data in (
        "\n".join([STAGES, ";".join(line)]).encode(),
        xlsx([HEADER, line]),
        ods(ods_row(*HEADER) + ods_row(*line)),
    ):
        (row,), remarks = parsed(read_table(data, name="a"), Kind.STAGES)
        assert (row.town_code, row.happened_on.iso, remarks) == ("52121", "2021-04-13", [])


def test_a_text_box_is_not_the_text_of_its_cell():
    (row,) = parse(stages("16-zone-de-texte.ods"), Kind.STAGES).rows
    assert row.centre is None


@pytest.mark.parametrize(
    "drawing",
    [
        "<draw:frame><draw:text-box><text:p>non</text:p></draw:text-box></draw:frame>",
        "<text:p>oui<draw:a><draw:frame><text:p>non</text:p></draw:frame></draw:a></text:p>",
    ],
)
def test_drawings_of_an_open_document_are_no_text(drawing):
    xmlns = 'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
    cell = f"<table:table-cell {xmlns}>{drawing}</table:table-cell>"
    shapes = f"<table:shapes {xmlns}><draw:frame><text:p>non</text:p></draw:frame></table:shapes>"
    table = read_table(ods(shapes + ods_row("a", "b") + ods_row("1", cell)), name="a")
    assert "non" not in str(table.rows)


# --- where the table is ---


def test_a_workbook_is_read_by_its_links_and_not_by_its_names():
    assert len(stages("12-classeur-22.xlsx").rows) == 1


def test_the_table_may_be_on_another_sheet():
    table = stages("13-tableau-en-seconde-feuille.xlsx")
    assert (table.sheet, len(table.rows)) == ("Etapes", 1)
    assert "n’est pas la première" in table.notices[0]


def test_a_second_table_is_asked_about():
    def more(_book, sheets):
        for column, title in enumerate(HEADER):
            sheets[1].write_string(0, column, title)
            sheets[1].write_string(1, column, "x")

    table = read_table(xlsx(sheets=("2021", "2022"), more=more), name="a")
    assert said(table, weight=Weight.ASKED) == [(1, None, "second_table")]


def test_titles_may_come_lower_and_totals_at_the_end():
    table = text("Étapes 2021", "", STAGES, "52121;ouverture;2019;d", STAGES, "TOTAL;;1;")
    assert (table.header_line, [row.line for row in table.rows]) == (3, [4])
    told = " ".join(table.notices)
    assert "lus à la ligne 3" in told
    assert "1\u00a0ligne de total ignorée\u00a0: 6" in told
    assert "titres répétée" in told


@pytest.mark.parametrize("word", ["Total", "TOTAL GÉNÉRAL", "Somme", "Sous-total 52", "Ensemble"])
def test_lines_of_totals_are_left_out(word):
    table = text("code_insee;annee;compte;effectif", "52121;2021-2022;personnes;1", f"{word};;;1")
    assert len(table.rows) == 1


@pytest.mark.parametrize("word", ["Somme-Yèvre", "Totalement", "Ensemble;oui"])
def test_other_words_are_no_totals(word):
    assert len(text("code_insee;etape", f"{word};ouverture").rows) == 1


def test_a_file_of_another_kind_says_which():
    table = text(STAGES, "52121;ouverture;2019;d")
    (problem,) = parse(table, Kind.ENROLMENTS).remarks
    assert problem.code == "other_kind"
    assert "«\u00a0Étapes\u00a0»" in problem.message


# --- dates ---


def test_midnight_is_a_day_and_an_hour_is_told():
    table = stages("09-date-et-heure.csv")
    assert dates(table) == ["2021-04-13", "2019-09-13"]
    assert said(table) == [(3, "date", "hour")]
    assert said(stages("09-date-et-heure.xlsx")) == [(2, "date", "hour")]


def test_a_month_written_by_the_spreadsheet_is_read_and_told():
    table = stages("10-mois-excel.csv")
    assert dates(table) == ["2021-04", "2021-09"]
    assert said(table, weight=Weight.TOLD) == [
        (2, "date", "short_month"),
        (3, "date", "short_month"),
    ]


def test_dates_that_may_be_american_are_asked_about():
    table = stages("14-mois-d-abord.csv")
    assert said(table, weight=Weight.ASKED) == [
        (2, "date", "day_first_asked"),
        (3, "date", "day_first_asked"),
    ]


@pytest.mark.parametrize(
    ("typed", "doubtful", "weight"),
    [
        (("04/05/2021",), 1, Weight.TOLD),
        (("4/5/2021",), 1, Weight.ASKED),
        (("04/05/2021", "12/04/2021"), 2, Weight.ASKED),
        (("04/05/2021", "04/13/2021"), 1, Weight.ASKED),
        (("04/05/2021", "13/04/2021"), 0, Weight.TOLD),
        (("01/07/2020", "01/12/2021"), 2, Weight.TOLD),
        (("5/5/2021", "4.5.2021"), 0, Weight.TOLD),
        (("12/00/2021", "00/01/2021", "1/2/0000"), 0, Weight.TOLD),
    ],
)
def test_a_day_proves_the_order_and_figures_alone_do_not(typed, doubtful, weight):
    others, found = month_may_come_first(typed)
    assert (len(others), found) == (doubtful, weight if doubtful else found)


@pytest.mark.parametrize(
    ("typed", "iso"),
    [
        ("avr-21", "2021-04"),
        ("janv.-21", "2021-01"),
        ("févr-21", "2021-02"),
        ("Apr-21", "2021-04"),
        ("13-avr-21", "2021-04-13"),
        ("13 April 2021", "2021-04-13"),
        ("April 13, 2021", "2021-04-13"),
        ("mardi 13 avril 2021", "2021-04-13"),
        ("2021/04/13", "2021-04-13"),
        ("20210413", "2021-04-13"),
        ("13/04/21", "2021-04-13"),
        ("21-04-13", "2021-04-13"),
        ("13/09/2019 à 10h22", "2019-09-13"),
        ("2021-04-13T10:00:00+02:00", "2021-04-13"),
    ],
)
def test_a_date_with_one_reading_is_told(typed, iso):
    read = read_loose(typed)
    assert isinstance(read, Reading)
    assert (read.value.iso, read.weight) == (iso, Weight.TOLD)


@pytest.mark.parametrize(
    ("typed", "iso", "code"),
    [
        ("44821", "2022-09-17", "serial"),
        ("44821,5", "2022-09-17", "serial"),
        ("lundi 13 avril 2021", "2021-04-13", "weekday"),
        ("2021-04-12T22:30:00Z", "2021-04-12", "zone"),
        ("20-04-21", "2021-04-20", "which_end"),
    ],
)
def test_a_date_with_two_readings_is_asked_about(typed, iso, code):
    read = read_loose(typed)
    assert isinstance(read, Reading)
    assert (read.value.iso, read.code, read.weight) == (iso, code, Weight.ASKED)


@given(st.dates(date(2018, 1, 1), date(2040, 12, 31)), st.integers(0, 23), st.integers(0, 59))
def test_a_day_with_any_hour_is_that_day(day, hour, minute):
    for written in (day.isoformat(), day.strftime("%d/%m/%Y")):
        read = read_loose(f"{written} {hour:02}:{minute:02}")
        known = read.value if isinstance(read, Reading) else read
        assert known == PartialDate.of(day)
        assert isinstance(read, Reading) is bool(hour or minute)


@given(st.text(alphabet="0123456789/-.: avrilTZhàjm'", max_size=25))
def test_any_text_is_a_date_or_is_refused(typed):
    with suppress(CellError):
        assert isinstance(read_loose(typed), PartialDate | Reading)


# --- towns and years ---


@pytest.mark.parametrize("typed", ["2021/2022", "2021-22", "2021/22", "21-22", "2021 2022"])
def test_an_academic_year_has_one_reading(typed):
    header = "code_insee;annee;compte;effectif;arrete_au;code_formation;source"
    table = text(header, f"52121;{typed};personnes;1;31/12/2021;;d")
    (row,), (remark,) = parsed(table, Kind.ENROLMENTS)
    assert (row.academic_year, remark.code, remark.weight) == (2021, "years", Weight.TOLD)


@pytest.mark.parametrize("typed", ["1053", "1053,0", "1053.0"])
def test_a_code_that_lost_its_zero_is_read_and_told(typed):
    (row,), (remark,) = parsed(text(STAGES, f"{typed};ouverture;2019;d"), Kind.STAGES)
    assert (row.town_code, remark.code, remark.weight) == ("01053", "lost_zero", Weight.TOLD)


def test_a_name_may_stand_for_a_code():
    table = text("ville;etape;date;source", "Chaumont;ouverture;2019;d", ";ouverture;2019;d")
    assert [row.town_code for row in parse(table, Kind.STAGES).rows] == ["Chaumont"]
    assert said(table) == [(3, "ville", "required")]


def town(code, name, region="44", **centres):
    return TownRef(
        code=code, name=name, region_code=region, region_name="Grand Est", centres=centres
    )


DOLE, CHAMPROUGIER = town("39198", "Dole", "27"), town("39100", "Champrougier", "27")
SAINT_DENIS = town("93066", "Saint-Denis", "11"), town("97411", "Saint-Denis", "04")
HAVRE = town("76351", "Le Havre", "28")


def judged(code, name=None, *, regions=None, known=(DOLE, CHAMPROUGIER, *SAINT_DENIS, HAVRE)):
    by_name = {}
    for each in known:
        by_name.setdefault(each.name.casefold().replace("-", " "), []).append(each)
    role = Role.ENTRY if regions else Role.ADMINISTRATION
    actor = Reader(role=role, regions=frozenset(regions or ()))
    towns = Towns(by_code={each.code: each for each in known if each.code == code}, by_name=by_name)
    judge = Judge(actor, towns, Sources(()), today=date.max)
    found = judge.town(2, code, name)
    kinds = {"problems": judge.problems, "asked": judge.asked, "told": judge.told}
    told = {kind: [str(each.problem.code) for each in lines] for kind, lines in kinds.items()}
    return found and found.code, {kind: codes for kind, codes in told.items() if codes}


@pytest.mark.parametrize(
    ("code", "name", "regions", "answer"),
    [
        ("39198", None, None, ("39198", {})),
        ("39198", "DOLE (Jura)", None, ("39198", {})),
        ("76351", "Havre (Le)", None, ("76351", {})),
        ("39100", "Dole", None, ("39100", {"asked": ["other_name"]})),
        ("39100", None, None, ("39100", {"asked": ["postal_code"]})),
        ("39100", "Champrougier", None, ("39100", {})),
        ("Dole", None, None, ("39198", {"told": ["name_for_code"]})),
        ("Saint-Denis", None, None, (None, {"problems": ["several_towns"]})),
        ("Saint-Denis", None, {"11"}, ("93066", {"told": ["name_for_code"]})),
        ("Dole", None, {"11"}, (None, {"problems": ["outside_regions"]})),
        ("Nulle-Part", None, None, (None, {"problems": ["no_such_name"]})),
        ("39500", "Dole", None, (None, {"problems": ["unknown_town"]})),
    ],
)
def test_a_town_is_found_by_its_code_or_its_name_and_never_guessed(code, name, regions, answer):
    assert judged(code, name, regions=regions) == answer


def test_a_town_that_has_a_centre_has_no_postal_code_for_code():
    known = town("39100", "Champrougier", "27", **{"1": "Champrougier"})
    assert judged("39100", known=(known,)) == ("39100", {})


# --- all at once ---


def test_everything_wrong_with_a_file_is_said_at_once():
    table = text(
        STAGES, "5212X;ouvert;31/02/2021;", "52121;ouverture;=A1;d", "52121;ouverture;2019;d;e"
    )
    assert said(table) == [
        (2, "code_insee", "bad_town_code"),
        (2, "etape", "unknown_word"),
        (2, "date", "no_such_date"),
        (2, "source", "required"),
        (3, "date", "formula"),
        (4, None, "too_many_cells"),
    ]
    assert [row.line for row in parse(table, Kind.STAGES).broken] == [2, 3]


def test_cells_of_an_open_document_covered_by_another_are_no_blank():
    spanned = 'table:number-rows-spanned="2"'
    body = (
        ods_row(*HEADER)
        + ods_row("52121", "ouverture", ods_text("2019", spanned), "d")
        + ods_row("01004", "ouverture", "<table:covered-table-cell/>", "d")
    )
    assert said(read_table(ods(body), name="a")) == [(2, "date", "merged")]
