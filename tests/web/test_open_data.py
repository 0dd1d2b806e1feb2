"""The open data: a package that its readers validate, a catalogue for harvesters, copies by day."""

import csv
import io
import json
import re
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest
from frictionless import Package
from jsonschema import Draft7Validator
from sqlalchemy import event, update
from starlette.applications import Starlette
from starlette.testclient import TestClient

from territoires.__main__ import main
from territoires.commands.stages import record_stage
from territoires.db.engine import reading
from territoires.db.models import Stage
from territoires.domain.clock import PARIS
from territoires.domain.programme import Counted
from territoires.domain.scope import Scope
from territoires.french.open_data import BUSY, MISSING, NO_FILE, PUBLISHER
from territoires.queries.exports import EXPORTS
from territoires.queries.open_data import TABLES, tables
from territoires.web import open_data
from territoires.web.feeds import feed_routes
from territoires.web.open_data import open_data_routes
from tests.conftest import SEEDED_AT
from tests.databases import sqlite_url
from tests.factories import writing as by_hand
from tests.integration.writing import do, stage_draft

PROFILE = Path(__file__).parent / "profiles" / "datapackage-2.0.json"
TABLE = re.compile(r"\bFROM (?!pg_)(\w+)")
SITE = "https://territoires.example"
DAY = SEEDED_AT.astimezone(PARIS).date()


class Clock(open_data.datetime):
    """A clock that stands on the day after the database was made, or so many days later."""

    days = 1

    @classmethod
    def now(cls, tz=None):
        return (SEEDED_AT + timedelta(days=cls.days)).astimezone(tz)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr(open_data, "datetime", Clock)


def served(url, site=SITE):
    routes = [*open_data_routes(url, site=site), *feed_routes(url, site=site)]
    return TestClient(Starlette(routes=routes))


def rows_of(body):
    return list(csv.DictReader(io.StringIO(body.decode(), newline="")))


def unpacked(client, folder, path="/donnees"):
    """Fetch a package as its reader does: the description, then what it names."""
    package = client.get(f"{path}/datapackage.json")
    (folder / "datapackage.json").write_bytes(package.content)
    for each in package.json()["resources"]:
        (folder / each["path"]).write_bytes(client.get(f"{path}/{each['path']}").content)
    return package.json()


@pytest.mark.parametrize("kind", ["seeded", "demo"])
def test_the_package_is_valid_for_its_readers_and_for_the_published_profile(
    kind, request, tmp_path
):
    url = sqlite_url(request.getfixturevalue(f"{kind}_file"))
    with served(url) as client:
        package = unpacked(client, tmp_path)
        whole = client.get(f"/donnees/{package['name']}.zip")
    profile = json.loads(PROFILE.read_text(encoding="utf-8"))
    assert list(Draft7Validator(profile).iter_errors(package)) == []
    report = Package(str(tmp_path / "datapackage.json")).validate()
    assert report.flatten(["rowNumber", "fieldName", "type", "note"]) == []
    assert len(package["resources"]) == len(TABLES)
    with zipfile.ZipFile(io.BytesIO(whole.content)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            file.name: file.read_bytes() for file in tmp_path.iterdir()
        }
    for each in package["resources"]:
        assert ("-donnees-fictives" in each["path"]) == (kind == "demo")
        assert all(field["title"] for field in each["schema"]["fields"])
    assert ("fictives" in package["title"]) == (kind == "demo")
    assert package["licenses"][0]["title"] == "Licence Ouverte 2.0"
    assert any("INSEE" in each["title"] for each in package["sources"])


def test_a_missing_headcount_says_why(demo_file):
    with served(sqlite_url(demo_file)) as client:
        told = rows_of(client.get("/donnees/inscriptions-centres-donnees-fictives.csv").content)
        package = client.get("/donnees/datapackage.json").json()
    why = {"not_transmitted": "absent", "non-transmis": "absent"}
    assert {row["publication"] for row in told if row["headcount"] in why} == {"absent"}
    kept = {row["publication"] for row in told if row["headcount"] == "protege"}
    assert kept
    assert kept <= {"small", "withheld", "kept"}
    assert {row["publication"] for row in told if row["headcount"].isdigit()} == {"shown"}
    (of_centres,) = (
        r for r in package["resources"] if r["name"].startswith("inscriptions-centres")
    )
    fields = {field["name"]: field for field in of_centres["schema"]["fields"]}
    labels = {each["value"]: each["label"] for each in fields["headcount"]["missingValues"]}
    assert labels == MISSING
    said = {each["value"]: each["label"] for each in fields["counted"]["categories"]}
    assert said == {"persons": "personnes", "registrations": "inscriptions"}


