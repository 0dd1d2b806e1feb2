"""Whether a course is given in a centre at a date: it counts only while its centre counts."""

from datetime import date

from territoires.domain.dates import PartialDate
from territoires.domain.rollout import Life, counted
from territoires.domain.told import Told


class Offer(Told):
    """How far a course is known to be given, from the most to the least certain.

    `OFFERED`: the centre is open and the course given, whatever the days their dates stand for;
    `POSSIBLE`: for some of them; `UNDATED`: the centre is open since nobody knows when; `UNPROVEN`:
    nothing ties the centre to the programme. The last two are of whole regions.
    """

    OFFERED = "offered", "proposée"
    POSSIBLE = "possible", "peut-être proposée"
    UNDATED = "undated", "centre ouvert, date inconnue"
    UNPROVEN = "unproven", "rattachement non prouvé"
    NOT_OFFERED = "not_offered", "non proposée"
    NOT_TRANSMITTED = "not_transmitted", "non transmis"


def offer_on(
    day: date, life: Life, starts: PartialDate, ends: PartialDate, *, with_unproven: bool = False
) -> Offer | None:
    """Say how a course is given on a day, None when it is not.

    A date that is not known says nothing against it: the centre's own dates bound it.
    """
    is_over = ends.last is not None and ends.last < day
    if is_over or (starts.first is not None and starts.first > day):
        return None
    if not (life.possibly_open(day) or life.open_undated(day)):
        return None
    if not counted([life], with_unproven=with_unproven):
        return Offer.UNPROVEN
    if life.open_undated(day):
        return Offer.UNDATED
    has_begun = starts.last is None or starts.last <= day
    goes_on = ends.first is None or ends.first >= day
    return Offer.OFFERED if life.certainly_open(day) and has_begun and goes_on else Offer.POSSIBLE
