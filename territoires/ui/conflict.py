"""Two people changed the same thing: both versions side by side, and a choice between them."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from territoires.french.desk import changed_by
from territoires.queries.forms import Known
from territoires.ui.desk import BUTTON, Outcome, forget, shown

Said = Mapping[str, str]


def both_versions(  # noqa: PLR0913 - what a conflict is made of
    form: str,
    outcome: Outcome,
    known: Known,
    say: Callable[[Said], Said],
    said_in: Callable[[Any], Said],
    *,
    save: Callable[[], None],
) -> None:
    """When somebody else was faster, show what they wrote beside what this form says.

    `known` is the newest version; `say` writes columns field by field; `said_in` gives those of the
    draft that was refused, nothing when it is not made of fields.
    """
    who = shown(changed_by(known.author, known.at_utc))
    if not known.in_force:
        st.warning(f"**Cette fiche a été retirée** par {who}.", icon=":material/delete:")
        return
    if outcome.stale is None:
        return

    def take() -> None:
        st.session_state[f"{form}_version"] = known.version_id
        save()

    mine = say(said_in(outcome.draft) or st.session_state[f"{form}_montre"])
    with st.container(border=True, key=f"{form}_conflit"):
        side_by_side(say(known.said), mine, who=who)
        choose(form, take=take)


def side_by_side(theirs: Said, mine: Said, *, who: str) -> None:
    """Print two versions field by field; what differs is marked by a sign and in bold."""
    st.markdown(f"**Deux versions.** La sienne\u00a0: {who}.")
    lines = ["| ≠ | Champ | La sienne | La vôtre |", "|---|---|---|---|"]
    for name, said in theirs.items():
        left, right = (_cell(said), _cell(mine.get(name, "")))
        if left == right:
            lines.append(f"| | {name} | {left} | {right} |")
        else:
            lines.append(f"| ≠ | **{name}** | **{left}** | **{right}** |")
    st.markdown("\n".join(lines))
    st.caption("≠\u00a0: les deux versions diffèrent.")


def choose(form: str, *, take: Callable[[], None]) -> None:
    """Offer the choice: theirs, with which the form starts again, or mine, saved over theirs.

    Within the form: a button outside it would not send what was typed since.
    """
    with st.container(horizontal=True):
        st.form_submit_button(
            "Garder la sienne", key=f"{BUTTON}{form}_garder", on_click=restart, args=(form,)
        )
        st.form_submit_button("Reprendre la mienne", key=f"{BUTTON}{form}_reprendre", on_click=take)


def restart(form: str, *, keep_outcome: bool = False) -> None:
    """Start the form again from what is known now; for callbacks."""
    if not keep_outcome:
        forget(form)
    st.session_state.pop(f"{form}_sujet", None)


def _cell(text: str) -> str:
    return shown(" ".join(text.split())) or "–"
