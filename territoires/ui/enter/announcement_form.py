"""An opening announced in a town: its fields, and what its page says."""

from typing import Final

from territoires.commands.announcements import set_announcement, withdraw_announcement
from territoires.domain.drafts import AnnouncementDraft
from territoires.french.desk import announcement_name
from territoires.ui.enter.statements import (
    Statements,
    always,
    confidence,
    date_of,
    set_or_withdrawn,
)
from territoires.ui.fields import DATE_HINT, LEFT, RIGHT, Area, Partial, Source

ANNOUNCEMENTS: Final = Statements(
    path="saisir-annonce",
    entity="announcement",
    form="annonce",
    param="annonce",
    acts=set_or_withdrawn(
        set_announcement, AnnouncementDraft, withdraw_announcement, "Retirer cette annonce"
    ),
    fields=always(
        Partial(key="pour", column="announced_for", starred=True, at=LEFT, hint=DATE_HINT),
        Partial(
            key="dit",
            column="announced_on",
            starred=True,
            at=RIGHT,
            hint=DATE_HINT,
            help="Le jour où cela a été dit, aussi précis que vous le connaissez.",
        ),
        Source(),
        confidence(),
        Area(key="note", column="note"),
    ),
    name=lambda _desk, town, says: announcement_name(town, date_of(says, "announced_for")),
    none="Aucune ouverture annoncée n’est enregistrée pour cette ville.",
    adding="Ajouter une annonce",
    place="town_code",
)
