"""What the web layer says in French, and Streamlit's own English words with their French.

Spaces before colons and units are U+00A0 (no-break) or U+202F (narrow no-break): Streamlit's
strings are replaced whole, so typography is settled here.
"""

import re
from typing import Final

from babel.dates import get_month_names

from territoires.french.dates import MONTHS
from territoires.french.numbers import NBSP

SITE_NAME: Final = "Territoires"
NEEDS_JAVASCRIPT: Final = (
    "Sans JavaScript, une page qui se lit donne sa réponse et ses liens. Pour choisir une date, "
    "filtrer ou saisir, activez-le dans votre navigateur, puis rechargez la page."
)
NOT_FOUND: Final = "Cette adresse n’existe pas."

# What the script of the forms says.
FORMS: Final = {
    "kept": (
        f"Votre saisie n’est pas enregistrée{NBSP}: elle est gardée, et reviendra avec le "
        "formulaire."
    )
}
NO_UPLOAD: Final = (
    f"Ce fichier n’a pas été lu{NBSP}: l’envoi de fichiers demande d’être connecté, avec le droit "
    "d’importer."
)
TOO_MUCH_KEPT: Final = (
    f"Ce fichier n’a pas été lu{NBSP}: cette page garde déjà 40{NBSP}Mo de fichiers. Retirez-en "
    "un, ou rechargez la page."
)
TOO_MUCH_IN_ALL: Final = (
    f"Ce fichier n’a pas été lu{NBSP}: trop de fichiers sont en cours d’import. Réessayez dans "
    "quelques minutes."
)
TOO_MANY_PAGES: Final = (
    "Trop de pages sont ouvertes depuis cette adresse. Fermez-en, ou réessayez dans une minute."
)
TOO_SLOW: Final = f"La suite de cette demande n’est pas arrivée{NBSP}: recommencez."

# What the script of the grid says of a block that was pasted.
GRID: Final = {
    "pasted": f"Bloc collé{NBSP}: {{rows}} × {{columns}}. Relisez-le, puis enregistrez.",
    "tooLarge": (
        f"Rien n’a été collé{NBSP}: le bloc copié fait {{rows}} × {{columns}} (lignes × colonnes), "
        "et il ne reste que {leftRows} × {leftColumns} à partir de cette case. Partez d’une autre "
        "case, copiez les seuls nombres, ou ajoutez d’abord les formations qui manquent."
    ),
}

# What our script calls the list under a box.
SEARCH: Final = {"answers": "Réponses possibles"}

# What the script of the links says.
LINKS: Final = {
    "copied": f"Lien copié{NBSP}: il rouvre cette vue, avec ces filtres.",
    "copy": f"Le navigateur n’a pas laissé copier. Voici le lien de cette vue{NBSP}:",
}

ALIVE: Final = "en marche"
READY: Final = "prêt"
UNREADY: Final = "base de données injoignable"
DAMAGED: Final = "base de données endommagée"
NO_DATABASE: Final = "Base de données indisponible"
# By status: what the library says in English of an address that gives no answer.
UNANSWERED: Final = {
    404: "Il n’y a rien à cette adresse. Vérifiez-la, ou partez de la page d’accueil.",
    405: "Cette adresse ne répond pas à cette façon de demander. Ouvrez-la dans un navigateur.",
}


def incident_message(number: str) -> str:
    """What a reader is told of an error nobody foresaw; `number` finds it in the log."""
    return (
        f"Une erreur imprévue s’est produite (incident {number}). "
        "Rechargez la page ; si l’erreur revient, signalez-nous ce numéro."
    )


