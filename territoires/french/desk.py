"""What entry pages say alike: what a save changed, and the labels of several forms."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from territoires.domain.clock import PARIS
from territoires.domain.dates import PartialDate
from territoires.domain.programme import Basis, Counted, Mode, ProgrammeLink, StageKind
from territoires.domain.rollout import Count
from territoires.domain.scope import Place
from territoires.french import dates
from territoires.french.numbers import NBSP, NNBSP, counted, number, plural, quoted
from territoires.french.places import inside, typeset
from territoires.french.words import BASES, COUNTED, MODES, STAGES

SIGNED_OUT: Final = (
    "**Votre session est terminée.** Ce que vous avez tapé est conservé dans cet onglet. "
    "Connectez-vous dans un autre onglet, puis revenez ici pour enregistrer."
)
NOTHING_SAVED: Final = (
    f"**Rien n’a été enregistré**{NBSP}: votre session était terminée. Votre saisie est conservée."
)
CONFIRM: Final = (
    "Si c’est exact, indiquez le motif en bas du formulaire, puis enregistrez de nouveau."
)
CONFIRM_CORRECTION: Final = (
    f"Si c’est exact, cochez {quoted('Je confirme')} en bas du formulaire, "
    "puis enregistrez de nouveau."
)

LINKS: Final = {
    ProgrammeLink.STATED: "attesté par une source",
    ProgrammeLink.UNPROVEN: "non prouvé (signalé, et compté seulement sur demande)",
}

ACTS: Final = {
    "add_course": "ajout d’une formation au catalogue",
    "add_staff": "ajout d’un compte",
    "change_own_password": "changement de mot de passe",
    "change_role": "changement de rôle",
    "correct_centre": "correction d’un centre",
    "correct_course": "correction d’une formation",
    "correct_stage": "correction d’une étape",
    "create_centre": "création d’un centre",
    "disable_staff": "désactivation d’un compte",
    "discard_draft": "abandon d’un brouillon",
    "enable_staff": "réactivation d’un compte",
    "propose_draft": "proposition d’un brouillon",
    "record_enrolments": "saisie d’inscriptions",
    "record_stage": "saisie d’une étape",
    "refuse_proposal": "refus d’une proposition",
    "reset_password": "nouveau mot de passe",
    "retain_stage": "choix de la date retenue",
    "set_offering": "modification de l’offre",
    "set_setting": "changement d’un réglage",
    "set_target": "nouvel objectif",
    "take_back_proposal": "reprise d’une proposition",
    "undo": "annulation",
    "validate_proposal": "validation d’une proposition",
    "withdraw_centre": "retrait d’un centre",
    "withdraw_enrolment": "retrait d’un effectif",
    "withdraw_offering": "retrait d’une formation proposée",
    "withdraw_stage": "retrait d’une étape",
}


def effect_sentence(region: Place, before: Count, after: Count) -> str:
    """Say what an act changed in its region: `Votre région passe de 6 à 7 centres.`"""
    name = typeset(region.name)
    if before.open != after.open:
        return (
            f"{name} passe de {number(before.open)} à "
            f"{counted(after.open, 'centre ouvert', 'centres ouverts')}."
        )
    if before.open_at_most != after.open_at_most:
        return (
            f"{name} passe de {number(before.open_at_most)} à "
            f"{counted(after.open_at_most, 'centre ouvert', 'centres ouverts')} au plus."
        )
    if before.selected != after.selected:
        return (
            f"{name} passe de {number(before.selected)} à "
            f"{counted(after.selected, 'ville labellisée', 'villes labellisées')}."
        )
    where = inside(region)
    return (
        f"Le nombre de centres ouverts {where} ne change pas{NBSP}: "
        f"{number(after.open)} {plural(after.open, 'centre')}."
    )


def other_account(name: str) -> str:
    """Say that somebody else is signed in now in this browser."""
    return (
        f"**Rien n’a été enregistré**{NBSP}: vous êtes maintenant connecté sous le nom de {name}. "
        "Vérifiez que c’est bien vous, puis enregistrez de nouveau."
    )


def hour(value: datetime) -> str:
    """Write a time of day in Paris: `14 h 02`."""
    there = value.astimezone(PARIS)
    return f"{there.hour}{NBSP}h{NBSP}{there.minute:02d}"


def undo_label(command: str, at_utc: datetime) -> str:
    """Name the act that the button would take back."""
    act = ACTS.get(command, "acte")
    return f"Annuler mon dernier acte{NBSP}: {act}, {hour(at_utc)}"


def correctable(failures: int) -> str:
    """Send the reader from the button back to the messages on top."""
    return f"Rien n’a été enregistré{NBSP}: {counted(failures, 'point')} à voir en haut de la page."


def changed_by(author: str, at_utc: datetime) -> str:
    """Say who changed a thing while somebody was filling in its form."""
    who = author or "quelqu’un"
    return f"{who}, {dates.instant(at_utc)}"


def yes(value: str) -> str:
    """Write `yes`, `no` or nothing."""
    return {"yes": "oui", "no": "non"}.get(value, "")


def stage_said(said: Mapping[str, str]) -> dict[str, str]:
    """Write what a stage says, field by field, from its columns."""
    return {
        "Étape": STAGES[StageKind(said["kind"])],
        "Date": _date(said["happened_on"]),
        "Nature de la date": BASES[Basis(said["basis"])],
        "Date retenue": yes(said["retained"]),
        "Source": said["source_id"],
        "Commentaire": said["note"],
    }


def stage_line(said: Mapping[str, str]) -> str:
    """Write a stage in a line: `Ouverture – 13 septembre 2019, au plus tard`."""
    line = f"{STAGES[StageKind(said['kind'])].capitalize()} – {_date(said['happened_on'])}"
    basis = Basis(said["basis"])
    return line if basis is Basis.STATED else f"{line}, {BASES[basis]}"


def centre_said(said: Mapping[str, str]) -> dict[str, str]:
    """Write what a centre says, field by field, from its columns."""
    return {
        "Nom": said["name"],
        "Adresse": said["address"],
        "Centre régional": said["regional_centre"],
        "Collectivité": said["collectivity"],
        "Vague": said["wave"],
        "Rattachement": LINKS[ProgrammeLink(said["programme_link"])],
        "Commentaire": said["note"],
    }


def offering_said(said: Mapping[str, str]) -> dict[str, str]:
    """Write what an offering says, field by field, from its columns."""
    return {
        "Modalité": MODES[Mode(said["mode"])] if said["mode"] else "",
        "Début": _date(said["starts_on"], empty=""),
        "Fin": _date(said["ends_on"], empty=""),
        "Source": said["source_id"],
    }


def course_said(said: Mapping[str, str]) -> dict[str, str]:
    """Write what a course says, field by field, from its columns."""
    return {
        "Intitulé": said["title"],
        "Filière": said["field_slug"],
        "Diplôme": said["credential"],
        "Niveau": said["level"],
        "Code Cnam": said["cnam_code"],
        "Code RNCP": said["rncp_code"],
        "Éligible au CPF": yes(said["cpf_eligible"]),
        "Crédits": said["credits"],
        "Source": said["source_id"],
    }


def _date(iso: str, *, empty: str = dates.UNKNOWN) -> str:
    return dates.partial(PartialDate.parse(iso)) if iso else empty


def year_name(year: int) -> str:
    """Write an academic year: `2021-2022`."""
    return f"{year}-{year + 1}"


def cell_name(title: str, unit: str) -> str:
    """Name a cell of the grid of enrolments: `Ensemble du centre, personnes`."""
    return f"{typeset(title) if title else 'Ensemble du centre'}, {COUNTED[Counted(unit)]}"


def emptied(names: list[str]) -> str:
    """Say that an emptied cell withdraws nothing by itself."""
    listed = f"{NNBSP}; ".join(names)
    return (
        f"**Rien n’a été enregistré**{NBSP}: vous avez vidé un effectif déjà enregistré ({listed}). "
        f"Une case vide veut dire {quoted('non transmis')}{NBSP}: remettez le nombre, ou retirez "
        f"l’effectif sous {quoted('Retirer un effectif')}, en bas de la page."
    )


def last_year(headcount: int) -> str:
    """Recall the figure of the year before."""
    return f"l’an dernier{NBSP}: {number(headcount)}"


def sources_alike(names: list[str]) -> str:
    """Offer the listed sources that look like what was typed."""
    return f"Sources proches{NBSP}: " + f"{NNBSP}; ".join(names)
