"""A zip opened without trusting what it says of itself."""

import io
import zipfile
import zlib
from collections.abc import Collection, Mapping
from typing import IO

from territoires.exchange.tables import MEBIBYTE, UnreadableError

MAX_EXPANDED = 256 * MEBIBYTE
_MAX_MEMBER = 160 * MEBIBYTE
_MAX_RATIO = 200  # spreadsheets stay under 50
_SMALL = 16 * MEBIBYTE  # under which no ratio is suspicious
_MAX_MEMBERS = 10_000
_ENCRYPTED = 0x1
_BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError,
    RuntimeError, OverflowError, MemoryError, AttributeError, KeyError, IndexError,
)  # fmt: skip


class Container:
    """The members of a zip that are worth reading, by name."""

    def __init__(self, data: bytes) -> None:
        """Read the directory. Raises UnreadableError: `corrupt`, `password`, `zip_bomb`."""
        self._left = MAX_EXPANDED
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            entries = self._zip.infolist()
        except _BROKEN as error:
            raise UnreadableError("corrupt") from error
        if len(entries) > _MAX_MEMBERS:
            raise UnreadableError("zip_bomb")
        if any(entry.flag_bits & _ENCRYPTED for entry in entries):
            raise UnreadableError("password")
        self._entries = {_plain(entry.filename): entry for entry in entries}

    @property
    def names(self) -> Collection[str]:
        """The names of the members, in small letters: case makes no other part of a document."""
        return self._entries.keys()

    def read(self, member: str) -> bytes:
        """Read a member whole; an absent one is empty.

        Raises UnreadableError: `zip_bomb` when it is too large, as announced or in fact, or swells
        out of proportion; `corrupt` when its sum is wrong.
        """
        entry = self._entries.get(_plain(member))
        if entry is None:
            return b""
        self._refuse_bomb(entry)
        try:
            # No more is ever inflated than the directory announces, and the sum is checked.
            data = self._zip.read(entry)
        except _BROKEN as error:
            raise UnreadableError("corrupt") from error
        self._left -= len(data)
        return data

    def open(self, member: str) -> io.RawIOBase:
        """Read a member as a stream, with the same refusals; an absent one is `corrupt`."""
        entry = self._entries.get(_plain(member))
        if entry is None:
            raise UnreadableError("corrupt")
        self._refuse_bomb(entry)
        self._left -= entry.file_size
        try:
            return _Careful(self._zip.open(entry))
        except _BROKEN as error:
            raise UnreadableError("corrupt") from error

    def _refuse_bomb(self, entry: zipfile.ZipInfo) -> None:
        swollen = entry.file_size > max(_SMALL, _MAX_RATIO * max(entry.compress_size, 1))
        if swollen or entry.file_size > min(_MAX_MEMBER, self._left):
            raise UnreadableError("zip_bomb")


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").casefold()


class _Careful(io.RawIOBase):
    """A stream whose faults are typed, and that stops growing at a limit."""

    def __init__(self, inner: IO[bytes]) -> None:
        super().__init__()
        self._inner = inner
        self._left = _MAX_MEMBER

    def read(self, size: int = -1) -> bytes:
        try:
            data = self._inner.read(size)
        except _BROKEN as error:
            raise UnreadableError("corrupt") from error
        self._left -= len(data)
        if self._left < 0:
            raise UnreadableError("zip_bomb")
        return data


def zipped(members: Mapping[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Put members into one file, the same bytes each time."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in members.items():
            # Dated of the first instant that a zip can hold.
            archive.writestr(zipfile.ZipInfo(name), data, how)
    return stream.getvalue()
