"""What the queue of reports shows: each report, the form that it fills in, what is answered."""

import re
from typing import Any, Final

import streamlit as st

from territoires.commands.reports import answer_report, refuse_unsorted
from territoires.domain.clock import PARIS
from territoires.domain.drafts import Draft, ReportDraft, SortingDraft
from territoires.domain.programme import Document
from territoires.domain.reports import STAGES, ReportKind, Verdict
from territoires.domain.roles import Permission
from territoires.french import reports as words
from territoires.queries import reports
from territoires.queries.reports import Reported
from territoires.ui.chapters import card, page_at
from territoires.ui.desk import Desk, shown
from territoires.ui.enter.choosing import TOWN
from territoires.ui.forms import Form
from territoires.ui.manage.decisions import Decisions

REPORT: Final = "signalement"  # in an address: the report that a form begins with
_MOST_SHOWN: Final = 20
_SORTING: Final = "tri"
# Where what each kind of report is about is written.
_PAGES: Final = {
    ReportKind.OPENED: "saisir-etape",
    ReportKind.CLOSED: "saisir-etape",
    ReportKind.NOT_OPEN: "corriger-etape",
    ReportKind.CORRECTION: "corriger-etape",
    ReportKind.FIGURES: "saisir-inscriptions",
}


def _decisions(desk: Desk) -> Decisions:
    return Decisions(desk, "signalements", each="reponse", make=_draft)


def _draft(key: Any, *, reason: str, **said: Any) -> Draft:
    """Make the answer to a report, by its number, or the refusal of all that are to be sorted."""
    if key == _SORTING:
        return SortingDraft(reason=reason)
    return ReportDraft(report_id=key, reason=reason, **said)


def told(desk: Desk) -> None:
    """Say what became of the last decision."""
    _decisions(desk).told()


def queue(desk: Desk) -> None:
    """Show what waits in the reader's regions, oldest first."""
    count, _ = desk.ask_now(reports.count_waiting, regions=desk.reader.bounds)
    if not count:
        st.success(words.NONE, icon=":material/inbox:")
        return
    st.header(words.waiting(count), anchor=False)
    _listed(desk, to_sort=False)


def sorting(desk: Desk) -> None:
    """Show apart what came with too many others, and let it be refused at once."""
    _, count = desk.ask_now(reports.count_waiting, regions=desk.reader.bounds)
    if not count:
        return
    st.header(words.to_sort(count), anchor=False)
    st.caption(words.TO_SORT)
    with st.popover("Tout refuser…", icon=":material/delete_sweep:"):
        decisions = _decisions(desk)
        decisions.reason(_SORTING, "Motif, dit à chacun", hint=words.WAVE)
        decisions.button(
            *(_SORTING, words.refuse_all(count), refuse_unsorted, "close"),
            done=words.ALL_REFUSED,
            main=True,
            otherwise=words.WAVE,
        )
    _listed(desk, to_sort=True)


def _listed(desk: Desk, *, to_sort: bool) -> None:
    found = desk.ask_now(
        reports.waiting, regions=desk.reader.bounds, to_sort=to_sort, limit=_MOST_SHOWN + 1
    )
    for each in found[:_MOST_SHOWN]:
        _report(desk, each)
    if len(found) > _MOST_SHOWN:
        st.caption(f"Les {_MOST_SHOWN} plus anciens sont montrés.")


def _report(desk: Desk, found: Reported) -> None:
    with st.container(border=True, key=f"signalement_{found.id}"):
        _said(found)
        page = _PAGES.get(found.what)
        if page is not None:
            st.page_link(
                page_at(page),
                label=card(page).title,
                icon=card(page).icon,
                query_params={TOWN: found.town_code, REPORT: str(found.id)},
            )
        decisions = _decisions(desk)
        decisions.reason(found.id, "Réponse (obligatoire pour répondre ou refuser)")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            for label, verdict, icon, done in (
                ("Accepter", Verdict.ACCEPTED, "check", "Accepté."),
                ("Répondre", Verdict.ANSWERED, "reply", "Répondu."),
                ("Refuser", Verdict.REFUSED, "close", "Refusé."),
            ):
                decisions.button(found.id, label, answer_report, icon, done=done, verdict=verdict)
            _merging(desk, decisions, found)


def _merging(desk: Desk, decisions: Decisions, found: Reported) -> None:
    """Offer to make it one with another of its town."""
    others = desk.ask_now(reports.alike, town_code=found.town_code, but=found.id)
    if not others:
        return
    into = st.selectbox(
        "Réunir au signalement",
        others,
        key=f"reunir_{found.id}",
        index=None,
        placeholder="Lequel ?",
    )
    if into:
        decisions.button(
            *(found.id, "Réunir", answer_report, "merge"),
            done="Réuni.",
            verdict=Verdict.MERGED,
            into=str(into),
        )


def _said(found: Reported) -> None:
    st.subheader(words.title(found.name), anchor=False)
    st.markdown("\n".join(f"- {shown(line)}" for line in words.about(found)))
    if found.email:
        st.markdown(f"{words.WANTS_ANSWER} {shown(found.email)}")
        st.link_button("Écrire", words.mailto(found), icon=":material/mail:")


# The form that a report fills in.


def brought(desk: Desk) -> Reported | None:
    """Find the report that the address names, where the writer may answer it."""
    number = st.query_params.get(REPORT, "")
    if not re.fullmatch(r"[0-9]{1,15}", number):
        return None
    found = desk.ask_now(reports.by_id, report_id=int(number))
    if found is None or not desk.may(Permission.ANSWER_REPORTS, found.region_code):
        return None
    return found


def start(form: Form, found: Reported | None) -> dict[str, Any]:
    """Give what the fields of a stage begin with: what is reported, the report as its source."""
    if found is None:
        return {}
    source = {
        "document": Document.REPORT.value,
        "title": words.title(found.name),
        "published_on": found.sent_at.astimezone(PARIS).date().isoformat(),
    }
    return form.texts_of(
        {"kind": STAGES.get(found.what), "on": found.happened_on.iso, "source": source}
    )


def show(found: Reported | None) -> None:
    """Show beside its form what is reported."""
    if found is not None:
        with st.container(border=True, key="signalement"):
            _said(found)
            if found.verdict is not None:
                st.caption(words.DECIDED)
