"""What the page « Importer un fichier » shows: a file, what it would change, what it changed."""

import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

import pandas as pd
import streamlit as st

from territoires.commands.imports import WAYS
from territoires.commands.kept import erase, keep
from territoires.commands.write import ON, VALIDATION, Saved, writing
from territoires.domain import params
from territoires.domain.errors import DatabaseError, TerritoiresError
from territoires.domain.imports import ImportDraft, Kind, Plan, PlanMovedError, PlanRefusedError
from territoires.domain.roles import PROPOSING
from territoires.domain.scope import FRANCE, Level, Territory
from territoires.exchange.formats import FORMATS
from territoires.exchange.tables import Format, ImportProblem, UnreadableError
from territoires.exchange.writing import annotated, template
from territoires.french import imports as words
from territoires.french.files import KINDS
from territoires.french.numbers import NBSP, counted, number
from territoires.queries import entry
from territoires.queries.kept import kept_texts
from territoires.ui.bar import today
from territoires.ui.chapters import page_at
from territoires.ui.desk import BUTTON, Desk, button, shown
from territoires.ui.enter.import_file import Review, Sent, read, review, reviewed
from territoires.ui.outcomes import effect_on
from territoires.ui.reader import current_reader
from territoires.ui.undo import undo_button

FORM: Final = "import"
_KIND, _FILE, _JOB, _SEEN = (f"{FORM}_{name}" for name in ("genre", "fichier", "travail", "vu"))
_REASON, _CONFIRMED = f"{FORM}_motif", f"{FORM}_confirme"
_WHY: Final = "Il vaut pour tout le fichier, et reste dans le journal."

# A short import is over before the page is drawn again; of a long one, it shows how far it is.
_SOON_SECONDS: Final = 1.5
_EVERY_SECONDS: Final = 0.7
_MOST_SHOWN: Final = 1_000
_MOST_TOLD: Final = 40

_WRITTEN: Final = (Format.CSV, Format.XLSX)


@dataclass(kw_only=True)
class Job:
    """An import at work in its own thread: a click elsewhere would interrupt the page's."""

    sent: Sent
    share: float = 0.0
    saved: Saved | None = None
    plan: Plan | None = None
    error: TerritoiresError | None = None
    effect: str = ""
    lacks: list[str] = field(default_factory=list)
    crash: BaseException | None = None
    is_over: threading.Event = field(default_factory=threading.Event)


# --- the file ---


def choose_kind(desk: Desk) -> Kind:
    """Ask what the file holds: only what this person may import."""
    kinds = [kind for kind in Kind if desk.may(WAYS[kind].permission)]
    chosen = st.segmented_control(
        "Que contient le fichier\u202f?",
        kinds,
        format_func=lambda kind: KINDS[kind].name,
        key=_KIND,
        default=kinds[0],
        required=True,
        on_change=forget,
    )
    return chosen or kinds[0]


@lru_cache
def _template(kind: Kind, form: Format) -> bytes:
    return template(kind, form)


def offer_templates(kind: Kind) -> None:
    """Offer the file to fill in, with its examples."""
    st.caption(f"Modèle à remplir, avec des exemples\u00a0: {KINDS[kind].purpose}")
    with st.container(horizontal=True):
        for form in _WRITTEN:
            st.download_button(
                f"Télécharger le modèle ({FORMATS[form].called})",
                _template(kind, form),
                file_name=f"{KINDS[kind].template}.{form}",
                mime=FORMATS[form].media_type,
                key=f"{BUTTON}{FORM}_modele_{form}",
                on_click="ignore",
                icon=":material/download:",
            )


def examine(desk: Desk, kind: Kind) -> Review | None:
    """Take a file and compare it with what is known; says why when it cannot be."""
    sent = st.file_uploader(
        "Fichier à vérifier (CSV, Excel .xlsx ou ODS)",
        key=_FILE,
        on_change=forget,
        help="Rien n’est enregistré avant que vous l’ayez confirmé, plus bas.",
    )
    if sent is None:
        st.session_state.pop(_SEEN, None)
        return None
    asked_for = (sent.file_id, kind, desk.seen, today())
    kept = st.session_state.get(_SEEN)
    if kept is None or kept[0] != asked_for:
        with st.spinner("Vérification du fichier…", show_time=True):
            found = _compared(desk, kind, sent.getvalue(), sent.name)
        st.session_state[_SEEN] = kept = (asked_for, found)
    if isinstance(kept[1], Review):
        return kept[1]
    st.error(shown(kept[1]), icon=":material/error:")
    return None


