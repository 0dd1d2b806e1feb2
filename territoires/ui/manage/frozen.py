"""What the page of frozen views shows: each view, its title, its withdrawal."""

from functools import partial
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
    decisions = Decisions(desk, "vues", each="vue")
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


def _changes(decisions: Decisions, found: Frozen) -> None:
    key, number = f"titre_{found.id}", found.id
    st.text_input(words.LABEL, value=found.label, key=key)

    def labelled(reason: str) -> FrozenDraft:
        return FrozenDraft(view_id=number, label=st.session_state[key], reason=reason)

    decisions.button(number, words.RELABEL, label_view, labelled, "label", done=words.RELABELLED)
    withdrawn = partial(FrozenDraft, view_id=number)
    decisions.reason(number, words.WHY_NOT)
    decisions.button(
        *(number, words.WITHDRAW, withdraw_view, withdrawn, "delete"), done=words.WITHDRAWN_NOW
    )
