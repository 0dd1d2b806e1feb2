"""Alembic's entry point: the models are the truth, SQLite needs batch mode."""

from alembic import context

from territoires.db.engine import engine
from territoires.db.migrations.words import compare_type
from territoires.db.models import Base
from territoires.settings import Settings


def run(connection):
    context.configure(
        connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        user_module_prefix="types.",
        compare_type=compare_type,
    )
    # The caller's transaction, when there is one, is the one that must succeed or fail as a whole.
    with context.begin_transaction():
        context.run_migrations()


if (given := context.config.attributes.get("connection")) is not None:
    run(given)
else:
    with engine(Settings.from_env().database_url, writable=True, owner=True).connect() as opened:
        run(opened)
        opened.commit()
