"""Where a fact comes from: chosen by title, pasted as it stands, or a document with its day."""

import pytest
from sqlalchemy import select

from territoires.commands.stages import record_stage
from territoires.db.engine import reading
from territoires.db.models import Source, Stage
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import SourceDraft, StageDraft
from territoires.domain.programme import Document, StageKind
from territoires.queries import entry
from tests.pages.conftest import everything
from tests.pages.desks import office

__all__ = ["office"]

BAR_LE_DUC = "55029"
FORM = "enter/record_stage.py"


def press(page, label):
    (button,) = [each for each in page.button if each.label == label]
    return button.click().run()


def cited_by(office):
    """Give the source of the last stage recorded."""
    with reading(office.url) as connection:
        return connection.execute(
            select(Source)
            .join(Stage, Stage.source_id == Source.id)
            .order_by(Stage.id.desc())
            .limit(1)
            .with_only_columns(
                Source.id, Source.title, Source.url, Source.published_on, Source.reliability
            )
        ).one()


def opening(app):
    page = app.open(FORM, ville=BAR_LE_DUC)
    page.text_input(key="etape_date").set_value("13/09/2021")
    return page


def nature(page, word):
    return page.radio(key="etape_source_nature").set_value(word).run()


def test_an_address_is_known_without_its_scheme(app, office):
    page = opening(app)
    page.text_input(key="etape_source").set_value("cnam.fr/actualites")
    assert press(page, "Enregistrer").success
    assert cited_by(office).url == "https://cnam.fr/actualites"


def test_a_source_cited_before_is_found_by_its_title(app, office):
    page = nature(opening(app), "citee")
    box = page.selectbox(key="etape_source_citee")
    assert box.label == "Source ★"
    titles = box.options
    assert len(titles) == len(set(titles)) > 40
    wanted = next(title for title in titles if "convention d’implantation à Cognac" in title)
    assert wanted.endswith("— Cnam, 4\u00a0mai 2021")
    assert press(box.set_value("cnam-2021-05").run(), "Enregistrer").success
    assert cited_by(office).id == "cnam-2021-05"


@pytest.mark.parametrize("document", list(Document))
def test_a_document_is_cited_with_its_day(app, office, document):
    page = nature(opening(app), document.value)
    page.text_input(key="etape_source").set_value("mairie de Bar-le-Duc, ouverture")
    told = press(page, "Enregistrer").error[0].value
    assert "n’a pas de date" in told
    page.text_input(key="etape_source_date").set_value("mars 2021")
    assert press(page, "Enregistrer").success
    found = cited_by(office)
    assert (found.title, found.published_on, found.reliability) == (
        "mairie de Bar-le-Duc, ouverture",
        PartialDate(2021, 3),
        document.value,
    )


def test_one_s_own_word_is_a_source(app, office):
    assert press(nature(opening(app), "declaration"), "Enregistrer").success
    assert cited_by(office).reliability == "declaration"


@pytest.mark.parametrize("chosen", ["page", "citee", "courrier"])
def test_a_missing_source_is_told_in_words_that_fit_the_form(app, office, chosen):
    page = press(nature(opening(app), chosen), "Enregistrer")
    told = page.error[0].value
    assert "choisissez une source déjà citée" in told or "Dites quel est ce document" in told
    offered = page.radio(key="etape_source_nature").options
    assert {"source déjà citée", "presse", "courrier", "courriel", "échange oral"} <= set(offered)
    page.text_input(key="etape_date").set_value("hier")
    assert "dans la liste" not in press(page, "Enregistrer").error[0].value


def test_no_key_of_a_source_is_ever_on_the_screen(app, office):
    letter = SourceDraft(
        document=Document.LETTER, title="mairie de Bar-le-Duc", published_on=PartialDate(2021)
    )
    draft = StageDraft(
        town_code=BAR_LE_DUC, kind=StageKind.OPENED, on=PartialDate(2021), source=letter
    )
    saved = office.do(record_stage, draft)
    with reading(office.url) as connection:
        keys = set(entry.sources(connection)["source_id"])
    stage = {"etape": str(saved.version_id)}
    pages = [
        ("enter/correct_stage.py", {"ville": BAR_LE_DUC}),
        ("enter/correct_stage.py", stage),
        ("manage/history.py", {"acte": str(saved.event_id)}),
        ("enter/edit_offerings.py", {"ville": "52121"}),
        ("enter/edit_courses.py", {}),
        ("follow/town.py", {"ville": BAR_LE_DUC}),
    ]
    for name, address in pages:
        page = app.open(name, **address)
        assert not page.exception
        shown = everything(page) + "\n".join(
            str(value)
            for widget in (*page.selectbox, *page.text_input)
            for value in (getattr(widget, "options", None) or [widget.value])
        )
        shown += "\n".join(each.value.to_string() for each in (*page.table, *page.dataframe))
        words = set(shown.replace("(", " ").replace(")", " ").split())
        assert not keys & words, (name, keys & words)
    page = app.open("enter/correct_stage.py", **stage)
    assert page.radio(key="correction_source_nature").value == "citee"
    (chosen,) = [each for each in page.selectbox if each.key == "correction_source_citee"]
    assert chosen.value.startswith("courrier-")
    assert "mairie de Bar-le-Duc — 2021" in chosen.options


def test_what_is_no_address_is_compared_with_the_sources_cited_before(app, office):
    page = opening(app)
    page.text_input(key="etape_source").set_value("gazette france")
    page = press(page, "Enregistrer")
    assert "n’est ni une adresse, ni le titre d’une source déjà citée" in page.error[0].value
    assert "La Gazette France" in everything(page)


def test_what_was_typed_under_one_nature_comes_back_with_it(app, office):
    page = opening(app)
    page.text_input(key="etape_source").set_value("www.cnam.fr/annonce")
    for other in ("citee", "declaration", "presse"):
        page = nature(nature(page, other), "page")
        assert page.text_input(key="etape_source").value == "www.cnam.fr/annonce"
    page = nature(page, "presse")
    page.text_input(key="etape_source_date").set_value("mars 2021")
    page = nature(page, "citee")
    page.selectbox(key="etape_source_citee").set_value("cnam-2021-05")
    page = nature(nature(page, "declaration"), "presse")
    assert page.text_input(key="etape_source_date").value == "mars 2021"
    assert nature(page, "citee").selectbox(key="etape_source_citee").value == "cnam-2021-05"


def test_an_address_in_a_message_is_no_link(app, office):
    page = opening(app)
    told = press(page, "Enregistrer").error[0].value
    assert "cnam.fr/actualites" in told
    assert "www." not in told
