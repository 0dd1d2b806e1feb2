"""What entry pages say alike: what a save changed, and the labels of several forms."""

from territoires.domain.rollout import Count
from territoires.domain.scope import Place
from territoires.french.numbers import NBSP, counted, number, plural
from territoires.french.places import inside


def effect_sentence(region: Place, before: Count, after: Count) -> str:
    """Say what an act changed in its region: `Votre région passe de 6 à 7 centres.`"""
    if before.open != after.open:
        return (
            f"{region.name} passe de {number(before.open)} à "
            f"{counted(after.open, 'centre ouvert', 'centres ouverts')}."
        )
    if before.open_at_most != after.open_at_most:
        return (
            f"{region.name} passe de {number(before.open_at_most)} à "
            f"{counted(after.open_at_most, 'centre ouvert', 'centres ouverts')} au plus."
        )
    if before.selected != after.selected:
        return (
            f"{region.name} passe de {number(before.selected)} à "
            f"{counted(after.selected, 'ville labellisée', 'villes labellisées')}."
        )
    where = inside(region)
    return (
        f"Le nombre de centres ouverts {where} ne change pas{NBSP}: "
        f"{number(after.open)} {plural(after.open, 'centre')}."
    )
