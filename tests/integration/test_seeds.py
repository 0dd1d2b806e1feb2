import csv
import gzip
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from territoires.db import seeds
from territoires.db.engine import reading, sqlite_path
from territoires.db.models import (
    AuditEvent,
    Base,
    Centre,
    Course,
    Offering,
    ProgrammeEvent,
    PublishedFigure,
    Source,
    Stage,
    Target,
    Town,
    Versioned,
)
from territoires.domain.dates import PartialDate
from territoires.domain.errors import SeedError
from territoires.domain.programme import FigureKind, Qualifier
from territoires.domain.scope import Scope
from territoires.french import cells
from territoires.queries import enrolments, integrity, rollout, sources
from territoires.settings import SEEDS
from tests.conftest import SEEDED_AT
from tests.factories import (
    act,
    add_centre,
    add_stage,
    correct,
    seeded_number,
    withdraw,
    writing,
)
from tests.integration.writing import everything

LATER = SEEDED_AT + timedelta(days=2)
ENTERED_AT = SEEDED_AT + timedelta(days=1)
FACTS = [m.class_ for m in Base.registry.mappers if issubclass(m.class_, Versioned)]
CHAUMONT_OPENED = "52121/opened/2019-04/villes-de-france-205"


@pytest.fixture
def folder(few_seeds, tmp_path):
    """Make a copy of the seeds with few communes that a test may change."""
    return Path(shutil.copytree(few_seeds, tmp_path / "seeds"))


@pytest.fixture
def url(copy_of):
    return copy_of("few")


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def append(path, **values):
    with path.open(encoding="utf-8", newline="") as file:
        columns = csv.DictReader(file).fieldnames
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.DictWriter(file, columns, restval="", lineterminator="\n").writerow(values)


def test_seeding_an_empty_database_is_one_act_of_the_journal(empty_url, few_seeds):
    # All of France once: the other engine has seeded it too, for those who read it.
    folder = SEEDS if sqlite_path(empty_url) else few_seeds
    added = seeds.seed(empty_url, folder=folder, now=SEEDED_AT)
    with reading(empty_url) as connection:
        (event,) = connection.execute(select(*AuditEvent.__table__.c)).all()
        assert event.at_utc == SEEDED_AT
        assert {change["entity"]: change["added"] for change in event.changes} == added
        for name, rows in added.items():
            table = Base.metadata.tables[name]
            assert connection.scalar(select(func.count()).select_from(table)) == rows
        assert list(integrity.faults(connection)) == []


def test_every_line_of_every_file_is_in_the_database(connection):
    lines = {
        Centre: len(rows_of(SEEDS / "programme/centres.csv")),
        Stage: len(rows_of(SEEDS / "programme/stages.csv")),
        Target: len(rows_of(SEEDS / "programme/targets.csv")),
        ProgrammeEvent: len(rows_of(SEEDS / "programme/events.csv")),
        Course: len(rows_of(SEEDS / "catalogue/courses.csv")),
    }
    for table, expected in lines.items():
        assert connection.scalar(select(func.count()).select_from(table)) == expected


def test_every_figure_is_loaded_once_those_of_people_with_their_period(connection):
    figures = rows_of(SEEDS / "programme/published_figures.csv")
    assert sum(bool(row["period_fr"]) for row in figures) == 11
    stored = connection.scalar(select(func.count()).select_from(PublishedFigure))
    assert stored == len(figures)
    trained = connection.execute(
        select(PublishedFigure.period, PublishedFigure.value).where(
            PublishedFigure.indicator == "people_trained"
        )
    ).all()
    assert sorted(value for _, value in trained) == [1800, 1800, 4200]
    assert all(period for period, _ in trained)


def test_what_is_a_target_or_a_forecast_is_not_said_to_be_observed(connection):
    kinds = connection.execute(select(PublishedFigure.indicator, PublishedFigure.kind))
    for indicator, kind in kinds:
        if indicator.startswith("target"):
            assert kind is FigureKind.TARGET
        elif indicator.startswith("forecast"):
            assert kind is FigureKind.FORECAST
        else:
            assert kind is FigureKind.OBSERVED


