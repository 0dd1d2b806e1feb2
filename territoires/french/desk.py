"""What entry pages say alike: what a save changed, and the labels of several forms."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from territoires.domain.dates import PartialDate
from territoires.domain.enrolments import name_of
from territoires.domain.programme import Ask, Basis, Counted, StageKind
from territoires.domain.rollout import Count
from territoires.domain.scope import Place
from territoires.domain.text import fold
from territoires.french import dates
from territoires.french.files import KINDS
from territoires.french.numbers import NBSP, NNBSP, counted, listed, number, quoted
from territoires.french.places import inside, typeset
from territoires.french.typography import capital, elided, typeset_text
from territoires.french.words import ASKS, BASES, COUNTED, STAGES

SIGNED_OUT: Final = (
    "**Votre session est terminée.** Ce que vous avez tapé est conservé dans cet onglet. "
    "Connectez-vous dans un autre onglet, puis revenez ici pour enregistrer."
)
NOTHING_SAVED: Final = (
    f"**Rien n’a été enregistré**{NBSP}: votre session était terminée. Votre saisie est conservée."
)
RESTARTED: Final = (
    "**Le tableau de bord a redémarré pendant votre saisie.** Rien n’a encore été enregistré. Ce "
    f"que vous avez tapé est conservé{NBSP}: relisez-le, puis enregistrez de nouveau."
)
CENTRE_GONE: Final = (
    f"Rien d’autre n’était connu du centre, né d’une étape retirée{NBSP}: il est retiré aussi."
)
LAST_FACT: Final = (
    "Si le centre n’est connu que par cette étape, il est retiré avec elle. Le public n’en voit "
    "plus que la mention du retrait, dans l’historique de la ville."
)
CONFIRM: Final = (
    "Si c’est exact, indiquez le motif en bas du formulaire, puis enregistrez de nouveau."
)
TICK: Final = (
    f"Si c’est exact, cochez {quoted('Je confirme')} en bas du formulaire, "
    "puis enregistrez de nouveau."
)


ACTS: Final = {
    "add_course": "ajout d’une formation au catalogue",
    "add_staff": "ajout d’un compte",
    "bind_identity": "liaison d’un compte à son fournisseur d’identité",
    "answer_report": "réponse à un signalement",
    "change_own_password": "changement de mot de passe",
    "change_role": "changement de rôle",
    "correct_centre": "correction d’un centre",
    "correct_course": "correction d’une formation",
    "correct_stage": "correction d’une étape",
    "create_centre": "création d’un centre",
    "disable_staff": "désactivation d’un compte",
    "discard_draft": "abandon d’un brouillon",
    **{f"import_{kind}": words.act for kind, words in KINDS.items()},
    "forget_identity": "oubli du fournisseur d’identité d’un compte",
    "enable_staff": "réactivation d’un compte",
    "freeze_view": "vue figée",
    "label_view": "nouveau titre d’une vue figée",
    "propose_draft": "proposition d’un brouillon",
    "record_enrolments": "saisie d’inscriptions",
    "record_stage": "saisie d’une étape",
    "refuse_proposal": "refus d’une proposition",
    "refuse_unsorted": "refus des signalements à trier",
    "reset_password": "nouveau mot de passe",
    "retain_stage": "choix de la date retenue",
    "set_announcement": "saisie d’une ouverture annoncée",
    "set_bound": "saisie d’un premier jour possible",
    "set_offering": "modification de l’offre",
    "set_question": "saisie d’une demande",
    "set_setting": "changement d’un réglage",
    "set_target": "nouvel objectif",
    "take_back_proposal": "reprise d’une proposition",
    "undo": "annulation",
    "validate_proposal": "validation d’une proposition",
    "withdraw_announcement": "retrait d’une ouverture annoncée",
    "withdraw_bound": "retrait d’un premier jour possible",
    "withdraw_centre": "retrait d’un centre",
    "withdraw_enrolment": "retrait d’un effectif",
    "withdraw_offering": "retrait d’une formation proposée",
    "withdraw_question": "retrait d’une demande",
    "withdraw_stage": "retrait d’une étape",
    "withdraw_view": "retrait d’une vue figée",
}


LATE: Final = " – **en retard**"
NO_CENTRE_YET: Final = (
    f"Aucun centre n’est encore enregistré ici. Saisissez son ouverture comme étape{NBSP}: le "
    "centre est créé avec elle."
)
_NAMED = 2  # regions; more make a number


def competence(regions: Mapping[str, str]) -> str:
    """Say where somebody is competent: `Grand Est`, `Bretagne et Grand Est`, `5 régions`."""
    if len(regions) > _NAMED:
        return counted(len(regions), "région")
    return listed([typeset(name) for name in regions.values()]) or "aucune région"


def waiting_on_card(waiting: int, drafts: int, *, decides: bool) -> str:
    """Say what waits in the queue: `2 à valider · 1 brouillon`; nothing when nothing does."""
    parts = []
    if waiting:
        parts.append(f"{number(waiting)}{NBSP}{'à valider' if decides else 'en attente'}")
    if drafts:
        parts.append(counted(drafts, "brouillon"))
    return " · ".join(parts)


def last_given(year: int) -> str:
    """Say which headcounts came last: `effectifs 2021-2022`; 0: none ever did."""
    return f"effectifs {name_of(year)}" if year else "aucun effectif transmis"


def late_on_card(late: int) -> str:
    """Say how many centres are late: `3 centres en retard`; nothing when none is."""
    return f"{counted(late, 'centre')} en retard" if late else ""


@dataclass(frozen=True)
class Name:
    """What a form was about, and the ending of the participles that agree with it."""

    text: str
    ending: str = ""
    detail: str = ""


NOBODY: Final = Name("")
_DONE: Final = {
    "add": "ajouté",
    "change": "changé",
    "disable": "désactivé",
    "enable": "réactivé",
    "reset": "nouveau mot de passe donné",
    "correct": "corrigé",
    "create": "créé",
    "retain": "retenu",
    "withdraw": "retiré",
}


def done(command: str, name: Name) -> str:
    """Say what was done: `Bar-le-Duc, ouverture le 13 septembre 2021 : enregistrée.`"""
    return _of(name, _DONE.get(command.partition("_")[0], "enregistré"))


def proposed(name: Name) -> str:
    """Say that somebody else must decide."""
    return (
        _of(name, "proposé")
        + " Avant publication, une personne du siège doit valider cette proposition."
    )


def kept_for_later(name: Name) -> str:
    """Say where a form is found again."""
    where = quoted("Validation")
    return _of(name, "gardé", " en brouillon") + f" Vous seul le voyez, dans {where}."


def _of(name: Name, participle: str, rest: str = "") -> str:
    if not name.text:
        return f"{participle.capitalize()}{rest}."
    detail = f" ({name.detail})" if name.detail else ""
    return f"{name.text}{NBSP}: {participle}{name.ending}{rest}{detail}."


def stage_name(town: str, kind: StageKind, on: PartialDate | None, basis: Basis) -> Name:
    """Name a stage: `Bar-le-Duc, ouverture le 13 septembre 2021`; `on` None: not said yet."""
    when = ", date à préciser" if on is None else f" {dates.on(on)}"
    limit = f" {BASES[basis]}" if on and basis is Basis.UPPER_BOUND else ""
    where = typeset(town) or "Ville à préciser"
    return Name(f"{where}, {kind.word}{when}{limit}", "e" if kind.article == "la" else "")


def announcement_name(town: str, announced_for: PartialDate) -> Name:
    """Name an announcement: `Verdun, ouverture annoncée pour décembre 2020`."""
    return Name(f"{typeset(town) or 'Ville à préciser'}, {dates.announced(announced_for)}", "e")


def question_name(town: str, asks: Ask, asked_on: PartialDate) -> Name:
    """Name a question: `Verdun, demande du 3 novembre 2026 (ouvert depuis quand)`."""
    where = typeset(town) or "Ville à préciser"
    return Name(f"{where}, demande {dates.of(asked_on)} ({ASKS[asks]})", "e")


def bound_name(town: str, kind: StageKind, not_before: PartialDate) -> Name:
    """Name a first possible day: `Verdun, ouverture pas avant octobre 2020`."""
    where = typeset(town) or "Ville à préciser"
    return Name(f"{where}, {STAGES[kind]} {dates.not_before(not_before)}")


def centre_name(town: str, name: str) -> Name:
    """Name a centre: by its town, and by its own name where it has another."""
    other = f" {quoted(typeset(name))}" if name.strip() and fold(name) != fold(town) else ""
    return Name(f"{typeset(town)}, centre{other}")


def account_name(name: str) -> Name:
    """Name the account of somebody."""
    return Name(f"{name.strip()}, compte")


def enrolments_name(town: str, year: int) -> Name:
    """Name the headcounts of a centre and a year."""
    return Name(f"{typeset(town)}, effectifs {name_of(year)}", "s")


def headcount_name(town: str, year: int) -> Name:
    """Name the headcount that is withdrawn of a centre and a year."""
    then = f"sans autre comptage, il redevient {quoted('non transmis')}"
    return Name(f"{typeset(town)}, effectif {name_of(year)}", detail=then)


def left_unsaved(name: str, at_utc: datetime) -> str:
    """Name a form that was left before it was saved."""
    about = f"{NBSP}: {name}" if name else ""
    return f"Saisie non enregistrée{about}, du {dates.instant(at_utc)}"


def came_back(at_utc: datetime) -> str:
    """Say that a form holds what was typed before and not saved."""
    return (
        f"**Votre saisie du {dates.instant(at_utc)} n’était pas enregistrée{NBSP}: la voici.** "
        "Vous pouvez la finir, ou la jeter en bas du formulaire."
    )


def effect_sentence(region: Place, before: Count, after: Count) -> str:
    """Say how an act moved a count; nothing when it moved none.

    `Dans le Grand Est, le nombre de centres ouverts passe de 6 à 7.`
    """
    where = inside(region)
    for name in ("open", "open_at_most", "selected"):
        then, now = getattr(before, name), getattr(after, name)
        if then != now:
            of = elided("le nombre de", _COUNTED[name])
            return (
                f"{capital(where)}, {of} passe de "
                f"{number(then)} à {number(now)}{_SUFFIX.get(name, '')}."
            )
    return ""


_COUNTED: Final = {
    "open": "centres ouverts",
    "open_at_most": "centres ouverts",
    "selected": "villes labellisées",
}
_SUFFIX: Final = {"open_at_most": " au plus"}


def other_account(name: str) -> str:
    """Say that somebody else is signed in now in this browser."""
    return (
        f"**Rien n’a été enregistré**{NBSP}: vous êtes maintenant connecté "
        f"{elided('sous le nom de', name)}. "
        "Vérifiez que c’est bien vous, puis enregistrez de nouveau."
    )


def undo_label(command: str, at_utc: datetime) -> str:
    """Name the act that the button would take back."""
    act = ACTS.get(command, "acte")
    return f"Annuler mon dernier acte{NBSP}: {act}, {dates.hour(at_utc)}"


def correctable(failures: int) -> str:
    """Send the reader from the button back to the messages on top."""
    return f"Rien n’a été enregistré{NBSP}: {counted(failures, 'point')} à voir en haut de la page."


def changed_by(author: str, at_utc: datetime) -> str:
    """Say who changed a thing while somebody was filling in its form."""
    who = author or "quelqu’un"
    return f"{who}, {dates.instant(at_utc)}"


def stage_line(said: Mapping[str, str]) -> str:
    """Write a stage in a line: `Ouverture`, a dash, `13 septembre 2019, au plus tard`."""
    on = dates.partial(PartialDate.parse(said["happened_on"]))
    line = f"{STAGES[StageKind(said['kind'])].capitalize()} – {on}"
    basis = Basis(said["basis"])
    return line if basis is Basis.STATED else f"{line}, {BASES[basis]}"


def line_name(title: str) -> str:
    """Name a line of the grid of enrolments."""
    return typeset(title) if title else "Ensemble du centre"


def cell_name(title: str, unit: str) -> str:
    """Name a cell of the grid of enrolments: `Ensemble du centre, personnes`."""
    return f"{line_name(title)}, {COUNTED[Counted(unit)]}"


def count_name(day: str) -> str:
    """Name the count of a day, given in ISO; without one, a count to be made."""
    return dates.counted_on(date.fromisoformat(day)).capitalize() if day else "Nouveau comptage"


def recalled(day: str, headcount: int | None, last_year: int | None) -> str:
    """Recall the last count of the year, of a day in ISO, and the figure of the year before."""
    parts = [] if headcount is None else [f"{count_name(day).lower()}{NBSP}: {number(headcount)}"]
    if last_year is not None:
        parts.append(f"l’an dernier{NBSP}: {number(last_year)}")
    return f"{NNBSP}; ".join(parts)


def sources_alike(names: list[str]) -> str:
    """Offer the listed sources that look like what was typed."""
    return (
        f"Déjà citées{NBSP}: {f'{NNBSP}; '.join(names)}. "
        f"Choisissez {quoted('source déjà citée')} pour reprendre l’une d’elles."
    )


def source_name(title: str, publisher: str, published_on: str) -> str:
    """Name a source in a list: its title, whose it is, and its day as far as it is known."""
    on = PartialDate.parse(published_on)
    whose = "" if fold(publisher) in fold(title) else typeset(publisher)
    day = dates.partial(on) if on.first else ""
    said = ", ".join(filter(None, (whose, day)))
    named = typeset_text(title)
    return f"{named} — {said}" if said else named


def counts(inserted: int, corrected: int, unchanged: int) -> str:
    """Say what became of the cells of a grid: `3 nouveaux, 1 inchangé`."""
    parts = [
        counted(number_, *forms)
        for number_, forms in (
            (inserted, ("nouveau", "nouveaux")),
            (corrected, ("mis à jour", "mis à jour")),
            (unchanged, ("inchangé", "inchangés")),
        )
        if number_
    ]
    return ", ".join(parts)


def target_name(value: int | None, deadline: date | None, where: str) -> Name:
    """Name a target: `Objectif de 100 centres au 31 décembre 2022, France entière`."""
    by = f" au {dates.day(deadline)}" if deadline else ""
    return Name(f"Objectif de {counted(value or 0, 'centre')}{by}, {where}")


def account_state(row: Mapping[str, Any]) -> str:
    """Say whether an account is used, blocked or off."""
    if not row["active"]:
        return "désactivé"
    if row["must_change_password"]:
        return "mot de passe provisoire"
    state = "actif" if row["with_password"] else "actif, par le fournisseur d’identité"
    if row["sessions"]:
        state += f", {counted(row['sessions'], 'session ouverte')}"
    return state
