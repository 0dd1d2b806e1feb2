"""Find the nginx that the tests put in front of two dashboards, or install it; never go without.

`find_nginx()` is also what the tests use, so that both speak of the same file.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools.ensure_browser import apt_install, can_apt

# Debian keeps it out of an ordinary user's PATH.
PLACES = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin", "/usr/local/bin")
OLDEST = (1, 19, 4)  # the first that can refuse a handshake, see deploy/nginx.conf


def find_nginx() -> str | None:
    """Return the path of a recent enough nginx that starts, or None."""
    found = [shutil.which("nginx"), *(shutil.which("nginx", path=place) for place in PLACES)]
    return next((path for path in found if path and version(path) >= OLDEST), None)


def version(path: str) -> tuple[int, ...]:
    """Give the version of an nginx, (0,) when it does not say."""
    try:
        asked = subprocess.run(
            [path, "-v"], capture_output=True, timeout=30, check=False, text=True
        )
    except (OSError, subprocess.TimeoutExpired):
        return (0,)
    number = re.search(r"nginx/(\d+)\.(\d+)\.(\d+)", asked.stderr)
    return tuple(map(int, number.groups())) if number else (0,)


def main() -> int:
    """Print the path of nginx, after installing it where there is none."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    found = find_nginx()
    if not found and can_apt():
        apt_install("nginx")
        found = find_nginx()
    if not found:
        oldest = ".".join(map(str, OLDEST))
        print(
            f"nginx {oldest} ou plus récent est nécessaire aux tests et n’a pas été trouvé. "
            "Installez-le (Debian, Ubuntu : apt install nginx ; macOS : brew install nginx).",
            file=sys.stderr,
        )
        return 1
    print(f"nginx des tests : {found}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
