"""The grid of headcounts of one centre and one academic year, drawn and read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from territoires.domain.checks import Code
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import EnrolmentRow, EnrolmentsDraft, WithdrawalDraft, cited
from territoires.domain.errors import Problem
from territoires.domain.programme import Counted
from territoires.french import desk as words
from territoires.french.dates import slashed
from territoires.french.numbers import NBSP, NNBSP
from territoires.queries import entry
from territoires.ui.bar import today
from territoires.ui.conflict import choose, side_by_side
from territoires.ui.desk import Desk, Outcome, beside, fill, shown
from territoires.ui.entry_parts import confirmed, source_input
from territoires.ui.offering_form import titles
from territoires.ui.stage_form import read_text_date

FIRST_YEAR = 2018
_JUNE = 6
_SPACES = str.maketrans("", "", f" {NBSP}{NNBSP}\t")
_EXTRA = "autres"

Subject = tuple[int, int]  # a centre and the first civil year of an academic year


Day = str  # of a count, in ISO; empty for a new one
Known = Mapping[Day, tuple[int, int]]  # the version in force of each day, and its headcount


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One box of the grid: a course (empty for the whole centre), what it counts, what is known."""

    course_key: str
    title: str
    unit: Counted
    known: Known = field(default_factory=dict)
    last_year: int | None = None

    @property
    def subject(self) -> tuple[str, str]:
        """What tells a cell from the others."""
        return self.course_key, self.unit.value

    @property
    def name(self) -> str:
        """The cell in words."""
        return words.cell_name(self.title, self.unit)

    def on(self, day: Day) -> int | None:
        """Give the headcount of a day."""
        return self.known[day][1] if day in self.known else None


def choose_year(desk: Desk, *, form: str) -> int:
    """Ask for an academic year, the one under way first; gives its first civil year."""
    now = today()
    last = now.year - (now.month < _JUNE)
    chosen: int = st.selectbox(
        "Année universitaire ★",
        range(last, FIRST_YEAR - 1, -1),
        format_func=words.year_name,
        key=f"{form}_annee",
        disabled=desk.signed_out,
    )
    return chosen


def cells(desk: Desk, subject: Subject, *, form: str) -> list[Cell]:
    """List the boxes of the grid, the whole centre first; asks for the courses to be added."""
    centre, year = subject
    grid = desk.ask(entry.enrolment_grid, centre_id=centre, academic_year=year)
    known: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in grid.to_dict("records"):
        known.setdefault((row["course_key"], row["counted"]), []).append(row)
    there = dict.fromkeys(key for key, _ in known)
    catalogue = titles(desk)
    extra = st.multiselect(
        "Autres formations suivies dans ce centre",
        [key for key in catalogue if key not in there],
        format_func=lambda key: catalogue.get(key, key),
        key=f"{form}_{_EXTRA}_{centre}_{year}",
        placeholder="Ajouter une ligne à la grille",
    )
    names = dict(zip(grid["course_key"], grid["title"], strict=True))
    return [
        _cell(known.get((key, unit.value), ()), key, names.get(key, catalogue.get(key, key)), unit)
        for key in ("", *(key for key in there if key), *extra)
        for unit in Counted
    ]


def _cell(rows: Sequence[Mapping[str, Any]], key: str, title: str, unit: Counted) -> Cell:
    past = int(rows[0]["last_year"]) if rows else entry.NOT_COUNTED
    return Cell(
        course_key=key,
        title=title if key else "",
        unit=unit,
        known={
            row["counted_on"]: (int(row["version_id"]), int(row["headcount"]))
            for row in rows
            if row["counted_on"]
        },
        last_year=None if past == entry.NOT_COUNTED else past,
    )


def choose_count(form: str, subject: Subject, grid: list[Cell]) -> Day:
    """Ask which count of the year is filled in, where there is one: the last day unless told."""
    state, key = st.session_state, f"{form}_comptage"
    days = sorted({day for cell in grid for day in cell.known}, reverse=True)
    is_fresh = state.get(f"{form}_sujet", ())[:2] != subject
    if is_fresh or state.get(key) not in {"", *days}:
        state[key] = days[0] if days else ""
    if not days:
        return ""
    chosen: Day = st.selectbox("Comptage", [*days, ""], format_func=words.count_name, key=key)
    return chosen


