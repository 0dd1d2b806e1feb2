"""A list of towns as people write it: each line read for its town and its state."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territoires.domain.lists import CLAIMED, LONGEST, Claim, Outcome, meant, outcome
from territoires.domain.rollout import State
from territoires.exchange.lists import read_list
from territoires.exchange.tables import UnreadableError
from territoires.french.lists import read_state
from territoires.french.words import STATES
from tests.unit.exchange_samples import ods, ods_row, xlsx

STATE_SETS = st.frozensets(st.sampled_from(State), max_size=3)


def read(text):
    return read_list(text.encode(), name="votre liste")[0]


@pytest.mark.parametrize("state", State)
def test_a_state_of_ours_is_read_as_itself(state):
    assert state in read_state(STATES[state])


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("Centre ouvert", State.OPEN),
        ("inauguré en 2021", State.OPEN),
        ("OUVERTURE PRÉVUE en 2027", State.SELECTED),
        ("ouverture à venir", State.SELECTED),
        ("non ouvert", State.SELECTED),
        ("labellisée", State.SELECTED),
        ("fermée en 2023", State.CLOSED),
        ("projet abandonné", State.CLOSED),
    ],
)
def test_the_words_of_a_list_are_read_as_ours(text, state):
    assert read_state(text) == meant(state)


@pytest.mark.parametrize("text", ["", "Haute-Marne", "52", "2021", "Mairie", "x" * 10_000])
def test_other_words_say_no_state(text):
    assert not read_state(text)


def test_a_column_that_says_whether_a_centre_is_open_is_ticked_or_not():
    (yes, no) = read("ville;ouvert\nChaumont;oui\nTroyes;non\n")
    assert State.OPEN in yes.states
    assert State.OPEN not in no.states
    assert State.SELECTED in no.states


@pytest.mark.parametrize(
    ("line", "code", "name", "beside", "state"),
    [
        ("Chaumont", "", "Chaumont", "", ""),
        ("- Chaumont (52)", "", "Chaumont", "52", ""),
        ("12. Chaumont : ouvert", "", "Chaumont", "", "ouvert"),
        ("Chaumont \u2013 labellisée", "", "Chaumont", "", "labellisée"),
        ("Chaumont, ouvert depuis 2021", "", "Chaumont", "", "ouvert depuis 2021"),
        ("Chaumont (ouvert)", "", "Chaumont", "ouvert", "ouvert"),
        ("52121 Chaumont", "52121", "Chaumont", "", ""),
        ("Chaumont 52000", "52000", "Chaumont", "", ""),
        ("2a004", "2A004", "", "", ""),
        ("1004", "01004", "", "", ""),
        ("Havre (Le)", "", "Havre (Le)", "", ""),
        ("L\u2019Isle-d\u2019Abeau", "", "L\u2019Isle-d\u2019Abeau", "", ""),
        ("Saint-Denis - La Réunion", "", "Saint-Denis - La Réunion", "", ""),
    ],
)
def test_what_stands_around_a_name_is_taken_for_what_it_says(line, code, name, beside, state):
    (found,) = read(line)
    assert (found.code, found.name, found.beside, found.state) == (code, name, beside, state)
    assert found.said == line.replace(", ", " ; ")


@pytest.mark.parametrize("delimiter", [";", "\t", ",", "|"])
def test_cells_without_titles_are_told_by_what_they_hold(delimiter):
    (found,) = read(delimiter.join(["52121", "Chaumont", "Haute-Marne", "ouvert"]))
    assert (found.code, found.name, found.beside) == ("52121", "Chaumont", "Haute-Marne")
    assert State.OPEN in found.states


def test_lines_keep_the_numbers_that_they_have_in_the_file():
    found = read("\nListe de juin\nCommune;Statut\n\nTroyes;ouvert\nTotal;1\nChaumont;ouvert\n")
    assert [(each.line, each.name) for each in found] == [(5, "Troyes"), (7, "Chaumont")]


def test_a_first_line_said_again_is_a_line_like_the_others():
    assert [each.line for each in read("Dijon\nDijon\nTroyes\n")] == [1, 2, 3]
    assert [each.name for each in read("Dijon;Dijon\nTroyes;Troyes\n")] == ["Dijon", "Troyes"]


@pytest.mark.parametrize("titled", [True, False])
def test_a_workbook_is_read_with_titles_or_without(titled):
    lines = [("Ville", "Statut")] * titled + [("Chaumont", "ouvert"), ("Troyes", "labellisée")]
    for data in (xlsx(lines), ods("".join(ods_row(*line) for line in lines))):
        found = read_list(data, name="liste")[0]
        assert [(each.line, each.name, each.state) for each in found] == [
            (1 + titled, "Chaumont", "ouvert"),
            (2 + titled, "Troyes", "labellisée"),
        ]


@given(st.text(max_size=300))
def test_whatever_is_pasted_is_read_or_refused_in_french(text):
    told, found = "", ()
    try:
        found = read(text.encode("utf-8", "replace").decode())
    except UnreadableError as error:
        told = error.message
    assert bool(told) != bool(found)
    assert all(len(each.said) <= 101 and "\x00" not in each.name for each in found)


@pytest.mark.parametrize("filling", [" ", "(", " -", "Le ", "1", "a, "])
def test_a_line_that_no_name_is_as_long_as_is_read_no_further(filling):
    # Whatever looks for brackets, dashes or codes in it would look at every pair of its signs.
    text = f"Dijon{filling * (30_000 // len(filling))}fin"
    (found,) = read(text)
    assert len(found.name) <= LONGEST
    assert len(found.beside) <= LONGEST


@given(STATE_SETS, STATE_SETS)
def test_an_outcome_says_whether_we_know_the_town_and_agree(claimed, here):
    known = here - {State.NOTHING_KNOWN, State.OUTSIDE}
    found = outcome(claimed, here)
    if known & claimed:
        assert found is Outcome.SAME
    elif known:
        assert found is Outcome.OTHER_STATE
    else:
        assert found in {Outcome.MISSING_HERE, Outcome.SAME}
    assert outcome(CLAIMED[Claim.PROGRAMME], ()) is Outcome.MISSING_HERE


@given(st.sampled_from(State))
def test_a_list_that_says_what_we_say_agrees(state):
    assert outcome(meant(state), {state}) is Outcome.SAME
