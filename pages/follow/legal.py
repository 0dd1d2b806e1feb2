"""Who publishes this dashboard, who hosts it, under which licence, and what does it keep of me?"""

from territoires.french import legal
from territoires.ui.headline_and_foot import statement
from territoires.ui.page import open_front
from territoires.ui.reader import deployment

declared = deployment()
open_front("Mentions légales")
statement(
    ("Éditeur", "editeur", legal.publisher(declared.publisher)),
    ("Hébergement", "hebergement", legal.host(declared.host)),
    ("Licence", "licence", legal.RIGHTS),
    ("Données personnelles et cookies", "cookies", legal.PRIVACY),
    ("Vos droits", "droits", legal.rights(declared.contact)),
)
