"""What the headline and the key figures say where a plain rule would say something false or silly.

Read as French in `tests/golden/edges.txt`.
"""

from dataclasses import dataclass, field
from datetime import date

import pytest

from territoires.domain.coverage import Coverage
from territoires.domain.dates import PartialDate
from territoires.domain.programme import Qualifier, meant
from territoires.domain.rollout import (
    Announced,
    FirstOpening,
    Published,
    Situation,
    TargetRow,
    count,
    lives,
    progress,
    target_at,
)
from territoires.domain.scope import FRANCE, Perimeter, Place, Scope, Territory
from territoires.french import charts, headline, home
from territoires.french.cli import coverage_sentences
from territoires.french.coverage import out_of
from territoires.french.numbers import percent
from territoires.french.regions import table_finding
from territoires.queries.frames import table
from territoires.queries.regions import TERRITORIES
from tests.factories import centres, closed, opened, opened_by, target_row

GRAND_EST = Place(territory=Territory.parse("reg-44"), name="Grand Est")
WHOLE = Place(territory=FRANCE, name="France")
MAY_2019 = date(2019, 5, 13)


@dataclass(frozen=True, kw_only=True)
class Edge:
    """A situation made of openings, a target and a published total."""

    title: str
    day: str
    openings: tuple[str, ...] = ()
    histories: tuple[tuple, ...] = ()
    target: TargetRow | None = field(default_factory=target_row)
    whole: TargetRow | None = field(default_factory=target_row)
    published: tuple[float, Qualifier] | None = None
    first: FirstOpening | None = None
    place: Place = WHOLE
    perimeter: Perimeter = Perimeter.ALL

    def situation(self):
        day = date.fromisoformat(self.day)
        every = lives(centres(*self.histories, *((opened(on),) for on in self.openings)))
        announced = None
        if self.published:
            value, qualifier = self.published
            figure = Published(
                indicator="open_centres",
                value=value,
                qualifier=qualifier,
                on=PartialDate(2020, 1),
                source_id="x",
                publisher="Cnam",
            )
            least, most = meant(value, qualifier)
            announced = Announced(figure=figure, least=least, most=most)
        return Situation(
            scope=Scope(as_of=day, territory=self.place.territory, perimeter=self.perimeter),
            count=count(every, day),
            progress=progress(every, day, [self.target] if self.target else []),
            announced=announced,
            first=self.first,
            whole_target=target_at([self.whole], day) if self.whole else None,
        )

    def said(self):
        found = self.situation()
        key = " · ".join(
            filter(None, (headline.status(found), home.against_required(found.progress)))
        )
        lines = [*headline.sentences(found, self.place), f"[{key}]" if key else ""]
        return "\n".join([f"# {self.title} ({self.day})", *(f"  {line}" for line in lines if line)])


SIX = ("2019-05-01", "2019-06-01", "2019-09-02", "2020-01-06", "2020-02-03", "2020-03-02")
DECIDED_LATE = target_row(2, decided_on=date(2021, 1, 1))

