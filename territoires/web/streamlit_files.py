"""Where the installed Streamlit keeps its page: the one place that knows its folders."""

import re
from importlib.util import find_spec
from pathlib import Path
from typing import Final

_IMPORTED: Final = re.compile(r"""(?:from|import)\s*["']\./([\w.-]+\.js)["']""")
_FONT: Final = re.compile(r'href="\.(/static/media/SourceSansVF-Upright[^"]*)"')
# Bundlers put static imports first; the largest script weighs 5 MB and holds no other.
_HEAD: Final = 16_384


def folder() -> Path:
    """The folder that Streamlit serves at `/`: found without importing Streamlit, which is slow."""
    spec = find_spec("streamlit")
    if spec is None or not spec.submodule_search_locations:
        msg = "Streamlit is not installed: pip install -r requirements.txt"
        raise RuntimeError(msg)
    return Path(spec.submodule_search_locations[0]) / "static"


def index() -> Path:
    """The page that Streamlit answers to every address it does not know."""
    return folder() / "index.html"


def letters(page: str, *, root: str = "") -> str:
    """Name the letters that a page of Streamlit's loads, as it does itself only once it runs.

    `root` is where the page stands: the whole address of the site, or its own.
    """
    return "".join(
        f'<style>@font-face{{font-family:"Source Sans";font-weight:200 900;src:url({root}{each})}}'
        "</style>"
        for each in _FONT.findall(page)
    )


def scripts(stem: str) -> list[str]:
    """The script of that name and those it imports, as `static/js/<file>`, itself first.

    `stem` is the name before the hash (`PlotlyChart`); nothing is found for an unknown one, so that
    another version of Streamlit costs a hint and not the page.
    """
    place = folder() / "static" / "js"
    waiting = sorted(path.name for path in place.glob(f"{stem}.*.js"))[:1]
    found: list[str] = []
    while waiting:
        name = waiting.pop(0)
        if name in found or not (place / name).is_file():
            continue
        found.append(name)
        with (place / name).open(encoding="utf-8") as script:
            waiting += _IMPORTED.findall(script.read(_HEAD))
    return [f"static/js/{name}" for name in found]
