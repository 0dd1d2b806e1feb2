"""Enrolments, drawn: by year and region, by age of the centre, by centre, by field and course."""

from collections.abc import Mapping
from math import ceil
from typing import Any, Final

import pandas as pd

from territoires.charts import svg
from territoires.charts.bars import Bar, Part, bars_svg
from territoires.charts.curves import WIDE, Scale, levels, linear, under
from territoires.charts.palette import (
    CATEGORICAL,
    DOCUMENTED,
    GROUND,
    MEANINGS,
    MUTED,
    PUBLISHED,
)
from territoires.domain.programme import Counted, Qualifier
from territoires.french import enrolments as words
from territoires.french.numbers import number
from territoires.french.places import typeset

_MOST_REGIONS: Final = 5
_MOST_COURSES: Final = 15
_HEIGHT: Final = 400.0
_FOOT: Final = 44.0  # the months and what they are
_LEFT: Final = 40.0
_YEAR: Final = 12  # months
_FEWEST: Final = 3  # fewer make no median


def by_region(totals: pd.DataFrame) -> pd.DataFrame:
    """Leave the five largest regions apart, and add up the others as if they were one.

    Takes TOTALS of `queries.enrolments`; what is not told is left out. `region` comes in order.
    """
    told = totals[totals["headcount"].notna()]
    sums = told.groupby("region")["headcount"].sum().sort_values(ascending=False, kind="stable")
    apart = list(sums.index[:_MOST_REGIONS])
    is_apart = told["region"].isin(apart)
    named = told["region"].where(is_apart, words.OTHER_REGIONS)
    together = told.assign(
        region=pd.Categorical(named, [*apart, words.OTHER_REGIONS], ordered=True),
        region_code=told["region_code"].where(is_apart, ""),
    )
    counts = ("headcount", "centres", "hidden_centres", "expected_centres")
    return together.groupby(["academic_year", "region"], observed=True, as_index=False).agg(
        {"region_code": "first", "counted": "first", "provisional": "any"}
        | dict.fromkeys(counts, "sum")
    )


def colours(regions: pd.DataFrame) -> dict[str, str]:
    """Give the colour of each region of `by_region`: none means something elsewhere."""
    names = sorted(regions["region"].unique(), key=list(regions["region"].cat.categories).index)
    own = dict(zip(names, CATEGORICAL[len(MEANINGS) :], strict=False))
    return own | ({words.OTHER_REGIONS: MUTED} if words.OTHER_REGIONS in names else {})


def totals_svg(totals: pd.DataFrame, *, territory: str, label: str, width: float) -> str:
    """Draw the total of each academic year, parted by region; what is provisional is hatched.

    Takes TOTALS of `queries.enrolments`. `territory` is the address of this page about a region,
    less its code.
    """
    regions = by_region(totals)
    of = colours(regions)
    bars = [
        Bar(
            name=str(year),
            end=number(rows["headcount"].sum()),
            parts=[
                Part(
                    value=row["headcount"],
                    colour=of[row["region"]],
                    is_hatched=row["provisional"],
                    said=svg.plain(words.region_total(row)),
                    href=f"{territory}{row['region_code']}" if row["region_code"] else "",
                )
                for row in rows.to_dict("records")
            ],
        )
        for year, rows in regions.groupby("academic_year")
    ]
    return bars_svg(bars, width=width, label=label)


def centres_svg(centres: pd.DataFrame, *, sheet: str, label: str, width: float) -> str:
    """Draw the total of each centre, largest first, with the target stated for it.

    Takes CENTRES of `queries.enrolments`; those without a total that can be shown have no bar: the
    page names them. `sheet` is the address of a town's sheet, less its code.
    """
    rows = centres[centres["publication"] == "shown"]
    rows = rows.sort_values(["headcount", "town"], ascending=[False, True], kind="stable")
    bars = [
        Bar(
            name=typeset(row["town"]),
            end=words.centre_end(row),
            parts=[
                Part(value=row["headcount"], colour=DOCUMENTED, is_hatched=row["provisional"]),
            ],
            said=svg.plain(words.centre_total(row)),
            href=f"{sheet}{row['town_code']}",
            target=None if pd.isna(row["target"]) else row["target"],
        )
        for row in rows.to_dict("records")
    ]
    return bars_svg(bars, width=width, label=label)


def fields_svg(fields: pd.DataFrame, *, address: str, label: str, width: float) -> str:
    """Draw what is shown of each field; takes FIELDS of `queries.enrolments`, largest first.

    `address` is that of this page about a field, less its key.
    """
    named = fields.rename(columns={"field": "name", "field_slug": "key"})
    return _sums(named, address, label=label, width=width)


