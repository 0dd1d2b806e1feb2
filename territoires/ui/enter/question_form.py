"""Something asked of the field about a town: its fields, and what its page says."""

from typing import Final

from territoires.commands.questions import set_question, withdraw_question
from territoires.domain.drafts import QuestionDraft
from territoires.domain.programme import Ask
from territoires.french.desk import question_name
from territoires.french.words import ASKS
from territoires.ui.enter.statements import Statements, always, date_of, set_or_withdrawn
from territoires.ui.fields import DATE_HINT, LEFT, RIGHT, Area, Choice, Partial, Text

QUESTIONS: Final = Statements(
    path="saisir-demande",
    entity="question",
    form="demande",
    param="demande",
    acts=set_or_withdrawn(set_question, QuestionDraft, withdraw_question, "Retirer cette demande"),
    fields=always(
        Choice(
            key="quoi",
            column="asks",
            among={ask: word.capitalize() for ask, word in ASKS.items()},
            starred=True,
        ),
        Partial(
            key="le",
            column="asked_on",
            starred=True,
            at=LEFT,
            hint=DATE_HINT,
        ),
        Partial(
            key="reponse",
            column="answered_on",
            at=RIGHT,
            hint=DATE_HINT,
            help="Vide tant que rien n’est venu. Ce que la réponse apprend se saisit à part, comme "
            "étape, premier jour possible ou correction.",
        ),
        Text(
            key="par",
            column="asked_by",
            help="Qui a écrit ou appelé\u00a0; vide, c’est vous.",
        ),
        Area(key="note", column="note"),
    ),
    name=lambda _desk, town, says: question_name(
        town, Ask(says["asks"]), date_of(says, "asked_on")
    ),
    none="Rien n’a encore été demandé sur cette ville.",
    adding="Noter une demande",
    place="town_code",
    may_wait=False,
)
