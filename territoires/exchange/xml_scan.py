"""XML read as it comes, with nothing expanded, fetched or trusted."""

from collections.abc import Callable
from typing import Protocol
from xml.parsers import expat

from territoires.exchange.tables import UnreadableError

_CHUNK = 1 << 16
_MOST_TAGS = 16_000_000  # a hundred thousand lines of forty cells
# A name, a tag or a comment in one piece. Before expat 2.6.0 (CVE-2023-52425) a token that comes
# in many chunks is parsed again at each of them: bounded, that costs little with any version.
_LONGEST_TOKEN = 1 << 20
_DIGITS = 9

Attributes = dict[str, str]


class Readable(Protocol):
    """What bytes are read from, a chunk at a time."""

    def read(self, size: int, /) -> bytes: ...


def scan(
    stream: Readable,
    *,
    start: Callable[[str, Attributes], None] | None = None,
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
    separator: str | None = None,
) -> None:
    """Feed a document to handlers of its elements and texts.

    With `separator`, names are namespace, separator, local name; without, as written. Raises
    UnreadableError: `unsafe_xml` at any document type declaration (without one there is neither
    entity nor external file), `too_heavy` with too many tags or one too long, `corrupt` when it is
    not well formed.
    """
    parser = expat.ParserCreate(namespace_separator=separator)
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    if start is not None:
        parser.StartElementHandler = start
    if end is not None:
        parser.EndElementHandler = end
    if text is not None:
        parser.CharacterDataHandler = text
    fed = tags = 0
    try:
        while chunk := stream.read(_CHUNK):
            fed += len(chunk)
            tags += chunk.count(b"<")
            parser.Parse(chunk, False)  # noqa: FBT003 - expat's own signature
            # The index is that of the token being read: text comes in pieces, other tokens whole.
            if tags > _MOST_TAGS or fed - parser.CurrentByteIndex > _LONGEST_TOKEN:
                raise UnreadableError("too_heavy")
        parser.Parse(b"", True)  # noqa: FBT003
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise UnreadableError("corrupt") from error


def _refuse_doctype(*_: object) -> None:
    raise UnreadableError("unsafe_xml")


def whole(text: str) -> int:
    """Read a number that a document gives: not so long that reading it takes time."""
    if not (text.isascii() and text.isdigit()) or len(text) > _DIGITS:
        raise UnreadableError("corrupt")
    return int(text)


def local(name: str) -> str:
    """Take off the prefix or the namespace of a name."""
    return name.rpartition(":")[2].rpartition(" ")[2]
