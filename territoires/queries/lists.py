"""A list of towns against ours, line by line, and what it does not have."""

import difflib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final

import pandas as pd
from sqlalchemy import Connection, select

from territoires.db import communes
from territoires.db.models import Department
from territoires.domain.imports import TownRef, is_named, plain_name
from territoires.domain.lists import CLAIMED, Claim, Listed, Outcome, outcome
from territoires.domain.names import department_of
from territoires.domain.rollout import State, in_scope
from territoires.domain.scope import Scope
from territoires.domain.text import fold
from territoires.french import lists as words
from territoires.queries.facts import towns
from territoires.queries.frames import TEXT, columns, table
from territoires.queries.rollout import all_lives
from territoires.queries.search import CLOSE, exactly, followed_towns

LINES: Final = columns(
    "line said town_code town department outcome state claimed note",
    **dict.fromkeys(("said", "outcome", "claimed"), TEXT),
    line="Int64",
)
_PROPOSED: Final = 300  # names for which the nearest is looked for: 3 ms each

Row = dict[str, Any]


def compared(
    connection: Connection, *, scope: Scope, lines: Sequence[Listed], claim: Claim
) -> pd.DataFrame:
    """Say what becomes of each line, then which of our towns none names; columns `LINES`.

    `state` is ours, `claimed` the list's own words. Towns are looked for everywhere; those that the
    list lacks are of the scope's territory and perimeter, in a state that the `claim` is about.
    """
    every = all_lives(connection, scope=scope)
    here: dict[str, set[State]] = defaultdict(set)
    for life in every:
        here[life.history.town].add(life.state(scope.as_of))
    claimed = CLAIMED[claim] | ({State.UNPROVEN} if scope.with_unproven else set())
    found = _Finder(connection, lines, here)
    rows = list(_judged(found, lines, here, claimed))
    named = {row["town_code"] for row in rows}
    lacking = sorted(
        {
            life.history.town
            for life in in_scope(every, scope)
            if claimed & here[life.history.town] and life.history.town not in named
        }
    )
    rows += [{"town_code": code, "outcome": Outcome.MISSING_THERE} for code in lacking]
    places = towns(connection, {row["town_code"] for row in rows} - {""})
    order = list(State)
    return table(
        (
            {
                **row,
                **{name: places.get(row["town_code"], {}).get(name) for name in _PLACED},
                "state": min(here.get(row["town_code"], ()), key=order.index, default=None),
            }
            for row in rows
        ),
        LINES,
    )


_PLACED: Final = ("town", "department")


def _judged(
    found: "_Finder",
    lines: Iterable[Listed],
    here: Mapping[str, set[State]],
    claimed: frozenset[State],
) -> Iterator[Row]:
    first: dict[str, int] = {}
    for line in lines:
        code, note = found.town(line)
        row = {"line": line.line, "said": line.said, "town_code": code, "claimed": line.state}
        if not code:
            yield row | {"outcome": Outcome.UNKNOWN, "note": note}
            continue
        if code in first:
            note = f"{note} {words.again(first[code])}".strip()
        first.setdefault(code, line.line)
        said = outcome(line.states or claimed, here.get(code, ()))
        yield row | {"outcome": said, "note": note}


class _Finder:
    """Finds the towns of lines as an import does, and tells namesakes apart by what we follow."""

    def __init__(
        self, connection: Connection, lines: Sequence[Listed], here: Mapping[str, set[State]]
    ) -> None:
        self._here = here
        self._named = communes.named(
            connection, {line.code for line in lines} - {""}, {line.name for line in lines}
        )
        departments = connection.execute(select(Department.code, Department.name))
        self._departments = {fold(key): row.code for row in departments for key in row}
        lost = {line.name: None for line in lines if line.name and not self._town(line)[0]}
        self._former = {
            name: (code, words.was(former.name, former.code) if former else "")
            for name, (code, former) in exactly(connection, lost).items()
        }
        self._alike = _nearest(connection, (name for name in lost if name not in self._former))

    def town(self, line: Listed) -> tuple[str, str]:
        """Give the code of its town and what there is to say of it; no code: not recognised."""
        code, note = self._town(line)
        if code or note:
            return code, note
        if former := self._former.get(line.name):
            return former
        return "", self._alike.get(line.name, "")

    def _town(self, line: Listed) -> tuple[str, str]:
        namesakes = self._among(line, self._named.by_name.get(plain_name(line.name), ()))
        if town := self._named.by_code.get(line.code):
            if not namesakes or is_named(town, line.name):
                return town.code, ""
        elif (former := self._named.former.get(line.code)) and former.holder:
            return former.holder, words.was(former.name, former.code)
        if len(namesakes) == 1:
            return namesakes[0].code, ""
        return "", words.namesakes([each.code for each in namesakes]) if namesakes else ""

    def _among(self, line: Listed, namesakes: Sequence[TownRef]) -> Sequence[TownRef]:
        """Keep those of the department that a line says, else the only one that we follow."""
        of_code = department_of(f"com-{line.code}") if line.code else ""
        department = self._departments.get(fold(line.beside), of_code)
        there = [each for each in namesakes if department_of(f"com-{each.code}") == department]
        if there or len(namesakes) == 1:
            return there or namesakes
        ours = [each for each in namesakes if self._here.get(each.code)]
        return ours if len(ours) == 1 else namesakes


def _nearest(connection: Connection, names: Iterable[str]) -> dict[str, str]:
    """Propose for each name the followed town whose name is a slip of the hand away."""
    followed = {fold(name): (name, code) for name, code in followed_towns(connection)}
    found = {}
    for name in islice(names, _PROPOSED):
        close = difflib.get_close_matches(plain_name(name), followed, n=1, cutoff=CLOSE)
        if close:
            found[name] = words.did_you_mean(*followed[close[0]])
    return found
