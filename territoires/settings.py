"""The only module that reads the environment."""

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path

from territoires.domain.errors import ConfigurationError
from territoires.domain.roles import LocalAccounts

ROOT = Path(__file__).resolve().parent.parent
SEEDS = ROOT / "data" / "seeds"
# What may stand in a content policy: a space or a semicolon would rewrite it.
ORIGIN = re.compile(r"https?://(\*\.)?[A-Za-z0-9.-]+(:\d{1,5})?")
SITE = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?(/[^\s?#]*)?")
_WHOLE = re.compile(r"[1-9][0-9]{0,8}")
_SESSION_COOKIE = "territoires_session"
_DEFAULT = f"sqlite:///{ROOT / 'data' / 'territoires.db'}"


@cache
def program() -> str:
    """Name the version of the program: a digest of its modules and of its libraries' versions."""
    files = [*sorted((ROOT / "territoires").rglob("*.py")), ROOT / "constraints.txt"]
    read = b"\0".join(file.read_bytes() for file in files if file.is_file())
    return hashlib.sha256(read).hexdigest()[:16]


def public_url(env: Mapping[str, str] = os.environ) -> str | None:
    """Read the address that visitors use, when a proxy stands in front."""
    return env.get("TERRITOIRES_PUBLIC_URL") or None


def publisher(env: Mapping[str, str] = os.environ) -> str | None:
    """Read who answers for what is published."""
    return env.get("TERRITOIRES_PUBLISHER") or None


def session_cookie(*, https: bool) -> str:
    """Name the cookie of a session: by https, one that no other host and no plain page can set."""
    return f"__Host-{_SESSION_COOKIE}" if https else _SESSION_COOKIE


@dataclass(frozen=True)
class Oidc:
    """An identity provider: where it describes itself, who we are to it, what signs its cookies."""

    metadata_url: str
    client_id: str
    client_secret: str = field(repr=False)
    cookie_secret: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a deployment decides.

    `database_url`: any SQLAlchemy URL, its owner's on a server where `writer_url` and `reader_url`
    name others, who may do less and are enough for a dashboard; `frame_ancestors`: origins that may
    embed the pages; `public_url`: the address that visitors use, when a proxy stands in front;
    `oidc`: the identity provider, which needs to know that address; `local_accounts`: who may sign
    in without it; `contact`: the address to which readers write; `publisher` and `host`: who
    publishes the site and who hosts it, as the law wants it said; `api_per_minute`: how often one
    network address may ask the API.
    """

    database_url: str = _DEFAULT
    writer_url: str | None = None
    reader_url: str | None = None
    frame_ancestors: tuple[str, ...] = ()
    public_url: str | None = None
    oidc: Oidc | None = None
    local_accounts: LocalAccounts = LocalAccounts.ON
    contact: str | None = None
    publisher: str | None = None
    host: str | None = None
    api_per_minute: int = 300

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> "Settings":
        """Read the settings; an empty variable counts as unset.

        What holds a secret may also be in a file, named by the same variable with `_FILE` after
        it, as containers give theirs. Raises ConfigurationError for a file that cannot be read, for
        what is no site, origin or whole number, and for an identity provider described in part.
        """
        writer = _secret(env, "TERRITOIRES_WRITER_URL") or None
        return cls(
            database_url=_secret(env, "TERRITOIRES_DATABASE_URL") or writer or _DEFAULT,
            writer_url=writer,
            reader_url=_secret(env, "TERRITOIRES_READER_URL") or None,
            frame_ancestors=_origins(env, "TERRITOIRES_FRAME_ANCESTORS"),
            public_url=_like(SITE, env, "TERRITOIRES_PUBLIC_URL") or None,
            oidc=(oidc := _oidc(env)),
            local_accounts=_local_accounts(env, oidc),
            contact=env.get("TERRITOIRES_CONTACT") or None,
            publisher=publisher(env),
            host=env.get("TERRITOIRES_HOST") or None,
            api_per_minute=int(
                _like(_WHOLE, env, "TERRITOIRES_API_PER_MINUTE") or cls.api_per_minute
            ),
        )


def door(url: str, *, writable: bool, env: Mapping[str, str] = os.environ) -> str:
    """Give the address by which a dashboard reads, or writes, the database of the settings.

    Any other database has one address. Nothing else of the environment is looked at.
    """
    owner, writer, reader = (
        _secret(env, f"TERRITOIRES_{name}_URL") for name in ("DATABASE", "WRITER", "READER")
    )
    if url != (owner or writer):
        return url
    return (writer if writable else reader or writer) or url


def variable_of(url: str, env: Mapping[str, str] = os.environ) -> str:
    """Name the variable that gives an address of the database; the owner's where none does."""
    names = [f"TERRITOIRES_{name}_URL" for name in ("DATABASE", "WRITER", "READER")]
    return next((name for name in names if url and _secret(env, name) == url), names[0])


def _like(pattern: re.Pattern[str], env: Mapping[str, str], name: str) -> str:
    text = env.get(name, "")
    if text and not pattern.fullmatch(text):
        raise ConfigurationError(name, text)
    return text


def _origins(env: Mapping[str, str], name: str) -> tuple[str, ...]:
    origins = tuple(env.get(name, "").split())
    for origin in origins:
        if not ORIGIN.fullmatch(origin):
            raise ConfigurationError(name, origin)
    return origins


def _local_accounts(env: Mapping[str, str], oidc: Oidc | None) -> LocalAccounts:
    name = "TERRITOIRES_LOCAL_ACCOUNTS"
    text = env.get(name) or LocalAccounts.ON.value
    # Without a provider, nobody else could come in any more.
    if text not in list(LocalAccounts) or (text != LocalAccounts.ON and oidc is None):
        raise ConfigurationError(name, text)
    return LocalAccounts(text)


def _secret(env: Mapping[str, str], name: str) -> str:
    path = env.get(f"{name}_FILE")
    if not path:
        return env.get(name, "")
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ConfigurationError(f"{name}_FILE", path) from error


def _oidc(env: Mapping[str, str]) -> Oidc | None:
    names = [f"TERRITOIRES_OIDC_{item.name.upper()}" for item in fields(Oidc)]
    values = [_secret(env, name) for name in names]
    if not any(values):
        return None
    wanted = [*zip(names, values, strict=True)]
    wanted.append(("TERRITOIRES_PUBLIC_URL", env.get("TERRITOIRES_PUBLIC_URL", "")))
    for name, value in wanted:
        if not value:
            raise ConfigurationError(name, value)
    _like(SITE, env, names[0])
    return Oidc(*values)
