"""The pages of the paper: file, address and name, in the order of the menu."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import streamlit as st

from territoires.domain.roles import Permission
from territoires.french.files import KINDS
from territoires.french.numbers import listed
from territoires.french.typography import capital, lowered
from territoires.settings import ROOT

PAGES: Final = ROOT / "pages"


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """One page: its file, address and name; those out of the menu are found by links.

    `is_charted`: it draws pictures by script, which a browser had better fetch early.
    """

    file: str
    path: str
    title: str
    in_menu: bool = False
    is_charted: bool = False

    def page(self) -> st.Page:
        """Make the page, which looks for its file."""
        return st.Page(
            PAGES / self.file,
            title=self.title,
            url_path=self.path or None,
            default=not self.path,
            visibility="visible" if self.in_menu else "hidden",
        )


@dataclass(frozen=True, kw_only=True)
class Card(Chapter):
    """One page of the desk: what it is for, who may open it.

    `short`: it is about one town, which a link may name, and a line of the list of centres calls it
    so. `asks`: there are fields that must be filled.
    """

    purpose: str
    permission: Permission
    icon: str
    lead: str = ""
    short: str = ""
    asks: bool = False

    @property
    def about_town(self) -> bool:
        """Whether it is about one town."""
        return bool(self.short)


def _menu(file: str, path: str, title: str, *, is_charted: bool = False) -> Chapter:
    return Chapter(file=file, path=path, title=title, in_menu=True, is_charted=is_charted)


_IMPORTED: Final = capital(listed([lowered(kind.name) for kind in KINDS.values()]))
_DESK: Final = _menu("enter/desk.py", "saisie", "Saisie")
# An address empty: the front page, which stands at the root.
_OPEN_TO_ALL: Final = (
    _menu("follow/rollout.py", "", "Accueil"),
    _menu("follow/map.py", "carte", "Carte et couverture", is_charted=True),
    _menu("follow/regions.py", "regions", "Régions et départements"),
    _menu("follow/town.py", "ville", "Ville"),
    _menu("follow/next.py", "ou-ouvrir", "Où ouvrir ensuite", is_charted=True),
    _menu("follow/reconciliation.py", "recouper", "Recouper"),
    _menu("follow/enrolments.py", "inscriptions", "Inscriptions"),
    _menu("follow/courses.py", "formations", "Formations"),
    _DESK,
    _menu("follow/method.py", "methode", "Méthode et sources"),
    Chapter(file="enter/identify.py", path="identite", title="Se connecter"),
    Chapter(file="follow/changes.py", path="ce-qui-a-change", title="Ce qui a changé"),
    Chapter(file="follow/accessibility.py", path="accessibilite", title="Accessibilité"),
    Chapter(file="follow/legal.py", path="mentions-legales", title="Mentions légales"),
)
CARDS: tuple[Card, ...] = (
    Card(
        file="enter/record_stage.py",
        path="saisir-etape",
        short="étape",
        title="Saisir une étape",
        purpose="L’ouverture d’un centre, une labellisation, une convention…",
        lead="L’ouverture d’un centre, une labellisation, une convention…",
        permission=Permission.RECORD_STAGE,
        icon=":material/event_available:",
        asks=True,
    ),
    Card(
        file="enter/correct_stage.py",
        path="corriger-etape",
        short="corriger",
        title="Corriger une étape",
        purpose="Changer une date, choisir celle qui est retenue, retirer une erreur.",
        lead="L’ancienne version reste visible dans l’historique de la ville, avec le motif.",
        permission=Permission.RECORD_STAGE,
        icon=":material/edit_calendar:",
        asks=True,
    ),
    Card(
        file="enter/edit_bounds.py",
        path="saisir-pas-avant",
        short="pas avant",
        title="Premiers jours possibles",
        purpose="Ce qui n’avait pas encore eu lieu un jour donné, d’après une source.",
        lead="Quand une source dit qu’une étape n’avait pas encore eu lieu, elle resserre ce que "
        "l’on sait de sa date.",
        permission=Permission.RECORD_STAGE,
        icon=":material/first_page:",
        asks=True,
    ),
    Card(
        file="enter/edit_announcements.py",
        path="saisir-annonce",
        short="annonces",
        title="Ouvertures annoncées",
        purpose="Ce qui a été annoncé, pour quand, par qui\u00a0: jamais une étape.",
        lead="Une annonce n’est pas une ouverture\u00a0: elle ne crée aucun centre et ne compte "
        "pas.",
        permission=Permission.RECORD_STAGE,
        icon=":material/campaign:",
        asks=True,
    ),
    Card(
        file="enter/record_enrolments.py",
        path="saisir-inscriptions",
        short="inscriptions",
        title="Saisir des inscriptions",
        purpose="Les effectifs d’un centre, une année universitaire à la fois.",
        lead="Un centre et une année à la fois.",
        permission=Permission.RECORD_ENROLMENT,
        icon=":material/groups:",
        asks=True,
    ),
    Card(
        file="enter/edit_offerings.py",
        path="saisir-formations",
        short="formations",
        title="Formations d’un centre",
        purpose="Ce que le centre propose, de quand à quand, sous quelle forme.",
        lead="Une formation qui s’arrête reçoit une date de fin\u00a0; seule une erreur se retire.",
        permission=Permission.EDIT_OFFERING,
        icon=":material/school:",
        asks=True,
    ),
    Card(
        file="enter/edit_centre.py",
        path="saisir-centre",
        short="centre",
        title="Créer ou corriger un centre",
        purpose="Nom, adresse, centre régional, second site.",
        lead="Une ouverture se saisit plutôt comme étape\u00a0: le centre est créé avec elle.",
        permission=Permission.EDIT_CENTRE,
        icon=":material/location_city:",
        asks=True,
    ),
    Card(
        file="enter/edit_courses.py",
        path="catalogue-formations",
        title="Catalogue des formations",
        purpose="Intitulés, codes et niveaux, les mêmes pour toute la France.",
        lead="Le catalogue est le même pour toute la France.",
        permission=Permission.EDIT_COURSE,
        icon=":material/menu_book:",
        asks=True,
    ),
    Card(
        file="enter/import_file.py",
        path="importer",
        title="Importer un fichier",
        purpose=f"{_IMPORTED}, d’un tableau CSV ou Excel.",
        lead="Le fichier est d’abord vérifié, ligne par ligne. Rien n’est enregistré sans votre "
        "accord\u00a0; avec lui, tout l’est, ou rien.",
        permission=Permission.RECORD_STAGE,
        icon=":material/upload_file:",
    ),
    Card(
        file="manage/reports.py",
        path="signalements",
        title="Signalements",
        purpose="Ce que des gens du terrain nous disent, et ce qu’on leur répond.",
        lead="Ce que des gens du terrain nous disent, sans compte. Le public n’en voit "
        "rien\u00a0; chacun suit le sien à l’adresse qui lui a été donnée.",
        permission=Permission.ANSWER_REPORTS,
        icon=":material/forum:",
    ),
    Card(
        file="manage/validation.py",
        path="validation",
        title="Validation",
        purpose="Ce qui attend l’accord d’une seconde personne.",
        lead="Ce que la saisie propose, comparé à ce qui est connu. Le public n’en voit rien "
        "avant qu’une seconde personne l’ait validé.",
        permission=Permission.SEE_PENDING,
        icon=":material/fact_check:",
    ),
    Card(
        file="manage/to_ask.py",
        path="a-demander",
        title="À demander",
        purpose="Les villes à interroger d’abord, avec la lettre prête et le suivi.",
        lead="Les villes dans l’ordre de ce qu’une réponse apprendrait. Chacune avec son message "
        "prêt à envoyer\u00a0; notez la demande, puis la réponse.",
        permission=Permission.ASK,
        icon=":material/outgoing_mail:",
    ),
    Card(
        file="enter/edit_questions.py",
        path="saisir-demande",
        title="Suivi des demandes",
        purpose="Ce qui a été demandé sur une ville, quand et par qui, et la réponse.",
        lead="À qui l’on a écrit, et quand la réponse est venue. Ce qu’elle apprend se saisit à "
        "part.",
        permission=Permission.ASK,
        icon=":material/contact_mail:",
        asks=True,
    ),
    Card(
        file="manage/quality.py",
        path="qualite",
        title="Qualité",
        purpose="Ce qui manque, ce qui est en retard, ce qui se contredit.",
        lead="Ce qui manque, ce qui est en retard, ce qui se contredit. Le nom d’une ville mène à "
        "sa fiche.",
        permission=Permission.READ_JOURNAL,
        icon=":material/rule:",
    ),
    Card(
        file="manage/frozen.py",
        path="vues-figees",
        title="Vues figées",
        purpose="Les vues gardées sous une adresse permanente\u00a0: leur titre, leur retrait.",
        lead="Les vues gardées sous une adresse permanente, avec leurs lignes. Une vue retirée "
        "garde son adresse, qui dit depuis quand et pourquoi. Pour en figer une\u00a0: "
        "«\u00a0Exporter\u00a0», sur sa page.",
        permission=Permission.FREEZE,
        icon=":material/ac_unit:",
    ),
    Card(
        file="manage/history.py",
        path="journal",
        title="Journal",
        purpose="Qui a changé quoi, quand et pourquoi.",
        lead="Tout ce qui a été enregistré\u00a0: qui, quand, quoi, pourquoi. Rien n’en est "
        "jamais effacé.",
        permission=Permission.READ_JOURNAL,
        icon=":material/history:",
    ),
    Card(
        file="manage/targets.py",
        path="objectifs",
        title="Objectifs",
        purpose="Une nouvelle décision s’ajoute aux précédentes, qui restent.",
        lead="Un objectif ne se corrige pas\u00a0: une nouvelle décision s’ajoute, et vaut à sa "
        "date.",
        permission=Permission.SET_TARGET,
        icon=":material/flag:",
        asks=True,
    ),
    Card(
        file="manage/staff.py",
        path="comptes",
        title="Comptes",
        purpose="Qui se connecte, avec quel rôle et dans quelles régions.",
        lead="Un rôle changé vaut dès l’acte suivant de la personne\u00a0; un compte désactivé "
        "est déconnecté partout.",
        permission=Permission.MANAGE_STAFF,
        icon=":material/manage_accounts:",
        asks=True,
    ),
    Card(
        file="manage/settings.py",
        path="reglages",
        title="Réglages",
        purpose="La validation à quatre yeux\u00a0: avec ou sans.",
        permission=Permission.CHANGE_SETTING,
        icon=":material/tune:",
    ),
)
_BY_PATH: Final = {each.path: each for each in (*_OPEN_TO_ALL, *CARDS)}


def chapter(path: str) -> Chapter:
    """Give the page at an address."""
    return _BY_PATH[path]


def card(path: str) -> Card:
    """Give the page of the desk at an address."""
    return next(each for each in CARDS if each.path == path)


def addresses() -> Mapping[str, bool]:
    """Name every address at which there is a page, and whether it draws by script.

    The front page's is empty.
    """
    return {path: each.is_charted for path, each in _BY_PATH.items()}


def titles() -> Mapping[str, str]:
    """Name the pages that everybody may read, by path."""
    return {each.path: each.title for each in _OPEN_TO_ALL if each is not _DESK}


def in_menu() -> list[Chapter]:
    """List the pages of the menu, in its order."""
    return [each for each in _OPEN_TO_ALL if each.in_menu]


def pages(*, desk: str) -> dict[str, st.Page]:
    """Make the pages by their addresses, which looks for their files.

    `desk` is what the reader's own is called.
    """
    return {
        path: (replace(each, title=desk) if each is _DESK else each).page()
        for path, each in _BY_PATH.items()
    }


def page_at(path: str) -> st.Page:
    """Give the page at an address to a link: the one that this reader's session has made."""
    made: st.Page = st.session_state["pages"][path]
    return made
