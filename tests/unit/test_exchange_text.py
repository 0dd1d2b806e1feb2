import csv
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from territoires.domain.text import visible
from territoires.exchange.cells import neutralise
from territoires.exchange.reading import read_table
from territoires.exchange.tables import (
    MAX_BYTES,
    MAX_CELL,
    MAX_COLUMNS,
    MAX_ROWS,
    UnreadableError,
    place,
)
from tests.unit.exchange_samples import LINES, SLOWER, delimited

ENCODINGS = [
    "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "mac_roman",
    "cp850",
]  # fmt: skip


def cells(table):
    return [table.header, *(row.cells for row in table.rows)]


def read(text, encoding="utf-8", name="étapes.csv"):
    return read_table(text.encode(encoding), name=name)


def refusal(data):
    with pytest.raises(UnreadableError) as caught:
        read_table(data if isinstance(data, bytes) else data.encode(), name="étapes.csv")
    assert "{" not in caught.value.message
    assert caught.value.message.endswith((".", ")"))
    return caught.value.code


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("delimiter", list(";,\t|"))
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_whatever_excel_writes_is_read(encoding, delimiter, end):
    # No curly apostrophe nor euro sign: MS-DOS has none.
    table = read(delimited(delimiter=delimiter, end=end), encoding)
    assert cells(table) == list(LINES)
    assert [row.line for row in table.rows] == [2, 3, 4]


@pytest.mark.parametrize("mark", [b"\xfe\xff", b"\xff\xfe"])
def test_unicode_text_of_excel_is_read(mark):
    encoding = "utf-16-be" if mark == b"\xfe\xff" else "utf-16-le"
    data = mark + delimited(delimiter="\t").encode(encoding)
    assert cells(read_table(data, name="a.txt")) == list(LINES)


@pytest.mark.parametrize(
    ("encoding", "said"), [("cp1252", "Windows"), ("mac_roman", "Macintosh"), ("cp850", "MS-DOS")]
)
def test_a_guessed_encoding_is_said(encoding, said):
    assert said in read(delimited(), encoding).notices[0]


def test_utf8_goes_without_saying():
    assert read(delimited()).notices == ()


@pytest.mark.parametrize("encoding", ["mac_roman", "cp1252"])
def test_typographic_marks_tell_encodings_apart(encoding):
    text = "titre;lieu\r\nL’école « d’été » — Œuvre;Besançon\r\n"
    assert read(text, encoding).rows[0].cells == ("L’école « d’été » — Œuvre", "Besançon")


@given(
    st.lists(
        st.text(alphabet=st.characters(exclude_characters="\x00", exclude_categories=["Cs", "Cc"])),
        min_size=2,
        max_size=4,
    )
)
@settings(deadline=None)
def test_texts_guarded_by_an_export_come_back(words):
    quoted = ";".join('"' + neutralise(word.strip()).replace('"', '""') + '"' for word in words)
    titles = ";".join(f"colonne {number}" for number in range(len(words)))
    expected = tuple(visible(word) for word in words)
    rows = read(f"{titles}\r\n{quoted}\r\n").rows
    assert [row.cells for row in rows] == [tuple(word.strip() for word in expected)] or not any(
        word.strip() for word in expected
    )


def test_a_quoted_text_keeps_its_delimiters_quotes_and_lines():
    table = read('a;b\r\n"un ; ""deux""\r\ntrois";4\r\n5;6\r\n')
    assert [(row.line, row.cells) for row in table.rows] == [
        (2, ('un ; "deux"\r\ntrois', "4")),
        (3, ("5", "6")),
    ]


def test_blank_lines_are_skipped_but_counted():
    table = read("\r\n;;\r\na;b\r\n\r\n ; \u00a0\r\n1;2\r\n\r\n")
    assert table.header_line == 3
    assert [(row.line, row.cells) for row in table.rows] == [(6, ("1", "2"))]


def test_spaces_of_any_sort_are_trimmed():
    table = read("\ufeff code_insee ;\u00a0Étape\u202f\r\n\u200b52121\u00a0; ouverture\t\r\n")
    assert table.keys == ("code_insee", "etape")
    assert table.rows[0].cells == ("52121", "ouverture")


def test_titles_are_known_whatever_their_case_accents_and_spaces():
    table = read("Code INSEE;ÉTAPE *;Arrêté au;Nature date\r\n1;2;3;4\r\n")
    assert table.header == ("Code INSEE", "ÉTAPE *", "Arrêté au", "Nature date")
    assert table.keys == ("code_insee", "etape", "arrete_au", "nature_date")


def test_known_titles_decide_the_delimiter():
    table = read("code_insee,etape,date,source;a;b;c;d;e\r\n52121,ouverture,2019,x\r\n")
    assert table.keys[:3] == ("code_insee", "etape", "date")


def test_a_line_that_only_tells_excel_the_delimiter_is_no_line():
    table = read("sep=|\r\na|b\r\n1;0|2\r\n")
    assert (table.header, table.rows[0].line, table.rows[0].cells) == (
        ("a", "b"), 2, ("1;0", "2"),
    )  # fmt: skip


def test_ragged_lines_are_kept_as_they_are():
    table = read("a;b\r\n1\r\n1;2;3\r\n")
    assert [row.cells for row in table.rows] == [("1", ""), ("1", "2", "3")]


