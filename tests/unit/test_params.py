"""What a page writes in an address is what its files read, and nonsense is quoted."""

import inspect

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territoires.domain import params
from territoires.domain.coverage import ROAD_FACTOR
from territoires.domain.params import Param, read_filters, write_filters
from territoires.queries.exports import EXPORTS

EVERY = [each for each in vars(params).values() if isinstance(each, Param)]
NUMBERS = [each for each in EVERY if each.most and not each.words]


@pytest.mark.parametrize("param", EVERY, ids=lambda param: param.name)
def test_what_is_written_is_read_again(param):
    for value in (param.read(param.example), *param.words.values()):
        assert param.of(param.said(value)) == value


@pytest.mark.parametrize("param", EVERY, ids=lambda param: param.name)
def test_silence_is_the_usual_view(param):
    if param.is_needed:
        with pytest.raises(ValueError, match=r"^$"):
            param.of({})
    else:
        assert param.of({}) == param.usual
        assert param.said(param.usual) == {}


@pytest.mark.parametrize("param", NUMBERS, ids=lambda param: param.name)
def test_a_number_keeps_to_its_bounds(param):
    for bound in (param.least, param.most):
        assert param.write(param.read(str(bound))) == str(bound)
    for beyond in (param.least - 1, param.most + 1, "loin", "1.5", "１"):
        with pytest.raises(ValueError, match=str(beyond)):
            param.read(str(beyond))


@pytest.mark.parametrize(
    ("param", "nonsense"),
    [
        (params.ROAD, "peut-être"),
        (params.STATES, "ouvert,brumeux"),
        (params.OPENED_IN, "2018"),
        (params.GRAIN, "cantons"),
        (params.LARGE, "1"),
        (params.INCLUDE, "Chaumont"),
        (params.ACV_SHARE, "101"),
        (params.YEAR, "2021-2023"),
        (params.SINCE, "hier"),
    ],
)
def test_nonsense_is_quoted(param, nonsense):
    with pytest.raises(ValueError, match=nonsense.split(",", maxsplit=1)[0]):
        param.of({param.name: nonsense})


def test_the_states_on_show_are_read_in_the_order_of_the_legend():
    assert params.STATES.read("labellisee,ouvert") == ("open", "selected")


@given(
    radius=st.integers(params.RADIUS.least, params.RADIUS.most),
    factor=st.sampled_from([1.0, ROAD_FACTOR]),
    count=st.integers(params.TOWNS.least, params.TOWNS.most),
    share=st.integers(0, 100),
    include=st.lists(st.sampled_from(["79191", "2B033", "52448"]), unique=True),
    flags=st.tuples(st.booleans(), st.booleans(), st.booleans()),
)
def test_wishes_are_read_as_they_were_written(  # noqa: PLR0913, PLR0917 - the wishes
    radius, factor, count, share, include, flags
):
    filters = {
        "radius_km": radius,
        "factor": factor,
        "count": count,
        "include": tuple(include),
        "exclude": (),
        "min_per_region": 0,
        "min_acv_share": share / 100,
        "with_large": flags[0],
        "favours_bare_departments": flags[1],
        "with_prior": flags[2],
    }
    wanted = (*params.REACH, *params.WISHES)
    assert read_filters(wanted, write_filters(wanted, filters)) == filters


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_reads_only_filters_that_its_query_has(name):
    export = EXPORTS[name]
    takes = inspect.signature(export.query).parameters
    assert {param.filter for param in export.params} <= set(takes)
    names = [param.name for param in export.params]
    assert len(names) == len(set(names))
