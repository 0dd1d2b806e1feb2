"""Headcounts kept from whoever does not answer for their region, wherever they are written."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from sqlalchemy import Connection, or_, select

from territoires.db.models import Centre, Department, Enrolment, Town
from territoires.domain.disclosure import Publication

Regions = frozenset[str] | None
"""The regions whose small counts somebody may see (`Reader.regions_of_counts`); None: all."""

COMMANDS: Final = frozenset({"import_enrolments", "record_enrolments", "withdraw_enrolment"})
# What a form says of headcounts without telling one; reasons and what was typed may quote them.
_PLAIN: Final = ("academic_year", "centre_id", "counted_on", "expected_id", "file_name", "source")


def answered_for(connection: Connection, centres: Collection[int], regions: Regions) -> set[int]:
    """Keep the centres that were never said to be elsewhere than in these regions."""
    if regions is None:
        return set(centres)
    rows = connection.execute(
        select(Centre.entity_id, Department.region_code)
        .join(Town, Town.code == Centre.town_code)
        .join(Department, Department.code == Town.department_code)
        .where(or_(Centre.id.in_(centres), Centre.origin_id.in_(centres)))
    ).all()
    return {number for number, _ in rows} - {n for n, region in rows if region not in regions}


def facts_answered_for(
    connection: Connection, facts: Collection[int], regions: Regions
) -> set[int]:
    """Keep the headcounts of such centres, by the number of the fact or of a version."""
    centre_of = dict(
        connection.execute(
            select(Enrolment.id, Enrolment.centre_id).where(Enrolment.id.in_(facts))
        ).all()
    )
    centres = answered_for(connection, set(centre_of.values()), regions)
    return {number for number, centre_id in centre_of.items() if centre_id in centres}


def draft_answered_for(
    connection: Connection, command: str, draft: Mapping[str, Any], regions: Regions
) -> bool:
    """Tell whether a form may be read as it is: it holds no headcounts, or of such centres only.

    A file of headcounts names towns, of any region: it is for whoever answers for all of them.
    """
    if command not in COMMANDS or regions is None:
        return True
    if number := draft.get("expected_id"):
        return bool(facts_answered_for(connection, {int(number)}, regions))
    return bool(answered_for(connection, {int(draft.get("centre_id") or 0)}, regions))


def without_counts(draft: Mapping[str, Any]) -> dict[str, Any]:
    """Leave of a form, or of a file, of headcounts what it is about."""
    listed = draft.get("rows", ())
    kept = {name: draft[name] for name in _PLAIN if name in draft}
    rows = [
        {
            "course_key": row["course_key"],
            "counted": row["counted"],
            "headcount": None if row["headcount"] is None else Publication.WITHHELD.value,
        }
        for row in (listed if isinstance(listed, list) else ())
    ]
    return kept | ({"rows": rows} if rows else {})
