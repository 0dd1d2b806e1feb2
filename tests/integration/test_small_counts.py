"""Small counts, whatever happens and by whatever door: what every role could fetch at every act."""

import json
from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, update

from territoires.commands.choices import set_setting
from territoires.commands.enrolments import record_enrolments, withdraw_enrolment
from territoires.commands.proposals import refuse_proposal, validate_proposal
from territoires.commands.stages import record_stage
from territoires.db import disclosures, summaries
from territoires.db.engine import reading
from territoires.db.models import AuditEvent, Disclosure, Enrolment, Town
from territoires.domain.disclosure import Count, Publication
from territoires.domain.drafts import (
    EnrolmentRow,
    EnrolmentsDraft,
    ProposalDraft,
    SettingDraft,
    WithdrawalDraft,
)
from territoires.domain.enrolments import name_of
from territoires.domain.errors import StaleError
from territoires.domain.programme import Counted
from territoires.domain.roles import Reader, Role
from territoires.domain.scope import Scope
from territoires.queries import (
    acts,
    changes,
    enrolments,
    entry,
    feed,
    forms,
    history,
    open_data,
    town_history,
    town_sheet,
)
from territoires.queries.exports import EXPORTS
from tests import histories
from tests.conftest import SEEDED_AT
from tests.factories import act, add_centre, add_stage
from tests.factories import writing as by_hand
from tests.fuzzing import at_length
from tests.histories import Kind
from tests.integration.writing import (
    CHAUMONT,
    COGNAC,
    ENTRY,
    GAZETTE,
    GRAND_EST,
    NOUVELLE_AQUITAINE,
    VALIDATION,
    do,
    later,
    rows,
    sound,
    stage_draft,
)
from tests.reader import Told, Total, worked_out

YEAR, TODAY = 2021, date(2026, 11, 22)
CENTRES = 120


# --- histories, many at once in one database ---


def transmitted(connection, **asked):
    """Keep the centres that transmitted something."""
    return enrolments.transmissions(connection, **asked, only_transmitted=True)


def centres_of(connection, number):
    """Open so many centres, each in a town of its own: their numbers by town."""
    codes = connection.scalars(
        select(Town.code).where(Town.acv_site.is_(None)).order_by(Town.code).limit(number)
    ).all()
    found = {}
    for code in codes:
        found[code] = add_centre(connection, at_utc=SEEDED_AT, town_code=code, name=code)
        add_stage(connection, at_utc=SEEDED_AT, centre_id=found[code], on="2020-09-01")
    return found


def write(connection, steps, at_utc):
    """Do one step of each history, by centre, as one act: versions end, others begin."""
    current = {
        (row.centre_id, row.counted, row.course_key, row.counted_on): row
        for row in connection.execute(
            select(*Enrolment.__table__.c).where(Enrolment.superseded_at.is_(None))
        )
    }
    ended, begun = [], []
    for centre, step in steps.items():
        ended += [current[centre, *subject].id for subject in step.withdrawn]
        for subject, headcount in step.said.items():
            before = current.get((centre, *subject))
            if before is not None:
                ended.append(before.id)
            counted, course, day = subject
            begun.append(
                {
                    "centre_id": centre,
                    "academic_year": YEAR,
                    "counted": counted,
                    "course_key": course,
                    "headcount": headcount,
                    "counted_on": day,
                    "source_id": "cnam-2021-05",
                    "validation": "validated",
                    "recorded_at": at_utc,
                    "version": before.version + 1 if before is not None else 1,
                    "origin_id": (before.origin_id or before.id) if before is not None else None,
                }
            )
    act(connection, at_utc)
    connection.execute(
        update(Enrolment).where(Enrolment.id.in_(ended)).values(superseded_at=at_utc)
    )
    connection.execute(insert(Enrolment), begun)
    summaries.refresh(connection, [(centre, YEAR) for centre in steps])


def totals_told(connection, known_at=None):
    """Fetch the total of each town, unit and day, as pages and files give it."""
    told = defaultdict(dict)
    for counted in Counted:
        for day in histories.DAYS:
            data = enrolments.transmissions(
                connection, scope=Scope(as_of=day, known_at=known_at), year=YEAR, counts=counted
            )
            for row in data[data["publication"] != "absent"].itertuples():
                shown = None if pd.isna(row.headcount) else int(row.headcount)
                told[row.town_code][counted, day] = Total(Publication(row.publication), shown)
    return told


