"""An opening announced in a town: its fields, and what its page says."""

from typing import Any, Final

from territoires.commands.announcements import set_announcement, withdraw_announcement
from territoires.domain.drafts import AnnouncementDraft
from territoires.french.desk import Name, announcement_name
from territoires.queries import entry
from territoires.ui.desk import Desk
from territoires.ui.enter.choosing import TOWN, choose_town
from territoires.ui.enter.statements import Says, Statements, always, confidence, date_of
from territoires.ui.fields import DATE_HINT, LEFT, RIGHT, Area, Partial, Source

_FIELDS: Final = always(
    Partial(key="pour", column="announced_for", starred=True, at=LEFT, hint=DATE_HINT),
    Partial(
        key="dit",
        column="announced_on",
        label="Annoncée le",
        starred=True,
        at=RIGHT,
        hint=DATE_HINT,
        help="Le jour où cela a été dit, aussi précis que vous le connaissez.",
    ),
    Source(),
    confidence(),
    Area(key="note", column="note"),
)


def _named(_desk: Desk, town: str, says: Says) -> Name:
    return announcement_name(town, date_of(says, "announced_for"))


def choose(desk: Desk, form: str) -> tuple[Any, str]:
    """Ask for a town: the place itself of what is said of one."""
    town = choose_town(desk, key=f"{form}_{TOWN}")
    return town, town


ANNOUNCEMENTS: Final = Statements(
    entity="announcement",
    form="annonce",
    param="annonce",
    record=set_announcement,
    withdraw=withdraw_announcement,
    draft=AnnouncementDraft,
    listed=entry.announcements,
    fields=_FIELDS,
    name=_named,
    none="Aucune ouverture annoncée n’est enregistrée pour cette ville.",
    adding="Ajouter une annonce",
    withdrawing="Retirer cette annonce",
    place="town_code",
    choose=choose,
)
