"""Exports read back as frames, and what is known written as a file to import."""

import csv
import io
from collections import Counter
from datetime import date

import numpy as np
import pandas as pd
import xlsxwriter
from sqlalchemy import select

from territoires.db.models import Announcement, Bound, Centre, Course, Enrolment, Field, Stage
from territoires.domain.dates import PartialDate
from territoires.domain.enrolments import name_of
from territoires.domain.imports import EnrolmentLine, Kind
from territoires.domain.programme import Basis, Confidence, Counted, StageKind
from territoires.exchange.cells import day, neutralise, restore
from territoires.exchange.tables import Format
from territoires.exchange.xlsx_export import fitting
from territoires.french.dates import read_partial, slashed
from territoires.french.exchange import NO, YES
from territoires.french.files import KINDS
from territoires.french.typed_cells import token
from territoires.french.words import BASES, CONFIDENCES, COUNTED, STAGES


def read_csv_export(data, *, titles, columns, partial=()):
    """Read an export back as the frame it was: `columns` gives the dtype of each column.

    An empty text comes back missing, since a CSV cannot tell them apart. The column of warnings is
    left out.
    """
    stream = io.StringIO(data.decode("utf-8-sig"), newline="")
    rows = list(csv.reader(stream, delimiter=";", strict=True))
    header = [restore(title) for title in rows[0]]
    cells = dict(zip(header, zip(*rows[1:], strict=True), strict=False)) if rows[1:] else {}
    return pd.DataFrame(
        {
            name: _series(cells.get(titles[name], ()), dtype, partial=name in partial)
            for name, dtype in columns.items()
        }
    )


def _series(cells, dtype, *, partial):
    kind = pd.api.types.pandas_dtype(dtype)
    if isinstance(kind, pd.DatetimeTZDtype):
        return pd.to_datetime(pd.Series(list(cells)), utc=True, format="ISO8601").astype(dtype)
    if pd.api.types.is_datetime64_dtype(kind):
        return pd.Series(np.array([_iso(cell) for cell in cells], dtype=str).astype(kind))
    if pd.api.types.is_bool_dtype(kind):
        read = YES.__eq__
    elif pd.api.types.is_integer_dtype(kind):
        read = int
    elif pd.api.types.is_float_dtype(kind):
        read = undecimal
    elif partial:
        read = _partial_iso
    else:
        read = restore
    return pd.Series([read(cell) if cell else None for cell in cells], dtype=kind)


def _partial_iso(cell):
    return read_partial(cell).iso


def _iso(cell):
    if not cell:
        return "NaT"
    day, _, hour = cell.partition(" ")
    iso = "-".join(reversed(day.split("/")))
    return f"{iso}T{hour}" if hour else iso


def undecimal(text):
    """Read a number written by `decimal`."""
    return float(text.replace(",", "."))


def known_lines(connection, kind):
    """List all that is in force as the lines of an import."""
    query = {
        Kind.STAGES: _stages,
        Kind.ENROLMENTS: _enrolments,
        Kind.COURSES: _courses,
        Kind.BOUNDS: _bounds,
        Kind.ANNOUNCEMENTS: _announcements,
    }[kind]
    return [KINDS[kind].line(at, *values) for at, values in enumerate(query(connection), start=2)]


def import_bytes(kind, rows, form):
    """Write rows in the columns of their import: reading them back changes nothing."""
    columns = KINDS[kind].offered
    lines = [
        [column.name for column in columns],
        *(_cells(row)[: len(columns)] for row in rows),
    ]
    if form is Format.CSV:
        text = io.StringIO(newline="")
        guarded = ([neutralise(cell) for cell in line] for line in lines)
        csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(guarded)
        return text.getvalue().encode("utf-8-sig")
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate(lines):
            for column, cell in enumerate(cells):
                sheet.write_string(row, column, fitting(cell))
    return stream.getvalue()


def _cells(row):
    fields = type(row).__dataclass_fields__
    values = {name: getattr(row, name) for name in fields if name != "line"}
    if isinstance(row, EnrolmentLine):
        values["academic_year"] = name_of(row.academic_year)
    return [_cell(value) for value in values.values()]


def _cell(value):  # noqa: PLR0911 - one per type
    match value:
        case None:
            return ""
        case bool():
            return YES if value else NO
        case StageKind():
            return token(STAGES[value])
        case Basis():
            return token(BASES[value])
        case Confidence():
            return token(CONFIDENCES[value])
        case Counted():
            return token(COUNTED[value])
        case PartialDate():
            return slashed(value)
        case date():
            return day(value)
        case _:
            return str(value)


def _stages(connection):
    """List the stages in force, by town; a centre is named where its town has several."""
    centres = _centres(connection)
    sites = Counter(town for town, _ in centres.values())
    rows = connection.execute(
        select(
            Stage.centre_id,
            Stage.kind,
            Stage.happened_on,
            Stage.source_id,
            Stage.basis,
            Stage.retained,
            Stage.note,
        )
        .where(Stage.superseded_at.is_(None))
        .order_by(Stage.id)
    )
    for centre, kind, on, source, basis, retained, note in rows:
        town, name = centres[centre]
        yield town, kind, on, source, basis, retained, name if sites[town] > 1 else None, note


def _enrolments(connection):
    """List the headcounts in force: a file does not say which site of a town they are about."""
    centres = _centres(connection)
    rows = connection.execute(
        select(
            Enrolment.centre_id,
            Enrolment.academic_year,
            Enrolment.counted,
            Enrolment.headcount,
            Enrolment.counted_on,
            Enrolment.course_key,
            Enrolment.source_id,
        )
        .where(Enrolment.superseded_at.is_(None))
        .order_by(Enrolment.id)
    )
    for centre, *values in rows:
        yield centres[centre][0], *values


def _courses(connection):
    """List the catalogue, by key."""
    rows = connection.execute(
        select(
            Course.key,
            Course.title,
            Field.name,
            Course.level,
            Course.credential,
            Course.rncp_code,
            Course.cpf_eligible,
            Course.source_id,
        )
        .join(Field, Field.slug == Course.field_slug)
        .order_by(Course.key)
    )
    for row in rows:
        yield tuple(row)


def _bounds(connection):
    """List the first possible days in force; a centre is named where its town has several."""
    centres = _centres(connection)
    sites = Counter(town for town, _ in centres.values())
    rows = connection.execute(
        select(
            *(Bound.centre_id, Bound.kind, Bound.not_before, Bound.source_id),
            *(Bound.basis, Bound.confidence, Bound.note),
        )
        .where(Bound.superseded_at.is_(None))
        .order_by(Bound.id)
    )
    for centre, *values, note in rows:
        town, name = centres[centre]
        yield town, *values, name if sites[town] > 1 else None, note


def _announcements(connection):
    """List the openings announced, in force."""
    return connection.execute(
        select(
            *(Announcement.town_code, Announcement.announced_for, Announcement.announced_on),
            *(Announcement.source_id, Announcement.confidence, Announcement.note),
        )
        .where(Announcement.superseded_at.is_(None))
        .order_by(Announcement.id)
    )


def _centres(connection):
    rows = connection.execute(
        select(Centre.entity_id.label("number"), Centre.town_code, Centre.name).where(
            Centre.superseded_at.is_(None)
        )
    )
    return {row.number: (row.town_code, row.name) for row in rows}
