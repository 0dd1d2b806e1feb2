"""How the rows of a frozen view differ from the same ones computed again."""

import hashlib
import re

from hypothesis import given
from hypothesis import strategies as st

from territoires.domain.frozen import Change, Difference, difference, digest_of, weight
from territoires.french.frozen import differences

HEAD = "\ufeffCode INSEE;Ville;Date\r\n"
BEFORE = f"{HEAD}52121;Chaumont;04/05/2021\r\n55545;Verdun;\r\n"
CELL = st.text(st.characters(codec="utf-8", exclude_characters=';"\r\n\0'), max_size=6)


def lines(*rows):
    return HEAD + "".join(";".join(row) + "\r\n" for row in rows)


ROWS = st.lists(st.tuples(CELL.filter(bool), CELL, CELL), max_size=8)


def test_a_file_does_not_differ_from_itself():
    assert difference(BEFORE, BEFORE) == Difference()


def test_a_cell_a_row_gone_and_a_row_come_are_told_apart():
    after = lines(("52121", "Chaumont", "05/05/2021"), ("16102", "Cognac", ""))
    assert difference(BEFORE, after) == Difference(
        gone=(("55545", "Verdun", ""),),
        come=(("16102", "Cognac", ""),),
        changed=(
            Change(
                row="52121",
                named="Chaumont",
                column="Date",
                before="04/05/2021",
                after="05/05/2021",
            ),
        ),
    )


def test_other_columns_are_named_and_the_rest_compared():
    after = "\ufeffVille;Code INSEE;Source\r\nChaumont;52121;x\r\nVerdun;55545;y\r\n"
    assert difference(BEFORE, after) == Difference(columns_gone=("Date",), columns_come=("Source",))


def test_another_order_is_told():
    first, second = ("52121", "Chaumont", "04/05/2021"), ("55545", "Verdun", "")
    (line,) = differences(difference(BEFORE, lines(second, first)))
    assert "un autre ordre" in line


@given(ROWS, ROWS)
def test_what_is_told_makes_the_one_of_the_other(before, after):
    before, after = ({row[0]: row for row in rows} for rows in (before, after))
    found = difference(lines(*before.values()), lines(*after.values()))
    made = {row[0]: row for row in before.values() if row not in found.gone}
    for cell in found.changed:
        place = ("Code INSEE", "Ville", "Date").index(cell.column)
        assert made[cell.row][place] == cell.before
        row = made[cell.row]
        made[cell.row] = (*row[:place], cell.after, *row[place + 1 :])
    assert made | {row[0]: row for row in found.come} == after


@given(ROWS, ROWS)
def test_nothing_is_told_of_the_same_rows_alone(before, after):
    found = difference(lines(*before), lines(*after))
    assert (found == Difference()) == (sorted(before) == sorted(after))


@given(st.text(max_size=60), st.text(max_size=60))
def test_whatever_the_rows_were_made_into_is_compared_and_told(before, after):
    assert all(isinstance(line, str) for line in differences(difference(before, after)))


def test_the_digest_is_that_of_what_sha256sum_writes():
    files = {"b": "é", "a": ""}
    listed = (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  a.csv\n"
        f"{hashlib.sha256('é'.encode()).hexdigest()}  b.csv\n"
    )
    assert digest_of(files) == hashlib.sha256(listed.encode()).hexdigest()
    assert re.fullmatch("[0-9a-f]{64}", digest_of({}))
    assert weight(files) == len("é".encode())
