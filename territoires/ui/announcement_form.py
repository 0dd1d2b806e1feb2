"""An opening announced in a town: its fields, and what its page says."""

from typing import Any, Final

from territoires.commands.announcements import set_announcement, withdraw_announcement
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import AnnouncementDraft
from territoires.domain.programme import Confidence
from territoires.french.desk import Name, announcement_name
from territoires.french.words import CONFIDENCES
from territoires.queries import entry
from territoires.ui.desk import Desk
from territoires.ui.entry_parts import TOWN, choose_town
from territoires.ui.fields import LEFT, RIGHT, Area, Choice, Field, Partial, Source
from territoires.ui.statements import Says, Statements

_HINT: Final = "JJ/MM/AAAA, MM/AAAA ou AAAA"
_FIELDS: Final = (
    Partial(key="pour", column="announced_for", starred=True, at=LEFT, hint=_HINT),
    Partial(
        key="dit",
        column="announced_on",
        label="Annoncée le",
        starred=True,
        at=RIGHT,
        hint=_HINT,
        help="Le jour où cela a été dit, aussi précis que vous le connaissez.",
    ),
    Source(),
    Choice(
        key="confiance",
        column="confidence",
        among=tuple(Confidence),
        say=lambda confidence: CONFIDENCES[confidence].capitalize(),
        blank="Non renseignée",
    ),
    Area(key="note", column="note"),
)


def _fields(_desk: Desk, _is_known: bool) -> tuple[Field, ...]:  # noqa: FBT001 - as `Statements` asks
    return _FIELDS


def _named(_desk: Desk, town: str, says: Says) -> Name:
    said = says["announced_for"]
    return announcement_name(
        town, said if isinstance(said, PartialDate) else PartialDate.parse(said)
    )


def _choose(desk: Desk, form: str) -> tuple[Any, str]:
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
    fields=_fields,
    name=_named,
    none="Aucune ouverture annoncée n’est enregistrée pour cette ville.",
    adding="Ajouter une annonce",
    withdrawing="Retirer cette annonce",
    place="town_code",
    choose=_choose,
)
