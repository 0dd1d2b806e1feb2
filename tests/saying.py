"""What no page may say, whatever it is about."""

import re
from typing import Final

# What only whoever runs the server can do: a command, a variable of the environment, a terminal.
FOR_THE_SERVER: Final = re.compile(
    r"\bmake \w|python -m|\bTERRITOIRES_[A-Z]|\bterminal\b|variable d’environnement|lancez"
)
