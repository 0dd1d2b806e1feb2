"""The commands about reports from the field: `reports list` and `reports answer`."""

import argparse
from datetime import UTC, datetime
from typing import Any

from territoires.cli.console import (
    NOT_ALLOWED,
    OK,
    WRONG,
    Commands,
    answer_either,
    fail,
    typed,
)
from territoires.commands.reports import answer_report
from territoires.commands.write import writing
from territoires.db.revision import reading_current
from territoires.domain.drafts import ReportDraft
from territoires.domain.errors import InvalidError, RefusedError, StaleError, UnknownActorError
from territoires.domain.reports import name_of, read_name
from territoires.french import reports as words
from territoires.french.imports import refusal
from territoires.french.problems import error_message
from territoires.queries import reports
from territoires.queries.reports import Reported
from territoires.settings import Settings


def _list(parsed: argparse.Namespace, settings: Settings) -> int:
    """List what waits; whoever has the shell has the file, and needs no account to read."""
    with reading_current(settings.database_url) as connection:
        found = [
            each
            for to_sort in (False, True)
            for each in reports.waiting(connection, to_sort=to_sort)
        ]
    answer_either(parsed, list(map(report_json, found)), map(words.line, found))
    return OK


def _answer(parsed: argparse.Namespace, settings: Settings) -> int:
    """Decide a report in somebody's name: never more than that account may."""
    with reading_current(settings.database_url) as connection:
        found = reports.numbered(connection, name=parsed.number)
    if found is None:
        return fail(words.unknown(parsed.number), WRONG)
    draft = ReportDraft(
        report_id=found.id, verdict=parsed.verdict, reason=parsed.reason, into=parsed.into
    )
    try:
        with writing(settings.database_url, parsed.email, now=datetime.now(UTC)) as write:
            answer_report(write, draft)
    except (RefusedError, UnknownActorError) as error:
        return fail(refusal(error, email=parsed.email), NOT_ALLOWED)
    except StaleError:
        return fail(words.already(found), WRONG)
    except InvalidError as error:
        return fail(error_message(error), WRONG)
    print(words.done(found.name, parsed.verdict))
    return OK


def report_json(found: Reported) -> dict[str, Any]:
    """Give a report as `reports list --json` does."""
    return {
        "number": found.name,
        "sent_at": found.sent_at.isoformat(),
        "town_code": found.town_code,
        "town": found.town,
        "what": found.what,
        "on": found.happened_on.iso,
        "source": found.cited,
        "first_hand": found.first_hand,
        "function": found.function,
        "message": found.message,
        "email": found.email,
        "to_sort": found.to_sort,
    }


COMMANDS: Commands = (
    ("reports list", _list, "--json"),
    ("reports answer", _answer, "number --as --verdict --reason --into"),
)
ARGUMENTS: dict[str, dict[str, Any]] = {
    "number": {"type": typed(lambda text: name_of(*read_name(text)), words.BAD_NUMBER)},
    "--into": {"default": ""},
}
