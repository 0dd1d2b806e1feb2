"""What is done once, before the first reader: heavy imports, a quiet collector, compression."""

import gc
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib import import_module
from threading import Thread
from typing import Final

from uvicorn.protocols.http.auto import AutoHTTPProtocol

from territoires.domain import security
from territoires.web.compress import shelf
from territoires.web.french_page import first_addresses
from territoires.web.half_requests import give_up_half_requests

# Named, not imported: this layer uses none of them, the first page uses all of them. Alembic is
# absent on purpose: pages never need it and it costs 0.3 s.
HEAVY: Final = (
    "pandas",
    "plotly.graph_objects",
    "plotly.io",
    "plotly.offline",
    "orjson",
    "plotly.graph_objs._figure",
    "pyarrow.pandas_compat",
    "sqlalchemy.dialects.sqlite",
    "sqlalchemy.orm",
    "babel.numbers",
    "babel.dates",
    "streamlit.dataframe.lazy_df_adapters",
    "streamlit.elements.plotly_chart",
    "streamlit.runtime.scriptrunner.magic_funcs",
)

_log = logging.getLogger(__name__)

Lifespan = Callable[[object], AbstractAsyncContextManager[None]]


def lifespan(
    *, modules: Sequence[str] = (), first_steps: Callable[[], object] = lambda: None
) -> Lifespan:
    """The lifespan of the server, with `modules` of ours imported beside the heavy ones.

    Streamlit collects garbage after every run of a page: 45 to 75 ms with these modules loaded.
    `gc.freeze` keeps what is imported out of it, which leaves under 5 ms. So it does with what
    `first_steps` leave behind: what the first page would do once and for all.
    """

    @asynccontextmanager
    async def alive(_: object) -> AsyncIterator[None]:
        _keep_security_log()
        give_up_half_requests(AutoHTTPProtocol)
        for name in (*HEAVY, *modules):
            try:
                import_module(name)
            except Exception:  # noqa: BLE001 - whatever it raises while it is imported
                # The pages that need it will fail and say so; the others are served.
                _log.exception("%s cannot be imported", name)
        first_steps()
        gc.collect()
        gc.freeze()
        # A thread and not a task: nobody waits for it, not even the end of the process.
        Thread(
            target=lambda: shelf().warm(first_addresses()), name="compression", daemon=True
        ).start()
        yield

    return alive


def _keep_security_log() -> None:
    """Write the security log as it is, a line of JSON at a time, to what keeps the server's own."""
    log = logging.getLogger(security.NAME)
    log.setLevel(logging.INFO)
    log.propagate = False
    if not log.handlers:
        log.addHandler(logging.StreamHandler())
