"""The rows that can be had as files: each name, its query, and the filters that it reads."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd

from territoires.domain import params
from territoires.domain.params import Param, write_filters
from territoires.domain.roles import Permission
from territoires.queries import (
    announcements,
    asking,
    bounds,
    changes,
    courses,
    coverage,
    enrolments,
    reconciliation,
    regions,
    rollout,
    siting,
    sources,
    town_history,
    town_sheet,
)


@dataclass(frozen=True, kw_only=True)
class Export:
    """What a name downloads: a query, and the parameters of an address that filter it.

    `is_scoped` tells whether the territory and the perimeter narrow the rows. `permission`: what
    one must hold throughout the territory, if the file is not for everybody; its query then takes
    `more`. `rests_on_detail`: on headcounts by course, which are public in their latest state only.
    """

    query: Callable[..., pd.DataFrame]
    params: tuple[Param[Any], ...] = ()
    is_scoped: bool = True
    permission: Permission | None = None
    rests_on_detail: bool = False
    more: Mapping[str, Any] = field(default_factory=dict)

    def takes(self, filters: Mapping[str, Any]) -> dict[str, Any]:
        """Give those filters that the rows are narrowed by."""
        return {each.filter: filters[each.filter] for each in self.params if each.filter in filters}

    def said(self, filters: Mapping[str, Any]) -> dict[str, str]:
        """Say these filters as an address does."""
        return write_filters(self.params, filters)


_OF_YEAR: Final[tuple[Param[Any], ...]] = (params.YEAR, params.COUNTS)
_OF_CENTRES: Final = (*_OF_YEAR, params.AGE, params.TRANSMITTED)
_OF_FIELD: Final = (*_OF_YEAR, params.FIELD)
_OF_TOWN: Final = (params.TOWN,)


def _of_heads(query: Callable[..., pd.DataFrame], *narrowing: Param[Any]) -> Export:
    return Export(query=query, params=narrowing, rests_on_detail=True)


EXPORTS: Final[dict[str, Export]] = {
    "ouvertures": Export(query=rollout.openings),
    "ouvertures-possibles": Export(query=rollout.possible_openings),
    "centres": Export(query=rollout.centre_list),
    "trimestres": Export(query=rollout.quarters),
    "totaux-publies": Export(query=rollout.published_figures),
    "inscriptions-centres": _of_heads(enrolments.transmissions, *_OF_CENTRES),
    "inscriptions-regions": _of_heads(enrolments.totals, params.COUNTS),
    "inscriptions-ages": _of_heads(enrolments.by_age, params.COUNTS),
    "inscriptions-filieres": _of_heads(enrolments.by_field, *_OF_YEAR),
    "inscriptions-formations": _of_heads(enrolments.by_course, *_OF_FIELD),
    "inscriptions-detail": _of_heads(enrolments.cells, *_OF_FIELD),
    "inscriptions-internes": Export(
        query=enrolments.cells,
        params=_OF_FIELD,
        permission=Permission.SEE_SMALL_COUNTS,
        more={"may_see_small": True},
    ),
    "effectifs-publies": Export(query=enrolments.published),
    "formations": Export(
        query=courses.catalogue,
        params=(
            *(params.SEARCHED, params.FIELD, params.LEVEL, params.MODE),
            *(params.CREDENTIAL, params.CPF, params.OFFERED),
        ),
    ),
    "offre": Export(query=courses.offerings, params=(params.COURSE,)),
    "formations-proches": Export(
        query=courses.near,
        params=(params.NEAR, params.NEAR_FIELD, params.NEAR_COURSE, params.NEAR_KM),
    ),
    "filieres-regions": Export(query=courses.heat),
    "carte": Export(
        query=coverage.places,
        params=(params.STATES, params.OPENED_IN, params.FIELD),
    ),
    "couverture-par-rayon": Export(query=coverage.by_radius, params=(params.ROAD,)),
    "couverture-par-territoire": Export(
        query=coverage.by_territory, params=(*params.REACH, params.GRAIN)
    ),
    "distances": Export(query=coverage.acv_distances),
    "ou-ouvrir": Export(query=siting.plan, params=(*params.REACH, *params.WISHES)),
    "candidates": Export(query=siting.candidates, params=(params.LARGE, params.PRIOR)),
    "etapes": Export(query=town_sheet.stages, params=_OF_TOWN),
    "bande": Export(query=reconciliation.bands, params=(params.BELIEVED,)),
    "totaux-recoupes": Export(query=reconciliation.totals, params=(params.BELIEVED,)),
    "contradictions-totaux": Export(query=reconciliation.contradicted, params=(params.BELIEVED,)),
    "annonces": Export(query=announcements.announcements),
    "annonces-ville": Export(query=announcements.of_town, params=_OF_TOWN),
    "dates-cherchees": Export(query=asking.since_when),
    "pas-avant": Export(query=bounds.bounds),
    "pas-avant-ville": Export(query=bounds.of_town, params=_OF_TOWN),
    "centres-proches": Export(query=town_sheet.nearest_centres, params=_OF_TOWN),
    "villes-voisines": Export(query=town_sheet.neighbours, params=_OF_TOWN),
    "formations-ville": Export(query=town_sheet.courses, params=_OF_TOWN),
    "effectifs-ville": _of_heads(town_sheet.enrolments, *_OF_TOWN),
    "totaux-publies-ville": Export(query=town_sheet.figures, params=_OF_TOWN),
    "historique-ville": Export(query=town_history.history, params=_OF_TOWN),
    "territoires": Export(query=regions.territories, params=(params.GRAIN,)),
    "courbes-territoires": Export(query=regions.burn_ups, params=(params.GRAIN,)),
    "evolution-territoires": Export(query=regions.slopes, params=(params.SINCE, params.GRAIN)),
    "comparaison": Export(
        query=regions.comparison, params=(params.GRAIN, params.INDICATOR, params.PER)
    ),
    "cote-a-cote": Export(query=regions.side_by_side, params=(params.COMPARED,)),
    "changements": Export(query=changes.changes, params=(params.KNOWN_SINCE,)),
    "services": Export(query=courses.services, is_scoped=False),
    "sources": Export(query=sources.all_sources, is_scoped=False),
    "faits-source": Export(query=sources.resting, params=(params.SOURCE,), is_scoped=False),
}
