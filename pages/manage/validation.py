"""What waits for a second person's word?"""

from territoires.ui.desk import open_desk
from territoires.ui.manage import validation as validation_page

desk = open_desk("validation")
validation_page.told(desk)
validation_page.queue(desk)
validation_page.own_drafts(desk)
validation_page.own_decided(desk)
