"""The printed sheet of a town, read back as a reader, a screen reader and an archive would."""

import io
import re
import struct

import pypdf
import pytest
from PIL import Image
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.testclient import TestClient
from typst import TypstError

from territoires.commands.stages import record_stage
from territoires.db.engine import reading
from territoires.db.models import FormerTown
from territoires.exchange.pdf import FOLDER, pdf_bytes
from territoires.french.printed import NO_SHEET
from territoires.queries.territories import former_town
from territoires.ui.follow.first_answer import first_answer
from territoires.ui.follow.pictures import TELEPHONE
from territoires.ui.follow.printed import press, print_pdf
from territoires.web.sheets import sheet_routes
from tests.integration.writing import COGNAC, do, later, stage_draft
from tests.printed import undrawn

CHAUMONT, TROYES = "52121", "10387"
SITE = "https://territoires.example"


@pytest.fixture(scope="module")
def seeded(seeded_file):
    return f"sqlite:///{seeded_file.as_posix()}"


@pytest.fixture(scope="module")
def sheet(seeded):
    return print_pdf(seeded, f"com-{CHAUMONT}", {}, SITE)


def read(body):
    return pypdf.PdfReader(io.BytesIO(body))


def text_of(found):
    return " ".join("".join(undrawn(page).extract_text() for page in found.pages).split())


def test_it_says_what_the_page_says(sheet):
    found = read(sheet.body)
    text = text_of(found)
    for said in (
        "Chaumont",
        "Ouvert depuis avril 2019",
        "68 993",
        "Épinal (Vosges), 98 km",
        "Inauguration, 13 septembre 2019",
        "13 septembre 2019 constatée non [3]",
        "Formations proposées : rien n’est connu.",
        "[3] AdCF",
        f"{SITE}/ville?ville={CHAUMONT}",
        f"{SITE}/signaler?ville=",
        "Licence Ouverte 2.0",
    ):
        assert said in re.sub(r"[\u00a0\u202f]", " ", text), said
    assert "\u200b" not in text, "an address that somebody copies holds nothing unseen"
    assert len(found.pages) == 2
    assert found.metadata.title == "Chaumont – Territoires"


def test_it_is_for_archives_and_for_those_who_hear_it(sheet):
    found = read(sheet.body)
    root = found.trailer["/Root"]
    assert root["/Lang"].lower().startswith("fr")
    assert root["/MarkInfo"]["/Marked"]
    metadata = root["/Metadata"].get_object().get_data().decode()
    assert "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    fonts = {
        font.get_object()["/BaseFont"].partition("+")[2]
        for page in found.pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert {name.partition("-")[0] for name in fonts} == {"SourceSansPro"}


def test_its_parts_are_heard_in_the_order_of_the_page(sheet):
    heard = list(tags(read(sheet.body).trailer["/Root"]["/StructTreeRoot"]))
    assert heard.index("/H1") < heard.index("/H2") < heard.index("/Figure") < heard.index("/Table")
    assert heard.count("/Figure") == 4, "the map, the timeline, two codes"
    assert heard.count("/TH") == 5


ALOUD = (
    "Territoires",
    "Haute-Marne (52)",
    "Chaumont",
    "Ouvert depuis avril 2019",
    "Source : Villes de France.",
    "Ce que ce centre apporte",
    "68 993",
    "Autour de Chaumont",
    "Carte : Chaumont et ses 5 centres les plus proches",
    "Épinal (Vosges), 98 km",
    "Intercommunalité",
    "CA de Chaumont",
    "Son histoire, date par date",
    "3 étapes documentées",
    "Ouverture annoncée pour avril 2019",
    "Étapes",
    "Nature de la date",
    "13 septembre 2019",
    "[3]",
    "Ce que l’on ne sait pas",
    "Sources",
    "AdCF",
    "Cette fiche, à jour, sur le tableau de bord",
    "Une erreur, une nouvelle, une date",
)


def test_read_aloud_it_says_what_the_eye_reads_and_in_that_order(sheet):
    said = re.sub(r"\s+", " ", " ".join(heard(read(sheet.body))))
    at = 0
    for words in ALOUD:
        found = said.find(words, at)
        assert found >= 0, f"{words!r} is not heard after {said[max(at - 60, 0) : at]!r}"
        at = found + len(words)


def heard(document):
    """Give the texts of a tagged PDF in the order of its tags, of a figure what it says."""
    said = {}
    for number, page in enumerate(document.pages):
        undrawn(page).extract_text(**listening(said, number))
    numbers = {page.indirect_reference.idnum: n for n, page in enumerate(document.pages)}

    def walked(node, page):
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, int):
            return [said.get((page, node), "")]
        if isinstance(node, pypdf.generic.ArrayObject):
            return [words for each in node for words in walked(each, page)]
        page = numbers[node.raw_get("/Pg").idnum] if "/Pg" in node else page
        if node.get("/S") == "/Figure":
            return [node["/Alt"]]
        return walked(node.get("/MCID", node.get("/K", pypdf.generic.ArrayObject())), page)

    return walked(document.trailer["/Root"]["/StructTreeRoot"], None)


def listening(said, number):
    """Give what has pypdf keep the texts of a page by the marks that stand around them."""
    marks = []

    def before(operator, told, *_):
        if operator in {b"BDC", b"BMC"}:
            named = told[1] if operator == b"BDC" else {}
            marks.append(named.get("/MCID") if isinstance(named, dict) else None)
        elif operator == b"EMC":
            marks.pop()

    def text(words, *_):
        if within := [each for each in marks if each is not None]:
            said[number, within[-1]] = said.get((number, within[-1]), "") + words

    return {"visitor_operand_before": before, "visitor_text": text}


