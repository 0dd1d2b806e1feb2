"""A file is read within bounds: of size, of tags, of time and of memory."""

import importlib.util
import subprocess
import sys
from pathlib import Path
from xml.parsers import expat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fuzz.readers import one, seeds
from territoires.exchange.bounded import read_bounded
from territoires.exchange.reading import read_table
from territoires.exchange.tables import UnreadableError
from territoires.exchange.xml_scan import scan
from tests.fuzzing import at_length
from tests.unit.exchange_samples import LINES, delimited, ods, ods_row, rewritten, with_sheet, xlsx

ROOT = Path(__file__).parents[2]
MANY = [LINES[0], *LINES[1:] * 700]


@pytest.mark.parametrize(
    "data",
    [
        delimited(MANY).encode(),
        xlsx([*MANY, ("1053", "=A1", "\U0001f469\u200d")]),
        ods("".join(ods_row(*line) for line in LINES)),
    ],
    ids=["csv", "xlsx", "ods"],
)
def test_a_file_is_the_same_read_apart(data):
    assert read_bounded(data, name="étapes") == read_table(data, name="étapes")


@pytest.mark.parametrize("data", [xlsx()[:300], b"%PDF" + bytes(70_000), xlsx([])])
def test_a_refusal_is_the_same_too(data):
    with pytest.raises(UnreadableError) as apart:
        read_bounded(data, name="étapes")
    with pytest.raises(UnreadableError) as here:
        read_table(data, name="étapes")
    assert apart.value.message == here.value.message


def test_a_file_that_takes_too_long_is_given_up():
    data = ods("".join(ods_row(*"abcdefghij") for _ in range(60_000)))
    with pytest.raises(UnreadableError, match="too_heavy") as caught:
        read_bounded(data, name="lent.ods", seconds=1)
    assert "trop de temps" in caught.value.message


@pytest.mark.parametrize(
    "data",
    [
        with_sheet('<row r="1">' + '<c r="A1"/>' * 2_000_000 + "</row>"),
        rewritten(
            xlsx(), lambda _: b"<sst>" + b"<si/>" * 4_000_000 + b"</sst>",
            only="xl/sharedStrings.xml",
        ),
        rewritten(ods(""), lambda _: b"<a>" + b"<b/>" * 5_000_000 + b"</a>", only="content.xml"),
    ],
    ids=["sheet", "strings", "ods"],
)  # fmt: skip
def test_no_member_swells_out_of_proportion_whichever_way_it_is_read(data):
    with pytest.raises(UnreadableError, match="zip_bomb"):
        read_table(data, name="a")


class Repeated:
    """A document of one text said again and again."""

    def __init__(self, start, again, times):
        self._parts = iter([start, *([again] * times)])

    def read(self, _size):
        return next(self._parts, b"")


@pytest.mark.parametrize(
    "document",
    [
        Repeated(b"<a>", b"<b/>" * 16_000, 1_100),
        Repeated(b'<a b="', b"x" * 65_536, 20),
        Repeated(b"<a", b" " * 65_536, 20),
        Repeated(b"<a><!--", b"x" * 65_536, 20),
        Repeated(b"<a" + b"x" * 65_536, b"x" * 65_536, 20),
    ],
    ids=["tags", "attribute", "spaces", "comment", "name"],
)
def test_tags_and_tokens_are_bounded_with_any_version_of_expat(document):
    assert expat.version_info >= (2, 4, 1)  # that which bounds how far entities swell
    with pytest.raises(UnreadableError, match="too_heavy"):
        scan(document)


def test_a_long_text_is_no_long_token():
    found = []
    with pytest.raises(UnreadableError, match="corrupt"):  # never closed, and nothing else
        scan(Repeated(b"<a>", b"x" * 65_536, 40), text=found.append)
    assert sum(map(len, found)) == 40 * 65_536


# --- whatever the bytes ---


def test_the_seeds_of_the_fuzz_keep_its_promises():
    for data in seeds():
        one(data)


@given(data=st.data())
@settings(max_examples=at_length(60))
def test_seeds_with_a_piece_of_another_keep_them_too(data):
    known = list(seeds())
    whole = data.draw(st.sampled_from(known))
    other = data.draw(st.sampled_from(known))
    start = data.draw(st.integers(0, len(whole)))
    at = data.draw(st.integers(0, len(other)))
    one(whole[:start] + other[at : at + 40] + whole[start + data.draw(st.integers(0, 40)) :])


@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="no atheris here")
def test_a_fuzz_guided_by_coverage_begins():
    done = subprocess.run(
        [sys.executable, "-m", "fuzz", "readers", "0"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    assert "stat::number_of_executed_units" in done.stderr
