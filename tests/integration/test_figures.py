"""A figure that somebody has: each reading told gives it, asked again at its address."""

from datetime import date
from functools import cache
from urllib.parse import parse_qsl, urlsplit

import pytest

from territoires.domain import address
from territoires.domain.figures import Kind, giving, nearest
from territoires.domain.params import SOURCE
from territoires.domain.scope import FRANCE, Perimeter, Scope, Territory
from territoires.french.figures import reading
from territoires.queries import figures, reconciliation, rollout, sources
from territoires.queries.territories import place
from territoires.ui.chapters import addresses
from territoires.web.compare import told_at

TODAY = date(2026, 11, 29)
USUAL = Scope(as_of=TODAY)


@pytest.fixture
def asked(connection):
    """Give what answers a question as a page does, once for all the readings that ask it."""
    return cache(lambda ask, scope: ask(connection, scope=scope))


def asked_there(connection, asked, told):
    """Give the figure that the page at a reading's address tells, in that reading."""
    split = urlsplit(told_at(told, today=TODAY))
    said = dict(parse_qsl(split.query))
    read = address.read(said, today=TODAY)
    assert not read.problems
    assert split.path.strip("/") in {path.strip("/") for path in addresses()}
    scope = read.scope
    if told.kind is Kind.LABELLED:
        resting = sources.resting(connection, scope=scope, source=SOURCE.of(said))
        return next(
            (told.value for text in resting["value_text"] if f"{told.value:g}" in text), None
        )
    if told.kind is Kind.PUBLISHED:
        rows = asked(reconciliation.totals, scope)
        row = rows[rows["number"] == told.row["number"]].iloc[0]
        return row["least"] if row["indicator"] == rollout.SHARE else row["value"]
    if told.kind in {Kind.BELIEVED_LEAST, Kind.BELIEVED_MOST}:
        band = asked(reconciliation.answer, scope).band
        return band.least if told.kind is Kind.BELIEVED_LEAST else band.most
    found = asked(rollout.situation, scope)
    return {
        Kind.CERTAIN: found.count.open,
        Kind.AT_MOST: found.count.open_at_most,
        Kind.UNDATED: found.count.open + found.count.open_undated,
        Kind.SELECTED: found.count.selected,
        Kind.WAITING: found.count.selected_without_opening,
        Kind.TARGET: found.progress.target and found.progress.target.value,
    }[told.kind]


@pytest.mark.only_on("sqlite", "hundreds of reads, each of which others make on both")
@pytest.mark.parametrize(
    "scope",
    [
        USUAL,
        Scope(as_of=TODAY, territory=Territory.parse("reg-44"), perimeter=Perimeter.ACV),
        Scope(as_of=date(2021, 5, 4)),
    ],
    ids=["today", "a region", "another day"],
)
def test_each_reading_gives_its_figure_at_its_address(connection, asked, scope):
    told = figures.told(connection, scope=scope)
    assert {each.kind for each in told} >= {Kind.CERTAIN, Kind.AT_MOST, Kind.WAITING, Kind.TARGET}
    assert {each.scope.territory for each in told} == {scope.territory, FRANCE}
    # Of those that say the same under the same scope, one is asked.
    for each in {(each.kind, each.scope, each.value): each for each in told}.values():
        assert asked_there(connection, asked, each) == each.value, each


def test_what_the_cnam_says_and_what_pages_tell_are_found(connection):
    told = figures.told(connection, scope=USUAL)
    kinds = [each.kind for each in giving(57, told, USUAL)]
    assert kinds == [Kind.PUBLISHED, Kind.BELIEVED_LEAST]
    assert giving(100, told, USUAL)[0].kind is Kind.TARGET
    assert giving(15, told, USUAL)[0].kind is Kind.CERTAIN
    assert Kind.LABELLED in {each.kind for each in giving(75, told, USUAL)}
    assert giving(44, told, USUAL)[0].kind is Kind.SELECTED


def test_the_figure_of_all_france_is_found_from_a_region(connection):
    here = Scope(as_of=TODAY, territory=Territory.parse("reg-44"))
    (found, *_) = giving(57, figures.told(connection, scope=here), here)
    assert (found.kind, found.scope.territory) == (Kind.PUBLISHED, FRANCE)
    told = figures.told(connection, scope=here)
    (labelled, counted, *_) = giving(15, told, here)
    assert (labelled.kind, labelled.scope) == (Kind.SELECTED, here)
    said = reading(counted, place(connection, territory=here.territory)).replace("\u00a0", " ")
    assert said.startswith("15 centres ouverts avec certitude en France entière, au ")


def test_a_figure_that_no_reading_gives_is_between_the_two_told(connection):
    told = figures.told(connection, scope=USUAL)
    assert not giving(58, told, USUAL)
    below, above = nearest(58, told, USUAL)
    assert (below.value, below.kind, above.value) == (57, Kind.PUBLISHED, 65)
    (most,) = nearest(10**6, told, USUAL)
    assert most.kind is Kind.TARGET