def tags(node):
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, pypdf.generic.ArrayObject):
        for each in node:
            yield from tags(each)
    elif isinstance(node, pypdf.generic.DictionaryObject):
        if "/S" in node:
            yield node["/S"]
        if "/K" in node:
            yield from tags(node["/K"])


def test_the_rows_travel_with_it(sheet, seeded):
    attached = read(sheet.body).attachments
    assert set(attached) == {"etapes.csv"}
    (rows,) = attached["etapes.csv"]
    assert rows.decode("utf-8-sig").splitlines()[0].startswith("Centre;Étape;Date;")


def test_a_view_gives_the_same_bytes_and_another_view_others(seeded, sheet):
    assert print_pdf(seeded, f"com-{CHAUMONT}", {}, SITE).body == sheet.body
    before = print_pdf(seeded, f"com-{CHAUMONT}", {"au": "2019-02-01"}, SITE)
    assert "au-2019-02-01" in before.name
    assert "Ouvert depuis" not in text_of(read(before.body))


def served(url):
    made = sheet_routes(url, *press(url)[0], site=None)
    return TestClient(Starlette(routes=made))


@pytest.mark.parametrize("path", ["accueil", "ville", "carte", "regions", "ou-ouvrir"])
def test_a_link_has_its_card(seeded, path):
    with served(seeded) as client:
        found = client.get(f"/apercu/{path}.png?ville={CHAUMONT}&au=2021-05-04")
        assert found.headers["content-type"] == "image/png"
        assert struct.unpack(">II", found.content[16:24]) == (1200, 630)
        assert client.get(f"/apercu/{path}.png?au=hier").status_code == 404
        assert client.get("/apercu/comptes.png").status_code == 404


def test_the_longest_headline_leaves_the_head_of_a_card_alone(seeded):
    longest = "terr=reg-93&perim=acv&nonprouves=oui&listes=oui&au=2021-12-31"
    with served(seeded) as client:
        short, long = (
            Image.open(io.BytesIO(client.get(f"/apercu/accueil.png?{view}").content))
            for view in ("", longest)
        )
    head = (0, 0, 1200, 96)
    assert short.crop(head).tobytes() == long.crop(head).tobytes()
    assert short.tobytes() != long.tobytes()


@pytest.mark.parametrize("path", ["regions", "inscriptions", "formations", "recouper"])
def test_a_card_has_the_picture_of_telephones(seeded, path):
    found = first_answer(seeded, path, {})
    assert f'viewBox="0 0 {TELEPHONE}' in found.card.picture[:200]


def test_the_route_answers_or_says_why_not(seeded):
    with served(seeded) as client:
        found = client.get(f"/fiche/{TROYES}.pdf?au=2021-05-04")
        assert found.headers["content-type"] == "application/pdf"
        assert "fiche-10387_au-2021-05-04" in found.headers["content-disposition"]
        assert "http://testserver/ville?ville=10387&au=2021-05-04" in text_of(read(found.content))
        for address in ("/fiche/99999.pdf", "/fiche/abc.pdf", f"/fiche/{TROYES}.pdf?au=hier"):
            refused = client.get(address)
            assert (refused.status_code, refused.text) == (404, NO_SHEET), address


def test_the_address_of_a_former_commune_leads_to_the_one_that_holds_it(seeded):
    with reading(seeded) as connection:
        former, now = next(
            (code, found.holder)
            for code in connection.scalars(select(FormerTown.code).order_by(FormerTown.code))
            if (found := former_town(connection, code=code)) and found.holder
        )
    with served(seeded) as client:
        for asked, there in (
            (f"/fiche/{former}.pdf?au=2021-05-04", f"/fiche/{now}.pdf?au=2021-05-04"),
            (f"/apercu/ville.png?ville={former}", f"/apercu/ville.png?ville={now}"),
            (f"/apercu/accueil.png?terr=com-{former}", f"/apercu/accueil.png?terr=com-{now}"),
            (f"/fiche/{now}.pdf?terr=com-{former}", f"/fiche/{now}.pdf?terr=com-{now}"),
        ):
            led = client.get(asked, follow_redirects=False)
            assert (led.status_code, led.headers["location"]) == (308, there), asked
        assert client.get(f"/fiche/{former}.pdf").headers["content-type"] == "application/pdf"


HOSTILE = '#panic() *gras* #import "@preview/x:1.0.0" $x$ <b> 🦊 漢字'


def test_what_people_typed_is_set_as_it_is(small_url):
    for name in (HOSTILE, "Second site"):
        draft = stage_draft(town_code=COGNAC, new_site=True, centre_name=name, address=name)
        do(small_url, record_stage, draft, now=later(1))
    text = text_of(read(print_pdf(small_url, f"com-{COGNAC}", {}, SITE).body))
    assert '#panic() *gras* #import "@preview/x:1.0.0" $x$' in re.sub(r"[\u00a0\u202f]", " ", text)


def test_no_document_fetches_anything():
    for template in FOLDER.glob("*.typ"):
        assert not re.search(r"#?(import|include)\b|@\w+/", template.read_text("utf-8")), template


def test_a_picture_without_a_text_is_refused(tmp_path, monkeypatch, sheet):
    (tmp_path / "bare.typ").write_text('#image("x.svg")', encoding="utf-8")
    monkeypatch.setattr("territoires.exchange.pdf.FOLDER", tmp_path)
    drawn = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1v1z"/></svg>'
    with pytest.raises(TypstError, match="alt"):
        pdf_bytes("bare", {}, {"x.svg": drawn}, made_at=later(1))
