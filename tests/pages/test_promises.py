"""What captions, help and documents promise of the pages is true of them."""

import pytest
from streamlit.testing.v1.element_tree import Block

from tests.pages.conftest import HOME

ROWS = "Voir les données"
VIEWS = [
    (HOME, {}),
    (HOME, {"au": "2021-05-04", "terr": "reg-44"}),
    ("follow/map.py", {}),
    ("follow/map.py", {"vue": "territoires"}),
    ("follow/map.py", {"vue": "zones-blanches"}),
    ("follow/regions.py", {}),
    ("follow/town.py", {"ville": "52121"}),
    ("follow/next.py", {}),
    ("follow/enrolments.py", {}),
    ("follow/courses.py", {}),
    ("follow/courses.py", {"formation": "F001"}),
]


def in_order(block):
    """Give what is on a page from top to bottom, folds included."""
    for child in block.children.values():
        yield child
        if isinstance(child, Block):
            yield from in_order(child)


@pytest.mark.parametrize(("page", "params"), VIEWS)
def test_under_each_figure_its_rows_can_be_seen(demo_app, page, params):
    view = demo_app.open(page, **params)
    waiting = []
    for each in in_order(view.main):
        if each.type == "plotly_chart":
            # A map and the bars beside it show the same rows.
            assert len(waiting) < (2 if page == "follow/next.py" else 1), waiting
            waiting.append(each.proto.alt)
            assert all(waiting)
        elif each.type == "expander" and each.label == ROWS:
            waiting = []
    assert not waiting
