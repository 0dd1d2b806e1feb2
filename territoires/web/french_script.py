"""Our scripts: French for what Streamlit says in English, the browser's part of forms and links."""

import hashlib
import json
from functools import partial
from pathlib import Path
from typing import Any, Final

from starlette.routing import Route

from territoires.domain.address import NAMES
from territoires.french.web import FORMS, GRID, LINKS, PATTERNS, SEARCH, WORDS
from territoires.web.compress import text_route

_JAVASCRIPT: Final = "text/javascript; charset=utf-8"
# Each is a function, called with its words: a module knows code, another knows French.
_SCRIPTS: Final[dict[str, tuple[Any, ...]]] = {
    "french": (WORDS, PATTERNS, NAMES),
    "forms": (FORMS,),
    "grid": (GRID,),
    "search": (SEARCH,),
    "links": (LINKS,),
    "answer": (),
}


def path(name: str) -> str:
    """Give the path at which a script is served."""
    return f"/statique/{name}.js"


def script(name: str = "french") -> str:
    """Give a script, called with its words."""
    source = Path(__file__).with_name(f"{name}.js").read_text(encoding="utf-8")
    words = ", ".join(json.dumps(each, ensure_ascii=False) for each in _SCRIPTS[name])
    return f"{source.rstrip().removesuffix(';')}({words});\n"


def _address(name: str) -> str:
    # The version is in the address, so that browsers may keep the script for ever.
    return f"{path(name)}?v={hashlib.sha256(script(name).encode()).hexdigest()[:12]}"


ADDRESSES: Final = {name: _address(name) for name in _SCRIPTS}


def script_routes() -> list[Route]:
    """Make the route of each script."""
    return [
        text_route(path(name), partial(script, name), content_type=_JAVASCRIPT) for name in _SCRIPTS
    ]
