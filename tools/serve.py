"""Start the dashboard: its database first, then the server, then the address to open.

`make run` calls it; `python tools/serve.py --port 8600` does the same without make.
"""

import argparse
import errno
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from http import HTTPStatus
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
USUAL, HIGHEST = 8501, 65535


def why_not(port: int) -> str | None:
    """Say in French why nothing can listen on this port, or None when it is free.

    Both ways are tried: a listener on one address only does not always prevent a bind to all.
    """
    other = port + 99 if port + 99 <= HIGHEST else USUAL
    another = f"choisissez-en un autre : make run PORT={other} (sans make : --port {other})"
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            with socket.socket(family, socket.SOCK_STREAM) as caller:
                caller.settimeout(0.5)
                if caller.connect_ex((address, port)) == 0:
                    return f"Le port {port} est déjà utilisé par un autre programme ; {another}"
        except OSError:  # no IPv6 here
            continue
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        if os.name == "posix":  # elsewhere the option lets two programs share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("", port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return f"Le port {port} est déjà utilisé par un autre programme ; {another}"
            return f"Le port {port} ne peut pas être ouvert ({error.strerror}) ; {another}"
    return None


def answers(url: str) -> bool:
    """Whether the server says it is healthy; never through a proxy, it is on this machine."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"{url}/_stcore/health", timeout=2) as answer:
            return bool(answer.status == HTTPStatus.OK)
    except (OSError, urllib.error.URLError):
        return False


def serve(port: int) -> int:
    """Run the dashboard until it ends or is interrupted; return its exit code."""
    url = f"http://localhost:{port}"
    command = [sys.executable, "-m", "streamlit", "run", "dashboard.py"]
    command += ["--server.port", str(port), "--server.headless", "true"]
    command += ["--browser.gatherUsageStats", "false", "--logger.hideWelcomeMessage", "true"]
    child = subprocess.Popen(command, cwd=ROOT)

    def end(_signal: int, _frame: FrameType | None) -> None:
        child.terminate()

    signal.signal(signal.SIGTERM, end)
    try:
        while child.poll() is None and not answers(url):
            time.sleep(0.2)
        if child.poll() is None:
            print(f"\n  Tableau de bord : {url}    (arrêter : Ctrl+C)\n", flush=True)
        code = child.wait()
    except KeyboardInterrupt:  # the terminal has told the child too
        child.wait()
        return 0
    if code > 0:
        print(f"Le tableau de bord s’est arrêté (code {code}).", file=sys.stderr)
    return max(code, 0)


def main() -> int:
    """Check the port, prepare the database, serve."""
    for stream in (sys.stdout, sys.stderr):  # a console that lacks a character shows another one
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    parser = argparse.ArgumentParser(description="Lance le tableau de bord.")
    parser.add_argument("--port", default=str(USUAL), help="port d’écoute (8501)")
    wanted = parser.parse_args().port
    if not (wanted.isascii() and wanted.isdigit() and 0 < int(wanted) <= HIGHEST):
        print(f"Port « {wanted} » : un nombre de 1 à 65535 est attendu.", file=sys.stderr)
        return 2
    port = int(wanted)
    refusal = why_not(port)
    if refusal:
        print(refusal, file=sys.stderr)
        return 1
    try:
        ready = subprocess.run([sys.executable, "-m", "territoires", "init"], cwd=ROOT, check=False)
    except KeyboardInterrupt:
        return 130
    return ready.returncode or serve(port)


if __name__ == "__main__":
    sys.exit(main())
