"""How every command answers: on which stream, and with which exit code."""

import os
import sys
from pathlib import Path
from tempfile import mkstemp

from territoires.french.cli import bad_usage

OK, WRONG, BAD_USAGE, NOT_ALLOWED = 0, 1, 2, 3


def say(text: str) -> None:
    """Answer on the standard output."""
    print(text)


def kept_secret(text: str, *, folder: Path | None) -> Path | None:
    """Write a secret where only its reader sees it, and give the file; None on a terminal.

    What is no terminal is often a log, which others read. `folder` None: that of temporary files.
    """
    if sys.stdout.isatty():
        return None
    # mkstemp's files are for their owner alone.
    descriptor, name = mkstemp(prefix="mot-de-passe-", suffix=".txt", dir=folder, text=True)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text + "\n")
    return Path(name)


def fail(message: str, code: int) -> int:
    """Say what is wrong on the standard error, and give the exit code back."""
    print(bad_usage(message), file=sys.stderr)
    return code
