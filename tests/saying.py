"""What no page may say, whatever it is about."""

import re
from typing import Final

# What only whoever runs the server can do: a command, a variable of the environment, a terminal.
FOR_THE_SERVER: Final = re.compile(
    r"\bmake \w|python -m|\bTERRITOIRES_[A-Z]|\bterminal\b|variable d’environnement|lancez"
)

# Words of English interfaces that no French sentence has, whatever library says them.
_ENGLISH: Final = re.compile(
    r"\b(the|of|and|to|or|your|this|that|with|from|is|are|not|no|more|less|press|enter|apply|choose|"
    r"select|selected|search|clear|close|open|add|remove|browse|files?|drag|drop|here|upload|"
    r"download|copy|show|hide|next|previous|rows?|columns?|pin|unpin|autosize|view|link|results?|"
    r"required|field|loading|running|connecting|stop|rerun|settings|theme|light|dark|error|warning|"
    r"invalid|usage(?=:)|positional|optional|unrecognized|expected|help|sidebar|fullscreen|exit|"
    r"calendar|day|month|year|today|time|empty|dismiss|values?|average|median|sum|percent|increment|"
    r"decrement|january|february|march|april|june|july|august|monday|tuesday|wednesday|thursday|"
    r"friday|saturday|sunday|skip|main|app|per|size|limit)\b",
    re.IGNORECASE,
)
# A word of a command or of an address, what an option is called, and names that are so.
_NAMES: Final = re.compile(
    r"python -m [\w ]+|--?[a-z][a-z-]*|https?://\S+|\{[^}]*\}|\S+\.(?:csv|xlsx|fr|net|org|com)\S*"
    r"|Côte-d.Or"
)


def english(text: str) -> list[str]:
    """List what is in English in a text."""
    return [found[0] for found in _ENGLISH.finditer(_NAMES.sub(" ", text))]
