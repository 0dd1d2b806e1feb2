import csv
import io
import zipfile
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from territoires.domain.dates import PartialDate
from territoires.exchange.cells import decimal, neutralise, restore, written
from territoires.exchange.csv_export import csv_bytes
from territoires.exchange.formats import file_name
from territoires.exchange.rows import Rows
from territoires.exchange.xlsx_export import (
    MAX_TEXT,
    TooManyRowsError,
    sheet_name,
    xlsx_bytes,
)
from territoires.french.definitions import DEFINITIONS
from territoires.french.dictionary import COLUMNS as HEADING_OF
from tests.fuzzing import at_length
from tests.rereading import read_csv_export, undecimal

COLUMNS = {
    "town": "str",
    "count": "int64",
    "share": "float64",
    "happened_on": "datetime64[s]",
    "acv": "bool",
    "published_on": "str",
}
TITLES = {
    "town": "Ville",
    "count": "Nombre",
    "share": "Part",
    "happened_on": "Date",
    "acv": "Action cœur de ville",
    "published_on": "Publié le",
}
HEADINGS = [HEADING_OF[name] for name in COLUMNS]
CREATED = datetime(2021, 5, 10, 12, 2, tzinfo=UTC)
# A byte that a spreadsheet would evaluate, in every place where it might hide.
HOSTILE = ["=1+1", "+33 1", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠a"]
HOSTILE += [" =1", "\u00a0=1", "'=1", "''=1", "'", "'t Hooft", "=cmd|' /C calc'!A0", "' =1"]

texts = st.one_of(
    st.text(),
    st.sampled_from(HOSTILE),
    st.text(alphabet=";\"'\r\n=+-@\t, \u200f\u202e😀é", max_size=30),
    st.just("é" * 10_000),
)
partials = st.sampled_from(["", "2019", "2019-04", "2019-04-13"])
days = st.dates(date(1, 1, 1), date(9999, 12, 31))
rows = st.tuples(
    texts,
    st.integers(-(2**63), 2**63 - 1),
    st.one_of(st.none(), st.floats(allow_nan=False)),
    st.one_of(st.none(), days),
    st.booleans(),
    partials,
)


def frame_of(lines, columns=COLUMNS):
    data = {name: [line[at] for line in lines] for at, name in enumerate(columns)}
    for name, dtype in columns.items():
        if dtype.startswith("datetime64"):
            stamps = ["NaT" if value is None else value.isoformat() for value in data[name]]
            data[name] = np.array(stamps, dtype=str).astype(dtype)
    frame = pd.DataFrame(
        {name: pd.Series(values, dtype=columns[name]) for name, values in data.items()}
    )
    return frame.replace({"town": {"": None}, "published_on": {"": None}}).astype(columns)


def one(**changes):
    line = {
        "town": "Chaumont",
        "count": 7,
        "share": 0.5,
        "happened_on": date(2019, 4, 13),
        "acv": True,
        "published_on": "2019-04",
    } | changes
    return frame_of([tuple(line.values())])


def sheets(data):
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
        return {
            name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            for name in book.sheet_names
        }


@given(st.lists(rows, max_size=5), st.booleans(), st.booleans())
@settings(deadline=None)
def test_a_csv_read_again_is_the_frame_it_was(lines, demo, slashed):
    frame = frame_of(lines)
    partial = {"published_on"} if slashed else ()
    data = csv_bytes(frame, titles=TITLES, demo=demo, partial=partial)
    again = read_csv_export(data, titles=TITLES, columns=COLUMNS, partial=partial)
    pd.testing.assert_frame_equal(again, frame)


@given(texts)
@example("'" * 5 + "=")
def test_a_guard_is_taken_off_exactly(text):
    assert restore(neutralise(text)) == text


@pytest.mark.parametrize("text", HOSTILE[:13])
def test_a_text_never_starts_what_a_spreadsheet_evaluates(text):
    data = csv_bytes(one(town=text), titles=TITLES)
    cells = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert cells[1][0] == "'" + text


def test_a_title_is_guarded_too():
    data = csv_bytes(one(), titles=TITLES | {"town": "=Ville"})
    assert data.decode("utf-8-sig").startswith("'=Ville;")


def test_a_csv_opens_at_once_in_excel_in_french():
    frame = one(share=-1234.5, count=-3)
    assert (
        csv_bytes(frame, titles=TITLES, partial={"published_on"})
        == (
            "\ufeffVille;Nombre;Part;Date;Action cœur de ville;Publié le\r\n"
            "Chaumont;-3;-1234,5;13/04/2019;oui;04/2019\r\n"
        ).encode()
    )


def test_a_missing_value_is_an_empty_cell():
    frame = one(town=None, share=None, happened_on=None, published_on="")
    assert csv_bytes(frame, titles=TITLES).splitlines()[1] == b";7;;;oui;"


def test_a_csv_without_rows_keeps_its_header_and_its_types():
    frame = frame_of([])
    data = csv_bytes(frame, titles=TITLES)
    assert len(data.splitlines()) == 1
    pd.testing.assert_frame_equal(
        read_csv_export(data, titles=TITLES, columns=COLUMNS), frame, check_index_type=False
    )


def test_a_column_without_a_title_is_a_mistake():
    with pytest.raises(KeyError):
        csv_bytes(one(), titles={})


def test_every_row_of_the_demonstration_says_so():
    frame = pd.concat([one(), one(town="Sens")])
    lines = csv_bytes(frame, titles=TITLES, demo=True).decode().splitlines()
    assert lines[0].endswith(";avertissement")
    assert all(line.endswith(";données fictives de démonstration") for line in lines[1:])


def test_hours_and_zones_survive():
    columns = {"at": "datetime64[us]", "zoned": "datetime64[us, UTC]", "known": "datetime64[ns]"}
    frame = pd.DataFrame(
        {
            "at": np.array(["2021-05-04T14:02:03.000005", "2021-05-04"], dtype="datetime64[us]"),
            "zoned": pd.to_datetime(["2021-05-04T14:02:03.5Z", None], utc=True, format="ISO8601"),
            "known": np.array(["2021-05-04", "NaT"], dtype="datetime64[ns]"),
        }
    ).astype(columns)
    titles = {name: name for name in columns}
    data = csv_bytes(frame, titles=titles)
    assert data.decode().splitlines()[1].split(";") == [
        "04/05/2021 14:02:03.000005",
        "2021-05-04T14:02:03.500000+00:00",
        "04/05/2021",
    ]
    again = read_csv_export(data, titles=titles, columns=columns)
    pd.testing.assert_frame_equal(again, frame)


def test_columns_that_may_lack_numbers_or_hold_anything():
    columns = {"n": "Int64", "yes": "boolean", "any": "object"}
    frame = pd.DataFrame(
        {
            "n": pd.array([1, None], dtype="Int64"),
            "yes": pd.array([True, None], dtype="boolean"),
            "any": pd.Series(["=a", None], dtype="object"),
        }
    )
    titles = {name: name for name in columns}
    again = read_csv_export(csv_bytes(frame, titles=titles), titles=titles, columns=columns)
    pd.testing.assert_frame_equal(again, frame)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "oui"),
        (False, "non"),
        (3, "3"),
        (2.5, "2,5"),
        (float("nan"), ""),
        (date(2019, 4, 3), "03/04/2019"),
        (datetime(2019, 4, 3), "03/04/2019"),
        (datetime(2019, 4, 3, 14, 2), "03/04/2019 14:02:00"),
        (datetime(2019, 4, 3, 14, 2, tzinfo=UTC), "2019-04-03T14:02:00+00:00"),
        (PartialDate(2019, 4), "04/2019"),
        ("=a", "'=a"),
    ],
)
def test_any_value_has_one_writing(value, text):
    assert written(value) == text


