"""Every command there is: importing this module fills `REGISTERED`."""

import importlib
import pkgutil
from typing import Final

from territoires import commands

MODULES: Final = tuple(
    importlib.import_module(f"{commands.__name__}.{found.name}")
    for found in pkgutil.iter_modules(commands.__path__)
    if found.name != "register"
)
