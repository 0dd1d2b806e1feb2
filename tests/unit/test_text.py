import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territoires.domain.text import fold, slug


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Châlons-en-Champagne", "chalons en champagne"),
        ("L'Haÿ-les-Roses", "l’haÿ les roses"),
        ("Saint-Étienne", "ST ETIENNE"),
        ("Sainte-Maxime", "Ste Maxime"),
        ("Œuf-en-Ternois", "oeuf en ternois"),
        ("Épinal", "E\u0301pinal"),
        ("  Sète  ", "sete"),
        ("Le Mée-sur-Seine", "le mee\u00a0sur\u202fseine"),
    ],
)
def test_two_spellings_of_a_name_are_the_same(one, other):
    assert fold(one) == fold(other) != ""


@pytest.mark.parametrize(
    ("one", "other"), [("Stains", "Saintains"), ("Sète", "Cette"), ("Est", "Esaint")]
)
def test_two_names_are_not_the_same(one, other):
    assert fold(one) != fold(other)


@given(st.text())
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_a_folded_name_is_plain(text):
    assert all(c in "abcdefghijklmnopqrstuvwxyz0123456789 " for c in fold(text))
    assert fold(text) == fold(text).strip()
    assert "  " not in fold(text)


@given(st.text())
def test_composed_and_decomposed_letters_are_the_same(text):
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


def test_a_key_for_addresses_has_hyphens():
    assert slug("Économie & gestion, Bac + 3") == "economie-gestion-bac-3"
