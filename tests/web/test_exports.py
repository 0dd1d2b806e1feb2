"""The rows behind the figures, as files that Excel opens and that hold what was counted."""

import csv
import io
import shutil
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from python_calamine import load_workbook
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from territoires import demo
from territoires.commands.accounts import sign_in_vouched
from territoires.commands.staff import add_staff, administering
from territoires.db.engine import reading
from territoires.db.models import FormerTown
from territoires.domain import address
from territoires.domain.clock import PARIS
from territoires.domain.drafts import StaffDraft
from territoires.domain.roles import Role
from territoires.french.dictionary import COLUMNS
from territoires.french.exchange import WARNING
from territoires.french.words import STATES
from territoires.queries import rollout
from territoires.queries.exports import EXPORTS
from territoires.queries.territories import former_town
from territoires.settings import session_cookie
from territoires.web.exports import export_routes
from territoires.web.incidents import Incidents
from tests.conftest import release, sqlite_url

COOKIE = session_cookie(https=False)

SCOPES = [
    {},
    {"au": "2019-02-12"},
    {"au": "2019-04-30"},
    {"au": "2021-05-04"},
    {"au": "2022-12-31"},
    {"terr": "reg-44"},
    {"terr": "reg-94"},
    {"terr": "dep-52", "au": "2021-05-04"},
    {"terr": "com-52121"},
    {"perim": "acv"},
    {"perim": "hors-acv", "au": "2021-05-04"},
    {"nonprouves": "oui"},
    {"connu": "2026-01-01"},
    {"au": "2021-05-04", "terr": "reg-44", "perim": "acv", "connu": "2030-01-01"},
]


@pytest.fixture
def file(seeded_file, tmp_path):
    return shutil.copy(seeded_file, tmp_path / "territoires.db")


def application(url):
    return Starlette(routes=export_routes(url), middleware=[Middleware(Incidents)])


@pytest.fixture
def exports(file):
    with TestClient(application(sqlite_url(file))) as client:
        yield client
    release(sqlite_url(file))


def rows_of(answer):
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


def sheet_of(answer):
    book = load_workbook(io.BytesIO(answer.content))
    return book.get_sheet_by_name(book.sheet_names[0]).to_python()


@pytest.mark.parametrize("params", SCOPES, ids=str)
def test_an_export_has_as_many_rows_as_the_headline_counts(exports, file, params):
    scope = address.read(params, today=datetime.now(PARIS).date()).scope
    with reading(sqlite_url(file)) as connection:
        count = rollout.situation(connection, scope=scope).count
    certain = rows_of(exports.get("/export/ouvertures.csv", params=params))[1:]
    possible = rows_of(exports.get("/export/ouvertures-possibles.csv", params=params))[1:]
    assert (len(certain), len(certain) + len(possible)) == (count.open, count.open_at_most)
    workbook = sheet_of(exports.get("/export/ouvertures.xlsx", params=params))
    assert len(workbook) - 1 == count.open


def _needs_more(name):
    """Tell whether an export reads a filter of its own page without which there is nothing."""
    return bool(EXPORTS[name].params)


PLAIN = sorted(name for name in EXPORTS if not _needs_more(name))


@pytest.mark.parametrize("name", PLAIN)
def test_both_files_of_a_name_hold_the_same_rows_under_french_titles(exports, name):
    text, book = exports.get(f"/export/{name}.csv"), exports.get(f"/export/{name}.xlsx")
    assert (text.status_code, book.status_code) == (200, 200)
    assert text.headers["content-type"] == "text/csv; charset=utf-8"
    assert "spreadsheetml" in book.headers["content-type"]
    titles, *rows = rows_of(text)
    titles = [title for title in titles if title != WARNING]
    assert set(titles) <= set(COLUMNS.values())
    assert text.content.startswith("\ufeff".encode())
    assert sheet_of(book)[0] == titles
    assert len(sheet_of(book)) == len(rows) + 1


@pytest.mark.parametrize("name", PLAIN)
def test_an_export_before_everything_keeps_its_titles(exports, name):
    titles, *_ = rows_of(exports.get(f"/export/{name}.csv", params={"au": "2018-01-01"}))
    assert titles == rows_of(exports.get(f"/export/{name}.csv"))[0]


