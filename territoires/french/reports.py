"""« Dites-le-nous »: what is asked of people in the field, what they are told, what staff read."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from territoires.domain.reports import BY_ADDRESS, MESSAGE, ReportKind, Verdict
from territoires.domain.told import said
from territoires.french import dates
from territoires.french.numbers import NBSP, counted, number, quoted
from territoires.french.places import typeset

TITLE: Final = "Dites-le-nous"
LEAD: Final = (
    f"Vous connaissez un centre du Cnam «{NBSP}Au cœur des territoires{NBSP}»{NBSP}? Dites ce que "
    "vous savez et d’où vous le tenez. Aucun compte n’est nécessaire. Une personne du programme "
    f"lira votre signalement{NBSP}; rien n’en est publié avant qu’elle l’ait vérifié."
)
SEND: Final = "Envoyer"
TOWN: Final = "Ville"
TOWN_HELP: Final = f"Son nom, avec le département s’il le faut{NBSP}: Chaumont (52)."
WHAT: Final = "De quoi s’agit-il"
KINDS: Final = said(ReportKind)
DATE: Final = "Date (facultative)"
DATE_HELP: Final = (
    f"Aussi précise que vous la connaissez{NBSP}: 13/09/2019, septembre 2019 ou 2019."
)
CITED: Final = "D’où le tenez-vous"
CITED_HELP: Final = "L’adresse d’une page, un journal et sa date, une délibération…"
FIRST_HAND: Final = "Je le sais de première main"
FUNCTION: Final = f"Votre fonction, dans ce cas{NBSP}"
FUNCTION_HELP: Final = f"Par exemple{NBSP}: adjointe au maire, auditeur du centre."
MESSAGE_LABEL: Final = "Message (facultatif)"
MESSAGE_HELP: Final = f"{number(MESSAGE)} signes au plus."
EMAIL: Final = "Adresse électronique (facultative)"
EMAIL_HELP: Final = (
    "Seulement si vous voulez une réponse par courriel. Elle ne sert qu’à cela, n’est jamais "
    "publiée, et est effacée six mois après la réponse, avec votre message."
)
BAIT: Final = "Ne remplissez pas ce champ"
PRIVACY: Final = "Ce que nous gardons, et combien de temps"


def baited(text: str) -> str:
    """Say that the field that catches robots was filled in."""
    return (
        f"Le champ {quoted(BAIT)} contenait {quoted(text[:40])}{NBSP}: il sert à reconnaître les "
        "robots, et il est vidé. Si vous n’en êtes pas un, envoyez de nouveau."
    )


TOO_QUICK: Final = (
    f"Ce formulaire est revenu en moins de trois secondes{NBSP}: c’est ainsi que font les robots. "
    "Votre texte est toujours là. Relisez-le, puis envoyez de nouveau."
)
TOO_OLD: Final = (
    f"Cette page est ouverte depuis plus d’un jour, ou n’est pas de nous{NBSP}: rien n’a été "
    "envoyé. Votre texte est toujours là. Relisez-le, puis envoyez de nouveau."
)
BUSY: Final = (
    f"Trop de signalements arrivent en ce moment{NBSP}: celui-ci n’a pas été enregistré. Votre "
    "texte est toujours là. Envoyez de nouveau dans quelques minutes."
)
TOO_MANY: Final = (
    f"Plus de {BY_ADDRESS} signalements sont venus de votre adresse réseau depuis le début de "
    f"l’heure{NBSP}: celui-ci n’a pas été enregistré. Votre texte est toujours là. Envoyez-le de "
    "nouveau à la prochaine heure ronde, sans fermer cette page."
)


def twice(name: str, at_utc: datetime) -> str:
    """Say that the same report came before."""
    return (
        f"Ce signalement nous est déjà parvenu, mot pour mot{NBSP}: c’est le n°{NBSP}{name}, du "
        f"{dates.instant(at_utc)}. Il n’est pas enregistré une seconde fois. Si vous savez autre "
        "chose, ajoutez-le, puis envoyez de nouveau."
    )


# The follow-up.

NO_REPORT_TITLE: Final = "Signalement introuvable"
NO_REPORT: Final = (
    f"Cette adresse n’est celle d’aucun signalement. Vérifiez-la{NBSP}: elle finit par vingt-deux "
    "signes, et le numéro ne la remplace pas."
)
KEEP_ADDRESS: Final = (
    f"Gardez l’adresse de cette page{NBSP}: elle seule dit ce que devient votre signalement, et "
    "personne d’autre ne la connaît."
)
ANOTHER: Final = "Signaler autre chose"
WAITS: Final = f"Merci, votre signalement est arrivé{NBSP}: personne ne l’a encore examiné."
VERDICTS: Final = said(Verdict)
_TOLD: Final = {
    Verdict.ACCEPTED: "Votre signalement a été accepté. Merci{nbsp}: les données en tiennent "
    "compte.",
    Verdict.ANSWERED: "Une réponse vous est faite.",
    Verdict.REFUSED: "Votre signalement n’a pas été retenu.",
    Verdict.MERGED: "Votre signalement dit la même chose que le n°{nbsp}{into}{nbsp}: ils sont "
    "examinés ensemble.",
}


def title(name: str) -> str:
    """Name a report."""
    return f"Signalement {name}"


def see_town(town: str) -> str:
    """Lead to the sheet of a town."""
    return f"Voir {typeset(town)}"


def fate(found: Any, joined: Any = None) -> Iterator[str]:
    """Say what became of a report, and of the one that it joined."""
    if found.verdict is None:
        yield WAITS
        return
    yield _TOLD[found.verdict].format(nbsp=NBSP, into=found.into)
    if found.answer:
        yield f"Réponse{NBSP}: {quoted(found.answer)}"
    yield f"Décidé le {dates.instant(found.decided_at)}."
    if joined is not None:
        yield f"Le n°{NBSP}{joined.name}{NBSP}: {_state(joined)}"


def _state(found: Any) -> str:
    if found.verdict is None:
        return "il n’est pas encore examiné."
    said = f" Réponse{NBSP}: {quoted(found.answer)}" if found.answer else ""
    return f"{VERDICTS[found.verdict]}.{said}"


def about(found: Any) -> list[str]:
    """Say what a report is about, in lines."""
    on = found.happened_on
    lines = [
        f"{typeset(found.town)} ({found.town_code})",
        KINDS[found.what].capitalize() + (f", {dates.on(on)}" if on.first else ""),
        f"Envoyé le {dates.instant(found.sent_at)}",
    ]
    if found.cited:
        lines.append(f"{CITED}{NBSP}: {found.cited}")
    if found.first_hand:
        lines.append(f"De première main{NBSP}: {found.function or 'fonction effacée'}")
    if found.message:
        lines.append(f"Message{NBSP}: {quoted(found.message)}")
    return lines


# What staff read.

NONE: Final = "Aucun signalement n’attend. Les prochains paraîtront ici, les plus anciens d’abord."


WANTS_ANSWER: Final = f"Veut une réponse par courriel{NBSP}:"
DECIDED: Final = f"Ce signalement a déjà sa réponse{NBSP}: la saisie ne la changera pas."
TO_SORT: Final = (
    "Ils sont arrivés avec beaucoup d’autres, de leur ville ou de partout. Rien n’en est perdu"
    f"{NBSP}: répondez à ceux qui le méritent, puis refusez le reste d’un coup."
)
WAVE: Final = (
    f"Envoi en nombre, que nous n’avons pas pu lire un par un{NBSP}: si vous savez quelque chose, "
    "signalez-le de nouveau."
)
ALL_REFUSED: Final = "Tous refusés."


def refuse_all(count: int) -> str:
    """Name the button that refuses all those to be sorted."""
    return f"Refuser {counted(count, 'signalement')}"


def mailto(found: Any) -> str:
    """Give the address that opens an e-mail to whoever wants an answer."""
    return f"mailto:{quote(found.email)}?subject={quote(title(found.name), safe='')}"


def on_card(count: int, unsorted: int) -> str:
    """Say on the card of the desk how many wait."""
    said = [f"{number(count)} à lire"] if count else []
    return " · ".join([*said, *([f"{number(unsorted)} à trier"] if unsorted else [])])


def waiting(count: int) -> str:
    """Say how many reports wait."""
    return f"{counted(count, 'signalement attend', 'signalements attendent')} une réponse"


def to_sort(count: int) -> str:
    """Say how many came too many at once."""
    return f"À trier{NBSP}: {counted(count, 'signalement venu')} en nombre"


def unknown(name: str) -> str:
    """Say that no report has this number."""
    return f"Aucun signalement ne porte le numéro {name}. Pour les voir\u00a0: reports list."


def already(found: Any) -> str:
    """Say that a report was decided before."""
    return f"Le signalement {found.name} a déjà sa réponse ({VERDICTS[found.verdict]})."


def done(name: str, verdict: Verdict) -> str:
    """Say what was decided of a report."""
    return f"Signalement {name}\u00a0: {VERDICTS[verdict]}. Son adresse de suivi le dit."


BAD_NUMBER: Final = "{} n’est pas le numéro d’un signalement. Exemple : T-2026-0042."


def line(found: Any) -> str:
    """Write a report in a line of a terminal."""
    return " | ".join((found.name, *about(found), *([found.email] if found.email else [])))
