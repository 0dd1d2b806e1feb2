"""The words of the domain, one per thing, shared by every page, export and command line."""

from typing import Final

from territoires.domain.disclosure import Publication
from territoires.domain.offers import Offer
from territoires.domain.programme import (
    Ask,
    Basis,
    Confidence,
    Counted,
    Document,
    FigureKind,
    Mode,
    ProgrammeLink,
    Qualifier,
    StageKind,
    Validation,
)
from territoires.domain.roles import Permission, Role
from territoires.domain.rollout import State, Status
from territoires.domain.scope import Perimeter
from territoires.domain.told import said
from territoires.french.numbers import NBSP
from territoires.french.typography import elided

STAGES: Final = said(StageKind)


def the_stage(kind: StageKind) -> str:
    """Name a stage with its article: `l'ouverture`, `la fermeture`."""
    return elided(kind.article, kind.word)


BASES: Final = said(Basis)

CONFIDENCES: Final = said(Confidence)

STATES: Final = said(State)

ASKS: Final = said(Ask)

STATUSES: Final = said(Status)

PERIMETERS: Final = said(Perimeter)

QUALIFIERS: Final = said(Qualifier)


def reserve(qualifier: str | None) -> str:
    """Give the words that qualified a published figure, nothing where there were none."""
    return QUALIFIERS[Qualifier(qualifier)] if qualifier else ""


def qualified(qualifier: str | None, value: str) -> str:
    """Write a published figure after the words that qualified it: `environ 20`."""
    word = reserve(qualifier)
    return f"{word}{NBSP}{value}" if word else value


FIGURE_KINDS: Final = said(FigureKind)

INDICATORS = {
    "acv_towns": "sites Action cœur de ville",
    "applications": "candidatures reçues",
    "courses_offered": "formations annoncées",
    "fields_offered": "filières annoncées",
    "forecast_people": "auditeurs prévus",
    "network_sites": "lieux d’enseignement de tout le réseau du Cnam",
    "open_centres": "centres ouverts",
    "open_centres_2019": "centres ouverts dès 2019",
    "open_share_of_selected_pct": "part des antennes labellisées déjà ouvertes (%)",
    "people_in_course": "auditeurs d’une formation",
    "people_trained": "personnes formées",
    "planned_first_lot": "premier lot de centres prévu",
    "selected": "villes labellisées",
    "selected_ami2": "villes labellisées au deuxième appel",
    "target_centres": "objectif de centres",
    "target_centres_acv": "objectif de centres en territoire Action cœur de ville",
    "target_centres_non_acv": "objectif de centres hors Action cœur de ville",
    "target_people_per_centre": "objectif d’auditeurs par centre",
}

MODES: Final = said(Mode)

CPF = {"yes": "oui", "no": "non", "unknown": "inconnu"}

OFFERED: Final = said(Offer)

COUNTED: Final = said(Counted)

PUBLICATIONS: Final = said(Publication)

VALIDATIONS: Final = said(Validation)

DOCUMENTS: Final = said(Document)

RELIABILITIES = {
    "officiel": "source officielle",
    "partenaire": "partenaire",
    "presse": "presse",
    "copie": "copie d’un article",
    "catalogue": "page de catalogue",
    "courrier": "courrier",
    "courriel": "courriel",
    "oral": "échange oral",
    "signalement": "signalement",
    "declaration": "déclaration",
    "page": "page citée",
}

ROLES: Final = said(Role)
LINKS: Final = said(ProgrammeLink)

PERMISSIONS: Final = said(Permission)