def courses_svg(courses: pd.DataFrame, *, address: str, label: str, width: float) -> str:
    """Draw what is shown of the fifteen largest courses; takes COURSES of `queries.enrolments`.

    `address` is that of a course, less its key.
    """
    largest = courses.head(_MOST_COURSES)
    named = largest.rename(columns={"course": "name", "course_key": "key"})
    return _sums(named, address, label=label, width=width)


def _sums(rows: pd.DataFrame, address: str, *, label: str, width: float) -> str:
    bars = [
        Bar(
            name=typeset(row["name"]),
            end=words.bar_end(row),
            # A bar of nothing carries the words that there is something, and that it is not told.
            parts=[Part(value=0 if pd.isna(value) else value, colour=DOCUMENTED)],
            said=svg.plain(words.sum_of_cells(row, typeset(row["name"]))),
            href=f"{address}{row['key']}",
        )
        for row, value in zip(rows.to_dict("records"), rows["headcount"], strict=True)
    ]
    return bars_svg(bars, width=width, label=label)


def announced_svg(announced: pd.DataFrame, *, label: str, width: float) -> str:
    """Draw the totals published for the whole programme, a bar each; nothing where there are none.

    Takes PUBLISHED of `queries.enrolments`; what is said to be a least or about ends open.
    """
    bars = [
        Bar(
            name=_announced(row, width),
            end=words.figure(row),
            parts=[Part(value=row["value"], colour=PUBLISHED)],
            is_at_least=row["qualifier"] != Qualifier.EXACT,
        )
        for row in announced.to_dict("records")
    ]
    return bars_svg(bars, width=width, label=label)


def _announced(row: Mapping[Any, Any], width: float) -> str:
    """Say what a total is about; who said so is in the table where there is no room for it."""
    said = words.announced(row)
    return said if svg.extent(said, 13) <= width else str(row["period"])


def ages_svg(ages: pd.DataFrame, *, counts: Counted, sheet: str, label: str, width: float) -> str:
    """Draw a thin line per centre by months since its opening, and the median of the centres.

    Takes AGES of `queries.enrolments`. The median of each twelve months rests on three centres at
    least, each with its last figure of those months. A centre leads to its `sheet`.
    """
    if ages.empty:
        return ""
    last = _YEAR * max(1, ceil(ages["months"].max() / _YEAR))
    top, right, foot = 1.08 * max(1, ages["headcount"].max()), width - 14.0, _HEIGHT - _FOOT
    x, y = linear(0, last, _LEFT, right), linear(0, top, foot, 24)
    every = _YEAR if width >= WIDE else 2 * _YEAR
    drawn = [
        levels(y, top, _LEFT, right),
        svg.text(0, 12, words.unit(counts)),
        under(x, range(0, last, every), foot, right, words.AGE),
        *(
            svg.link(_centre(rows, x, y), typeset(rows["town"].iloc[0]), f"{sheet}{code}")
            for code, rows in ages.groupby("town_code", sort=False)
        ),
        _median(ages, x, y),
    ]
    return svg.picture("".join(drawn), box=(0.0, 0.0, width, _HEIGHT), label=label)


def _centre(rows: pd.DataFrame, x: Scale, y: Scale) -> str:
    """Draw the line of a centre and its points, hollow where they are provisional."""
    points = [
        svg.told(
            svg.mark(
                "circle",
                x(row["months"]),
                y(row["headcount"]),
                3,
                GROUND if row["provisional"] else DOCUMENTED,
                stroke=DOCUMENTED,
                stroke_width=1.5,
            ),
            svg.plain(words.age_point(row)),
        )
        for row in rows.to_dict("records")
    ]
    through = [(x(m), y(n)) for m, n in zip(rows["months"], rows["headcount"], strict=True)]
    return svg.line(through, MUTED) + "".join(points)


def medians(ages: pd.DataFrame) -> "pd.Series[float]":
    """Give the median of each twelve months that rests on three centres at least, by year."""
    steps = ages.assign(age=(ages["months"] // _YEAR).astype("int64"))
    last = steps.groupby(["age", "town_code"])["headcount"].last().groupby("age")
    found = last.median()[last.size() >= _FEWEST]
    return found if len(found) > 1 else found.iloc[:0]


def _median(ages: pd.DataFrame, x: Scale, y: Scale) -> str:
    found = medians(ages)
    points = [(x(_YEAR * age + _YEAR / 2), y(value)) for age, value in found.items()]
    marks = [
        svg.told(
            svg.mark("diamond", *point, 5, svg.TEXT, stroke=GROUND, stroke_width=1),
            words.median_point(value),
        )
        for point, value in zip(points, found, strict=True)
    ]
    return svg.line(points, svg.TEXT, 3) + "".join(marks)
