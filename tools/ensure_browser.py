"""Find the Chromium that the browser tests drive, or install one; never carry on without.

`find_browser()` is also what the tests use, so that both speak of the same file.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

SHELL = "chromium-headless-shell"  # Chromium without its own windows: a fifth less work for a page
NAMES = (
    SHELL,
    "chrome-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
)
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
IN_PLAYWRIGHT = (
    "chromium_headless_shell-*/*/chrome-headless-shell*",
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
    "chromium-*/chrome-win*/chrome.exe",
)


def playwright_caches() -> list[Path]:
    """Return the folders where Playwright keeps the browsers it downloads, existing ones only."""
    home = Path.home()
    chosen = os.environ.get("PLAYWRIGHT_BROWSERS_PATH", "")
    local = os.environ.get("LOCALAPPDATA", "")
    folders = [
        *([Path(chosen)] if chosen and chosen != "0" else []),
        home / ".cache" / "ms-playwright",
        home / "Library" / "Caches" / "ms-playwright",
        *([Path(local) / "ms-playwright"] if local else []),
    ]
    return [folder for folder in folders if folder.is_dir()]


def candidates() -> Iterator[str]:
    """Yield what may be a Chromium: the system's first, then Playwright's, newest first."""
    for name in NAMES:
        found = shutil.which(name)
        if found:
            yield found
    for place in PLACES:
        if Path(place).is_file():
            yield place
    for cache in playwright_caches():
        found_here = [path for pattern in IN_PLAYWRIGHT for path in cache.glob(pattern)]
        found_here.sort(key=lambda path: _revision(path.relative_to(cache).parts[0]), reverse=True)
        yield from map(str, found_here)


def _revision(folder: str) -> int:
    number = re.search(r"\d+$", folder)
    return int(number.group()) if number else 0


def runs(path: str) -> bool:
    """Whether this file is a browser that starts: Ubuntu's package is only a door to its shop."""
    if os.name == "nt":  # there, asking for its version opens a window
        return Path(path).is_file()
    try:
        asked = subprocess.run(
            [path, "--version"], capture_output=True, timeout=30, check=False, text=True
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0 and bool(re.search(r"\d+\.\d+", asked.stdout))


def find_browser() -> str | None:
    """Return the path of a Chromium that runs, or None.

    TERRITOIRES_CHROMIUM names one and then nothing else is tried: a wrong value is an answer of
    None rather than tests run silently with another browser.
    """
    named = os.environ.get("TERRITOIRES_CHROMIUM")
    if named:
        return named if runs(named) else None
    return next(filter(runs, candidates()), None)


def is_root() -> bool:
    """Whether Chromium will refuse its sandbox (--no-sandbox), and apt-get will obey."""
    return os.name == "posix" and os.geteuid() == 0


def can_apt() -> bool:
    """Whether this is a Debian that lets us install its packages."""
    return is_root() and Path("/etc/debian_version").exists() and bool(shutil.which("apt-get"))


def apt_install(*packages: str) -> None:
    """Install Debian's packages; what goes wrong shows in the caller's next search."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update", "-qq"], ["install", "-y", "-qq", *packages]):
        command = ["apt-get", *arguments]
        print("+", " ".join(command), flush=True)
        subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, check=False)


def main() -> int:
    """Print the path of the browser, after installing one where there is none."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    named = os.environ.get("TERRITOIRES_CHROMIUM")
    found = find_browser()
    if not named and can_apt() and not shutil.which(SHELL):
        apt_install(SHELL)
        found = find_browser()
        if not found:  # older Debians have the whole alone
            apt_install("chromium")
            found = find_browser()
    if not named and not found:
        print(f"+ python -m playwright install {SHELL}", flush=True)
        subprocess.run(
            [sys.executable, "-m", "playwright", "install", SHELL],
            stdin=subprocess.DEVNULL,
            check=False,
        )
        found = find_browser()
    if not found:
        where = f"TERRITOIRES_CHROMIUM={named} ne démarre pas" if named else "Aucun navigateur"
        print(
            f"{where} : les tests ont besoin de Chromium ou de Google Chrome. Installez-en un, "
            "ou donnez son chemin : TERRITOIRES_CHROMIUM=/chemin/vers/chromium make test",
            file=sys.stderr,
        )
        return 1
    print(f"Navigateur des tests : {found}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
