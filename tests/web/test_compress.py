import gzip
import threading

import pytest
from pyarrow import Codec

from territoires.web import streamlit_files
from territoires.web.compress import Shelf, chosen_coding, codings
from territoires.web.french_page import first_addresses, page


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "long.js").write_text("let x = 1;\n" * 1000, encoding="utf-8")
    (tmp_path / "short.js").write_text("1", encoding="utf-8")
    (tmp_path / "picture.png").write_bytes(bytes(10_000))
    return tmp_path


def test_every_script_comes_back_whole(client):
    script = streamlit_files.scripts("PlotlyChart")[0]
    plain = client.get(f"/{script}", headers={"accept-encoding": "identity"})
    original = (streamlit_files.folder() / script).read_bytes()
    assert plain.content == original
    with client.stream("GET", f"/{script}", headers={"accept-encoding": "gzip"}) as answer:
        packed = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["vary"] == "accept-encoding"
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]
    assert int(answer.headers["content-length"]) == len(packed) < len(original) / 3
    assert gzip.decompress(packed) == original


@pytest.mark.skipif("br" not in codings(), reason="this pyarrow has no Brotli")
def test_brotli_comes_back_whole_too(folder):
    shelf = Shelf({"/f/": folder})
    original = (folder / "long.js").read_bytes()
    body = shelf.fetch("/f/long.js", "br").body
    assert Codec("brotli").decompress(body, len(original), asbytes=True) == original


def test_a_reader_who_has_the_file_gets_nothing_again(client):
    address = f"/{streamlit_files.scripts('Tooltip')[0]}"
    first = client.get(address, headers={"accept-encoding": "gzip"})
    again = client.get(
        address, headers={"accept-encoding": "gzip", "if-none-match": first.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


def test_two_codings_of_one_file_never_share_a_tag(folder):
    shelf = Shelf({"/f/": folder})
    tags = {shelf.fetch("/f/long.js", coding).etag for coding in codings()}
    assert len(tags) == len(codings())


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("", None),
        ("identity", None),
        ("deflate", None),
        ("gzip", "gzip"),
        ("GZIP;q=0.5", "gzip"),
        ("gzip;q=0", None),
        ("gzip; q=0.0, deflate", None),
        ("gzip, deflate, br, zstd", codings()[0]),
    ],
)
def test_a_reader_gets_a_coding_it_accepts(accepted, chosen):
    assert chosen_coding(accepted) == chosen


def test_small_files_and_pictures_are_left_alone(folder):
    shelf = Shelf({"/f/": folder})
    assert "/f/long.js" in shelf
    assert "/f/short.js" not in shelf
    assert "/f/picture.png" not in shelf


@pytest.mark.parametrize("address", ["/f/../conftest.py", "/f//etc/passwd", "/f/%2e%2e/x.js", "/f"])
def test_an_address_outside_the_folder_is_unknown(folder, address):
    shelf = Shelf({"/f/": folder})
    assert address not in shelf
    with pytest.raises(KeyError):
        shelf.fetch(address, "gzip")


def test_a_file_is_compressed_once_however_many_ask(folder):
    shelf = Shelf({"/f/": folder})
    found = []
    readers = [
        threading.Thread(target=lambda: found.append(shelf.fetch("/f/long.js", "gzip")))
        for _ in range(8)
    ]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert len({id(packed) for packed in found}) == 1


def test_what_was_warmed_is_ready(folder):
    shelf = Shelf({"/f/": folder})
    assert shelf.ready("/f/long.js", "gzip") is None
    shelf.warm(["/f/long.js", "/f/unknown.js"])
    assert all(shelf.ready("/f/long.js", coding) for coding in codings())


def test_a_range_is_served_by_streamlit_uncompressed(client):
    address = f"/{streamlit_files.scripts('Tooltip')[0]}"
    answer = client.get(address, headers={"accept-encoding": "gzip", "range": "bytes=0-9"})
    assert answer.status_code == 206
    assert len(answer.content) == 10


def test_the_figures_are_the_first_thing_compressed():
    assert "PlotlyChart" in first_addresses()[0]
    assert all(f".{address}" in page() for address in first_addresses())


def test_an_unknown_script_gives_no_hint():
    assert streamlit_files.scripts("NoSuchElement") == []
