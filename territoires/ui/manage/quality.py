"""What the page « Qualité » shows: counts by region, then each section with its rows."""

from datetime import date
from typing import Final

import pandas as pd
import streamlit as st

from territoires.domain import params
from territoires.french import quality as words
from territoires.french.dates import day
from territoires.french.dictionary import COLUMNS
from territoires.french.places import typeset
from territoires.queries import quality
from territoires.ui import links
from territoires.ui.bar import today
from territoires.ui.desk import Desk, download_csv
from territoires.ui.enter.choosing import choose_region
from territoires.ui.filters import named_after

_NATIONAL: Final = "france"


def chosen(desk: Desk) -> pd.DataFrame:
    """Ask for a region, and give the findings there; one's own region first."""
    every = desk.ask(quality.findings, as_of=today())
    region = choose_region(desk, every, {_NATIONAL: "National seulement"})
    if not region:
        return every
    return every[every["region_code"] == ("" if region == _NATIONAL else region)]


def counts(desk: Desk, found: pd.DataFrame) -> None:
    """Print how much there is to look at, by section, then by region."""
    with st.container(horizontal=True, key="qualite_comptes"):
        for section, label in words.SECTIONS.items():
            st.metric(label, str(int((found["section"] == section).sum())), border=True)
    with st.expander("Par région", icon=":material/map:"):
        data = desk.ask(quality.by_region, as_of=today())
        shown = data.drop(columns="region_code").rename(
            columns={"region": "Région"} | words.SECTIONS
        )
        st.dataframe(shown, hide_index=True, alt="Points à regarder, par région", height="content")
    download_csv(
        desk,
        lambda: found.assign(
            section=found["section"].map(words.SECTIONS), gap=found["gap"].map(words.GAPS)
        ),
        name=named_after("qualite", params.REGION),
        titles=COLUMNS,
        partial={"since"},
    )


def sections(found: pd.DataFrame) -> None:
    """Print each section: what it means, then its rows, the longest overdue first."""
    for section, label in words.SECTIONS.items():
        rows = found[found["section"] == section]
        st.header(label, anchor=False)
        st.caption(words.EXPLAINED[section])
        if rows.empty:
            st.success(words.FINE[section], icon=":material/check_circle:")
        else:
            _rows(rows, label)
        if section == "late":
            st.caption(words.BADGES)
            _next_due()


def _next_due() -> None:
    now = today()
    year, due = quality.last_due(now)
    st.caption(words.next_due(year + 1, due.replace(year=due.year + 1)))


def _rows(rows: pd.DataFrame, label: str) -> None:
    dated = bool(rows["days"].notna().any())
    shown = {
        "Ville": [
            links.town_address(row.town_code, typeset(row.town)) if row.town_code else None
            for row in rows.itertuples()
        ],
        "Ce qui est à voir": [words.GAPS[gap] for gap in rows["gap"]],
        "Détail": list(rows["detail"]),
        "Région": [typeset(row.region) or words.NATIONAL for row in rows.itertuples()],
    }
    if dated:
        shown["Date"] = [day(date.fromisoformat(text)) if text else "" for text in rows["since"]]
        shown["Depuis"] = [words.badge(days) for days in rows["days"]]
    st.dataframe(
        pd.DataFrame(shown),
        hide_index=True,
        column_config={"Ville": links.column(alignment="left")},
        placeholder="–",
        alt=label,
    )
