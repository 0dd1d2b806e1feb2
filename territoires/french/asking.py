"""What is asked of the field: the sentence of the follow-up, each town's line, and its letter."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import pandas as pd

from territoires.domain.dates import PartialDate
from territoires.domain.programme import Ask
from territoires.domain.rollout import State
from territoires.french import dates
from territoires.french.numbers import NBSP, NNBSP, counted, inhabitants, quoted
from territoires.french.places import in_town, of_town, typeset

Row = Mapping[str, Any]

LISTS: Final = {
    Ask.SINCE: "Ouvert depuis quand\u202f?",
    Ask.OPEN: "Ouvert ou non\u202f?",
}
EXPLAINED: Final = {
    Ask.SINCE: (
        "Les centres dont le jour d’ouverture n’est pas connu, selon le nombre de jours où l’on ne "
        f"sait pas s’ils étaient ouverts{NBSP}: du premier jour possible au dernier."
    ),
    Ask.OPEN: (
        "Les villes labellisées, annoncées ou dites ouvertes sans date, dont aucune ouverture "
        f"n’est connue, selon les habitants à 30{NBSP}km au plus et loin de tout centre ouvert."
    ),
}
NOTHING: Final = {
    Ask.SINCE: "Le jour d’ouverture de chaque centre est connu ici.",
    Ask.OPEN: "Aucune ville labellisée ou annoncée n’est ici sans ouverture connue.",
}
_WHO: Final = (
    f"Nous suivons l’avancement du programme {quoted('Au cœur des territoires')} du Conservatoire "
    "national des arts et métiers (Cnam), qui ouvre des centres de formation dans les villes "
    "moyennes."
)
_ENOUGH: Final = (
    "Un jour, un mois, ou l’adresse d’une page qui le dise nous suffit. Si vous ne le savez pas, "
    "merci de nous indiquer qui le saurait."
)
_END: Final = "\r\n"  # of a line, as RFC 6068 wants it in the body of an address


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A message ready to be sent, to whoever knows."""

    subject: str
    paragraphs: tuple[str, ...]

    @property
    def body(self) -> str:
        """Its text, whose lines end as RFC 6068 wants."""
        return "\n\n".join(self.paragraphs).replace("\n", _END)

    @property
    def mailto(self) -> str:
        """The address that opens it in a mail program, percent-encoded (RFC 6068)."""
        return f"mailto:?subject={quote(self.subject, safe='')}&body={quote(self.body, safe='')}"


def follow_up(asked: pd.DataFrame, narrowed: int, left: int) -> str:
    """Say what the questions brought: `12 villes interrogées, 7 réponses, bande réduite de …`."""
    remain = (
        f"Il reste {counted(left, 'jour')} où l’on ne sait pas si un centre était ouvert{NBSP}: "
        f"c’est l’aire de la bande, entre {quoted('avec certitude')} et {quoted('au plus')}."
    )
    if asked.empty:
        return f"**Aucune ville n’a encore été interrogée.** {remain}"
    towns = counted(asked["town_code"].nunique(), "ville interrogée")
    answers = counted(int((asked["answered_on"] != "").sum()), "réponse")
    moved = "réduite" if narrowed >= 0 else "élargie"
    return f"**{towns}, {answers}, bande {moved} de {counted(abs(narrowed), 'jour')}.** {remain}"


def since_line(row: Row) -> str:
    """Say what the day of an opening would settle: `735 jours : du … au …`."""
    return f"{counted(row['days'], 'jour')}{NBSP}: {_between(row)}"


def open_line(row: Row) -> str:
    """Say whom an answer would concern, and what is known of the town."""
    return f"{inhabitants(row['alone'])}{NBSP}: {', '.join(_known(row))}"


def status(row: Row) -> str:
    """Say what became of a question: `demandé le 3 novembre 2026 par Claire, sans réponse`."""
    answered = PartialDate.parse(row["answered_on"])
    answer = "sans réponse" if answered.first is None else f"réponse {dates.on(answered)}"
    asked = dates.on(PartialDate.parse(row["asked_on"]))
    return f"Demandé {asked} par {row['asked_by']}, {answer}"


def letter(ask: Ask, row: Row, *, page: str, report: str, signed: str) -> Letter:
    """Write to whoever knows about a town: what is asked, how we read it, where it stands.

    `page` is the address of the town's sheet, `report` that of the form that answers.
    """
    asked = _QUESTIONS[ask](f"{row['town']} ({row['department']})")
    lines = (
        "Madame, Monsieur,",
        _WHO,
        asked,
        _READINGS[ask](row),
        _ENOUGH,
        f"Ce que nous en savons{NBSP}: {page}\nPour répondre sans compte{NBSP}: {report}",
        f"Avec nos remerciements,\n{signed}",
    )
    return Letter(subject=asked, paragraphs=lines)


_QUESTIONS: Final = {
    Ask.SINCE: lambda town: f"Depuis quel jour le centre Cnam {of_town(town)} est-il ouvert\u202f?",
    Ask.OPEN: lambda town: f"Un centre Cnam est-il ouvert {in_town(town)}\u202f?",
}
_READINGS: Final = {
    Ask.SINCE: lambda row: (
        f"Nous ne connaissons pas ce jour{NBSP}: d’après {typeset(row['source'])}, l’ouverture a "
        f"eu lieu {_between(row)}."
    ),
    Ask.OPEN: lambda row: (
        f"Nous ne savons pas si elle a eu lieu{NBSP}: {', '.join(_known(row))}, et nous ne "
        "connaissons aucune date d’ouverture."
    ),
}


def _between(row: Row) -> str:
    first = row["first_day"].date()
    if pd.isna(row["last_day"]):
        return f"le {dates.day(first)} au plus tôt"
    return f"entre le {dates.day(first)} et le {dates.day(row['last_day'].date())}"


def _known(row: Row) -> list[str]:
    """Say what is known of a town whose opening is not: each thing alone."""
    said = {
        State.SELECTED: "la ville est labellisée par le programme",
        State.OPEN_UNDATED: "une source dit le centre ouvert, sans donner de date",
    }
    known = [said[State(row["state"])]] if row["state"] in said else []
    if row["announced_for"]:
        announced = dates.for_when(PartialDate.parse(row["announced_for"]))
        known.append(f"l’ouverture a été annoncée {announced}")
    return known


def sought(rows: pd.DataFrame, addresses: Mapping[str, str]) -> str:
    """Tell the public of the towns of which the day is looked for, each leading to its sheet."""
    listed = ", ".join(
        f"[{typeset(row.town)}]({addresses[row.town_code]}) ({counted(row.days, 'jour')})"
        for row in rows.itertuples()
    )
    return (
        f"{counted(len(rows), 'centre a ouvert', 'centres ont ouvert')} un jour que l’on ne "
        "connaît pas exactement. Entre parenthèses, les jours où l’on ne sait pas s’il était ouvert"
        f"{NBSP}: {listed}. Vous en connaissez une{NNBSP}? [Dites-le-nous](/signaler), sans compte."
    )
