"""What `check` may find wrong with a database."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing wrong: `code` is put into words by `territoires.french.cli`."""

    code: str
    where: str
    detail: str
