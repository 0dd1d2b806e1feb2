"""The front page: its key figures, its two curves, its latest openings, what changed in a year."""

from dataclasses import replace

import streamlit as st

from territoires.charts.rollout import burn_up_figure, quarters_figure
from territoires.domain.enrolments import name_of, year_of
from territoires.domain.rollout import YEAR, Situation
from territoires.french import courses as course_words
from territoires.french import enrolments as enrolment_words
from territoires.french import findings, headline
from territoires.french.numbers import NBSP, number, percent, plural
from territoires.queries import courses, coverage, enrolments, rollout
from territoires.ui import tables
from territoires.ui.page import Page
from territoires.ui.parts import metric

RADIUS_KM = 30


def key_figures(page: Page, found: Situation) -> None:
    """Print the key figures in a row."""
    count, progress = found.count, found.progress
    with st.container(key="chiffres", horizontal=True):
        target = f" sur{NBSP}{number(progress.target.value)}" if progress.target else ""
        metric(
            "Centres ouverts",
            f"{number(count.open)}{target}",
            findings.over_a_year(progress),
            help_="Centres ouverts avec certitude à cette date, d’après les lignes de cette base.",
        )
        metric(
            "Villes labellisées sans ouverture connue",
            number(count.selected_without_opening),
            f"{number(count.selected)} {plural(count.selected, 'labellisée')}",
            help_="Une ville labellisée dont la date d’ouverture n’a pas été retrouvée n’est pas "
            "forcément sans centre.",
        )
        near = page.ask(coverage.covered, radius_km=float(RADIUS_KM)).coverage
        metric(
            f"Habitants à moins de {RADIUS_KM}{NBSP}km",
            number(near.inhabitants),
            f"{percent(near.share, 1)} de la population" if near.population else None,
            help_="À vol d’oiseau d’un centre ouvert, où qu’il soit en France. Page "
            "«\u00a0Carte et couverture\u00a0».",
        )
        year = year_of(page.scope.as_of)
        value, given = enrolment_words.key_figure(page.ask(enrolments.transmissions, year=year))
        metric(
            f"Auditeurs en {name_of(year)}",
            value,
            given,
            help_="Personnes inscrites, d’après les centres qui ont transmis le total de l’année "
            "en cours. Page «\u00a0Inscriptions\u00a0».",
        )
        offered, out_of = course_words.key_figure(page.ask(courses.catalogue))
        metric(
            "Formations proposées",
            offered,
            out_of,
            help_="Formations du Cnam qu’une source atteste dans un centre ouvert. Le programme en "
            "annonçait environ cinquante\u00a0: la liste n’a pas été retrouvée.",
        )
        if status := headline.status(found):
            metric(
                "Statut calculé",
                status,
                findings.against_required(progress),
                help_="Le rythme d’ouverture depuis le début, comparé à celui qu’il faudrait "
                "jusqu’à l’échéance.",
            )


def burn_up(page: Page, found: Situation) -> None:
    """Draw the documented openings against the target, beside what was published."""
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
        rows=("ouvertures", "ouvertures-possibles", "totaux-publies"),
        as_of=page.scope.as_of,
    )
    st.caption(findings.TWO_SERIES)


def quarters(page: Page, found: Situation) -> None:
    """Draw the openings of each quarter against the pace required."""
    data = page.ask(rollout.quarters)
    if not len(data):
        st.markdown(findings.quarters(data))
        return
    page.draw(
        quarters_figure,
        {"quarters": rollout.quarters, "targets": rollout.targets},
        key="trimestres",
        finding=findings.quarters(data),
        rows=("trimestres",),
        as_of=page.scope.as_of,
        required=findings.per_quarter(found),
    )


def latest_openings(page: Page, found: Situation) -> None:
    """List the openings reached last, and say what changed in a year."""
    st.subheader("Dernières ouvertures documentées", anchor=False)
    latest = page.ask(rollout.latest_openings)
    if len(latest):
        tables.show_few(
            latest,
            alt="Dernières ouvertures documentées",
            columns=("town", "department", "happened_on", "basis", "source"),
        )
    else:
        st.write(findings.NO_OPENING)
    before = page.ask_plainly(
        rollout.situation, scope=replace(page.scope, as_of=page.scope.as_of - YEAR)
    )
    st.markdown(findings.changes(before, found))
