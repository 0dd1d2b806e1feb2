"""The definitions behind the figures, in the order in which a reader meets them.

`docs/definitions.md` is made of them; a test compares the two.
"""

DEFINITIONS: tuple[tuple[str, str], ...] = (
    (
        "Centre ouvert avec certitude",
        "La date d’ouverture retenue est atteinte, même prise au plus tard, et aucune fermeture, "
        "aucune suspension ni aucun abandon postérieur n’est possible à cette date. Une date connue au "
        "mois ou à l’année près couvre tout le mois ou toute l’année\u00a0: un centre ouvert «\u00a0en "
        "2019\u00a0» n’est compté avec certitude qu’à partir du 31 décembre 2019. Une réouverture "
        "rouvre le centre.",
    ),
    (
        "Centres ouverts au plus",
        "La date d’ouverture retenue est atteinte, prise au plus tôt, et aucune fermeture n’est "
        "certaine. Une date «\u00a0au plus tard\u00a0» (le centre était déjà ouvert ce jour-là) remonte "
        "jusqu’à la labellisation de la ville, ou jusqu’au début du programme si elle est inconnue. "
        "Aucune ouverture du programme ne précède le 1er avril 2019.",
    ),
    (
        "Dates concurrentes",
        "Quand deux sources donnent des dates différentes, une seule est retenue et compte\u202f; les "
        "autres restent visibles sur la fiche de la ville. Chaumont est ainsi daté d’avril 2019, "
        "comme l’a annoncé le programme\u202f; une autre source appelle ouverture l’inauguration du "
        "13 septembre 2019.",
    ),
    (
        "Ouvert, date inconnue",
        "Une source affirme que le centre est ouvert sans dire depuis quand. Il est compté à part, à "
        "partir de la labellisation de la ville, jamais dans les courbes.",
    ),
    (
        "Rattachement non prouvé",
        "Le centre est ouvert, mais aucune source ne dit qu’il relève du programme. Il est montré et "
        "signalé, et n’est compté que si vous le demandez (bouton «\u00a0Options\u00a0»).",
    ),
    (
        "Ville labellisée",
        "La labellisation retenue est certainement atteinte et la ville n’a pas certainement "
        "abandonné, que son centre soit ouvert ou non. Un label n’est pas une ouverture.",
    ),
    (
        "Documenté et publié",
        "Les chiffres documentés comptent les lignes de cette base, chacune avec sa source. Les "
        "totaux publiés sont ceux qu’ont annoncés le Cnam, ses partenaires ou la presse\u202f; ils "
        "gardent leur réserve (environ, au moins, contesté, envisagé). Les deux séries ne sont "
        "jamais additionnées ni complétées l’une par l’autre. Un total contesté ou seulement envisagé "
        "n’est jamais présenté comme le dernier connu\u202f; un total daté d’un mois compte à partir de "
        "son dernier jour.",
    ),
    (
        "Objectif",
        "Cent centres d’ici au 31 décembre 2022, dont 75 dans des villes Action cœur de ville et 25 "
        "ailleurs (répartition connue depuis le 13 mai 2019). Les sources disent «\u00a0une "
        "centaine\u00a0» «\u00a0à l’horizon 2022\u00a0»\u00a0: l’échéance au 31 décembre est la lecture "
        "qu’en fait ce tableau de bord. Avant sa décision, ou dans un territoire qui n’en a pas, "
        "aucun objectif n’est affiché.",
    ),
    (
        "Rythmes",
        "Une ouverture compte à son jour le plus tardif. Depuis le début\u00a0: nombre d’ouvertures "
        "divisé par le nombre de mois (de 30,4375 jours) écoulés depuis le premier jour possible de "
        "la première ouverture. Sur douze mois\u00a0: ouvertures des 365 derniers jours. Rythme "
        "nécessaire\u00a0: ce qui manque divisé par les mois qui restent\u202f; il n’existe plus à "
        "partir du jour de l’échéance.",
    ),
    (
        "Statut calculé",
        "Dans cet ordre\u00a0: objectif atteint\u202f; échéance dépassée\u202f; trop tôt pour conclure "
        "(moins de trois ouvertures ou de six mois)\u202f; en baisse (plus de fermetures que "
        "d’ouvertures sur douze mois)\u202f; puis, selon le rapport du rythme depuis le début au rythme "
        "nécessaire, en bonne voie (95\u202f% ou plus), en progrès, accélération nécessaire (de 60 à "
        "95\u202f%), progrès limité (moins de 60\u202f%).",
    ),
    (
        "Territoire et périmètre",
        "Un centre appartient à la commune de son code INSEE, donc à son département et à sa région, "
        "quelle que soit l’agglomération qui le porte. Action cœur de ville désigne les 222 sites "
        "(235 communes) de la liste de mars 2018, à toute date\u202f; les entrées de 2023-2024 n’en "
        "sont pas.",
    ),
    (
        "Habitants proches d’un centre",
        "Population municipale des communes du territoire dont la mairie est à moins de la distance "
        "choisie, à vol d’oiseau, de la mairie d’une commune où un centre est ouvert avec certitude, "
        "où que soit ce centre en France. La distance par la route est souvent bien plus longue. Un "
        "site Action cœur de ville a un centre quand l’une de ses communes en a un.",
    ),
    (
        "Les deux horloges",
        "«\u00a0Situation au\u00a0» dit ce qui était vrai ce jour-là\u202f; «\u00a0telle que connue "
        "le\u00a0» dit ce que cette base savait à cet instant. Corriger un fait ajoute une version sans "
        "effacer l’ancienne\u00a0: la même question posée avec les deux dates donne toujours la même "
        "réponse.",
    ),
    (
        "Chiffre absent",
        "Un chiffre absent est «\u00a0non renseigné\u00a0», jamais zéro. Peu de candidatures et de "
        "conventions sont documentées\u00a0: aucune étape n’est déduite d’une autre.",
    ),
)

UNKNOWN: tuple[str, ...] = (
    "Le nom de 22 à 24 des 55 villes du premier appel (Laon et Saint-Quentin ont candidaté ensemble, "
    "Charleville-Mézières est devenue Sedan) et de 8 des 20 du second.",
    "La date d’ouverture de la plupart des villes labellisées\u00a0: «\u00a0labellisée, ouverture non "
    "connue\u00a0» ne veut pas dire «\u00a0non ouverte\u00a0».",
    "Le nombre de centres ouverts fin 2022.",
    "Les effectifs par centre et par formation, hors quelques chiffres publiés.",
    "La liste de la cinquantaine de formations annoncées par le programme\u00a0: seules 24 formations "
    "du Cnam sont attestées par une source.",
)


def markdown() -> str:
    """Give the definitions as the text of `docs/definitions.md`."""
    parts = ["# Définitions", ""]
    for title, text in DEFINITIONS:
        parts += [f"## {title}", "", text, ""]
    parts += ["## Ce que l’on ne sait pas", ""]
    parts += [f"- {line}" for line in UNKNOWN]
    return "\n".join(parts) + "\n"
