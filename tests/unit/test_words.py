import ast
import inspect
from enum import StrEnum

import pytest

from territoires.domain.checks import Code
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import CentreFields, columns_of
from territoires.domain.errors import InvalidError, Problem, RefusedError, StaleError
from territoires.domain.programme import Basis, Qualifier, StageKind
from territoires.domain.roles import Permission
from territoires.domain.rollout import State, Status
from territoires.domain.scope import Scope
from territoires.domain.told import Told
from territoires.french import dictionary, faults, words
from territoires.french.desk import done, stage_name
from territoires.french.dictionary import COLUMNS
from territoires.french.problems import error_message, problem_message
from territoires.queries.rollout import PUBLISHED, published_figures
from tests.browser.reading import mistakes
from tests.unit.test_headline import SITUATIONS

TABLES = {
    name: value for name, value in vars(words).items() if name.isupper() and isinstance(value, dict)
} | {"COLUMNS": COLUMNS}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_of_words_is_whole_and_well_typeset(name):
    table = TABLES[name]
    kinds = {type(key) for key in table}
    assert len(kinds) == 1
    kind = kinds.pop()
    if issubclass(kind, StrEnum):
        assert list(table) == list(kind)
    for said in table.values():
        assert said == said.strip()
        assert "'" not in said
        assert said or kind is Qualifier  # an exact figure needs no word


@pytest.mark.parametrize("name", ["STATES", "STATUSES", "ROLES", "PERMISSIONS", "STAGES"])
def test_two_things_never_share_a_word(name):
    assert len(set(TABLES[name].values())) == len(TABLES[name])


def test_two_columns_of_a_table_never_share_a_heading():
    headings = [COLUMNS[name] for name in PUBLISHED]
    assert len(set(headings)) == len(headings)


def test_every_field_of_a_centre_has_its_name_in_the_history_of_the_town():
    assert list(dictionary.HISTORY) == list(columns_of(CentreFields))
    for name, said in dictionary.HISTORY.items():
        assert said, name
        assert name not in dictionary.CARDS or dictionary.CARDS[name]


class Elsewhere(Told):
    """Kinds of stages that are not in ours."""

    MOVED = "moved", "déménagement", "le"
    VISITED = "visited", "visite"


@pytest.mark.parametrize("kind", [*StageKind, *Elsewhere])
def test_what_is_done_to_a_stage_agrees_with_its_name(kind):
    said = done("record_stage", stage_name("Verdun", kind, PartialDate(2021), Basis.STATED))
    agreed = "enregistré." if kind.article == "le" else "enregistrée."
    assert said == f"Verdun, {kind.word} en 2021\u00a0: {agreed}"


@pytest.mark.parametrize("module", [dictionary, words], ids=lambda module: module.__name__)
def test_no_key_of_the_words_is_written_twice(module):
    # A literal silently keeps the last of two.
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Dict):
            keys = [ast.unparse(key) for key in node.keys]
            assert len(set(keys)) == len(keys)


def test_the_statuses_are_those_that_were_agreed():
    assert list(words.STATUSES.values()) == [
        "Objectif atteint",
        "Échéance dépassée",
        "Trop tôt pour conclure",
        "En baisse",
        "En bonne voie",
        "En progrès, accélération nécessaire",
        "Progrès limité",
    ]
    assert next(iter(Status)) is Status.REACHED


def test_the_legend_is_that_of_the_maps():
    assert [words.STATES[state].lower() for state in State] == [
        "ouvert",
        "ouvert, date inconnue",
        "ville labellisée, ouverture non connue",
        "rattachement non prouvé",
        "fermé ou abandonné",
        "rien de connu",
        "hors périmètre",
    ]


def test_a_labelled_town_is_never_said_to_be_retained_or_selected():
    for table in (words.STAGES, words.STATES, words.INDICATORS):
        for said in table.values():
            assert "retenue" not in said.lower()
            assert "sélection" not in said.lower()


def test_every_indicator_of_the_seeds_has_a_name(connection):

    _, scope = SITUATIONS[-1]
    data = published_figures(connection, scope=Scope(as_of=scope.as_of))
    assert set(data["indicator"]) <= set(words.INDICATORS)


def test_every_message_about_the_database_takes_its_detail():
    for code, message in faults.DATABASE.items():
        said = message.format(detail="x")
        assert said.endswith("."), code
        assert "'" not in said


REFUSALS = [
    StaleError("stage", 1, 2),
    StaleError("stage", 1, None),
    RefusedError(Permission.RECORD_STAGE),
    RefusedError(Permission.RECORD_STAGE, "44"),
    InvalidError((Problem("on", Code.REQUIRED), Problem("on", Code.BAD_DATE, "32/13/2021"))),
]


@pytest.mark.parametrize("error", REFUSALS, ids=str)
def test_what_refuses_an_act_is_well_typeset(error):
    said = error_message(error)
    assert mistakes(said) == []


def test_what_somebody_typed_keeps_its_apostrophes():
    said = problem_message(Problem("on", Code.BAD_DATE, "l'an 2000"))
    assert "l'an 2000" in said
