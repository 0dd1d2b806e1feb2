"""Something asked of the field about a town: its fields, and what its page says."""

from typing import Final

from territoires.commands.questions import set_question, withdraw_question
from territoires.domain.drafts import QuestionDraft
from territoires.domain.programme import Ask
from territoires.domain.roles import Permission
from territoires.french.desk import Name, question_name
from territoires.french.words import ASKS
from territoires.queries import entry
from territoires.ui.desk import Desk
from territoires.ui.enter.announcement_form import choose
from territoires.ui.enter.statements import Says, Statements, always, date_of
from territoires.ui.fields import DATE_HINT, LEFT, RIGHT, Area, Choice, Partial, Text

PARAM: Final = "demande"
_FIELDS: Final = always(
    Choice(
        key="quoi",
        column="asks",
        among=tuple(Ask),
        say=lambda asks: ASKS[asks].capitalize(),
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
)


def _named(_desk: Desk, town: str, says: Says) -> Name:
    return question_name(town, Ask(says["asks"]), date_of(says, "asked_on"))


QUESTIONS: Final = Statements(
    entity="question",
    form="demande",
    param=PARAM,
    record=set_question,
    withdraw=withdraw_question,
    draft=QuestionDraft,
    listed=entry.questions,
    fields=_FIELDS,
    name=_named,
    none="Rien n’a encore été demandé sur cette ville.",
    adding="Noter une demande",
    withdrawing="Retirer cette demande",
    place="town_code",
    choose=choose,
    permission=Permission.ASK,
    may_wait=False,
)
