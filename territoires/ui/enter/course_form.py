"""The fields of a course of the catalogue, to add one and to correct one."""

from territoires.domain.checks import LEVELS
from territoires.french.places import typeset
from territoires.queries import acts, courses
from territoires.queries.forms import Known
from territoires.ui.desk import Desk
from territoires.ui.enter.choosing import choose_one
from territoires.ui.enter.offering_form import titles
from territoires.ui.fields import LEFT, RIGHT, Capitals, Choice, Field, Source, Text, Whole, YesNo
from territoires.ui.outcomes import Outcome

_CPF = {"": "Non renseigné", "yes": "Oui", "no": "Non"}


def choose_course(desk: Desk, *, key: str) -> str:
    """Ask which course is to be corrected; empty for a new one."""
    names = {"": "Une nouvelle formation"} | titles(desk)
    return str(choose_one(desk, "Formation du catalogue", names, key=key))


def fields(desk: Desk, *, is_new: bool) -> tuple[Field, ...]:
    """Give the fields of a course."""
    named = {slug: typeset(name) for slug, name in desk.ask(courses.field_names)}
    levels = {level: str(level) for level in LEVELS}
    own_key = Capitals(key="cle", column="key", at=LEFT, hint="La suivante, par défaut (F025…)")
    return (
        Text(key="intitule", column="title", starred=True),
        Choice(
            key="filiere",
            column="field_slug",
            starred=True,
            among=named,
            blank="Choisir",
            none="",
            at=LEFT,
        ),
        Capitals(key="cnam", column="cnam_code", at=LEFT, hint="LG02501A"),
        Choice(key="niveau", column="level", among=levels, blank="Non renseigné", at=LEFT),
        *((own_key,) if is_new else ()),
        Text(key="diplome", column="credential", at=RIGHT),
        Capitals(key="rncp", column="rncp_code", at=RIGHT, hint="RNCP36889"),
        YesNo(key="cpf", column="cpf_eligible", among=_CPF, at=RIGHT),
        Whole(key="credits", column="credits", least=0, most=400, at=RIGHT),
        Source(),
    )


def newest(desk: Desk, outcome: Outcome, said: dict[str, str]) -> Known | None:
    """Give what somebody else made of the course meanwhile, as a conflict shows it."""
    if outcome.stale is None or outcome.stale.current_id is None:
        return None
    number = outcome.stale.current_id
    act = desk.ask(acts.act, event_id=number)
    if act is None:
        return None
    return Known(
        entity="course",
        entity_id=0,
        version_id=desk.seen.number,
        in_force=True,
        said=said,
        author=act.actor_name,
        at_utc=act.at_utc,
    )
