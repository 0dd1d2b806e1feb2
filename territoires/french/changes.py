"""What is said of what changed between two instants."""

from typing import Final

NEW: Final = "nouveau"
CORRECTED: Final = "corrigé"
WITHDRAWN: Final = "retiré"
