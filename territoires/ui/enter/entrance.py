"""What the entrance of the desk shows: an account, a way in, and what one may do."""

import json
from contextlib import suppress
from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from territoires.domain.errors import DatabaseError
from territoires.domain.programme import Validation
from territoires.domain.roles import REGIONAL, Permission, Reader, Role, grants
from territoires.domain.rollout import State
from territoires.domain.scope import FRANCE, Place
from territoires.french import desk as words
from territoires.french import reports as report_words
from territoires.french import validation
from territoires.french.numbers import number
from territoires.french.places import typeset
from territoires.french.quality import NATIONAL
from territoires.french.words import STATES
from territoires.queries import acts, entry, quality, reports
from territoires.ui import links
from territoires.ui.account import region_names
from territoires.ui.bar import today
from territoires.ui.chapters import CARDS, page_at
from territoires.ui.desk import Desk, shown
from territoires.ui.enter.choosing import TOWN, choose_town
from territoires.ui.page import Page
from territoires.ui.reader import current_reader

_WIDTH = 345  # pixels: three in a row, one on a telephone


def desk_name(url: str) -> str:
    """Name the desk by what it is for: those who may record nothing come to follow."""
    with suppress(DatabaseError):  # the page says what is wrong
        role = current_reader(url).role
        if role is not Role.PUBLIC and not any(
            grants(role, card.permission) for card in CARDS if card.about_town
        ):
            return "Suivi"
    return "Saisie"


def password(reader: Reader) -> None:
    """Offer to change one's password; one that somebody else gave must be changed first."""
    st.link_button("Changer de mot de passe", "/mot-de-passe", icon=":material/key:")
    if reader.must_change_password:
        st.warning("Votre mot de passe est provisoire\u00a0: remplacez-le pour commencer.")


def cards(desk: Desk) -> None:
    """Show the pages that this reader may open, about the town named first if any."""
    open_to = [card for card in CARDS if desk.may(card.permission)]
    if not open_to:
        return
    town = ""
    if any(card.about_town for card in open_to):
        town = choose_town(desk, key="saisie_ville", label="Commencer par une ville (facultatif)")
    counts = _counts(desk)
    with st.container(horizontal=True, key="actes"):
        for card in open_to:
            with st.container(
                border=True, gap="xsmall", key=f"carte_{card.path}", width=_WIDTH, height="stretch"
            ):
                params = {TOWN: town} if town and card.about_town else {}
                st.page_link(
                    page_at(card.path),
                    label=f"**{card.title}**",
                    icon=card.icon,
                    query_params=params,
                )
                st.caption(card.purpose)
                if said := counts.get(card.path):
                    st.markdown(f":orange-badge[{said}]")


def _late(desk: Desk) -> pd.DataFrame:
    """List what this reader's centres have not sent in time."""
    every = desk.ask(quality.findings, as_of=today())
    regions = desk.reader.bounds
    mine = every["region_code"].isin(regions) if regions else every["region_code"] != ""
    return every[mine & (every["gap"] == "enrolments")]


def _counts(desk: Desk) -> dict[str, str]:
    """Say on the cards how much waits there for this reader, by path."""
    found: dict[str, str] = {}
    if desk.may(Permission.SEE_PENDING):
        waiting = desk.ask(entry.proposals, regions=desk.reader.bounds)
        drafts = desk.ask(
            entry.proposals, state=Validation.DRAFT, author=desk.reader.email, counts_of=None
        )
        others = int((waiting["author"] != desk.reader.email).sum())
        found["validation"] = words.waiting_on_card(
            others if desk.may(Permission.VALIDATE) else len(waiting),
            len(drafts),
            decides=desk.may(Permission.VALIDATE),
        )
    if desk.may(Permission.ANSWER_REPORTS):
        waits = desk.ask_now(reports.count_waiting, regions=desk.reader.bounds)
        found["signalements"] = report_words.on_card(*waits)
    late = words.late_on_card(len(_late(desk)))
    if desk.may(Permission.RECORD_ENROLMENT):
        found["saisir-inscriptions"] = late
    if desk.may(Permission.READ_JOURNAL):
        found["qualite"] = late
    return found


