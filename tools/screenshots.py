"""Take the pictures of the README and of the guide, from a fresh database of their own.

`python tools/screenshots.py` writes `docs/images/*.png`; the day looked at is in each address, so
that two runs differ only by what changed in the pages.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.browser.conftest import FLAGS, start_server  # noqa: E402
from tests.browser.conftest import settled as wait_for  # noqa: E402
from tests.browser.desks import SECOND_ADMIN, Office  # noqa: E402
from tools.ensure_browser import find_browser, is_root  # noqa: E402

IMAGES = ROOT / "docs" / "images"
WIDE, TALL = 1440, 900
PICTURES = {
    "accueil": ("/?au=2026-11-22", WIDE, 1180),
    "carte": ("/carte?au=2026-11-22", WIDE, 1180),
    "ville": ("/ville?ville=52121&au=2026-11-22", WIDE, 1180),
    "telephone": ("/?au=2026-11-22", 390, 844),
}
# Signed in as an administrator.
DESK_PICTURES = {
    "saisie": ("/saisie", 1100, 900),
    "etape": ("/saisir-etape?ville=10387", 1100, 1000),
    "inscriptions": ("/saisir-inscriptions?ville=52121", 1100, 1000),
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
                page = browser.new_page(viewport={"width": width, "height": height}, locale="fr-FR")
                page.goto(server.url + address)
                page.locator(".js-plotly-plot .main-svg, .dessin svg").first.wait_for()
                _take(page, name)
            office = Office(server, database)
            office.staff()
            for name, (address, width, height) in DESK_PICTURES.items():
                page = browser.new_page(viewport={"width": width, "height": height}, locale="fr-FR")
                office.sign_in(page, SECOND_ADMIN)
                page.goto(server.url + address)
                _take(page, name)
            browser.close()
        finally:
            if server is not None:
                server.stop()
    return 0


def _take(page: Page, name: str) -> None:
    wait_for(page)
    page.wait_for_timeout(1500)  # the fonts and the last layout
    path = IMAGES / f"{name}.png"
    page.screenshot(path=path)
    print(path.relative_to(ROOT))
    page.close()


if __name__ == "__main__":
    sys.exit(main())
