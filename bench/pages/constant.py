"""Constant data for the bare page, of the sizes of the front page: nothing is computed in a run.

`tests/unit/test_bench.py` compares the two pages: when the front page gains an element, a point or
a line, it says which number to change here or which element to add to `bare_front.py`.
"""

from itertools import cycle, islice

_WORDS = "Constant text of a bare page, as long as what it is compared with. "


def text(length: int) -> str:
    """Give a text of that many characters."""
    return "".join(islice(cycle(_WORDS), length))


def picture(length: int) -> str:
    """Give a picture as SVG of that many characters, its marks the links of a page."""
    mark = '<a href="/"><g><title>mark</title><circle cx="9" cy="9" r="7"></circle></g></a>'
    ends = '<div><svg viewBox="0 0 400 400">', "</svg></div>"
    return ends[0] + mark * max(1, (length - sum(map(len, ends))) // len(mark)) + ends[1]
