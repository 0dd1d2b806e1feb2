"""The count on the seeded facts, against the files read again with nothing but `csv`."""

import csv
from collections import Counter, defaultdict
from datetime import date, timedelta

import pandas as pd
import pytest
from sqlalchemy import func, select

from territoires.db.engine import reading
from territoires.db.models import Centre, Source, Town
from territoires.domain.programme import ProgrammeLink, StageKind
from territoires.domain.rollout import State, Status, count
from territoires.domain.scope import Perimeter, Scope, Territory
from territoires.domain.text import fold
from territoires.queries import frames, rollout
from territoires.queries.exports import EXPORTS
from territoires.settings import SEEDS
from tests.conftest import SEEDED_AT
from tests.factories import act, add_centre, add_stage, correct, seeded_number, writing

TODAY = date(2026, 11, 22)
ENTERED_AT = SEEDED_AT + timedelta(days=1)
MILESTONES = [
    # as of, open, at most
    ("2019-03-31", 0, 0),
    ("2019-04-01", 0, 5),
    ("2019-04-30", 1, 5),
    ("2019-09-25", 1, 5),
    ("2019-09-26", 1, 8),
    ("2019-12-30", 1, 8),
    ("2019-12-31", 5, 8),
    ("2020-01-30", 5, 8),
    ("2020-01-31", 6, 8),
    ("2021-01-30", 6, 11),
    ("2021-01-31", 7, 11),
    ("2021-05-04", 7, 13),
    ("2021-05-31", 8, 13),
    ("2021-09-29", 8, 13),
    ("2021-09-30", 13, 13),
    ("2022-01-01", 13, 15),
    ("2022-12-31", 14, 15),
    ("2023-06-01", 14, 15),
    ("2023-06-30", 15, 15),
    ("2026-11-22", 15, 15),
]


def scope(as_of=TODAY, territory="fr", **changes):
    day = date.fromisoformat(as_of) if isinstance(as_of, str) else as_of
    return Scope(as_of=day, territory=Territory.parse(territory), **changes)