@given(st.floats(allow_nan=False))
def test_a_decimal_number_is_read_back_to_the_last_bit(value):
    again = undecimal(decimal(value))
    assert (again, str(again)) == (value, str(value))


def test_a_lone_surrogate_does_not_stop_an_export():
    frame = pd.DataFrame({"town": pd.Series(["a\ud800b"], dtype="object")})
    assert b"a?b" in csv_bytes(frame, titles=TITLES)


def test_a_hundred_thousand_rows_are_written_whole():
    frame = one(town="=Châlons ; « x »").loc[[0] * 100_000].reset_index(drop=True)
    data = csv_bytes(frame, titles=TITLES, partial={"published_on"}, demo=True)
    assert data.count(b"\r\n") == 100_001


def test_a_name_says_what_at_which_date_known_when():
    known = datetime(2021, 5, 9, 22, 30, tzinfo=UTC)  # half past midnight in Paris
    assert (
        file_name("ouvertures", as_of=date(2021, 5, 4), known_at=known, extension="csv")
        == "acdt_ouvertures_au-2021-05-04_connu-2021-05-10.csv"
    )


def test_a_name_is_plain_and_admits_the_demonstration():
    name = file_name(
        "Villes labellisées / Été",
        as_of=date(2021, 5, 4),
        known_at=date(2021, 5, 10),
        extension=".xlsx",
        demo=True,
    )
    assert name == (
        "acdt_villes-labellisees-ete_au-2021-05-04_connu-2021-05-10_"
        "donnees-fictives-de-demonstration.xlsx"
    )


def workbook(frame, **more):
    options = {
        "title": "Ouvertures",
        "as_of": date(2021, 5, 4),
        "known_at": CREATED,
        "made_at": CREATED,
        "notes": (),
        "all_notes": ("Série documentée : un minimum.",),
        "sources": [{"publisher": "ANCT", "title": "Liste", "url": "https://exemple.fr", "x": 1}],
        "partial": (),
        "demo": False,
    }
    return xlsx_bytes(Rows(frame=frame, **options | more))


