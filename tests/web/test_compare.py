"""« Votre chiffre n'est pas le nôtre ? », asked by a plain client."""

import asyncio
import base64
import csv
import io
import re
import shutil
import zipfile
from html import unescape
from pathlib import Path
from threading import Event

import pytest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from territoires.web.compare import compare_routes
from territoires.web.exports import export_routes
from territoires.web.incidents import Incidents
from territoires.web.own_forms import Line
from tests.conftest import release, sqlite_url


@pytest.fixture(scope="module")
def url(seeded_file, tmp_path_factory):
    made = sqlite_url(shutil.copy(seeded_file, tmp_path_factory.mktemp("compare") / "t.db"))
    yield made
    release(made)


@pytest.fixture
def client(url):
    app = Starlette(routes=compare_routes(url), middleware=[Middleware(Incidents)])
    with TestClient(app) as opened:
        yield opened


def text_of(answer):
    flat = unescape(re.sub(r"<[^>]+>", " ", answer.text))
    return " ".join(flat.replace("\u00a0", " ").replace("\u202f", " ").split())


def asked(client, **params):
    answer = client.get("/comparer", params=params)
    return answer.status_code, text_of(answer), answer


def test_the_page_asks_for_a_figure_and_keeps_the_view(client):
    status, said, answer = asked(client, terr="reg-44", au="2021-05-04")
    assert status == 200
    assert "Comparaison faite dans le Grand Est, au 4 mai 2021." in said
    assert '<input type="hidden" name="terr" value="reg-44"' in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_a_figure_leads_to_the_readings_that_give_it(client):
    status, said, answer = asked(client, nombre="57", au="2026-11-20")
    assert status == 200
    assert "57 : ces lectures donnent ce chiffre." in said
    assert "57 : total publié" in said
    assert 'href="/recouper?au=2026-11-20#totaux"' in answer.text
    assert "57 centres ouverts au moins, en croyant les totaux publiés, au 20 novembre 2026" in said
    answer = asked(client, nombre="15")[2]
    assert '<li><a href="/">15\u00a0centres ouverts avec certitude, au ' in answer.text


def test_what_is_compared_with_a_demonstration_is_said_to_be_made_up(client, shared):
    assert "Données fictives" not in asked(client, nombre="15")[1]
    with TestClient(Starlette(routes=compare_routes(shared("demo")))) as made_up:
        assert "Données fictives de démonstration." in asked(made_up, nombre="15")[1]
        answer = made_up.post(
            "/comparer",
            files={"liste": (None, "Chaumont")},
            headers={"origin": "http://testserver"},
        )
        assert answer.status_code == 200
        assert "Données fictives de démonstration." in text_of(answer)


def test_a_figure_of_nobody_is_told_with_the_nearest(client):
    status, said, _ = asked(client, nombre="58")
    assert status == 200
    assert "Aucune de nos lectures ne donne 58. Au plus près :" in said
    assert "57 : total publié" in said
    assert "65 villes labellisées" in said


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("quinze", "n’est pas un nombre de centres"),
        ("1,250", "peut se lire de deux façons"),
        ("12,5", "n’est pas un nombre entier"),
        ("-3", "est négatif"),
        ("9" * 5000, "n’est pas un nombre de centres"),
        ("1" + ".000" * 20, "n’est pas un nombre de centres"),
        ("1" + " 000" * 20 + ",000", "peut se lire de deux façons"),
        ("<script>alert(1)</script>", "n’est pas un nombre de centres"),
    ],
)
def test_what_is_no_figure_is_quoted_with_an_example_and_stays_in_its_field(client, typed, why):
    status, said, answer = asked(client, nombre=typed)
    assert status == 400
    assert why in said
    assert "par exemple 57" in said
    assert "<script>alert" not in answer.text
    assert f'value="{typed[:20].replace("<", "&lt;").replace(">", "&gt;")}' in answer.text


def test_nonsense_in_the_address_is_told_and_the_rest_answered(client):
    status, said, _ = asked(client, nombre="15", terr="com-99999", perim="tout")
    assert status == 400
    assert "15 centres ouverts avec certitude" in said
    assert "com-99999" in said


@pytest.mark.parametrize("typed", ["1 250", "1\u202f250", "15,0", " 15 "])
def test_a_figure_is_read_as_people_write_it(client, typed):
    assert asked(client, nombre=typed)[0] == 200


# --- a list ---

HERE = {"origin": "http://testserver"}


def sent(client, text="", *, file=None, name="liste.csv", headers=HERE, **fields):
    files = {"fichier": (name, file or b"", "application/octet-stream")}
    answer = client.post("/comparer", data={"liste": text, **fields}, files=files, headers=headers)
    return answer.status_code, text_of(answer), answer


