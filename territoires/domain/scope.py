"""What a reader looks at: which day, known when, which territory, which perimeter."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from territoires.domain.errors import TerritoryError
from territoires.domain.programme import FormerKind
from territoires.domain.told import Told

TERRITORIES = re.compile(
    r"fr|(reg)-(\d{2})|(dep)-(\d{2}|2[AB]|97\d)|(com)-(\d{5}|2[AB]\d{3})", re.ASCII
)


class Perimeter(Told):
    """The towns of the list of March 2018, the others, or both."""

    ALL = "all", "Toutes les villes"
    ACV = "acv", "Action cœur de ville"
    NON_ACV = "non-acv", "Hors Action cœur de ville"


class Level(StrEnum):
    """The size of a territory."""

    COUNTRY = "fr"
    REGION = "reg"
    DEPARTMENT = "dep"
    TOWN = "com"


@dataclass(frozen=True)
class Territory:
    """France, or a region, department or town by its INSEE code (`""` for France)."""

    level: Level = Level.COUNTRY
    code: str = ""

    @classmethod
    def parse(cls, text: str) -> "Territory":
        """Read `fr`, `reg-44`, `dep-2A`, `com-52121`; whether it exists is the database's word.

        Raises TerritoryError, which quotes the text.
        """
        found = TERRITORIES.fullmatch(text)
        if found is None:
            raise TerritoryError(text)
        level, code = next(
            ((a, b) for a, b in zip(found.groups()[::2], found.groups()[1::2], strict=True) if a),
            (Level.COUNTRY, ""),
        )
        return cls(Level(level), code)

    def __str__(self) -> str:
        """Give the text that `parse` reads back."""
        return f"{self.level}-{self.code}" if self.code else str(self.level)


FRANCE = Territory()


@dataclass(frozen=True, kw_only=True)
class Former:
    """A code that is no commune's: its name, what it was, and who holds it now (code, name)."""

    code: str
    name: str
    kind: FormerKind
    holders: tuple[tuple[str, str], ...]

    @property
    def holder(self) -> str:
        """The commune that holds it, nothing when several do."""
        return self.holders[0][0] if len(self.holders) == 1 else ""

    @property
    def facts(self) -> dict[str, Any]:
        """What a message about it needs."""
        return {"name": self.name, "kind": self.kind.value, "holders": self.holders}


@dataclass(frozen=True)
class Place:
    """A territory with its name, its inhabitants and the territories that hold it."""

    territory: Territory
    name: str
    population: int = 0
    department: str = ""
    department_name: str = ""
    region: str = ""
    region_name: str = ""


@dataclass(frozen=True, kw_only=True)
class Where:
    """A town with its region."""

    code: str
    name: str
    region_code: str
    region_name: str


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Everything a figure depends on.

    `known_at` is an aware UTC instant; None means everything recorded so far.
    `with_unproven` counts the centres whose link to the programme no source proves; `with_low`
    believes the bounds that rest on a list being complete.
    """

    as_of: date
    known_at: datetime | None = None
    territory: Territory = FRANCE
    perimeter: Perimeter = Perimeter.ALL
    with_unproven: bool = False
    with_low: bool = False

    @property
    def everywhere(self) -> "Scope":
        """The same, of every town of France; both clocks stay."""
        return replace(self, territory=FRANCE, perimeter=Perimeter.ALL)

    def holds(self, *, town: str, department: str, region: str, acv: bool) -> bool:
        """Tell whether a town, by its codes, is of the territory and the perimeter."""
        here = {
            Level.COUNTRY: "",
            Level.REGION: region,
            Level.DEPARTMENT: department,
            Level.TOWN: town,
        }
        perimeter = {Perimeter.ALL: True, Perimeter.ACV: acv, Perimeter.NON_ACV: not acv}
        return here[self.territory.level] == self.territory.code and perimeter[self.perimeter]
