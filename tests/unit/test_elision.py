"""One rule of elision for the whole program, and nothing that joins two words without it."""

import ast
import csv
import gzip
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territoires.domain.dates import PartialDate
from territoires.domain.programme import StageKind
from territoires.domain.roles import Permission, Role
from territoires.domain.text import fold
from territoires.french import dates
from territoires.french.places import of_town
from territoires.french.problems import not_permitted
from territoires.french.typography import elided
from territoires.french.words import STAGES, the_stage
from territoires.settings import ROOT, SEEDS


@pytest.mark.parametrize(
    ("before", "following", "joined"),
    [
        ("ne permet pas de", "enregistrer", "ne permet pas d’enregistrer"),
        ("de", "Chaumont", "de Chaumont"),
        ("de", "Épinal", "d’Épinal"),
        ("de", "Œuilly", "d’Œuilly"),
        ("de", "Hyères", "d’Hyères"),
        ("de", "Haguenau", "de Haguenau"),
        ("de", "Haute-Goulaine", "de Haute-Goulaine"),
        ("de", "Hauterives", "d’Hauterives"),
        ("de", "Yvetot", "d’Yvetot"),
        ("de", "Yenne", "de Yenne"),
        ("de", "Yerres", "d’Yerres"),
        ("la", "ouverture", "l’ouverture"),
        ("le", "onze", "le onze"),
        ("le", "habitant", "l’habitant"),
        ("de", "8 centres", "de 8 centres"),
        ("que", "**Auch**", "qu’**Auch**"),
        ("jusque", "ici", "jusqu’ici"),
        ("presque", "un", "presque un"),
        ("une", "ouverture", "une ouverture"),
        ("Voir la fiche de", "Angoulême", "Voir la fiche d’Angoulême"),
    ],
)
def test_a_word_is_elided_where_french_elides_it(before, following, joined):
    assert elided(before, following) == joined


@given(before=st.sampled_from(["de", "le", "la", "que", "parce que", "jusque"]), word=st.text())
def test_what_follows_is_never_touched(before, word):
    joined = elided(before, word)
    assert joined.endswith(word)
    assert joined.removesuffix(word) in {f"{before} ", f"{before[:-1]}’"}


@given(before=st.sampled_from(["de", "la", "que"]), word=st.from_regex(r"\A[aeiouàâéèêëîïôùûœ]\w*"))
def test_no_vowel_follows_a_vowel(before, word):
    if not re.match(r"(?:onz|oui|ouistreham|uhlan)", fold(word)):
        assert elided(before, word).startswith(f"{before[:-1]}’")


def test_no_commune_of_france_is_badly_joined():
    with gzip.open(SEEDS / "reference" / "communes.csv.gz", "rt", encoding="utf-8") as file:
        names = [row["name"] for row in csv.DictReader(file)]
    joined = [of_town(name) for name in names]
    assert len(joined) > 30_000
    wrong = re.compile(r"d[eu] (?:Les? |(?!Oui|Onz)[aeiouâàéèêîôœ])", re.IGNORECASE)
    assert not [text for text in joined if wrong.match(text)]
    assert {"du Havre", "d’Épinal", "des Abymes", "de L’Haÿ-les-Roses"} <= set(joined)


def test_dates_and_stages_are_joined_by_the_same_rule():
    told = [dates.of(PartialDate(2019, 4)), dates.of(PartialDate(2019, 4, 13))]
    told += [dates.of(PartialDate(2019)), dates.of(PartialDate()), dates.until(PartialDate(2021))]
    assert [text.replace("\u00a0", " ") for text in told] == [
        "d’avril 2019",
        "du 13 avril 2019",
        "de 2019",
        "d’une date inconnue",
        "jusqu’en 2021",
    ]
    assert the_stage(StageKind.OPENED) == "l’ouverture"
    assert the_stage(StageKind.CLOSED) == "la fermeture"
    assert the_stage(StageKind.ABANDONED) == "l’abandon"
    assert set(STAGES) == set(StageKind)


def test_what_a_role_may_not_do_is_said_in_french():
    for permission in Permission:
        assert not re.search(r"\bde [aeiouéè]", not_permitted(Role.PARTNER, permission))


# What never begins with a vowel when it follows « de » or « le »: figures, days, quotations.
_SAFE = re.compile(
    r"(?:\w+\.)*(?:number|counted|percent|quoted|km|distance|day|_day|_?instant|plural)\("
    r"|(?:\w+\.)?[A-Z_]+(?: - 1)?$|(?:\w+\.)?(?:km|radius_km|MOST)$"
    r"|(?:day|today|deadline|start|when|created|people)$|radii|name_of\(|said\(|_?per_month\(|_headcount\("
    r"|partial\(PartialDate\.of"
)
_JOINING = re.compile(r"(?:^|[^\w’])(?:de|la|le|que|ne|se|jusque|lorsque|puisque)[ \u00a0]\**$")
_TEMPLATE = re.compile(
    r"(?:^|[^\w’])(?:de|la|le|que|jusque)[ \u00a0]"
    r"\{(?!before|after|least|limit|minutes|where|read|other|left)"
)


def _joined_by_hand(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.JoinedStr):
            for text, value in zip(node.values, node.values[1:], strict=False):
                if (
                    isinstance(text, ast.Constant)
                    and isinstance(value, ast.FormattedValue)
                    and _JOINING.search(text.value)
                    and not _SAFE.match(ast.unparse(value.value))
                ):
                    yield f"{path.name}:{node.lineno}: {text.value[-20:]}{ast.unparse(value.value)}"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from (
                f"{path.name}:{node.lineno}: {node.value}" for _ in _TEMPLATE.findall(node.value)
            )


def test_no_word_is_put_after_another_by_hand():
    rooms = [Path(ROOT) / "territoires", Path(ROOT) / "pages"]
    own = {"typography.py", "places.py", "dates.py"}
    paths = [path for room in rooms for path in room.rglob("*.py") if path.name not in own]
    assert [found for path in paths for found in _joined_by_hand(path)] == []
