"""Our scripts: French for what Streamlit says in English, the browser's part of forms and links.

And the address of our style sheet: each names its version, so that browsers may keep it for ever.
"""

import hashlib
import json
from functools import partial
from pathlib import Path
from typing import Any, Final

from starlette.routing import Route

from territoires.domain.address import NAMES
from territoires.french.web import FORMS, GRID, LINKS, PATTERNS, SEARCH, WORDS
from territoires.web.compress import OURS, OURS_AT, text_route

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


def _address(where: str, body: bytes) -> str:
    return f"{where}?v={hashlib.sha256(body).hexdigest()[:12]}"


ADDRESSES: Final = {name: _address(path(name), script(name).encode()) for name in _SCRIPTS}
STYLE: Final = _address(f"{OURS_AT}territoires.css", (OURS / "territoires.css").read_bytes())


def script_routes() -> list[Route]:
    """Make the route of each script."""
    return [
        text_route(path(name), partial(script, name), content_type=_JAVASCRIPT) for name in _SCRIPTS
    ]
