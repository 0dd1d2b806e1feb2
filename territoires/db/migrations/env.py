"""Alembic's entry point: the models are the truth."""

from alembic import context

from territoires.db.migrations.words import compare_type
from territoires.db.models import Base

# The caller's transaction is the one that must succeed or fail as a whole. Not in batch mode: SQLite
# would make a table anew under those that point to it.
context.configure(
    context.config.attributes["connection"],
    target_metadata=Base.metadata,
    user_module_prefix="types.",
    compare_type=compare_type,
)
with context.begin_transaction():
    context.run_migrations()
