"""Fuzz guided by coverage: `python -m fuzz TARGET [SECONDS]`; targets are the modules beside.

In 0 second only what it would start from is played, which finds the same things each time.
"""

import importlib
import resource
import sys
import tempfile
from pathlib import Path

SECONDS = 300
EACH_SECONDS, EACH_MEBIBYTES, EACH_BYTES = 10, 1_024, 1 << 16


def main(target: str, seconds: int) -> None:
    """Run a target's `one` on what is found from its `seeds`, within bounds for each input."""
    try:
        atheris = importlib.import_module("atheris")  # no wheel for every machine
    except ImportError:
        sys.exit("fuzz: atheris is not available here (it wants Linux, Python 3.11 to 3.13)")
    # Only what is imported inside is watched: nothing of the project may be imported before.
    with atheris.instrument_imports(include=["territoires"]):
        module = importlib.import_module(f"fuzz.{target}")
    with tempfile.TemporaryDirectory() as folder:
        for number, data in enumerate(module.seeds()):
            (Path(folder) / str(number)).write_bytes(data)
        options = [
            f"-max_total_time={seconds}" if seconds else "-runs=0",
            f"-timeout={EACH_SECONDS}",
            f"-rss_limit_mb={_peak() + EACH_MEBIBYTES}",
            f"-max_len={EACH_BYTES}",
            "-print_final_stats=1",
        ]
        atheris.Setup([sys.argv[0], *options, folder], module.one)
        atheris.Fuzz()


def _peak() -> int:
    """Give the most memory that this process is told to have held, in MiB.

    Linux counts in it what the process that started this one held by then, and so does the limit.
    """
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if sys.argv[2:] else SECONDS)