def cells_told(connection):
    """Fetch what is told of each town, unit and course; a day or a sum never tells more."""
    told = defaultdict(dict)
    for counted in Counted:
        asked = {"year": YEAR, "counts": counted}
        data = enrolments.cells(connection, scope=Scope(as_of=TODAY), **asked)
        for row in data.itertuples():
            told[row.town_code][counted, row.course_key] = Publication(row.publication)
        for day in histories.DAYS:
            past = enrolments.cells(connection, scope=Scope(as_of=day), **asked)
            both = past.merge(data, how="left", on=list(data.columns), indicator=True)
            assert (both["_merge"] == "both").all()
        shown = data[data["publication"] == "shown"]
        for query in (enrolments.by_field, enrolments.by_course):
            sums = query(connection, scope=Scope(as_of=TODAY), **asked)
            assert sums["headcount"].sum() == shown["headcount"].sum()
            assert sums["cells"].sum() == len(data)
    return told


def the_package_tells_no_more(connection):
    """Compare the open data with what the doors above tell on the same day."""
    names = {"inscriptions-centres": transmitted, "inscriptions-detail": enrolments.cells}
    names |= {"inscriptions-filieres": enrolments.by_field}
    names |= {"inscriptions-formations": enrolments.by_course}
    package = open_data.tables(connection, scope=Scope(as_of=TODAY), names=list(names))
    for name, query in names.items():
        ours = package[name]
        ours = ours[ours["academic_year"] == name_of(YEAR)]
        ours = ours[ours["transmitted"]] if "transmitted" in ours else ours
        asked = [
            query(connection, scope=Scope(as_of=TODAY), year=YEAR, counts=counted)
            for counted in Counted
        ]
        theirs = pd.concat(asked, ignore_index=True)
        assert ours.reset_index(drop=True).equals(theirs), name


def in_force(connection):
    found = defaultdict(list)
    for row in connection.execute(
        select(*Enrolment.__table__.c).where(Enrolment.superseded_at.is_(None))
    ):
        count = Count(row.id, row.counted, row.course_key, row.headcount, row.counted_on)
        found[row.centre_id].append(count)
    return found


def fetched(connection, centres):
    """Put together, by town, what is true after an act and what could be fetched."""
    true, cells, totals = in_force(connection), cells_told(connection), totals_told(connection)
    told = {}
    for town, centre in centres.items():
        latest = {}
        for row in sorted(true[centre], key=lambda row: row.counted_on):
            latest[row.counted, row.course] = row.number
        told[town] = Told(
            {latest[subject]: fate for subject, fate in cells[town].items()}, totals[town]
        )
    return {town: true[centre] for town, centre in centres.items()}, told


