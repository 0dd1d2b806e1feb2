"""Servers forked from a process that has them loaded run nothing but what they are told."""

import sys
from types import ModuleType

from tests.trials.forked import fork


def test_the_main_module_of_whoever_forks_is_not_run_again(tmp_path, monkeypatch):
    """AppTest leaves a page of ours there, which would be run without a reader."""
    page, mark, log = (tmp_path / name for name in ("page.py", "mark", "log"))
    page.write_text(f"open({str(mark)!r}, 'w').close()")
    main = ModuleType("__main__")
    main.__file__ = str(page)
    monkeypatch.setitem(sys.modules, "__main__", main)
    assert fork(["version"], {}, log).wait(60) == 0
    assert log.read_text().startswith("Streamlit, version")
    assert not mark.exists()