# What the pages' own filters look like in an address, where rows stand behind them.
FILTERS = {
    "annee": "2024-2025",
    "compte": "inscriptions",
    "age": "1-a-3-ans",
    "formation": "F001",
    "pres": "21231",
    "niveau": "6",
    "ville": "21231",
    "maille": "departements",
    "par": "million",
    "depuis": "2021-05-04",
    "comparer": "reg-44,dep-52",
    "source": demo.SOURCE,
}


def filters_of(name):
    names = [param.name for param in EXPORTS[name].params]
    return {each: FILTERS[each] for each in names if each in FILTERS}


FILTERED = [name for name in EXPORTS if name not in PLAIN and not EXPORTS[name].permission]


@pytest.fixture(scope="module")
def demo_exports(demo_file, tmp_path_factory):
    url = sqlite_url(shutil.copy(demo_file, tmp_path_factory.mktemp("exports") / "demo.db"))
    with TestClient(application(url)) as client:
        yield client
    release(url)


@pytest.mark.parametrize("name", FILTERED)
def test_both_files_of_a_filtered_name_hold_the_same_cells(demo_exports, name):
    params = filters_of(name)
    text = demo_exports.get(f"/export/{name}.csv", params=params)
    book = demo_exports.get(f"/export/{name}.xlsx", params=params)
    assert (text.status_code, book.status_code) == (200, 200)
    titles, *rows = rows_of(text)
    sheet_titles, *cells = sheet_of(book)
    assert sheet_titles == titles
    assert len(cells) == len(rows)
    numbers = [
        (float(said.replace(",", ".")), cell)
        for row, others in zip(rows, cells, strict=True)
        for said, cell in zip(row, others, strict=True)
        if isinstance(cell, float) and said
    ]
    assert all(said == pytest.approx(cell) for said, cell in numbers)


def test_what_is_near_is_no_farther_than_asked(demo_exports):
    def kilometres(radius):
        answer = demo_exports.get(f"/export/formations-proches.csv?pres=21231&rayon={radius}")
        titles, *rows = rows_of(answer)
        place = titles.index(COLUMNS["km"])
        return [float(row[place].replace(",", ".")) for row in rows]

    assert max(kilometres(100)) <= 100
    assert len(kilometres(100)) < len(kilometres(200))
    assert demo_exports.get("/export/formations-proches.csv?pres=21231&rayon=x").status_code == 400


def test_codes_are_words(exports):
    titles, *rows = rows_of(exports.get("/export/centres.csv"))
    states = {row[titles.index("État")] for row in rows}
    assert states <= set(STATES.values())
    assert {row[titles.index("Action cœur de ville")] for row in rows} <= {"oui", "non"}


def test_dates_are_written_as_a_form_takes_them(exports):
    titles, *rows = rows_of(exports.get("/export/ouvertures.csv?au=2019-04-30"))
    ((when, last),) = [
        (row[titles.index("Date")], row[titles.index("Au plus tard")]) for row in rows
    ]
    assert (when, last) == ("04/2019", "30/04/2019")


@pytest.mark.parametrize(
    ("params", "narrowed"),
    [
        ({"au": "2021-05-04"}, "ouvertures_au-2021-05-04"),
        ({"au": "2021-05-04", "terr": "reg-44"}, "ouvertures-reg-44_au-2021-05-04"),
        (
            {"au": "2021-05-04", "terr": "dep-2A", "perim": "hors-acv"},
            "ouvertures-dep-2a-hors-acv_au-2021-05-04",
        ),
        (
            {"au": "2021-05-04", "nonprouves": "oui", "listes": "oui"},
            "ouvertures-nonprouves-listes_au-2021-05-04",
        ),
    ],
)
def test_a_file_is_named_after_what_it_holds(exports, params, narrowed):
    named = exports.get("/export/ouvertures.csv", params=params).headers["content-disposition"]
    assert named.startswith(f'attachment; filename="acdt_{narrowed}_connu-')
    assert named.endswith('.csv"')


def test_a_file_says_that_it_counts_what_is_not_proven(exports):
    body = exports.get("/export/ouvertures.xlsx", params={"nonprouves": "oui"}).content
    said = str(load_workbook(io.BytesIO(body)).get_sheet_by_index(2).to_python())
    assert "Toutes les villes, rattachements non prouvés compris." in said


