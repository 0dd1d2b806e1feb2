"""From rows to a DataFrame whose columns and dtypes never depend on the data."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, TypeVar

import pandas as pd
from sqlalchemy import Connection, Select

from territoires.domain.text import fold

T = TypeVar("T")
Columns = Mapping[str, str]

DAY = "datetime64[s]"
TEXT = "str"
COUNT = "int64"
NUMBER = "float64"
FLAG = "bool"
INSTANT = "datetime64[us, UTC]"
# A name means the same in every frame, and so has one type, but for what a frame sets apart.
_NAMES = {
    TEXT: (
        "academic_year actor actor_name after announced_for announced_on answered_on asked_by "
        "asked_on asks author author_name basis before centre change cnam_code code column command "
        "confidence counted course course_key cpf_eligible cpf_status credential decided_by "
        "decision department department_code detail draft email ends_on ends_on_text entity "
        "entity_id field field_slug figure_kind file gap happened_on indicator kind last_opening "
        "licence mode mode_list name nearest nearest_code not_before note obtained_from offered "
        "offered_towns parent part period publication published_on publisher qualifier reason "
        "recorded_at recorded_by region region_code region_names regions reliability replaced_at "
        "replaced_by retrieved_on rncp_code role scope section service since site source "
        "source_id source_title source_url starts_on starts_on_text state status subject table "
        "target_source territory title town town_code type url value_text"
    ),
    COUNT: (
        "acv_target agreed alone applied cells centre_id centres centres_at_most changes "
        "closed_or_abandoned count courses_at_most courses_hidden covered covered_after "
        "cumulative documented event_id expected_centres facts figures hidden hidden_centres "
        "inhabitants kept_centres labelled last_year marginal medium offered_at_most "
        "offered_centres offered_courses open open_acv open_at_most openings others others_target "
        "population population_year proposal_id radius_km rank sessions sites sites_with_centre "
        "stages version_id whole"
    ),
    NUMBER: (
        "courses_sum covered_share credits days enrolled headcount high km latitude level "
        "longitude low median months objective per_medium per_medium_high per_medium_low "
        "per_million rate share target target_share value"
    ),
    FLAG: (
        "active acv believed certain contradicted expected in_force known "
        "must_change_password possible prior_seat provisional required retained set_aside "
        "transmitted with_password"
    ),
    DAY: "counted_on day deadline decided_on first_day first_quarter last_day last_quarter",
    INSTANT: "at_utc created_at decided_at",
    "object": "cpf",
}
_TYPES = {name: dtype for dtype, names in _NAMES.items() for name in names.split()}


def columns(names: str, **apart: str) -> dict[str, str]:
    """Declare the columns of a frame in their order, `apart` giving the types peculiar to it.

    Raises KeyError for a name whose type nobody has said.
    """
    return {name: apart.get(name) or _TYPES[name] for name in names.split()}


def frame(
    connection: Connection, statement: Select[*tuple[Any, ...]], columns: Columns
) -> pd.DataFrame:
    """Run a SELECT and hold its answer to the declared columns, as `table` does."""
    return table((row._asdict() for row in connection.execute(statement)), columns)


def table(rows: Iterable[Mapping[str, Any]], columns: Columns) -> pd.DataFrame:
    """Make a frame of rows computed in Python, held to the declared columns.

    In a column of texts, what is not known is empty, and a partial date is as ISO writes it.
    """
    held = list(rows)
    # Column by column: a frame that is made, then converted, takes twice the time.
    made = {name: _column([row.get(name) for row in held], columns[name]) for name in columns}
    return pd.DataFrame(made, copy=False)


def _column(values: list[Any], dtype: str) -> Any:
    if dtype == TEXT:
        return pd.array([text(value) for value in values], dtype=dtype)
    return pd.Series(values, dtype=dtype)


def text(value: Any) -> Any:
    """Write what is not known as an empty text, and a partial date as ISO does."""
    return "" if value is None else getattr(value, "iso", value)


def by_name(rows: Iterable[T], *names: str) -> list[T]:
    """Sort rows as a French reader expects; every engine sorts texts in its own way.

    `names`: attributes of each, or keys of a mapping.
    """
    return sorted(rows, key=lambda row: [fold(_read(row, name)) for name in names])


def _read(row: Any, name: str) -> Any:
    return row[name] if isinstance(row, Mapping) else getattr(row, name)


def empty(columns: Columns) -> pd.DataFrame:
    """Give the frame that answers nothing."""
    return _empty(tuple(columns.items())).copy()


@cache
def _empty(columns: tuple[tuple[str, str], ...]) -> pd.DataFrame:
    return table([], dict(columns))
