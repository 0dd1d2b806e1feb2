"""Names that are code, formulas or Markdown: shown as they were typed, obeyed by nothing."""

import csv
import io
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest

from territoires.commands.centres import create_centre
from territoires.commands.choices import set_setting
from territoires.commands.courses import add_course, set_offering
from territoires.commands.enrolments import record_enrolments
from territoires.commands.staff import add_staff
from territoires.commands.stages import record_stage
from territoires.commands.targets import set_target
from territoires.db.models import AuditEvent, Centre
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import (
    CentreDraft,
    CourseDraft,
    EnrolmentRow,
    EnrolmentsDraft,
    OfferingDraft,
    SettingDraft,
    SourceDraft,
    StaffDraft,
    StageDraft,
    TargetDraft,
)
from territoires.domain.errors import InvalidError
from territoires.domain.imports import Kind
from territoires.domain.programme import StageKind
from territoires.domain.roles import Role
from territoires.exchange.records import ImportProblem
from territoires.exchange.tables import Format
from territoires.exchange.writing import annotated
from territoires.french.problems import problem_message
from territoires.queries.exports import EXPORTS
from territoires.ui.enter import import_file
from tests.browser.conftest import assert_quiet, fetch, ready, walk
from tests.browser.desks import email, office_on
from tests.browser.reading import TELEPHONE, sideways

TOWN = "51108"  # Châlons-en-Champagne
TEXTS = {
    "script": "<script>document.title='pris'</script><img src=x onerror=\"document.title='pris'\">",
    "tag": "<a href='https://exemple.invalid'>ici</a> <b>gras</b> &lt;i&gt; &amp;",
    "link": "[cliquez](https://exemple.invalid) ![p](https://exemple.invalid/p.png)",
    "formula": '=HYPERLINK("https://exemple.invalid";"ici")',
    "markdown": "**gras** :red[rouge] :material/home: $x^2$ `code` # titre | tableau |",
}
# Two of one page do not follow each other: it would be loaded again (`walk`).
PAGES = [
    f"/ville?ville={TOWN}",
    f"/carte?ville={TOWN}",
    "/regions",
    "/carte?vue=territoires",
    "/ou-ouvrir",
    "/carte?vue=zones-blanches",
    "/inscriptions?annee=2022-2023",
    "/ville",
    "/",
    "/methode",
    "/ce-qui-a-change",
    "/formations",
    f"/corriger-etape?ville={TOWN}",
    f"/saisir-centre?ville={TOWN}",
    f"/saisir-formations?ville={TOWN}",
    f"/saisir-etape?ville={TOWN}",
    f"/saisir-inscriptions?ville={TOWN}",
    "/importer",
    "/objectifs",
    "/journal",
    "/catalogue-formations",
    "/journal?acte=8",
    "/qualite",
    "/validation",
    "/comptes",
]
# What the exports need to have rows: a town, a year, a day, some territories, a source.
ASKED = (
    f"ville={TOWN}&pres={TOWN}&annee=2022-2023&depuis=2021-01-01&comparer=reg-44,dep-51"
    "&source=villes-de-france-205"
)
# The files where somebody's texts stand, in CSV; a workbook also lists the sources.
TYPED = {
    "carte", "centres", "changements", "etapes", "formations", "formations-proches",
    "formations-ville", "effectifs-ville", "historique-ville", "offre", "ouvertures", "sources",
}  # fmt: skip

