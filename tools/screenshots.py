"""Take the pictures of the README and of the guides, from a fresh database of their own.

`python tools/screenshots.py` writes `docs/images/*.png`; the day looked at is in each address, so
that two runs differ only by what changed in the pages.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.browser.conftest import FLAGS, start_server  # noqa: E402
from tests.browser.conftest import settled as wait_for  # noqa: E402
from tools.ensure_browser import find_browser, is_root  # noqa: E402

IMAGES = ROOT / "docs" / "images"
WIDE, TALL = 1440, 900
PICTURES = {
    "accueil": ("/?au=2026-11-22", WIDE, 1180),
    "telephone": ("/?au=2026-11-22", 390, 844),
}


def main() -> int:
    """Take every picture; returns the exit code."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        database = Path(folder) / "territoires.db"
        server = None
        try:
            subprocess.run(
                [sys.executable, "-m", "territoires", "init"],
                check=True,
                cwd=ROOT,
                env={**os.environ, "TERRITOIRES_DATABASE_URL": f"sqlite:///{database}"},
                stdout=subprocess.DEVNULL,
            )
            server = start_server(database, Path(folder))
            browser = playwright.chromium.launch(
                executable_path=find_browser(),
                args=[*FLAGS, *(["--no-sandbox"] if is_root() else [])],
            )
            for name, (address, width, height) in PICTURES.items():
                _take(browser, server.url + address, IMAGES / f"{name}.png", width, height)
            browser.close()
        finally:
            if server is not None:
                server.stop()
    return 0


def _take(browser: Browser, address: str, path: Path, width: int, height: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": height}, locale="fr-FR")
    page.goto(address)
    wait_for(page)
    page.wait_for_selector(".js-plotly-plot .scatterlayer path")
    page.wait_for_timeout(1500)  # the fonts and the last layout
    page.screenshot(path=path)
    print(path.relative_to(ROOT))
    page.close()


if __name__ == "__main__":
    sys.exit(main())
