"""The fields of a centre, the same to create one and to correct one."""

from territoires.french.definitions import defined
from territoires.french.words import LINKS
from territoires.ui.fields import LEFT, RIGHT, Area, Choice, Field, Text


def fields(*, name_is_asked: bool) -> tuple[Field, ...]:
    """Give the fields; the name may stay empty where it is that of the town."""
    return (
        Text(
            key="nom",
            column="name",
            also=("centre_name",),
            label="Nom du centre",
            starred=name_is_asked,
            hint="" if name_is_asked else "Celui de la ville, par défaut",
        ),
        Text(key="adresse", column="address"),
        Text(key="regional", column="regional_centre", at=LEFT),
        Text(key="vague", column="wave", at=LEFT, hint="AMI 1, AMI 2…"),
        Text(key="collectivite", column="collectivity", at=RIGHT),
        Choice(
            key="lien",
            column="programme_link",
            label="Rattachement au programme",
            among=LINKS,
            at=RIGHT,
            help=f"Non prouvé\u00a0: signalé, et compté seulement sur demande. "
            f"{defined('Rattachement non prouvé')}",
        ),
        Area(key="note", column="note"),
    )
