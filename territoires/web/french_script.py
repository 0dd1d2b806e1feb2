"""The script that says in French what Streamlit only says in English."""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from territoires.french.web import PATTERNS, WORDS
from territoires.web.compress import chosen_coding, lifetime, packed_text

_SOURCE: Final = Path(__file__).with_name("french.js")
PATH: Final = "/statique/french.js"


def script() -> str:
    """The script, called with its words: a module knows code, another knows French."""
    source = _SOURCE.read_text(encoding="utf-8").rstrip().removesuffix(";")
    words = json.dumps(WORDS, ensure_ascii=False)
    patterns = json.dumps(PATTERNS, ensure_ascii=False)
    return f"{source}({words}, {patterns});\n"


# The version is in the address, so that browsers may keep the script for ever.
ADDRESS: Final = f"{PATH}?v={hashlib.sha256(script().encode()).hexdigest()[:12]}"


@cache
def _packed(coding: str | None) -> tuple[bytes, str]:
    packed = packed_text(script(), coding=coding, content_type="text/javascript; charset=utf-8")
    return packed.body, packed.content_type


def french_script(request: Request) -> Response:
    """GET: the script."""
    coding = chosen_coding(request.headers.get("accept-encoding", ""))
    body, content_type = _packed(coding)
    headers = {"cache-control": lifetime(request.scope), "vary": "accept-encoding"}
    if coding:
        headers["content-encoding"] = coding
    return Response(body, media_type=content_type, headers=headers)
