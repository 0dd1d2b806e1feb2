"""Which towns would bring a centre near the most inhabitants who have none?"""

from territoires.ui.follow import next as parts
from territoires.ui.follow.shared_map import asked_reach, asked_town
from territoires.ui.headline_and_foot import footer, headline
from territoires.ui.page import open_page

page = open_page(
    "Où ouvrir ensuite\u202f?",
    heading="heard",
)
reach = asked_reach()
wishes = parts.asked_wishes(page)
plan = parts.planned(page, reach, wishes)
if plan is not None:
    headline(parts.answer(page, reach, wishes, plan))
page.show_bar()
parts.wishes_inputs(page, reach, wishes)

if plan is not None and len(plan):
    parts.map_and_gains(page, reach, wishes, plan, asked_town(page, factor=reach.factor))
if plan is not None:
    parts.ticks(page, reach, wishes, plan)
parts.notes(page, reach, wishes)
footer(page)
