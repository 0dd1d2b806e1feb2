"""How many of the hundred are open, at what pace, and what follows?"""

import streamlit as st

from territoires.charts.rollout import burn_up_figure, quarters_figure
from territoires.french import findings
from territoires.french.headline import before_creation, sentences
from territoires.queries import rollout
from territoires.ui import tables
from territoires.ui.page import Rows, open_page
from territoires.ui.parts import (
    before_everything,
    empty_programme,
    figures_of,
    footer,
    headline,
)

page = open_page("Où en est le programme\u202f?")
found = page.ask(rollout.situation)

headline(sentences(found, page.place))
if before_creation(found):
    before_everything()
    footer(page.view)
    st.stop()
if not found.count.open_at_most:
    empty_programme(found)

figures_of(found)

page.draw(
    burn_up_figure,
    {
        "steps": rollout.steps,
        "openings": rollout.openings,
        "targets": rollout.targets,
        "published": rollout.published_figures,
        "events": rollout.programme_events,
    },
    key="courbe",
    finding=findings.burn_up(found),
    rows=(
        Rows(title="Ouvertures certaines", query=rollout.openings, export="ouvertures"),
        Rows(
            title="Ouvertures possibles en plus",
            query=rollout.possible_openings,
            export="ouvertures-possibles",
        ),
        Rows(title="Totaux publiés", query=rollout.published_figures, export="totaux-publies"),
    ),
    as_of=page.scope.as_of,
)
st.caption(findings.TWO_SERIES)

quarters = page.ask(rollout.quarters)
if len(quarters):
    page.draw(
        quarters_figure,
        {"quarters": rollout.quarters, "targets": rollout.targets},
        key="trimestres",
        finding=findings.quarters(quarters),
        rows=(Rows(title="Par trimestre", query=rollout.quarters, export="trimestres"),),
        as_of=page.scope.as_of,
        required=findings.per_quarter(found),
    )
else:
    st.markdown(findings.quarters(quarters))

st.subheader("Dernières ouvertures documentées", anchor=False)
latest = page.ask(rollout.latest_openings)
if len(latest):
    tables.show(
        latest,
        alt="Dernières ouvertures documentées",
        columns=("town", "department", "happened_on", "basis", "source", "source_url"),
    )
else:
    st.write(findings.NO_OPENING)

footer(page.view)
