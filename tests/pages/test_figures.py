"""Every figure of every page, as it is sent: what each owes to whoever looks at it."""

import base64
import json
import re
from importlib import import_module
from inspect import getmembers, isfunction
from pkgutil import iter_modules

import numpy as np

from territoires import charts
from territoires.charts.palette import DARK, LIGHT, shown
from territoires.ui import cache
from tests.pages.conftest import Application
from tests.pictures import found
from tests.web.test_palette import contrast

MAP, TOWN, NEXT, REGIONS = (f"follow/{name}.py" for name in ("map", "town", "next", "regions"))
ENROLMENTS, COURSES = "follow/enrolments.py", "follow/courses.py"
TODAY = "2026-11-22"
VIEWS = [
    ("follow/rollout.py", {}),
    ("follow/rollout.py", {"terr": "reg-94"}),
    ("follow/rollout.py", {"terr": "dep-52"}),
    (MAP, {}),
    (MAP, {"terr": "reg-94"}),
    (MAP, {"terr": "reg-44", "ville": "52121"}),
    (MAP, {"terr": "dep-974"}),
    (MAP, {"vue": "territoires"}),
    (MAP, {"vue": "territoires", "maille": "departements", "mesure": "centres"}),
    (MAP, {"vue": "zones-blanches"}),
    (MAP, {"vue": "zones-blanches", "terr": "dep-52"}),
    (TOWN, {"ville": "52121"}),
    (TOWN, {"ville": "10387"}),
    (TOWN, {"ville": "97411"}),
    (NEXT, {"villes": "20"}),
    (NEXT, {"villes": "2", "terr": "reg-94"}),
    (REGIONS, {"depuis": "2021-01-31", "terr": "reg-44"}),
    (REGIONS, {"indicateur": "part-habitants"}),
    (REGIONS, {"terr": "reg-44", "maille": "departements"}),
    (ENROLMENTS, {"annee": "2024-2025"}),
    (ENROLMENTS, {"annee": "2024-2025", "filiere": "numerique"}),
    (ENROLMENTS, {"terr": "reg-94"}),
    (COURSES, {}),
    (COURSES, {"terr": "reg-94"}),
    ("follow/reconciliation.py", {}),
]
FIRST, BEFORE = {"au": "2019-06-30"}, {"au": "2019-01-15"}
ASKED = {
    "seeded": [
        *VIEWS,
        *((page, address | FIRST) for page, address in VIEWS[:3]),
        *((page, address | BEFORE) for page, address in VIEWS[::5]),
    ],
    "demo": [*VIEWS[:2], *VIEWS[16:]],
    "migrated": VIEWS[::6],
}
# What a figure may write in four digits or more without parting them: a year, a code.
_LONG = re.compile(r"(?<![\w\u202f.,/-])\d{4,}(?![\w\u202f/-])")
_YEAR = re.compile(r"(19|20)\d\d")
_POINT = re.compile(r"\d\.\d")


def drawn(application, asked):
    """Give each figure with where it stands: maps as Plotly has them, pictures as SVG."""
    for page, address in asked:
        view = application.open(page, **{"au": TODAY} | address)
        assert not view.exception, (page, address)
        for chart in view.get("plotly_chart"):
            yield f"{page} {address} {chart.proto.id[-20:]}", json.loads(chart.proto.spec)
        for picture in re.findall(r"<svg .*?</svg>", "".join(each.value for each in view.markdown)):
            yield f"{page} {address} {picture[:200]}", picture


def values(sent):
    """Read what a trace sends, as numbers where it is packed."""
    if isinstance(sent, dict):
        return np.frombuffer(base64.b64decode(sent["bdata"]), dtype=sent["dtype"])
    return np.asarray([] if sent is None else sent, dtype=object)


def axes(figure):
    return {name: each for name, each in figure["layout"].items() if re.match(r"[xy]axis", name)}


def on_axis(figure, name):
    letter, number = name[0], name[5:]
    return [
        trace
        for trace in figure["data"]
        if trace["type"] != "choropleth" and trace.get(f"{letter}axis", letter) == letter + number
    ]


# --- words and numbers ---


def numbers_in_french(figure):
    for text in texts(figure):
        told = re.sub(r"\s*(<br>|\n).*?Source.*", "", text, flags=re.DOTALL)
        long = [each for each in _LONG.findall(told) if not _YEAR.fullmatch(each)]
        assert not long, text
        assert not _POINT.search(told), text


def maps_alone(figure):
    """Check that Plotly is left nothing to write or to measure: pictures have axes and legends."""
    assert not figure["layout"].get("showlegend")
    assert all(axis["visible"] is False for axis in axes(figure).values())


def texts(figure):
    """Give what is written in a figure, hovers included."""
    if isinstance(figure, str):
        for path in (".//text", ".//title"):
            yield from ("".join(each.itertext()) for each in found(figure, path))
        return
    for trace in figure["data"]:
        for name in ("text", "hovertext", "name"):
            said = trace.get(name)
            for each in [said] if isinstance(said, str) else np.ravel(said or []).tolist():
                yield str(each)
        assert "%{x" not in trace.get("hovertemplate", "")
        assert "%{y" not in trace.get("hovertemplate", "")
    for note in figure["layout"].get("annotations", []):
        yield note["text"]