def rows_of(name):
    with (SEEDS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(("as_of", "certain", "possible"), MILESTONES)
def test_the_count_at_each_milestone(connection, as_of, certain, possible):
    counted = rollout.situation(connection, scope=scope(as_of)).count
    assert (counted.open, counted.open_at_most) == (certain, possible)


@pytest.mark.parametrize(
    ("as_of", "certain", "possible"),
    [
        ("2019-04-30", 1, 5),
        ("2019-12-31", 5, 8),
        ("2020-12-31", 6, 11),
        ("2021-05-31", 8, 13),
        ("2022-12-31", 14, 15),
    ],
)
def test_the_first_possible_days_that_sources_tell_narrow_the_count(
    connection, as_of, certain, possible
):
    counted = rollout.situation(connection, scope=scope(as_of)).count
    assert (counted.open, counted.open_at_most) == (certain, possible)


def test_with_every_list_believed_five_centres_were_open_in_2019(connection):
    counted = rollout.situation(connection, scope=scope("2019-12-31", with_low=True)).count
    assert (counted.open, counted.open_at_most) == (5, 5)


def test_the_figures_of_today(connection):
    found = rollout.situation(connection, scope=scope())
    assert (found.count.selected, found.count.unproven, found.count.open_undated) == (44, 2, 1)
    assert (found.count.closed, found.count.abandoned) == (0, 1)
    assert found.progress.target.value == 100
    assert found.progress.remaining == 85
    assert found.progress.first_opened_on == date(2019, 4, 1)
    assert found.progress.pace_last_12_months == 0
    assert found.progress.pace_required is None
    assert found.progress.ratio is None
    assert found.progress.status is Status.OVERDUE
    months = (TODAY - date(2019, 4, 1)).days / 30.4375
    assert found.progress.pace_per_month == pytest.approx(15 / months)


def bounds(text):
    """Give the first and last day of a reduced date, the long way round."""
    day = timedelta(days=1)
    if len(text) == 4:
        return date(int(text), 1, 1), date(int(text), 12, 31)
    if len(text) == 7:
        first = date.fromisoformat(f"{text}-01")
        last = first
        while (last + day).month == first.month:
            last += day
        return first, last
    return (date.fromisoformat(text),) * 2


def count_from_files(day, *, keep):
    """Count certain and possible openings straight from the files (no centre closed)."""
    start = date(2019, 4, 1)
    stages = [row for row in rows_of("programme/stages.csv") if row["retained"] == "yes"]
    labelled = {r["insee_code"]: bounds(r["on"])[0] for r in stages if r["stage"] == "selected"}
    proven = {
        row["insee_code"]
        for row in rows_of("programme/centres.csv")
        if row["programme_link"] == "stated" and keep(row)
    }
    narrowed = defaultdict(list)
    for row in rows_of("programme/bounds.csv"):
        if row["stage"] == "opened" and row["confidence"] != "low":
            narrowed[row["insee_code"]].append(bounds(row["not_before"])[0])
    certain, possible = set(), set()
    for row in stages:
        code = row["insee_code"]
        if row["stage"] != "opened" or not row["on"] or code not in proven:
            continue
        first, last = bounds(row["on"])
        if row["basis"] == "upper_bound":
            first = min(first, labelled.get(code, start))
        first = max([first, *(day for day in narrowed[code] if day <= last)])
        if max(first, start) <= day:
            possible.add(code)
        if max(last, start) <= day:
            certain.add(code)
    return len(certain), len(possible)


@pytest.mark.parametrize(
    ("perimeter", "kept"),
    [
        (Perimeter.ALL, {"yes", "no"}),
        (Perimeter.ACV, {"yes"}),
        (Perimeter.NON_ACV, {"no"}),
    ],
)
@pytest.mark.parametrize("as_of", [row[0] for row in MILESTONES])
def test_the_count_is_that_of_the_files(connection, as_of, perimeter, kept):
    found = rollout.situation(connection, scope=scope(as_of, perimeter=perimeter)).count
    expected = count_from_files(date.fromisoformat(as_of), keep=lambda row: row["acv"] in kept)
    assert (found.open, found.open_at_most) == expected


@pytest.mark.parametrize("as_of", ["2019-12-31", "2021-09-30", "2026-11-22"])
def test_regions_departments_and_perimeters_add_up_to_the_country(connection, as_of):
    every = rollout.all_lives(connection, scope=scope(as_of))

    def total(scopes):
        counts = [count(rollout.in_scope(every, one), one.as_of) for one in scopes]
        return {
            name: sum(getattr(one, name) for one in counts)
            for name in ("open", "open_at_most", "open_undated", "unproven", "selected")
        }

    whole = total([scope(as_of)])
    for level, name in (("reg", "regions"), ("dep", "departments")):
        codes = [row["code"] for row in rows_of(f"reference/{name}.csv")]
        assert total(scope(as_of, f"{level}-{code}") for code in codes) == whole
    assert (
        total([scope(as_of, perimeter=Perimeter.ACV), scope(as_of, perimeter=Perimeter.NON_ACV)])
        == whole
    )


def test_unproven_centres_are_counted_when_the_reader_asks(connection):
    before = rollout.situation(connection, scope=scope("2023-08-31")).count
    assert (before.open, before.unproven) == (15, 1)
    asked = rollout.situation(connection, scope=scope(with_unproven=True)).count
    assert (asked.open, asked.unproven) == (17, 2)


def test_chaumont_is_dated_by_the_programme_and_not_by_its_inauguration(connection):
    chaumont = rollout.openings(connection, scope=scope(territory="com-52121")).iloc[0]
    assert chaumont["happened_on"] == "2019-04"
    assert chaumont["source"] == "Villes de France"


# --- targets ---


@pytest.mark.parametrize(
    ("as_of", "perimeter", "value"),
    [
        ("2019-02-12", Perimeter.ALL, None),
        ("2019-02-13", Perimeter.ALL, 100),
        ("2019-05-12", Perimeter.ACV, None),
        ("2019-05-13", Perimeter.ACV, 75),
        ("2019-05-13", Perimeter.NON_ACV, 25),
    ],
)
def test_a_target_holds_from_the_day_it_was_decided(connection, as_of, perimeter, value):
    found = rollout.situation(connection, scope=scope(as_of, perimeter=perimeter)).progress
    assert (found.target.value if found.target else None) == value
    if value is None:
        assert found.remaining is found.pace_required is found.ratio is found.status is None


@pytest.mark.parametrize("territory", ["reg-44", "dep-52", "com-52121"])
def test_a_territory_without_target_has_nothing_to_compare_with(connection, territory):
    found = rollout.situation(connection, scope=scope("2021-05-04", territory)).progress
    assert (found.target, found.remaining, found.pace_required, found.ratio, found.status) == (
        (None,) * 5
    )
    assert found.pace_per_month is not None


def test_the_list_of_targets_marks_the_one_that_is_counted_against(connection):
    listed = rollout.targets(connection, scope=scope())
    assert listed.loc[listed["in_force"], "value"].tolist() == [100]


def test_no_table_calls_the_key_of_a_source_its_source(connection):
    keys = set(connection.scalars(select(Source.id)))
    every = [rollout.targets, *(each.query for each in EXPORTS.values() if not each.params)]
    for query in every:
        data = query(connection, scope=scope())
        assert keys.isdisjoint(data.get("source", ())), query.__name__
    cited = rollout.targets(connection, scope=scope()).iloc[-1]
    assert cited["source"] == "Villes de France"
    assert cited["source_url"].startswith("http://www.villesdefrance.fr/")


# --- published totals ---


def latest(connection, as_of, indicator="open_centres", **changes):
    data = rollout.latest_published(connection, scope=scope(as_of, **changes))
    kept = data[data["indicator"] == indicator]
    return sorted(zip(kept["value"], kept["qualifier"], kept["source_id"], strict=True))


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2019-09-12", []),
        ("2019-09-13", [(1, "exact", "prefecture-52")]),
        ("2020-01-20", [(1, "exact", "prefecture-52")]),
        ("2020-01-27", [(3, "at_least", "info-social-rh-2020-01")]),
        ("2021-01-30", [(3, "at_least", "info-social-rh-2020-01")]),
        ("2021-01-31", [(7, "exact", "localtis-2021-03")]),
        ("2021-05-03", [(7, "exact", "localtis-2021-03")]),
        ("2021-05-04", [(20, "about", "cnam-2021-05")]),
        ("2026-11-22", [(20, "about", "cnam-2021-05")]),
    ],
)
def test_the_latest_published_total_of_open_centres(connection, as_of, expected):
    assert latest(connection, as_of) == expected


