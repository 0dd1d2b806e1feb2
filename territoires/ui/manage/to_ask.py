"""What to ask the field: the two lists, a letter for each town, and what became of it."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import pandas as pd
import streamlit as st

from territoires.commands.questions import set_question
from territoires.domain import params
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import QuestionDraft
from territoires.domain.programme import Ask
from territoires.domain.roles import Permission
from territoires.domain.scope import FRANCE, Level, Scope, Territory
from territoires.french import asking as words
from territoires.french import dates, printed
from territoires.french.desk import question_name
from territoires.french.places import typeset
from territoires.french.web import SITE_NAME
from territoires.queries import asking, entry
from territoires.queries.clocks import last_recorded_at
from territoires.ui import links, outcomes
from territoires.ui.bar import today
from territoires.ui.chapters import page_at
from territoires.ui.desk import Desk, button, shown
from territoires.ui.enter.choosing import TOWN, choose_region
from territoires.ui.enter.question_form import QUESTIONS
from territoires.ui.enter.statements import ACT, CORRECT
from territoires.ui.follow.paper import Paper, Printed
from territoires.ui.page import unseen_page
from territoires.ui.reader import deployment
from territoires.ui.undo import tell_with_undo

_FORM: Final = "a_demander"
_SHOWN: Final = 10
Row = Mapping[str, Any]
ASKED: Final[Mapping[Ask, tuple[Callable[..., pd.DataFrame], Callable[[Row], str]]]] = {
    Ask.SINCE: (asking.since_when, words.since_line),
    Ask.OPEN: (asking.open_or_not, words.open_line),
}
"""Whom each thing is asked about, and how a line of that list is said."""


def chosen(desk: Desk) -> Scope:
    """Ask for a region; gives what is looked at: today, there or in all France."""
    everywhere = Scope(as_of=today())
    every = pd.concat(desk.ask(query, scope=everywhere) for query, _ in ASKED.values())
    region = choose_region(desk, every)
    return Scope(as_of=today(), territory=Territory(Level.REGION, region) if region else FRANCE)


def follow_up(desk: Desk, scope: Scope) -> None:
    """Say what became of the act just done, and what the questions brought so far."""
    tell_with_undo(desk, _FORM)
    left = int(desk.ask(asking.since_when, scope=scope)["days"].sum())
    st.markdown(words.follow_up(_asked(desk, scope), desk.ask(asking.narrowed, scope=scope), left))


def _asked(desk: Desk, scope: Scope) -> pd.DataFrame:
    every = desk.ask(entry.questions)
    region = scope.territory.code
    return every[every["region_code"] == region] if region else every


def listed(desk: Desk, scope: Scope, ask: Ask) -> None:
    """List the centres of which the day is asked, or the towns where one may be open."""
    query, line = ASKED[ask]
    found = desk.ask(query, scope=scope).to_dict("records")
    st.header(words.LISTS[ask], anchor=ask.value)
    st.caption(words.EXPLAINED[ask])
    if not found:
        st.success(words.NOTHING[ask], icon=":material/check_circle:")
        return
    asked = _asked(desk, scope)
    latest = asked[asked["asks"] == ask].drop_duplicates("town_code").to_dict("records")
    known = {row["town_code"]: row for row in latest}
    for row in found[:_SHOWN]:
        _town(desk, ask, row, line(row), known.get(row["town_code"]))
    if more := found[_SHOWN:]:
        label = f"Les {len(more)} autres"
        rest = st.expander(label, key=f"{_FORM}_{ask}_suite", on_change="rerun")
        if rest.open:
            with rest:
                for row in more:
                    _town(desk, ask, row, line(row), known.get(row["town_code"]))


def _town(desk: Desk, ask: Ask, row: Row, line: str, question: Row | None) -> None:
    """Show one town: what an answer settles, what was asked, the letter, what may be noted."""
    code, town = row["town_code"], typeset(row["town"])
    key = f"{_FORM}_{ask}_{code}"
    letter = _letter(ask, row, site=_site(), signed=desk.reader.name)
    with st.container(border=True, gap="xsmall"):
        address = links.town_address(code, town)
        st.markdown(f"**[{shown(town)}](<{address}>)** ({typeset(row['department'])}) – {line}")
        if question is not None:
            st.caption(shown(words.status(question)))
        with st.container(horizontal=True):
            st.link_button("Écrire", letter.mailto, icon=":material/mail:", key=f"{key}_ecrire")
            st.link_button(
                printed.LETTER_PDF,
                f"/lettre/{code}.pdf",
                icon=":material/picture_as_pdf:",
                key=f"{key}_pdf",
            )
            with st.popover("Lettre", icon=":material/description:", key=f"{key}_lettre"):
                st.markdown(f"**{shown(letter.subject)}**")
                st.code(letter.body, language=None, wrap_lines=True)
            if desk.may(Permission.ASK, row["region_code"]):
                # Another one once something is noted: it is closed, whoever clicks twice.
                version = question["version_id"] if question is not None else 0
                key = f"{key}_{version}"
                with st.popover("Noter", icon=":material/edit_note:", key=f"{key}_noter"):
                    _acts(desk, ask, row, question, key)


def _acts(desk: Desk, ask: Ask, row: Row, question: Row | None, key: str) -> None:
    """Offer to note that it was asked today, that an answer came today, or something else."""
    waits = question is not None and not question["answered_on"]
    now = PartialDate.of(today())
    draft = QuestionDraft(town_code=row["town_code"], asks=ask, asked_on=now)
    where = {TOWN: row["town_code"]}
    if question is not None:
        where = {QUESTIONS.param: str(question["version_id"]), ACT: CORRECT}
    if question is not None and waits:
        draft = QuestionDraft(
            town_code=row["town_code"],
            asks=ask,
            asked_on=PartialDate.parse(question["asked_on"]),
            asked_by=question["asked_by"],
            answered_on=now,
            note=question["note"],
            expected_id=int(question["version_id"]),
        )
    label = "Réponse reçue aujourd’hui" if waits else "Demandé aujourd’hui"
    icon = "mark_email_read" if waits else "forward_to_inbox"
    note = partial(_note, desk, draft, row["town"])
    button(label, f"{key}_note", note, icon=icon, disabled=desk.signed_out)
    st.page_link(
        page_at("saisir-demande"),
        label="Un autre jour, corriger, retirer" if question is not None else "Un autre jour",
        icon=":material/edit_calendar:",
        query_params=where,
    )


def _note(desk: Desk, draft: QuestionDraft, town: str) -> None:
    """Write it; for callbacks."""
    name = question_name(town, draft.asks, draft.asked_on)
    outcomes.submit(desk, _FORM, set_question, draft, name=name)


def _site() -> str:
    """Give the address of ours that a letter names, as far as it is known."""
    here = urlsplit(st.context.url or "")
    return deployment().public_url or (f"{here.scheme}://{here.netloc}" if here.netloc else "")


def _ways(code: str) -> tuple[str, str]:
    """Give the paths of a town's sheet, and of the form that answers."""
    about = urlencode(params.TOWN.said(code))
    return f"/{links.TOWN}?{about}", f"/{links.REPORT}?{about}"


