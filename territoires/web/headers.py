"""What every answer says to the browser about what it may do, and what is not answered at all."""

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from territoires.french.web import NOT_FOUND
from territoires.settings import ORIGIN

# Open to anyone in Streamlit: how many sessions, how much memory; an interface we do not offer.
BLOCKED: Final = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check")

OPEN_TO_ALL: Final = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "etag, retry-after",
    "cross-origin-resource-policy": "cross-origin",
}
"""What is said of answers that the pages of any site may read: they hold what anybody may have."""

_INLINE_SCRIPT: Final = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL)
_A_YEAR: Final = 365 * 24 * 3600
_FEATURES: Final = (
    "accelerometer", "autoplay", "camera", "display-capture", "geolocation", "gyroscope",
    "magnetometer", "microphone", "midi", "payment", "screen-wake-lock", "serial", "usb",
)  # fmt: skip


def content_security_policy(page: str, *, frame_ancestors: Sequence[str] = ()) -> str:
    """The strictest policy under which every Streamlit element of 1.67 works.

    The inline scripts of `page` are allowed by their hash. `frame_ancestors` are the origins
    (`https://host[:port]`) whose pages may show ours in a frame; none by default. Raises ValueError
    for what is not an origin, since a space or a semicolon would rewrite the policy.
    """
    for origin in frame_ancestors:
        if not ORIGIN.fullmatch(origin):
            msg = f"not an origin (https://host[:port]): {origin!r}"
            raise ValueError(msg)
    hashes = [
        "'sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() + "'"
        for script in _INLINE_SCRIPT.findall(page)
    ]
    return "; ".join(
        (
            "default-src 'self'",
            " ".join(("script-src 'self'", *hashes)),
            "style-src 'self' 'unsafe-inline'",  # plotly and emotion write styles as they go
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            " ".join(("frame-ancestors", *(frame_ancestors or ("'none'",)))),
        )
    )


def security_headers(
    page: str, *, frame_ancestors: Sequence[str] = (), https: bool = False
) -> dict[str, str]:
    """The headers of every answer (raises ValueError as `content_security_policy`).

    `https`: visitors come by it, and their browsers may be told never to come otherwise.
    """
    headers = {
        "Content-Security-Policy": content_security_policy(page, frame_ancestors=frame_ancestors),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _FEATURES),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    if not frame_ancestors:
        headers["X-Frame-Options"] = "DENY"
    if https:  # of this host alone: its neighbours are not ours to speak for
        headers["Strict-Transport-Security"] = f"max-age={_A_YEAR}"
    return headers


class SecurityHeaders:
    """ASGI middleware that adds headers to every answer, where the answer has not its own."""

    def __init__(
        self, app: ASGIApp, headers: dict[str, str], blocked: Iterable[str] = BLOCKED
    ) -> None:
        self._app = app
        self._headers = headers
        self._blocked = tuple(blocked)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 404 to what is blocked, and add the headers to everything."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                # Who may show an answer that has its own policy is said there.
                says_who = "content-security-policy" in headers
                for name, value in self._headers.items():
                    if not (says_who and name == "X-Frame-Options"):
                        headers.setdefault(name, value)
            await send(message)

        if self._blocks(scope["path"]):
            refusal = PlainTextResponse(NOT_FOUND, status_code=404)
            await refusal(scope, receive, send_with_headers)
        else:
            await self._app(scope, receive, send_with_headers)

    def _blocks(self, path: str) -> bool:
        # Streamlit also answers below a page's address (`/page/_stcore/...`).
        return any(
            path == start or f"{start}/" in path or path.endswith(start) for start in self._blocked
        )
