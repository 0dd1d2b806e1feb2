"""Hand over to the identity provider, which says who somebody is."""

from territoires.ui.page import open_front
from territoires.ui.provider import hand_over

open_front("Se connecter")
hand_over()
