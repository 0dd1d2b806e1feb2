"""Record the headcounts of one centre, one academic year at a time."""

from territoires.commands.enrolments import record_enrolments, withdraw_enrolment
from territoires.domain.drafts import WithdrawalDraft
from territoires.french.desk import enrolments_name, headcount_name
from territoires.ui.desk import open_desk
from territoires.ui.enter import enrolment_form
from territoires.ui.enter.choosing import choose_known_centre, town_name
from territoires.ui.forms import Form

FORM, GONE = "inscriptions", "retrait_effectif"

desk = open_desk("saisir-inscriptions")
form = Form(
    desk,
    FORM,
    enrolment_form.FIELDS,
    cells=enrolment_form.of_draft,
    commands=[record_enrolments],
)
enrolment_form.tell_rows(form)
gone = Form(desk, GONE, commands=[withdraw_enrolment])
form.recall()
form.tell()
gone.tell()


def draw(subject: enrolment_form.Subject, town: str) -> None:
    """Draw the grid of a centre and a year, and under it the way to withdraw a headcount."""
    name = enrolments_name(town_name(desk, town), subject[1])
    form.bring_back(*enrolment_form.choosers(subject))
    grid = enrolment_form.cells(desk, subject, form=FORM)
    day = enrolment_form.choose_count(form, subject, grid)
    begins = enrolment_form.begins(subject, day, grid)
    seen = enrolment_form.versions(grid)
    form.open(*subject, day, version=seen, start=begins, name=name.text)

    def save() -> None:
        draft, unread = enrolment_form.read_grid(form, subject, grid)
        done = form.send(record_enrolments, draft, unread, name=name).saved
        if done is not None and not done.pending:
            enrolment_form.show_saved(form, draft)

    def withdraw() -> None:
        gone_name = headcount_name(town_name(desk, town), subject[1])
        if gone.submit(withdraw_enrolment, WithdrawalDraft, name=gone_name).saved is not None:
            form.discard()

    with form.frame():
        enrolment_form.both_grids(form, grid, save=save)
        enrolment_form.draw_grid(form, subject, day, grid)
        form.finish(save, may_wait=True)
    gone.fields = enrolment_form.withdrawn(grid)
    if gone.fields:
        gone.open(*subject, name=name.text)
        with gone.folded("Retirer un effectif"):
            gone.draw()
            gone.finish(withdraw, reason_is_asked=True, label="Retirer cet effectif", may_wait=True)


centre, town = choose_known_centre(
    desk,
    FORM,
    none_yet="Aucun centre n’est connu dans cette ville\u00a0: saisissez d’abord son ouverture.",
)
if centre:
    draw((centre, enrolment_form.choose_year(desk, form=FORM)), town)
form.others()
