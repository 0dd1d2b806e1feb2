"""What files say in French: their fixed words, and why one cannot be read."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from territoires.domain.dates import PartialDate
from territoires.french.dates import partial
from territoires.french.numbers import NBSP, counted, number, plural, quoted
from territoires.french.typography import typeset_spaces

YES, NO = "oui", "non"
# Excel in French writes its booleans so.
TRUE, FALSE = "vrai", "faux"

WARNING = "avertissement"
TO_FIX = "a_corriger"
EXAMPLE = "# exemple"
TOTALS = frozenset(
    ("total", "totaux", "sous total", "total general", "somme", "ensemble", "moyenne", "cumul")
)

SOURCES_SHEET = "Sources"
READ_ME_SHEET = "Lisez-moi"
INSTRUCTIONS_SHEET = "Mode d’emploi"

_QUOTED_CHARACTERS = 80


def _filled(template: str, facts: Mapping[str, Any]) -> str:
    return typeset_spaces(template).format(**facts)


def _short(value: str) -> str:
    flat = " ".join(value.split())
    return flat if len(flat) <= _QUOTED_CHARACTERS else flat[: _QUOTED_CHARACTERS - 1] + "…"


# --- A file that cannot be read -------------------------------------------------------------

_SAVE_AS = (
    "Ouvrez-le dans votre tableur et enregistrez-le en .xlsx ou en CSV (UTF-8, point-virgule)."
)
_CONVERT = "Envoyez un tableau CSV ou Excel (.xlsx)."

REFUSALS = {
    "empty": "Le fichier {name} est vide. Vérifiez qu’il a été enregistré, puis renvoyez-le.",
    "too_large": (
        "Le fichier {name} pèse {size} Mo ; la limite est de {limit} Mo. "
        "Partagez-le en plusieurs fichiers."
    ),
    "password": (
        "Classeur protégé par un mot de passe : nous ne pouvons pas le lire. "
        "Enregistrez-le sans mot de passe ou en CSV (UTF-8, point-virgule)."
    ),
    "corrupt": (
        "Le fichier {name} est incomplet ou endommagé : nous ne pouvons pas le lire. "
        "Enregistrez-le à nouveau, puis renvoyez-le."
    ),
    "zip_bomb": (
        "Le fichier {name} prendrait une place démesurée une fois décompressé : il n’a pas été "
        "ouvert. Copiez le tableau dans un classeur neuf, ou enregistrez-le en CSV "
        "(UTF-8, point-virgule)."
    ),
    "too_heavy": (
        "Le fichier {name} demande trop de temps ou de mémoire pour être lu : il a été abandonné. "
        "Copiez le tableau dans un classeur neuf, ou enregistrez-le en CSV (UTF-8, point-virgule)."
    ),
    "macros": (
        "Le classeur {name} contient des macros : il n’a pas été ouvert. "
        "Enregistrez-le au format .xlsx, qui n’en contient pas."
    ),
    "too_many_rows": (
        "Le fichier {name} compte plus de {limit} lignes, la limite d’un import. Partagez-le en "
        "fichiers de {limit} lignes au plus, chacun avec sa ligne de titres, et importez-les l’un "
        "après l’autre."
    ),
    "too_many_lines": (
        "La liste compte plus de {limit} lignes : rien n’en a été comparé. Partagez-la, par "
        "exemple par région."
    ),
    "too_many_columns": (
        "Le tableau compte plus de {limit} colonnes. Supprimez celles qui ne servent pas à "
        "l’import, puis renvoyez le fichier."
    ),
    "too_much_text": (
        "Le tableau contient trop de texte pour un seul import. Partagez-le en plusieurs fichiers."
    ),
    "cell_too_long": (
        "Un texte de la ligne {line} dépasse {limit} caractères. Raccourcissez-le ; si ce texte "
        'n’existe pas dans votre tableau, un guillemet (") ouvert n’est sans doute jamais fermé.'
    ),
    "unclosed_quote": (
        'Un guillemet (") ouvert à la ligne {line}{where} n’est jamais fermé : la suite du fichier '
        "ne peut pas être lue. Fermez-le ou supprimez-le."
    ),
    "stray_quote": (
        'Un guillemet (") ouvert à la ligne {line}{where} est suivi, une fois fermé, d’autre chose '
        "que le séparateur ou la fin de la ligne : des lignes entières seraient avalées. "
        "Supprimez-le, ou doublez les guillemets qui font partie du texte "
        '("écran 24"" large").'
    ),
    "encoding": (
        "L’écriture du fichier {name} n’est pas reconnue : des caractères sont illisibles. "
        "Enregistrez-le en CSV (UTF-8, point-virgule)."
    ),
    "nul_bytes": (
        "Le fichier {name} contient des caractères nuls : il est endommagé ou n’est pas un "
        "tableau. Enregistrez-le à nouveau en CSV (UTF-8, point-virgule) ou en .xlsx."
    ),
    "legacy_excel": (
        "Le classeur {name} est à l’ancien format Excel (.xls), dont la précision des dates "
        "(mois ou jour) ne peut pas être lue. Enregistrez-le au format .xlsx."
    ),
    "binary_excel": (
        "Le classeur {name} est au format binaire (.xlsb). Enregistrez-le au format .xlsx."
    ),
    "xml_excel": (
        "Le classeur {name} est au format XML d’Excel 2003. Enregistrez-le au format .xlsx."
    ),
    "unsafe_xml": (
        "Le classeur {name} contient des déclarations XML que nous n’ouvrons pas. " + _SAVE_AS
    ),
    "no_sheet": "Le classeur {name} ne contient aucune feuille de calcul visible.",
    "empty_sheet": (
        "La feuille « {sheet} » est vide. Le tableau doit être sur la première feuille, "
        "avec les titres des colonnes sur la première ligne."
    ),
    "merged_header": (
        "La ligne de titres contient des cellules fusionnées ({place}). Défusionnez-les : chaque "
        "colonne porte son propre titre."
    ),
    "duplicate_header": (
        "Deux colonnes portent le même titre : {first} ({first_place}) et {second} "
        "({second_place}). Renommez ou supprimez l’une des deux."
    ),
    "pdf": f"{{name}} est un document PDF, pas un tableau. {_CONVERT}",
    "image": f"{{name}} est une image, pas un tableau. {_CONVERT}",
    "word": f"{{name}} est un document de traitement de texte, pas un tableau. {_CONVERT}",
    "slides": f"{{name}} est un diaporama, pas un tableau. {_CONVERT}",
    "html": (
        "{name} est une page web, même si son nom peut faire croire à un tableau. " + _SAVE_AS
    ),
    "archive": (
        "{name} est une archive. Décompressez-la, puis envoyez le tableau qu’elle contient."
    ),
    "binary": f"{{name}} n’est pas un tableau. {_CONVERT}",
}


def refusal(code: str, facts: Mapping[str, Any]) -> str:
    """Say why a file cannot be read, and what to do."""
    said = {
        key: number(value) if isinstance(value, int) and key != "line" else value
        for key, value in facts.items()
    }
    for key in ("first", "second"):
        if key in said:
            said[key] = quoted(_short(str(said[key])))
    return _filled(REFUSALS[code], said)


# --- Something to say beside a file that was read -------------------------------------------

NOTICES = {
    "other_first": "Le tableau a été trouvé sur la feuille « {sheet} », qui n’est pas la première.",
    "hidden_sheets": "Les feuilles masquées ne sont pas lues : {others}.",
    "other_sheets": (
        "Seule la feuille « {sheet} » a été lue ; les autres ont été ignorées : {others}."
    ),
    "invisible": (
        "Des caractères invisibles (espaces sans largeur, traits d’union conditionnels, marques de "
        "sens…) ont été ignorés."
    ),
    "no_rows": "Le fichier {name} ne contient aucune ligne sous les titres.",
    "encoding": "Le fichier {name} n’est pas en UTF-8 ; il a été lu comme {encoding}.",
}
ENCODINGS = {
    "cp1252": "du texte Windows (Windows-1252)",
    "mac_roman": "du texte Macintosh (MacRoman)",
    "cp850": "du texte MS-DOS (page de code 850)",
}


def notice(code: str, facts: Mapping[str, Any]) -> str:
    """Say what was ignored or supposed while reading."""
    return _filled(NOTICES[code], facts)


_MOST_NAMED = 12


def _lines_named(lines: Sequence[int]) -> str:
    """Name lines, runs of them by their ends: `3, 5 à 7`."""
    runs: list[list[int]] = []
    for line in lines:
        if runs and line == runs[-1][-1] + 1:
            runs[-1][1:] = [line]
        else:
            runs.append([line])
    said = [f"{number(run[0])} à {number(run[-1])}" if run[1:] else number(run[0]) for run in runs]
    return ", ".join(said[:_MOST_NAMED]) + ("…" if len(said) > _MOST_NAMED else "")


_LINES = {
    "examples": "{count} d’exemple ignorée{s}.",
    "totals": "{count} de total ignorée{s} : {lines}.",
    "titles_again": "{count} de titres répétée{s}, ignorée{s} : {lines}.",
    "hidden": "{count} masquée{s} ou filtrée{s} dans le tableur {are} {too} : {lines}.",
}


def some_lines(code: str, lines: Sequence[int]) -> list[str]:
    """Say which lines say nothing of their own, or were read though a spreadsheet hides them."""
    if not lines:
        return []
    count = len(lines)
    facts = {
        "count": counted(count, "ligne"),
        "s": plural(count, "", "s"),
        "are": plural(count, "est lue", "sont lues"),
        "too": plural(count, "elle aussi", "elles aussi"),
        "lines": _lines_named(lines),
    }
    return [_filled(_LINES[code], facts)]


def date_said(value: PartialDate | date) -> str:
    """Write a date as it was understood."""
    return partial(value if isinstance(value, PartialDate) else PartialDate.of(value))


def hidden_columns(titles: Sequence[str]) -> str:
    """Say that columns which the spreadsheet does not show were read with the others."""
    names = ", ".join(quoted(_short(title)) for title in titles)
    columns = plural(
        len(titles), "Colonne masquée, lue elle aussi", "Colonnes masquées, lues elles aussi"
    )
    return f"{columns}{NBSP}: {names}."


def titles_found(line: int, above: str) -> str:
    """Say that the titles are not on the first line."""
    facts = {"line": number(line), "above": _short(above)}
    said = (
        "Les titres des colonnes ont été lus à la ligne {line} ; au-dessus, ignoré : « {above} »."
    )
    return _filled(said, facts)


def line_of_text(line: int) -> str:
    """Name a line as an editor of texts numbers it, which counts those within cells."""
    return f" (ligne {number(line)} dans un éditeur de texte)"


def more_remarks(count: int) -> str:
    """Say that other lines were read otherwise than written."""
    return f"… et {counted(count, 'autre remarque')} de même sorte."


def ignored(columns: list[str]) -> str:
    """Name the columns that no import knows."""
    names = ", ".join(quoted(_short(name)) for name in columns)
    return f"{plural(len(columns), 'Colonne ignorée')}{NBSP}: {names}."


# --- A cell that cannot be taken ------------------------------------------------------------

_UNREAD_DATE = "la date {value} n’est pas reconnue. {awaited}"
_NO_SUCH_DATE = "la date {value} n’existe pas. {awaited}"

PROBLEMS = {
    "formula": (
        "la cellule {place} contient une formule. Remplacez les formules par leurs valeurs "
        "(copier, puis « Collage spécial : valeurs »), et renvoyez le fichier."
    ),
    "error_cell": (
        "la cellule {place} contient une erreur de calcul (#N/A, #REF!…). Corrigez-la ou videz-la, "
        "puis renvoyez le fichier."
    ),
    "merged": (
        "les cellules {place} sont fusionnées : {value} n’y est écrit qu’une fois, et les autres "
        "lignes se liraient vides. Défusionnez-les et répétez la valeur sur chaque ligne."
    ),
    "swallowed": (
        "ce texte entre guillemets tient sur plusieurs lignes, dont une ressemble à une ligne du "
        'tableau ({inside}) : un guillemet (") de trop a pu l’avaler. Est-ce bien un seul texte ?'
    ),
    "second_table": (
        "la feuille {value} porte elle aussi un tableau à importer ({lines}), qui n’est pas lu : "
        "seule la feuille « {sheet} » l’est. Est-ce bien elle, et elle seule ?"
    ),
    "two_readings": (
        "{value} peut se lire {first} ou {second}. Écrivez le nombre sans séparateur, par exemple "
        "1250."
    ),
    **dict.fromkeys(
        ("code", "grouped", "read_as", "short_year", "years"), "{value} a été lu {read}."
    ),
    "missing_column": "la colonne {column} manque. Colonnes obligatoires : {expected}.",
    "no_header": (
        "les titres des colonnes manquent ou ne sont pas reconnus ({value}). La première ligne "
        "doit porter : {expected}."
    ),
    "too_many_cells": (
        "la ligne compte {count} cellules pour {width} colonnes ({value} en trop). Un séparateur "
        's’est sans doute glissé dans un texte : mettez ce texte entre guillemets droits (").'
    ),
    "required": "la cellule est vide. {expected}",
    "unknown_word": "{value} n’est pas reconnu. Attendu : {expected}.",
    **dict.fromkeys(("bad_date", "bad_day"), _UNREAD_DATE),
    **dict.fromkeys(("no_such_date", "no_such_day"), _NO_SUCH_DATE),
    "incomplete_day": "la date {value} ne dit pas le jour. {awaited}",
    "month_first": (
        "la date {value} n’existe pas ; avec le mois d’abord, comme en Amérique, ce serait le "
        "{read}. Écrivez le jour d’abord, ou AAAA-MM-JJ, dans tout le fichier."
    ),
    "no_year": "la date {value} ne dit pas l’année : le tableur l’a sans doute retirée. {awaited}",
    "looks_like_years": "{value} est une année universitaire, et non une date. {awaited}",
    "only_hour": "{value} est une heure, et non une date. {awaited}",
    "day_first_asked": (
        "{value} a été lu {read}, jour d’abord ; avec le mois d’abord, comme en Amérique, ce "
        "serait le {other}. Est-ce bien le {read} ? Sinon, écrivez AAAA-MM-JJ dans tout le fichier."
    ),
    "day_first_told": "{value} a été lu {read}, jour d’abord.",
    "which_end": (
        "{value} a été lu {read} ; avec l’année d’abord, ce serait le {other}. Est-ce bien le "
        "{read} ? Sinon, écrivez l’année en quatre chiffres."
    ),
    "serial": (
        "{value} est le numéro que le tableur donne à une date : lu {read}. Est-ce bien ce jour, "
        "et le jour est-il connu ? Sinon, mettez la colonne au format Texte et écrivez la date."
    ),
    "weekday": "{value} a été lu {read}, qui est un {weekday}. Est-ce bien ce jour ?",
    "zone": (
        "{value} a été lu {read} ; à l’heure de Paris, c’est déjà ou encore le {other}. Est-ce "
        "bien le {read} ?"
    ),
    "hour": "{value} a été lu {read} : l’heure ({hour}) n’est pas gardée.",
    "short_month": (
        "{value} a été lu {read} : le tableur a sans doute récrit le mois. Si le jour est connu, "
        "écrivez-le."
    ),
    "which_year": (
        "{value} ne dit pas l’année universitaire : {first} ou {second} ? Écrivez les deux années."
    ),
    "total_line": (
        "{value} n’est pas une commune, mais une ligne de total. Supprimez la ligne : les totaux "
        "se calculent d’eux-mêmes."
    ),
    "other_kind": (
        "les titres sont ceux d’un fichier « {kind} », et non « {asked} » ({value}). Choisissez "
        "« {kind} » pour ce fichier."
    ),
    "bad_year": "{value} n’est pas reconnu. Attendu : {expected}.",
    "not_consecutive": (
        "{value} n’est pas une année universitaire : elle va d’une année à la suivante. "
        "Attendu : {expected}."
    ),
    "lost_zero": ("{value} a été lu {read} : le tableur a sans doute retiré le zéro de gauche."),
    "bad_town_code": (
        "{value} n’est ni un code INSEE ni un nom de commune. Attendu : cinq caractères, par "
        "exemple 52121, 01004 ou 2A004."
    ),
    "bad_course_key": (
        "{value} n’est pas une clé de formation. Attendu : de deux à vingt capitales sans accent, "
        "chiffres ou tirets, par exemple LG02501A."
    ),
    "not_a_number": "{value} n’est pas un nombre entier. Attendu : par exemple 1250.",
    "not_whole": "{value} n’est pas un nombre entier. Attendu : un effectif sans décimale.",
    "negative": "{value} est négatif. Attendu : 0 ou davantage.",
    "too_big": "{value} est trop grand. Attendu : {limit} au plus.",
    "masked": (
        "{value} est un effectif masqué : l’export public ne dit pas les petits nombres. "
        "Indiquez l’effectif exact."
    ),
    "bad_level": "{value} n’est pas un niveau. Attendu : un nombre de 1 à 8, par exemple 6.",
    "bad_address": (
        "l’adresse {value} n’est pas reconnue. Attendu : une adresse qui commence par https:// ou "
        "http://, ou « déclaration »."
    ),
    "nul": "le texte contient un caractère nul. Effacez la cellule et saisissez-la à nouveau.",
    "twin": "la ligne répète la ligne {twin} ({value}). Supprimez l’une des deux.",
    "contradiction": (
        "la ligne {twin} donne déjà une autre valeur pour {value}. Gardez la bonne, ou mettez "
        "« non » dans la colonne retenue de celle qui ne fait que la concurrencer."
    ),
    "two_values": (
        "la ligne {twin} donne déjà une autre valeur pour {value}. Gardez une seule des deux."
    ),
}


def date_awaited(*, to_the_day: bool, may_be_unknown: bool) -> str:
    """Say how a column wants its dates, and whether one that is not known may be left out."""
    if to_the_day:
        written = "JJ/MM/AAAA, par exemple 31/12/2021"
    else:
        written = "JJ/MM/AAAA, MM/AAAA ou AAAA, par exemple 13/09/2019"
    unknown = " ; vide si elle est inconnue" if may_be_unknown else ""
    return typeset_spaces(f"Attendu : {written}{unknown}.")


def problem(
    *, line: int, column: str | None, value: str, code: str, facts: Mapping[str, Any]
) -> str:
    """Say what is wrong with a cell or a line: where, the value quoted, what was expected.

    `column` is as the file has it.
    """
    said = {
        **facts,
        "column": quoted(column or ""),
        "value": quoted(_short(value)),
        "limit": number(facts.get("limit", 0)),
        "inside": quoted(_short(str(facts.get("inside", "")))),
    }
    where = f"Ligne {line}"
    if column is not None and code != "missing_column":
        where += f", colonne {column}"
    return f"{where}{NBSP}: {_filled(PROBLEMS[code], said)}"


# --- Templates and exports ------------------------------------------------------------------

REQUIRED_WORD = "obligatoire"
OPTIONAL_WORD = "facultative"
INSTRUCTION_TITLES = ("Colonne", "Obligatoire ou facultative", "Ce qu’elle contient")
INSTRUCTIONS = (
    "Remplissez la première feuille, une ligne par fait, sans changer les titres.",
    typeset_spaces(
        "Les lignes qui commencent par « # exemple » sont ignorées à l’import ; "
        "effacez-les ou laissez-les."
    ),
    "N’utilisez ni formule, ni macro, ni mot de passe, ni cellule fusionnée.",
    typeset_spaces("Un même fichier importé deux fois ne change rien la seconde fois."),
)

AS_OF = "Situation au"
KNOWN_AT = "Telle que connue le"
ROWS = "Nombre de lignes"
NOTES = "Remarques"
GLOSSARY = "Définitions"
CUT = "[…] texte coupé à la limite d’Excel"


def too_many_for_excel(rows: int, limit: int) -> str:
    """Say that a table does not fit in a worksheet."""
    return _filled(
        "Ce tableau compte {rows} lignes ; une feuille Excel en contient {limit} au plus. "
        "Téléchargez-le en CSV.",
        {"rows": number(rows), "limit": number(limit)},
    )