# --- contrasts ---


def rgba(colour):
    if colour.startswith("#"):
        return [*(int(colour[i : i + 2], 16) for i in (1, 3, 5)), 1.0]
    return [float(each) for each in re.findall(r"[\d.]+", colour)]


def over(colour, ground, opacity=1.0):
    """Lay a colour, translucent perhaps, over a ground; gives `#rrggbb`."""
    *tint, alpha = rgba(colour)
    alpha *= opacity
    mixed = [alpha * a + (1 - alpha) * b for a, b in zip(tint, rgba(ground), strict=False)]
    return "#" + "".join(f"{round(each):02x}" for each in mixed[:3])


def grounds(figure, axis, page):
    """Give all that may lie under a mark: the page, and what is tinted over it."""
    tints = [t["fillcolor"] for t in on_axis(figure, axis) if t.get("fill") and t.get("fillcolor")]
    tints += [s["fillcolor"] for s in figure["layout"].get("shapes", []) if s.get("fillcolor")]
    found = {page}
    for tint in dict.fromkeys(tint for tint in tints if rgba(tint)[3] < 1):
        found |= {over(tint, each) for each in found}
    return found


def each_of(value, number):
    return value if isinstance(value, list) else [value] * number


def marks_that_show(figure, page):
    for trace in figure["data"]:
        if trace["type"] == "choropleth":
            continue
        axis = "xaxis" + trace.get("xaxis", "x")[1:]
        under = grounds(figure, axis, page)
        for what, reaches in seen_parts(trace, under, page):
            assert reaches >= 3, (trace.get("name"), what, round(reaches, 2))
    for shape in figure["layout"].get("shapes", []):
        line = shape.get("line", {})
        if shape["type"] == "line" and rgba(line["color"])[3] == 1:
            under = grounds(figure, "xaxis", page)
            assert min(contrast(over(line["color"], each), each) for each in under) >= 3, shape


def seen_parts(trace, under, page):
    """Give each part of a trace with its contrast to what it stands on, or to its own edge."""
    marker, line = trace.get("marker", {}), trace.get("line", {})
    if "markers" in trace["mode"]:
        number = len(values(trace["x"]))
        parts = zip(
            each_of(marker["color"], number),
            each_of(marker.get("symbol", "circle"), number),
            each_of(marker.get("line", {}).get("color", ""), number),
            strict=True,
        )
        # Plotly fades marks of several sizes, unless told not to.
        faded = marker.get("opacity", 0.7 if isinstance(marker.get("size"), list) else 1)
        inks = [over(each, page) for each in each_of(marker["color"], number)]
        for colour, symbol, edge in set(parts):
            if page in inks and symbol.endswith("-open"):  # a ring on a wider one of the ground
                yield "ring", max(contrast(ink, page) for ink in inks)
                continue
            alone = [contrast(over(colour, g, faded), g) for g in under]
            edged = contrast(over(colour, page, faded), over(edge, page)) if edge else 0
            yield f"mark {symbol}", max(min(alone), edged)
    if trace.get("mode", "").startswith("lines") and not trace.get("fill") and line.get("width"):
        colour = line["color"]
        yield "line", min(contrast(over(colour, g, trace.get("opacity", 1)), g) for g in under)
    if trace.get("fill") and rgba(trace.get("fillcolor", "#000000"))[3] == 1:
        yield (
            "area",
            max(contrast(trace["fillcolor"], page), contrast(over(line["color"], page), page)),
        )


def faults_of(where, figure):
    """Name each law that a figure breaks, in one theme or the other."""
    trials = [(numbers_in_french, (figure,))]
    if isinstance(figure, dict):
        trials.append((maps_alone, (figure,)))
        for theme in (LIGHT, DARK):
            themed = json.loads(shown(json.dumps(figure), on_dark=theme is DARK))
            trials.append((marks_that_show, (themed, theme.background)))
    for law, arguments in trials:
        try:
            law(*arguments)
        except AssertionError as fault:
            yield f"{law.__name__} {arguments[1:]}: {where}: {str(fault)[:300]}"


def test_every_figure_there_is_is_finished(shared, nowhere):
    faults = {
        f"{database} {fault}"
        for database, asked in ASKED.items()
        for where, figure in drawn(Application(shared(database)), asked)
        for fault in faults_of(where, figure)
    }
    assert not faults, "\n".join(sorted(faults))
    kept = {part.__name__ for key in cache._FIGURES for part in key if isfunction(part)}  # noqa: SLF001
    there = {
        name
        for module in iter_modules(charts.__path__, f"{charts.__name__}.")
        for name, _ in getmembers(import_module(module.name), isfunction)
        if name.endswith(("_figure", "_svg"))
    }
    # Others are made of bars; the plan is on paper and in the first answer.
    assert there - kept <= {"bars_svg", "plan_map_svg"}
