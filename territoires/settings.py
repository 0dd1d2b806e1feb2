"""The only module that reads the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from territoires.domain.errors import ConfigurationError

ROOT = Path(__file__).resolve().parent.parent
SEEDS = ROOT / "data" / "seeds"
_DEFAULT = f"sqlite:///{ROOT / 'data' / 'territoires.db'}"


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

    `database_url`: any SQLAlchemy URL; `frame_ancestors`: origins that may embed the pages;
    `public_url`: the address that visitors use, when a proxy stands in front; `oidc`: the identity
    provider, which needs to know that address; `contact`: the address to which readers write.
    """

    database_url: str = _DEFAULT
    frame_ancestors: tuple[str, ...] = ()
    public_url: str | None = None
    oidc: Oidc | None = None
    contact: str | None = None

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> "Settings":
        """Read the settings; an empty variable counts as unset.

        Raises ConfigurationError for an identity provider described in part.
        """
        return cls(
            database_url=env.get("TERRITOIRES_DATABASE_URL") or _DEFAULT,
            frame_ancestors=tuple(env.get("TERRITOIRES_FRAME_ANCESTORS", "").split()),
            public_url=env.get("TERRITOIRES_PUBLIC_URL") or None,
            oidc=_oidc(env),
            contact=env.get("TERRITOIRES_CONTACT") or None,
        )


def _oidc(env: Mapping[str, str]) -> Oidc | None:
    names = [f"TERRITOIRES_OIDC_{item.name.upper()}" for item in fields(Oidc)]
    values = [env.get(name, "") for name in names]
    if not any(values):
        return None
    wanted = [*zip(names, values, strict=True)]
    wanted.append(("TERRITOIRES_PUBLIC_URL", env.get("TERRITOIRES_PUBLIC_URL", "")))
    for name, value in wanted:
        if not value:
            raise ConfigurationError(name, value)
    return Oidc(*values)