def test_a_table_has_the_rows_of_the_file_of_its_name(demo_file):
    with reading(sqlite_url(demo_file)) as connection:
        scope = Scope(as_of=DAY)
        found = tables(connection, scope=scope)
        for name, data in found.items():
            if name in EXPORTS and not EXPORTS[name].params:
                pairs = [(data, EXPORTS[name].query(connection, scope=scope))]
            elif name == "inscriptions-detail":
                pairs = [
                    (
                        data[(data["counted"] == counted) & (data["academic_year"] == year)],
                        EXPORTS[name].query(
                            connection, scope=scope, year=int(year[:4]), counts=counted
                        ),
                    )
                    for counted in Counted
                    for year in data["academic_year"].unique()
                ]
            else:
                continue
            for ours, theirs in pairs:
                assert ours.reset_index(drop=True).equals(theirs), name


def test_the_catalogue_names_the_same_things_whatever_the_host(seeded_file):
    url = sqlite_url(seeded_file)
    with served(url) as client, served(url, site="https://autre.example") as elsewhere:
        found = client.get("/donnees/catalogue.jsonld")
        other = elsewhere.get("/donnees/catalogue.jsonld").json()
        reached = {
            each["dcat:downloadURL"]["@id"]: client.get(each["dcat:downloadURL"]["@id"])
            for each in found.json()["dcat:dataset"][0]["dcat:distribution"]
        }
    assert found.headers["content-type"] == "application/ld+json"
    told = found.json()
    (dataset,) = told["dcat:dataset"]
    # What DCAT-AP 3 asks of each class, and what a harvester knows a thing by.
    assert {"dct:title", "dct:description", "dct:publisher"} <= told.keys() & dataset.keys()
    assert told["dct:publisher"]["foaf:name"]["@value"] == PUBLISHER
    for each in dataset["dcat:distribution"]:
        assert each["dcat:accessURL"]["@id"].startswith(f"{SITE}/donnees/")
        assert each["dct:license"] == told["dct:license"]
    assert {(answer.status_code, at) for at, answer in reached.items()} == {
        (200, at) for at in reached
    }
    names = [each["@id"] for each in (told, dataset, *dataset["dcat:distribution"])]
    assert len(set(names)) == len(names)
    assert all(name.startswith("urn:uuid:") for name in names)
    (twin,) = other["dcat:dataset"]
    assert names == [each["@id"] for each in (other, twin, *twin["dcat:distribution"])]
    assert {kind.partition(":")[0] for kind in prefixes(told)} <= told["@context"].keys()


def prefixes(value):
    """List the words of a vocabulary that a document uses."""
    if isinstance(value, dict):
        for key, item in value.items():
            if not key.startswith("@"):
                yield key
            if key == "@type":
                yield item
            if key != "@context":
                yield from prefixes(item)
    elif isinstance(value, list):
        for item in value:
            yield from prefixes(item)


@pytest.mark.both_engines
def test_a_copy_of_a_past_day_stays_as_it_was(small_url, monkeypatch):
    past = f"/donnees/{DAY}/"
    with served(small_url) as client:
        names = ["datapackage.json", "centres.csv", "territoires.zip", "catalogue.jsonld"]
        then = {name: client.get(past + name).content for name in names}
        do(small_url, record_stage, stage_draft(), now=SEEDED_AT + timedelta(days=2))
        monkeypatch.setattr(Clock, "days", 3)
        assert {name: client.get(past + name).content for name in names} == then
        now = rows_of(client.get("/donnees/centres.csv").content)
        assert [row["town_code"] for row in now] == ["52121"]
        assert rows_of(then["centres.csv"]) == []
        assert json.loads(then["datapackage.json"])["version"] == str(DAY)
        at = json.loads(then["catalogue.jsonld"])["dcat:dataset"][0]["dcat:distribution"]
        assert at[0]["dcat:accessURL"]["@id"].startswith(f"{SITE}{past}")
        for name in (
            *("x.csv", "../datapackage.json", f"{DAY + timedelta(days=3)}/datapackage.json"),
            *("2019-01-01/datapackage.json", "hier/datapackage.json", f"{DAY}/x.csv"),
        ):
            found = client.get(f"/donnees/{name}")
            assert (found.status_code, found.text) in {(404, NO_FILE), (404, "Not Found")}, name