@pytest.mark.only_on("sqlite", "the law is of the decisions; both engines keep them alike")
@settings(
    max_examples=at_length(1),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(draw=st.randoms(use_true_random=True))
def test_no_history_pins_a_small_count_through_any_public_door(url, draw):
    with by_hand(url) as connection, connection.begin_nested() as trial:
        centres = centres_of(connection, CENTRES)
        stories = {
            town: [step for step in histories.history(draw, most=5) if step.moves]
            for town in centres
        }
        after = defaultdict(list)
        instants = []
        for rank in range(max(map(len, stories.values()))):
            steps = {
                centres[town]: steps[rank] for town, steps in stories.items() if rank < len(steps)
            }
            instants.append(SEEDED_AT + timedelta(hours=rank + 1))
            write(connection, steps, instants[-1])
            true, told = fetched(connection, centres)
            the_package_tells_no_more(connection)
            for town in centres:
                after[town].append((true[town], told[town]))
        for town, states in after.items():
            assert worked_out(*zip(*states, strict=True)) == [], stories[town]
        # The two clocks: asked later what was known then, the same answer, and no detail.
        for rank, instant in enumerate(instants):
            then = totals_told(connection, known_at=instant)
            assert then == {
                town: states[rank][1].totals for town, states in after.items() if town in then
            }
            scope = Scope(as_of=TODAY, known_at=instant)
            assert len(enrolments.cells(connection, scope=scope, year=YEAR)) == 0 or (
                rank == len(instants) - 1
            )
        the_feed_tells_no_more(connection, after)
        for town in list(centres)[:10]:
            the_history_tells_no_more(connection, town, after[town])
        assert list(disclosures.disagreements(connection)) == []
        assert list(summaries.disagreements(connection)) == []
        trial.rollback()


def the_feed_tells_no_more(connection, after):
    """Compare the entries of the feed with the totals told last."""
    last = {
        (town, f"{total.headcount} (toutes formations)")
        for town, states in after.items()
        for total in states[-1][1].totals.values()
        if total.headcount is not None
    }
    told = feed.news(connection, scope=Scope(as_of=TODAY), rows=10**6)
    counts = {(row["town_code"], row["value_text"]) for row in told if row["fact"] == "enrolment"}
    assert counts <= last
    ever = {
        (town, f"{total.headcount} (toutes formations)")
        for town, states in after.items()
        for _, told in states
        for total in told.totals.values()
        if total.headcount is not None
    }
    moved = changes.changes(connection, scope=Scope(as_of=TODAY), since=SEEDED_AT)
    said = moved[moved["subject"].str.startswith("Effectif")]
    assert set(said["reason"]) <= {""}
    for side in ("before", "after"):
        shown = said[said[side].str[:1].str.isdigit()]
        assert set(zip(shown["town_code"], shown[side], strict=True)) <= ever


def the_history_tells_no_more(connection, town, states):
    """Compare the page of a town with the totals told act after act."""
    scope = Scope(as_of=TODAY)
    ever = {
        f"{total.headcount} (toutes formations)"
        for _, told in states
        for total in told.totals.values()
        if total.headcount is not None
    }
    data = town_history.history(connection, scope=scope, town=town)
    said = data[data["subject"].str.startswith("Effectif")]
    untold = {f"{word} (toutes formations)" for word in ("non publié", "moins de 5")}
    assert set(said["value_text"]) <= ever | untold
    assert set(said["reason"]) <= {""}
    now = town_sheet.enrolments(connection, scope=scope, town=town)
    assert set(now["headcount"] + " (toutes formations)") <= ever | untold


# --- doors, role by role ---


SMALL = 3


@pytest.fixture
def validated(small_url):
    """Turn validation on, and open a centre in each of two regions; gives their numbers."""
    do(small_url, set_setting, SettingDraft(name="validation", value="on"))
    return {
        town: do(small_url, record_stage, stage_draft(town_code=town)).centre_id
        for town in (CHAUMONT, COGNAC)
    }


def grid(centre, *, reason="", **changes):
    """Fill in a grid of which one course counts few, with a reason that quotes it."""
    counts = {None: 31, "F001": 18, "F002": 10, "F003": SMALL}
    return EnrolmentsDraft(
        centre_id=centre,
        academic_year=YEAR,
        counted_on=date(2022, 7, 1),
        source=GAZETTE,
        rows=tuple(EnrolmentRow(course_key=c, headcount=n) for c, n in counts.items()),
        reason=reason,
        **changes,
    )


def reader_of(role, *regions):
    return Reader(email=f"{role}@example.org", role=role, regions=frozenset(regions))


PARTNER = reader_of(Role.PARTNER, GRAND_EST)
ELSEWHERE = reader_of(Role.ENTRY, NOUVELLE_AQUITAINE)
MAY_NOT = [Reader(), PARTNER, ELSEWHERE]
MAY = [reader_of(Role.ENTRY, GRAND_EST), reader_of(Role.VALIDATION), reader_of(Role.DIRECTION)]


def doors(url, reader, centre):
    """Fetch what pages of the staff ask about one centre, as they ask it: by door, the texts."""
    counts = reader.regions_of_counts
    told = defaultdict(list)
    with reading(url) as connection:
        for row in entry.proposals(connection, state=None, counts_of=counts).itertuples():
            told["proposals"] += [*texts(json.loads(row.draft)), row.decision]
        asked = {"centre_id": centre, "academic_year": YEAR, "regions": counts}
        for cell in entry.enrolment_grid(connection, **asked):
            counts_of_days = (count for _, count in cell.known.values())
            told["grid"] += map(str, (*counts_of_days, cell.last_year))
        for number in connection.scalars(select(Enrolment.id)):
            found = forms.newest(connection, entity="enrolment", version_id=number, regions=counts)
            told["forms"].append(found.said["headcount"])
        for number in history.journal(connection)["event_id"]:
            for query in (history.differences, acts.corrections):
                for row in query(connection, event_id=int(number), regions=counts).itertuples():
                    if row.column == "draft":
                        for side in (row.before, row.after):
                            told["journal"] += texts(read(side))
                    elif row.column in {"headcount", "decision"}:
                        told["journal"] += [row.before, row.after]
    return told


def texts(value, name=""):
    """List the texts and numbers of a form, those that only number things left out."""
    if isinstance(value, dict):
        return [text for key, item in value.items() for text in texts(item, key)]
    if isinstance(value, list):
        return [text for item in value for text in texts(item)]
    return [] if name in {"expected_id", "centre_id", "academic_year"} else [str(value)]


def read(text):
    return json.loads(text) if text.startswith("{") else text


def quoting(told):
    """Name the doors where the small count stands, alone or in a sentence."""
    return {door for door, found in told.items() if any(str(SMALL) in t.split() for t in found)}


@pytest.mark.parametrize("reader", MAY_NOT, ids=lambda reader: f"{reader.role}")
def test_who_may_not_see_small_counts_finds_none_by_any_door(small_url, validated, reader):
    centre = validated[CHAUMONT]
    number = propose(small_url, centre)
    assert quoting(doors(small_url, reader, centre)) == set()
    do(small_url, validate_proposal, ProposalDraft(proposal_id=number), who=VALIDATION)
    assert quoting(doors(small_url, reader, centre)) == set()
    withdrawal = WithdrawalDraft(expected_id=small_row(small_url).id, reason=f"{SMALL} de trop")
    waiting = int(do(small_url, withdraw_enrolment, withdrawal, who=ENTRY).entity_id)
    decision = ProposalDraft(proposal_id=waiting, reason=f"il y en a bien {SMALL}")
    do(small_url, refuse_proposal, decision, who=VALIDATION)
    assert quoting(doors(small_url, reader, centre)) == set()


@pytest.mark.parametrize("reader", MAY, ids=lambda reader: f"{reader.role}")
def test_who_answers_for_a_region_sees_its_small_counts_by_the_same_doors(
    small_url, validated, reader
):
    centre = validated[CHAUMONT]
    number = propose(small_url, centre)
    assert quoting(doors(small_url, reader, centre)) == {"proposals", "journal"}
    do(small_url, validate_proposal, ProposalDraft(proposal_id=number), who=VALIDATION)
    assert quoting(doors(small_url, reader, centre)) == {"proposals", "grid", "forms", "journal"}


def propose(url, centre):
    draft = grid(centre, reason=f"dont {SMALL} nouveaux", confirmed=True)
    draft = replace(draft, typed={"F003": str(SMALL)})
    return int(do(url, record_enrolments, draft, who=ENTRY).entity_id)


def small_row(url):
    return next(row for row in rows(url, Enrolment) if row.headcount == SMALL)


class Office:
    """People who propose, accept, refuse, enter and withdraw by the commands, in one centre."""

    def __init__(self, url, centre):
        self.url, self.centre, self.waiting = url, centre, {}

    def do(self, step):
        """Do what a step says; yields after each act."""
        if step.kind in {Kind.ENTERED, Kind.PROPOSED}:
            who = ENTRY if step.kind is Kind.PROPOSED else VALIDATION
            for command, draft in self._drafts(step):
                saved = do(self.url, command, draft, who=who, now=later(self._minute()))
                if saved.pending:
                    self.waiting.setdefault(step.proposal, []).append(int(saved.entity_id))
                yield
            return
        for number in self.waiting.pop(step.proposal, ()):
            answer = ProposalDraft(proposal_id=number, reason="relu")
            asked = {"who": VALIDATION, "now": later(self._minute())}
            try:
                if step.kind is Kind.ACCEPTED:
                    do(self.url, validate_proposal, answer, **asked)
            except StaleError:  # corrected meanwhile: nobody accepts it any more
                do(self.url, refuse_proposal, answer, **asked)
            if step.kind is Kind.REFUSED:
                do(self.url, refuse_proposal, answer, **asked)
            yield

    def _minute(self):
        return len(rows(self.url, AuditEvent))

    def _drafts(self, step):
        """Fill in the forms of one step: a withdrawal each, and the grid of a day."""
        numbers = {
            (row.counted, row.course_key, row.counted_on): row.id
            for row in rows(self.url, Enrolment, centre_id=self.centre, superseded_at=None)
        }
        for subject in sorted(step.withdrawn & numbers.keys(), key=str):
            draft = WithdrawalDraft(expected_id=numbers[subject], reason="relu")
            yield withdraw_enrolment, draft
        for on in sorted({day for _, _, day in step.said}):
            said = tuple(
                EnrolmentRow(course_key=course, counted=unit, headcount=n, confirmed_zero=True)
                for (unit, course, day), n in step.said.items()
                if day == on
            )
            draft = replace(grid(self.centre), rows=said, counted_on=on)
            yield record_enrolments, replace(draft, reason="relu", confirmed=True)


@pytest.mark.fuzz
@pytest.mark.only_on("sqlite", "the law is of the decisions; both engines keep them alike")
@pytest.mark.parametrize("seed", range(at_length(4)))
def test_no_history_of_proposals_tells_anybody_more_than_the_public(small_url, validated, seed):
    centres = {CHAUMONT: validated[CHAUMONT]}
    office, acts, told = Office(small_url, centres[CHAUMONT]), [], []
    draw = Random(seed)  # noqa: S311 - the same histories every time
    for step in histories.history(draw, most=8, courses=("F001", "F002", "F003")):
        for _ in office.do(step):
            with reading(small_url) as connection:
                true, public = fetched(connection, centres)
            if step.kind in {Kind.PROPOSED, Kind.REFUSED} and acts:
                assert (true[CHAUMONT], public[CHAUMONT]) == (acts[-1], told[-1])
            acts.append(true[CHAUMONT])
            told.append(public[CHAUMONT])
        for reader in MAY_NOT:
            found = doors(small_url, reader, centres[CHAUMONT])
            assert not any(text.isdigit() for door in found.values() for text in door)
    assert worked_out(acts, told) == []
    sound(small_url)


def test_the_public_never_sees_a_proposal_nor_the_difference_that_it_makes(small_url, validated):
    centre = validated[CHAUMONT]
    scope = Scope(as_of=TODAY)
    first = grid(centre)
    without = replace(
        first,
        rows=tuple(
            replace(row, headcount=28 if row.course_key is None else row.headcount)
            for row in first.rows
            if row.course_key != "F003"
        ),
    )
    do(small_url, record_enrolments, without, who=VALIDATION, now=later(1))
    with reading(small_url) as connection:
        before = enrolments.cells(connection, scope=scope, year=YEAR)
        assert sorted(before["headcount"]) == [10, 18]
    more = replace(
        first,
        reason="une formation de plus",
        confirmed=True,
        rows=(
            EnrolmentRow(headcount=31),
            EnrolmentRow(course_key="F003", headcount=SMALL),
        ),
    )
    number = int(do(small_url, record_enrolments, more, who=ENTRY, now=later(2)).entity_id)
    with reading(small_url) as connection:
        pd.testing.assert_frame_equal(enrolments.cells(connection, scope=scope, year=YEAR), before)
    do(
        small_url,
        validate_proposal,
        ProposalDraft(proposal_id=number),
        who=VALIDATION,
        now=later(3),
    )
    with reading(small_url) as connection:
        cells = enrolments.cells(connection, scope=scope, year=YEAR).set_index("course_key")
        assert cells.loc["F003", "publication"] == "small"
        # Its total less the others would be the course.
        (row,) = transmitted(connection, scope=scope, year=YEAR).to_dict("records")
        assert (row["publication"], pd.isna(row["headcount"])) == ("withheld", True)
    sound(small_url)


def test_every_download_for_everybody_keeps_the_detail_of_earlier_instants(small_url, validated):
    """Doors to come are in the same list: what counts courses tells nothing of a past state."""
    do(small_url, record_enrolments, grid(validated[CHAUMONT]), who=VALIDATION, now=later(1))
    instant = later(1)
    do(small_url, record_enrolments, grid(validated[COGNAC]), who=VALIDATION, now=later(2))
    past = Scope(as_of=TODAY, known_at=instant)
    asked = {"year": YEAR}
    with reading(small_url) as connection:
        for name, export in EXPORTS.items():
            if not name.startswith("inscriptions-") or export.permission is not None:
                continue
            takes = export.query.__code__.co_varnames[: export.query.__code__.co_kwonlyargcount]
            data = export.query(
                connection, scope=past, **{key: asked[key] for key in asked if key in takes}
            )
            if "course_key" in data or "field_slug" in data:
                assert len(data) == 0, name
            counts = data.get("headcount", pd.Series(dtype=float)).dropna()
            assert not counts.between(1, 4).any(), name


def test_a_headcount_written_past_the_commands_is_not_told(small_url, validated):
    do(small_url, record_enrolments, grid(validated[CHAUMONT]), who=VALIDATION)
    with by_hand(small_url) as connection:
        connection.execute(Disclosure.__table__.delete())
    with reading(small_url) as connection:
        assert len(enrolments.cells(connection, scope=Scope(as_of=TODAY), year=YEAR)) == 0
