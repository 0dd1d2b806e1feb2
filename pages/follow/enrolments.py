"""How many people and registrations, where, since when, and which centres said so?"""

from territoires.ui import enrolment_parts as parts
from territoires.ui.page import open_page
from territoires.ui.parts import footer

page = open_page(
    "Combien d’auditeurs, où, et depuis quand\u202f?",
    exports=("inscriptions-regions", "inscriptions-ages", "effectifs-publies"),
)
asked = parts.asked_for(page)
centres = parts.coverage(page, asked)

parts.totals(page, asked)
parts.ages(page, asked)
if centres["transmitted"].any():
    parts.centres(page, asked)
    parts.courses(page, asked)
else:
    parts.empty(page, asked)

parts.published(page, centres)
parts.definitions()
footer(page)
