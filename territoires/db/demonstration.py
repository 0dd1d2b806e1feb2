"""Whether a database is a demonstration: made up from end to end, and saying so."""

from sqlalchemy import Connection, select

from territoires.db.models import Setting

NAME, VALUE = "demonstration", "oui"


def is_demonstration(connection: Connection) -> bool:
    """Tell whether everything in this database is made up."""
    return connection.scalar(select(Setting.value).where(Setting.name == NAME)) == VALUE
