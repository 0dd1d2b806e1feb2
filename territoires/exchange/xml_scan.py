"""XML read as it comes, with nothing expanded, fetched or trusted."""

from collections.abc import Callable
from typing import Protocol
from xml.parsers import expat

from territoires.exchange.tables import UnreadableError

_CHUNK = 1 << 16

Attributes = dict[str, str]


class Readable(Protocol):
    """What bytes are read from, a chunk at a time."""

    def read(self, size: int, /) -> bytes: ...


def scan(  # noqa: PLR0913 - the events of a parser
    stream: Readable,
    *,
    name: str,
    start: Callable[[str, Attributes], None] | None = None,
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
    separator: str | None = None,
) -> None:
    """Feed a document to handlers of its elements and texts.

    With `separator`, names are namespace, separator, local name; without, as written. Raises
    UnreadableError: `unsafe_xml` at any document type declaration (without one there is neither
    entity nor external file), `corrupt` when it is not well formed.
    """
    parser = expat.ParserCreate(namespace_separator=separator)
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype(name)
    if start is not None:
        parser.StartElementHandler = start
    if end is not None:
        parser.EndElementHandler = end
    if text is not None:
        parser.CharacterDataHandler = text
    try:
        while chunk := stream.read(_CHUNK):
            parser.Parse(chunk, False)  # noqa: FBT003 - expat's own signature
        parser.Parse(b"", True)  # noqa: FBT003
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise UnreadableError("corrupt", name=name) from error


def _refuse_doctype(name: str) -> Callable[..., None]:
    def refuse(*_: object) -> None:
        raise UnreadableError("unsafe_xml", name=name)

    return refuse


def local(name: str) -> str:
    """Take off the prefix or the namespace of a name."""
    return name.rpartition(":")[2].rpartition(" ")[2]
