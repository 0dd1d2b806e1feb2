"""From rows to a DataFrame whose columns and dtypes never depend on the data."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Concatenate, ParamSpec, TypeVar

import pandas as pd
from sqlalchemy import Connection, Select

from territoires.domain.text import fold

P = ParamSpec("P")
T = TypeVar("T")
Columns = Mapping[str, str]
Query = Callable[Concatenate[Connection, P], pd.DataFrame]

DAY = "datetime64[s]"
TEXT = "str"
COUNT = "int64"
NUMBER = "float64"
FLAG = "bool"


def frame(
    connection: Connection, statement: Select[*tuple[Any, ...]], columns: Columns
) -> pd.DataFrame:
    """Run a SELECT and hold its answer to the declared columns."""
    result = connection.execute(statement)
    data = pd.DataFrame(result.all(), columns=list(result.keys()))
    return data[list(columns)].astype(dict(columns))


def table(rows: Iterable[Mapping[str, Any]], columns: Columns) -> pd.DataFrame:
    """Make a frame of rows computed in Python, held to the declared columns."""
    return pd.DataFrame(list(rows), columns=list(columns)).astype(dict(columns))


def by_name(rows: Iterable[T], *names: str) -> list[T]:
    """Sort rows as a French reader expects; every engine sorts texts in its own way."""
    return sorted(rows, key=lambda row: [fold(getattr(row, name)) for name in names])


def empty(columns: Columns) -> pd.DataFrame:
    """Give the frame that answers nothing."""
    return table([], columns)
