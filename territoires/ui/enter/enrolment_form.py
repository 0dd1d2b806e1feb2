"""The grid of headcounts of one centre and one academic year, drawn and read."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import streamlit as st

from territoires.domain.checks import MOST_PEOPLE, Code
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import EnrolmentRow, EnrolmentsDraft
from territoires.domain.enrolments import name_of
from territoires.domain.errors import Problem
from territoires.domain.programme import Counted
from territoires.domain.readings import CellError, Reading
from territoires.french import desk as words
from territoires.french.dates import slashed
from territoires.french.numbers import number, shortened
from territoires.french.typed_numbers import read_whole
from territoires.french.words import COUNTED
from territoires.queries import acts, entry
from territoires.queries.entry import Cell, CountDay
from territoires.ui.bar import today
from territoires.ui.desk import Desk, shown
from territoires.ui.enter.choosing import choose_one
from territoires.ui.enter.conflict import choose
from territoires.ui.enter.offering_form import titles
from territoires.ui.fields import DAY, LEFT, QUOTED, RIGHT, Choice, Day, Field, Source
from territoires.ui.forms import Form
from territoires.ui.outcomes import Outcome, beside

FIRST_YEAR = 2018
_JUNE = 6
_EXTRA = "autres"
_NOTHING = (0, None)  # no version, no headcount

Subject = tuple[int, int]  # a centre and the first civil year of an academic year
Known = Mapping[CountDay, tuple[int, int | None]]  # as `Cell.known`; no day for a new count


FIELDS: Final = (
    Day(
        key="arrete",
        column="counted_on",
        starred=True,
        also=("academic_year",),
        at=LEFT,
        hint=DAY,
        help="Le jour où ces effectifs ont été comptés.",
    ),
    Source(at=RIGHT),
)


def _subject(course_key: str, unit: str) -> str:
    """Tell a cell from the others."""
    return f"{course_key or 'tout'}_{unit}"


def _of(cell: Cell) -> str:
    return _subject(cell.course_key, cell.unit)


def _name(cell: Cell) -> str:
    """Write a cell in words."""
    return words.cell_name(cell.title, cell.unit)


def choose_year(desk: Desk, *, form: str) -> int:
    """Ask for an academic year, the one under way first; gives its first civil year."""
    now = today()
    last = now.year - (now.month < _JUNE)
    names = {year: name_of(year) for year in range(last, FIRST_YEAR - 1, -1)}
    return int(choose_one(desk, "Année universitaire ★", names, key=f"{form}_annee"))


def cells(desk: Desk, subject: Subject, *, form: str) -> list[Cell]:
    """List the boxes of the grid, the whole centre first; asks for the courses to be added."""
    centre, year = subject
    grid = desk.ask(
        entry.enrolment_grid,
        centre_id=centre,
        academic_year=year,
        regions=desk.reader.regions_of_counts,
    )
    there, catalogue = {cell.course_key for cell in grid}, titles(desk)
    extra = st.multiselect(
        "Autres formations suivies dans ce centre",
        [key for key in catalogue if key not in there],
        format_func=lambda key: catalogue.get(key, key),
        key=f"{form}_{choosers(subject)[0]}",
        placeholder="Ajouter une ligne à la grille",
    )
    return grid + [
        Cell(course_key=key, title=catalogue.get(key, key), unit=unit)
        for key in extra
        for unit in Counted
    ]


def choose_count(form: Form, subject: Subject, grid: list[Cell]) -> CountDay:
    """Ask which count of the year is filled in, where there is one: the last day unless told."""
    state, key = st.session_state, _count_key(form, *subject)
    days = sorted({day for cell in grid for day in cell.known}, reverse=True)
    if state.get(key) not in {"", *days}:
        state[key] = days[0] if days else ""
    if not days:
        return ""
    chosen: CountDay = st.selectbox("Comptage", [*days, ""], format_func=words.count_name, key=key)
    return chosen


def show_saved(form: Form, draft: EnrolmentsDraft) -> None:
    """Go on with the count that was saved; for callbacks."""
    st.session_state[_count_key(form, draft.centre_id, draft.academic_year)] = _day_of(draft)


def choosers(subject: Subject) -> tuple[str, str]:
    """Name the widgets that say which lines the grid has, and which count it shows."""
    centre, year = subject
    return f"{_EXTRA}_{centre}_{year}", f"comptage_{centre}_{year}"


def _count_key(form: Form, centre: int, year: int) -> str:
    return form.key(choosers((centre, year))[1])


def _day_of(draft: EnrolmentsDraft) -> CountDay:
    return draft.counted_on.isoformat() if draft.counted_on else ""


def _cell_key(subject: Subject, place: str) -> str:
    return f"{subject[0]}_{subject[1]}_{place}"


def begins(subject: Subject, day: CountDay, grid: list[Cell]) -> dict[str, str]:
    """Give what the boxes hold of the count of a day."""
    return {"arrete": slashed(PartialDate.parse(day)) if day else ""} | {
        _cell_key(subject, _of(cell)): _figure(cell.on(day)) for cell in grid
    }


def versions(grid: list[Cell]) -> dict[str, Known]:
    """Note which versions of each cell the writer has before them, by day, and what they say."""
    return {_of(cell): dict(cell.known) for cell in grid}


def of_draft(draft: Mapping[str, Any]) -> dict[str, Any]:
    """Give what the widgets hold for a proposal that was not typed in this form."""
    subject = (draft["centre_id"], draft["academic_year"])
    return {"annee": draft["academic_year"]} | {
        _cell_key(subject, _subject(row["course_key"] or "", row["counted"])): str(row["headcount"])
        for row in draft["rows"]
        if row["headcount"] is not None
    }


def tell_rows(form: Form) -> None:
    """Say in which box each row that was sent is mended, and what its line and column are."""
    # Asked before anything is sent: a session that ends meanwhile lets nothing more be asked.
    called = form.desk.ask(acts.names)
    draft = form.outcome.draft
    if not isinstance(draft, EnrolmentsDraft):
        return
    subject = (draft.centre_id, draft.academic_year)
    form.where["rows"] = _cell_key(subject, _subject("", Counted.PERSONS))
    for place, row in enumerate(draft.rows):
        key = row.course_key or ""
        for column in ("headcount", "course_key"):
            field = f"rows.{place}.{column}"
            form.where[field] = _cell_key(subject, _subject(key, row.counted))
            form.names[field] = words.cell_name(called.get(("course_key", key), key), row.counted)


def draw_grid(form: Form, subject: Subject, day: CountDay, grid: list[Cell]) -> None:
    """Draw the grid: a line per course, a box for persons and one for registrations."""
    form.draw()
    st.caption(
        "Une case vide veut dire «\u00a0non transmis\u00a0». Une personne peut avoir plusieurs "
        "inscriptions\u00a0: les deux ne s’additionnent pas."
    )
    problems = form.outcome.problems
    with st.container(key=f"grille_{form.name}", gap="xsmall"):
        for first in range(0, len(grid), len(Counted)):
            line = grid[first : first + len(Counted)]
            keys = [_cell_key(subject, _of(cell)) for cell in line]
            # Our script finds the grid, its lines and its boxes by these names: web/grid.js.
            with st.container(
                key=f"ligne_{form.key(keys[0])}",
                horizontal=True,
                vertical_alignment="center",
                gap="small",
            ):
                st.markdown(f"**{shown(words.line_name(line[0].title))}**", width=_TITLE_WIDTH)
                for key, cell in zip(keys, line, strict=True):
                    _draw_cell(form.key(key), cell, day)
            for key in keys:
                mine = tuple(each for each in problems if form.where.get(each.field) == key)
                _draw_problems(form.key(key), mine)
    beside(form.outcome, "rows")


# In pixels: a line on a desk, the title above its boxes on a telephone.
_TITLE_WIDTH, _CELL_WIDTH, _BOX_WIDTH, _GAP = 280, 290, 120, 16


def _draw_cell(key: str, cell: Cell, day: CountDay) -> None:
    """Draw a box, and beside it what it counts and what was counted before."""
    last = max(cell.known, default="") if not day else ""
    recalled = words.recalled(last, cell.on(last), cell.last_year)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", width=_CELL_WIDTH):
        st.text_input(
            shown(_name(cell)),
            key=key,
            placeholder="non transmis",
            label_visibility="collapsed",
            width=_BOX_WIDTH,
        )
        st.caption(
            ", ".join(filter(None, (COUNTED[cell.unit], recalled))),
            width=_CELL_WIDTH - _BOX_WIDTH - _GAP,
        )


def _draw_problems(key: str, problems: tuple[Problem, ...]) -> None:
    for problem in problems:
        beside(Outcome(problems=(problem,)), problem.field)
    asks_zero = any(problem.code == Code.ZERO_NOT_CONFIRMED for problem in problems)
    if asks_zero or st.session_state.get(f"{key}_zero"):
        st.checkbox("Je confirme zéro", key=f"{key}_zero")


def read_grid(
    form: Form, subject: Subject, grid: list[Cell]
) -> tuple[EnrolmentsDraft, list[Problem]]:
    """Read the boxes that hold something, and say what could not be read."""
    values, problems = form.read()
    day = values["counted_on"].isoformat() if values["counted_on"] else ""
    seen: dict[str, Known] = form.opened.version
    known = {_of(cell): seen.get(_of(cell), {}).get(day, _NOTHING) for cell in grid}
    typed = {_of(cell): str(form.get(_cell_key(subject, _of(cell)))).strip() for cell in grid}
    emptied = [
        _name(cell) for cell in grid if not typed[_of(cell)] and known[_of(cell)][1] is not None
    ]
    if emptied:
        problems.append(Problem("rows", Code.EMPTIED, ", ".join(emptied)))
    rows: list[EnrolmentRow] = []
    for cell in grid:
        text = typed[_of(cell)]
        if not text:
            continue
        number, wrong = _number(f"rows.{len(rows)}.headcount", text)
        problems += wrong
        rows.append(
            EnrolmentRow(
                headcount=number,
                course_key=cell.course_key or None,
                counted=cell.unit,
                confirmed_zero=bool(form.get(f"{_cell_key(subject, _of(cell))}_zero")),
                expected_id=known[_of(cell)][0],
            )
        )
    draft = EnrolmentsDraft(
        centre_id=subject[0],
        academic_year=subject[1],
        rows=tuple(rows),
        **values,
    )
    return draft, problems


def _number(field: str, text: str) -> tuple[int | None, list[Problem]]:
    """Read a headcount as people and spreadsheets write it, or say what is wrong with it."""
    typed = shortened(text, QUOTED)
    try:
        read = read_whole(text)
    except CellError as error:
        code = {"two_readings": Code.TWO_READINGS, "negative": Code.NEGATIVE}.get(error.code)
        return None, [Problem(field, code or Code.NOT_WHOLE, typed, dict(error.facts))]
    count = read.value if isinstance(read, Reading) else read
    if count > MOST_PEOPLE:  # said here, where it is known how it was typed
        return None, [Problem(field, Code.TOO_LARGE, typed, {"limit": MOST_PEOPLE})]
    return count, []


def both_grids(form: Form, grid: list[Cell], *, save: Callable[[], None]) -> None:
    """When somebody else was faster, show their figures beside those of this form."""
    draft = form.outcome.draft
    if form.outcome.stale is None or not isinstance(draft, EnrolmentsDraft):
        return
    mine = {_subject(row.course_key or "", row.counted): row.headcount for row in draft.rows}
    day = _day_of(draft)
    choose(
        form,
        {_name(cell): _figure(cell.on(day)) for cell in grid if _of(cell) in mine},
        {_name(cell): _figure(mine.get(_of(cell))) for cell in grid},
        who="quelqu’un d’autre, pendant votre saisie",
        version=versions(grid),
        save=save,
    )


def _figure(headcount: int | None) -> str:
    return "" if headcount is None else number(headcount)


def withdrawn(grid: list[Cell]) -> tuple[Field, ...]:
    """Ask which headcount was recorded by mistake."""
    names = {
        version: f"{_name(cell)}, {words.count_name(day).lower()}"
        for cell in grid
        for day, (version, _) in cell.known.items()
    }
    field = Choice(key="effectif", column="expected_id", label="Effectif", among=names)
    return (field,) if names else ()