@pytest.mark.parametrize("as_of", ["2020-01-20", "2021-05-04", "2026-11-22"])
def test_a_target_that_was_merely_considered_never_stands(connection, as_of):
    assert latest(connection, as_of, "target_centres") == [(100, "about", "villes-de-france-205")]


def test_disputed_and_considered_totals_are_listed_all_the_same(connection):
    data = rollout.published_figures(connection, scope=scope())
    assert {"disputed", "considered"} <= set(data["qualifier"])


def test_totals_that_tie_are_all_listed(connection):
    assert latest(connection, "2019-09-26", "applications") == [
        (85, "exact", "regions-magazine"),
        (90, "exact", "localtis-2019-09"),
    ]


def test_a_total_about_one_town_is_no_total_of_the_programme(connection):
    ours = latest(connection, TODAY, "target_people_per_centre")
    assert ours == [(300, "", "info-social-rh-2020-01")]
    colmar = latest(connection, TODAY, "target_people_per_centre", territory="com-68066")
    assert colmar == [(150, "", "centre-inffo-2019-10")]


@pytest.mark.parametrize(
    "changes",
    [
        {"territory": "reg-44"},
        {"territory": "dep-52"},
        {"territory": "com-52121"},
        {"perimeter": Perimeter.ACV},
        {"perimeter": Perimeter.NON_ACV},
        {"territory": "com-68066", "perimeter": Perimeter.ACV},
    ],
)
def test_no_total_was_published_about_other_perimeters_and_territories(connection, changes):
    assert rollout.situation(connection, scope=scope(**changes)).published == ()


def test_documented_and_published_agree_in_january_2021(connection):
    found = rollout.situation(connection, scope=scope("2021-01-31"))
    assert found.count.open == found.announced.figure.value == 7


# --- what stands behind each figure ---


