"""The words of the domain, one per thing, shared by every page, export and command line."""

from territoires.domain.disclosure import Publication
from territoires.domain.programme import (
    Ask,
    Basis,
    Confidence,
    Counted,
    Document,
    FigureKind,
    Mode,
    Qualifier,
    StageKind,
    Validation,
)
from territoires.domain.roles import Permission, Role
from territoires.domain.rollout import State, Status
from territoires.domain.scope import Perimeter
from territoires.french.typography import elided

STAGES = {
    StageKind.APPLICATION: "candidature",
    StageKind.SELECTED: "labellisation",
    StageKind.AGREEMENT: "convention",
    StageKind.OPENED: "ouverture",
    StageKind.INAUGURATED: "inauguration",
    StageKind.SUSPENDED: "suspension",
    StageKind.CLOSED: "fermeture",
    StageKind.ABANDONED: "abandon",
}


def the_stage(kind: StageKind) -> str:
    """Name a stage with its article: `l'ouverture`, `la fermeture`."""
    word = STAGES[kind]
    return elided("le" if kind is StageKind.ABANDONED else "la", word)


BASES = {
    Basis.STATED: "constatée",
    Basis.UPPER_BOUND: "au plus tard",
    Basis.INFERRED: "déduite",
}

CONFIDENCES = {
    Confidence.HIGH: "élevée",
    Confidence.MEDIUM: "moyenne",
    Confidence.LOW: "faible",
}

STATES = {
    State.OPEN: "Ouvert",
    State.OPEN_UNDATED: "Ouvert, date inconnue",
    State.SELECTED: "Ville labellisée, ouverture non connue",
    State.UNPROVEN: "Rattachement non prouvé",
    State.CLOSED: "Fermé ou abandonné",
    State.NOTHING_KNOWN: "Rien de connu",
    State.OUTSIDE: "Hors périmètre",
}

ASKS = {
    Ask.OPEN: "ouvert ou non",
    Ask.SINCE: "ouvert depuis quand",
}

STATUSES = {
    Status.REACHED: "Objectif atteint",
    Status.OVERDUE: "Échéance dépassée",
    Status.TOO_EARLY: "Trop tôt pour conclure",
    Status.RECEDING: "En baisse",
    Status.ON_TRACK: "En bonne voie",
    Status.PROGRESSING: "En progrès, accélération nécessaire",
    Status.LIMITED: "Progrès limité",
}

PERIMETERS = {
    Perimeter.ALL: "Toutes les villes",
    Perimeter.ACV: "Action cœur de ville",
    Perimeter.NON_ACV: "Hors Action cœur de ville",
}

QUALIFIERS = {
    Qualifier.EXACT: "",
    Qualifier.ABOUT: "environ",
    Qualifier.AT_LEAST: "au moins",
    Qualifier.CONSIDERED: "envisagé",
    Qualifier.DISPUTED: "contesté",
}


def reserve(qualifier: str | None) -> str:
    """Give the words that qualified a published figure, nothing where there were none."""
    return QUALIFIERS[Qualifier(qualifier)] if qualifier else ""


FIGURE_KINDS = {
    FigureKind.OBSERVED: "constaté",
    FigureKind.TARGET: "cible",
    FigureKind.FORECAST: "prévision",
}

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

MODES = {
    Mode.ON_SITE: "présentiel",
    Mode.HYBRID: "hybride",
    Mode.DISTANCE: "à distance",
}

CPF = {"yes": "oui", "no": "non", "unknown": "inconnu"}

OFFERED = {
    "offered": "proposée",
    "possible": "peut-être proposée",
    "undated": "centre ouvert, date inconnue",
    "unproven": "rattachement non prouvé",
    "not_offered": "non proposée",
    "not_transmitted": "non transmis",
}

COUNTED = {
    Counted.PERSONS: "personnes",
    Counted.REGISTRATIONS: "inscriptions",
}

PUBLICATIONS = {
    Publication.SHOWN: "publié",
    Publication.SMALL: "moins de 5",
    Publication.WITHHELD: "non publié (protège un petit effectif)",
    Publication.KEPT: "rien n’en est publié",
    Publication.ABSENT: "non transmis",
}

VALIDATIONS = {
    Validation.DRAFT: "brouillon",
    Validation.PROPOSED: "proposé",
    Validation.VALIDATED: "validé",
    Validation.REFUSED: "refusé",
}

DOCUMENTS = {
    Document.PRESS: "presse",
    Document.LETTER: "courrier",
    Document.EMAIL: "courriel",
    Document.SPOKEN: "échange oral",
    Document.REPORT: "signalement",
}

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

ROLES = {
    Role.PUBLIC: "Public",
    Role.PARTNER: "Partenaire",
    Role.ENTRY: "Saisie",
    Role.VALIDATION: "Validation",
    Role.DIRECTION: "Direction",
    Role.ADMINISTRATION: "Administration",
}

PERMISSIONS = {
    Permission.SEE_PENDING: "voir les faits en attente",
    Permission.SEE_SMALL_COUNTS: "voir les effectifs de moins de 5",
    Permission.RECORD_STAGE: "enregistrer une étape",
    Permission.ASK: "noter une demande",
    Permission.EDIT_CENTRE: "créer ou corriger un centre",
    Permission.RECORD_ENROLMENT: "saisir des inscriptions",
    Permission.EDIT_OFFERING: "modifier l’offre d’un centre",
    Permission.EDIT_COURSE: "modifier le catalogue",
    Permission.ANSWER_REPORTS: "répondre aux signalements",
    Permission.FREEZE: "figer une vue",
    Permission.VALIDATE: "valider les faits proposés",
    Permission.SET_TARGET: "fixer un objectif",
    Permission.MANAGE_STAFF: "gérer les comptes",
    Permission.CHANGE_SETTING: "changer un réglage",
    Permission.READ_JOURNAL: "consulter le journal",
    Permission.OWN_ACTS: "reprendre ses propres actes",
    Permission.CHANGE_OWN_PASSWORD: "changer son mot de passe",
}
