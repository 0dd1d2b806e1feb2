"""The name of a file that says what it holds, at which date, known when."""

from datetime import date, datetime

from territoires.domain.clock import PARIS
from territoires.domain.text import slug
from territoires.french.demonstration import DEMO


def file_name(
    subject: str, *, as_of: date, known_at: date, extension: str, demo: bool = False
) -> str:
    """Name an export: `acdt_ouvertures_au-2021-05-04_connu-2021-05-10.csv`.

    ASCII, without spaces. `known_at` is a day, or an aware instant whose day in Paris is taken.
    """
    if isinstance(known_at, datetime):
        known_at = known_at.astimezone(PARIS).date()
    parts = ["acdt", slug(subject), f"au-{as_of:%Y-%m-%d}", f"connu-{known_at:%Y-%m-%d}"]
    if demo:
        parts.append(slug(DEMO))
    return f"{'_'.join(parts)}.{extension.removeprefix('.')}"