# Whole texts and labels of Streamlit 1.67, as shown or as read aloud, of what pages use of it: of
# its menu the theme alone; no table to edit; no number, hour, period or password to type.
WORDS: Final[dict[str, str]] = {
    # Frame of the page
    "Skip to main content": "Aller au contenu",
    "App pages": "Pages",
    "Sidebar": "Barre latérale",
    "Collapse sidebar": "Replier la barre latérale",
    "Expand sidebar": "Déplier la barre latérale",
    "Navigate to home page": "Retour à l’accueil",
    "Main menu": "Menu",
    "Logo": "Logo de Territoires",
    "View less": "Voir moins",
    "Link to heading": "Lien vers ce titre",
    "(opens in new tab)": "(nouvel onglet)",
    "Notifications": "Messages",
    "Close": "Fermer",
    "Dismiss": "Fermer",
    "Cancel": "Annuler",
    "Copy": "Copier",
    "Copy to clipboard": "Copier",
    "Copied": "Copié",
    "Fullscreen": "Plein écran",
    "Close fullscreen": "Quitter le plein écran",
    # Menu
    "Theme": "Thème",
    "System": "Système",
    "Light": "Clair",
    "Dark": "Sombre",
    # State of the page
    "Running...": "Calcul en cours…",
    "Stopping...": "Arrêt…",
    "Stop": "Arrêter",
    "Connecting": "Connexion…",
    "Connection error": "Connexion perdue",
    "Connection timed out.": "Le serveur ne répond pas.",
    "Network Error": "Le réseau ne répond pas.",
    "Error:": "Erreur\u00a0:",
    "Unknown error": "Erreur inconnue",
    "Script execution error": "Erreur imprévue",
    "Streamlit server is not responding. Are you connected to the internet?": (
        "Le serveur ne répond pas. Êtes-vous connecté au réseau ?"
    ),
    "Is Streamlit still running? If you accidentally stopped Streamlit, just restart it in your "
    "terminal:": "Le serveur ne répond pas. Réessayez dans un instant.",
    "Cannot load Streamlit frontend code. This can happen when you update Streamlit while a "
    "Streamlit app is running.": "Le site vient d’être mis à jour : rechargez la page.",
    "This app has encountered an error. The original error message is redacted to prevent data "
    "leaks. Full error details have been recorded in the logs.": (
        "Une erreur imprévue s’est produite. Le détail en est conservé dans le journal du serveur."
    ),
    "Page not found": "Page introuvable",
    # Choices
    "Choose an option": "Choisir…",
    "Choose options": "Choisir…",
    "Select...": "Choisir…",
    "Select all": "Tout sélectionner",
    "Selected values": "Valeurs choisies",
    "Selectbox options": "Choix possibles",
    "Clear all": "Tout effacer",
    "Clear value": "Effacer",
    "Clear entry": "Effacer",
    "No results": "Aucun résultat",
    "No options to select": "Aucun choix possible",
    "No options to select.": "Aucun choix possible.",
    "Open": "Ouvrir la liste",
    # Text and numbers
    "(required)": "(obligatoire)",
    "This field is required.": "Ce champ est obligatoire.",
    "Press Enter to apply": "Entrée pour valider",
    "Press Ctrl+Enter to apply": "Ctrl + Entrée pour valider",
    "Press ⌘+Enter to apply": "⌘ + Entrée pour valider",
    # Dates
    "Choose date": "Choisir une date",
    "Clear date": "Effacer la date",
    "Calendar": "Calendrier",
    "Next month": "Mois suivant",
    "Previous month": "Mois précédent",
    "Next": "Suivant",
    "Previous": "Précédent",
    "First available date": "Première date possible",
    "Last available date": "Dernière date possible",
    "Use arrow keys to navigate dates. Enter to select. Escape to close.": (
        "Flèches pour changer de date, Entrée pour choisir, Échap pour fermer."
    ),
    "day": "jour",
    "month": "mois",
    "year": "année",
    "dd": "jj",
    "yyyy": "aaaa",
    "Empty": "vide",
    # Tables
    "Search": "Rechercher",
    "Close Search": "Fermer la recherche",
    "Next Result": "Résultat suivant",
    "Previous Result": "Résultat précédent",
    "Type to search": "Rechercher",
    "Show/hide columns": "Choisir les colonnes",
    "Copy column name": "Copier le nom de la colonne",
    "Dataframe column menu": "Menu de la colonne",
    "Sort ascending": "Trier par ordre croissant",
    "Sort descending": "Trier par ordre décroissant",
    "Pin column": "Figer la colonne",
    "Unpin column": "Libérer la colonne",
    "Hide column": "Masquer la colonne",
    "Autosize": "Ajuster la largeur",
    "Format": "Présentation",
    "Statistics": "Statistiques",
    "Scrollable table": "Tableau à faire défiler",
    "Automatic": "Automatique",
    "Localized": "À la française",
    "Plain": "Brut",
    "Compact": "Abrégé",
    "Percent": "Pourcentage",
    "Scientific": "Scientifique",
    "Accounting": "Comptable",
    "Duration": "Durée",
    "Values": "Valeurs",
    "Distinct": "Valeurs distinctes",
    "Average": "Moyenne",
    "Standard deviation": "Écart type",
    "25th percentile": "Premier quartile",
    "Median": "Médiane",
    "75th percentile": "Troisième quartile",
    "Sum": "Somme",
    "Minimum length": "Longueur la plus petite",
    "Maximum length": "Longueur la plus grande",
    "Average length": "Longueur moyenne",
    "Based on sample": "D’après un échantillon",
    "Distribution histogram": "Histogramme",
    "Top values frequency chart": "Valeurs les plus fréquentes",
    "True/false distribution chart": "Répartition des oui et des non",
    "Clear selection": "Effacer la sélection",
    "No data": "Aucune donnée",
    "empty": "vide",
    # Files
    "file upload": "Choisir un fichier",
    "Upload": "Choisir un fichier",
    "Add files": "Ajouter des fichiers",
    "Drag and drop a file here": "Déposez un fichier ici",
    "Too many files": "Trop de fichiers",
    "Upload failed": "L’envoi a échoué",
    "Click to retry upload": "Réessayer l’envoi",
    "Only one file is allowed.": "Un seul fichier à la fois.",
    "Download failed": "Le téléchargement a échoué",
    "Failed to generate file for download": "Le fichier n’a pas pu être préparé",
    "Try again": "Réessayer",
}

