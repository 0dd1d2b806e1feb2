"""What tables and columns are called, at each place where they are said, and what they hold."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from territoires.domain.drafts import CentreFields, columns_of


class Table(NamedTuple):
    """A sort of thing: what the journal calls one, and what its table holds, where it has one."""

    called: str = ""
    meaning: str = ""


class Column(NamedTuple):
    """A column, or a field of a form: its heading in a table of a page or of a file, its meaning.

    `asked` names it in forms and in what is wrong with it, as its heading does unless told
    otherwise; `changed` in the journal and `history` in that of the town, as forms do unless told
    otherwise; `card` heads it on the sheet of the town, where it has a place.
    """

    heading: str = ""
    meaning: str = ""
    asked: str = ""
    changed: str = ""
    history: str = ""
    card: str = ""


_TABLES: Final[Mapping[str, Table]] = {
    "announcement": Table(
        "ouverture annoncée", "Ouvertures annoncées dans une ville, par versions"
    ),
    "audit_event": Table(
        "acte du journal", "Journal : un acte par ligne, scellé par l’empreinte du précédent"
    ),
    "bound": Table(
        "premier jour possible", "Premiers jours où une étape a pu avoir lieu, par versions"
    ),
    "centre": Table("centre", "Centres : lieux d’accès à la formation, par versions"),
    "course": Table("formation du catalogue", "Formations du catalogue"),
    "daily_salt": Table(meaning="Sel du jour des empreintes d’adresses réseau, jamais copié"),
    "database": Table("base entière"),
    "department": Table("départements", "Départements"),
    "disclosure": Table(
        meaning="Ce qui est publié de chaque effectif, décidé par l’acte qui l’a écrit"
    ),
    "enrolment": Table(
        "inscriptions", "Effectifs : un centre, une année, une formation ou toutes, par versions"
    ),
    "enrolment_summary": Table(
        meaning="Effectifs additionnés par centre et par filière, pour aller vite"
    ),
    "field": Table("filières", "Filières"),
    "former_town": Table(
        "anciens codes de communes",
        "Codes qui ne sont plus ceux d’une commune, et la commune actuelle",
    ),
    "frozen_file": Table(meaning="Lignes des vues figées, dont le journal a l’empreinte"),
    "frozen_view": Table("vue figée", "Vues figées, sous une adresse permanente"),
    "guidance_service": Table("services", "Services d’accompagnement des centres"),
    "import": Table("import"),
    "kept_text": Table(meaning="Saisies en cours, pas encore enregistrées"),
    "offering": Table("formation proposée", "Formations proposées dans un centre, par versions"),
    "programme_event": Table("événements du programme", "Événements du programme, par versions"),
    "proposal": Table(
        "proposition", "Saisies gardées ou proposées, qui ne sont pas encore des faits"
    ),
    "published_figure": Table("totaux publiés", "Totaux publiés, avec leur réserve, par versions"),
    "question": Table(
        "demande", "Ce qui a été demandé sur une ville, et les réponses, par versions"
    ),
    "region": Table("régions", "Régions"),
    "report": Table(
        "signalement", "Signalements du terrain, hors du journal, effacés six mois après la réponse"
    ),
    "report_decision": Table(
        "réponse à un signalement", "Décisions sur les signalements, une pour un ou plusieurs"
    ),
    "seeds": Table("données de départ"),
    "session": Table(meaning="Connexions en cours"),
    "setting": Table("réglage", "Réglages de l’application"),
    "source": Table("source", "Sources"),
    "staff": Table("compte", "Comptes"),
    "staff_region": Table("région d’un compte", "Régions de compétence d’un compte"),
    "stage": Table("étape", "Étapes datées de la vie d’un centre, par versions"),
    "target": Table("objectif", "Objectifs décidés, par versions"),
    "town": Table("communes", "Communes"),
    "waiting_time": Table(
        meaning="Attentes après des échecs de connexion, envois comptés dans l’heure"
    ),
}
TABLES: Final = {name: table.meaning for name, table in _TABLES.items() if table.meaning}
ENTITIES: Final = {name: table.called for name, table in _TABLES.items() if table.called}

_COLUMNS: Final[Mapping[str, Column]] = {
    "academic_year": Column(
        "Année universitaire", "année universitaire, nommée par sa première année civile"
    ),
    "accessed_on": Column("Consulté le", "jour de consultation"),
    "active": Column(meaning="compte actif ou non", changed="Compte actif"),
    "actor": Column("Adresse", "auteur de l’acte"),
    "actor_name": Column("Personne"),
    "acv": Column("Action cœur de ville"),
    "acv_signed_on": Column(meaning="signature de la convention Action cœur de ville"),
    "acv_site": Column(meaning="site parmi les 222 de mars 2018"),
    "acv_site_name": Column(meaning="nom du site Action cœur de ville"),
    "acv_target": Column("Objectif national en villes Action cœur de ville"),
    "added": Column(changed="Lignes ajoutées"),
    "address": Column(meaning="adresse du centre", asked="Adresse", card="Adresse"),
    "after": Column("À la date choisie"),
    "agreed": Column("Conventions"),
    "alone": Column("Habitants loin de tout centre"),
    "announced_for": Column("Annoncée pour", "date annoncée de l’ouverture, avec sa précision"),
    "announced_on": Column("Annoncée le", "date de l’annonce, avec sa précision"),
    "answer": Column(meaning="réponse, dite à qui a signalé", asked="Réponse"),
    "answered_on": Column(
        "Réponse reçue le", "date de la réponse, avec sa précision (vide : pas encore)"
    ),
    "applied": Column("Candidatures"),
    "asked_by": Column("Demandé par", "qui a demandé"),
    "asked_on": Column("Demandé le", "date de la demande, avec sa précision"),
    "asks": Column("Ce qui est demandé", "ce qui est demandé : ouvert ou non, ou depuis quand"),
    "at_utc": Column("Instant (UTC)", "instant de l’acte (UTC)", changed="Instant"),
    "author": Column(meaning="auteur de la saisie", changed="Proposé par"),
    "basis": Column("Nature de la date", "nature de la date : constatée, au plus tard, déduite"),
    "before": Column("À la date de référence"),
    "believed": Column("Resserre les dates"),
    "beside": Column("Comparé comme"),
    "browser": Column(meaning="navigateur de la connexion"),
    "cells": Column("Effectifs", "nombre d’effectifs additionnés"),
    "centre": Column("Centre"),
    "centre_id": Column("Numéro du centre", "centre", asked="Centre concerné"),
    "centre_name": Column(asked="Nom du centre"),
    "centres": Column("Centres"),
    "centres_at_most": Column("Centres qui les proposent, au plus"),
    "certain": Column("Ouvert avec certitude"),
    "change": Column("Changement"),
    "changes": Column("Lignes touchées", "avant et après, pour chaque ligne touchée"),
    "cited": Column(meaning="source que donne le signalement", asked="Source"),
    "claimed": Column("État dans votre liste"),
    "closed_or_abandoned": Column("Fermés ou abandonnés"),
    "cnam_code": Column("Code Cnam", "code du Cnam, souvent inconnu"),
    "code": Column("Code", "code INSEE"),
    "collectivity": Column(
        meaning="collectivité porteuse",
        asked="Collectivité qui porte le projet",
        history="Collectivité",
        card="Projet porté par",
    ),
    "column": Column("Colonne"),
    "column_meaning": Column("Signification"),
    "command": Column("Acte", "acte accompli"),
    "confidence": Column("Confiance", "confiance accordée : élevée, moyenne, faible"),
    "content": Column(meaning="ce que le formulaire contenait"),
    "contradicted": Column("Contredite"),
    "contradiction": Column("Contradictions"),
    "count": Column("Nombre"),
    "counted": Column("Ce qui est compté", "ce qui est compté : personnes ou inscriptions"),
    "counted_on": Column("Arrêté au", "jour auquel l’effectif est arrêté"),
    "course": Column("Formation"),
    "course_key": Column("Clé de la formation", "formation (vide : toutes)", asked="Formation"),
    "courses_at_most": Column("Formations proposées, au plus"),
    "courses_hidden": Column("Effectifs non publiés de ce détail"),
    "courses_sum": Column("Somme du détail publié (sans total du centre)"),
    "covered": Column("Habitants à moins de 30\u00a0km"),
    "covered_after": Column("Habitants couverts ensuite"),
    "covered_share": Column("Part à moins de 30\u00a0km"),
    "cpf": Column("Éligible au CPF"),
    "cpf_eligible": Column(
        meaning="éligible au compte personnel de formation (vide : inconnu)",
        changed="Éligible au CPF",
    ),
    "cpf_status": Column("Éligible au CPF"),
    "created_at": Column(meaning="début (UTC)", changed="Proposé le"),
    "credential": Column("Diplôme", "diplôme ou titre délivré", asked="Diplôme ou titre"),
    "credits": Column("Crédits (ECTS)", "crédits européens (ECTS)", asked="Crédits"),
    "cumulative": Column("Cumul"),
    "current": Column(asked="Mot de passe actuel"),
    "day": Column("Jour", "jour"),
    "days": Column("Jours"),
    "deadline": Column("Échéance", "échéance"),
    "decided_at": Column(meaning="instant de la décision (UTC)", changed="Décidé le"),
    "decided_by": Column(meaning="qui a validé ou refusé", changed="Décidé par"),
    "decided_on": Column("Décidé le", "jour de la décision"),
    "decision": Column(meaning="motif de la décision", changed="Motif de la décision"),
    "decision_id": Column(meaning="décision (vide : pas encore)"),
    "delay": Column("Retard"),
    "department": Column("Département"),
    "department_code": Column("Code département", "département"),
    "detail": Column("Détail"),
    "digest": Column(
        meaning="empreinte de ce qui a été écrit", changed="Empreinte de ce qui a été écrit"
    ),
    "documented": Column("Documentées ici"),
    "draft": Column(meaning="formulaire tel qu’il a été rempli", changed="Formulaire"),
    "duplicate": Column("Doublons probables"),
    "edition": Column(
        meaning="dernier acte du journal quand la vue a été figée", changed="Dernier acte alors"
    ),
    "email": Column(meaning="adresse électronique", asked="Adresse électronique"),
    "ends_on": Column(meaning="fin, avec sa précision", asked="Fin"),
    "ends_on_text": Column("Jusqu’à"),
    "enrolled": Column("Inscrits (personnes)"),
    "entity": Column("Chose", "sorte de ligne touchée"),
    "entity_id": Column("Clé", "ligne touchée"),
    "epci_name": Column(meaning="intercommunalité"),
    "erased_at": Column(meaning="instant de l’effacement (UTC ; vide : pas encore)"),
    "event_id": Column("Numéro", asked="Acte"),
    "expected": Column("Ouvert cette année-là"),
    "expected_centres": Column("Centres ouverts"),
    "expected_id": Column(asked="Fiche"),
    "expires_at": Column(meaning="fin (UTC)"),
    "facts": Column("Ce qui repose dessus"),
    "failures": Column(meaning="échecs de connexion, moins les réussites"),
    "field": Column("Filière"),
    "field_slug": Column("Clé de la filière", "filière", asked="Filière"),
    "figure_kind": Column("Nature du chiffre"),
    "figures": Column("Totaux publiés"),
    "file": Column("Fichier"),
    "fingerprint": Column(meaning="empreinte des lignes de la table"),
    "first_day": Column("Au plus tôt"),
    "first_hand": Column(meaning="su de première main ou non"),
    "first_quarter": Column("Premier trimestre possible"),
    "folded": Column(meaning="nom sans accents ni casse, pour la recherche"),
    "form": Column(meaning="formulaire en cours"),
    "frozen_at": Column(meaning="instant où la vue a été figée (UTC)", changed="Figée le"),
    "frozen_by": Column(meaning="qui a figé la vue", changed="Figée par"),
    "function": Column(meaning="fonction de qui le sait de première main", asked="Fonction"),
    "gap": Column("Ce qui est à voir"),
    "happened_on": Column("Date", "date, avec sa précision (vide : inconnue)"),
    "hash": Column(meaning="empreinte de l’acte et du précédent", changed="Sceau"),
    "headcount": Column("Effectif", "effectif"),
    "hidden": Column("Effectifs non publiés", "effectifs que le public ne voit pas"),
    "hidden_centres": Column("Centres dont le total n’est pas publié, non comptés"),
    "high": Column("Au plus (95\u202f%)"),
    "id": Column(meaning="numéro de la ligne"),
    "in_force": Column("En vigueur"),
    "indicator": Column("Indicateur", "ce qui est mesuré"),
    "inhabitants": Column("Habitants couverts"),
    "into": Column(asked="Signalement à rejoindre"),
    "into_number": Column(
        meaning="signalement auquel il est réuni", changed="Réuni au signalement"
    ),
    "is_believed": Column("Cru"),
    "issuer": Column(meaning="fournisseur d’identité", asked="Fournisseur d’identité"),
    "kept": Column(meaning="parmi eux, ceux dont il ne sait rien"),
    "kept_at": Column(meaning="instant de la dernière frappe gardée (UTC)"),
    "kept_centres": Column("Centres dont rien n’est publié de ce détail"),
    "key": Column(meaning="clé de la formation, propre à cette base", asked="Clé"),
    "kind": Column("Étape", "sorte : étape, ou constat, cible, prévision, ou ancienne commune"),
    "km": Column("Distance à vol d’oiseau (km)"),
    "known": Column("Trimestre connu", "connexion déjà réussie d’ici"),
    "label": Column(meaning="titre donné à la vue (vide : aucun)", asked="Titre"),
    "labelled": Column("Villes labellisées"),
    "last_act": Column(changed="Dernier acte"),
    "last_at": Column(meaning="dernier échec (UTC)"),
    "last_day": Column("Au plus tard"),
    "last_opening": Column("Dernière ouverture"),
    "last_quarter": Column("Dernier trimestre possible"),
    "last_text": Column("Dernière ouverture"),
    "late": Column("À mettre à jour"),
    "late_at_least": Column("Retard d’au moins (jours)", "négatif\u00a0: une avance"),
    "late_at_most": Column("Retard d’au plus (jours)", "négatif\u00a0: une avance"),
    "latitude": Column("Latitude", "latitude de la mairie (degrés)"),
    "least": Column("Au moins"),
    "level": Column("Niveau", "niveau du cadre européen"),
    "licence": Column("Licence"),
    "line": Column("Ligne"),
    "longitude": Column("Longitude", "longitude de la mairie (degrés)"),
    "low": Column("Au moins (95\u202f%)"),
    "machine_at": Column(
        meaning="heure de la machine, quand elle diffère de celle de l’acte (UTC)"
    ),
    "marginal": Column("Habitants de plus"),
    "median": Column("Médiane"),
    "medium": Column("Habitants des villes Action cœur de ville"),
    "message": Column(meaning="message de qui a signalé", asked="Message"),
    "mode": Column("Modalité", "modalité : présentiel, hybride, à distance"),
    "mode_list": Column("Modalités"),
    "months": Column("Mois depuis l’ouverture"),
    "most": Column("Au plus"),
    "must_change_password": Column(
        meaning="mot de passe à changer", changed="Mot de passe à changer"
    ),
    "name": Column("Nom", "nom", history="Nom du centre"),
    "narrowing": Column(asked="Filtres de la page"),
    "nearest": Column("Centre ouvert le plus proche"),
    "nearest_code": Column("Code INSEE de ce centre"),
    "new": Column(asked="Nouveau mot de passe"),
    "not_before": Column("Pas avant", "premier jour possible de l’étape, avec sa précision"),
    "note": Column("Remarque", "remarque", asked="Commentaire", history="Remarque sur le centre"),
    "number": Column("Numéro", "numéro dans l’année"),
    "objective": Column("Objectif indicatif"),
    "obtained_from": Column("Obtenu de"),
    "offered": Column("Offre"),
    "offered_at_most": Column("Centres qui la proposent, au plus"),
    "offered_centres": Column("Centres qui la proposent"),
    "offered_courses": Column("Formations proposées"),
    "offered_towns": Column("Villes"),
    "on": Column(asked="Date"),
    "open": Column("Centres ouverts avec certitude"),
    "open_acv": Column("Centres ouverts en ville Action cœur de ville"),
    "open_at_most": Column("Centres ouverts au plus"),
    "openings": Column("Ouvertures"),
    "origin_id": Column(meaning="première version du même fait (vide : c’est elle)"),
    "others": Column("Autres faits"),
    "others_target": Column("Objectif national hors Action cœur de ville"),
    "outcome": Column("Comparaison"),
    "page": Column(meaning="page de la vue (vide : l’accueil)", asked="Page"),
    "parent": Column("Territoire parent"),
    "part": Column(
        "Ne compte que", "partie que le total compte, quand il ne compte pas tout (vide : tout)"
    ),
    "password_expires_at": Column(meaning="fin du mot de passe provisoire (UTC)"),
    "password_hash": Column(meaning="empreinte du mot de passe (jamais exportée)"),
    "per_medium": Column("Centres par million d’habitants des villes Action cœur de ville"),
    "per_medium_high": Column("Ce taux, au plus (95\u202f%)"),
    "per_medium_low": Column("Ce taux, au moins (95\u202f%)"),
    "per_million": Column("Centres par million d’habitants"),
    "perimeter": Column(meaning="périmètre", changed="Périmètre"),
    "period": Column("Période", "période, telle que publiée"),
    "population": Column("Habitants", "population municipale"),
    "population_year": Column(meaning="année de la population"),
    "possible": Column("Ouvert peut-être"),
    "present_code": Column(meaning="commune actuelle (vide : c’est elle)"),
    "previous_hash": Column(meaning="empreinte de l’acte précédent"),
    "prior_seat": Column("Écartée pour des sites du Cnam antérieurs au programme"),
    "program": Column(meaning="version du programme", asked="Version du programme"),
    "programme_link": Column(
        meaning="rattachement au programme : attesté ou non prouvé",
        changed="Rattachement",
        history="Lien avec le programme",
    ),
    "proposal_id": Column(asked="Proposition"),
    "provisional": Column("Provisoire ou partiel"),
    "publication": Column("Publication", "ce que le public en apprend"),
    "published": Column(meaning="total que voit le public"),
    "published_on": Column("Publié le", "date de publication, avec sa précision"),
    "publisher": Column("Éditeur", "éditeur"),
    "qualifier": Column(
        "Réserve",
        "réserve de la source, s’il y en a : exact, environ, au moins, envisagé, contesté",
    ),
    "quarter": Column("Trimestre"),
    "radius_km": Column("Rayon (km)"),
    "rank": Column("Rang"),
    "rate": Column("Valeur comparée"),
    "reason": Column("Motif", "motif"),
    "recorded_at": Column("Enregistré le", "instant d’enregistrement de la version (UTC)"),
    "recorded_by": Column("Par"),
    "region": Column("Région"),
    "region_code": Column("Code région", "région", changed="Région"),
    "regional_centre": Column(
        meaning="centre régional du Cnam",
        asked="Centre régional du Cnam",
        history="Centre régional",
        card="Centre régional",
    ),
    "regions": Column(asked="Régions"),
    "reliability": Column("Nature", "nature de la source", changed="Nature de la source"),
    "replaced_at": Column("Remplacé le"),
    "replaced_by": Column("Remplacé par"),
    "report_id": Column(asked="Signalement"),
    "reports": Column(meaning="nombre de signalements décidés", changed="Signalements"),
    "required": Column("Obligatoire"),
    "retained": Column("Date retenue", "date retenue, ou concurrente"),
    "retrieved_on": Column("Recueilli le"),
    "rncp_code": Column(
        "Fiche RNCP",
        "code du répertoire national des certifications professionnelles",
        asked="Code RNCP",
    ),
    "role": Column(meaning="rôle", asked="Rôle"),
    "rows": Column(meaning="lignes figées, en CSV", asked="Effectifs"),
    "said": Column("Dans votre liste"),
    "salt": Column(meaning="sel de l’empreinte, effacé avec ce qu’elle résume"),
    "scope": Column("Portée", "portée"),
    "seal": Column(meaning="empreinte de ce dernier acte", asked="Sceau alors"),
    "section": Column("Rubrique"),
    "seed_key": Column(meaning="clé des données de départ"),
    "seen": Column(asked="Version examinée"),
    "seen_at": Column(meaning="dernière visite (UTC)"),
    "sent_at": Column(meaning="instant de l’envoi (UTC)"),
    "service": Column("Service"),
    "set_aside": Column("Écartée par défaut"),
    "share": Column("Part de la population"),
    "share_of": Column("Part de"),
    "short": Column(meaning="adresse courte de la vue", changed="Adresse courte"),
    "since": Column("Depuis le"),
    "site": Column("Site Action cœur de ville"),
    "sites": Column("Sites ACV"),
    "sites_with_centre": Column("Sites ACV avec un centre"),
    "slug": Column(meaning="clé"),
    "source": Column("Source"),
    "source_date": Column(asked="Date du document"),
    "source_id": Column("Clé de la source", "source", changed="Source"),
    "source_title": Column(asked="Référence"),
    "source_url": Column("Adresse de la source"),
    "staff_id": Column(meaning="compte", changed="Compte"),
    "stages": Column("Étapes"),
    "starts_on": Column("Début", "début, avec sa précision"),
    "starts_on_text": Column("À partir de"),
    "state": Column("État", "brouillon, proposé, validé ou refusé"),
    "status": Column("Statut calculé", "nommée par le programme, ou seulement citée"),
    "subject": Column(
        "Fait",
        "ce que remplit le formulaire, ou identifiant chez le fournisseur",
        asked="Identité chez le fournisseur",
    ),
    "superseded_at": Column(
        meaning="instant de remplacement de la version (UTC ; vide : en vigueur)"
    ),
    "table": Column("Table"),
    "table_meaning": Column("Ce que contient la table"),
    "target": Column("Cible annoncée"),
    "target_share": Column("Part de la cible"),
    "target_source": Column("Source de la cible"),
    "territory": Column("Territoire", "territoire"),
    "title": Column("Intitulé", "intitulé"),
    "to_sort": Column(meaning="venu avec trop d’autres"),
    "token_hash": Column(meaning="empreinte du jeton de connexion, ou de l’adresse de suivi"),
    "town": Column("Ville"),
    "town_code": Column("Code INSEE", "commune", asked="Ville", history="Commune du centre"),
    "transmitted": Column("A transmis"),
    "type": Column("Type"),
    "url": Column("Adresse", "adresse de la page", asked="Adresse de la source"),
    "validation": Column(meaning="brouillon, proposé, validé ou refusé", changed="Validation"),
    "value": Column("Valeur", "valeur", asked="Nombre de centres"),
    "value_text": Column("Ce qui est dit"),
    "verdict": Column(meaning="accepté, répondu, refusé ou réuni à un autre", asked="Décision"),
    "version": Column(meaning="numéro de version du fait"),
    "version_id": Column(meaning="version de l’effectif"),
    "view": Column("Voir", "paramètres de la vue, ses deux dates comprises", asked="Vue"),
    "view_id": Column(meaning="vue figée", asked="Vue figée"),
    "wave": Column(meaning="vague : AMI 1 ou AMI 2", asked="Vague"),
    "weak": Column("Sources à renforcer"),
    "what": Column(meaning="de quoi il s’agit", asked="De quoi s’agit-il"),
    "whole": Column("Sur"),
    "withdrawal": Column(meaning="motif du retrait", changed="Motif du retrait"),
    "withdrawn_at": Column(
        meaning="instant du retrait (UTC ; vide : pas retirée)", changed="Retirée le"
    ),
    "withdrawn_by": Column(meaning="qui a retiré la vue", changed="Retirée par"),
    "year": Column(meaning="année de l’envoi"),
    "zone": Column(meaning="métropole ou outre-mer"),
}
COLUMNS: Final = {name: said.heading for name, said in _COLUMNS.items() if said.heading}
FIELDS: Final = COLUMNS | {name: said.asked for name, said in _COLUMNS.items() if said.asked}
CHANGED: Final = FIELDS | {name: said.changed for name, said in _COLUMNS.items() if said.changed}
MEANINGS: Final = {name: said.meaning for name, said in _COLUMNS.items() if said.meaning}
# What the journal of a town and its sheet say of its centres.
_CENTRE: Final = columns_of(CentreFields)
HISTORY: Final = {name: _COLUMNS[name].history or FIELDS[name] for name in _CENTRE}
CARDS: Final = {name: _COLUMNS[name].card for name in _CENTRE if _COLUMNS[name].card}
