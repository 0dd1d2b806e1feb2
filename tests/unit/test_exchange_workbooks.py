import io
import resource
import time
import zipfile
from datetime import date, datetime

import pytest

from territoires.exchange.reading import read_table
from territoires.exchange.tables import MAX_ROWS, UnreadableError
from tests.unit.exchange_samples import (
    LINES,
    SLOWER,
    added,
    encrypted_zip,
    lying_zip,
    ods,
    ods_row,
    ods_text,
    ole,
    rewritten,
    with_sheet,
    xlsx,
)

LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
)


def rows(data):
    table = read_table(data, name="étapes.xlsx")
    return [(row.line, row.cells) for row in table.rows]


def refused(data):
    with pytest.raises(UnreadableError) as caught:
        read_table(data, name="étapes.xlsx")
    assert "{" not in caught.value.message
    return caught.value


def typed(*values, **formats):
    """Make a workbook whose second line holds these values."""

    def more(book, sheets):
        for column, value in enumerate(values):
            style = book.add_format({"num_format": formats.get("style", "General")})
            sheets[0].write(1, column, value, style)

    return xlsx([tuple(f"c{at}" for at in range(len(values)))], more=more)


def test_a_workbook_is_read():
    table = read_table(xlsx(), name="étapes.xlsx")
    assert [table.header, *(row.cells for row in table.rows)] == list(LINES)
    assert (table.format, table.sheet, table.notices) == ("xlsx", "Feuille 1", ())


def test_an_empty_workbook_with_several_sheets_says_which_was_read():
    table = read_table(xlsx(sheets=["Données", "Lisez-moi", "Sources"]), name="a")
    (notice,) = table.notices
    assert notice.startswith("Seule la feuille «\u00a0Données\u00a0» a été lue\u202f;")
    assert notice.endswith("\u00a0: Lisez-moi, Sources.")


def test_a_hidden_sheet_is_not_the_first():
    def more(_book, sheets):
        sheets[1].activate()
        sheets[1].set_first_sheet()
        sheets[1].write_string(0, 0, "vue")
        sheets[0].hide()

    assert read_table(xlsx(sheets=["a", "b"], more=more), name="a").header == ("vue",)


def test_typed_cells_are_written_as_typed_by_a_person():
    data = typed(52121, 12.5, -3, 1e15, *(True, False), "x", style="General")
    assert rows(data) == [(2, ("52121", "12,5", "-3", "1000000000000000", "oui", "non", "x"))]


@pytest.mark.parametrize(
    ("style", "text"),
    [
        ("dd/mm/yyyy", "13/09/2019"),
        ("d mmmm yyyy", "13/09/2019"),
        ("mmm-yy", "09/2019"),
        ("mmmm yyyy", "09/2019"),
        ("[$-40C]mmmm yyyy;@", "09/2019"),
        ('"le jour dit, en "yyyy', "2019"),
        ("yyyy", "2019"),
        ("dd/mm/yyyy hh:mm", "13/09/2019"),
    ],
)
def test_a_month_typed_in_excel_stays_a_month(style, text):
    assert rows(typed(date(2019, 9, 13), style=style)) == [(2, (text,))]


def test_an_hour_is_kept():
    assert rows(typed(datetime(2019, 9, 13, 14, 2), style="dd/mm/yyyy hh:mm")) == [
        (2, ("13/09/2019 14:02:00",))
    ]


def test_a_sheet_that_starts_lower_keeps_its_line_numbers():
    lines = [(), (), ("", "a"), (), ("", "1")]
    table = read_table(xlsx(lines), name="a")
    assert (table.header_line, table.header, table.rows[0].line) == (3, ("", "a"), 5)


def test_formatted_but_empty_cells_far_away_are_nothing():
    data = with_sheet(
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>'
        '<row r="1048576"><c r="XFD1048576" s="1"/></row>'
    )
    assert rows(data) == [(2, ("2",))]


def test_a_text_that_looks_like_a_formula_is_a_text():
    assert rows(xlsx([("a",), ("=1+1",), ("'=1",)])) == [(2, ("=1+1",)), (3, ("'=1",))]


