"""The fields of a stage, the same to record one and to correct one, and what its page says."""

from typing import Final

import streamlit as st

from territoires.commands.stages import correct_stage, retain_stage, withdraw_stage
from territoires.domain.drafts import RetainDraft, StageCorrection, WithdrawalDraft
from territoires.domain.programme import Basis, StageKind
from territoires.french.desk import LAST_FACT, Name, source_name, stage_line, stage_name
from territoires.french.places import typeset
from territoires.french.typography import typeset_text
from territoires.french.words import BASES, STAGES
from territoires.ui.desk import Desk, shown
from territoires.ui.enter.statements import (
    CORRECT,
    RETAIN,
    WITHDRAW,
    Act,
    Says,
    Statements,
    always,
    date_of,
)
from territoires.ui.fields import (
    DATE_HINT,
    LEFT,
    RIGHT,
    Area,
    Choice,
    PartialOrUnknown,
    Radio,
    Source,
    Text,
    Tick,
)

_BASES = {
    Basis.STATED: f"{BASES[Basis.STATED]} (dite telle quelle)",
    Basis.UPPER_BOUND: f"{BASES[Basis.UPPER_BOUND]} (déjà fait ce jour-là)",
    Basis.INFERRED: BASES[Basis.INFERRED],
}
KIND: Final = Choice(
    key="genre",
    column="kind",
    starred=True,
    among={kind: STAGES[kind].capitalize() for kind in (StageKind.OPENED, *StageKind)},
    at=LEFT,
)
FIELDS: Final = (
    KIND,
    PartialOrUnknown(
        key="date",
        column="on",
        known="happened_on",
        starred=True,
        tick="inconnue",
        tick_label="Date inconnue",
        at=RIGHT,
        hint=DATE_HINT,
        help="Aussi précise que vous la connaissez\u00a0: 13/09/2019, 09/2019 ou 2019.",
    ),
    Source(),
    Radio(
        key="nature",
        column="basis",
        label="Cette date est",
        among=_BASES,
    ),
    Tick(
        key="concurrente",
        column="retained",
        label="Date concurrente\u00a0: la garder sans la compter",
        denies=True,
        help="Quand deux sources donnent deux dates, une seule est retenue\u00a0; l’autre "
        "reste visible sur la fiche de la ville.",
    ),
    Area(key="note", column="note"),
)
_CENTRE: Final = "Le centre (facultatif)"
DETAILS: Final = (
    Text(key="nom", column="centre_name", group=_CENTRE),
    Text(key="adresse", column="address", group=_CENTRE),
    Text(key="regional", column="regional_centre", group=_CENTRE),
)
_NOTHING: Final = "Aucune étape n’est enregistrée pour cette ville."


def _named(_desk: Desk, town: str, says: Says) -> Name:
    on = date_of(says, "on" if "on" in says else "happened_on")
    return stage_name(town, StageKind(says["kind"]), on, Basis(says["basis"]))


def _draw_listed(says: Says) -> None:
    competing = "" if says["retained"] == "yes" else " · *date concurrente, non retenue*"
    st.markdown(f"**{shown(stage_line(says))}**{competing}")
    source = source_name(says["source_title"], says["source"], "")
    st.caption(shown(" – ".join(filter(None, (source, typeset_text(says["note"]))))))


CORRECTIONS: Final = Statements(
    path="corriger-etape",
    entity="stage",
    form="correction",
    param="etape",
    acts={
        CORRECT: Act(correct_stage, StageCorrection, "Enregistrer la correction"),
        RETAIN: Act(retain_stage, RetainDraft, "Retenir cette date"),
        WITHDRAW: Act(withdraw_stage, WithdrawalDraft, "Retirer cette étape"),
    },
    fields=always(*FIELDS),
    name=_named,
    heading=lambda town, says: f"{typeset(town)} – {stage_line(says)}",
    draw=_draw_listed,
    fixed=("confidence",),
    none=_NOTHING,
    no_centre=_NOTHING,
    warning=LAST_FACT,
)
