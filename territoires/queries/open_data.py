"""The tables published as open data: what anybody may have as a file, whole."""

from collections.abc import Sequence
from itertools import product
from typing import Any, Final

import pandas as pd
from sqlalchemy import Connection

from territoires.domain import params
from territoires.domain.programme import Counted
from territoires.domain.scope import Scope
from territoires.queries import enrolments, rollout, town_sheet
from territoires.queries.exports import EXPORTS, Export

# Tables whose files behind figures are of one town, or are no files.
_WHOLE: Final = {
    "etapes": Export(query=town_sheet.all_stages),
    "objectifs": Export(query=rollout.targets),
}
TABLES: Final[tuple[str, ...]] = (
    *("centres", "ouvertures", "ouvertures-possibles", "etapes", "pas-avant", "annonces"),
    *("totaux-publies", "objectifs", "territoires", "distances"),
    *("inscriptions-centres", "inscriptions-regions", "inscriptions-filieres"),
    *("inscriptions-formations", "inscriptions-detail", "effectifs-publies"),
    *("formations", "offre", "services", "sources"),
)


def tables(
    connection: Connection, *, scope: Scope, names: Sequence[str] = TABLES
) -> dict[str, pd.DataFrame]:
    """Read tables, by name, each as the file of that name has it, of all its years and units."""
    every = EXPORTS | _WHOLE
    wanted: dict[str, list[Any]] = {
        params.YEAR.filter: sorted(enrolments.years(connection, scope=scope)),
        params.COUNTS.filter: list(Counted),
        params.GRAIN.filter: list(params.GRAIN.words.values()),
    }

    def rows(export: Export) -> pd.DataFrame:
        taken = [wanted.get(each.filter, [each.usual]) for each in export.params]
        asked = [
            {each.filter: value for each, value in zip(export.params, values, strict=True)}
            for values in product(*taken)
        ]
        return pd.concat(
            [export.query(connection, scope=scope, **each) for each in asked], ignore_index=True
        )

    return {name: rows(every[name]) for name in names}
