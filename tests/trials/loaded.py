"""Load what a dashboard loads before its first reader: for a process that dashboards fork from."""

from importlib import import_module

import streamlit.web.cli  # noqa: F401 - loaded, nothing more

from territoires.ui import ready
from territoires.web.compress import shelf
from territoires.web.french_page import first_addresses
from territoires.web.lifespan import HEAVY

for name in (*HEAVY, *ready.modules()):
    import_module(name)
shelf().warm(first_addresses())