def _letter(ask: Ask, row: Row, *, site: str, signed: str) -> words.Letter:
    page, report = (f"{site.rstrip('/')}{path}" for path in _ways(row["town_code"]))
    return words.letter(ask, row, page=page, report=report, signed=signed)


def letter_pdf(url: str, code: str, *, site: str, signed: str) -> Printed | None:
    """Print the letter about a town, signed by whoever reads the page; None: nothing is asked."""
    page = unseen_page(url, {}, title=SITE_NAME)
    known_at = page.ask_plainly(last_recorded_at) if page else None
    if page is None or known_at is None:
        return None
    for ask, (query, _) in ASKED.items():
        found = page.ask(query)
        for row in found[found["town_code"] == code].head(1).to_dict("records"):
            letter = _letter(ask, row, site=site, signed=signed)
            paper = Paper(page, site=site, known_at=known_at)
            # The words of the e-mail to the letter: no mark of theirs is one of ours.
            day = dates.day(page.scope.as_of)
            said = {"kind": "letter", "text": letter.subject, "items": letter.paragraphs}
            ways = dict(zip((printed.PAGE, printed.ANSWER), _ways(code), strict=True))
            return paper.printed(
                f"lettre-{code}", letter.subject, day, [said | {"day": day}], ways=ways
            )
    return None