def test_dates_are_kept_as_precise_as_they_are_known(connection):
    stored = dict(connection.execute(select(Stage.seed_key, Stage.happened_on)).all())
    assert stored[CHAUMONT_OPENED] == PartialDate(2019, 4)
    assert stored["18033/opened/2019/cnam-2024-02"] == PartialDate(2019)
    assert stored["52448/opened/unknown/gazette-france-grand-est"] == PartialDate()
    assert stored["52121/opened/2019-09-13/adcf-4863"] == PartialDate(2019, 9, 13)


def test_offerings_are_those_of_towns_that_a_source_names(connection):
    offered = connection.scalar(select(func.count()).select_from(Offering))
    assert offered == len(rows_of(SEEDS / "programme/offerings.csv")) == 5


def test_seeding_again_changes_nothing(url, few_seeds):
    before = everything(url)
    assert seeds.seed(url, folder=few_seeds, now=LATER) == {}
    assert everything(url) == before


def test_seeding_again_leaves_what_people_entered(url, few_seeds):
    with writing(url) as connection:
        at_utc = act(connection, ENTERED_AT)
        new = add_centre(connection, at_utc=at_utc)
        add_stage(connection, at_utc=at_utc, centre_id=new, on="2024-02-03")
        correct(
            connection,
            Stage,
            seeded_number(connection, Stage, CHAUMONT_OPENED),
            at_utc=at_utc,
            happened_on=PartialDate(2019, 4, 29),
        )
        correct(
            connection,
            Centre,
            seeded_number(connection, Centre, "18033"),
            at_utc=at_utc,
            name="Bourges Lahitolle",
        )
        niort = seeded_number(connection, Stage, "79191/opened/2023/niort-2024-11")
        withdraw(connection, Stage, niort, at_utc=at_utc)
        connection.execute(update(Source).where(Source.id == "cnam-2024-02").values(title="x"))
        connection.execute(update(Course).where(Course.key == "F001").values(title="y"))
    before = everything(url)
    assert seeds.seed(url, folder=few_seeds, now=LATER) == {}
    assert everything(url) == before
    with reading(url) as connection:
        assert list(integrity.faults(connection)) == []
        found = rollout.situation(connection, scope=Scope(as_of=date(2026, 11, 22)))
        assert (found.count.open, found.count.unproven) == (16, 1)


def test_a_new_line_of_a_file_is_added_and_nothing_else(url, folder):
    append(
        folder / "programme/stages.csv",
        insee_code="10387",
        stage="opened",
        on="2024-02-03",
        precision="day",
        basis="stated",
        source_id="cnam-2024-02",
        confidence="high",
        retained="yes",
    )
    before = everything(url)
    assert seeds.seed(url, folder=folder, now=LATER) == {"stage": 1}
    after = everything(url)
    assert {name for name in after if after[name] != before[name]} == {"stage", "audit_event"}
    with reading(url) as connection:
        assert rollout.situation(connection, scope=Scope(as_of=date(2026, 11, 22))).count.open == 16
        earlier = Scope(as_of=date(2026, 11, 22), known_at=SEEDED_AT)
        assert rollout.situation(connection, scope=earlier).count.open == 15
        assert list(integrity.faults(connection)) == []


def test_the_territory_follows_the_files(url, folder):
    path = folder / "reference/communes.csv.gz"
    text = gzip.decompress(path.read_bytes()).decode("utf-8")
    path.write_bytes(
        gzip.compress(text.replace(",Chaumont,52,", ",Chaumont-en-Bassigny,52,").encode())
    )
    assert seeds.seed(url, folder=folder, now=LATER) == {"town": 1}
    with reading(url) as connection:
        found = connection.execute(select(Town.name, Town.folded).where(Town.code == "52121")).one()
    assert found == ("Chaumont-en-Bassigny", "chaumont en bassigny")


