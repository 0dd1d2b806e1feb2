"""The seed files with few communes: seeding and checking them costs a twentieth of all of France.

What is left out is the communes that no other file names and whose department nothing is told of;
what the files say of the others is theirs, word for word.
"""

import csv
import gzip
import io
import re
import shutil
from pathlib import Path

from territoires.settings import SEEDS

COMMUNES, FORMER = Path("reference/communes.csv.gz"), Path("reference/former_communes.csv")
# Whose communes are told of one by one.
WHOLE = frozenset({"52", "75", "93"})
_CODE = re.compile(r"\b\d[\dAB]\d{3}\b")


def few_communes(folder: Path) -> Path:
    """Write such seeds into a folder that is not there yet; gives it back."""
    shutil.copytree(SEEDS, folder)
    listed = csv.DictReader(io.StringIO(gzip.decompress((folder / COMMUNES).read_bytes()).decode()))
    named = {
        code
        for path in folder.rglob("*.csv")
        if path != folder / FORMER
        for code in _CODE.findall(path.read_text(encoding="utf-8"))
    }
    kept = [row for row in listed if row["code"] in named or row["department"] in WHOLE]
    text = _written(listed, kept)
    (folder / COMMUNES).write_bytes(gzip.compress(text.encode(), 1, mtime=0))
    codes = {row["code"] for row in kept}
    with (folder / FORMER).open(encoding="utf-8", newline="") as file:
        former = csv.DictReader(file)
        text = _written(former, [row for row in former if row["present_code"] in codes])
    (folder / FORMER).write_text(text, encoding="utf-8", newline="")
    return folder


def _written(read: "csv.DictReader[str]", rows: list[dict[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, read.fieldnames or (), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