def reading(desk: Desk) -> None:
    """Lead to what everybody may read, about the regions that one looks after."""
    names = region_names(desk.url, desk.reader) if desk.reader.role in REGIONAL else {}
    st.header("Consulter", anchor=False)
    places = {f"reg-{code}": typeset(name) for code, name in names.items()} or {
        str(FRANCE): NATIONAL
    }
    for territory, name in places.items():
        ways = " · ".join(
            f"[{title}](<{links.territory_address(path, territory)}>)" for path, title in _READ
        )
        st.markdown(f"**{shown(name)}**\u00a0: {ways}")


_READ = (
    (links.HOME, "où en est le programme"),
    (links.MAP, "la carte"),
    (links.REGIONS, "la comparaison"),
    (links.ENROLMENTS, "les inscriptions"),
    (links.COURSES, "les formations"),
)


def own_centres(desk: Desk) -> None:
    """List the centres that one looks after, each with what may be done about it."""
    if desk.reader.must_change_password:
        return
    found = desk.ask(entry.own_centres, as_of=today(), regions=desk.reader.bounds)
    regional = desk.reader.role in REGIONAL
    st.header(f"{'Mes' if regional else 'Les'} centres ({number(len(found))})", anchor=False)
    if not len(found):
        st.info(words.NO_CENTRE_YET, icon=":material/info:")
        return
    late = {(row.town_code, row.centre) for row in _late(desk).itertuples()}
    acts = [card for card in CARDS if card.about_town and desk.may(card.permission)]
    lines = []
    for row in found.itertuples():
        town = typeset(row.town)
        given = words.last_given(row.academic_year)
        site = "" if row.name == row.town else f" ({shown(typeset(row.name))})"
        given += words.LATE if (row.town_code, row.name) in late else ""
        # Three columns, which a telephone shows without a bar to scroll.
        line = {
            "Centre": f"[{shown(town)}](<{links.town_address(row.town_code, town)}>){site}",
            "État": f"{STATES[State(row.state)]} · {given}",
        }
        if acts:
            line["Agir"] = " · ".join(
                f"[{card.short}]({card.path}?{TOWN}={row.town_code})" for card in acts
            )
        lines.append(line)
    st.table(pd.DataFrame(lines), border="horizontal", hide_index=True, alt="Centres")


def town_acts(url: str, town: Place) -> None:
    """Offer, on the sheet of a town, what whoever is looking may write about it."""
    reader = current_reader(url)
    allowed = [c for c in CARDS if c.about_town and reader.may(c.permission, town.region)]
    if not allowed:
        return
    with st.popover("Modifier", icon=":material/edit:"):
        for card in allowed:
            st.page_link(
                page_at(card.path),
                label=card.title,
                icon=card.icon,
                query_params={TOWN: town.territory.code},
            )


def pending(page: Page, town: Place) -> None:
    """Mark, for those who may see it, what waits for validation; the public is told nothing."""
    if not current_reader(page.url).may(Permission.SEE_PENDING, town.region):
        return
    waiting = page.ask_plainly(entry.proposals, town_code=town.territory.code)
    names = page.ask_plainly(acts.names) if len(waiting) else {}
    now = datetime.now(UTC)
    for row in waiting.itertuples():
        said = validation.title(row.command, row.town, json.loads(row.draft), names=names)
        by = validation.proposed_by(row.author_name, row.created_at.to_pydatetime(), now)
        st.warning(
            f"**En attente de validation\u00a0: {shown(said)}.** {shown(by)}. "
            "Rien n’en est compté, et le public ne le voit pas.",
            icon=":material/pending_actions:",
        )
    if len(waiting):
        st.page_link(
            page_at("validation"),
            label="Voir les propositions",
            icon=":material/fact_check:",
        )


def sign_in_offer() -> None:
    """Offer the way in."""
    st.write(
        "La consultation est libre. Pour saisir, corriger ou valider des données, connectez-vous "
        "avec votre compte."
    )
    st.link_button(
        "Se connecter", "/connexion?retour=/saisie", type="primary", icon=":material/login:"
    )