def show_saved(form: str, draft: EnrolmentsDraft) -> None:
    """Start the grid again from the count that was saved; for callbacks."""
    st.session_state[f"{form}_sujet"] = (draft.centre_id, draft.academic_year)
    st.session_state[f"{form}_comptage"] = _day_of(draft)


def _key(form: str, subject: Subject, cell: Cell) -> str:
    return f"{form}_{subject[0]}_{subject[1]}_{cell.course_key or 'tout'}_{cell.unit}"


def fill_grid(form: str, subject: Subject, day: Day, grid: list[Cell]) -> None:
    """Start the grid from the count of a day, and note which versions there were of each."""
    fill(
        form,
        (*subject, day),
        {
            "motif": "",
            "arrete": slashed(PartialDate.parse(day)) if day else "",
            "confirme": False,
            "version": {cell.subject: cell.known for cell in grid},
            **{_key("", subject, cell).removeprefix("_"): _figure(cell.on(day)) for cell in grid},
        },
    )


def draw_grid(  # noqa: PLR0913, PLR0917 - what a grid is made of
    desk: Desk, form: str, subject: Subject, day: Day, grid: list[Cell], outcome: Outcome
) -> None:
    """Draw the grid: a line per course, a box for persons and one for registrations."""
    left, right = st.columns(2)
    with left:
        st.text_input(
            "Arrêté au ★",
            key=f"{form}_arrete",
            placeholder="JJ/MM/AAAA",
            help="Le jour où ces effectifs ont été comptés.",
        )
        beside(outcome, "counted_on", "academic_year")
    with right:
        source_input(desk, outcome, form=form)
    st.caption(
        "Une case vide veut dire «\u00a0non transmis\u00a0». Une personne peut avoir plusieurs "
        "inscriptions\u00a0: les deux ne s’additionnent pas."
    )
    problems = _by_cell(outcome)
    for first in range(0, len(grid), len(Counted)):
        line = grid[first : first + len(Counted)]
        for column, cell in zip(st.columns(len(line)), line, strict=True):
            with column:
                _draw_cell(_key(form, subject, cell), cell, day, problems.get(cell.subject, ()))
    beside(outcome, "rows")


def _draw_cell(key: str, cell: Cell, day: Day, problems: tuple[Problem, ...]) -> None:
    st.text_input(shown(cell.name), key=key, placeholder="non transmis")
    last = max(cell.known, default="") if not day else ""
    if recalled := words.recalled(last, cell.on(last), cell.last_year):
        st.caption(recalled)
    for problem in problems:
        beside(Outcome(problems=(problem,)), problem.field)
    asks_zero = any(problem.code == Code.ZERO_NOT_CONFIRMED for problem in problems)
    if asks_zero or st.session_state.get(f"{key}_zero"):
        st.checkbox("Je confirme zéro", key=f"{key}_zero")


def _by_cell(outcome: Outcome) -> dict[tuple[str, str], tuple[Problem, ...]]:
    """Sort the problems of rows by the cells that were sent."""
    found: dict[tuple[str, str], tuple[Problem, ...]] = {}
    for problem in outcome.problems:
        part, _, rest = problem.field.partition(".")
        number = rest.partition(".")[0]
        sent = _sent(outcome.draft)
        if part == "rows" and number.isdecimal() and int(number) < len(sent):
            subject = sent[int(number)]
            found[subject] = (*found.get(subject, ()), problem)
    return found


def _sent(draft: Any) -> list[tuple[str, str]]:
    if isinstance(draft, EnrolmentsDraft):
        return [(row.course_key or "", row.counted.value) for row in draft.rows]
    return list(draft or ())


@dataclass(frozen=True, kw_only=True)
class Read:
    """A grid as typed: a draft, or what is wrong with it; `sent` are the cells in their order."""

    draft: EnrolmentsDraft | None = None
    problems: tuple[Problem, ...] = ()
    note: str = ""
    sent: tuple[tuple[str, str], ...] = ()


