"""A file read in a process of its own, which ends when it takes too long or too much memory."""

import json
import subprocess
import sys
import threading
from dataclasses import fields
from typing import Any, Final

from territoires.domain.readings import Weight
from territoires.exchange.reading import read_table
from territoires.exchange.tables import (
    MEBIBYTE,
    Format,
    ImportProblem,
    Row,
    Table,
    UnreadableError,
)
from territoires.settings import ROOT

SECONDS: Final = 20  # of processor: the largest file that is taken needs a quarter of it
_PATIENCE: Final = 6  # times as long by the clock, on a machine that does other things
_MEMORY: Final = 1536 * MEBIBYTE
# A plain text under this cannot hold enough to matter: it is read where it is.
_SHORT: Final = 64 * 1024
# As many files at once; the others wait.
_TURNS: Final = threading.BoundedSemaphore(2)
_TOO_MUCH: Final = 3  # how the process says that memory ran out


def read_bounded(
    data: bytes, *, name: str, seconds: int = SECONDS, untitled: bool = False
) -> Table:
    """Read a file as `read_table` does, within bounds of time and memory.

    Raises UnreadableError: those of `read_table`, and `too_heavy` beyond the bounds.
    """
    if len(data) <= _SHORT and not data.startswith(b"PK"):
        return read_table(data, name=name, untitled=untitled)
    asked = json.dumps({"name": name, "seconds": seconds, "untitled": untitled}).encode()
    with _TURNS:
        try:
            done = subprocess.run(  # noqa: S603 - this module, and bytes on its standard input
                [sys.executable, "-m", __name__],
                input=asked + b"\n" + data,
                capture_output=True,
                check=False,
                cwd=ROOT,
                timeout=seconds * _PATIENCE,
            )
        except subprocess.TimeoutExpired as error:
            raise UnreadableError("too_heavy", name=name) from error
    if done.returncode == _TOO_MUCH or done.returncode < 0:  # ended by a limit of its own
        raise UnreadableError("too_heavy", name=name)
    if done.returncode:
        raise RuntimeError(done.stderr.decode(errors="replace"))
    answer = json.loads(done.stdout)
    if "refused" in answer:
        raise UnreadableError(answer["refused"], **answer["facts"])
    return _table(answer)


def _said(part: Any) -> Any:
    """Give a table, a row or a remark by the names of its fields, for JSON."""
    if isinstance(part, Weight):
        return part.value
    return {item.name: getattr(part, item.name) for item in fields(part)}


def _table(said: dict[str, Any]) -> Table:
    parts: dict[str, Any] = {
        name: tuple(each) if isinstance(each, list) else each for name, each in said.items()
    }
    for name in ("rows", "examples"):
        parts[name] = tuple(Row(row["line"], tuple(row["cells"])) for row in said[name])
    parts["remarks"] = tuple(
        ImportProblem(**each | {"weight": Weight(each["weight"])}) for each in said["remarks"]
    )
    return Table(**parts | {"format": Format(said["format"])})


def _bound(seconds: int) -> None:
    """Set what the system lets this process take; where it cannot, the clock alone ends it."""
    try:
        import resource  # noqa: PLC0415 - not everywhere
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _main() -> int:
    asked = json.loads(sys.stdin.buffer.readline())
    _bound(asked["seconds"])
    try:
        data = sys.stdin.buffer.read()
        try:
            answer: Any = read_table(data, name=asked["name"], untitled=asked["untitled"])
        except UnreadableError as error:
            answer = {"refused": error.code, "facts": error.facts}
        sys.stdout.write(json.dumps(answer, default=_said))
    except MemoryError:
        return _TOO_MUCH
    return 0


if __name__ == "__main__":
    sys.exit(_main())