def test_a_zero_kept_by_a_trick_of_excel_is_a_text():
    assert read('a;b\r\n="01004";"=""01005"""\r\n').rows[0].cells == ("01004", "01005")


def test_a_formula_is_refused_by_the_name_of_its_cell():
    (problem,) = read("a;b\r\n1;2\r\n3;=SOMME(A1:A3)\r\n").remarks
    assert (problem.line, problem.column, problem.code) == (3, "b", "formula")
    assert "la cellule B3 contient une formule" in problem.message


def test_signs_that_start_no_formula_are_texts():
    assert read("a;b;c\r\n+33 1;-5;@moi\r\n").rows[0].cells == ("+33 1", "-5", "@moi")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\r\n \r\n", "empty"),
        (b";;\r\n;;\r\n", "empty"),
        (b"\x00" * 100, "empty"),
        (b"a;b\r\n1;\x00\r\n", "nul_bytes"),
        ("a;b\r\n1;\x00\r\n".encode("utf-16"), "nul_bytes"),
        (b"\xef\xbb\xbfa;b\r\n\xe9;1\r\n", "encoding"),
        (b"\xff\xfea\x00;\x00b", "encoding"),
        (b'a;b\r\n1;2\r\n3;"4\r\n5;6\r\n', "unclosed_quote"),
        (b'a;b\r\n1;"' + b"2\r\n" * 60_000, "cell_too_long"),
        (b"a;b\r\n1;" + b"x" * (MAX_CELL + 1), "cell_too_long"),
        (b"a;b\r\n1;" + b"x" * (2 << 20), "too_much_text"),
        (b"a;A\r\n1;2\r\n", "duplicate_header"),
        (";".join(f"c{n}" for n in range(MAX_COLUMNS + 1)), "too_many_columns"),
        (b"%PDF-1.7\n", "pdf"),
        (b"\x89PNG\r\n\x1a\n", "image"),
        (b"\xff\xd8\xff\xe0", "image"),
        (b"{\\rtf1 a}", "word"),
        (b"\x1f\x8b\x08", "archive"),
        (b"  <!DOCTYPE html><p>", "html"),
        (b"\xef\xbb\xbf<table><tr>", "html"),
        (b'<?xml version="1.0"?><html>', "html"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
         "xml_excel"),
        (b'<?xml version="1.0"?><a/>', "binary"),
        (bytes(range(1, 32)) * 10, "binary"),
    ],
)  # fmt: skip
def test_each_bad_file_has_its_refusal(data, code):
    assert refusal(data) == code


@pytest.mark.parametrize("elsewhere", [1 << 10, 1 << 40])
def test_a_text_too_long_is_told_whatever_limit_a_library_has_set(elsewhere):
    before = csv.field_size_limit(elsewhere)
    try:
        assert refusal(b'a;b\r\n1;"' + b"2\r\n" * 60_000) == "cell_too_long"
        long = "2" * 5_000
        assert cells(read(f'a;b\r\n1;"{long}"\r\n')) == [("a", "b"), ("1", long)]
    finally:
        csv.field_size_limit(before)


def test_a_refusal_names_the_file():
    with pytest.raises(UnreadableError) as caught:
        read_table(b"", name="inscriptions.csv")
    assert "inscriptions.csv" in caught.value.message


def test_two_titles_alike_are_both_named():
    with pytest.raises(UnreadableError) as caught:
        read("a;Année;annee \r\n1;2;3\r\n")
    assert "«\u00a0Année\u00a0» (B1) et «\u00a0annee\u00a0» (C1)" in caught.value.message


def test_a_hundred_thousand_lines_are_read_and_one_more_is_not():
    body = "52121;ouverture\r\n" * MAX_ROWS
    table = read("code_insee;etape\r\n" + body)
    assert len(table.rows) == MAX_ROWS
    with pytest.raises(UnreadableError) as caught:
        read("code_insee;etape\r\n" + body + "1;2\r\n")
    assert "plus de 100\u202f000 lignes" in caught.value.message


def test_a_million_lines_are_refused_at_once():
    begun = time.process_time()
    assert refusal(b"code_insee;etape\r\n" + b"52121;ouverture\r\n" * 1_000_000) == "too_many_rows"
    assert refusal(b"\r\n" * 600_000 + b"a") == "too_many_rows"
    assert refusal(b"52121;ouverture;13/09/2019;x\r\n" * (MAX_BYTES // 28)) == "too_many_rows"
    assert time.process_time() - begun < 5 * SLOWER


def test_a_file_too_large_says_how_much():
    with pytest.raises(UnreadableError) as caught:
        read_table(b"a" * (MAX_BYTES + 1), name="a.csv")
    assert "65 Mo ; la limite est de 64 Mo" in caught.value.message.replace("\u202f", " ")


def test_a_file_of_titles_only_is_a_table_without_rows():
    table = read("code_insee;etape\r\n")
    assert table.rows == ()
    assert "aucune ligne" in table.notices[0]


@pytest.mark.parametrize(("column", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ")])
def test_a_cell_is_named_as_in_a_spreadsheet(column, letters):
    assert place(3, column) == f"{letters}3"
