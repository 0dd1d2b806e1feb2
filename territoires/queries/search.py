"""Towns and territories, found by what people type."""

import difflib
from collections.abc import Collection, Iterable
from itertools import islice
from threading import Condition
from typing import Final, NamedTuple

from cachetools import LRUCache, cached
from sqlalchemy import Connection, select

from territoires.db import communes
from territoires.db.models import Centre, Department, FormerTown, Region, Town
from territoires.domain.names import (
    LONGEST,
    Keep,
    Match,
    Names,
    Rank,
    former_code,
    former_key,
    in_departments,
)
from territoires.domain.scope import FRANCE, Former, Level, Place, Territory
from territoires.domain.text import fold
from territoires.queries.clocks import Seeding, known, seeding
from territoires.queries.territories import places, regions_and_departments

SUGGESTED: Final = 10
_ALIKE: Final = 5
CLOSE: Final = 0.75
_FRANCE: Final = ("france entiere", str(FRANCE))


class Found(NamedTuple):
    """A place that answers, and what it was asked by when that is no commune any more."""

    place: Place
    former: Former | None = None

    @property
    def asked(self) -> Territory:
        """The territory to look at: a former commune leads to the present one, which says so."""
        if self.former is not None and self.former.holder:
            return Territory(Level.TOWN, self.former.code)
        return self.place.territory


def suggested(
    connection: Connection,
    *,
    text: str,
    towns_only: bool = True,
    regions: Collection[str] = (),
    limit: int = SUGGESTED,
) -> tuple[Found, ...]:
    """Give the places that answer a text, the best first; of `regions` only, if any are named.

    For an empty text: France and its regions, where not only towns are looked for.
    """
    if not text.strip():
        return () if towns_only else _told(connection, names(connection).large())
    keep = _keep(connection, towns_only=towns_only, regions=regions)
    return _told(connection, islice(names(connection).find(text, keep=keep), limit), limit)


def meant(
    connection: Connection,
    *,
    text: str,
    towns_only: bool = True,
    regions: Collection[str] = (),
) -> tuple[Found, ...]:
    """Give the place that a text means; homonyms are all given, and nothing when none answers."""
    keep = _keep(connection, towns_only=towns_only, regions=regions)
    return _told(connection, names(connection).meant(text, keep=keep))


def exactly(connection: Connection, texts: Iterable[str]) -> dict[str, tuple[str, Former | None]]:
    """Give of each text the code of the only commune that it names in full, or that held its name.

    Beside it, what the text names when that is no commune any more.
    """
    every, keep = names(connection), in_departments(None, towns_only=True)
    called = {text: list(islice(every.find(text, keep=keep, whole=True), 2)) for text in texts}
    keys = {
        text: found[0].key
        for text, found in called.items()
        if len(found) == 1 and found[0].rank <= Rank.EXACT
    }
    gone = communes.former(connection, filter(None, map(former_code, keys.values())))
    told = {text: (key, gone.get(former_code(key))) for text, key in keys.items()}
    return {
        text: (former.holder if former else key.removeprefix(f"{Level.TOWN}-"), former)
        for text, (key, former) in told.items()
        if former is None or former.holder
    }


def alike(
    connection: Connection,
    *,
    text: str,
    towns_only: bool = True,
    regions: Collection[str] = (),
) -> tuple[Found, ...]:
    """Give the large territories and the followed towns whose names are a slip of the hand away."""
    keep = _keep(connection, towns_only=towns_only, regions=regions)
    keys = [
        *regions_and_departments(connection)[["name", "territory"]].itertuples(index=False),
        *((name, f"{Level.TOWN}-{code}") for name, code in followed_towns(connection)),
    ]
    by_name = {fold(name): Match(key, name, Rank.INSIDE) for name, key in keys if keep(key)}
    typed = fold(text[:LONGEST])
    close = difflib.get_close_matches(typed, by_name, n=_ALIKE, cutoff=CLOSE)
    return _told(connection, map(by_name.__getitem__, close))


def followed_towns(connection: Connection) -> list[tuple[str, str]]:
    """List the towns of the 222 sites and those with a centre: name and code, by name."""
    with_centre = select(Centre.town_code).where(known(Centre, None))
    rows = connection.execute(
        select(Town.name, Town.code)
        .where(Town.present_code.is_(None), Town.acv_site.is_not(None) | Town.code.in_(with_centre))
        .order_by(Town.folded, Town.code)
    )
    return [(name, code) for name, code in rows]


def _keep(connection: Connection, *, towns_only: bool, regions: Collection[str]) -> Keep:
    if not regions:
        return in_departments(None, towns_only=towns_only)
    codes = select(Department.code).where(Department.region_code.in_(regions))
    return in_departments(frozenset(connection.scalars(codes)), towns_only=towns_only)


def _told(
    connection: Connection, matches: Iterable[Match], limit: int | None = None
) -> tuple[Found, ...]:
    """Name what was matched, each place once; a former commune is its holder, or several."""
    keys = [match.key for match in matches]
    gone = communes.former(connection, filter(None, map(former_code, keys)))
    wanted: dict[Territory, Former | None] = {}
    for key in keys:
        if former := gone.get(former_code(key)):
            for code, _ in former.holders:
                wanted.setdefault(Territory(Level.TOWN, code), former)
        elif not former_code(key):
            wanted.setdefault(Territory.parse(key))
    named = places(connection, wanted)
    return tuple(Found(place, wanted[at]) for at, place in named.items())[:limit]


@cached(LRUCache[Seeding, Names](4), key=seeding, condition=Condition())
def names(connection: Connection) -> Names:
    """Read the names of all places, once per act that wrote some (1 MB; 0.1 s to read).

    Among equals come regions, departments, then communes, the most populous first, then the codes
    that are no commune's any more.
    """
    listed = []
    for level, table in ((Level.REGION, Region), (Level.DEPARTMENT, Department)):
        rows = connection.execute(
            select(table.code, table.name).order_by(table.population.desc(), table.code)
        )
        listed += [(fold(name), f"{level}-{code}") for code, name in rows]
    towns = connection.execute(
        select(Town.folded, Town.code)
        .where(Town.present_code.is_(None))
        .order_by(Town.population.desc(), Town.code)
    )
    gone = select(Town.code, Town.name).where(Town.present_code.is_not(None))
    former = {str(code): str(name) for code, name in connection.execute(gone)}
    for code, name in connection.execute(select(FormerTown.code, FormerTown.name)):
        former[code] = name or former.get(code, "")
    departments = select(Department.code, Department.name)
    return Names(
        [
            _FRANCE,
            *listed,
            *((name, f"{Level.TOWN}-{code}") for name, code in towns),
            *((fold(name), former_key(code)) for code, name in sorted(former.items())),
        ],
        {str(row.code): str(row.name) for row in connection.execute(departments)},
    )