def test_a_file_is_named_after_the_filters_of_its_page_and_says_them(demo_exports):
    params = {"annee": "2024-2025", "age": "1-a-3-ans", "compte": "personnes"}
    answer = demo_exports.get("/export/inscriptions-centres.xlsx", params=params)
    named = answer.headers["content-disposition"]
    assert "acdt_inscriptions-centres-annee-2024-2025-age-1-a-3-ans_au-" in named
    book = load_workbook(io.BytesIO(answer.content))
    cells = [
        str(cell)
        for name in book.sheet_names[1:]
        for row in book.get_sheet_by_name(name).to_python()
        for cell in row
    ]
    assert any("annee=2024-2025, age=1-a-3-ans" in cell for cell in cells)


def test_a_known_at_is_in_the_name(exports):
    named = exports.get("/export/ouvertures.csv?connu=2026-11-30").headers["content-disposition"]
    assert "connu-2026-11-30" in named


def test_a_workbook_says_what_it_is_narrowed_to(exports):
    answer = exports.get("/export/ouvertures.xlsx?terr=reg-93&perim=acv")
    book = load_workbook(io.BytesIO(answer.content))
    cells = [
        str(cell)
        for name in book.sheet_names[1:]
        for row in book.get_sheet_by_name(name).to_python()
        for cell in row
    ]
    assert any("Provence-Alpes-Côte d’Azur" in cell for cell in cells)
    assert any("Action cœur de ville" in cell for cell in cells)


@pytest.mark.parametrize("name", ["formations", "services"])
def test_what_is_national_and_has_no_date_says_so_on_every_line_of_its_text_file(exports, name):
    titles, *rows = rows_of(exports.get(f"/export/{name}.csv", params={"terr": "reg-44"}))
    assert titles[-1] == WARNING
    assert rows
    assert all("national" in row[-1] and "sans date" in row[-1] for row in rows)
    # What the filters narrow has nothing to say.
    assert WARNING not in rows_of(exports.get("/export/ouvertures.csv"))[0]


@pytest.mark.parametrize(
    ("params", "quoted"),
    [
        ({"au": "hier"}, "hier"),
        ({"terr": "reg-99"}, "reg-99"),
        ({"terr": "<script>"}, "<script>"),
        ({"perim": "villages"}, "villages"),
        ({"connu": "bientôt"}, "bientôt"),
        ({"connu": "2026-10-25T02:30"}, "2026-10-25T02:30"),
        ({"nonprouves": "non"}, "non"),
        ({"listes": "non"}, "non"),
    ],
)
def test_nonsense_is_refused_rather_than_answered_with_other_rows(exports, params, quoted):
    answer = exports.get("/export/ouvertures.csv", params=params)
    assert answer.status_code == 400
    assert quoted in answer.text
    for word in ("montré", "à aujourd’hui", "laissées de côté", "comptés à part"):
        assert word not in answer.text, "nothing is shown in its place"
    assert answer.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize(
    "address_", ["/export/secrets.csv", "/export/ouvertures.pdf", "/export/..%2Fcentres.csv"]
)
def test_there_is_no_other_export(exports, address_):
    answer = exports.get(address_)
    assert answer.status_code == 404


def test_a_page_of_another_schema_is_no_export(exports, file):
    with sqlite3.connect(file) as held:
        held.execute("UPDATE alembic_version SET version_num = '9999'")
    answer = exports.get("/export/ouvertures.csv")
    assert answer.status_code == 503
    assert "version plus récente" in answer.text


def test_a_missing_database_is_said_in_french(tmp_path):
    with TestClient(application(sqlite_url(tmp_path / "absente.db"))) as client:
        answer = client.get("/export/ouvertures.csv")
    assert answer.status_code == 503
    assert "La base n’existe pas encore" in answer.text


def test_nothing_of_an_export_is_kept_by_a_browser(exports):
    assert exports.get("/export/ouvertures.csv").headers["cache-control"] == "no-store"


# --- what is not for everybody ---


@pytest.fixture
def office(demo_file, tmp_path):
    """Give a demonstration's exports, with a way to sign in as somebody of a role."""
    url = sqlite_url(shutil.copy(demo_file, tmp_path / "demo.db"))
    with TestClient(application(url)) as client:

        def sign_in(role, *regions):
            now = datetime.now(UTC)
            address = f"{role}@example.org"
            draft = StaffDraft(email=address, name="Camille", role=role, regions=regions)
            with administering(url, now=now) as write:
                add_staff(write, replace(draft, with_password=False))
            client.cookies.set(COOKIE, sign_in_vouched(url, address, now=now).token)
            return client

        yield client, sign_in
    release(url)


