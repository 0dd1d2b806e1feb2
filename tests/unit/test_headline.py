"""The headline of a dozen and more situations, kept in a file that a human reads as French."""

import csv
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from territoires.db.engine import reading
from territoires.db.models import Centre, Stage, Target
from territoires.domain.programme import StageKind
from territoires.domain.scope import Level, Perimeter, Place, Scope, Territory
from territoires.french.headline import sentences
from territoires.french.places import in_town, inside, typeset
from territoires.queries import rollout
from territoires.queries.territories import place
from territoires.settings import SEEDS
from tests.conftest import SEEDED_AT
from tests.factories import act, add, add_centre, add_stage, seeded_number, withdraw, writing

TODAY = date(2026, 11, 22)
LATER = SEEDED_AT + timedelta(days=1)


def of(title, as_of, territory="fr", **changes):
    day = date.fromisoformat(as_of)
    return title, Scope(as_of=day, territory=Territory.parse(territory), **changes)


SITUATIONS = [
    of("Avant la création de la base", "2026-11-22", known_at=SEEDED_AT - timedelta(days=30)),
    of("Telle que connue à la création", "2021-05-04", known_at=SEEDED_AT),
    of("Avant que l’objectif soit décidé", "2019-02-12"),
    of("Le jour où l’objectif est décidé", "2019-02-13"),
    of("La veille du début", "2019-03-31"),
    of("Le jour du début : rien de certain", "2019-04-01"),
    of("Premier mois", "2019-04-30"),
    of("Dates connues à l’année", "2019-12-31"),
    of("Deux comptes qui s’accordent", "2021-01-31"),
    of("Avant l’échéance", "2021-05-04"),
    of("La veille de l’échéance", "2022-12-30"),
    of("Le jour de l’échéance", "2022-12-31"),
    of("Le lendemain de l’échéance", "2023-01-01"),
    of("Aujourd’hui", "2026-11-22"),
    of("Aujourd’hui, non prouvés compris", "2026-11-22", with_unproven=True),
    of("Villes Action cœur de ville, avant leur objectif", "2019-05-12", perimeter=Perimeter.ACV),
    of("Villes Action cœur de ville", "2021-05-04", perimeter=Perimeter.ACV),
    of("Hors Action cœur de ville", "2021-05-04", perimeter=Perimeter.NON_ACV),
    of("Hors Action cœur de ville, aujourd’hui", "2026-11-22", perimeter=Perimeter.NON_ACV),
    of("Région avec ouvertures", "2021-12-31", "reg-44"),
    of("Région avant sa première ouverture, connue à l’année", "2019-06-01", "reg-24"),
    of("Région avant sa première ouverture, « au plus tard »", "2019-06-01", "reg-93"),
    of("Région sans ouverture", "2026-11-22", "reg-94"),
    of("Région avec un centre non prouvé", "2026-11-22", "reg-28"),
    of("Région et perimètre", "2026-11-22", "reg-44", perimeter=Perimeter.ACV),
    of("Région d’outre-mer", "2026-11-22", "reg-04"),
    of("Département avec ouverture", "2026-11-22", "dep-52"),
    of("Département sans ouverture", "2026-11-22", "dep-2B"),
    of("Ville ouverte", "2026-11-22", "com-52121"),
    of("Ville ouverte, avant", "2019-04-12", "com-52121"),
    of("Ville labellisée, ouverture non connue", "2026-11-22", "com-10387"),
    of("Ville ouverte à une date inconnue", "2026-11-22", "com-52448"),
    of("Ville au rattachement non prouvé", "2026-11-22", "com-50129"),
    of("Ville sans rien de connu", "2026-11-22", "com-76351"),
    of("Ville hors du périmètre choisi", "2026-11-22", "com-52121", perimeter=Perimeter.NON_ACV),
]


def said(connection, scope):
    found = rollout.situation(connection, scope=scope)
    return sentences(found, place(connection, territory=scope.territory))


def page(title, lines):
    shown = "\n".join(f"  {line}" for line in lines)
    return f"# {title}\n{shown}\n"


def with_target(url, value, deadline):
    with writing(url) as connection:
        add(
            connection,
            Target,
            at_utc=act(connection, LATER),
            indicator="open_centres",
            perimeter=Perimeter.ALL,
            territory="fr",
            value=value,
            starts_on=date(2019, 4, 1),
            deadline=deadline,
            decided_on=date(2019, 6, 1),
            source_id="cnam-2024-02",
        )


