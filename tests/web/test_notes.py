"""The printed notes of a region and of the programme, read back."""

import io
import re
from dataclasses import replace
from datetime import date

import pypdf
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from territoires.commands.stages import record_stage
from territoires.commands.targets import set_target
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import SourceDraft, TargetDraft
from territoires.domain.programme import Document
from territoires.domain.scope import Scope
from territoires.exchange.pdf import pdf_bytes
from territoires.french import changes, home
from territoires.french import printed as words
from territoires.french.demonstration import DEMO
from territoires.queries.editions import current_edition
from territoires.queries.regions import territories
from territoires.ui.cache import asked
from territoires.ui.follow.printed import press, print_pdf
from territoires.web.exports import export_routes
from territoires.web.sheets import sheet_routes
from tests.integration.writing import COGNAC, GAZETTE, do, later, stage_draft
from tests.printed import texts
from tests.web.test_sheets import heard, tags

SITE = "https://territoires.example"
TODAY = Scope(as_of=date(2026, 11, 29))
GRAND_EST, MAYOTTE = "reg-44", "reg-06"


@pytest.fixture(scope="module")
def seeded(seeded_file):
    return f"sqlite:///{seeded_file.as_posix()}"


@pytest.fixture(scope="module")
def demo(demo_file):
    return f"sqlite:///{demo_file.as_posix()}"


@pytest.fixture(scope="module")
def national(seeded):
    return print_pdf(seeded, "national", {}, SITE)


@pytest.fixture(scope="module")
def region(seeded):
    return print_pdf(seeded, GRAND_EST, {}, SITE)


def read(found):
    return pypdf.PdfReader(io.BytesIO(found.body))


def plain(text):
    return re.sub(r"\s+", " ", text.replace("\u200b", ""))


def pages_of(found):
    return [plain(text) for text in texts(found.body)]


def test_the_note_of_a_region_says_what_the_pages_say_of_it(region):
    text = " ".join(pages_of(region))
    for said in (
        "Région, 5,6 millions d’habitants",
        "6 centres documentés dans le Grand Est",
        "aucun n’est fixé pour ce territoire",
        "18,3 % de la population",
        "Quand chaque centre a ouvert",
        "Châlons-en-Champagne Marne septembre 2021 au plus tard [1]",
        "Colmar 2020",
        "Aucun effectif transmis",
        "Épinal (Vosges) : 735 jours",
        "9 villes labellisées ou dites ouvertes sans date d’ouverture connue : Colmar",
        "[1] Forum Éco",
        f"{SITE}/?terr=reg-44",
        f"{SITE}/signaler",
        "Licence Ouverte 2.0",
    ):
        assert said in text, said
    assert read(region).metadata.title == "Grand Est – Territoires"


def test_a_note_is_never_longer_than_four_pages(seeded, demo):
    for url in (seeded, demo):
        fullest = asked(url, current_edition(url), territories, scope=TODAY, grain="region")
        for name in fullest["territory"].head(2):
            assert len(read(print_pdf(url, name, {}, SITE)).pages) <= 4, name


def test_a_note_is_named_after_what_it_keeps(seeded):
    params = {"au": "2021-05-04", "perim": "acv", "nonprouves": "oui"}
    found = print_pdf(seeded, GRAND_EST, params, SITE)
    assert found.name.startswith("acdt_note-region-44-acv-nonprouves_au-2021-05-04_connu-")
    text = " ".join(pages_of(found))
    assert "Action cœur de ville, rattachements non prouvés compris." in text


def test_a_region_where_nothing_is_known_has_its_note(seeded):
    (text,) = pages_of(print_pdf(seeded, MAYOTTE, {}, SITE))
    assert "Aucune ouverture enregistrée" in text
    assert "Le centre ouvert le plus proche est à 7 438 km" in text


@pytest.mark.parametrize("day", ["", "2019-04-15", "2021-05-04", "2022-12-31"])
def test_the_first_page_of_the_national_note_stands_alone(seeded, day):
    found = print_pdf(seeded, "national", {"au": day}, SITE)
    first, *annexes = pages_of(found)
    for said in (home.EYEBROW, words.WHERE_IT_STANDS, words.MEANING, words.TO_ASK, "changé depuis"):
        assert plain(said) in first, said
    assert annexes[0].startswith(words.PLACES)


def test_the_first_page_answers_and_says_what_to_ask(national):
    first, *annexes = pages_of(national)
    for said in (
        "15 centres documentés, 57 ou plus annoncés",
        "57 +",
        "100 prévus pour le 31 décembre 2022",
        "Prouvé : 15. En croyant le Cnam : de 57 à 75.",
        "depuis le 30 septembre",
        "Ces dates lèveraient",
        "Épinal (Vosges) : 735 jours",
    ):
        assert said in first, said
    behind = " ".join(annexes)
    for said in ("Sans ville connue : 55", "Lancement officiel aux vœux", "Bretagne", "4 200"):
        assert said in behind, said


def test_what_changed_since_the_quarter_before_is_told(seeded):
    first = pages_of(print_pdf(seeded, "national", {"au": "2021-10-15"}, SITE))[0]
    assert "Ce qui a changé depuis le 30 septembre 2021" in first
    first = pages_of(print_pdf(seeded, "national", {"au": "2021-09-30"}, SITE))[0]
    assert "Ce qui a changé depuis le 30 juin 2021" in first
    assert re.search(
        r"(Épinal|Saverne|Verdun|Saint-Dié-des-Vosges) : ouvert, septembre 2021", first
    )


