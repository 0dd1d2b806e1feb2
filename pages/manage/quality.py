"""What is late, what is missing, what contradicts itself?"""

from territoires.ui.desk import open_desk
from territoires.ui.manage import quality as quality_page

desk = open_desk("qualite")
found = quality_page.chosen(desk)
quality_page.counts(desk, found)
quality_page.sections(found)
