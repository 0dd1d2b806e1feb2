"""Names come in the order of a French dictionary, which neither engine's sorting is."""

import pytest

from territoires.commands.staff import add_staff
from territoires.db.engine import reading
from territoires.domain.drafts import StaffDraft
from territoires.domain.roles import Role
from territoires.domain.scope import Scope
from territoires.domain.text import fold
from territoires.queries import courses, entry, forms, sources
from territoires.queries.staff import staff
from territoires.queries.territories import regions_and_departments
from tests.integration.writing import GRAND_EST, NOON, NOUVELLE_AQUITAINE, do


def territories(connection, kind):
    found = regions_and_departments(connection)
    return found[found["territory"].str.startswith(kind)]["name"].tolist()


def of_one_field(listed):
    return listed[listed["field"] == listed["field"].mode()[0]]["title"].tolist()


NOW = Scope(as_of=NOON.date())
NAMES = {
    "regions": lambda connection: territories(connection, "reg-"),
    "departments": lambda connection: territories(connection, "dep-"),
    "regions of a form": lambda connection: list(forms.regions(connection).values()),
    "sources of a form": lambda connection: entry.sources(connection)["publisher"].tolist(),
    "sources": lambda connection: sources.all_sources(connection, scope=NOW)["publisher"].tolist(),
    "guidance": lambda connection: courses.services(connection, scope=NOW)["service"].tolist(),
    "fields": lambda connection: entry.courses(connection)["field"].tolist(),
    "courses of a field": lambda connection: of_one_field(entry.courses(connection)),
}


@pytest.mark.parametrize("what", NAMES)
def test_names_are_in_french_order(connection, what):
    names = NAMES[what](connection)
    assert len(names) > 2
    assert names == sorted(names, key=fold)


def test_the_staff_is_in_french_order(small_url):
    for name in ("Zoé", "Étienne", "émile", "Fanny", "d’Arc", "Damien"):
        draft = StaffDraft(
            email=f"{fold(name).replace(' ', '')}@lecnam.net",
            name=name,
            role=Role.ENTRY,
            regions=(NOUVELLE_AQUITAINE, GRAND_EST),
        )
        do(small_url, add_staff, draft)
    with reading(small_url) as connection:
        found = staff(connection, now=NOON)
    ours = found[found["email"].str.endswith("lecnam.net")]
    assert ours["name"].tolist() == ["d’Arc", "Damien", "émile", "Étienne", "Fanny", "Zoé"]
    assert set(ours["region_names"]) == {"Grand Est, Nouvelle-Aquitaine"}