def test_a_workbook_keeps_types():
    found = sheets(workbook(one(count=-3, share=0.25), partial={"published_on"}))
    assert found["Ouvertures"] == [
        HEADINGS,
        ["Chaumont", -3.0, 0.25, date(2019, 4, 13), "oui", "04/2019"],
    ]


def test_a_workbook_says_its_sources_clocks_notes_and_definitions():
    found = sheets(workbook(one()))
    assert list(found) == ["Ouvertures", "Sources", "Lisez-moi"]
    assert found["Sources"] == [
        ["Éditeur", "Intitulé", "Adresse"],
        ["ANCT", "Liste", "https://exemple.fr"],
    ]
    read_me = {label: text for label, text in found["Lisez-moi"] if label}
    assert read_me["Situation au"] == "4\u00a0mai 2021"
    assert "10\u00a0mai 2021" in read_me["Telle que connue le"]
    assert "2021-05-10T12:02:00.000000+00:00" in read_me["Telle que connue le"]
    assert read_me["Remarques"] == "Série documentée : un minimum."
    assert read_me["Nombre de lignes"] == "1"
    assert dict(DEFINITIONS).items() <= read_me.items()


def test_a_workbook_of_the_demonstration_says_so_first_and_on_every_row():
    found = sheets(workbook(one(), demo=True))
    assert [row[-1] for row in found["Ouvertures"]] == [
        "avertissement",
        "données fictives de démonstration",
    ]
    assert found["Lisez-moi"][1] == ["Remarques", "données fictives de démonstration"]


@given(
    st.lists(
        st.text(alphabet=st.characters(exclude_categories=["Cs"])).filter(
            lambda text: not any(ord(sign) in (0xFFFE, 0xFFFF) for sign in text)
        ),
        min_size=1,
        max_size=5,
    )
)
@settings(max_examples=at_length(50))
def test_texts_of_a_workbook_are_read_back(written_texts):
    frame = pd.DataFrame({"town": pd.Series(written_texts, dtype="str")})
    found = sheets(workbook(frame))["Ouvertures"][1:]
    found += [[""]] * (len(written_texts) - len(found))
    assert [cell for (cell,) in found] == written_texts


@pytest.mark.parametrize("text", [*HOSTILE, "https://exemple.fr", "01004", "{=1}"])
def test_a_workbook_holds_no_formula_and_no_link(text):
    with zipfile.ZipFile(io.BytesIO(workbook(one(town=text)))) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert b"hyperlink" not in sheet
    assert sheets(workbook(one(town=text)))["Ouvertures"][1][0] == text


def test_a_header_stays_in_sight_and_filters():
    with zipfile.ZipFile(io.BytesIO(workbook(one()))) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    assert b'state="frozen"' in sheet
    assert b'<autoFilter ref="A1:F2"/>' in sheet


def test_the_same_workbook_has_the_same_bytes():
    assert workbook(one()) == workbook(one())


def test_what_excel_cannot_hold_becomes_text():
    frame = one(count=2**60, share=float("inf"), happened_on=date(1789, 7, 14))
    row = sheets(workbook(frame))["Ouvertures"][1]
    assert row[1:4] == [str(2**60), "inf", "14/07/1789"]


def test_instants_are_cells_of_their_own_type():
    at = np.array(["2021-05-04T14:02:03"], dtype="datetime64[s]")
    found = sheets(workbook(pd.DataFrame({"happened_on": at})))["Ouvertures"][1][0]
    assert abs(found - datetime(2021, 5, 4, 14, 2, 3)) < timedelta(seconds=1)


def test_a_text_too_long_for_a_cell_says_where_it_was_cut():
    cell = sheets(workbook(one(town="é" * 40_000)))["Ouvertures"][1][0]
    assert len(cell) == MAX_TEXT
    assert cell.endswith("[…] texte coupé à la limite d’Excel")


def test_a_table_larger_than_a_worksheet_is_refused():
    frame = pd.DataFrame({"count": np.zeros(1_048_576, dtype="int64")})
    with pytest.raises(TooManyRowsError, match="Téléchargez-le en CSV"):
        workbook(frame)


def test_an_empty_frame_makes_a_workbook():
    assert sheets(workbook(frame_of([]), sources=()))["Ouvertures"] == [HEADINGS]


@pytest.mark.parametrize(
    ("text", "name"),
    [("Ouvertures [2019/2020] : ?", "Ouvertures  2019 2020"), ("a" * 40, "a" * 31), ("'", "-")],
)
def test_a_sheet_has_a_name_that_excel_accepts(text, name):
    assert sheet_name(text) == name
