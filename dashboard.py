"""The launcher: `streamlit run dashboard.py` serves the pages and what goes with them."""

from pathlib import Path

import streamlit as st
from sqlalchemy import select

from territoires import web
from territoires.db.engine import reading
from territoires.settings import Settings

settings = Settings.from_env()


def database_answers() -> bool:
    """Whether the pages would find their database (DatabaseError: they would not, and why)."""
    with reading(settings.database_url) as connection:
        return bool(connection.scalar(select(1)))


app = st.App(
    Path(__file__).parent / "territoires" / "ui" / "contents.py",
    routes=web.routes(database_answers=database_answers),
    middleware=web.middleware(frame_ancestors=settings.frame_ancestors),
    lifespan=web.lifespan(),
    on_script_error=web.on_error(st.error),
)