def test_a_clock_that_went_back_does_not_reorder_the_journal(url, folder):
    append(
        folder / "programme/events.csv",
        on="2025-01-01",
        precision="day",
        title_fr="Essai",
        source_id="cnam-2024-02",
    )
    seeds.seed(url, folder=folder, now=SEEDED_AT - timedelta(days=400))
    with reading(url) as connection:
        first, second = connection.scalars(select(AuditEvent.at_utc).order_by(AuditEvent.id))
        assert first < second
        assert list(integrity.faults(connection)) == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: (folder / "programme/stages.csv").unlink(),
        lambda folder: append(
            folder / "programme/stages.csv",
            insee_code="10387",
            stage="opened",
            on="31/02/2024",
            basis="stated",
            source_id="cnam-2024-02",
            retained="yes",
        ),
        lambda folder: append(
            folder / "programme/stages.csv",
            insee_code="00000",
            stage="opened",
            on="2024",
            basis="stated",
            source_id="cnam-2024-02",
            retained="yes",
        ),
        lambda folder: append(
            folder / "programme/events.csv", on="2024", title_fr="Essai", source_id="no-such-source"
        ),
    ],
    ids=["a file that is missing", "a date that is none", "a town unknown", "a source unknown"],
)
def test_a_wrong_file_seeds_nothing_at_all(empty_url, folder, spoil):
    spoil(folder)
    before = everything(empty_url)
    with pytest.raises(SeedError):
        seeds.seed(empty_url, folder=folder, now=SEEDED_AT)
    assert everything(empty_url) == before


# --- provenance ---


def test_every_seed_file_says_where_it_comes_from():
    assert seeds.unsourced(SEEDS) == []
    for entry in seeds.provenances(SEEDS):
        assert all(
            (entry.title, entry.publisher, entry.obtained_from, entry.licence, entry.attribution)
        )


def test_a_file_without_provenance_or_changed_since_or_lost_is_told(tmp_path):
    folder = Path(shutil.copytree(SEEDS, tmp_path / "seeds"))
    (folder / "programme" / "extra.csv").write_text("a,b\n")
    (folder / "programme" / "targets.csv").write_text("changed\n")
    (folder / "programme" / "events.csv").unlink()
    assert seeds.unsourced(folder) == [
        "programme/events.csv",
        "programme/extra.csv",
        "programme/targets.csv",
    ]


def test_every_fact_rests_on_a_source_that_is_named(connection):
    for table in FACTS:
        if "source_id" in table.__table__.c:
            publishers = connection.scalars(
                select(Source.publisher).join(table, table.source_id == Source.id)
            )
            assert all(publisher.strip() for publisher in publishers)


# --- seeds that were mended since ---


def with_old_seeds(folder):
    """Turn the files back to what they said of one figure and of the pages that attest courses."""
    figures = folder / "programme/published_figures.csv"
    text = figures.read_text(encoding="utf-8")
    colmar = ",target_people_per_centre,150,{},68066,"
    assert colmar.format("") in text
    figures.write_text(text.replace(colmar.format(""), colmar.format("exact")), encoding="utf-8")
    courses = folder / "catalogue/courses.csv"
    with courses.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with courses.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(
            row | {"source_fr": "" if row["source_url"] else row["source_fr"]} for row in rows
        )
    return folder