@pytest.mark.parametrize("as_of", [row[0] for row in MILESTONES])
@pytest.mark.parametrize("with_unproven", [False, True])
def test_the_rows_behind_the_headline_are_as_many_as_it_counts(connection, as_of, with_unproven):
    asked = scope(as_of, with_unproven=with_unproven)
    counted = rollout.situation(connection, scope=asked).count
    certain = rollout.openings(connection, scope=asked)
    more = rollout.possible_openings(connection, scope=asked)
    assert len(certain) == counted.open
    assert len(certain) + len(more) == counted.open_at_most
    assert certain["certain"].all()
    assert not more["certain"].any()


@pytest.mark.parametrize("as_of", [row[0] for row in MILESTONES[1:]])
def test_every_opening_listed_says_its_date_and_its_source(connection, as_of):
    asked = scope(as_of, with_unproven=True)
    listed = pd.concat(
        query(connection, scope=asked) for query in (rollout.openings, rollout.possible_openings)
    )
    assert len(listed)
    for column in ("town", "department", "happened_on", "basis", "source"):
        assert (listed[column] != "").all(), column
    assert (listed["first_day"] <= listed["last_day"]).all()
    assert (listed["first_day"].dt.date <= date.fromisoformat(as_of)).all()


def test_what_is_listed_together_is_by_name_accents_apart(connection):
    listed = rollout.centre_list(connection, scope=scope())["town"].tolist()
    assert listed == sorted(listed, key=fold)
    last = rollout.openings(connection, scope=scope())
    of_one_day = last[last["last_day"] == "2021-09-30"]["town"].tolist()
    assert of_one_day[:2] == ["Châlons-en-Champagne", "Épinal"]


def test_a_centre_open_without_a_date_has_a_source_and_no_day(connection):
    listed = rollout.centre_list(connection, scope=scope()).set_index("town_code")
    found = listed.loc["52448"]
    assert (found["state"], found["happened_on"]) == (State.OPEN_UNDATED, "")
    assert found["source"] == "La Gazette France"
    assert str(found["last_day"]) == "NaT"


def test_the_legend_counts_every_centre_once(connection):
    found = Counter(life.state(TODAY) for life in rollout.all_lives(connection, scope=scope()))
    assert set(found) <= set(State)
    assert sum(found.values()) == len(rows_of("programme/centres.csv"))
    assert found[State.OPEN] == 15
    assert found[State.UNPROVEN] == 3  # Saint-Omer has an agreement only
    assert found[State.OPEN_UNDATED] == 1
    assert found[State.NOTHING_KNOWN] == 1  # Belfort


def test_the_staircase_ends_on_the_headline(connection):
    for as_of, certain, possible in MILESTONES[1:]:
        last = rollout.steps(connection, scope=scope(as_of)).iloc[-1]
        assert (last["open"], last["open_at_most"]) == (certain, possible)


def test_every_bar_of_the_quarters_is_an_opening_of_the_pace(connection):
    bars = rollout.quarters(connection, scope=scope())
    assert bars["openings"].sum() == 15
    assert bars[bars["known"]]["openings"].sum() == 2  # Chaumont, Cognac


def test_events_are_those_that_have_happened_oldest_first(connection):
    events = rollout.programme_events(connection, scope=scope("2021-05-30"))
    assert events["first_day"].is_monotonic_increasing
    assert len(events) == 7  # the call that closes "in May 2021" closes at its end
    assert len(rollout.programme_events(connection, scope=scope("2021-05-31"))) == 8


@pytest.mark.parametrize(
    ("query", "columns"),
    [
        (rollout.steps, rollout.STEPS),
        (rollout.quarters, rollout.QUARTERS),
        (rollout.openings, rollout.OPENINGS),
        (rollout.possible_openings, rollout.OPENINGS),
        (rollout.centre_list, rollout.OPENINGS),
        (rollout.places, rollout.PLACES),
        (rollout.announced_totals, rollout.ANNOUNCED),
        (rollout.published_figures, rollout.PUBLISHED),
        (rollout.latest_published, rollout.PUBLISHED),
        (rollout.programme_events, rollout.EVENTS),
        (rollout.targets, rollout.TARGETS),
    ],
)
@pytest.mark.parametrize("as_of", [date(1990, 1, 1), TODAY])
def test_an_answer_has_its_columns_even_when_it_is_empty(connection, query, columns, as_of):
    data = query(connection, scope=scope(as_of))
    expected = frames.empty(columns)
    assert list(data.columns) == list(columns)
    assert data.dtypes.equals(expected.dtypes)


