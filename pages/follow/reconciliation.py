"""What do the published totals make of the number of centres truly open?"""

from territoires.ui import links
from territoires.ui import reconciliation_parts as parts
from territoires.ui.page import open_page
from territoires.ui.parts import footer, headline

EXPORTS = ("bande", "totaux-recoupes", "contradictions-totaux", "annonces")

page = open_page("Recouper", exports=EXPORTS, heading="heard")
believed = parts.beliefs(page)
headline(parts.answer(page, believed))
links.compare(page.query)
page.show_bar()
parts.bands(page, believed)
parts.choose(page, believed)
parts.contradictions(page, believed)
parts.promises(page)
footer(page)
