"""The published totals of the seeds against the rows: the bands written out by hand."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import inf

import pytest

from territoires.charts import svg
from territoires.charts.reconciliation import band_svg
from territoires.db.engine import reading
from territoires.db.models import PublishedFigure
from territoires.domain.dates import PartialDate
from territoires.domain.params import BELIEVED
from territoires.domain.programme import FigureKind, Qualifier
from territoires.domain.scope import Perimeter, Scope, Territory
from territoires.french import home
from territoires.french import reconciliation as words
from territoires.french.numbers import number
from territoires.queries import reconciliation
from territoires.queries.frames import table
from territoires.queries.rollout import (
    INDICATOR,
    LABELLED,
    SHARE,
    announced_totals,
    meanings,
    situation,
)
from tests.conftest import SEEDED_AT
from tests.factories import act, add, writing

TODAY = Scope(as_of=date(2026, 11, 29))

# By hand, from the files of the seeds.
# Upper end of today: the latest total of labelled towns is 75 (15 February 2024); 45 towns are
# named, one of which has abandoned. Room is the smaller of
#   75 places + Chaumont, open without a label = 76, and
#   15 open at most + Saint-Dizier, open without a date + 29 labelled without a known opening
#   + the 75 - 45 = 30 that nobody names = 75.
# On 31 December 2022 the same holds: the smallest total of that day or later is 75, the 45 are
# labelled, 15 may be open (Montbéliard may be since October 2021). The 18 is the least of « environ
# 20 » in May 2021; « plus des trois quarts de 75 » of 2024 says no more than 75.
BY_HAND = [
    ("2019-04-30", 1, 1),
    ("2019-12-31", 5, 5),
    ("2021-05-04", 18, 22),
    ("2022-12-31", 18, 15 + 1 + 29 + (75 - 45)),
    ("2026-11-29", 57, min(75 + 1, 15 + 1 + 29 + (75 - 45))),
]


@pytest.mark.parametrize(("day", "least", "most"), BY_HAND)
def test_the_band_is_the_one_written_out_by_hand(connection, day, least, most):
    found = reconciliation.answer(connection, scope=Scope(as_of=date.fromisoformat(day)))
    assert (found.band.least, found.band.most) == (least, most)


def test_the_sentence_of_today(connection):
    found = reconciliation.answer(connection, scope=TODAY)
    said = words.sentence(
        "Prouvé", found.certain, found.band, found.publishers, at_most=found.at_most
    )
    plain = said.replace("*", "").replace("\u00a0", " ")
    assert plain == "Prouvé : 15. En croyant le Cnam : de 57 à 75."


def test_each_total_means_what_its_words_say(connection):
    found = reconciliation.totals(connection, scope=TODAY)
    said = [
        (row["day"].date().isoformat(), words.meaning(row), row["is_believed"])
        for row in found.to_dict("records")
    ]
    assert said == [
        ("2019-09-13", "1", True),
        ("2019-12-31", "5", True),  # published in 2024
        ("2020-01-20", "55", False),
        ("2020-01-27", "au moins\u00a03", True),
        ("2021-01-31", "au moins\u00a07", True),  # the first call only
        ("2021-05-04", "de 18 à 22", True),
        ("2024-02-15", "de 57 à 75", True),
    ]


def test_the_55_of_january_2020_is_named_against_the_20_of_may_2021(connection):
    (row,) = reconciliation.contradicted(connection, scope=TODAY).to_dict("records")
    assert not row["is_believed"]
    assert "55" in row["detail"]
    assert "environ" in row["detail"]
    assert "20 janvier 2020" in row["detail"].replace("\u00a0", " ")
    assert "4 mai 2021" in row["detail"].replace("\u00a0", " ")


def test_believing_the_55_leaves_no_band_on_the_days_between(connection):
    every = tuple(reconciliation.totals(connection, scope=TODAY)["number"])
    asked = replace(TODAY, as_of=date(2020, 6, 1))
    found = reconciliation.answer(connection, scope=asked, believed=every)
    assert not found.band.holds
    drawn = reconciliation.bands(connection, scope=TODAY, believed=every).set_index("day")
    assert drawn.loc["2020-01-20":"2021-05-04", ["least", "most"]].isna().all(axis=None)
    assert drawn["least"].iloc[-1] == 57
    assert reconciliation.contradicted(connection, scope=TODAY, believed=every)["is_believed"].all()


def test_believing_nothing_leaves_the_rows_and_the_labelled_places(connection):
    found = reconciliation.answer(connection, scope=TODAY, believed=())
    assert (found.band.least, found.band.most, found.publishers) == (15, 75, ())


@pytest.mark.parametrize(
    "scope",
    [
        replace(TODAY, perimeter=Perimeter.ACV),
        replace(TODAY, territory=Territory.parse("reg-44")),
    ],
)
def test_totals_of_another_scope_bound_nothing(connection, scope):
    found = reconciliation.answer(connection, scope=scope)
    assert (found.totals, found.band.most) == (0, float("inf"))
    assert found.band.least == found.certain
    assert reconciliation.totals(connection, scope=scope).empty
    assert reconciliation.contradicted(connection, scope=scope).empty


@pytest.mark.parametrize(
    ("query", "columns"),
    [
        (reconciliation.totals, reconciliation.TOTALS),
        (reconciliation.bands, reconciliation.BANDS),
        (reconciliation.contradicted, reconciliation.CONTRADICTIONS),
    ],
)
def test_an_answer_has_its_columns_even_when_nothing_was_known(connection, query, columns):
    before = datetime(2020, 1, 1, tzinfo=UTC)
    found = query(connection, scope=replace(TODAY, known_at=before))
    assert dict(found.dtypes.astype(str)) == dict(table([], columns).dtypes.astype(str))


def test_what_was_known_before_a_total_was_recorded_does_not_move(url):
    day = date(2026, 11, 29)
    with writing(url) as connection:
        at_utc = act(connection, SEEDED_AT + timedelta(days=2))
        add(
            connection,
            PublishedFigure,
            at_utc=at_utc,
            indicator="open_centres",
            published_on=PartialDate(2025, 3, 1),
            value=60.0,
            qualifier=Qualifier.EXACT,
            kind=FigureKind.OBSERVED,
            title="Bilan",
            source_id="cnam-2024-02",
            starts_on=PartialDate(),
            ends_on=PartialDate(),
        )
    with reading(url) as connection:
        now = reconciliation.answer(connection, scope=Scope(as_of=day))
        then = SEEDED_AT + timedelta(days=1)
        before = reconciliation.answer(connection, scope=Scope(as_of=day, known_at=then))
    assert (now.band.least, before.band.least) == (60, 57)
    assert before.band.most == 75


@pytest.mark.parametrize(("text", "numbers"), [("12,3,12", (3, 12)), ("aucun", ())])
def test_beliefs_are_said_in_an_address(text, numbers):
    assert BELIEVED.read(text) == numbers
    assert BELIEVED.read(BELIEVED.write(numbers)) == numbers
    for wrong in ("x", "1,,2", "-1", ""):
        with pytest.raises(ValueError, match=f"^{re.escape(wrong)}$"):
            BELIEVED.read(wrong)


# --- totals of a part of the programme ---


def figure(indicator, value, part="", day=date(2020, 1, 31)):
    return {
        "indicator": indicator,
        "value": value,
        "qualifier": "exact",
        "part": part,
        "last_day": day,
    }


def test_a_total_of_a_part_bounds_from_below_only_wherever_it_is_read(connection):
    scope = Scope(as_of=date(2021, 2, 1))
    whole, part = meanings([figure(INDICATOR, 7), figure(INDICATOR, 7, "premier appel")])
    assert (whole["least"], whole["most"]) == (7, 7)
    assert (part["least"], part["most"]) == (7, inf)
    listed = announced_totals(connection, scope=scope)
    (one,) = listed[listed["part"] != ""].to_dict("records")
    assert (one["least"], one["most"], one["part"]) == (7, inf, "premier appel (AMI 1)")
    found = situation(connection, scope=scope)
    assert (found.announced.least, found.announced.most) == (7, inf)
    assert home.announced(found.announced, "annoncé") == "7 ou plus annoncés"
    assert home.announced_short(found.announced) == "7\u00a0+"
    assert home.announced_caption(found.announced).endswith(", premier appel (AMI 1)")


def test_a_share_is_of_all_the_places_labelled_never_of_a_part():
    parts = [figure(LABELLED, 55), figure(LABELLED, 20, "second appel", date(2020, 6, 30))]
    (share,) = meanings([*parts, figure(SHARE, 60, day=date(2020, 12, 31))])
    assert share["share_of"] == 55


def drawn(connection, *, width=1120, **believed):
    bands = reconciliation.bands(connection, scope=TODAY, **believed)
    totals = reconciliation.totals(connection, scope=TODAY, **believed)
    picture = band_svg(bands, totals=totals, as_of=TODAY.as_of, label="Bande", width=width)
    return picture, totals


def test_a_total_without_a_most_ends_in_an_arrow_of_its_own(connection):
    picture, totals = drawn(connection)
    open_ended = totals[totals["most"].isna()]
    assert len(open_ended)
    marks = re.findall(r"<g><title>([^<]+)</title>(.*?)</g>", picture)
    arrows = {said.split("&#10;")[1] for said, mark in marks if mark.count("<path") == 3}
    assert arrows == {f"au moins\u00a0{number(least)}" for least in open_ended["least"]}


@pytest.mark.parametrize("width", [350, 1120])
def test_every_total_is_told_and_what_is_not_believed_is_hollow(connection, width):
    picture, totals = drawn(connection, width=width)
    said = [words.total(row) for row in totals.to_dict("records")]
    assert [each for each in said if svg.escaped(each) not in picture] == []
    none, _ = drawn(connection, width=width, believed=())
    assert none.count('fill="none"') > picture.count('fill="none"')
    assert words.LEFT_OUT in none
    box = [float(each) for each in re.search(r'viewBox="([^"]+)"', picture)[1].split()]
    for x, y in re.findall(r'<text x="([-\d.]+)" y="([-\d.]+)"', picture):
        assert 0 <= float(x) <= box[2]
        assert 0 <= float(y) <= box[3]