EDGES = [
    Edge(
        title="Périmètre sans objectif quand l’ensemble en a un",
        day="2019-05-12",
        openings=("2019-04-15",),
        target=None,
        perimeter=Perimeter.ACV,
    ),
    Edge(
        title="Le même, sans ouverture",
        day="2019-05-12",
        target=None,
        perimeter=Perimeter.NON_ACV,
    ),
    Edge(title="Région avant tout objectif", day="2019-02-12", target=None, place=GRAND_EST),
    Edge(title="Région sans objectif à elle", day="2019-02-13", target=None, place=GRAND_EST),
    Edge(
        title="Rythmes presque nuls",
        day="2022-01-01",
        openings=("2019-04-01",),
        target=target_row(2, deadline=date(2029, 12, 31)),
    ),
    Edge(
        title="Ouvert puis fermé dans la même année",
        day="2019-06-30",
        histories=((opened("2019"), closed("2019-06")),),
        first=FirstOpening(town="Bar-le-Duc", on=PartialDate(2019)),
    ),
    Edge(title="Un mois avant l’échéance", day="2022-11-30", openings=SIX),
    Edge(title="Un jour avant l’échéance", day="2022-12-30", openings=SIX),
    Edge(title="Le jour de l’échéance", day="2022-12-31", openings=SIX),
    Edge(title="Le lendemain", day="2023-01-01", openings=SIX),
    Edge(title="Le jour de l’échéance, sans centre", day="2022-12-31"),
    Edge(title="Le lendemain, sans centre", day="2023-01-01"),
    Edge(title="Dernière ouverture connue à l’année", day="2024-06-01", openings=("2022",)),
    Edge(
        title="Première et dernière au plus tard",
        day="2024-06-01",
        histories=((opened_by("2022-09"),),),
    ),
    Edge(
        title="« Au moins 3 » à côté de six",
        day="2020-03-31",
        openings=SIX,
        published=(3, Qualifier.AT_LEAST),
    ),
    Edge(
        title="« Au moins 8 » à côté de six",
        day="2020-03-31",
        openings=SIX,
        published=(8, Qualifier.AT_LEAST),
    ),
    Edge(
        title="« Environ 6 » à côté de six",
        day="2020-03-31",
        openings=SIX,
        published=(6, Qualifier.ABOUT),
    ),
    Edge(
        title="Trois, sans réserve, à côté de six",
        day="2020-03-31",
        openings=SIX,
        published=(3, Qualifier.EXACT),
    ),
    Edge(title="Trop tôt pour conclure", day="2019-07-01", openings=SIX[:2]),
    Edge(title="Un rythme de presque rien", day="2022-11-01", openings=SIX[:3]),
    Edge(
        title="Objectif décidé une fois atteint",
        day="2022-01-01",
        openings=SIX[:3],
        target=DECIDED_LATE,
    ),
    Edge(
        title="Objectif atteint un jour connu",
        day="2022-01-01",
        openings=SIX[:3],
        target=target_row(2),
    ),
    Edge(
        title="Objectif atteint au plus tard",
        day="2022-01-01",
        openings=("2019-05-01",),
        histories=((opened_by("2021-09"),),),
        target=target_row(2),
    ),
    Edge(
        title="Objectif perdu puis atteint de nouveau",
        day="2022-01-01",
        openings=("2019-05-01",),
        histories=((opened("2019-06-01"), closed("2020-06-01"), opened("2021-06-01")),),
        target=target_row(2),
    ),
]


def test_what_is_said_at_the_edges_reads_as_french(golden):
    text = "\n\n".join(edge.said() for edge in EDGES) + "\n"
    golden("edges.txt", text.replace("\u00a0", "~").replace("\u202f", "^"))


@pytest.mark.parametrize("edge", EDGES, ids=lambda edge: edge.title)
def test_nothing_silly_is_said(edge):
    said = edge.said().replace("\u00a0", " ").replace("\u202f", " ")
    for silly in ("0,0 ", " 0 %", "sur 0", "Pour y parvenir", "en 1 jour"):
        assert silly not in said
    if "Trop tôt pour conclure" in said:
        assert "%" not in said


def test_a_target_is_reached_no_sooner_than_it_is_decided():
    found = Edge(title="", day="2022-01-01", openings=SIX[:3], target=DECIDED_LATE).situation()
    assert found.progress.reached_on == DECIDED_LATE.decided_on
    assert not found.progress.reached_earlier


def test_what_is_not_nothing_is_never_written_zero():
    assert percent(0.0004) == "moins de 1\u202f%"
    assert percent(0.0004, 1) == "moins de 0,1\u202f%"
    assert percent(0) == "0\u202f%"
    assert percent(0.004, 1) == "0,4\u202f%"
    assert headline.per_month(0.04) == "moins de 0,1\u00a0ouverture par mois"
    assert headline.per_month(1.96) == "2,0\u00a0ouvertures par mois"
    assert charts.pace("Rythme", 0.01) == "Rythme\u00a0: moins de 0,1 par trimestre"


def test_a_place_without_sites_or_inhabitants_is_not_a_fraction_of_nothing():
    nobody = Coverage(radius_km=30.0, population=0, inhabitants=0, unlocated=0)
    said = list(coverage_sentences(nobody, GRAND_EST, as_of=MAY_2019, centres=0, sites=(0, 0)))
    assert said[0] == "Au 13\u00a0mai 2019, personne n’habite dans le Grand Est."
    assert said[-1] == "Aucun site Action cœur de ville (liste de mars 2018) dans le Grand Est."


def test_a_count_out_of_nothing_is_no_fraction():
    assert out_of(222, "site", "aucun site ici") == "sur\u00a0222\u00a0sites"
    assert out_of(0, "site", "aucun site ici") == "aucun site ici"


def test_no_region_has_a_centre_is_said_in_words():
    text = table_finding(table([], TERRITORIES), "region", Scope(as_of=MAY_2019))
    assert text.startswith("**Aucune région n’a de centre ouvert avec certitude**")
