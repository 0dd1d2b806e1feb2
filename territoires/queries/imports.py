"""What is in force, in the columns of the files that are imported: what a round trip sends back."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select

from territoires.db.models import Centre, Course, Enrolment, Field, Stage

Line = tuple[Any, ...]
"""The values of a line, in the order of its columns."""


def stage_lines(connection: Connection) -> Iterator[Line]:
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


def enrolment_lines(connection: Connection) -> Iterator[Line]:
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


def course_lines(connection: Connection) -> Iterator[Line]:
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


def _centres(connection: Connection) -> dict[int, tuple[str, str]]:
    rows = connection.execute(
        select(Centre.entity_id.label("number"), Centre.town_code, Centre.name).where(
            Centre.superseded_at.is_(None)
        )
    )
    return {row.number: (row.town_code, row.name) for row in rows}
