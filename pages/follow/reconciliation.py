"""What do the published totals make of the number of centres truly open?"""

from territoires.ui import reconciliation_parts as parts
from territoires.ui.page import open_page
from territoires.ui.parts import footer

page = open_page("Recouper", exports=("bande", "totaux-recoupes", "contradictions-totaux"))
believed = parts.beliefs(page)
parts.answer(page, believed)
parts.bands(page, believed)
parts.choose(page, believed)
parts.contradictions(page, believed)
footer(page)
