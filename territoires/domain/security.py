"""The security log: one line of JSON for each thing that somebody may have to look into."""

import json
import logging
from datetime import UTC, datetime
from enum import StrEnum

NAME = "territoires.security"
_log = logging.getLogger(NAME)


class Event(StrEnum):
    """What is told; the names are searched for, and do not change."""

    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGN_IN_WAITS = "sign_in_waits"
    SIGN_IN_REFUSED = "sign_in_refused"
    SIGNED_OUT = "signed_out"
    ACCOUNT_CHANGED = "account_changed"
    ACT_REFUSED = "act_refused"
    PAGE_REFUSED = "page_refused"
    UPLOAD_REFUSED = "upload_refused"
    TOO_MANY = "too_many"


def tell(event: Event, **facts: str) -> None:
    """Write one line: the instant, the event and its facts.

    Never a password, a token or a text of a form; `address` is the visitor's. A fact of more than
    200 characters is cut: whoever attacks chooses some of them.
    """
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    kept = {name: value[:200] for name, value in facts.items() if value}
    _log.info(json.dumps({"at": at, "event": event.value, **kept}, ensure_ascii=True))