def test_both_are_for_archives_and_for_those_who_hear_them(national, region):
    for found, pictures in ((national, 6), (region, 4)):
        document = read(found)
        root = document.trailer["/Root"]
        metadata = root["/Metadata"].get_object().get_data().decode()
        assert "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in metadata
        assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
        assert root["/Lang"].lower().startswith("fr")
        kinds = list(tags(root["/StructTreeRoot"]))
        assert (kinds.count("/H1"), kinds.count("/Figure")) == (1, pictures)
        fonts = {
            font.get_object()["/BaseFont"].partition("+")[2].partition("-")[0]
            for page in document.pages
            for font in page["/Resources"]["/Font"].values()
        }
        assert fonts == {"SourceSansPro"}
    said = plain(" ".join(heard(read(national))))
    order = ("Où en est", "15 centres", "57 +", "15 centres ouverts avec certitude", words.TO_ASK)
    assert sorted(map(said.index, order)) == list(map(said.index, order))


def test_the_rows_that_travel_with_a_note_are_those_of_the_files(seeded, region):
    attached = read(region).attachments
    assert {"ouvertures.csv", "centres.csv", "annonces.csv"} <= set(attached)
    with TestClient(Starlette(routes=export_routes(seeded))) as client:
        for file in ("ouvertures", "centres", "annonces"):
            asked_for = client.get(f"/export/{file}.csv?terr={GRAND_EST}")
            assert attached[f"{file}.csv"] == [asked_for.content], file


def test_the_target_of_a_region_is_among_its_figures(small_url):
    draft = TargetDraft(
        value=12,
        starts_on=date(2019, 5, 13),
        deadline=date(2027, 12, 31),
        decided_on=date(2020, 1, 20),
        source=GAZETTE,
        territory=GRAND_EST,
    )
    do(small_url, set_target, draft, now=later(1))
    text = " ".join(pages_of(print_pdf(small_url, GRAND_EST, {}, SITE)))
    assert "12 prévus pour le 31 décembre 2027" in text
    assert "12 prévus" not in " ".join(pages_of(print_pdf(small_url, "reg-75", {}, SITE)))


def test_no_count_travels_that_the_public_may_not_have(demo):
    attached = read(print_pdf(demo, "national", {}, SITE)).attachments["inscriptions-centres.csv"]
    year = attached[0].decode("utf-8-sig").splitlines()[1].partition(";")[0]
    with TestClient(Starlette(routes=export_routes(demo))) as client:
        public = client.get(f"/export/inscriptions-centres.csv?annee={year}")
    assert attached == [public.content]


def test_what_people_typed_is_set_as_it_is(small_url):
    name = "#panic() *gras* _x_ $y$ <b> [lien](http://x)"
    source = SourceDraft(document=Document.PRESS, title=name, publisher=name)
    source = replace(source, published_on=PartialDate(2021, 5, 5))
    do(small_url, record_stage, stage_draft(town_code=COGNAC, source=source), now=later(1))
    for note in ("national", "reg-75"):
        text = " ".join(pages_of(print_pdf(small_url, note, {}, SITE)))
        assert name in text, text


def test_a_view_gives_the_same_bytes(seeded, national, monkeypatch):
    made = []

    def watched(*said, **more):
        made.append(pdf_bytes(*said, **more))
        return made[-1]

    monkeypatch.setattr("territoires.ui.follow.paper.pdf_bytes", watched)
    assert print_pdf(seeded, "national", {}, SITE).body == national.body
    assert not made, "kept by edition"
    other = print_pdf(seeded, "national", {}, f"{SITE}.")
    assert made == [other.body]
    assert print_pdf(seeded, "national", {"au": "2021-05-04"}, SITE).body != national.body


def test_made_up_data_are_marked_on_every_page(demo):
    for name in ("national", GRAND_EST):
        found = print_pdf(demo, name, {}, SITE)
        assert "donnees-fictives" in found.name
        assert all(DEMO in page for page in pages_of(found))


def test_the_route_answers_or_says_why_not(seeded):
    with TestClient(Starlette(routes=sheet_routes(seeded, *press(seeded)[0], site=SITE))) as client:
        for name in ("national", GRAND_EST):
            found = client.get(f"/note/{name}.pdf?au=2021-05-04&terr=reg-11")
            assert found.headers["content-type"] == "application/pdf"
            assert "au-2021-05-04" in found.headers["content-disposition"]
        assert "dans le Grand Est" in plain(texts(found.content)[0])
        for name in ("reg-99", "dep-52", "abc", "national.pdf"):
            refused = client.get(f"/note/{name}.pdf")
            assert (refused.status_code, refused.text) == (404, words.NO_SHEET), name


def test_before_the_database_knew_anything_there_is_no_note(seeded):
    for name in ("national", GRAND_EST):
        assert print_pdf(seeded, name, {"connu": "2001-01-01T00:00:00Z"}, SITE) is None


def test_a_note_says_what_is_known_otherwise_than_a_month_before(national, region):
    for found in (national, region):
        text = plain(" ".join(pages_of(found)))
        assert plain(changes.KNOWN_OTHERWISE) in text
        assert plain("faits nouveaux\u00a0: 0 → ") in text
