"""Names that are code, formulas or Markdown: shown as they were typed, obeyed by nothing."""

import csv
import io
from zipfile import ZipFile

import pytest

from territoires.commands.centres import create_centre
from territoires.commands.courses import add_course, set_offering
from territoires.commands.staff import add_staff
from territoires.commands.stages import record_stage
from territoires.db.models import Centre
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import (
    CentreDraft,
    CourseDraft,
    OfferingDraft,
    SourceDraft,
    StaffDraft,
    StageDraft,
)
from territoires.domain.errors import InvalidError
from territoires.domain.programme import StageKind
from territoires.domain.roles import Role
from territoires.french.problems import problem_message
from tests.browser.conftest import assert_quiet, settled, visit
from tests.browser.desks import email, office_on

TOWN = "51108"  # Châlons-en-Champagne
TEXTS = {
    "script": "<script>document.title='pris'</script><img src=x onerror=\"document.title='pris'\">",
    "tag": "<a href='https://exemple.invalid'>ici</a> <b>gras</b> &lt;i&gt; &amp;",
    "link": "[cliquez](https://exemple.invalid) ![p](https://exemple.invalid/p.png)",
    "formula": '=HYPERLINK("https://exemple.invalid";"ici")',
    "markdown": "**gras** :red[rouge] :material/home: $x^2$ `code` # titre | tableau |",
}
PAGES = [
    f"/ville?ville={TOWN}",
    f"/carte?ville={TOWN}",
    "/ville",
    "/",
    "/methode",
    "/formations",
    f"/corriger-etape?ville={TOWN}",
    f"/saisir-centre?ville={TOWN}",
    f"/saisir-formations?ville={TOWN}",
    "/catalogue-formations",
    "/journal",
    "/journal?acte=8",
    "/qualite",
    "/validation",
    "/comptes",
]
FILES = ["formations", "offre", f"historique-ville?ville={TOWN}"]


@pytest.fixture(scope="module")
def office(seeded_database, tmp_path_factory):
    with office_on(seeded_database, tmp_path_factory.mktemp("hostile")) as made:
        fill(made)
        yield made


def fill(office):
    """Write each text wherever a text can be written."""
    for number, text in enumerate(TEXTS.values()):
        source = SourceDraft(publisher=text, title=text, url="https://exemple.invalid/")
        centre = office.do(
            create_centre,
            CentreDraft(
                town_code=TOWN, name=text, address=text, note=text, collectivity=text,
                regional_centre=text, new_site=True, reason=text,
            ),
        ).centre_id  # fmt: skip
        office.do(
            record_stage,
            StageDraft(
                town_code=TOWN, kind=StageKind.OPENED, on=PartialDate(2021, 5, number + 1),
                source=source, note=text, new_site=True, centre_name=f"{text} {number}",
                address=f"{number} {text}", reason=text,
            ),
        )  # fmt: skip
        course = office.do(
            add_course,
            CourseDraft(title=text, field_slug="numerique", source=source, credential=text),
        )
        given = OfferingDraft(centre_id=centre, course_key=course.entity_id, source=source)
        office.do(set_offering, given)
        office.do(
            add_staff,
            StaffDraft(email=f"x{number}@example.org", name=text, role=Role.DIRECTION),
        )


# What would exist if a text had been obeyed: the mark of each, and where it would be.
_OBEYED = """() => {
  const found = [];
  const main = document.querySelector('[data-testid=stMain]');
  for (const each of main.querySelectorAll("script, img[src*=exemple], b, .katex"))
    found.push(each.outerHTML.slice(0, 120));
  for (const each of main.querySelectorAll("a[href*=exemple]"))  // an address may lead to itself
    if (!each.textContent.startsWith("https://")) found.push(each.outerHTML.slice(0, 120));
  for (const each of main.querySelectorAll("[data-testid=stIconMaterial]"))
    if (each.textContent === "home") found.push(each.outerHTML.slice(0, 120));
  for (const each of main.querySelectorAll("strong, em, span[style], code, h1, h2, h3, h4, td"))
    if (["gras", "rouge", "code", "titre", "tableau"].includes(each.textContent.trim()))
      found.push(each.outerHTML.slice(0, 120));
  for (const each of main.querySelectorAll(".js-plotly-plot svg a, .js-plotly-plot svg tspan"))
    if (["gras", "ici"].includes(each.textContent.trim())) found.push(each.outerHTML.slice(0, 120));
  return found;
}"""


@pytest.mark.parametrize("address", PAGES)
def test_nothing_typed_is_obeyed(office, open_tab, address):
    page = office.sign_in(open_tab(base_url=office.server.url), email(Role.ADMINISTRATION))
    visit(page, address)
    page.wait_for_timeout(400)
    settled(page)
    for each in page.get_by_text("Voir les").all():
        each.click()
    settled(page)
    assert "pris" not in page.title()
    assert page.evaluate(_OBEYED) == []
    assert_quiet(page)


@pytest.mark.parametrize("name", FILES)
def test_no_formula_is_alive_in_a_file(office, open_tab, name):
    page = open_tab(base_url=office.server.url)
    path, _, query = name.partition("?")
    answer = page.request.get(f"/export/{path}.csv?{query}")
    rows = list(csv.reader(io.StringIO(answer.body().decode("utf-8-sig")), delimiter=";"))
    cells = [cell for row in rows for cell in row]
    assert any("HYPERLINK" in cell for cell in cells), "nothing to try"
    assert [cell for cell in cells if cell.startswith(("=", "+", "@"))] == []
    book = ZipFile(io.BytesIO(page.request.get(f"/export/{path}.xlsx?{query}").body()))
    sheets = [book.read(each).decode() for each in book.namelist() if "worksheets/sheet" in each]
    assert sheets
    assert not any("<f>" in sheet for sheet in sheets)


@pytest.mark.parametrize("text", ["é" * 10_000, "abc\u202egnp.exe", "\u2066caché", "a\x00b"])
def test_a_text_that_no_name_has_is_refused_and_nothing_is_written(office, text):
    before = len(office.rows(Centre))
    with pytest.raises(InvalidError) as refused:
        office.do(create_centre, CentreDraft(town_code=TOWN, name=text, new_site=True))
    assert {problem.field for problem in refused.value.problems} == {"name"}
    assert problem_message(refused.value.problems[0])
    assert len(office.rows(Centre)) == before