def test_a_database_seeded_before_takes_the_mended_seeds_once(empty_url, folder, few_seeds):
    seeds.seed(empty_url, folder=with_old_seeds(folder), now=SEEDED_AT)
    with reading(empty_url) as connection:
        assert "Licence Management (école Vaucanson)" in titles(connection)
    assert seeds.seed(empty_url, folder=few_seeds, now=LATER) == {
        "published_figure": 1,
        "source": 6,
    }
    with reading(empty_url) as connection:
        assert "Licence Management (école Vaucanson)" not in titles(connection)
        colmar = connection.execute(
            select(PublishedFigure.version, PublishedFigure.qualifier, PublishedFigure.recorded_at)
            .where(PublishedFigure.town_code == "68066")
            .order_by(PublishedFigure.version)
        ).all()
        assert colmar == [(1, Qualifier.EXACT, SEEDED_AT), (2, None, LATER)]
        assert list(integrity.faults(connection)) == []
    assert seeds.seed(empty_url, folder=few_seeds, now=LATER) == {}
    # Mended again: what a seeding wrote, a later one may mend.
    again = LATER + timedelta(days=1)
    assert seeds.seed(empty_url, folder=folder, now=again) == {"published_figure": 1}


def test_a_mended_line_leaves_alone_what_people_made_of_the_fact(empty_url, folder, few_seeds):
    seeds.seed(empty_url, folder=with_old_seeds(folder), now=SEEDED_AT)
    with writing(empty_url) as connection:
        at_utc = act(connection, ENTERED_AT)
        (number,) = connection.scalars(
            select(PublishedFigure.id).where(PublishedFigure.town_code == "68066")
        )
        correct(connection, PublishedFigure, number, at_utc=at_utc, value=120.0)
        connection.execute(
            update(Source).where(Source.title.like("Licence Management%")).values(title="Entretien")
        )
    assert set(seeds.seed(empty_url, folder=few_seeds, now=LATER)) == {"source"}
    with reading(empty_url) as connection:
        assert "Entretien" in titles(connection)
        assert list(integrity.faults(connection)) == []


def test_a_page_is_one_source_whoever_cites_it(connection):
    cited = connection.scalars(select(Source.url).where(Source.url.is_not(None))).all()
    assert len(cited) == len(set(cited))


def test_a_database_where_a_page_was_two_sources_gets_one(empty_url, folder, few_seeds):
    older = folder / "programme/sources.csv"
    whole = older.read_text(encoding="utf-8")
    address = next(row["url"] for row in rows_of(older) if row["id"] == "le-trois-2023-06")
    older.write_text(whole.replace(address, ""), encoding="utf-8")
    seeds.seed(empty_url, folder=folder, now=SEEDED_AT)
    assert seeds.seed(empty_url, folder=few_seeds, now=LATER) == {"course": 1}
    with reading(empty_url) as connection:
        listed = sources.all_sources(connection, scope=Scope(as_of=LATER.date()))
        assert "catalogue-letrois-info-47a19d39" not in set(listed["source_id"])
        assert list(integrity.faults(connection)) == []
    assert seeds.seed(empty_url, folder=few_seeds, now=LATER) == {}


def titles(connection):
    return set(connection.scalars(select(Source.title)))


def test_a_page_has_one_title_and_not_that_of_a_course_when_it_attests_several():
    of_page = {}
    for row in rows_of(SEEDS / "catalogue/courses.csv"):
        of_page.setdefault(row["source_url"] or row["source_fr"], []).append(row)
    for cited in of_page.values():
        named = {row["source_fr"] for row in cited}
        assert len(named) == 1
        if len(cited) > 1:
            assert named.isdisjoint({"", *(row["title_fr"] for row in cited)})


def test_no_target_nor_forecast_is_said_to_be_exact(connection):
    rows = connection.execute(select(PublishedFigure.kind, PublishedFigure.qualifier)).all()
    for kind, qualifier in rows:
        if kind is not FigureKind.OBSERVED:
            assert qualifier is not Qualifier.EXACT
    # Nor is anything else that the files do not qualify.
    assert sum(qualifier is None for _, qualifier in rows) == 10
    data = enrolments.published(connection, scope=Scope(as_of=date(2026, 11, 22)))
    forty = data[data["value"] == 40].to_dict("records")
    assert [row["qualifier"] for row in forty] == [""]
    assert cells.word("qualifier", forty[0]["qualifier"]) == ""