def _compared(desk: Desk, kind: Kind, data: bytes, name: str) -> Review | str:
    try:
        return review(
            desk.url, read(data, name=name, kind=kind), email=desk.reader.email, today=today()
        )
    except UnreadableError as error:
        return error.message
    except TerritoiresError as error:
        return words.refusal(error)


# --- what it would change ---


def show_review(found: Review) -> None:
    """Show the counts, then what is wrong, what surprises, what is corrected."""
    plan = found.plan
    for notice in found.notices:
        st.caption(shown(notice))
    with st.container(horizontal=True, key=f"{FORM}_comptes"):
        for label, count in (
            ("Nouveaux", plan.new),
            ("Corrections", plan.changed),
            ("Sans changement", plan.unchanged),
            ("Refusées", found.refused),
        ):
            st.metric(label, number(count), border=True)
    if found.problems:
        st.error(
            words.to_correct(found.refused, found.rows),
            icon=":material/error:",
        )
        _problems_table(found, found.problems, "refuse", is_in_file=True)
    if found.asked:
        st.warning(
            f"**{counted(len(found.asked), 'point est à confirmer', 'points sont à confirmer')}**"
            "\u00a0: voici comment le fichier a été compris.",
            icon=":material/question_mark:",
        )
        _problems_table(found, found.asked, "demande")
    if found.suspicions:
        st.warning(
            f"**{counted(len(found.suspicions), 'valeur surprend', 'valeurs surprennent')}.** Si "
            "tout est exact, un motif suffit\u00a0; il vaut pour tout le fichier.",
            icon=":material/help:",
        )
        _problems_table(found, found.suspicions, "surprend")
    show_plan(plan)


def show_plan(plan: Plan) -> None:
    """Show what is corrected, what every line was understood to say, and the centres made."""
    _corrections(plan)
    _understood(plan)
    if plan.new_centres:
        names = ", ".join(shown(words.new_centre(*each)) for each in plan.new_centres[:20])
        more = f" et {len(plan.new_centres) - 20} autres" if len(plan.new_centres) > 20 else ""  # noqa: PLR2004
        st.markdown(f"**Centres créés par ce fichier**\u00a0: {names}{more}.")


def _problems_table(
    found: Review, problems: Sequence[ImportProblem], name: str, *, is_in_file: bool = False
) -> None:
    """List what is wrong where, every word of it: a grid would cut the sentences.

    What a long list leaves out is in the annotated file, offered with a short one too where it
    `is_in_file`. `name` tells the lists of a page apart.
    """
    rows = [
        {
            "Ligne": number(problem.line),
            "Colonne": problem.column or "toute la ligne",
            "Problème": shown(_without_place(problem)),
        }
        for problem in problems[:_MOST_TOLD]
    ]
    st.table(pd.DataFrame(rows).set_index("Ligne"), border="horizontal")
    if len(problems) > len(rows):
        more = len(problems) - len(rows)
        st.caption(f"… et {counted(more, 'autre problème')}, à lire dans le fichier annoté.")
    if is_in_file or len(problems) > len(rows):
        _annotated(found, problems, name)


def _without_place(problem: ImportProblem) -> str:
    """Say what is wrong without its place, which has its own columns."""
    said = problem.message.partition(f"{NBSP}: ")[2] or problem.message
    return said[:1].upper() + said[1:]


def _table(rows: list[dict[str, Any]], alt: str, whole: int) -> None:
    st.dataframe(pd.DataFrame(rows), hide_index=True, alt=alt)
    if whole > len(rows):
        st.caption(f"Les {number(len(rows))} premières sont montrées, sur {number(whole)}.")


def _annotated(found: Review, problems: Sequence[ImportProblem], name: str) -> None:
    """Offer the same file with what to fix on each line."""
    form = Format.CSV if found.sent.table.format is Format.CSV else Format.XLSX
    st.download_button(
        "Télécharger le fichier annoté",
        lambda: annotated(found.sent.table, problems, form),
        file_name=f"a-corriger-{found.sent.table.name.rpartition('.')[0] or 'fichier'}.{form}",
        mime=FORMATS[form].media_type,
        key=f"{BUTTON}{FORM}_annote_{name}",
        on_click="ignore",
        icon=":material/edit_note:",
        help="Le même fichier, avec une première colonne qui dit quoi corriger, ligne par ligne. "
        "Corrigez-le et renvoyez-le\u00a0: cette colonne sera ignorée.",
    )