def test_cells_without_references_are_counted_from_the_left():
    data = with_sheet(
        '<row><c t="str"><v>a</v></c><c t="str"><v>b</v></c></row>'
        "<row><c><v>1</v></c><c><v>2</v></c></row>"
    )
    assert rows(data) == [(2, ("1", "2"))]


def test_a_dimension_that_lies_costs_nothing():
    data = rewritten(
        xlsx(),
        lambda content: content.replace(b'ref="A1:D4"', b'ref="A1:XFD1048576"'),
        only="xl/worksheets/sheet1.xml",
    )
    assert len(rows(data)) == 3


def formula(_book, sheets):
    sheets[0].write_formula(1, 2, "=1+1", None, 2)


def error(_book, sheets):
    sheets[0].write_formula(2, 1, "=NA()", None, "#N/A")


def merged(_book, sheets):
    sheets[0].merge_range(0, 0, 0, 1, "code_insee")


def far_column(_book, sheets):
    sheets[0].write_string(1, 16_383, "x")


@pytest.mark.parametrize(
    ("more", "code", "said"),
    [
        (merged, "merged_header", "A1:B1"),
        (far_column, "too_many_columns", "plus de 200 colonnes"),
    ],
)
def test_what_a_sheet_must_not_hold_is_named(more, code, said):
    problem = refused(xlsx(more=more))
    assert problem.code == code
    assert said in problem.message


def remarks(data):
    return [(r.line, r.column, r.code) for r in read_table(data, name="étapes.xlsx").remarks]


def test_every_formula_and_error_of_a_table_is_named():
    def more(book, sheets):
        formula(book, sheets)
        error(book, sheets)

    table = read_table(xlsx(more=more), name="a")
    assert [(r.line, r.column, r.code) for r in table.remarks] == [
        (2, "date", "formula"),
        (3, "etape", "formula"),
        (3, "etape", "error_cell"),
    ]
    assert "la cellule C2 contient une formule" in table.remarks[0].message


def test_an_error_without_its_formula_is_refused_too():
    data = with_sheet(
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2" t="e"><v>#REF!</v></c>'
        '<c r="B2"><v>2</v></c></row>'
    )
    assert remarks(data) == [(2, "1", "error_cell")]


def test_a_merged_cell_over_lines_of_the_table_is_named():
    def more(_book, sheets):
        sheets[0].merge_range(4, 0, 5, 1, "52121")
        sheets[0].merge_range(8, 0, 9, 1, "")

    assert remarks(xlsx(more=more)) == [(5, "code_insee", "merged")]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (ole("EncryptionInfo", "EncryptedPackage"), "password"),
        (encrypted_zip(), "password"),
        (ole("Workbook"), "legacy_excel"),
        (ole("Book"), "legacy_excel"),
        (ole("Workbook", "_VBA_PROJECT_CUR"), "macros"),
        (ole("WordDocument"), "word"),
        (ole("PowerPoint Document"), "slides"),
        (ole("Autre"), "binary"),
        (added(xlsx(), xl__vbaProject="x"), "macros"),
        (added(xlsx(), **{"xl__macrosheets__sheet1.xml": "x"}), "macros"),
        (added(xlsx(), **{"xl__workbook.bin": "x"}), "binary_excel"),
        (xlsx()[:-40], "corrupt"),
        (xlsx()[:300], "corrupt"),
        (b"PK\x03\x04", "corrupt"),
        (b"PK\x05\x06" + bytes(18), "empty"),
        (xlsx([]), "empty_sheet"),
        (with_sheet("<row>"), "corrupt"),
        (with_sheet('<row r="1048576"><c r="A1048576"><v>1</v></c></row>'), "too_many_rows"),
        (with_sheet('<row r="1"><c r="$A$1"><v>1</v></c></row>'), "corrupt"),
        (with_sheet('<row r="1"><c r="A0"><v>1</v></c></row>'), "corrupt"),
        (with_sheet('<row r="-1"><c><v>1</v></c></row>'), "corrupt"),
        (rewritten(xlsx(), lambda _: None, only="xl/workbook.xml"), "corrupt"),
        (rewritten(xlsx(), lambda _: None, only="xl/worksheets/sheet1.xml"), "corrupt"),
        (rewritten(xlsx(), lambda c: LAUGHS + c[55:], only="xl/worksheets/sheet1.xml"),
         "unsafe_xml"),
        (rewritten(xlsx(), lambda c: LAUGHS + c[55:], only="xl/sharedStrings.xml"), "unsafe_xml"),
        (rewritten(xlsx(), lambda c: LAUGHS + c[55:], only="xl/workbook.xml"), "unsafe_xml"),
        (rewritten(xlsx(), lambda c: c.replace(b"<sheet ", b'<sheet state="hidden" ')),
         "no_sheet"),
        (ods("", manifest="<a:encryption-data/>"), "password"),
        (added(ods(""), **{"Basic__Standard__Module1.xml": "x"}), "macros"),
        (ods(""), "empty_sheet"),
        (rewritten(ods(""), lambda c: LAUGHS + c, only="content.xml"), "unsafe_xml"),
        (rewritten(ods(""), lambda c: c[:-10], only="content.xml"), "corrupt"),
        (rewritten(ods(""), lambda _: b"application/vnd.oasis.opendocument.text", only="mimetype"),
         "word"),
        (rewritten(ods(""), lambda _: b"x.presentation", only="mimetype"), "slides"),
        (lying_zip("xl/workbook.xml", b" " * 10_000_000), "corrupt"),
    ],
)  # fmt: skip
def test_each_bad_workbook_has_its_refusal(data, code):
    assert refused(data).code == code


