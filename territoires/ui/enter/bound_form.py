"""The first day on which a step can have happened: its fields, and what its page says."""

from typing import Final

from territoires.commands.bounds import set_bound, withdraw_bound
from territoires.domain.drafts import BoundDraft
from territoires.domain.programme import Basis, StageKind
from territoires.french.desk import bound_name
from territoires.french.words import BASES
from territoires.ui.enter.stage_form import KIND
from territoires.ui.enter.statements import (
    Statements,
    always,
    confidence,
    date_of,
    set_or_withdrawn,
)
from territoires.ui.fields import DATE_HINT, RIGHT, Area, Partial, Radio, Source

_BASES = {
    Basis.STATED: f"{BASES[Basis.STATED]} (la source le dit)",
    Basis.INFERRED: f"{BASES[Basis.INFERRED]} (d’un indice)",
}


BOUNDS: Final = Statements(
    path="saisir-pas-avant",
    entity="bound",
    form="borne",
    param="borne",
    acts=set_or_withdrawn(
        set_bound, BoundDraft, withdraw_bound, "Retirer ce premier jour possible"
    ),
    fields=always(
        KIND,
        Partial(
            key="pas_avant",
            column="not_before",
            starred=True,
            at=RIGHT,
            hint=DATE_HINT,
            help="Le premier jour possible, lui-même compris\u00a0: d’un mois ou d’une année, "
            "c’est le premier.",
        ),
        Source(),
        Radio(
            key="nature",
            column="basis",
            label="Cette borne est",
            among=_BASES,
        ),
        confidence(
            "Faible\u00a0: la borne suppose qu’une liste est complète. Elle ne resserre les dates "
            "que si le lecteur le demande."
        ),
        Area(key="note", column="note"),
    ),
    name=lambda _desk, town, says: bound_name(
        town, StageKind(says["kind"]), date_of(says, "not_before")
    ),
    none="Aucun premier jour possible n’est enregistré pour ce centre.",
    adding="Ajouter un premier jour possible",
)