def _corrections(plan: Plan) -> None:
    if not plan.corrections:
        return
    said = counted(plan.changed, "fait déjà connu change", "faits déjà connus changent")
    st.markdown(f"**{said}**, avant → après\u00a0:")
    rows = [
        {
            "Ligne": each.line,
            "Ce qui est corrigé": words.subject(each.subject),
            "Colonne": column,
            "Avant": before,
            "Après": after,
        }
        for each in plan.corrections[:_MOST_SHOWN]
        for column, before, after in words.correction_cells(each)
    ]
    _table(rows, "Corrections, avant et après", max(len(plan.corrections), len(rows)))


def _understood(plan: Plan) -> None:
    """Show what each line was taken for: the last look before it is saved."""
    if not plan.understood:
        return
    st.header(words.UNDERSTOOD, anchor=False)
    rows = [
        {"Ligne": each.line, "Effet": words.effect(each), **words.understood_cells(each)}
        for each in plan.understood[:_MOST_SHOWN]
    ]
    kept = {name for row in rows for name, text in row.items() if text}
    shown_rows = [{name: row[name] for name in row if name in kept} for row in rows]
    _table(shown_rows, words.UNDERSTOOD, len(plan.understood))


# --- confirming ---


def confirm(desk: Desk, found: Review, *, is_busy: bool) -> None:
    """Offer to write the file, once nothing stands in the way and no other is being written."""
    plan = found.plan
    if found.problems or is_busy:
        return
    if not plan.writes:
        st.info(
            "Rien à enregistrer\u00a0: tout ce que dit ce fichier est déjà connu.",
            icon=":material/check:",
        )
        return
    if found.asked:
        st.checkbox(
            "J’ai vérifié\u00a0: ces points ont été compris comme il faut (obligatoire)",
            key=_CONFIRMED,
        )
    if plan.needs_reason:
        _ask_why(desk, found.sent.file_hash)
    job = st.session_state.get(_JOB)
    if job is not None and job.lacks:
        for lack in job.lacks:
            st.markdown(f":red[{lack}]")
    count = plan.new + plan.changed
    is_proposed = (
        desk.reader.role in PROPOSING
        and desk.ask(entry.setting, name=VALIDATION, default="off") == ON
    )
    if is_proposed:
        st.info(words.TO_BE_VALIDATED, icon=":material/group:")
    act = "Proposer" if is_proposed else "Enregistrer"
    button(
        f"{act} {'la ligne' if count == 1 else f'les {number(count)} lignes'}",
        f"{FORM}_enregistrer",
        *(start, desk, found),
        type="primary",
        disabled=desk.signed_out,
        icon="save",
    )


def _ask_why(desk: Desk, file_hash: str) -> None:
    """Ask for the reason; it comes back with the file, as what is typed in any form."""
    if _REASON not in st.session_state:
        left = desk.ask_now(kept_texts, email=desk.reader.email, form=FORM)
        found = (row.content["reason"] for row in left if row.subject == file_hash)
        st.session_state[_REASON] = next(found, "")

    def note() -> None:
        mine = {"form": FORM, "subject": file_hash}
        content = {"reason": st.session_state[_REASON]}
        with suppress(DatabaseError):  # it is on the screen
            if current_reader(desk.url).email == desk.reader.email:
                keep(desk.url, desk.reader.email, **mine, content=content, now=datetime.now(UTC))

    st.text_input(
        "Motif (obligatoire)",
        key=_REASON,
        placeholder="Une phrase suffit",
        help=_WHY,
        on_change=note,
    )


