"""Every command there is: importing this module fills `COMMANDS`."""

from territoires.commands import (
    centres,
    choices,
    courses,
    enrolments,
    imports,
    proposals,
    staff,
    stages,
    targets,
    undo,
)
from territoires.commands.write import COMMANDS, REGISTERED

MODULES = (
    centres,
    choices,
    courses,
    enrolments,
    imports,
    proposals,
    staff,
    stages,
    targets,
    undo,
)

__all__ = ["COMMANDS", "MODULES", "REGISTERED"]
