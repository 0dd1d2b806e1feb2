"""The page « Qualité »: what is late, missing or contradicted, region by region."""

import pytest

from territoires.commands.stages import record_stage
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import SourceDraft, StageDraft
from territoires.domain.programme import StageKind
from territoires.domain.roles import Role
from territoires.french import quality as words
from tests.pages.conftest import everything, titles, warnings
from tests.pages.desks import office

__all__ = ["office"]

PAGE = "manage/quality.py"


def metrics(page):
    return {metric.label: int(metric.value) for metric in page.metric}


def test_every_section_has_its_rows_or_says_that_all_is_well(app, office):
    page = app.open(PAGE)
    assert not page.exception
    assert titles(page) == ["Qualité"]
    assert [heading.value for heading in page.header] == list(words.SECTIONS.values())
    assert metrics(page)["À mettre à jour"] > 50
    assert [each.value for each in page.success] == [words.FINE["duplicate"], words.FINE["weak"]]
    late = page.dataframe[1].value
    assert {"Inscriptions non transmises", "Ville labellisée, ouverture non connue"} <= set(
        late["Ce qui est à voir"]
    )
    assert all("ville=" in link for link in late["Ville"])
    assert "Prochaine échéance" in everything(page)


def test_a_fact_that_rests_on_a_word_is_listed(app, office):
    draft = StageDraft(
        town_code="10387",
        kind=StageKind.AGREEMENT,
        on=PartialDate(2020),
        source=SourceDraft(declared=True),
    )
    office.do(record_stage, draft)
    page = app.open(PAGE)
    assert metrics(page)["Sources à renforcer"] == 1
    assert "convention, 2020" in set(page.dataframe[-1].value["Détail"])


def test_a_region_is_chosen_and_stands_in_the_address(app, office):
    page = app.open(PAGE, region="44")
    assert set(page.dataframe[1].value["Région"]) == {"Grand Est"}
    assert metrics(page)["À mettre à jour"] < metrics(app.open(PAGE))["À mettre à jour"]
    assert "Valeurs possibles" in warnings(app.open(PAGE, region="99"))[0]


def test_somebody_of_one_region_begins_there(app, office):
    office.sit(Role.ENTRY)
    page = app.open(PAGE)
    assert set(page.dataframe[1].value["Région"]) == {"Grand Est"}
    assert len(app.open(PAGE, region="toutes").dataframe[1].value) > len(page.dataframe[1].value)


def test_the_counts_by_region_add_up(app, office):
    page = app.open(PAGE)
    regions = page.dataframe[0].value
    for label, count in metrics(page).items():
        assert regions[label].sum() == count
    assert "France entière" in set(regions["Région"])


@pytest.mark.parametrize("role", ["", Role.PARTNER])
def test_the_page_is_not_for_the_public(app, office, role):
    office.sit(role)
    page = app.open(PAGE)
    assert not page.dataframe
    assert not page.metric


@pytest.mark.parametrize(
    ("days", "sign"), [(0, "○"), (20, "○"), (21, "◐"), (59, "◐"), (60, "●"), (None, "—")]
)
def test_a_delay_has_its_sign(days, sign):
    assert words.badge(days).startswith(sign)
