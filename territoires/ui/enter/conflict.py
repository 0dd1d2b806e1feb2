"""Two people changed the same thing: both versions side by side, and a choice between them."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from territoires.french import journal
from territoires.french.desk import changed_by
from territoires.queries import acts
from territoires.queries.forms import Known
from territoires.ui.desk import button, shown
from territoires.ui.forms import Form

Said = Mapping[str, str]


def both_versions(form: Form, known: Known, *, save: Callable[[], None]) -> None:
    """When somebody else was faster, show what they wrote (`known`) beside what this form says."""
    who = shown(changed_by(known.author, known.at_utc))
    if not known.in_force:
        st.warning(f"**Cette fiche a été retirée** par {who}.", icon=":material/delete:")
    elif form.outcome.stale is not None:
        names = form.desk.ask(acts.names)
        mine = form.said(form.outcome.draft) or form.opened.said
        theirs, mine = (journal.said(known.entity, each, names) for each in (known.said, mine))
        choose(form, theirs, mine, who=who, version=known.version_id, save=save)


def choose(  # noqa: PLR0913 - two versions, and what becomes of them
    form: Form, theirs: Said, mine: Said, *, who: str, version: Any, save: Callable[[], None]
) -> None:
    """Offer the choice: theirs, with which the form begins again, or mine, saved over theirs."""

    def take() -> None:
        form.opened.version = version
        save()

    with st.container(border=True, key=form.key("conflit")):
        _side_by_side(theirs, mine, who=who)
        with st.container(horizontal=True):
            button("Garder la sienne", f"{form.name}_garder", form.discard)
            button("Reprendre la mienne", f"{form.name}_reprendre", form.once(take))


def _side_by_side(theirs: Said, mine: Said, *, who: str) -> None:
    """Print two versions field by field; what differs is marked by a sign and in bold."""
    st.markdown(f"**Deux versions.** La sienne\u00a0: {who}.")
    lines = ["| Champ | La sienne | La vôtre |", "|---|---|---|"]
    for name, said in theirs.items():
        left, right = (_cell(said), _cell(mine.get(name, "")))
        if left == right:
            lines.append(f"| {name} | {left} | {right} |")
        else:
            lines.append(f"| **≠ {name}** | **{left}** | **{right}** |")
    st.markdown("\n".join(lines))
    st.caption("≠\u00a0: les deux versions diffèrent.")


def _cell(text: str) -> str:
    return shown(" ".join(text.splitlines())) or "–"
