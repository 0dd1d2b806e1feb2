"""The queue of validation in French: what a form proposes against what is known, by field."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from territoires.domain.dates import PartialDate
from territoires.domain.drafts import UNREAD
from territoires.domain.enrolments import name_of
from territoires.domain.programme import StageKind
from territoires.french import dates, journal
from territoires.french.dictionary import FIELDS
from territoires.french.numbers import NBSP, counted, number, quoted
from territoires.french.places import typeset
from territoires.french.typography import capital
from territoires.french.words import RELIABILITIES, STAGES

EMPTY: Final = (
    f"Rien n’attend de validation. Les prochaines propositions paraîtront ici, les plus anciennes "
    f"d’abord{NBSP}; les pages publiques n’en montrent rien avant l’accord d’une seconde personne."
)
OFF: Final = (
    f"La validation est désactivée{NBSP}: ce qui est saisi paraît aussitôt. L’administration "
    "l’active dans les réglages."
)
RESUMED: Final = "C’est un brouillon que vous avez gardé. Il n’est encore proposé à personne."
OWN: Final = f"C’est votre proposition{NBSP}: quelqu’un d’autre doit la valider ou la refuser."

# What a form says of itself rather than of the world.
_ASIDE: Final = frozenset({
    "as_draft", "confirmed", "expected_id", "new_site", "reason", "report_id",
    "resumes", "rows", "typed",
})  # fmt: skip
_NOTHING: Final[Mapping[str, str]] = {}
_COLUMNS: Final = {"on": "happened_on", "source": "source_id"}


def entity_of(command: str) -> str:
    """Name the thing that a command is about: `correct_stage` is about a stage."""
    return command.rpartition("_")[2].removesuffix("s")


def title(
    command: str,
    town: str,
    draft: Mapping[str, Any],
    known: Mapping[str, str] = _NOTHING,
    *,
    names: journal.Names,
) -> str:
    """Say what is proposed, where and about what: `Retrait d'un centre : Troyes`.

    `known` is what the corrected version says.
    """
    about = [typeset(town) if town else "ville à préciser", *_about(draft, known, names)]
    return f"{capital(journal.act(command))}{NBSP}: {', '.join(filter(None, about))}"


def file_title(command: str, name: str) -> str:
    """Say which file is proposed: `Import d'étapes : mai.csv`."""
    return f"{capital(journal.act(command))}{NBSP}: {name}"


def _about(
    draft: Mapping[str, Any], known: Mapping[str, str], names: journal.Names
) -> Iterator[str]:
    kind = draft.get("kind") or known.get("kind")
    if kind:
        unread = {each["field"] for each in (draft.get("typed") or {}).get(UNREAD, ())}
        on = draft["on"] if "on" in draft else known.get("happened_on", "")
        yield STAGES[StageKind(kind)]
        yield "date à préciser" if "on" in unread else dates.partial(PartialDate.parse(on or ""))
    course = str(draft.get("course_key") or known.get("course_key", ""))
    yield typeset(names.get(("course_key", course), course))
    year = draft.get("academic_year") or int(known.get("academic_year") or 0)
    yield name_of(year) if year else ""
    yield typeset(draft.get("name") or known.get("name", ""))


def refused(decision: str) -> str:
    """Say on top of a form why what it proposed was refused."""
    return (
        f"Votre proposition a été refusée{NBSP}: {quoted(decision)}. "
        "Corrigez-la, puis enregistrez-la de nouveau."
    )


def waiting(count: int) -> str:
    """Say how many proposals wait."""
    if count == 1:
        return "1 proposition attend une décision."
    return f"{number(count)} propositions attendent une décision, les plus anciennes d’abord."


def proposed_by(name: str, at_utc: datetime, now: datetime) -> str:
    """Say who proposed, when, and how long ago."""
    days = (now - at_utc).days
    ago = "aujourd’hui" if days < 1 else f"il y a {counted(days, 'jour')}"
    return f"Par {name}, le {dates.instant(at_utc)} ({ago})"


_WHOLE: Final = "Ensemble du centre"
Lines = list[tuple[str, str, str]]


def lines(
    command: str,
    draft: Mapping[str, Any],
    known: Mapping[str, str],
    *,
    headcounts: Mapping[tuple[str, str], str],
    names: journal.Names,
) -> Lines:
    """List what a form changes: field, what is known, what is proposed.

    `known` is what the corrected version says, empty for something new; `headcounts` what is
    counted today, by course and unit.
    """
    entity = entity_of(command)

    def say(name: str, value: Any) -> str:
        return journal.value(entity, name, _text(value), names=names)

    if command.startswith("withdraw_"):
        return [(journal.column(n), say(n, v), "retiré") for n, v in known.items() if v]
    if command == "retain_stage":
        said = dict(known) | {"retained": ""}
        fixed = [(journal.column(n), say(n, v), say(n, v)) for n, v in said.items() if v]
        return [*fixed, (journal.column("retained"), "non", "oui")]
    found: Lines = []
    for field, value in draft.items():
        name = _COLUMNS.get(field, field)
        if field in _ASIDE:
            continue
        before = say(name, known.get(name, ""))
        after = source_said(value, names) if field == "source" else say(name, value)
        if after != before and (after or before):
            label = FIELDS.get(field) or journal.column(name)
            found.append((label, before, after))
    for row in draft.get("rows", ()):
        key = (row["course_key"] or "", row["counted"])
        if row["headcount"] is not None:
            course = say("course_key", row["course_key"]) or _WHOLE
            year = say("academic_year", draft["academic_year"])
            label = f"{course}, {say('counted', row['counted'])}, {year}"
            before = say("headcount", headcounts.get(key))
            found.append((label, before, say("headcount", row["headcount"])))
    return found


def _text(value: Any) -> str:
    if value is None or value == "":
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def source_said(source: Mapping[str, Any], names: journal.Names) -> str:
    """Write the source that a form cites: a title, an address, a document with its day."""
    if source.get("declared"):
        return RELIABILITIES["declaration"]
    if source.get("document"):
        on = dates.partial(PartialDate.parse(source.get("published_on") or ""))
        return f"{RELIABILITIES[source['document']]}{NBSP}: {source['title']} ({on})"
    key = str(source.get("id") or "")
    return str(source.get("url") or names.get(("source_id", key), key))