# --- what people enter ---


def test_what_nobody_validated_shows_nowhere(url):
    with writing(url) as connection:
        at_utc = act(connection, ENTERED_AT)
        chaumont = seeded_number(connection, Centre, "52121")
        new = add_centre(connection, at_utc=at_utc)
        for centre_id in (chaumont, new):
            for validation in ("draft", "proposed", "refused"):
                add_stage(
                    connection,
                    at_utc=at_utc,
                    centre_id=centre_id,
                    on="2024-02-03",
                    validation=validation,
                    note="secret",
                )
    with reading(url) as connection:
        listed = rollout.centre_list(connection, scope=scope()).set_index("town_code")
        assert listed.loc["52121", "happened_on"] == "2019-04"
        assert not listed["note"].str.contains("secret").any()
        assert rollout.situation(connection, scope=scope()).count.open == 15


def test_an_opening_entered_before_the_start_counts_from_the_start(url):
    with writing(url) as connection:
        at_utc = act(connection, ENTERED_AT)
        new = add_centre(connection, at_utc=at_utc)
        add_stage(connection, at_utc=at_utc, centre_id=new, on="2018-11-05")
    with reading(url) as connection:
        found = rollout.situation(connection, scope=scope("2019-04-01", "com-10387"))
        assert found.count.open == 1
        assert found.first.on.iso == "2018-11-05"


def test_a_second_site_is_a_second_centre_of_the_same_town(url):
    with writing(url) as connection:
        at_utc = act(connection, ENTERED_AT)
        new = add_centre(connection, at_utc=at_utc, town_code="52121", name="Chaumont gare")
        add_stage(connection, at_utc=at_utc, centre_id=new, on="2024-02-03")
    with reading(url) as connection:
        counted = rollout.situation(connection, scope=scope(territory="com-52121")).count
        assert (counted.open, counted.selected) == (2, 1)
        assert len(rollout.openings(connection, scope=scope(territory="com-52121"))) == 2


def test_the_list_dates_a_centre_by_the_opening_reached_last(url):
    with writing(url) as connection:
        at_utc = act(connection, ENTERED_AT)
        chaumont = seeded_number(connection, Centre, "52121")
        add_stage(
            connection, at_utc=at_utc, centre_id=chaumont, on="2022-03-01", kind=StageKind.CLOSED
        )
        add_stage(
            connection, at_utc=at_utc, centre_id=chaumont, on="2023", source_id="cnam-2024-02"
        )
        add_stage(connection, at_utc=at_utc, centre_id=chaumont, on="2023-04-01")
    with reading(url) as connection:
        row = rollout.openings(connection, scope=scope(territory="com-52121")).iloc[0]
        assert row["last_day"].date() == date(2023, 12, 31)
        assert row["happened_on"] == "2023"
        before = rollout.openings(connection, scope=scope("2022-01-01", "com-52121")).iloc[0]
        assert before["happened_on"] == "2019-04"


def test_a_centre_that_is_unproven_can_be_proven_by_a_new_version(url):

    with writing(url) as connection:
        at_utc = act(connection, ENTERED_AT)
        correct(
            connection,
            Centre,
            seeded_number(connection, Centre, "79191"),
            at_utc=at_utc,
            programme_link=ProgrammeLink.STATED,
        )
    with reading(url) as connection:
        counted = rollout.situation(connection, scope=scope()).count
        assert (counted.open, counted.unproven) == (16, 1)


def test_a_town_is_acv_by_the_list_of_march_2018_only(connection):
    sites = {row["insee_code"] for row in rows_of("reference/towns.csv")}
    acv = rollout.centre_list(connection, scope=scope(perimeter=Perimeter.ACV))
    others = rollout.centre_list(connection, scope=scope(perimeter=Perimeter.NON_ACV))
    assert set(acv["town_code"]) <= sites
    assert sites.isdisjoint(others["town_code"])
    assert len(sites) == 235


def test_the_database_holds_every_commune_and_every_site(connection):

    assert connection.scalar(select(func.count()).select_from(Town)) == 34_875
    assert connection.scalar(select(func.count(Town.acv_site.distinct()))) == 222