def rows_of(answer):
    (data,) = re.findall(r'href="data:text/csv;charset=utf-8;base64,([^"]*)"', answer.text)
    text = base64.b64decode(data).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def outcomes(answer):
    return {row["Dans votre liste"]: row["Comparaison"] for row in rows_of(answer)}


PASTED = """Chaumont (52)
- saint dizier
• Troyes : ouvert
Havre (Le)
Epinal, 88
52448 Saint-Dizier
Chaumon
01033
Gotham
"""


def test_a_pasted_list_is_told_line_by_line(client):
    status, said, answer = sent(client, PASTED)
    assert status == 200
    told = {row["Dans votre liste"]: row["Comparaison"] for row in rows_of(answer) if row["Ligne"]}
    assert told == {
        "Chaumont (52)": "même état",
        "'- saint dizier": "même état",
        "• Troyes : ouvert": "d’un autre état",
        "Havre (Le)": "absente ici",
        "Epinal, 88": "même état",
        "52448 Saint-Dizier": "même état",
        "Chaumon": "non reconnue",
        "01033": "absente ici",
        "Gotham": "non reconnue",
    }
    assert "« Chaumon ». Vouliez-vous dire Chaumont (52121) ?" in said
    assert "Déjà à la ligne 2." in said
    assert "9 lignes comparées" in said
    lacking = [row for row in rows_of(answer) if row["Comparaison"] == "absente de votre liste"]
    assert {row["Ligne"] for row in lacking} == {""}
    assert "Montbéliard" in {row["Ville"] for row in lacking}
    assert "Chaumont" not in {row["Ville"] for row in lacking}
    assert answer.headers["cache-control"] == "no-store"


def test_what_is_missing_here_leads_to_the_report_of_its_town(client):
    answer = sent(client, "Le Havre\nDieppe ; ouvert\nChaumont (52)")[2]
    assert '<a href="/signaler?ville=76351">Dites-le-nous</a>' in answer.text
    assert "ville=52121" not in answer.text


def test_what_was_pasted_stays_in_its_field_and_nowhere_else(client, url, caplog):
    typed = "ligne-que-personne-ne-garde"
    answer = sent(client, f"{typed}\n<b>x</b>\n")[2]
    assert f"{typed}\n&lt;b&gt;x&lt;/b&gt;\n</textarea>" in answer.text
    assert "<b>x</b>" not in answer.text
    assert typed not in client.get("/comparer").text
    assert typed not in caplog.text
    file = url.removeprefix("sqlite:///")
    assert all(typed.encode() not in path.read_bytes() for path in Path(file).parent.iterdir())


def test_a_list_of_open_centres_is_compared_with_those(client):
    text = "Chaumont (52)\nTroyes"
    assert outcomes(sent(client, text)[2])["Troyes"] == "même état"
    assert outcomes(sent(client, text, de="open")[2])["Troyes"] == "d’un autre état"


def test_a_list_of_a_region_lacks_only_what_is_there(client):
    answer = sent(client, "Chaumont (52)", terr="reg-44")[2]
    lacking = {row["Département"] for row in rows_of(answer) if not row["Ligne"]}
    assert "Vosges" in lacking
    assert not lacking & {"Doubs", "Pas-de-Calais"}
    assert '<option value="reg-44" selected>' in answer.text


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
@pytest.mark.parametrize("name", ["centres", "ouvertures"])
def test_a_file_of_ours_agrees_with_us_line_by_line(client, url, name, extension):
    app = Starlette(routes=export_routes(url))
    with TestClient(app) as other:
        ours = other.get(f"/export/{name}.{extension}").content
    status, _, answer = sent(client, file=ours, name=f"{name}.{extension}")
    assert status == 200
    told = {row["Comparaison"] for row in rows_of(answer) if row["Ligne"]}
    assert told == {"même état"}
    if name == "centres":
        assert not [row for row in rows_of(answer) if not row["Ligne"]]


WITH_TITLES = (
    "Liste au 1er mars;;\r\n\r\nCommune;Statut;Code INSEE\r\n"
    "Épinal;ouvert;88160\r\nTroyes;centre ouvert;10387\r\nChâteauroux;;36044\r\n"
)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "mac_roman", "cp850"]
)
def test_a_file_is_read_in_the_encodings_of_the_imports(client, encoding):
    answer = sent(client, file=WITH_TITLES.encode(encoding))[2]
    told = {row["Ville"]: (row["Ligne"], row["Comparaison"]) for row in rows_of(answer)}
    assert told["Épinal"] == ("4", "même état")
    assert told["Troyes"] == ("5", "d’un autre état")
    assert told["Châteauroux"][0] == "6"


def test_what_a_spreadsheet_would_run_is_guarded_in_the_file(client):
    answer = sent(client, '=HYPERLINK("x")\n@SUM(A1)\n+1\nChaumont (52)')[2]
    typed = [row["Dans votre liste"] for row in rows_of(answer) if row["Ligne"]]
    assert typed[0].startswith("'=")
    assert {text[0] for text in typed} == {"'", "C"}


