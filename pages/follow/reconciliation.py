"""What do the published totals make of the number of centres truly open?"""

from territoires.ui import links
from territoires.ui.follow import reconciliation as parts
from territoires.ui.headline_and_foot import footer, headline
from territoires.ui.page import open_page

page = open_page("Recouper", heading="heard")
believed = parts.beliefs(page)
headline(parts.answer(page, believed))
page.show_bar()
parts.bands(page, believed)
links.compare(page.query)
parts.choose(page, believed)
parts.contradictions(page, believed)
parts.promises(page)
footer(page)
