"""The only module that reads the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SEEDS = ROOT / "data" / "seeds"
_DEFAULT = f"sqlite:///{ROOT / 'data' / 'territoires.db'}"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a deployment decides.

    `database_url`: any SQLAlchemy URL; `frame_ancestors`: origins that may embed the pages;
    `public_url`: the address that visitors use, when a proxy stands in front.
    """

    database_url: str = _DEFAULT
    frame_ancestors: tuple[str, ...] = ()
    public_url: str | None = None

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> "Settings":
        """Read the settings; an empty variable counts as unset."""
        return cls(
            database_url=env.get("TERRITOIRES_DATABASE_URL") or _DEFAULT,
            frame_ancestors=tuple(env.get("TERRITOIRES_FRAME_ANCESTORS", "").split()),
            public_url=env.get("TERRITOIRES_PUBLIC_URL") or None,
        )