@pytest.mark.parametrize(
    ("member", "code"), [("word/document.xml", "word"), ("ppt/a.xml", "slides"), ("a", "archive")]
)
def test_other_archives_are_told_from_workbooks(member, code):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(member, "x")
    assert refused(stream.getvalue()).code == code


@pytest.mark.parametrize(
    ("member", "size"),
    [("xl/worksheets/sheet1.xml", 170), ("xl/sharedStrings.xml", 20), ("xl/styles.xml", 20)],
)
def test_a_zip_bomb_is_not_inflated(member, size):
    bomb = rewritten(xlsx(), lambda c: c + b" " * (size << 20), only=member)
    assert len(bomb) < 1 << 20
    begun = time.process_time()
    assert refused(bomb).code == "zip_bomb"
    assert time.process_time() - begun < 3 * SLOWER


def test_a_shared_text_used_without_end_is_not_copied():
    strings = f"<sst><si><t>{'x' * 30_000}</t></si></sst>".encode()
    data = with_sheet(
        "".join(
            f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(1, 50_000)
        )
    )
    data = rewritten(data, lambda _: strings, only="xl/sharedStrings.xml")
    assert refused(data).code == "too_much_text"


def test_a_full_rectangle_is_not_laid_out():
    wide = "".join(f'<row r="{r}"><c r="GR{r}"><v>1</v></c></row>' for r in range(1, 40_000))
    assert refused(with_sheet(wide)).code == "too_much_text"


def many_rows(count):
    body = (
        f'<row r="{row}"><c r="A{row}"><v>{row * 7919}</v></c></row>' for row in range(1, count + 1)
    )
    return with_sheet("".join(body))


