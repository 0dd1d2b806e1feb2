"""Everything that can go wrong on purpose."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from territoires.domain.roles import Permission


class TerritoiresError(Exception):
    """Base of every error this package raises deliberately."""


class ConfigurationError(TerritoiresError):
    """The environment does not describe a usable deployment."""

    def __init__(self, variable: str, value: str) -> None:
        super().__init__(f"{variable}={value}")
        self.variable = variable
        self.value = value


class DatabaseError(TerritoiresError):
    """The database cannot be used as it is; `code` says why, `detail` quotes what was found.

    Codes: missing, not_a_database, not_empty, not_ours, too_old, too_new, locked, read_only, full,
    forbidden, damaged, upgrade_failed, unreachable, unsure.
    """

    def __init__(self, code: str, detail: str = "", **facts: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.facts = facts


class CopyError(TerritoiresError):
    """A copy that cannot be made, or a backup that cannot be trusted; nothing was changed.

    Codes: differs, unsound, rejected, unwritable (`detail`: why, by its name in `errno`); of a
    backup: missing, not_a_backup, no_checksum, checksum, damaged, too_new.
    """

    def __init__(self, code: str, where: str, detail: str = "") -> None:
        super().__init__(f"{code}: {where} {detail}".rstrip())
        self.code = code
        self.where = where
        self.detail = detail


class SeedError(TerritoiresError):
    """A seed file says something that the database cannot hold."""


class UnguardedWriteError(TerritoiresError):
    """Something tried to change the database outside a command: a bug, never a user's fault."""


class UnknownActorError(TerritoiresError):
    """Nobody on the staff list has this address, or the account is switched off."""


class ConflictError(TerritoiresError):
    """The database already holds a row that this one contradicts."""


class StaleError(ConflictError):
    """Somebody else changed the thing since it was read; `current_id` is its newest version."""

    def __init__(self, entity: str, read_id: int, current_id: int | None) -> None:
        super().__init__(f"{entity} {read_id} was replaced by {current_id}")
        self.entity = entity
        self.read_id = read_id
        self.current_id = current_id


class RefusedError(TerritoiresError):
    """The actor's role does not grant the permission, or not in this region.

    `names` are those of the town and of its region, where they are known.
    """

    def __init__(
        self,
        permission: Permission,
        region: str | None = None,
        names: tuple[str, str] = ("", ""),
    ) -> None:
        super().__init__(f"{permission} not granted" + (f" in region {region}" if region else ""))
        self.permission = permission
        self.region = region
        self.names = names


class UnreadError(TerritoiresError):
    """A text that means nothing of the sort that is asked for."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class PartialDateError(UnreadError):
    """A text that is not a date of known precision."""


class InstantError(UnreadError):
    """A text that is neither a day nor an instant, and why.

    `bad`: not read; `never`: an hour that the clocks of Paris skip in March; `twice`: one that they
    have twice in October.
    """

    def __init__(self, text: str, why: Literal["bad", "never", "twice"] = "bad") -> None:
        super().__init__(text)
        self.why = why


class TerritoryError(UnreadError):
    """A text that names no territory."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong with one field; `code` is put into words by `territoires.french`.

    A problem with `confirmable` set is a suspicion: a reason given by the writer lifts it.
    """

    field: str
    code: str
    value: str = ""
    facts: dict[str, Any] = dataclasses.field(default_factory=dict, hash=False)
    confirmable: bool = False


class InvalidError(TerritoiresError):
    """A draft that breaks its own rules."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(", ".join(f"{p.field}: {p.code}" for p in problems))
        self.problems = tuple(problems)


class DemonstrationError(TerritoiresError):
    """A file that a demonstration must not replace: `real` or `not_a_demonstration`."""

    def __init__(self, code: str, path: str) -> None:
        super().__init__(f"{code}: {path}")
        self.code = code
        self.path = path
