"""The communes, the sites and the candidates of the seeds, read without a database."""

import csv
import gzip
from pathlib import Path
from typing import Final

from territoires.domain.coverage import Communes
from territoires.domain.siting import ALONE, Candidates
from territoires.settings import SEEDS

# The centres certainly open at the end of 2026 according to the seeds, their link to the programme
# being proven. Written out: a bench compares two answers to one question, which must not move.
OPEN_CENTRES: Final = (
    *("04112", "16102", "18033", "18279", "22278", "25388", "29232", "51108"),
    *("52121", "55545", "67437", "71076", "76217", "88160", "88413"),
)


def read_communes(seeds: Path = SEEDS) -> Communes:
    """Read the communes of the seeds, each with the region of its department."""
    with (seeds / "reference" / "departments.csv").open(encoding="utf-8", newline="") as file:
        region = {row["code"]: row["region_code"] for row in csv.DictReader(file)}
    path = seeds / "reference" / "communes.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return Communes.of(
        insee_code=[row["code"] for row in rows],
        department=[row["department"] for row in rows],
        region=[region[row["department"]] for row in rows],
        population=[int(row["population"]) for row in rows],
        latitude=[float(row["latitude"] or "nan") for row in rows],
        longitude=[float(row["longitude"] or "nan") for row in rows],
    )


def read_sites(seeds: Path = SEEDS) -> dict[str, int]:
    """Read the 222 sites: the number of the site of each of their 235 communes."""
    with (seeds / "reference" / "towns.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["insee_code"]: int(row["site_id"].removeprefix("acv-"))
            for row in csv.DictReader(file)
        }


def read_candidates(communes: Communes, sites: dict[str, int], *, over: int | None) -> Candidates:
    """List the communes of ACV sites without an open centre; with `over`, larger ones too."""
    served = {sites.get(code) for code in OPEN_CENTRES}
    codes = {code for code, site in sites.items() if site not in served}
    if over is not None:
        large = communes.insee_code[communes.population > over].tolist()
        codes |= {code for code in large if code not in sites and code not in OPEN_CENTRES}
    ordered = sorted(codes)
    return Candidates.of(
        communes,
        insee_code=ordered,
        is_acv=[code in sites for code in ordered],
        site=[sites.get(code, ALONE) for code in ordered],
    )