def start(desk: Desk, found: Review) -> None:
    """Begin to write, for callbacks: short imports are over when it returns."""
    running = st.session_state.get(_JOB)
    if running is not None and not running.is_over.is_set():
        return
    job = Job(sent=found.sent)
    st.session_state[_JOB] = job
    try:
        reader = current_reader(desk.url)
    except DatabaseError as error:
        job.error = error
        job.is_over.set()
        return
    if reader.email != desk.reader.email:
        job.effect = (
            "**Rien n’a été enregistré**\u00a0: votre session a changé. Vérifiez sous quel nom "
            "vous êtes connecté, puis enregistrez de nouveau."
        )
        job.is_over.set()
        return
    state = st.session_state
    draft = found.draft(
        reason=str(state.get(_REASON, "")) if found.plan.needs_reason else "",
        confirmed=bool(found.asked and state.get(_CONFIRMED)),
    )
    if found.stops(draft) or found.needs(draft):
        job.lacks = words.lacks_on_page(
            confirmation=bool(found.asked) and not draft.confirmed,
            reason=found.plan.needs_reason and not draft.confirms,
        )
        job.is_over.set()
        return
    threading.Thread(
        target=_write, args=(job, desk.url, reader.email, found, draft), daemon=False
    ).start()
    job.is_over.wait(_SOON_SECONDS)


def _write(job: Job, url: str, email: str, found: Review, draft: ImportDraft) -> None:
    def progress(share: float) -> None:
        job.share = share

    try:
        with writing(url, email, now=datetime.now(UTC)) as write:
            saved = WAYS[found.sent.kind].command(write, replace(draft, progress=progress))
        with suppress(DatabaseError):  # it would come back with the file, which says nothing new
            erase(url, email, form=FORM, subject=found.sent.file_hash)
        job.plan, job.saved = found.plan, saved
        job.effect = _effect(url, found.sent.kind, saved)
    except (PlanMovedError, PlanRefusedError) as error:
        job.plan, job.error = error.plan, error
    except TerritoiresError as error:
        job.error = error
    except BaseException as crash:  # noqa: BLE001 - raised again on the page, which has a reader
        job.crash = crash
    finally:
        job.is_over.set()


def _effect(url: str, kind: Kind, saved: Saved) -> str:
    """Compare the count of the region, or of France, with what was known just before."""
    if not WAYS[kind].counts or not saved.changed or saved.pending:
        return ""
    code = saved.region_code
    return effect_on(url, Territory(Level.REGION, code) if code else FRANCE)


def tell(desk: Desk) -> bool:
    """Say what became of the import, and stop there when it is done; True while it is at work."""
    job: Job | None = st.session_state.get(_JOB)
    if job is None:
        return False
    if not job.is_over.is_set():
        _at_work(job)
        return True
    if job.crash is not None:
        forget()
        raise job.crash
    if job.saved is not None:
        _told(desk, job, job.saved)
        st.stop()
    if job.lacks:
        said = " ".join(job.lacks)
        st.error(f"**Rien n’a été enregistré.** {said}", icon=":material/error:")
    elif isinstance(job.error, PlanRefusedError) and job.error.plan.problems:
        stops = reviewed(job.sent, job.error.plan).problems
        st.error(words.to_correct(len(stops), len(job.sent.table.rows)), icon=":material/error:")
    elif isinstance(job.error, PlanRefusedError):
        st.error(words.MOVED, icon=":material/error:")
    elif job.error is not None:
        st.error(shown(words.refusal(job.error)), icon=":material/error:")
    else:
        st.error(job.effect, icon=":material/error:")
    return False


def _told(desk: Desk, job: Job, saved: Saved) -> None:
    plan = job.plan
    if saved.pending:
        st.success(words.PROPOSED, icon=":material/check_circle:")
    elif plan is not None and saved.changed:
        said = words.summary(plan, rows=plan.rows, refused=0, written=True)
        st.success(f"**Enregistré.** {said} {job.effect}".strip(), icon=":material/check_circle:")
    with st.container(horizontal=True, vertical_alignment="center", key=f"{FORM}_suites"):
        st.page_link(
            page_at("journal"),
            label="Voir dans le journal",
            query_params=params.ACT.said(saved.event_id or 0),
            icon=":material/history:",
        )
        button("Importer un autre fichier", f"{FORM}_autre", forget, icon="upload_file")
        undo_button(desk, form=FORM, saved=saved)


@st.fragment(run_every=_EVERY_SECONDS)
def _at_work(job: Job) -> None:
    if job.is_over.is_set():
        st.rerun()
    st.progress(min(job.share, 1.0), text="Enregistrement… Vous pouvez quitter cette page.")


def forget() -> None:
    """Start afresh: another file, another kind."""
    job = st.session_state.get(_JOB)
    if job is not None and not job.is_over.is_set():
        return
    for name in (_JOB, _SEEN):
        st.session_state.pop(name, None)
