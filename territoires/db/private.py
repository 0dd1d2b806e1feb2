"""Files and folders that only the account that runs the program may read."""

from contextlib import suppress
from pathlib import Path

_FOLDER, _FILE, _OTHERS = 0o700, 0o600, 0o077


def private_folder(path: Path) -> None:
    """Make a folder, and those above it that are missing; one that is there stays as it is."""
    if not path.is_dir():
        private_folder(path.parent)
        path.mkdir(mode=_FOLDER, exist_ok=True)


def private_file(path: Path) -> None:
    """Make an empty file, or take its readers away from one that is there.

    What SQLite writes beside a file has the same readers as the file.
    """
    if not path.exists():
        path.touch(mode=_FILE)
    elif path.stat().st_mode & _OTHERS:
        with suppress(PermissionError):  # it is somebody else's: theirs to decide
            path.chmod(_FILE)
