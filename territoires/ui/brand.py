"""The icon and the logo, as addresses that hold the drawing: no run of a page reads a file."""

from base64 import b64encode
from typing import Final

from territoires.settings import ROOT

_STATIC: Final = ROOT / "territoires" / "static"


def _address(name: str) -> str:
    """Write a drawing as a `data:` address, as Streamlit does at each run with a file."""
    return f"data:image/svg+xml;base64,{b64encode((_STATIC / name).read_bytes()).decode()}"


FAVICON: Final = _address("favicon.svg")
LOGO_DRAWN: Final = (_STATIC / "logo.svg").read_bytes()
LOGO: Final = _address("logo.svg")
