"""The launcher: `streamlit run dashboard.py` serves the pages and what goes with them."""

from functools import partial
from pathlib import Path

import streamlit as st

from territoires.ui import chapters, held, provider, ready
from territoires.ui.follow import first_answer, printed
from territoires.web import frozen, incidents, routes
from territoires.web.lifespan import lifespan

settings = provider.settings()
url, site = settings.database_url, settings.public_url
answers = partial(first_answer.first_answer, url, site=site)

app = st.App(
    Path(__file__).parent / "territoires" / "ui" / "contents.py",
    routes=[
        *routes.routes(**ready.looks(url)),
        *routes.reading_routes(url, site=site, per_minute=settings.api_per_minute),
        *routes.outside_routes(url, *printed.press(url), site=site),
        *frozen.frozen_routes(url, titles=chapters.titles(), answers=answers),
        *routes.account_routes(
            url, with_provider=settings.oidc is not None, local=settings.local_accounts
        ),
    ],
    middleware=[
        *routes.middleware(
            frame_ancestors=settings.frame_ancestors,
            public_url=site,
            addresses=chapters.addresses(),
            answers=answers,
        ),
        *routes.account_middleware(url, claims=provider.claims, held=held.uploads),
    ],
    secrets=provider.secrets(settings),
    lifespan=lifespan(modules=ready.modules(), first_steps=partial(ready.first_steps, url)),
    **incidents.handlers(st.error),
)
