"""Find the PostgreSQL server that the tests start, or install one; never carry on without.

`find_server()` is also what the tests use, so that both speak of the same programs.
"""

import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools.ensure_browser import apt_install, can_apt

OLDEST = 15  # the first whose databases may sort by ICU, see tools/postgres.py
PLACES = (
    "/usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "/usr/pgsql-*/bin",  # Fedora, Red Hat
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)
PROGRAMS = ("initdb", "pg_ctl", "postgres")
CLUSTERS = Path("/etc/postgresql-common/createcluster.d")


def version(folder: Path) -> int:
    """Give the major version of the server in a folder, 0 when it has none that runs."""
    if not all((folder / name).is_file() for name in PROGRAMS):
        return 0
    try:
        asked = subprocess.run(
            [folder / "postgres", "--version"],
            capture_output=True,
            timeout=30,
            check=False,
            text=True,
        )
    except (OSError, subprocess.TimeoutExpired):
        return 0
    number = re.search(r"\(PostgreSQL\) (\d+)", asked.stdout)
    return int(number.group(1)) if number else 0


def find_server() -> Path | None:
    """Return the folder of a recent enough server: the PATH's, else the newest of the usual ones.

    `make test` finds another one by `PATH=/its/bin:$PATH make test`.
    """
    on_path = [Path(folder) for folder in os.get_exec_path() if folder]
    usual = [found for place in PLACES for found in Path("/").glob(place.removeprefix("/"))]
    for folders in (on_path, sorted(usual, key=version, reverse=True)):
        for folder in folders:
            if version(folder) >= OLDEST:
                return folder
    return None


@contextlib.contextmanager
def no_cluster() -> Iterator[None]:
    """Have Debian install the programs alone: its package would start a server of its own."""
    asked = CLUSTERS / "territoires.conf"
    asked.parent.mkdir(parents=True, exist_ok=True)
    asked.write_text("create_main_cluster = false\n", encoding="ascii")
    try:
        yield
    finally:
        asked.unlink()


def main() -> int:
    """Print the folder of the server, after installing one where there is none."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    found = find_server()
    if not found and can_apt():
        with no_cluster():
            apt_install("postgresql")
        found = find_server()
    if not found:
        print(
            f"Aucun serveur PostgreSQL ({OLDEST} ou plus récent) : les tests en démarrent un, "
            "provisoire. Installez-le (Debian, Ubuntu : apt install postgresql), ou donnez le "
            "dossier de ses programmes : PATH=/chemin/vers/bin:$PATH make test",
            file=sys.stderr,
        )
        return 1
    print(f"PostgreSQL des tests : {found}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