def read_grid(form: str, subject: Subject, grid: list[Cell]) -> Read:
    """Read the boxes that hold something."""
    state = st.session_state
    day = read_text_date(state[f"{form}_arrete"], field="counted_on")
    then: dict[tuple[str, str], Known] = state[f"{form}_version"]
    shown_then = {
        cell.subject: then.get(cell.subject, {}).get(day.on.iso, (0, None)) for cell in grid
    }
    typed = {cell.subject: state[_key(form, subject, cell)].strip() for cell in grid}
    emptied = [
        cell.name
        for cell in grid
        if not typed[cell.subject] and shown_then[cell.subject][1] is not None
    ]
    if emptied:
        return Read(note=words.emptied(emptied))
    filled = [cell for cell in grid if typed[cell.subject]]
    sent = tuple(cell.subject for cell in filled)
    problems = (
        [day.problem] if day.problem else list(_day_problems(day.on, state[f"{form}_arrete"]))
    )
    problems += [] if filled else [Problem("rows", Code.REQUIRED)]
    numbers = [_number(typed[cell.subject]) for cell in filled]
    problems += [
        Problem(f"rows.{place}.headcount", Code.NOT_WHOLE, typed[cell.subject][:40])
        for place, (cell, number) in enumerate(zip(filled, numbers, strict=True))
        if number is None
    ]
    if problems or day.on.first is None:
        return Read(problems=tuple(problems), sent=sent)
    rows = tuple(
        EnrolmentRow(
            headcount=number,
            course_key=cell.course_key or None,
            counted=cell.unit,
            confirmed_zero=bool(state.get(f"{_key(form, subject, cell)}_zero")),
            expected_id=shown_then[cell.subject][0],
        )
        for cell, number in zip(filled, numbers, strict=True)
    )
    draft = EnrolmentsDraft(
        centre_id=subject[0],
        academic_year=subject[1],
        counted_on=day.on.first,
        source=cited(state[f"{form}_source"]),
        rows=rows,
        reason=state[f"{form}_motif"],
        confirmed=confirmed(form),
    )
    return Read(draft=draft, sent=sent)


def _day_problems(on: PartialDate, typed: str) -> Iterator[Problem]:
    if on.day is None:
        code = Code.INCOMPLETE_DAY if on.year else Code.REQUIRED
        yield Problem("counted_on", code, typed[:40])


def _number(text: str) -> int | None:
    digits = text.translate(_SPACES)
    sign, digits = (-1, digits[1:]) if digits[:1] in {"-", "\u2212"} else (1, digits)
    return sign * int(digits) if digits.isascii() and digits.isdecimal() else None


def _day_of(draft: EnrolmentsDraft) -> Day:
    return draft.counted_on.isoformat() if draft.counted_on else ""


def both_grids(form: str, outcome: Outcome, grid: list[Cell], *, save: Any) -> None:
    """When somebody else was faster, show their figures beside those of this form."""
    draft = outcome.draft
    if outcome.stale is None or not isinstance(draft, EnrolmentsDraft):
        return
    mine = {(row.course_key or "", row.counted.value): row.headcount for row in draft.rows}
    day = _day_of(draft)

    def take() -> None:
        st.session_state[f"{form}_version"] = {cell.subject: cell.known for cell in grid}
        save()

    with st.container(border=True, key=f"{form}_conflit"):
        side_by_side(
            {cell.name: _figure(cell.on(day)) for cell in grid if cell.subject in mine},
            {cell.name: _figure(mine.get(cell.subject)) for cell in grid},
            who="quelqu’un d’autre, pendant votre saisie",
        )
        choose(form, take=take)


def _figure(headcount: int | None) -> str:
    return "" if headcount is None else str(headcount)


def told(outcome: Outcome) -> str:
    """Say how many headcounts were written."""
    done = outcome.saved
    return words.counts(done.inserted, done.corrected, done.unchanged) if done else ""


def draw_withdrawal(form: str, grid: list[Cell]) -> None:
    """Ask which headcount was recorded by mistake."""
    names = {
        version: f"{cell.name}, {words.count_name(day).lower()}"
        for cell in grid
        for day, (version, _) in cell.known.items()
    }
    st.selectbox(
        "Effectif",
        list(names),
        format_func=lambda version: names.get(version, ""),
        key=f"{form}_effectif",
    )


def withdrawal(form: str) -> WithdrawalDraft:
    """Read which headcount is to be withdrawn, and why."""
    version, reason = (st.session_state[f"{form}_{name}"] for name in ("effectif", "motif"))
    return WithdrawalDraft(expected_id=version, reason=reason)
