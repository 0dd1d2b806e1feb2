"""The queue of reports: what staff of a region see, the form that a report fills in, answers."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from territoires.commands.choices import set_setting
from territoires.commands.reports import receive
from territoires.db.engine import reading
from territoires.db.models import Report, ReportDecision, Source, Stage
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import SettingDraft
from territoires.domain.programme import StageKind
from territoires.domain.reports import BY_TOWN, ReportKind, Verdict
from territoires.domain.reports import Report as Reported
from territoires.domain.roles import Role
from territoires.queries.reports import reported
from tests.pages.conftest import everything, titles
from tests.pages.desks import office as staffed

pytestmark = pytest.mark.both_engines

__all__ = ["staffed"]

PAGE, STAGE, TOWN = "manage/reports.py", "enter/record_stage.py", "follow/town.py"
TROYES, POITIERS = "10387", "86194"
HOSTILE = "**[ici](https://evil.example)** <script>alert(1)</script> $x$ :red[a]"


@pytest.fixture
def office(staffed):
    """Let somebody of the Grand Est sit at the desk."""
    staffed.sit(Role.ENTRY)
    return staffed


def send(url, number=0, **changes):
    usual = {
        "town_code": TROYES,
        "what": ReportKind.OPENED,
        "happened_on": PartialDate(2022, 9),
        "first_hand": True,
        "function": "adjoint au maire",
        "message": f"Ouvert à la rentrée, n° {number}",
        "email": "anne@example.org",
    }
    address = f"192.0.2.{number}"
    sent = receive(url, Reported(**(usual | changes)), address=address, now=datetime.now(UTC))
    return sent.token


def press(page, label):
    return next(each for each in page.button if each.label == label).click().run()


def fate(url, token):
    with reading(url) as connection:
        found = reported(connection, token=token)
    return found.verdict, found.answer


def test_an_empty_queue_says_so_and_is_for_whoever_answers(app, office):
    page = app.open(PAGE)
    assert titles(page) == ["Signalements"]
    assert "Aucun signalement n’attend." in page.success[0].value
    for role in (Role.PARTNER, Role.DIRECTION, ""):
        office.sit(role)
        assert not app.open(PAGE).success


def test_staff_read_the_reports_of_their_regions_and_the_public_none(app, office):
    send(office.url, message=HOSTILE)
    send(office.url, 2, town_code=POITIERS, message="Ailleurs")
    page = app.open(PAGE)
    said = everything(page)
    assert "1\N{NO-BREAK SPACE}signalement attend une réponse" in said
    assert "anne" in said
    assert "Ailleurs" not in said
    assert "<script>" not in said.replace("\\<script>", "")
    assert "1 à lire" in everything(app.open("enter/desk.py"))
    office.sit("")
    for public in (TOWN, "follow/rollout.py"):
        shown = everything(app.open(public, ville=TROYES))
        for secret in ("anne@", "adjoint au maire", "T-20"):
            assert secret not in shown


def test_a_report_fills_in_the_form_of_the_stage_and_is_accepted_with_it(app, office):
    token = send(office.url)
    form = app.open(STAGE, ville=TROYES, signalement="1")
    assert "Ouvert à la rentrée" in everything(form)
    assert form.text_input(key="etape_date").value == "09/2022"
    press(form, "Enregistrer")
    assert fate(office.url, token) == (Verdict.ACCEPTED, "")
    with reading(office.url) as connection:
        kind, on, title = connection.execute(
            select(Stage.kind, Stage.happened_on, Source.title)
            .join(Source, Source.id == Stage.source_id)
            .order_by(Stage.id.desc())
            .limit(1)
        ).one()
        year = connection.scalar(select(Report.year))
    assert (kind, on) == (StageKind.OPENED, PartialDate(2022, 9))
    assert title == f"Signalement T-{year}-0001"


def test_where_validation_is_asked_the_report_waits_for_it(app, office):
    office.do(set_setting, SettingDraft(name="validation", value="on"))
    token = send(office.url)
    press(app.open(STAGE, ville=TROYES, signalement="1"), "Enregistrer")
    assert fate(office.url, token) == (None, "")
    office.sit(Role.VALIDATION)
    press(app.open("manage/validation.py"), "Valider")
    assert fate(office.url, token) == (Verdict.ACCEPTED, "")


@pytest.mark.parametrize("number", ["0", "2", "x", "9" * 40, "-1", "1' OR '1"])
def test_an_address_that_names_no_report_of_ones_own_opens_an_empty_form(app, office, number):
    send(office.url)
    send(office.url, 2, town_code=POITIERS, message="Ailleurs")
    form = app.open(STAGE, ville=TROYES, signalement=number)
    assert form.text_input(key="etape_date").value == ""
    assert "Ailleurs" not in everything(form)


def test_a_report_is_answered_refused_or_joined_to_another(app, office):
    tokens = [send(office.url, number) for number in range(3)]
    page = press(app.open(PAGE), "Refuser")
    assert "obligatoire" in everything(page)
    page.text_input(key="reponse_1_motif").set_value("Hors du programme.").run()
    page = press(page, "Refuser")
    assert fate(office.url, tokens[0]) == (Verdict.REFUSED, "Hors du programme.")
    page.text_input(key="reponse_2_motif").set_value("Merci, nous vérifions.").run()
    page = press(page, "Répondre")
    assert fate(office.url, tokens[1]) == (Verdict.ANSWERED, "Merci, nous vérifions.")
    journal = app.open("manage/history.py")
    table = journal.dataframe[0].value
    assert table["Acte"].iloc[0] == "Réponse à un signalement"
    act = app.open("manage/history.py", acte=table["Voir"].iloc[0].partition("=")[2])
    assert not act.exception
    told = str([each.value for each in (*act.markdown, *act.dataframe, *act.table)])
    assert "Merci, nous vérifions." in told
    assert "Ouvert à la rentrée" not in told
    choice = page.selectbox(key="reunir_3")
    page = choice.set_value(choice.options[0]).run()
    press(page, "Réunir")
    assert fate(office.url, tokens[2])[0] is Verdict.MERGED


def test_a_wave_is_refused_at_once_and_each_is_told_why(app, office):
    tokens = [send(office.url, number) for number in range(BY_TOWN + 3)]
    page = app.open(PAGE)
    assert "3\N{NO-BREAK SPACE}signalements venus en nombre" in everything(page)
    press(page, "Refuser 3\N{NO-BREAK SPACE}signalements")
    assert fate(office.url, tokens[0]) == (None, "")
    verdict, answer = fate(office.url, tokens[-1])
    assert verdict is Verdict.REFUSED
    assert "signalez-le de nouveau" in answer
    with reading(office.url) as connection:
        assert len(connection.execute(select(ReportDecision.id)).all()) == 1


@pytest.mark.parametrize(
    ("page", "address", "way"),
    [
        (TOWN, {"ville": TROYES}, f"signaler?ville={TROYES}"),
        (TOWN, {"ville": "52121"}, "signaler?ville=52121"),
        ("follow/rollout.py", {}, "signaler"),
        ("follow/reconciliation.py", {}, "signaler"),
        ("follow/method.py", {}, "/signaler"),
    ],
)
def test_what_is_not_known_leads_to_the_form_that_tells_it(app, page, address, way):
    shown = app.open(page, **address)
    written = [each.body for each in shown.get("html")]
    written += [each.value for each in shown.markdown]
    assert any(f'href="{way}"' in each or f"]({way})" in each for each in written)
