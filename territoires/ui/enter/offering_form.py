"""What a centre offers: the fields of one course given there, and what its page says."""

from typing import Final

from territoires.commands.courses import set_offering, withdraw_offering
from territoires.domain.drafts import OfferingDraft
from territoires.french.desk import Name
from territoires.french.places import typeset
from territoires.french.words import MODES
from territoires.queries import entry
from territoires.ui.desk import Desk
from territoires.ui.enter.statements import Says, Statements, set_or_withdrawn
from territoires.ui.fields import LEFT, RIGHT, Choice, Field, Partial, Source


def titles(desk: Desk) -> dict[str, str]:
    """Give the courses of the catalogue by key."""
    return {
        row.course_key: f"{typeset(row.title)} ({row.course_key})"
        for row in desk.ask(entry.courses).itertuples()
    }


def _fields(desk: Desk, is_known: bool) -> tuple[Field, ...]:  # noqa: FBT001 - as `Statements` asks
    names = titles(desk)
    course = Choice(
        key="formation",
        column="course_key",
        starred=True,
        among=names,
        blank="Intitulé ou clé",
        none="",
        required=True,
        also=("centre_id",),
    )
    return (
        *(() if is_known else (course,)),
        Choice(
            key="modalite",
            column="mode",
            among={mode: word.capitalize() for mode, word in MODES.items()},
            blank="Non renseignée",
        ),
        Partial(key="debut", column="starts_on", at=LEFT, hint="09/2021, ou rien"),
        Partial(key="fin", column="ends_on", at=RIGHT, hint="06/2023, ou rien"),
        Source(),
    )


def _named(desk: Desk, town: str, says: Says) -> Name:
    key = says["course_key"]
    return Name(f"{typeset(town)}, {titles(desk).get(key, key)}", "e")


OFFERINGS: Final = Statements(
    path="saisir-formations",
    entity="offering",
    form="offre",
    param="offre",
    acts=set_or_withdrawn(
        set_offering, OfferingDraft, withdraw_offering, "Retirer cette formation"
    ),
    fields=_fields,
    name=_named,
    fixed=("course_key",),
    none="Aucune formation n’est enregistrée pour ce centre.",
    adding="Ajouter une formation",
)
