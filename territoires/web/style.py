"""The address of our style sheet, which names its version so that browsers may keep it for ever."""

import hashlib
from typing import Final

from territoires.web.compress import OURS, OURS_AT

_FILE: Final = OURS / "territoires.css"
ADDRESS: Final = f"{OURS_AT}{_FILE.name}?v={hashlib.sha256(_FILE.read_bytes()).hexdigest()[:12]}"
