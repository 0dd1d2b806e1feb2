"""The first day on which a step can have happened: its fields, and what its page says."""

from typing import Final

from territoires.commands.bounds import set_bound, withdraw_bound
from territoires.domain.drafts import BoundDraft
from territoires.domain.programme import Basis, StageKind
from territoires.french.desk import Name, bound_name
from territoires.french.words import BASES
from territoires.queries import entry
from territoires.ui.desk import Desk
from territoires.ui.enter.stage_form import KIND
from territoires.ui.enter.statements import Says, Statements, always, confidence, date_of
from territoires.ui.fields import DATE_HINT, RIGHT, Area, Partial, Radio, Source

_BASES = {
    Basis.STATED: f"{BASES[Basis.STATED]} (la source le dit)",
    Basis.INFERRED: f"{BASES[Basis.INFERRED]} (d’un indice)",
}
_FIELDS: Final = always(
    KIND,
    Partial(
        key="pas_avant",
        column="not_before",
        starred=True,
        at=RIGHT,
        hint=DATE_HINT,
        help="Le premier jour possible, lui-même compris\u00a0: d’un mois ou d’une année, c’est "
        "le premier.",
    ),
    Source(),
    Radio(
        key="nature",
        column="basis",
        label="Cette borne est",
        among=tuple(_BASES),
        say=_BASES.__getitem__,
    ),
    confidence(
        "Faible\u00a0: la borne suppose qu’une liste est complète. Elle ne resserre les dates que "
        "si le lecteur le demande."
    ),
    Area(key="note", column="note"),
)


def _named(_desk: Desk, town: str, says: Says) -> Name:
    return bound_name(town, StageKind(says["kind"]), date_of(says, "not_before"))


BOUNDS: Final = Statements(
    entity="bound",
    form="borne",
    param="borne",
    record=set_bound,
    withdraw=withdraw_bound,
    draft=BoundDraft,
    listed=entry.bounds,
    fields=_FIELDS,
    name=_named,
    none="Aucun premier jour possible n’est enregistré pour ce centre.",
    adding="Ajouter un premier jour possible",
    withdrawing="Retirer ce premier jour possible",
)
