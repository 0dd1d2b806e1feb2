"""How every command answers: on which stream, and with which exit code."""

import sys

from territoires.french.cli import bad_usage

OK, WRONG, BAD_USAGE, NOT_ALLOWED = 0, 1, 2, 3


def say(text: str) -> None:
    """Answer on the standard output."""
    print(text)


def fail(message: str, code: int) -> int:
    """Say what is wrong on the standard error, and give the exit code back."""
    print(bad_usage(message), file=sys.stderr)
    return code
