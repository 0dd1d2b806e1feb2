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

COLUMNS = {
    "town_code": "Code INSEE",
    "town": "Ville",
    "department": "Département",
    "department_code": "Code département",
    "region": "Région",
    "region_code": "Code région",
    "acv": "Action cœur de ville",
    "line": "Ligne",
    "said": "Dans votre liste",
    "claimed": "État dans votre liste",
    "outcome": "Comparaison",
    "state": "État",
    "certain": "Ouvert avec certitude",
    "possible": "Ouvert peut-être",
    "happened_on": "Date",
    "basis": "Nature de la date",
    "announced_for": "Annoncée pour",
    "announced_on": "Annoncé",
    "late_at_least": "Retard d’au moins (jours)",
    "late_at_most": "Retard d’au plus (jours)",
    "not_before": "Pas avant",
    "asks": "Ce qui est demandé",
    "asked_on": "Demandé le",
    "asked_by": "Demandé par",
    "answered_on": "Réponse reçue le",
    "part": "Ne compte que",
    "is_believed": "Cru",
    "number": "Numéro",
    "believed": "Resserre les dates",
    "contradicted": "Contredite",
    "first_day": "Au plus tôt",
    "last_day": "Au plus tard",
    "source": "Source",
    "source_url": "Adresse de la source",
    "source_id": "Clé de la source",
    "note": "Remarque",
    "day": "Jour",
    "least": "Au moins",
    "most": "Au plus",
    "share_of": "Part de",
    "open": "Centres ouverts avec certitude",
    "open_at_most": "Centres ouverts au plus",
    "indicator": "Indicateur",
    "value": "Valeur",
    "qualifier": "Réserve",
    "published_on": "Publié le",
    "title": "Intitulé",
    "starts_on": "Début",
    "deadline": "Échéance",
    "decided_on": "Décidé le",
    "in_force": "En vigueur",
    "quarter": "Trimestre",
    "first_quarter": "Premier trimestre possible",
    "last_quarter": "Dernier trimestre possible",
    "openings": "Ouvertures",
    "known": "Trimestre connu",
    "required": "Obligatoire",
    "publisher": "Éditeur",
    "reliability": "Nature",
    "accessed_on": "Consulté le",
    "facts": "Ce qui repose dessus",
    "url": "Adresse",
    "table": "Table",
    "column": "Colonne",
    "kind": "Étape",
    "name": "Nom",
    "population": "Habitants",
    "stages": "Étapes",
    "figures": "Totaux publiés",
    "others": "Autres faits",
    "file": "Fichier",
    "obtained_from": "Obtenu de",
    "licence": "Licence",
    "retrieved_on": "Recueilli le",
    "type": "Type",
    "territory": "Territoire",
    "parent": "Territoire parent",
    "table_meaning": "Ce que contient la table",
    "column_meaning": "Signification",
    "centre": "Centre",
    "centre_id": "Numéro du centre",
    "retained": "Date retenue",
    "confidence": "Confiance",
    "km": "Distance à vol d’oiseau (km)",
    "credential": "Diplôme",
    "level": "Niveau",
    "mode": "Modalité",
    "cpf": "Éligible au CPF",
    "cpf_status": "Éligible au CPF",
    "starts_on_text": "À partir de",
    "ends_on_text": "Jusqu’à",
    "academic_year": "Année universitaire",
    "counted": "Ce qui est compté",
    "headcount": "Effectif",
    "counted_on": "Arrêté au",
    "subject": "Fait",
    "value_text": "Ce qui est dit",
    "recorded_at": "Enregistré le",
    "recorded_by": "Par",
    "replaced_by": "Remplacé par",
    "replaced_at": "Remplacé le",
    "reason": "Motif",
    "code": "Code",
    "labelled": "Villes labellisées",
    "medium": "Habitants des villes Action cœur de ville",
    "open_acv": "Centres ouverts en ville Action cœur de ville",
    "acv_target": "Objectif national en villes Action cœur de ville",
    "others_target": "Objectif national hors Action cœur de ville",
    "objective": "Objectif indicatif",
    "status": "Statut calculé",
    "enrolled": "Inscrits (personnes)",
    "per_medium": "Centres par million d’habitants des villes Action cœur de ville",
    "per_medium_low": "Ce taux, au moins (95\u202f%)",
    "per_medium_high": "Ce taux, au plus (95\u202f%)",
    "low": "Au moins (95\u202f%)",
    "high": "Au plus (95\u202f%)",
    "applied": "Candidatures",
    "agreed": "Conventions",
    "closed_or_abandoned": "Fermés ou abandonnés",
    "covered": "Habitants à moins de 30 km",
    "covered_share": "Part à moins de 30 km",
    "sites": "Sites ACV",
    "sites_with_centre": "Sites ACV avec un centre",
    "last_text": "Dernière ouverture",
    "last_opening": "Dernière ouverture",
    "median": "Médiane",
    "whole": "Sur",
    "rate": "Valeur comparée",
    "count": "Nombre",
    "change": "Changement",
    "before": "À la date de référence",
    "after": "À la date choisie",
    "view": "Voir",
    "latitude": "Latitude",
    "longitude": "Longitude",
    "nearest": "Centre ouvert le plus proche",
    "nearest_code": "Code INSEE de ce centre",
    "per_million": "Centres par million d’habitants",
    "alone": "Habitants loin de tout centre",
    "inhabitants": "Habitants couverts",
    "share": "Part de la population",
    "radius_km": "Rayon (km)",
    "site": "Site Action cœur de ville",
    "prior_seat": "Écartée pour des sites du Cnam antérieurs au programme",
    "set_aside": "Écartée par défaut",
    "rank": "Rang",
    "marginal": "Habitants de plus",
    "cumulative": "Cumul",
    "covered_after": "Habitants couverts ensuite",
    "expected": "Ouvert cette année-là",
    "transmitted": "A transmis",
    "publication": "Publication",
    "provisional": "Provisoire ou partiel",
    "courses_sum": "Somme du détail publié (sans total du centre)",
    "courses_hidden": "Effectifs non publiés de ce détail",
    "target": "Cible annoncée",
    "target_share": "Part de la cible",
    "target_source": "Source de la cible",
    "centres": "Centres",
    "hidden_centres": "Centres dont le total n’est pas publié, non comptés",
    "expected_centres": "Centres ouverts",
    "months": "Mois depuis l’ouverture",
    "field": "Filière",
    "field_slug": "Clé de la filière",
    "cells": "Effectifs",
    "hidden": "Effectifs non publiés",
    "kept_centres": "Centres dont rien n’est publié de ce détail",
    "course": "Formation",
    "course_key": "Clé de la formation",
    "figure_kind": "Nature du chiffre",
    "period": "Période",
    "mode_list": "Modalités",
    "cnam_code": "Code Cnam",
    "rncp_code": "Fiche RNCP",
    "credits": "Crédits (ECTS)",
    "offered_centres": "Centres qui la proposent",
    "offered_at_most": "Centres qui la proposent, au plus",
    "offered_towns": "Villes",
    "offered": "Offre",
    "offered_courses": "Formations proposées",
    "courses_at_most": "Formations proposées, au plus",
    "centres_at_most": "Centres qui les proposent, au plus",
    "service": "Service",
    "scope": "Portée",
    "documented": "Documentées ici",
    "section": "Rubrique",
    "gap": "Ce qui est à voir",
    "detail": "Détail",
    "since": "Depuis le",
    "days": "Jours",
    "late": "À mettre à jour",
    "contradiction": "Contradictions",
    "duplicate": "Doublons probables",
    "weak": "Sources à renforcer",
}