def test_the_headlines_read_as_french(whole_url, golden):
    with reading(whole_url) as connection:
        pages = [
            page(f"{title} ({scope.as_of.isoformat()}, {scope.territory})", said(connection, scope))
            for title, scope in SITUATIONS
        ]
    with_target(whole_url, 10, date(2022, 12, 31))
    with reading(whole_url) as connection:
        for title, scope in (
            of("Objectif de dix centres, atteint avant l’échéance", "2021-12-31"),
            of("Objectif de dix centres, atteint, aujourd’hui", "2026-11-22"),
        ):
            pages.append(page(title, said(connection, scope)))
    with writing(whole_url) as connection:
        at_utc = act(connection, LATER + timedelta(seconds=1))
        chaumont = seeded_number(connection, Centre, "52121")
        add_stage(
            connection, at_utc=at_utc, centre_id=chaumont, on="2024-01-15", kind=StageKind.CLOSED
        )
    with reading(whole_url) as connection:
        title, scope = of("Ville dont le centre a fermé", "2026-11-22", "com-52121")
        pages.append(page(title, said(connection, scope)))
    text = "\n".join(pages)
    # No-break spaces look like spaces: say where they are.
    golden("headlines.txt", text.replace("\u00a0", "~").replace("\u202f", "^"))


EVERY = [
    replace(scope, as_of=day, territory=Territory.parse(territory), perimeter=perimeter)
    for scope in [Scope(as_of=TODAY)]
    for day in (date(2019, 4, 15), date(2020, 2, 1), date(2021, 9, 30), TODAY)
    for territory in ("fr", "reg-44", "reg-94", "reg-11", "dep-18", "com-18033", "com-76351")
    for perimeter in Perimeter
]


def test_every_headline_is_well_typeset(connection):
    for scope in EVERY:
        for sentence in said(connection, scope):
            plain = sentence.replace("**", "")
            assert sentence.count("**") in {0, 2}, sentence
            assert plain[0].isupper(), sentence
            assert plain.endswith("."), sentence
            assert "'" not in plain, sentence
            assert "  " not in plain, sentence
            assert " ." not in plain, sentence
            assert " ," not in plain, sentence
            assert not re.search(r"(?<!\u00a0):(?!\d)", plain), sentence
            assert not re.search(r"(?<!\u202f)[;!?%]", plain), sentence
            assert not re.search(r"\b(ne|que|de|le|la|se|me) [aeiouéèêh]st\b", plain), sentence
            assert not re.search(r"\bde (avril|août|octobre)\b", plain), sentence
            assert "None" not in plain, sentence


def test_each_headline_has_its_count_and_its_date(connection):
    for scope in EVERY:
        found = rollout.situation(connection, scope=scope)
        first = said(connection, scope)[0]
        if found.count.open:
            assert str(found.count.open) in first
        if found.progress.status != "overdue" or not found.count.open:
            assert str(scope.as_of.year) in first


def test_a_single_uncertain_date_is_spoken_of_in_the_singular(url):
    with writing(url) as connection:
        at_utc = act(connection, LATER)
        for number in connection.scalars(
            Stage.__table__.select()
            .with_only_columns(Stage.id)
            .where(Stage.kind == StageKind.OPENED, Stage.seed_key.not_like("52121/%"))
        ).all():
            withdraw(connection, Stage, number, at_utc=at_utc)
        troyes = seeded_number(connection, Centre, "10387")
        add_stage(connection, at_utc=at_utc, centre_id=troyes, on="2020-02-03")
    with reading(url) as connection:
        text = " ".join(said(connection, Scope(as_of=date(2020, 6, 1))))
    assert "1\u00a0date sur\u00a02 n’est pas connue au jour près" in text


def test_a_published_total_below_the_count_is_not_said_to_exceed_it(url):
    with writing(url) as connection:
        at_utc = act(connection, LATER)
        for _ in range(42):
            new = add_centre(connection, at_utc=at_utc)
            add_stage(connection, at_utc=at_utc, centre_id=new, on="2020-02-03")
    with reading(url) as connection:
        text = " ".join(said(connection, Scope(as_of=TODAY)))
    assert "57\u00a0centres sur 100" in text  # three quarters of 75 are 56,25
    assert "ne dépasse pas" in text


# --- places ---


def places(level, name):
    with (SEEDS / "reference" / name).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield Place(territory=Territory(level, row["code"]), name=row["name"])


def test_every_region_and_department_has_its_preposition(golden):
    every = [*places(Level.REGION, "regions.csv"), *places(Level.DEPARTMENT, "departments.csv")]
    golden("places.txt", "".join(f"{inside(one)}\n" for one in every))


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("Chaumont", "à Chaumont"),
        ("Le Havre", "au Havre"),
        ("Les Abymes", "aux Abymes"),
        ("La Rochelle", "à La Rochelle"),
        ("L'Haÿ-les-Roses", "à L’Haÿ-les-Roses"),
        ("Lesneven", "à Lesneven"),
    ],
)
def test_a_town_contracts_its_article(name, where):
    assert in_town(name) == where


def test_france_needs_no_preposition():
    assert inside(Place(territory=Territory(), name="France")) == ""


def test_a_name_takes_the_apostrophe_of_print():
    assert typeset("Côtes-d'Armor") == "Côtes-d’Armor"
