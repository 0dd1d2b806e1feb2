"""Everything about one town: its centres, its stages, what surrounds it, who said what."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Connection, func, or_, select

from territoires.db.models import (
    Centre,
    Disclosure,
    Enrolment,
    Offering,
    Town,
)
from territoires.domain.drafts import CentreFields, columns_of
from territoires.domain.enrolments import in_force, name_of
from territoires.domain.errors import TerritoryError
from territoires.domain.programme import StageKind
from territoires.domain.rollout import Life, Stage, State
from territoires.domain.scope import Level, Scope, Territory
from territoires.domain.text import fold
from territoires.domain.town import CentreSheet, TownSheet
from territoires.domain.worlds import Span
from territoires.french.town import headcount
from territoires.queries.clocks import created_at, known
from territoires.queries.courses import given_by
from territoires.queries.coverage import open_towns
from territoires.queries.facts import CITED, Row, cited, distances, stage_details, towns
from territoires.queries.frames import TEXT, columns, table
from territoires.queries.rollout import all_lives, published_figures, town_states
from territoires.queries.territories import place

STAGES = columns(
    "centre kind happened_on basis retained confidence first_day last_day source source_url note"
)
ALL_STAGES = columns("town_code town") | STAGES
NEAREST = columns("town_code town department km")
NEIGHBOURS = columns("town_code town state km acv population")
COURSES = columns(
    "title credential level mode cpf centre offered starts_on_text ends_on_text source source_url",
    level="object",
)
ENROLMENTS = columns("academic_year counted headcount counted_on source source_url", headcount=TEXT)
_NEAREST_ROWS = 5
_SAID = columns_of(CentreFields)


def town_sheet(connection: Connection, *, scope: Scope, town: str) -> TownSheet:
    """Read a town and its centres at the scope's day, as known at its instant.

    Raises TerritoryError when no commune has this code.
    """
    where = place(connection, territory=_territory(town))
    row = connection.execute(select(*Town.__table__.c).where(Town.code == town)).one()
    others: Iterable[str] = (
        connection.scalars(
            select(Town.name)
            .where(Town.acv_site == row.acv_site, Town.code != town)
            .order_by(Town.population.desc())
        )
        if row.acv_site
        else []
    )
    return TownSheet(
        place=where,
        population=row.population,
        population_year=row.population_year,
        is_located=row.latitude is not None and row.longitude is not None,
        centres=_centres(connection, scope=scope, town=town),
        site=row.acv_site_name or "",
        site_others=tuple(others),
        signed_on=row.acv_signed_on,
        intercommunality=row.epci_name or "",
        created_at=created_at(connection),
    )


def _territory(town: str) -> Territory:
    found = Territory.parse(f"com-{town}")
    if found.level is not Level.TOWN:
        raise TerritoryError(town)
    return found


def _lives(connection: Connection, *, scope: Scope, town: str) -> list[Life]:
    return [life for life in all_lives(connection, scope=scope) if town in {"", life.history.town}]


def _centres(connection: Connection, *, scope: Scope, town: str = "") -> tuple[CentreSheet, ...]:
    here = _lives(connection, scope=scope, town=town)
    said = connection.execute(
        select(Centre.entity_id.label("number"), *(getattr(Centre, name) for name in _SAID)).where(
            known(Centre, scope.known_at),
            Centre.entity_id.in_([life.history.centre_id for life in here]),
        )
    )
    facts = {
        row["number"]: {name: row[name] for name in _SAID if row[name] is not None}
        for row in said.mappings()
    }
    vouched = stage_details(connection, [s.number for life in here for s in life.history.stages])
    return tuple(
        CentreSheet(
            life=life,
            stages=_in_order(life),
            publishers={number: row["source"] for number, row in vouched.items()},
            notes={number: row["note"] or "" for number, row in vouched.items()},
            **facts[life.history.centre_id],
        )
        for life in here
    )


_KINDS = list(StageKind)


def _in_order(life: Life) -> tuple[tuple[Stage, Span], ...]:
    return tuple(
        sorted(
            life.stages,
            key=lambda pair: (
                pair[1].last,
                pair[1].first,
                not pair[0].retained,
                _KINDS.index(pair[0].kind),
            ),
        )
    )


def stages(connection: Connection, *, scope: Scope, town: str) -> pd.DataFrame:
    """List the stages that may be reached by the day, oldest first; columns `STAGES`.

    `last_day` is missing when nothing bounds the date.
    """
    here = _centres(connection, scope=scope, town=town)
    return table(_stage_rows(connection, here, scope.as_of), STAGES)


def all_stages(connection: Connection, *, scope: Scope) -> pd.DataFrame:
    """List those of every town of France, town by town; columns `ALL_STAGES`."""
    here = _centres(connection, scope=scope)
    return table(_stage_rows(connection, here, scope.as_of), ALL_STAGES)


def _stage_rows(
    connection: Connection, centres: Sequence[CentreSheet], day: date
) -> Iterator[dict[str, Any]]:
    details = stage_details(connection, [s.number for c in centres for s, _ in c.stages])
    names = towns(connection, [centre.life.history.town for centre in centres])
    for centre in centres:
        for stage, span in centre.stages:
            if span.first <= day:
                yield {
                    **names[centre.life.history.town],
                    **details[stage.number],
                    "centre": centre.name,
                    "kind": stage.kind,
                    "retained": stage.retained,
                    "first_day": span.first,
                    "last_day": None if span.last == date.max else span.last,
                }


def nearest_centres(
    connection: Connection, *, scope: Scope, town: str, rows: int = _NEAREST_ROWS
) -> pd.DataFrame:
    """List the open centres nearest to a town, its own left out; columns `NEAREST`, `km` in km.

    Centres of all France, open with certainty at the scope's day, at most one row per town.
    """
    found = towns(connection, [town, *open_towns(connection, scope=scope)])
    km = distances(found, town)
    km.pop(town, None)
    nearest = sorted(km, key=lambda code: (km[code], code))[:rows]
    return table(({**found[code], "km": km[code]} for code in nearest), NEAREST)


def nearest_one(connection: Connection, *, scope: Scope, town: str) -> Row | None:
    """Give the open centre nearest to a town, None when none is open or the town has no point."""
    data = nearest_centres(connection, scope=scope, town=town, rows=1)
    return None if data.empty else data.iloc[0].to_dict()


def neighbours(connection: Connection, *, scope: Scope, town: str) -> pd.DataFrame:
    """List the followed towns of a town's department, itself left out; columns `NEIGHBOURS`.

    Those of the 222 sites and those with a centre known; a town with several centres has the
    state that comes first in the legend.
    """
    department = connection.scalar(select(Town.department_code).where(Town.code == town))
    states = town_states(connection, scope=scope)
    followed = connection.scalars(
        select(Town.code).where(
            Town.department_code == department,
            or_(Town.acv_site.is_not(None), Town.code.in_(list(states))),
            Town.code != town,
        )
    ).all()
    found = towns(connection, [town, *followed])
    km = distances(found, town)
    listed = [
        {
            **found[code],
            "state": states.get(code, State.NOTHING_KNOWN),
            "km": km.get(code),
        }
        for code in followed
    ]
    order = list(State)
    listed.sort(key=lambda row: (order.index(row["state"]), row["town"], row["town_code"]))
    return table(listed, NEIGHBOURS)


def figures(connection: Connection, *, scope: Scope, town: str) -> pd.DataFrame:
    """List what was published about the town up to the day; columns `PUBLISHED` of the rollout."""
    about = replace(scope.everywhere, territory=_territory(town))
    return published_figures(connection, scope=about)


def _centre_numbers(connection: Connection, *, scope: Scope, town: str) -> list[int]:
    return [life.history.centre_id for life in _lives(connection, scope=scope, town=town)]


def courses(connection: Connection, *, scope: Scope, town: str) -> pd.DataFrame:
    """List the courses given in the town at the day, by title; columns `COURSES`.

    While their centre is open: `offered` says how far they count (`domain.offers`).
    """
    rows = given_by(connection, scope, _lives(connection, scope=scope, town=town))
    rows.sort(key=lambda row: (fold(row["course"]), row["centre_id"]))
    return table((row | {"title": row["course"]} for row in rows), COURSES)


def left_out(connection: Connection, *, scope: Scope, town: str) -> int:
    """Count the recorded offers of the town's centres that are not given at the day."""
    recorded = connection.scalar(
        select(func.count()).where(
            known(Offering, scope.known_at),
            Offering.centre_id.in_(_centre_numbers(connection, scope=scope, town=town)),
        )
    )
    return (recorded or 0) - len(courses(connection, scope=scope, town=town))


def enrolments(connection: Connection, *, scope: Scope, town: str) -> pd.DataFrame:
    """List the headcounts of whole centres in force at the day; columns `ENROLMENTS`.

    Latest year first. Persons and registrations are never added. Those of single courses are left
    to the page of enrolments; of the others what was decided is told (`db.disclosures`).
    """
    rows = connection.execute(
        cited(
            select(
                *Enrolment.__table__.c,
                Disclosure.publication,
                *CITED,
            ),
            Enrolment,
        )
        .outerjoin(Disclosure, Disclosure.version_id == Enrolment.id)
        .where(
            known(Enrolment, scope.known_at),
            Enrolment.counted_on <= scope.as_of,
            Enrolment.course_key.is_(None),
            Enrolment.centre_id.in_(_centre_numbers(connection, scope=scope, town=town)),
        )
    )
    latest = in_force(rows, lambda row: (-row.academic_year, row.counted, row.centre_id))
    return table(
        (
            row._asdict()
            | {
                "academic_year": name_of(row.academic_year),
                "headcount": headcount(row.headcount, row.publication),
            }
            for _, row in sorted(latest.items())
        ),
        ENROLMENTS,
    )
