"""What the journal shows: its filters, its acts, one act in full, the state of its seals."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from territoires.domain import params
from territoires.domain.params import Param
from territoires.french import dates
from territoires.french import journal as words
from territoires.french.dictionary import COLUMNS
from territoires.french.numbers import counted, number
from territoires.french.places import typeset
from territoires.queries import acts, history
from territoires.ui import links
from territoires.ui.bar import today
from territoires.ui.desk import Desk, button, download_csv, shown
from territoires.ui.filters import asked, choice, named_after, put

_FILTERS: Final = (params.ACTOR, params.COMMAND, params.ENTITY, params.PERIOD)
_THINGS: Final = (
    *("stage", "bound", "announcement", "question", "centre", "enrolment", "offering"),
    *("course", "target", "import", "proposal", "report", "report_decision", "staff"),
    *("setting", "seeds"),
)
_A_PAGE: Final = 50
_MOST_TOLD: Final = 60
_NOT_TOLD: Final = frozenset({"id", "draft"})
_MOST_EXPORTED: Final = 100_000
_CHECKED: Final = "journal_chaine"


def filters(desk: Desk) -> dict[str, Any]:
    """Ask whose acts, which, about what and since when; all in the address."""
    people = desk.ask(acts.people)
    commands = sorted(desk.ask(acts.commands), key=words.act)
    with st.container(horizontal=True, key="journal_filtres"):
        who = choice("Personne", params.ACTOR, {"": "Tout le monde"} | people)
        command = choice(
            "Acte",
            params.COMMAND,
            {"": "Tous"} | {name: words.act(name).capitalize() for name in commands},
        )
        entity = choice(
            "Chose",
            params.ENTITY,
            {"": "Toutes"} | {name: words.entity(name).capitalize() for name in _THINGS},
        )
        period = choice("Période", params.PERIOD, words.PERIODS, width=190)
    found: dict[str, Any] = {"actor": who, "command": command, "entity": entity}
    if period:
        # A question of the day rather than of the second: its answer is kept until the next act.
        midnight = datetime.combine(today(), datetime.min.time(), tzinfo=UTC)
        found["since"] = midnight - timedelta(days=words.DAYS[period] - 1)
    return found


def listing(desk: Desk, found: dict[str, Any]) -> None:
    """List the acts, latest first, each with a way to its details."""
    before = _number(params.BEFORE)
    page = desk.ask(history.journal, **found, before_event=before, limit=_A_PAGE + 1)
    if not len(page):
        st.info(words.NO_ACT, icon=":material/search_off:")
        return
    some = page.head(_A_PAGE)
    kept = asked(*_FILTERS)
    st.dataframe(
        pd.DataFrame(
            {
                "Voir": [
                    f"journal?{urlencode(params.ACT.said(row.event_id) | kept)}"
                    for row in some.itertuples()
                ],
                "Quand": [dates.instant(row.at_utc) for row in some.itertuples()],
                "Qui": list(some["actor_name"]),
                "Acte": [words.act(row.command).capitalize() for row in some.itertuples()],
                "Chose": [words.entity(row.entity) for row in some.itertuples()],
                "Motif": list(some["reason"]),
            }
        ),
        hide_index=True,
        column_config={
            "Voir": st.column_config.LinkColumn(display_text=rf"{params.ACT.name}=(\d+)", width=70),
        },
        alt="Actes du journal, le plus récent d’abord",
        height="content",
    )
    with st.container(horizontal=True, key="journal_pages"):
        if before is not None:
            button("Les plus récents", "journal_recents", put, params.BEFORE, 0, icon="first_page")
        if len(page) > _A_PAGE:
            last = int(some["event_id"].iloc[-1])
            button(
                "Plus anciens", "journal_anciens", put, params.BEFORE, last, icon="chevron_right"
            )
        name = named_after("journal", *_FILTERS)
        download_csv(desk, lambda: history_rows(desk, found), name=name, titles=COLUMNS)


def history_rows(desk: Desk, found: dict[str, Any]) -> pd.DataFrame:
    """Give the acts as their file says them."""
    data = desk.ask(history.journal, **found, limit=_MOST_EXPORTED)
    return data.assign(
        command=data["command"].map(words.act), entity=data["entity"].map(words.entity)
    )


def _number(param: Param[int]) -> int | None:
    """Read the number of an act; None for the usual one, and for what is none."""
    try:
        return param.of(st.query_params.to_dict()) or None
    except ValueError:
        return None


def one_act(desk: Desk) -> bool:
    """Show the act that the address names, if it names one."""
    if params.ACT.name not in st.query_params:
        return False
    number_ = _number(params.ACT)
    found = None if number_ is None else desk.ask(acts.act, event_id=number_)
    if found is None:
        text = shown(st.query_params[params.ACT.name][:40])
        st.warning(
            f"Le journal n’a pas d’acte «\u00a0{text}\u00a0». Choisissez-en un dans la liste.",
            icon=":material/search_off:",
        )
        return False
    with st.container(border=True, key="journal_acte"):
        st.header(f"Acte n°\u00a0{number(found.number)}", anchor=False)
        st.markdown(shown(words.headline(found.command, found.actor_name, found.at_utc)) + ".")
        if found.reason:
            st.markdown(f"**Motif**\u00a0: {shown(found.reason)}")
        _towns(found)
        if found.imported:
            kind = found.command.removeprefix("import_")
            st.markdown(
                words.imported({**found.imported, "file": shown(found.imported["file"])}, kind)
            )
        for change in found.counted:
            st.markdown(words.counted_rows(change))
        _differences(desk, found)
        _neighbours(found)
    return True


def _towns(found: acts.Act) -> None:
    if not found.towns:
        return
    with st.container(horizontal=True, key="journal_villes"):
        for code, name in found.towns:
            links.town(code, typeset(name))


def _differences(desk: Desk, found: acts.Act) -> None:
    """Print what the act changed, column by column, before and after."""
    asked_ = {"event_id": found.number, "regions": desk.reader.regions_of_counts}
    data = desk.ask(history.differences, **asked_)
    bulk = {change["entity"] for change in found.counted}
    data = data[~((data["column"] == "added") & data["entity"].isin(bulk))]
    if found.counted:
        data = pd.concat([desk.ask(acts.corrections, **asked_), data])
    if not len(data):
        return
    names = desk.ask(acts.names)
    rows = [
        {
            "Chose": shown(words.thing(row.entity, row.entity_id, names)),
            "Champ": words.column(row.column),
            "Avant": shown(words.value(row.entity, row.column, row.before, names=names)) or "–",
            "Après": shown(words.value(row.entity, row.column, row.after, names=names)) or "–",
        }
        for row in data.itertuples()
        if row.column not in _NOT_TOLD
    ]
    st.markdown(f"**Avant → après** ({counted(len(rows), 'champ')})")
    if len(rows) <= _MOST_TOLD:
        st.table(pd.DataFrame(rows).set_index("Chose"), border="horizontal")
    else:
        st.dataframe(pd.DataFrame(rows), hide_index=True, alt="Différences, avant et après")


def _neighbours(found: acts.Act) -> None:
    with st.container(horizontal=True, key="journal_voisins"):
        for number_, label, icon in (
            (found.before, "Acte précédent", "chevron_left"),
            (found.after, "Acte suivant", "chevron_right"),
        ):
            if number_ is not None:
                button(label, f"journal_{icon[-5:]}", put, params.ACT, number_, icon=icon)
        button("Fermer", "journal_fermer", put, params.ACT, 0, icon="close")


def seals(desk: Desk) -> None:
    """Verify the seals of the journal when somebody asks."""

    def check() -> None:
        st.session_state[_CHECKED] = desk.ask_now(acts.chain)

    button(
        "Vérifier la chaîne du journal",
        _CHECKED,
        check,
        icon="verified",
        help="Chaque acte porte l’empreinte du précédent\u00a0: un acte retiré ou modifié se voit.",
    )
    found = st.session_state.pop(_CHECKED, None)
    if found is not None:
        say = st.error if found[1] else st.success
        say(words.chain(*found), icon=":material/link:")
