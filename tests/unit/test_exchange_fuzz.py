import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from territoires.domain.imports import Kind
from territoires.exchange.reading import read_table
from territoires.exchange.records import parse
from territoires.exchange.tables import Format, UnreadableError
from territoires.exchange.writing import annotated
from territoires.french.files import KINDS
from tests.fuzzing import at_length
from tests.unit.exchange_samples import LINES, SLOWER, delimited, ods, ods_row, rewritten, xlsx

SAMPLES = {
    "csv": delimited().encode(),
    "utf16": delimited(delimiter="\t").encode("utf-16"),
    "cp1252": delimited().encode("cp1252"),
    "xlsx": xlsx(),
    "ods": ods("".join(ods_row(*line) for line in LINES)),
}
# Inside the XML too, where a sum no longer protects.
MEMBERS = [
    ("xlsx", "xl/worksheets/sheet1.xml"),
    ("xlsx", "xl/sharedStrings.xml"),
    ("xlsx", "xl/styles.xml"),
    ("xlsx", "xl/workbook.xml"),
    ("xlsx", "xl/_rels/workbook.xml.rels"),
    ("ods", "content.xml"),
]
MOST_COLUMNS = max(len(kind.columns) for kind in KINDS.values())
LIMIT = 3  # seconds of processor


def read(data):
    """Read whatever it is; nothing but a typed refusal may come out, soon, in French."""
    begun = time.process_time()
    try:
        table = read_table(data, name="fichier")
    except UnreadableError as error:
        message = error.message
    else:
        message = "read"
        for kind in Kind:
            remarks = parse(table, kind).remarks
            for form in (Format.CSV, Format.XLSX):
                annotated(table, remarks, form)
    assert message
    assert "{name}" not in message
    assert time.process_time() - begun < LIMIT * SLOWER


def dice(seed):
    return random.Random(seed)  # noqa: S311 - the same damage every time


def damaged(data, chance):
    """Cut, flip, repeat or drop a few bytes."""
    damage = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(damage) + 1)
        to = min(len(damage), at + chance.randint(1, 40))
        match chance.randrange(5):
            case 0:
                del damage[at:]
            case 1:
                del damage[at:to]
            case 2:
                damage[at:at] = damage[at:to] * chance.randint(1, 5)
            case 3:
                damage[at:to] = chance.randbytes(to - at)
            case _ if at < len(damage):
                damage[at] ^= 1 << chance.randrange(8)
        if not damage:
            break
    return bytes(damage)


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.fuzz
@pytest.mark.parametrize("seed", range(at_length(40)))
def test_a_damaged_file_is_read_or_refused(sample, seed):
    read(damaged(SAMPLES[sample], dice(f"{sample}{seed}")))


@pytest.mark.parametrize(("sample", "member"), MEMBERS)
@pytest.mark.fuzz
@pytest.mark.parametrize("seed", range(at_length(40)))
def test_damaged_xml_is_read_or_refused(sample, member, seed):
    chance = dice(f"{member}{seed}")
    read(rewritten(SAMPLES[sample], lambda content: damaged(content, chance), only=member))


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_file_cut_anywhere_is_read_or_refused(sample):
    data = SAMPLES[sample]
    for length in range(0, len(data), max(1, len(data) // 60)):
        read(data[:length])


@given(st.binary(max_size=300))
@settings(max_examples=at_length(200))
def test_any_bytes_are_read_or_refused(data):
    read(data)


@given(st.text(alphabet=";,\t|\r\n\"'= a1é\u00a0", max_size=200))
@settings(max_examples=at_length(300))
def test_any_text_is_read_or_refused(text):
    read(f"code_insee;etape;date;source\r\n{text}".encode())


@pytest.mark.parametrize("kind", Kind)
@given(cells=st.lists(st.text(max_size=30), min_size=MOST_COLUMNS, max_size=MOST_COLUMNS))
@settings(max_examples=at_length(100))
def test_any_cells_are_taken_or_told(kind, cells):
    columns = [column.name for column in KINDS[kind].columns]
    titles = ";".join([*columns, *"abcdefghi"][:MOST_COLUMNS])
    line = ";".join('"' + cell.replace('"', '""') + '"' for cell in cells)
    read(f"{titles}\r\n{line}\r\n".encode(errors="replace"))
