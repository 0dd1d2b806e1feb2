"""One town as its sheet shows it: where it is, what it has, who vouches for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from territoires.domain.drafts import CentreFields
from territoires.domain.programme import StageKind
from territoires.domain.rollout import Life, Stage, State
from territoires.domain.scope import Place
from territoires.domain.worlds import Span


@dataclass(frozen=True, kw_only=True)
class CentreSheet(CentreFields):
    """One centre of a town, as it was known; texts are empty when nothing is known.

    `stages` are all of them with the days they may have happened on, oldest first, competing
    dates included; `publishers` names who vouches for each and `notes` what is remarked of it, by
    the number of its version.
    """

    life: Life
    stages: tuple[tuple[Stage, Span], ...]
    publishers: Mapping[int, str]
    notes: Mapping[int, str]

    def state(self, day: date) -> State:
        """Give the centre's place in the legend."""
        return self.life.state(day)

    def latest(self, kind: StageKind, day: date) -> tuple[Stage, Span] | None:
        """Give the retained stage of a kind reached last (maybe reached only), None if none is.

        One without a date counts when nothing dated does.
        """
        found = [
            (stage, span)
            for stage, span in self.stages
            if stage.retained and stage.kind is kind and span.first <= day
        ]
        dated = [pair for pair in found if pair[1].last != date.max]
        return max(dated or found, key=lambda pair: (pair[1].last, pair[1].first), default=None)

    def competing(self) -> tuple[tuple[Stage, Span], ...]:
        """Give the dates that other sources put in the place of the retained ones."""
        return tuple(pair for pair in self.stages if not pair[0].retained)


@dataclass(frozen=True, kw_only=True)
class TownSheet:
    """A town, followed or not, and its centres if it has any.

    `site` names its Action coeur de ville site of March 2018, empty when it is in none, and
    `site_others` the other towns of this site;
    `created_at` is the instant from which the database knew anything.
    """

    place: Place
    population: int
    population_year: int
    is_located: bool
    centres: tuple[CentreSheet, ...] = ()
    site: str = ""
    site_others: tuple[str, ...] = ()
    signed_on: date | None = None
    intercommunality: str = ""
    created_at: datetime | None = None

    @property
    def code(self) -> str:
        """Its INSEE code."""
        return self.place.territory.code