_MONTHS: Final = tuple(zip(get_month_names("wide", locale="en").values(), MONTHS, strict=True))

# The buttons over a table or a chart, which are read aloud with its name.
_TOOLS: Final = ("Clear selection", "Close fullscreen", "Fullscreen", "Search", "Show/hide columns")
# Texts with something in them: a JavaScript regular expression, and its replacement.
PATTERNS: Final[list[tuple[str, str]]] = [
    (r"^(\d+(?:\.\d+)?) ?MB per file(.*)$", "$1 Mo par fichier$2"),
    (r"^(.+) files are not allowed\.$", "Les fichiers $1 ne sont pas acceptés."),
    (r"^File is larger than (.+?)\.?$", "Le fichier dépasse $1."),
    (r"^File must be (\d+)(?:\.0)?MB or smaller\.$", "Le fichier dépasse $1\u00a0Mo."),
    *(
        (rf"^(\d+){decimal}{unit}$", f"{shown}\u00a0{french}")
        for unit, french in (("B", "o"), ("KB", "Ko"), ("MB", "Mo"))
        for decimal, shown in ((r"\.0", "$1"), (r"\.(\d)", "$1,$2"))
    ),
    (
        r"^You can only select up to (\d+) options?\. Remove an option first\.$",
        "$1 choix au plus : retirez-en un d’abord.",
    ),
    (r"^Select (\d+) matches$", "Choisir les $1 résultats"),
    (r"^Remove (.+)$", "Retirer $1"),
    (r"^View (\d+) more$", "Voir $1 de plus"),
    (r"^(\d+) more$", "$1 de plus"),
    (r"^File type must be (.+)$", "Types de fichiers acceptés : $1"),
    (r"^Connection failed with status (\d+).*$", "La connexion a échoué (code $1)."),
    (r"^Cannot connect to Streamlit \(HTTP status: (\d+)\).*$", "Connexion refusée (code $1)."),
    (r"^Help for (.+)$", "Aide : $1"),
    *((rf"^{re.escape(tool)}: (.+)$", f"{WORDS[tool]}{NBSP}: $1") for tool in _TOOLS),
    (r"^Selected (.+)\. (.*)Use arrow keys.*$", "Choix actuel : $1."),
    (r"^day, (.+)$", "jour, $1"),
    (r"^month, (.+)$", "mois, $1"),
    (r"^year, (.+)$", "année, $1"),
    *((rf"^(\d\d?) – {english}$", f"$1 – {french}") for english, french in _MONTHS),
    (r"^Choose date, (.+)$", "Choisir une date\u00a0: $1"),
    *(
        (rf"^Selected Date: {english} (\d+), (\d+)$", f"Date choisie\u00a0: $1 {french} $2")
        for english, french in _MONTHS
    ),
    (
        r"^The page that you have requested does not seem to exist\..*$",
        "Cette page n’existe pas ; l’accueil est affiché.",
    ),
]
