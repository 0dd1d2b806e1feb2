"""Which passwords are refused: short, common, simple, or the address itself."""

from collections.abc import Iterator

from territoires.domain.checks import Code
from territoires.domain.errors import Problem
from territoires.domain.text import fold

SHORTEST = 12
LONGEST = 200  # hashing a novel would be a way to slow the server down
_FEW = 5  # different characters

# The commonest of twelve characters and more, and what people lengthen them with.
_LISTED = """
    123456789012 1234567890123 12345678901234 123456123456 111111111111 000000000000
    123123123123 qwertyuiop12 qwertyuiop123 qwertyuiopasdf azertyuiop12 azertyuiop123
    azertyuiopqsdf azertyazerty qwertyqwerty 1q2w3e4r5t6y 1qaz2wsx3edc 1a2z3e4r5t6y
    motdepasse123 motdepasse1234 motdepasse2024 motdepasse2025 motdepasse2026 motdepasse12
    motdepassemotdepasse monmotdepasse passwordpassword password1234 password12345 password123456
    password2024 password2025 password2026 administrateur administrateur1 administrator
    administrator1 administration admin1234567 adminadminadmin adminadmin12 changezmoi12
    changezmoi123 changemeplease bienvenue123 bienvenue1234 welcome12345 letmeinletmein
    territoires123 territoires2026 territoirescnam cnamcnamcnam soleilsoleil doudoudoudou
    jetaimejetaime iloveyou1234 loulouloulou chouchouchou marseille1234 abcdefghijkl
    abcdefghijklm abcd12345678 abc123abc123 aaaaaaaaaaaa
    """
_COMMON = frozenset(_LISTED.split())


def password_problems(password: str, *, email: str) -> Iterator[Problem]:
    """Judge a password chosen for the account `email`; no value is quoted."""
    if len(password) < SHORTEST:
        yield Problem("new", Code.PASSWORD_TOO_SHORT, "", {"least": SHORTEST})
        return
    if len(password) > LONGEST:
        yield Problem("new", Code.PASSWORD_TOO_LONG, "", {"most": LONGEST})
        return
    folded = fold(password).replace(" ", "")
    local, _, host = email.partition("@")
    names = {fold(email), fold(local), fold(local + host.split(".")[0])}
    if folded in {name.replace(" ", "") for name in names} or (
        local and password.casefold() == email.casefold()
    ):
        yield Problem("new", Code.PASSWORD_LIKE_EMAIL)
    elif password.casefold() in _COMMON or folded in _COMMON:
        yield Problem("new", Code.PASSWORD_COMMON)
    elif len(set(password.casefold())) < _FEW:
        yield Problem("new", Code.PASSWORD_TOO_SIMPLE)
