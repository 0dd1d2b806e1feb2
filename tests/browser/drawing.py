"""What the figures of a page must satisfy at any width: in their frames, nothing over another."""

import pytest

from territoires.charts.map import ASPECT
from tests.browser.conftest import left

# Texts of our drawings, by the browser; a pixel and a half: half a line's width and antialiasing.
_OVERLAPS = """() => {
  const found = [];
  for (const picture of document.querySelectorAll(".dessin svg")) {
    const frame = picture.getBoundingClientRect();
    const texts = [...picture.querySelectorAll("text")].filter((each) => each.checkVisibility());
    texts.forEach((one, rank) => {
      const a = one.getBoundingClientRect();
      if (a.left < frame.left - 1.5 || a.right > frame.right + 1.5)
        found.push(`${one.textContent} is outside`);
      texts.slice(rank + 1).forEach((other) => {
        const b = other.getBoundingClientRect();
        const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (wide > 1 && high > 3) found.push(`${one.textContent} / ${other.textContent}`);
      });
    });
  }
  return found;
}"""
_CUT = """() => [
  ...document.querySelectorAll(".reperes *, .cartes *, h2, h3, .st-key-barre *")]
  .filter((each) => each.children.length === 0 && each.textContent.trim() &&
    getComputedStyle(each).overflow !== "visible" && each.scrollWidth > each.clientWidth + 1 &&
    !each.closest("[data-testid=stIconMaterial]") && each.clientWidth > 1)
  .map((each) => each.textContent)"""
# Marks and texts of any figure.
_OUT_OF_FRAME = """() => [...document.querySelectorAll('.js-plotly-plot, .dessin svg')].flatMap(
  (plot) => {
    const frame = plot.getBoundingClientRect();
    const drawn = plot.querySelectorAll(
      '.annotation-text, .textpoint text, .point, .xtick text, .ytick text, .dessin text');
    return [...drawn].filter((each) => {
      const box = each.getBoundingClientRect();
      return box.width && (box.left < frame.left - 1 || box.right > frame.right + 1
        || box.top < frame.top - 1 || box.bottom > frame.bottom + 1);
    }).map((each) => each.textContent || each.getAttribute('class'));
  })"""
# Towns of a map, by their coordinates.
_OFF_THE_MAP = """() => {
  const found = [];
  for (const chart of document.querySelectorAll("[class*=st-key-cadre_] .js-plotly-plot")) {
    const frame = chart.getBoundingClientRect();
    const { xaxis, yaxis } = chart._fullLayout;
    for (const trace of chart._fullData) {
      if (trace.mode !== "markers") continue;
      for (let i = 0; i < trace.x.length; i++) {
        const x = xaxis._offset + xaxis.l2p(trace.x[i]), y = yaxis._offset + yaxis.l2p(trace.y[i]);
        if (x < -1.5 || y < -1.5 || x > frame.width + 1.5 || y > frame.height + 1.5)
          found.push(`${trace.name} ${trace.customdata[i]}`);
      }
    }
    for (const text of chart.querySelectorAll(".infolayer text")) {
      const box = text.getBoundingClientRect();
      if (!box.width) continue;
      if (box.left < frame.left - 1.5 || box.right > frame.right + 1.5
          || box.top < frame.top - 1.5 || box.bottom > frame.bottom + 1.5)
        found.push(text.textContent);
    }
  }
  return found;
}"""
_WRONG = f"""() => [{_OVERLAPS}, {_CUT}, {_OUT_OF_FRAME}, {_OFF_THE_MAP}]
  .flatMap((each) => each())"""
_SHAPE = """() => [...document.querySelectorAll("[class*=st-key-cadre_] .js-plotly-plot")].map(
  (chart) => { const box = chart.getBoundingClientRect(); return [box.width, box.height]; })"""


def is_well_drawn(page):
    """Fail if something of a figure is cut, over another or out of its frame."""
    assert left(page, _WRONG) == []
    for across, down in page.evaluate(_SHAPE):
        assert across / down == pytest.approx(ASPECT, rel=0.02)
        assert across <= page.viewport_size["width"]