@pytest.mark.both_engines
def test_an_unchanged_edition_is_answered_by_its_look_up_alone(small_url):
    asked = []
    paths = ("/donnees/datapackage.json", "/donnees/territoires.zip", "/flux/national.atom")
    with served(small_url) as client:
        tags = {path: client.get(path).headers["etag"] for path in paths}
        with reading(small_url) as connection:
            engine = connection.engine
        listened = lambda *given: asked.append(given[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", listened)
        try:
            for path, tag in tags.items():
                asked.clear()
                found = client.get(path, headers={"if-none-match": tag})
                assert (found.status_code, found.content) == (304, b"")
                read = [found for each in asked if (found := TABLE.search(each))]
                assert sum(found[1] == "audit_event" for found in read) <= 1, asked
                assert {found[1] for found in read} <= {"audit_event", "alembic_version"}, asked
        finally:
            event.remove(engine, "before_cursor_execute", listened)
        do(small_url, record_stage, stage_draft())
        for path, tag in tags.items():
            assert client.get(path, headers={"if-none-match": tag}).status_code == 200


def test_any_site_may_read_them(seeded_file):
    with served(sqlite_url(seeded_file)) as client:
        for path in ("/donnees/datapackage.json", "/donnees/centres.csv", "/flux/national.atom"):
            for headers in ({}, {"if-none-match": client.get(path).headers["etag"]}):
                found = client.get(path, headers=headers).headers
                assert found["access-control-allow-origin"] == "*"
                assert found["cross-origin-resource-policy"] == "cross-origin"
                assert "set-cookie" not in found


def test_hostile_texts_stay_texts(small_url, tmp_path):
    do(small_url, record_stage, stage_draft())
    nasty = '=cmd|"/c calc"!A1,\r\n<script>alert(1)</script>\x0b\x1f'
    with by_hand(small_url) as connection:  # no form takes it
        connection.execute(update(Stage).values(note=nasty))
    with served(small_url) as client:
        unpacked(client, tmp_path)
        (row,) = rows_of(client.get("/donnees/centres.csv").content)
    assert row["note"] == f"'{nasty}"
    assert Package(str(tmp_path / "datapackage.json")).validate().valid


def test_the_same_files_are_written_for_a_static_host(seeded_file, tmp_path, monkeypatch, capsys):
    url = sqlite_url(seeded_file)
    monkeypatch.setenv("TERRITOIRES_DATABASE_URL", url)
    monkeypatch.delenv("TERRITOIRES_PUBLIC_URL", raising=False)
    assert main(["publish", str(tmp_path)]) == 2
    for site in ("exemple", "javascript:alert(1)", "https://", "ftp://x.fr"):
        assert main(["publish", str(tmp_path), "--site", site]) == 2
    assert "--site" in capsys.readouterr().err
    assert main(["publish", str(tmp_path), "--site", SITE, "--as-of", "2019-01-01"]) == 2
    assert "copie datée" in capsys.readouterr().err
    assert main(["publish", str(tmp_path), "--site", f"{SITE}/"]) == 0
    folder = tmp_path / "donnees"
    assert str(len(list(folder.iterdir()))) in capsys.readouterr().out
    package = json.loads((folder / "datapackage.json").read_bytes())
    assert Package(str(folder / "datapackage.json")).validate().valid
    assert {each["path"] for each in package["resources"]} <= {f.name for f in folder.iterdir()}
    today = date.fromisoformat(package["version"])
    monkeypatch.setattr(Clock, "days", (today - DAY).days)
    with served(url) as client:
        for file in folder.iterdir():
            assert client.get(f"/donnees/{file.name}").content == file.read_bytes(), file.name


def test_those_who_ask_together_wait_for_one_making(small_url, monkeypatch):
    made, real = [], open_data.tables

    def counted(*given, **asked):
        made.append(threading.current_thread())
        return real(*given, **asked)

    monkeypatch.setattr(open_data, "tables", counted)
    names = ("datapackage.json", "centres.csv", "sources.csv", "territoires.zip")
    with served(small_url) as client, ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda name: client.get(f"/donnees/{name}"), names))
        assert [answer.status_code for answer in found] == [200] * 4
        # Nor again for another name of the host: only the catalogue says it.
        other = client.get("/donnees/catalogue.jsonld", headers={"host": "autre.example"})
        assert other.status_code == 200
    assert len(made) == 1


def test_one_address_does_not_take_every_place(small_url, monkeypatch):
    monkeypatch.setattr(open_data, "_BY_ADDRESS", 0)
    with served(small_url) as client:
        found = client.get("/donnees/datapackage.json")
    assert (found.status_code, found.text) == (429, BUSY)
    assert found.headers["retry-after"]
