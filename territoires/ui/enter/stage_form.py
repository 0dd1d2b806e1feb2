"""The fields of a stage, the same to record one and to correct one."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from territoires.commands.stages import correct_stage, retain_stage, withdraw_stage
from territoires.commands.write import Saved
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import Draft, RetainDraft, StageCorrection, WithdrawalDraft
from territoires.domain.programme import Basis, Confidence, StageKind
from territoires.french.desk import Name, stage_name
from territoires.french.words import BASES, STAGES
from territoires.queries.forms import Known
from territoires.ui.enter.stage_list import CORRECT, RETAIN, WITHDRAW
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
from territoires.ui.forms import Form

_BASES = {
    Basis.STATED: f"{BASES[Basis.STATED]} (dite telle quelle)",
    Basis.UPPER_BOUND: f"{BASES[Basis.UPPER_BOUND]} (déjà fait ce jour-là)",
    Basis.INFERRED: BASES[Basis.INFERRED],
}
KIND: Final = Choice(
    key="genre",
    column="kind",
    starred=True,
    among=(StageKind.OPENED, *(kind for kind in StageKind if kind is not StageKind.OPENED)),
    say=lambda kind: STAGES[kind].capitalize(),
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
        among=tuple(Basis),
        say=_BASES.__getitem__,
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


def naming(known: Known) -> Callable[[Draft], Name]:
    """Name a stage that is known, by what its correction says where there is one."""
    said = known.said

    def name(draft: Draft) -> Name:
        if isinstance(draft, StageCorrection):
            return stage_name(known.town, draft.kind, draft.on, draft.basis)
        on, basis = PartialDate.parse(said["happened_on"]), Basis(said["basis"])
        return stage_name(known.town, StageKind(said["kind"]), on, basis)

    return name


def correction(form: Form) -> Callable[..., StageCorrection]:
    """Make what a stage should say; how far it is trusted stays as it was."""
    confidence = form.opened.said["confidence"]
    return partial(
        StageCorrection,
        expected_id=form.opened.version,
        confidence=Confidence(confidence) if confidence else None,
    )


def retaining(form: Form) -> Callable[..., RetainDraft]:
    """Make the short form that lets a competing date count."""
    return partial(RetainDraft, expected_id=form.opened.version)


def withdrawal(form: Form) -> Callable[..., WithdrawalDraft]:
    """Make the short form that withdraws a thing."""
    return partial(WithdrawalDraft, expected_id=form.opened.version)


ACTS: Final[Mapping[str, tuple[Callable[..., Saved], Callable[[Form], Callable[..., Draft]]]]] = {
    CORRECT: (correct_stage, correction),
    RETAIN: (retain_stage, retaining),
    WITHDRAW: (withdraw_stage, withdrawal),
}