def test_two_thousand_lines_are_compared_and_no_more(client):
    assert sent(client, "Chaumont (52)\n" * 2000)[0] == 200
    status, said, answer = sent(client, "Chaumont (52)\n" * 2001)
    assert status == 413
    assert "plus de 2 000 lignes" in said
    assert "Chaumont (52)\n" * 2001 in answer.text


def _bomb():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/workbook.xml", b"<workbook/>" + b" " * (60 << 20))
        book.writestr("_rels/.rels", b" " * (60 << 20))
    return stream.getvalue()


HOSTILE = {
    "nothing": (b"", 400, "Il n’y a rien à comparer"),
    "blanks": (b" \n\t\n", 400, "Il n’y a rien à comparer"),
    "a file too large": (b"Chaumont\n" * 120_000, 413, "plus de 1 Mo"),
    "a form too large": (b"Chaumont\n" * 200_000, 413, "plus de 1 Mo"),
    "too many lines": (b"Chaumont\n" * 3_000, 413, "plus de 2 000 lignes"),
    "a bomb": (_bomb, 413, "place démesurée"),
    "a picture": (b"\x89PNG\r\n" + bytes(range(256)) * 20, 400, "est une image"),
    "a program": (b"\x7fELF" + bytes(range(256)), 400, "n’est pas un tableau"),
    "noise": (bytes(range(1, 32)) * 40, 400, "n’est pas un tableau"),
    "nul bytes": (b"Chaumont\x00\nDijon\n", 400, "caractères nuls"),
    "half of UTF-16": (b"\xff\xfeC\x00h\x00a", 400, "n’est pas reconnue"),
    "a page": (b"<html><body>Chaumont</body></html>", 400, "page web"),
    "a broken book": (b"PK\x03\x04" + b"x" * 400, 400, "incomplet ou endommagé"),
    "an open quote": (b'"Chaumont\nDijon\n', 400, "n’est jamais fermé"),
}


@pytest.mark.parametrize(("data", "status", "why"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused_in_french_and_the_text_stays(client, data, status, why):
    data = data() if callable(data) else data
    text = "" if not data.strip() or len(data) > 1_300_000 else "Chaumont (52)"
    code, said, answer = sent(client, text, file=data, name="../<i>liste.csv")
    assert code == status
    assert why in said
    assert f"\n{text}</textarea>" in answer.text
    assert "<i>" not in answer.text


def test_a_text_too_long_is_refused_and_stays(client):
    text = ("Chaumont " * 24 + "\n") * 1000
    code, said, answer = sent(client, text)
    assert code == 413
    assert "plus de 200 ko" in said
    assert text in answer.text


@pytest.mark.parametrize("headers", [{}, {"origin": "https://evil.example"}])
def test_a_form_of_another_site_is_not_read(client, headers):
    code, said, _ = sent(client, PASTED, headers=headers)
    assert code == 403
    assert "n’a pas été envoyée par le formulaire de cette page" in said


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data; boundary=x", b"--x\r\nnonsense"),
        ("multipart/form-data", b"liste=Dijon"),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % at for at in range(50))),
    ],
)
def test_what_is_no_form_is_refused(client, kind, body):
    answer = client.post("/comparer", content=body, headers={**HERE, "content-type": kind})
    assert answer.status_code == 400
    assert "rechargez" not in text_of(answer)


def test_a_form_in_an_odd_writing_is_read_all_the_same(client):
    kind = "multipart/form-data; boundary=x; charset=unicode_escape"
    body = b'--x\r\ncontent-disposition: form-data; name="liste"\r\n\r\n\\ud800 Dijon\r\n--x--\r\n'
    answer = client.post("/comparer", content=body, headers={**HERE, "content-type": kind})
    assert answer.status_code == 200
    assert "? Dijon" in answer.text


def test_a_plain_form_is_read_too(client):
    answer = client.post("/comparer", data={"liste": "Chaumont (52)"}, headers=HERE)
    assert outcomes(answer)["Chaumont (52)"] == "même état"


def test_few_of_one_address_compare_at_once_and_the_others_are_told_to_come_back():
    async def all_at_once():
        line, held = Line(at_once=1, by_address=3, what="compare", refusal="plus tard"), Event()

        async def one(address):
            try:
                return await line.run(held.wait, address=address)
            except HTTPException as refused:
                return refused.status_code

        async def release():
            await asyncio.sleep(0)
            held.set()

        addresses = ["a"] * 5 + ["b"]
        *told, _ = await asyncio.gather(*map(one, addresses), release())
        return told, await line.run(lambda: "free", address="a")

    told, later = asyncio.run(all_at_once())
    assert told == [True, True, True, 429, 429, True]
    assert later == "free"
