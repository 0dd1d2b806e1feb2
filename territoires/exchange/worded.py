"""Rows for people: codes put into words, numbers without the decimals that mean nothing."""

from typing import Final

import pandas as pd

from territoires.french import cells

# What a figure is worth: a town hall within some ten metres, a distance between two of them within
# a hundred, a share of inhabitants by the hundredth of a percent.
_DECIMALS: Final = {
    "latitude": 4,
    "longitude": 4,
    "km": 1,
    "share": 4,
    "covered_share": 4,
    "target_share": 4,
    "per_million": 2,
}
_BY_SIZE: Final = {"rate", "median"}  # of shares or of people, by the indicator
_LARGE: Final = 1000


def rounded(data: pd.DataFrame) -> pd.DataFrame:
    """Take off the decimals that mean nothing."""
    digits = {name: kept for name, kept in _DECIMALS.items() if name in data}
    for name in _BY_SIZE.intersection(data):
        largest = data[name].abs().max()
        digits[name] = 4 if largest <= 1 else 2 if largest < _LARGE else 0
    return data.round(digits)


def in_french(data: pd.DataFrame) -> pd.DataFrame:
    """Put codes into words; dates and numbers are the file's own matter."""
    coded = {
        str(name): [cells.word(str(name), value) for value in data[name]]
        for name in data
        if cells.is_coded(str(name))
    }
    return data.assign(**coded)
