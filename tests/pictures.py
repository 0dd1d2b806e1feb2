"""What a picture that is SVG says, and where it says it."""

import re
import xml.etree.ElementTree as ET
from html import unescape

from territoires.charts import svg


def texts(picture):
    """Give each text with its box, as wide as the module of drawings takes it to be."""
    found = re.findall(r"<text ([^>]*)>([^<]*)</text>", picture)
    boxes = []
    for attributes, words in found:
        at = dict(re.findall(r'([\w-]+)="([^"]*)"', attributes))
        size, x, y = (float(at[name]) for name in ("font-size", "x", "y"))
        wide = svg.extent(unescape(words), size, bold="font-weight" in at)
        left = {"start": x, "middle": x - wide / 2, "end": x - wide}[at.get("text-anchor", "start")]
        boxes.append((unescape(words), left, y - size, left + wide, y))
    return boxes


def apart(picture, width):
    """Check that nothing is written over anything else, nor outside."""
    boxes = texts(picture)
    for rank, (one, x0, y0, x1, y1) in enumerate(boxes):
        assert x0 >= 0, one
        assert x1 <= width, one
        for other, left, top, right, bottom in boxes[rank + 1 :]:
            assert x0 >= right or left >= x1 or y0 >= bottom or top >= y1, (one, other)


def found(picture, path):
    """Give the elements of a picture, by their way from it."""
    root = ET.fromstring(picture)  # noqa: S314 - ours
    return root.findall(path, {"": "http://www.w3.org/2000/svg"})


def titles(picture):
    """Give what is told of each mark, to who points at it."""
    return [each.text for each in found(picture, ".//title")]
