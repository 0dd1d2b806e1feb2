import base64
import hashlib
import re

import pytest

from territoires.web import streamlit_files
from territoires.web.french_page import page
from territoires.web.headers import content_security_policy, security_headers
from territoires.web.routes import middleware

EVERYWHERE = [
    "/",
    "/indicateurs",
    "/sante",
    "/pret",
    "/statique/logo.svg",
    "/statique/french.js",
    "/statique/absent",
    "/favicon.png",
    "/_stcore/health",
    "/_stcore/metrics",
    "/echec",
    f"/{streamlit_files.scripts('Tooltip')[0]}",
]


@pytest.mark.parametrize("address", EVERYWHERE)
def test_every_answer_carries_the_headers(client, address):
    answer = client.get(address)
    for name, value in security_headers(page()).items():
        assert answer.headers[name] == value


def test_the_policy_allows_no_other_host_and_no_evaluation():
    policy = content_security_policy(page())
    assert "http" not in policy
    assert "unsafe-eval" not in policy
    assert policy.startswith("default-src 'self'; script-src 'self' 'sha256-")
    assert policy.endswith("frame-ancestors 'none'")


def test_the_policy_allows_the_inline_scripts_of_the_page_that_is_served(client):
    answer = client.get("/")
    scripts = re.findall(r"<script>(.*?)</script>", answer.text, re.DOTALL)
    assert scripts
    for script in scripts:
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in answer.headers["content-security-policy"]


def test_nobody_may_frame_the_pages_by_default():
    assert security_headers(page())["X-Frame-Options"] == "DENY"


def test_a_declared_partner_may_frame_the_pages():
    headers = security_headers(page(), frame_ancestors=["https://villesdefrance.example:8443"])
    assert headers["Content-Security-Policy"].endswith(
        "frame-ancestors https://villesdefrance.example:8443"
    )
    assert "X-Frame-Options" not in headers


def test_browsers_are_kept_to_https_only_where_visitors_come_by_it():
    assert "Strict-Transport-Security" not in security_headers(page())
    assert security_headers(page(), https=True)["Strict-Transport-Security"] == "max-age=31536000"
    for public_url, expected in (("https://a.example", True), ("http://a.example", False)):
        (first, *_) = middleware(public_url=public_url)
        assert ("Strict-Transport-Security" in first.kwargs["headers"]) is expected


@pytest.mark.parametrize(
    "origin",
    ["", "*", "https://a.example; script-src *", "https://a.example b", "a.example", "'self'"],
)
def test_what_is_no_origin_is_refused(origin):
    with pytest.raises(ValueError, match="not an origin"):
        middleware(frame_ancestors=[origin])


@pytest.mark.parametrize(
    "address",
    [
        "/_stcore/metrics",
        "/page/_stcore/metrics",
        "/_stcore/agent/openapi.json",
        "/_stcore/agent/interact",
        "/_stcore/agent",
        "/_stcore/script-health-check",
    ],
)
def test_what_streamlit_tells_anyone_is_closed(client, address):
    answer = client.get(address)
    assert answer.status_code == 404
    assert "session" not in answer.text


def test_streamlit_health_stays_open(client):
    assert client.get("/_stcore/health").status_code == 200
