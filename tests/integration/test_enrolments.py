"""How many people and registrations: totals equal the rows whatever the path, small counts stay."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from itertools import product

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from territoires.db import journal, summaries
from territoires.db.engine import reading
from territoires.db.models import Centre, Department, Disclosure, Enrolment, Town
from territoires.domain.disclosure import Count, Publication, is_small
from territoires.domain.programme import Counted
from territoires.domain.scope import Perimeter, Scope, Territory
from territoires.domain.text import fold
from territoires.queries import enrolments
from territoires.queries.rollout import lives_in
from tests.conftest import SEEDED_AT
from tests.factories import act, add, add_centre, add_stage, correct, withdraw, writing
from tests.fuzzing import at_length
from tests.reader import Told, Total, worked_out

pytestmark = pytest.mark.as_deployed

TODAY = date(2026, 11, 22)
NOW = SEEDED_AT + timedelta(hours=1)
FRANCE = Scope(as_of=TODAY)
PERSONS, REGISTRATIONS = Counted.PERSONS, Counted.REGISTRATIONS


def transmitted(connection, **asked):
    """Keep the centres that transmitted something."""
    return enrolments.transmissions(connection, **asked, only_transmitted=True)


@pytest.fixture(scope="module")
def demonstration(databases):
    with reading(databases.shared("demo")) as connection:
        yield connection


def counts_in_force(connection, day=TODAY, known_at=None, **asked):
    """Read every row, and keep of each thing counted what was known of the latest day reached."""
    found = {}
    for row in connection.execute(select(*Enrolment.__table__.c).order_by(Enrolment.counted_on)):
        was_known = known_at is None or row.recorded_at <= known_at
        is_over = row.superseded_at is not None and (
            known_at is None or row.superseded_at <= known_at
        )
        if was_known and not is_over and row.counted_on <= day:
            found[row.centre_id, row.academic_year, row.counted, row.course_key] = row
    return [
        row
        for row in found.values()
        if all(getattr(row, name) == value for name, value in asked.items())
    ]


def told_totals(connection, rows):
    """Keep the totals that are told; nearly all are."""
    fates = dict(
        connection.execute(
            select(Disclosure.version_id, Disclosure.publication).where(
                Disclosure.publication == Publication.SHOWN
            )
        ).all()
    )
    told = [row.headcount for row in rows if row.id in fates]
    assert not any(map(is_small, told))
    assert len(told) >= 0.9 * sum(not is_small(row.headcount) for row in rows)
    return told


def regions(connection):
    return sorted(
        set(
            connection.scalars(
                select(Department.region_code)
                .join(Town, Town.department_code == Department.code)
                .join(Centre, Centre.town_code == Town.code)
            )
        )
    )


@pytest.mark.parametrize("counted", list(Counted))
def test_the_totals_of_regions_are_the_sum_of_the_rows(demonstration, counted):
    data = enrolments.totals(demonstration, scope=FRANCE, counts=counted)
    rows = counts_in_force(demonstration, counted=counted, course_key=None)
    told = told_totals(demonstration, rows)
    assert data["headcount"].sum() == sum(told)
    assert data["centres"].sum() + data["hidden_centres"].sum() == len(rows)


def test_the_regions_of_a_year_are_by_name_accents_apart(demonstration):
    totals = enrolments.totals(demonstration, scope=FRANCE)
    assert "Île-de-France" in set(totals["region"])
    for _, of_year in totals.groupby("academic_year"):
        named = of_year["region"].tolist()
        assert named == sorted(named, key=fold)


@pytest.mark.parametrize("counted", list(Counted))
def test_each_year_is_the_same_by_region_by_centre_and_by_territory(demonstration, counted):
    totals = enrolments.totals(demonstration, scope=FRANCE, counts=counted)
    codes = regions(demonstration)
    for year in enrolments.years(demonstration, scope=FRANCE)[:3]:
        of_year = totals[totals["academic_year"] == f"{year}-{year + 1}"]["headcount"].sum()
        centres = enrolments.transmissions(demonstration, scope=FRANCE, year=year, counts=counted)
        assert centres["headcount"].sum() == of_year
        parts = [
            enrolments.transmissions(
                demonstration,
                scope=Scope(as_of=TODAY, territory=Territory.parse(f"reg-{code}")),
                year=year,
                counts=counted,
            )["headcount"].sum()
            for code in codes
        ]
        assert sum(parts) == of_year
        perimeters = [
            enrolments.transmissions(
                demonstration, scope=Scope(as_of=TODAY, perimeter=each), year=year, counts=counted
            )["headcount"].sum()
            for each in (Perimeter.ACV, Perimeter.NON_ACV)
        ]
        assert sum(perimeters) == of_year


def test_fields_and_courses_add_up_the_cells_that_are_shown_and_nothing_else(demonstration):
    scopes = [FRANCE, *(Scope(as_of=TODAY, perimeter=each) for each in Perimeter)]
    scopes += [
        Scope(as_of=TODAY, territory=Territory.parse(f"reg-{code}"))
        for code in regions(demonstration)[:3]
    ]
    years = enrolments.years(demonstration, scope=FRANCE)[:2]
    for scope, year, counted in product(scopes, years, Counted):
        asked = {"scope": scope, "year": year, "counts": counted}
        cells = enrolments.cells(demonstration, **asked)
        shown = cells[cells["publication"] == "shown"]
        fields = enrolments.by_field(demonstration, **asked)
        courses = enrolments.by_course(demonstration, **asked)
        for data, key in ((fields, "field"), (courses, "course_key")):
            sums = shown.groupby(key)["headcount"].sum()
            # A sum of which nothing is shown is not a zero.
            assert data.set_index(key)["headcount"].dropna().to_dict() == {
                name: sums.get(name, 0)
                for name, of_name in cells.groupby(key)
                if sums.get(name, 0) or set(of_name["publication"]) == {"shown"}
            }
            assert set(data[key]) == set(cells[key])
            assert data["hidden"].sum() == len(cells) - len(shown)
            assert data["cells"].sum() == len(cells)


def test_a_filter_never_changes_the_fate_of_a_cell(demonstration):
    for year in enrolments.years(demonstration, scope=FRANCE)[:2]:
        everywhere = enrolments.cells(demonstration, scope=FRANCE, year=year)
        fates = {(r.town_code, r.course_key): r.publication for r in everywhere.itertuples()}
        for code in regions(demonstration):
            scope = Scope(as_of=TODAY, territory=Territory.parse(f"reg-{code}"))
            for row in enrolments.cells(demonstration, scope=scope, year=year).itertuples():
                assert fates[row.town_code, row.course_key] == row.publication


def fetched(connection, year, day=TODAY):
    """Fetch of each town and unit what the public is told of courses, and of the total."""
    cells, totals = defaultdict(dict), {}
    for counted in Counted:
        asked = {"scope": Scope(as_of=day), "year": year, "counts": counted}
        for row in enrolments.cells(connection, **asked).itertuples():
            cells[row.town_code, counted][row.course_key] = Publication(row.publication)
        for row in transmitted(connection, **asked).itertuples():
            if row.publication != "absent":
                shown = None if pd.isna(row.headcount) else int(row.headcount)
                totals[row.town_code, counted] = Total(Publication(row.publication), shown)
    return cells, totals


def test_a_reader_with_every_public_table_works_out_no_small_count(demonstration):
    checked = 0
    towns = dict(demonstration.execute(select(Centre.id, Centre.town_code)).all())
    for year in enrolments.years(demonstration, scope=FRANCE)[1:4]:
        rows = defaultdict(list)
        for row in counts_in_force(demonstration, academic_year=year):
            count = Count(row.id, row.counted, row.course_key, row.headcount, TODAY)
            rows[towns[row.centre_id]].append(count)
        cells, totals = fetched(demonstration, year)
        for town, truth in rows.items():
            fates = {
                row.number: cells[town, row.counted][row.course]
                for row in truth
                if row.course in cells[town, row.counted]
            }
            known = {
                (unit, TODAY): totals[town, unit] for unit in Counted if (town, unit) in totals
            }
            assert worked_out([truth], [Told(fates, known)]) == []
            checked += sum(fate is Publication.SMALL for fate in fates.values())
    assert checked > 20


def test_staff_of_the_region_see_every_figure(demonstration):
    year = enrolments.years(demonstration, scope=FRANCE)[1]
    data = enrolments.cells(demonstration, scope=FRANCE, year=year, may_see_small=True)
    assert data["headcount"].notna().all()
    rows = counts_in_force(demonstration, academic_year=year, counted=PERSONS)
    assert data["headcount"].sum() == sum(row.headcount for row in rows if row.course_key)


def test_the_detail_of_an_earlier_instant_is_not_public(demonstration):
    earlier = Scope(as_of=TODAY, known_at=datetime.fromisoformat("2025-06-01T12:00:00+00:00"))
    assert not enrolments.detail_is_public(demonstration, scope=earlier)
    for query in (enrolments.by_field, enrolments.by_course, enrolments.cells):
        assert len(query(demonstration, scope=earlier, year=2023)) == 0
    staff = enrolments.cells(demonstration, scope=earlier, year=2023, may_see_small=True)
    assert len(staff)


def test_a_link_frozen_now_shows_the_detail_as_it_is(demonstration):
    frozen = Scope(as_of=TODAY, known_at=SEEDED_AT)
    assert enrolments.detail_is_public(demonstration, scope=frozen)
    now = enrolments.by_field(demonstration, scope=FRANCE, year=2024)
    assert enrolments.by_field(demonstration, scope=frozen, year=2024).equals(now)


def test_another_act_does_not_hide_the_detail_of_a_frozen_link(url):
    with writing(url) as connection:
        enrol(connection, a_centre(connection), 12, course_key="F001")
        frozen = Scope(as_of=TODAY, known_at=act(connection, NOW))
        journal.record(
            connection,
            at_utc=NOW + timedelta(hours=1),
            actor="test",
            command="set_target",
            entity="target",
            entity_id="1",
            changes=[],
        )
    with reading(url) as connection:
        assert len(enrolments.cells(connection, scope=frozen, year=2021)) == 1
    with writing(url) as connection:
        act(connection, NOW + timedelta(hours=2))
    with reading(url) as connection:
        assert not enrolments.detail_is_public(connection, scope=frozen)


def test_who_had_transmitted_at_an_instant_is_read_in_the_rows_of_that_instant(demonstration):
    last = demonstration.scalar(select(func.max(Enrolment.recorded_at)))
    for known_at in (last, last - timedelta(seconds=1), last - timedelta(days=400)):
        for year in (2023, 2025):
            data = enrolments.transmissions(
                demonstration, scope=Scope(as_of=TODAY, known_at=known_at), year=year
            )
            then = demonstration.scalars(
                select(Centre.town_code)
                .join(Enrolment, Enrolment.centre_id == Centre.id)
                .where(
                    Enrolment.academic_year == year,
                    Enrolment.counted_on <= TODAY,
                    Enrolment.recorded_at <= known_at,
                    (Enrolment.superseded_at.is_(None)) | (Enrolment.superseded_at > known_at),
                )
            )
            assert set(data.loc[data["transmitted"], "town_code"]) == set(then)


@pytest.mark.parametrize("instant", ["2022-01-15", "2024-03-01", "2026-11-22"])
def test_the_totals_known_at_an_instant_are_those_of_the_rows_then(demonstration, instant):
    known_at = datetime.fromisoformat(f"{instant}T11:00:00+00:00")
    data = enrolments.totals(demonstration, scope=Scope(as_of=TODAY, known_at=known_at))
    rows = counts_in_force(demonstration, known_at=known_at, counted=PERSONS, course_key=None)
    assert data["headcount"].sum() == sum(told_totals(demonstration, rows))


def test_an_earlier_day_knows_only_what_had_been_counted(demonstration):
    day = date(2022, 6, 30)
    data = enrolments.totals(demonstration, scope=Scope(as_of=day))
    assert set(data["academic_year"]) <= {"2019-2020", "2020-2021", "2021-2022"}
    centres = enrolments.transmissions(demonstration, scope=Scope(as_of=day), year=2020)
    assert (centres["counted_on"].dropna() <= "2022-06-30").all()


def test_persons_and_registrations_are_never_in_one_sum(demonstration):
    for query in (enrolments.totals, enrolments.by_age):
        for counted in Counted:
            data = query(demonstration, scope=FRANCE, counts=counted)
            assert set(data["counted"]) == {counted}


def test_an_age_is_counted_from_the_opening(demonstration):
    data = enrolments.by_age(demonstration, scope=FRANCE)
    assert (data["months"] >= 0).all()
    opened = {
        life.history.town: min(span.last for span, _ in life.openings)
        for life in lives_in(demonstration, scope=FRANCE)
        if life.openings
    }
    row = data.iloc[0]
    assert row["months"] < (TODAY - opened[row["town_code"]]).days / 30.4375 + 0.1


def test_open_centres_that_gave_nothing_are_named(demonstration):
    year = enrolments.years(demonstration, scope=FRANCE)[0]
    data = enrolments.transmissions(demonstration, scope=FRANCE, year=year)
    late = data[data["expected"] & ~data["transmitted"]]
    assert len(late)
    assert late["headcount"].isna().all()
    assert set(late["publication"]) == {"absent"}


def test_a_centre_that_gave_courses_only_is_summed_apart(demonstration):
    for year in enrolments.years(demonstration, scope=FRANCE):
        data = enrolments.transmissions(
            demonstration, scope=FRANCE, year=year, counts=REGISTRATIONS
        )
        apart = data[data["courses_sum"].notna()]
        if len(apart):
            assert apart["headcount"].isna().all()
            assert (apart["publication"] == "absent").all()
            return
    pytest.fail("no such centre in the demonstration")


# On the seeds


def a_centre(connection, *, opened="2020-09-01", **changes):
    number = add_centre(connection, at_utc=NOW, **changes)
    add_stage(connection, at_utc=NOW, centre_id=number, on=opened)
    return number


def enrol(connection, centre, headcount, **changes):
    usual = {
        "centre_id": centre,
        "academic_year": 2021,
        "counted": PERSONS,
        "headcount": headcount,
        "counted_on": date(2022, 8, 31),
        "source_id": "cnam-2021-05",
        "validation": "validated",
    }
    row = usual | {"at_utc": NOW} | changes
    number = add(connection, Enrolment, **row)
    summaries.refresh(connection, [(centre, row["academic_year"])])
    return number


def test_the_seeds_have_published_figures_and_no_headcount(connection):
    assert not enrolments.has_any(connection)
    assert enrolments.years(connection, scope=FRANCE) == [2026]
    assert len(enrolments.totals(connection, scope=FRANCE)) == 0
    data = enrolments.transmissions(connection, scope=FRANCE, year=2026)
    assert len(data) == 15
    assert not data["transmitted"].any()
    published = enrolments.programme_totals(connection, scope=FRANCE)
    assert sorted(published["value"]) == [1800, 1800, 4200]


def test_published_totals_are_those_of_the_territory(connection):
    scope = Scope(as_of=TODAY, territory=Territory.parse("dep-08"))
    data = enrolments.published(connection, scope=scope)
    assert set(data["town"]) == {"Sedan"}
    assert len(enrolments.programme_totals(connection, scope=scope)) == 0


def test_a_share_is_of_the_centres_own_target_or_else_of_every_site(url):
    with writing(url) as connection:
        colmar = a_centre(connection, town_code="68066", name="Colmar")
        troyes = a_centre(connection)
        enrol(connection, colmar, 75)
        enrol(connection, troyes, 75)
    with reading(url) as connection:
        data = transmitted(connection, scope=FRANCE, year=2021).set_index("town")
    assert data.loc["Colmar", "target"] == 150
    assert data.loc["Colmar", "target_share"] == 0.5
    assert data.loc["Troyes", "target"] == 300


def test_a_centre_of_one_to_four_is_not_told_nor_in_any_sum(url):
    with writing(url) as connection:
        enrol(connection, a_centre(connection), 3)
    with reading(url) as connection:
        totals = enrolments.totals(connection, scope=FRANCE)
        centres = transmitted(connection, scope=FRANCE, year=2021)
        assert len(enrolments.by_age(connection, scope=FRANCE)) == 0
    assert totals["headcount"].isna().all()
    assert totals["hidden_centres"].sum() == 1
    assert centres["publication"].tolist() == ["small"]
    assert centres["headcount"].isna().all()


def test_what_nobody_transmitted_is_no_zero(url):
    with writing(url) as connection:
        enrol(connection, a_centre(connection), 35)
        enrol(connection, a_centre(connection, town_code="68066", name="Colmar"), 0)
    with reading(url) as connection:
        totals = enrolments.totals(connection, scope=FRANCE)
    by_year = totals.groupby("academic_year")["headcount"].sum(min_count=1)
    assert by_year["2021-2022"] == 35
    assert by_year.drop("2021-2022").isna().all()
    colmar = Scope(as_of=TODAY, territory=Territory.parse("com-68066"))
    with reading(url) as connection:
        zeros = enrolments.totals(connection, scope=colmar)["headcount"].dropna()
    assert zeros.tolist() == [0]


def test_a_sum_of_which_nothing_is_shown_is_no_zero(url):
    with writing(url) as connection:
        enrol(connection, a_centre(connection), 3, course_key="F001", counted=REGISTRATIONS)
    asked = {"scope": FRANCE, "year": 2021, "counts": REGISTRATIONS}
    with reading(url) as connection:
        for query in (enrolments.by_field, enrolments.by_course):
            data = query(connection, **asked)
            assert data["hidden"].tolist() == data["cells"].tolist() == [1]
            assert data["headcount"].isna().all()
        row = transmitted(connection, **asked).iloc[0]
    assert (row["transmitted"], row["courses_hidden"]) == (True, 1)
    assert pd.isna(row["courses_sum"])


def test_a_sum_beside_a_detail_that_is_kept_back_is_a_lower_bound(url):
    with writing(url) as connection:
        centre = a_centre(connection)
        enrol(connection, centre, 21, course_key="F001")
        enrol(connection, centre, 60, course_key="F001", counted=REGISTRATIONS)
        other = a_centre(connection, town_code="68066", name="Colmar")
        enrol(connection, other, 33, course_key="F001", counted=REGISTRATIONS)
    asked = {"scope": FRANCE, "year": 2021, "counts": REGISTRATIONS}
    with reading(url) as connection:
        for query in (enrolments.by_field, enrolments.by_course):
            data = query(connection, **asked)
            assert data["headcount"].tolist() == [33]
            assert data["hidden"].tolist() == [0]
            assert data["kept_centres"].tolist() == [1]
        assert enrolments.cells(connection, **asked)["town"].tolist() == ["Colmar"]
        row = transmitted(connection, **asked).set_index("town").loc["Troyes"]
    assert (row["transmitted"], row["courses_hidden"]) == (True, 0)
    assert pd.isna(row["courses_sum"])


def test_an_unproven_centre_counts_only_when_the_reader_asks(url):
    with writing(url) as connection:
        enrol(connection, a_centre(connection, programme_link="unproven"), 35)
    with reading(url) as connection:
        assert len(transmitted(connection, scope=FRANCE, year=2021)) == 0
        asked = Scope(as_of=TODAY, with_unproven=True)
        assert len(transmitted(connection, scope=asked, year=2021)) == 1


def test_a_year_is_provisional_until_it_ends_and_everybody_answered(url):
    with writing(url) as connection:
        centre = a_centre(connection)
        enrol(connection, centre, 35, counted_on=date(2022, 3, 1))
    region = Scope(as_of=TODAY, territory=Territory.parse("com-10387"))
    with reading(url) as connection:
        row = enrolments.totals(connection, scope=region).iloc[0]
        assert row["provisional"]
    with writing(url) as connection:
        at_utc = act(connection, NOW + timedelta(hours=1))
        enrol(connection, centre, 35, counted_on=date(2022, 8, 31), at_utc=at_utc)
        summaries.refresh(connection, [(centre, 2021)])
    with reading(url) as connection:
        totals = enrolments.totals(connection, scope=region).set_index("academic_year")
    assert not totals.loc["2021-2022", "provisional"]
    assert totals.loc["2022-2023", "provisional"]


headcounts = st.lists(
    st.tuples(
        st.sampled_from(["52121", "10387", "68066", "33243"]),
        st.sampled_from([None, "F001", "F012"]),
        st.sampled_from(list(Counted)),
        st.integers(0, 30),
    ),
    max_size=10,
    unique_by=lambda row: row[:3],
)


@settings(max_examples=at_length(20), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=headcounts)
def test_whatever_is_transmitted_totals_equal_rows_by_every_path(url, rows):
    with writing(url) as connection, connection.begin_nested() as trial:
        centres = {code: a_centre_once(connection, code) for code in {row[0] for row in rows}}
        for code, course, counted, headcount in rows:
            enrol(connection, centres[code], headcount, course_key=course, counted=counted)
        for counted in Counted:
            told = [
                headcount
                for _, course, unit, headcount in rows
                if course is None and unit is counted and not is_small(headcount)
            ]
            asked = {"scope": FRANCE, "counts": counted}
            assert enrolments.totals(connection, **asked)["headcount"].sum() == sum(told)
            data = enrolments.transmissions(connection, year=2021, **asked)
            assert data["headcount"].sum() == sum(told)
            cells = enrolments.cells(connection, year=2021, **asked)
            fields = enrolments.by_field(connection, year=2021, **asked)
            assert cells["headcount"].sum() == fields["headcount"].sum()
            seen = enrolments.cells(connection, year=2021, may_see_small=True, **asked)
            assert seen["headcount"].sum() == sum(
                row[3] for row in rows if row[1] is not None and row[2] is counted
            )
        trial.rollback()


def a_centre_once(connection, code):
    number = add_centre(connection, at_utc=NOW, town_code=code, name=code)
    add_stage(connection, at_utc=NOW, centre_id=number, on="2020-09-01")
    return number


# --- a headcount has its own day ---

MARCH, AUGUST = date(2022, 3, 28), date(2022, 8, 31)


def told(connection, day, known_at=None, **asked):
    """Give what the page says was counted in Troyes at a day, and on which day."""
    scope = Scope(as_of=day, known_at=known_at, territory=Territory.parse("com-10387"))
    (row,) = enrolments.transmissions(connection, scope=scope, year=2021, **asked).to_dict(
        "records"
    )
    return (
        (None, None) if pd.isna(row["headcount"]) else (row["headcount"], row["counted_on"].date())
    )


def test_a_past_date_keeps_the_count_that_was_in_force_then(url):
    later = NOW + timedelta(hours=1)
    with writing(url) as connection:
        centre = a_centre(connection)
        enrol(connection, centre, 100, counted_on=MARCH, at_utc=act(connection, NOW))
        enrol(connection, centre, 130, counted_on=AUGUST, at_utc=act(connection, later))
    with reading(url) as connection:
        assert told(connection, date(2022, 3, 27)) == (None, None)
        assert told(connection, date(2022, 4, 15)) == (100, MARCH)
        assert told(connection, TODAY) == (130, AUGUST)
        # Nobody knew of the second one yet.
        assert told(connection, TODAY, known_at=NOW) == (100, MARCH)
        assert told(connection, date(2022, 4, 15), known_at=later) == (100, MARCH)


def test_the_same_day_corrected_is_another_version_of_the_same_count(url):
    later = NOW + timedelta(hours=1)
    with writing(url) as connection:
        centre = a_centre(connection)
        number = enrol(connection, centre, 100, counted_on=MARCH, at_utc=act(connection, NOW))
        enrol(connection, centre, 130, counted_on=AUGUST, at_utc=NOW)
        correct(connection, Enrolment, number, at_utc=act(connection, later), headcount=104)
        summaries.refresh(connection, [(centre, 2021)])
    with reading(url) as connection:
        assert told(connection, date(2022, 4, 15)) == (104, MARCH)
        assert told(connection, date(2022, 4, 15), known_at=NOW) == (100, MARCH)
        assert told(connection, TODAY) == (130, AUGUST)


def test_a_count_that_is_withdrawn_leaves_the_one_before_it_in_force(url):
    with writing(url) as connection:
        centre = a_centre(connection)
        enrol(connection, centre, 100, counted_on=MARCH)
        number = enrol(connection, centre, 130, counted_on=AUGUST)
        withdraw(connection, Enrolment, number, at_utc=act(connection, NOW + timedelta(hours=1)))
        summaries.refresh(connection, [(centre, 2021)])
    with reading(url) as connection:
        assert told(connection, TODAY) == (100, MARCH)


@pytest.mark.parametrize("day", [date(2021, 11, 30), date(2022, 4, 15), date(2024, 9, 1)])
@pytest.mark.parametrize(
    "instant", [None, "2022-06-01T12:00:00+00:00", "2024-05-01T12:00:00+00:00"]
)
def test_whatever_the_two_clocks_totals_are_those_of_the_counts_in_force(
    demonstration, day, instant
):
    known_at = instant and datetime.fromisoformat(instant)
    scope = Scope(as_of=day, known_at=known_at)
    towns = dict(demonstration.execute(select(Centre.id, Centre.town_code)).all())
    for counted in Counted:
        rows = counts_in_force(demonstration, day, known_at, counted=counted, course_key=None)
        data = enrolments.totals(demonstration, scope=scope, counts=counted)
        assert data["headcount"].sum() == sum(told_totals(demonstration, rows))
        for year in {row.academic_year for row in rows}:
            data = enrolments.transmissions(demonstration, scope=scope, year=year, counts=counted)
            of_year = [row for row in rows if row.academic_year == year]
            fates = dict(zip(data["town_code"], data["publication"], strict=True))
            shown = [r for r in of_year if fates[towns[r.centre_id]] == "shown"]
            assert sorted(data["headcount"].dropna()) == sorted(row.headcount for row in shown)


def test_a_past_date_tells_no_detail_that_was_counted_again(url):
    with writing(url) as connection:
        centre = a_centre(connection)
        for day, first, second in ((MARCH, 20, 12), (AUGUST, 23, 12)):
            enrol(connection, centre, first, course_key="F001", counted_on=day)
            enrol(connection, centre, second, course_key="F012", counted_on=day)
        enrol(connection, centre, 9, course_key="F014", counted_on=MARCH)
    with reading(url) as connection:
        past = Scope(as_of=date(2022, 4, 15))
        told_now = enrolments.cells(connection, scope=FRANCE, year=2021)
        assert sorted(told_now["headcount"]) == [9, 12, 23]
        # What has one state only is told; two states of a cell would betray each other.
        assert list(enrolments.cells(connection, scope=past, year=2021)["headcount"]) == [9]
        staff = enrolments.cells(connection, scope=past, year=2021, may_see_small=True)
        assert sorted(staff["headcount"]) == [9, 12, 20]


def test_the_total_of_a_past_date_betrays_no_small_count(url):
    """The total of March bounds the courses of March, which are still in force in August."""
    with writing(url) as connection:
        centre = a_centre(connection)
        enrol(connection, centre, 18, counted_on=MARCH)
        for course, headcount in (("F001", 11), ("F012", 5), ("F014", 2)):
            enrol(connection, centre, headcount, course_key=course, counted_on=MARCH)
        enrol(connection, centre, 60, counted_on=AUGUST)
    with reading(url) as connection:
        assert told(connection, date(2022, 4, 15)) == (18, MARCH)
        cells, totals = fetched(connection, 2021, date(2022, 4, 15))
        rows = [
            Count(row.id, row.counted, row.course_key, row.headcount, row.counted_on)
            for row in counts_in_force(connection, date(2022, 4, 15))
        ]
        fates = {
            row.number: cells["10387", PERSONS][row.course]
            for row in rows
            if row.course in cells["10387", PERSONS]
        }
        known = {(PERSONS, MARCH): totals["10387", PERSONS]}
        assert worked_out([rows], [Told(fates, known)]) == []
