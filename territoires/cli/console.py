"""How every command reads its arguments and answers: on which stream, with which exit code."""

import argparse
import io
import json
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import mkstemp
from typing import Any

from territoires.domain.address import read_as_of
from territoires.domain.clock import read_day
from territoires.domain.errors import TerritoiresError
from territoires.french.cli import OUT_OF_RANGE, bad_usage
from territoires.french.faults import BAD_AS_OF, BAD_DAY
from territoires.french.imports import existing_output
from territoires.french.numbers import number, quoted
from territoires.french.typography import typeset_spaces
from territoires.settings import Settings

Run = Callable[[argparse.Namespace, Settings], int]
Read = Callable[[str], Any]
Commands = tuple[tuple[str, Run, str], ...]
"""Commands with what runs each and the arguments that it takes, in their order."""

OK, WRONG, BAD_USAGE, NOT_ALLOWED = 0, 1, 2, 3


class _Patient(io.RawIOBase):
    """A stream that goes on when whoever read it has left, as `head` does after its lines.

    What a command does is done to its end, and its exit code is its own.
    """

    def __init__(self, raw: io.RawIOBase) -> None:
        self._raw = raw

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int | None:
        try:
            return self._raw.write(data)
        except BrokenPipeError:
            return len(data)

    def fileno(self) -> int:
        return self._raw.fileno()

    def isatty(self) -> bool:
        return self._raw.isatty()


def let_readers_leave() -> None:
    """Let whoever reads what this process says stop reading, without a word."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        # Python may have been asked to keep nothing back: there is then no buffer in between.
        raw = getattr(getattr(stream, "buffer", None), "raw", getattr(stream, "buffer", None))
        if isinstance(raw, io.FileIO):
            patient = io.TextIOWrapper(
                io.BufferedWriter(_Patient(raw)),
                encoding=stream.encoding,
                errors=stream.errors,
                line_buffering=stream.line_buffering or stream.write_through,
            )
            setattr(sys, name, patient)


def answer(found: Any) -> None:
    """Answer as JSON."""
    print(json.dumps(found, ensure_ascii=False, indent=2))


def answer_either(parsed: argparse.Namespace, found: Any, lines: Iterable[str]) -> None:
    """Answer as JSON if that was asked for, in lines of French otherwise."""
    if parsed.json:
        answer(found)
        return
    for line in lines:
        print(line)


def typed(read: Read, wrong: str) -> Read:
    """Make the reader of an argument; `wrong` says what of one that `read` refuses, and quotes it.

    The place of the quotation in `wrong` is the one that `str.format` fills.
    """

    def one(text: str) -> Any:
        try:
            return read(text)
        except (LookupError, ValueError, TerritoiresError):
            said = typeset_spaces(wrong).format(quoted(text))
            raise argparse.ArgumentTypeError(said) from None

    return one


def whole(least: int, most: int, of: str = "") -> Read:
    """Make the reader of a whole number, `of` what."""

    def read(text: str) -> int:
        if not (text.isdecimal() and least <= int(text) <= most):
            raise ValueError(text)
        return int(text)

    bounds = {"least": number(least), "most": number(most)}
    return typed(read, OUT_OF_RANGE.format("{}", of=of, **bounds))


day = typed(read_day, BAD_DAY)
as_of = typed(read_as_of, BAD_AS_OF)


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


def hand_over(body: bytes, output: Path | None, unfit: str = "") -> int:
    """Write a file, or on the standard output: `unfit` says why that is not to be a screen."""
    if output is None and unfit and sys.stdout.isatty():
        return fail(unfit, BAD_USAGE)
    if output is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(body)
        return OK
    try:
        output.write_bytes(body)
    except OSError:
        return fail(existing_output(str(output)), BAD_USAGE)
    return OK


def fail(message: str, code: int) -> int:
    """Say what is wrong on the standard error, and give the exit code back."""
    print(bad_usage(message), file=sys.stderr)
    return code
