"""The desk: what it says of whoever sits at it, where it leads, and what an act changed beside."""

from territoires.commands.stages import record_stage
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import SourceDraft, StageDraft
from territoires.domain.programme import StageKind
from tests.pages.conftest import everything
from tests.pages.desks import office

__all__ = ["office"]

BAR_LE_DUC = "55029"


def press(page, label):
    (button,) = [each for each in page.button if each.label == label]
    return button.click().run()


def opening(**changes):
    values = {
        "town_code": BAR_LE_DUC,
        "kind": StageKind.OPENED,
        "on": PartialDate(2021, 9, 13),
        "source": SourceDraft(declared=True),
    }
    return StageDraft(**(values | changes))


def test_a_mistake_withdrawn_takes_its_centre_with_it(app, office):
    saved = office.do(record_stage, opening())
    page = app.open("enter/correct_stage.py", etape=str(saved.version_id), acte="retirer")
    assert "est retiré avec elle" in everything(page)
    page.text_input(key="correction_motif").set_value("mauvaise ville")
    page = press(page, "Retirer cette étape")
    assert "il est retiré aussi" in page.success[0].value
    office.sit("")
    sheet = app.open("follow/town.py", ville=BAR_LE_DUC)
    assert not sheet.exception
    assert "Aucun centre connu à ce jour." in everything(sheet)