def test_a_million_rows_are_refused_before_they_are_read():
    data = many_rows(1_000_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.process_time()
    problem = refused(data)
    assert "plus de 100\u202f000 lignes" in problem.message
    assert time.process_time() - begun < 3 * SLOWER
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # kilobytes


def test_a_hundred_thousand_rows_are_read_and_one_more_is_not():
    assert len(rows(many_rows(MAX_ROWS + 1))) == MAX_ROWS
    assert refused(many_rows(MAX_ROWS + 2)).code == "too_many_rows"


DATE_STYLES = (
    '<number:date-style style:name="N1"><number:month/><number:text>/</number:text>'
    '<number:year/></number:date-style><number:date-style style:name="N2"><number:day/>'
    "<number:month/><number:year/></number:date-style>"
    '<number:date-style style:name="N3"><number:year/></number:date-style>'
    '<style:style style:name="month" style:data-style-name="N1"/>'
    '<style:style style:name="day" style:data-style-name="N2"/>'
    '<style:style style:name="year" style:data-style-name="N3"/>'
)


def dated(style="", value="2019-09-01"):
    name = f'table:style-name="{style}"' if style else ""
    return (
        f'<table:table-cell {name} office:value-type="date" office:date-value="{value}">'
        "<text:p>sept. 2019</text:p></table:table-cell>"
    )


def test_an_open_document_is_read():
    more = '<table:table table:name="Autre"><table:table-row/></table:table>'
    data = ods("".join(ods_row(*line) for line in LINES), more=more)
    table = read_table(data, name="étapes.ods")
    assert [table.header, *(row.cells for row in table.rows)] == list(LINES)
    assert (table.format, table.sheet) == ("ods", "Étapes")
    assert "Autre" in table.notices[0]


def test_typed_cells_of_an_open_document_are_written_as_typed():
    number = '<table:table-cell office:value-type="float" office:value="{}"/>'
    flag = '<table:table-cell office:value-type="boolean" office:boolean-value="{}"/>'
    data = ods(
        ods_row(*"abcdefg")
        + ods_row(
            number.format("52121"), number.format("12.5"), flag.format("true"),
            flag.format("false"), dated("day"), dated("month"), dated("year"),
        ),
        styles=DATE_STYLES,
    )  # fmt: skip
    assert rows(data) == [
        (2, ("52121", "12,5", "oui", "non", "01/09/2019", "09/2019", "2019")),
    ]


def test_a_cell_takes_the_style_of_its_column():
    columns = (
        '<table:table-column table:number-columns-repeated="2"/>'
        '<table:table-column table:default-cell-style-name="month"/>'
    )
    data = ods(
        ods_row("a", "b", "c") + ods_row("1", dated(), dated(value="2019-09-01T00:00:00")),
        styles=DATE_STYLES,
        columns=columns,
    )
    assert rows(data) == [(2, ("1", "01/09/2019", "09/2019"))]


def test_repeated_rows_and_cells_are_counted():
    data = ods(
        ods_row("a", "b", "c")
        + ods_row("<table:table-cell/>", attributes='table:number-rows-repeated="3"')
        + ods_row(
            ods_text("x", 'table:number-columns-repeated="2"'),
            "y",
            attributes='table:number-rows-repeated="2"',
        )
        + ods_row(
            '<table:table-cell table:number-columns-repeated="16384"/>',
            attributes='table:number-rows-repeated="1048000"',
        )
    )
    assert rows(data) == [(5, ("x", "x", "y")), (6, ("x", "x", "y"))]


def test_paragraphs_spaces_and_remarks_of_an_open_document():
    cell = (
        '<table:table-cell office:value-type="string"><office:annotation><text:p>à vérifier'
        '</text:p></office:annotation><text:p>un<text:s text:c="2"/>deux<text:tab/>'
        "<text:span>trois</text:span></text:p><text:p>quatre<text:line-break/>cinq</text:p>"
        "</table:table-cell>"
    )
    assert rows(ods(ods_row("a") + ods_row(cell))) == [(2, ("un  deux\ttrois\nquatre\ncinq",))]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (ods_row(ods_text("a", 'table:number-columns-spanned="2"')) + ods_row("b"),
         "merged_header"),
        (ods_row("a") + ods_row("x", attributes='table:number-rows-repeated="1000000"'),
         "too_many_rows"),
        (ods_row("a") + ods_row(ods_text("x", 'table:number-columns-repeated="16384"')),
         "too_many_columns"),
        (ods_row("a") + ods_row("x" * 30_000, attributes='table:number-rows-repeated="90000"'),
         "too_much_text"),
        (ods_row("a") + ods_row("x" * 40_000), "cell_too_long"),
        (ods_row("a", attributes='table:number-rows-repeated="-1"'), "corrupt"),
        (ods_row('<table:table-cell office:value-type="float" office:value="x"/>'), "corrupt"),
    ],
)  # fmt: skip
def test_what_an_open_document_must_not_hold(body, code):
    assert refused(ods(body)).code == code


def test_nothing_of_other_sheets_is_read():
    other = ods_row(ods_text("1", 'table:formula="of:=1"'))
    more = f'<table:table table:name="b">{other}</table:table>'
    assert rows(ods(ods_row("a") + ods_row("1"), more=more)) == [(2, ("1",))]