LONG_TOWN = "52448"  # Saint-Dizier
UNBROKEN = {limit: "long" * (limit // 4) for limit in (200, 500, 2_000)}


@pytest.fixture(scope="module")
def office(seeded_database, tmp_path_factory):
    with office_on(seeded_database, tmp_path_factory.mktemp("hostile")) as made:
        fill(made)
        fill_long(made)
        yield made


@pytest.fixture(scope="module")
def token(office):
    return office.token(email(Role.ADMINISTRATION))


def fill(office):
    """Write each text wherever a text can be written."""
    for number, text in enumerate(TEXTS.values()):
        address = f"https://exemple.invalid/{number}"
        source = SourceDraft(publisher=text, title=text, url=address)
        office.do(
            create_centre,
            CentreDraft(
                town_code=TOWN, name=text, address=text, note=text, collectivity=text,
                regional_centre=text, new_site=True, reason=text,
            ),
        )  # fmt: skip
        centre = office.do(
            record_stage,
            StageDraft(
                town_code=TOWN, kind=StageKind.OPENED, on=PartialDate(2021, 5, number + 1),
                source=source, note=text, new_site=True, centre_name=f"{text} {number}",
                address=f"{number} {text}", reason=text,
            ),
        ).centre_id  # fmt: skip
        course = office.do(
            add_course,
            CourseDraft(title=text, field_slug="numerique", source=source, credential=text),
        )
        given = OfferingDraft(centre_id=centre, course_key=course.entity_id, source=source)
        office.do(set_offering, given)
        office.do(
            record_enrolments,
            EnrolmentsDraft(
                centre_id=centre, academic_year=2022, counted_on=date(2022, 12, 31),
                source=source, rows=(EnrolmentRow(headcount=40 + number),), reason=text,
            ),
        )  # fmt: skip
        office.do(
            set_target,
            TargetDraft(
                value=100, deadline=date(2030, 1, 1), decided_on=date(2026, 1, number + 1),
                source=source, reason=text,
            ),
        )  # fmt: skip
        office.do(
            add_staff,
            StaffDraft(email=f"x{number}@example.org", name=text, role=Role.DIRECTION),
        )


def fill_long(office):
    """Write the longest text without a space that each field takes."""
    name, address, text = UNBROKEN.values()
    stage = StageDraft(
        town_code=LONG_TOWN, kind=StageKind.OPENED, on=PartialDate(2021, 5, 1), note=text,
        source=SourceDraft(url="https://exemple.invalid/" + name, title=name, publisher=name),
        new_site=True, centre_name=name, regional_centre=name, address=address, reason=text,
    )  # fmt: skip
    office.do(record_stage, stage)
    office.do(set_setting, SettingDraft(name="validation", value="on"))
    proposed = replace(stage, centre_name=name[4:], on=PartialDate(2022))
    office.do(record_stage, proposed, who=email(Role.ENTRY))
    office.do(set_setting, SettingDraft(name="validation", value="off"))
    course = CourseDraft(
        title=name, credential=name, field_slug="numerique", source=stage.source, reason=text
    )
    office.do(add_course, course)


# What would exist if a text had been obeyed: the mark of each, and where it would be.
_OBEYED = """() => {
  const found = [];
  const main = document.querySelector('[data-testid=stMain]');
  for (const each of main.querySelectorAll("script, img[src*=exemple], b, .katex"))
    found.push(each.outerHTML.slice(0, 120));
  // An address may lead to itself, a title to itself as well, and a table to its sources.
  for (const each of main.querySelectorAll("a[href*=exemple]:not([href^='#'])"))
    if (
      each.origin !== location.origin &&
      !each.textContent.startsWith("https://") &&
      each.textContent !== "Ouvrir la source"
    )
      found.push(each.outerHTML.slice(0, 120));
  for (const each of main.querySelectorAll("[data-testid=stIconMaterial]"))
    if (each.textContent === "home") found.push(each.outerHTML.slice(0, 120));
  for (const each of main.querySelectorAll("strong, em, span[style], code, h1, h2, h3, h4, td"))
    if (["gras", "rouge", "code", "titre", "tableau"].includes(each.textContent.trim()))
      found.push(each.outerHTML.slice(0, 120));
  for (const each of main.querySelectorAll(".js-plotly-plot svg a, .js-plotly-plot svg tspan"))
    if (["gras", "ici"].includes(each.textContent.trim())) found.push(each.outerHTML.slice(0, 120));
  return found;
}"""


def unfold(page, folded):
    """Press all that unfolds; where nothing does, no run is to be waited for."""
    if every := folded.all():
        for each in every:
            each.click()
        ready(page)


@pytest.mark.parametrize("address", PAGES)
def test_nothing_typed_is_obeyed(office, open_tab, address):
    page = walk(office.tab_of(open_tab, email(Role.ADMINISTRATION)), address)
    unfold(page, page.get_by_text("Voir les").filter(visible=True))
    assert "pris" not in page.title()
    assert page.evaluate(_OBEYED) == []
    assert_quiet(page)


def cells_of(body):
    """Give the cells of a CSV, and fail if a spreadsheet would compute one."""
    rows = csv.reader(io.StringIO(body.decode("utf-8-sig")), delimiter=";")
    cells = [cell for row in rows for cell in row]
    assert cells
    assert [c for c in cells if c.startswith(("=", "+", "@", "\t", "\r"))] == []
    assert [c for c in cells if c.startswith("-") and not re.fullmatch(r"-[\d,]+", c)] == []
    return cells


def parts_of(body):
    """Give the parts of a workbook, and fail if one holds a formula, a link or a program."""
    with ZipFile(io.BytesIO(body)) as book:
        parts = {name: book.read(name).decode() for name in book.namelist()}
    assert any("worksheets/sheet" in name for name in parts)
    assert not any("<f>" in text or "<f " in text for text in parts.values())
    assert not any("<hyperlink" in text for text in parts.values())
    assert not [name for name in parts if "vba" in name or "externalLink" in name]
    return parts


@pytest.mark.parametrize("name", sorted(EXPORTS))
def test_no_formula_is_alive_in_a_file(office, token, name):
    answer = fetch(office.server, f"/export/{name}.csv?{ASKED}", token)
    assert answer.is_success, answer.text
    assert any("HYPERLINK" in cell for cell in cells_of(answer.content)) is (name in TYPED), name
    answer = fetch(office.server, f"/export/{name}.xlsx?{ASKED}", token)
    assert answer.is_success, answer.text
    assert any("HYPERLINK" in text for text in parts_of(answer.content).values())


@pytest.mark.parametrize("address", ["/journal", "/qualite"])
def test_no_formula_is_alive_in_a_file_of_the_staff(office, open_tab, address):
    page = walk(office.tab_of(open_tab, email(Role.ADMINISTRATION)), address)
    with page.expect_download() as sent:
        page.get_by_role("button", name="Télécharger (CSV)").click()
    assert any("HYPERLINK" in cell for cell in cells_of(Path(sent.value.path()).read_bytes()))


def test_no_formula_is_alive_in_a_file_sent_back_to_be_mended():
    lines = [["code_insee", "etape", "date", "source", "commentaire"]]
    lines += [["99999", "ouverture", "2021", f"'{text}", f"'{text}"] for text in TEXTS.values()]
    stream = io.StringIO()
    csv.writer(stream, delimiter=";").writerows(lines)
    sent = import_file.read(stream.getvalue().encode(), name="a.csv", kind=Kind.STAGES)
    faults = [
        ImportProblem(line=line, column="source", value=text, code="unknown", message=text)
        for line, text in enumerate(TEXTS.values(), start=2)
    ]
    assert any("HYPERLINK" in cell for cell in cells_of(annotated(sent.table, faults, Format.CSV)))
    parts = parts_of(annotated(sent.table, faults, Format.XLSX))
    assert any("HYPERLINK" in text for text in parts.values())


def narrow(page):
    """Make the window as wide as a telephone; the next test finds it wide again."""
    page.set_viewport_size({"width": TELEPHONE, "height": 844})
    return page


@pytest.mark.parametrize(
    "address",
    [
        f"/ville?ville={LONG_TOWN}",
        f"/corriger-etape?ville={LONG_TOWN}",
        f"/saisir-centre?ville={LONG_TOWN}",
        f"/ce-qui-a-change?terr=com-{LONG_TOWN}",
        "/validation",
    ],
)
def test_the_longest_text_without_a_space_does_not_widen_a_page(office, open_tab, address):
    page = narrow(office.tab_of(open_tab, email(Role.ADMINISTRATION)))
    walk(page, address)
    unfold(page, page.locator("summary"))
    assert UNBROKEN[200] in page.content(), "nothing to try"
    assert sideways(page) <= 0


def test_an_act_shows_the_longest_text_whole(office, open_tab):
    page = narrow(office.tab_of(open_tab, email(Role.ADMINISTRATION)))
    number = next(row.id for row in office.rows(AuditEvent) if row.reason == UNBROKEN[2_000])
    walk(page, f"/journal?acte={number}")
    assert UNBROKEN[2_000] in page.locator("[data-testid=stMain]").inner_text()
    assert sideways(page) <= 0


@pytest.mark.parametrize(
    "text",
    [
        "é" * 10_000,
        "abc\u202egnp.exe",
        "\u2066caché",
        "abc\u200f",
        "\u200eabc",
        "a\u061cb",
        "a\x00b",
    ],
)
def test_a_text_that_no_name_has_is_refused_and_nothing_is_written(office, text):
    before = len(office.rows(Centre))
    with pytest.raises(InvalidError) as refused:
        office.do(create_centre, CentreDraft(town_code=TOWN, name=text, new_site=True))
    assert {problem.field for problem in refused.value.problems} == {"centre_name"}
    assert problem_message(refused.value.problems[0])
    assert len(office.rows(Centre)) == before
