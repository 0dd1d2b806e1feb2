"""What the page of frozen views shows: each view, its title, its withdrawal."""

from typing import Final

import streamlit as st

from territoires.commands.frozen import label_view, withdraw_view
from territoires.domain.drafts import FrozenDraft
from territoires.domain.frozen import Frozen
from territoires.french import frozen as words
from territoires.queries.frozen import frozen_views
from territoires.ui.chapters import titles
from territoires.ui.desk import Desk, shown
from territoires.ui.manage.decisions import Decisions

_MOST_SHOWN: Final = 50


def listed(desk: Desk) -> None:
    """Show the views, the latest first, and say what became of the last decision."""
    decisions = Decisions(desk, "vues", each="vue", make=_draft)
    decisions.told()
    found = desk.ask_now(frozen_views, limit=_MOST_SHOWN + 1)
    if not found:
        st.info(words.NONE, icon=":material/ac_unit:")
    for each in found[:_MOST_SHOWN]:
        _view(decisions, each)
    if len(found) > _MOST_SHOWN:
        st.caption(f"Les {_MOST_SHOWN} dernières sont montrées.")


def _view(decisions: Decisions, found: Frozen) -> None:
    with st.container(border=True, key=f"vue_figee_{found.id}"):
        st.subheader(shown(found.label or titles()[found.page]), anchor=False)
        st.markdown(shown(words.line(found.frozen_at, found.name or found.frozen_by, found.reason)))
        if found.withdrawn_at is not None:
            st.caption(shown(words.ended(found.withdrawn_at, found.withdrawal or "")))
            return
        st.link_button(words.OPEN, f"/vue/{found.short}", icon=":material/open_in_new:")
        with st.expander(words.CHANGE, icon=":material/edit:"):
            _changes(decisions, found)


def _draft(number: int, *, reason: str, titled: bool = False) -> FrozenDraft:
    label = st.session_state[_title(number)] if titled else ""
    return FrozenDraft(view_id=number, label=label, reason=reason)


def _title(number: int) -> str:
    """Name the widget of the title of a view."""
    return f"titre_{number}"


def _changes(decisions: Decisions, found: Frozen) -> None:
    number = found.id
    st.text_input(words.LABEL, value=found.label, key=_title(number))
    decisions.button(
        *(number, words.RELABEL, label_view, "label"), done=words.RELABELLED, titled=True
    )
    decisions.reason(number, words.WHY_NOT)
    decisions.button(number, words.WITHDRAW, withdraw_view, "delete", done=words.WITHDRAWN_NOW)
