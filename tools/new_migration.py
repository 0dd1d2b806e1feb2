"""Write the migration that brings a database to the models: `make migration NAME="surface m2"`.

They are compared with a new database, thrown away at once: whatever one works on plays no part.
"""

import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from alembic import command

from territoires.db.engine import engine
from territoires.db.revision import HEAD
from territoires.db.schema import MIGRATIONS, migrating


def new_migration(name: str, migrations: Path = MIGRATIONS) -> Path | None:
    """Write it, numbered after the last and put in form; None where nothing has changed."""
    with TemporaryDirectory() as folder:
        blank = engine(f"sqlite:///{folder}/new.db", writable=True, owner=True)
        with blank.connect() as connection:
            config = migrating(connection, migrations)
            command.upgrade(config, "head")
            made = command.revision(
                config,
                name,
                autogenerate=True,
                rev_id=f"{int(HEAD) + 1:04}",
                process_revision_directives=_unless_empty,
            )
        blank.dispose()
    if not made:
        return None
    path = Path(made.path)  # type: ignore[union-attr]
    for put in (["check", "--fix", "--exit-zero"], ["format"]):
        subprocess.run([sys.executable, "-m", "ruff", *put, "--silent", path], check=True)
    tidy = re.sub(r" +# ### .*\n|\n(?=\n\nrevision)", "", path.read_text("utf-8"))
    path.write_text(tidy, "utf-8")
    return path


def _unless_empty(_context: Any, _revision: Any, directives: list[Any]) -> None:
    if directives[0].upgrade_ops.is_empty():
        directives.clear()


def main() -> int:
    """Write a migration named as the command line says."""
    name = " ".join(sys.argv[1:]).strip()
    if not name:
        print('Dites ce qu’elle ajoute : make migration NAME="surface m2"', file=sys.stderr)
        return 2
    made = new_migration(name)
    print(f"À relire : {made}" if made else "Les modèles n’ont pas changé : rien à écrire.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