STAFF_FILE = "/export/inscriptions-internes.csv?annee=2024-2025"


def small(answer):
    header, *rows = rows_of(answer)
    place = header.index("Effectif")
    return [row for row in rows if row[place].isdecimal() and 0 < int(row[place]) < 5]


def test_staff_of_a_region_have_its_figures_and_no_others(office):
    client, sign_in = office
    public = client.get("/export/inscriptions-detail.csv?annee=2024-2025")
    assert small(public) == []
    sign_in(Role.ENTRY, "44")
    assert small(client.get(f"{STAFF_FILE}&terr=reg-44"))
    assert client.get(f"{STAFF_FILE}&terr=dep-52").status_code == 200
    for elsewhere in ("", "&terr=fr", "&terr=reg-84", "&terr=com-69123"):
        refused = client.get(STAFF_FILE + elsewhere)
        assert refused.status_code == 403
        assert "compétentes dans tout ce territoire" in refused.text


def test_headquarters_have_every_figure(office):
    client, sign_in = office
    sign_in(Role.DIRECTION)
    assert small(client.get(STAFF_FILE))


@pytest.mark.parametrize("role", [None, Role.PARTNER])
def test_nobody_else_has_a_small_figure(office, role):
    client, sign_in = office
    if role:
        sign_in(role, "44")
    assert client.get(f"{STAFF_FILE}&terr=reg-44").status_code == 403


FINEST = {
    COLUMNS[name]: digits
    for name, digits in {
        "latitude": 4,
        "longitude": 4,
        "km": 1,
        "share": 4,
        "covered_share": 4,
        "per_million": 2,
    }.items()
}


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("carte", {}),
        ("distances", {}),
        ("couverture-par-rayon", {}),
        ("couverture-par-territoire", {}),
        ("territoires", {}),
        ("cote-a-cote", {"comparer": "reg-44,reg-28"}),
        ("ou-ouvrir", {}),
        ("centres-proches", {"ville": "52121"}),
        ("villes-voisines", {"ville": "52121"}),
        ("formations-proches", {"pres": "52121"}),
    ],
)
def test_figures_have_the_decimals_that_they_deserve(exports, name, params):
    answers = {kind: exports.get(f"/export/{name}.{kind}", params=params) for kind in _KINDS}
    assert {answer.status_code for answer in answers.values()} == {200}
    for kind, answer in answers.items():
        header, *lines = rows_of(answer) if kind == "csv" else sheet_of(answer)
        kept = {at: FINEST[title] for at, title in enumerate(header) if title in FINEST}
        assert kept
        for line in lines:
            for at, digits in kept.items():
                written = str(line[at]).replace(",", ".")
                assert len(written.partition(".")[2]) <= digits, (header[at], written)


_KINDS = ("csv", "xlsx")


@pytest.mark.parametrize(
    ("indicator", "per", "digits"),
    [("part-habitants", "nombre", 4), ("ouverts", "million", 2), ("ouverts", "centre", 0)],
)
def test_what_is_compared_is_rounded_by_its_size(exports, indicator, per, digits):
    params = {"indicateur": indicator, "par": per}
    header, *lines = rows_of(exports.get("/export/comparaison.csv", params=params))
    at = header.index(COLUMNS["rate"])
    decimals = {len(line[at].partition(",")[2]) for line in lines}
    assert max(decimals) <= digits


def test_a_file_of_a_former_commune_is_that_of_the_present_one(exports):
    answer = exports.get("/export/centres.csv", params={"terr": "com-75101"})
    assert answer.status_code == 200
    assert "com-75056" in answer.headers["content-disposition"]


@pytest.mark.parametrize("name", ["centres-proches", "formations-proches", "villes-voisines"])
def test_the_file_of_a_former_commune_is_that_of_the_one_that_holds_it(exports, file, name):
    param = "pres" if name == "formations-proches" else "ville"
    with reading(sqlite_url(file)) as connection:
        former, now = next(
            (code, found.holder)
            for code in connection.scalars(select(FormerTown.code).order_by(FormerTown.code))
            if (found := former_town(connection, code=code)) and found.holder
        )
    found, there = (
        exports.get(f"/export/{name}.csv?{param}={code}&au=2026-11-22") for code in (former, now)
    )
    assert rows_of(found) == rows_of(there)
    assert len(rows_of(there)) > 1
