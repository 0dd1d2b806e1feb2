"""What is late, missing, contradicted, repeated or badly sourced, row by row, each in its town."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import combinations
from typing import Any, Final

import pandas as pd
from sqlalchemy import Connection, func, select

from territoires.db.models import (
    Centre,
    Course,
    Enrolment,
    EnrolmentSummary,
    Offering,
    PublishedFigure,
    Source,
    Stage,
    Target,
    Town,
)
from territoires.domain.dates import PartialDate
from territoires.domain.enrolments import name_of
from territoires.domain.programme import FigureKind, ProgrammeLink, Qualifier, StageKind, meant
from territoires.domain.scope import Scope
from territoires.domain.text import fold
from territoires.french import quality as words
from territoires.french.numbers import quoted
from territoires.queries.facts import PLACED, placed
from territoires.queries.frames import COUNT, columns, table
from territoires.queries.rollout import all_lives

# Headcounts of an academic year are expected by the middle of July that ends it.
_DUE_MONTH, _DUE_DAY = 7, 15
STALE: Final = timedelta(days=730)
_MONTH: Final = timedelta(days=31)
_DECLARED: Final = "declaration"  # the reliability of a source that is somebody's word

FINDINGS = columns("section gap region_code region town_code town centre detail since days")
BY_REGION = columns("region_code region") | dict.fromkeys(words.SECTIONS, COUNT)

Row = dict[str, Any]


def findings(connection: Connection, *, as_of: date) -> pd.DataFrame:
    """List all that deserves a look on a day, the longest overdue first; columns `FINDINGS`.

    `days` counts from the day on which something was due or last said; missing where no date
    applies. National findings have neither region nor town.
    """
    every = _Everything(connection, as_of)
    rows = [
        *every.late(),
        *every.contradictions(),
        *every.duplicates(),
        *every.weak_sources(),
    ]
    order = {gap: at for at, gap in enumerate(words.GAPS)}
    rows.sort(
        key=lambda row: (
            order[row["gap"]],
            -(row["days"] if row["days"] is not None else -1),
            fold(row["town"]),
            row["detail"],
        )
    )
    return table(rows, FINDINGS)


def by_region(connection: Connection, *, as_of: date) -> pd.DataFrame:
    """Count the findings by region and section; columns `BY_REGION`.

    National findings stand on a last row without a code.
    """
    counts: dict[tuple[str, str], dict[str, int]] = defaultdict(
        lambda: dict.fromkeys(words.SECTIONS, 0)
    )
    for row in findings(connection, as_of=as_of).itertuples():
        counts[row.region_code, row.region][row.section] += 1
    ordered = sorted(counts, key=lambda key: (not key[0], fold(key[1])))
    return table(
        (
            {"region_code": code, "region": name or words.NATIONAL} | counts[code, name]
            for code, name in ordered
        ),
        BY_REGION,
    )


def last_due(as_of: date) -> tuple[int, date]:
    """Give the latest academic year whose headcounts are due, by its first civil year, and when."""
    due = date(as_of.year, _DUE_MONTH, _DUE_DAY)
    if as_of <= due:
        due = date(as_of.year - 1, _DUE_MONTH, _DUE_DAY)
    return due.year - 1, due


class _Everything:
    """What is in force, read once: centres, stages, sources."""

    def __init__(self, connection: Connection, as_of: date) -> None:
        self.connection = connection
        self.as_of = as_of
        rows = connection.execute(
            placed(
                select(
                    Centre.entity_id.label("number"),
                    Centre.name,
                    Centre.address,
                    Centre.programme_link,
                    *PLACED,
                ).join(Town, Town.code == Centre.town_code)
            )
            .where(Centre.superseded_at.is_(None))
            .order_by(Town.folded, Centre.entity_id)
        )
        self.centres = {row.number: row for row in rows}
        self.stages: dict[int, list[Any]] = defaultdict(list)
        stages = connection.execute(
            select(*Stage.__table__.c)
            .where(Stage.superseded_at.is_(None))
            .order_by(Stage.centre_id, Stage.id)
        )
        for row in stages:
            self.stages[row.centre_id].append(row)
        self.sources = {row.id: row for row in connection.execute(select(*Source.__table__.c))}
        self.lives = {
            life.history.centre_id: life for life in all_lives(connection, scope=Scope(as_of=as_of))
        }

    def found(
        self,
        gap: str,
        centre_id: int | None,
        detail: str,
        *,
        since: date | None = None,
    ) -> Row:
        """Make a finding; without a centre it is a national one."""
        centre = self.centres.get(centre_id) if centre_id is not None else None
        where = centre._asdict() | {"centre": centre.name} if centre else {"town": ""}
        return where | {
            "section": words.SECTION_OF[gap],
            "gap": gap,
            "detail": detail,
            "since": since.isoformat() if since else "",
            "days": (self.as_of - since).days if since else None,
        }

    # Late or missing.

    def late(self) -> Iterator[Row]:
        """What is expected of each centre and has not come."""
        year, due = last_due(self.as_of)
        transmitted = set(
            self.connection.scalars(
                select(EnrolmentSummary.centre_id)
                .where(EnrolmentSummary.academic_year == year, EnrolmentSummary.cells > 0)
                .distinct()
            )
        )
        ended = date(year + 1, 8, 31)
        said = self._last_words()
        for number, centre in self.centres.items():
            life = self.lives[number]
            is_open = life.certainly_open(self.as_of) or life.open_undated(self.as_of)
            if life.certainly_open(min(ended, self.as_of)) and number not in transmitted:
                yield self.found("enrolments", number, name_of(year), since=due)
            labelled = [
                each.happened_on.last
                for each in self.stages[number]
                if each.kind is StageKind.SELECTED and each.retained
            ]
            reached = [day for day in labelled if day is not None and day <= self.as_of]
            if (
                reached
                and not life.openings
                and not life.worlds.endings
                and not life.open_undated(self.as_of)
            ):
                yield self.found("opening", number, "", since=min(reached))
            if life.open_undated(self.as_of):
                yield self.found("undated", number, "")
            if is_open and not (centre.address or "").strip():
                yield self.found("address", number, "")
            if centre.programme_link is ProgrammeLink.UNPROVEN:
                yield self.found("unproven", number, "")
            last = said.get(number)
            if is_open and last is not None and self.as_of - last > STALE:
                yield self.found("stale", number, words.last_word(last), since=last)

    def _last_words(self) -> dict[int, date]:
        """Give the latest day on which anything was said of each centre."""
        said: dict[int, date] = {}

        def keep(number: int, day: date | None) -> None:
            if day is not None and day <= self.as_of:
                said[number] = max(day, said.get(number, day))

        for number, stages in self.stages.items():
            for stage in stages:
                keep(number, self.sources[stage.source_id].published_on.last)
                keep(number, stage.happened_on.last)
        counted = self.connection.execute(
            select(EnrolmentSummary.centre_id, func.max(EnrolmentSummary.counted_on)).group_by(
                EnrolmentSummary.centre_id
            )
        )
        for number, day in counted:
            keep(number, day)
        return said

    # Contradictions.

    def contradictions(self) -> Iterator[Row]:
        """Dates that compete for one stage, and published totals that disagree."""
        for number, stages in self.stages.items():
            by_kind: dict[StageKind, list[Any]] = defaultdict(list)
            for stage in stages:
                by_kind[stage.kind].append(stage)
            for kind, said in by_kind.items():
                dates = {stage.happened_on for stage in said}
                rivals = [stage for stage in said if not stage.retained]
                if len(dates) > 1 and rivals:
                    detail = words.competing(
                        kind,
                        [(s.happened_on, self._publisher(s.source_id)) for s in said if s.retained],
                        [(s.happened_on, self._publisher(s.source_id)) for s in rivals],
                    )
                    yield self.found("dates", number, detail)
        for number, life in self.lives.items():
            for bound, stage in life.contradictions():
                detail = words.contradicted(stage.kind, bound.not_before, stage.on)
                yield self.found("bounds", number, detail)
        yield from self._disagreements()

    def _disagreements(self) -> Iterator[Row]:
        towns: dict[str, int] = {}
        for number, centre in self.centres.items():
            towns.setdefault(centre.town_code, number)
        subjects: dict[tuple[str, str | None], list[Any]] = defaultdict(list)
        for figure in self.connection.execute(
            select(*PublishedFigure.__table__.c).where(
                PublishedFigure.superseded_at.is_(None),
                PublishedFigure.kind == FigureKind.OBSERVED,
            )
        ):
            subjects[figure.indicator, figure.town_code].append(figure)
        for (indicator, town), figures in subjects.items():
            where = towns.get(town or "")
            for figure in figures:
                if figure.qualifier is Qualifier.DISPUTED:
                    detail = words.disagreeing(indicator, [self._said(figure)])
                    yield self.found("disputed", where, detail)
            for one, other in combinations(figures, 2):
                if _disagree(one, other):
                    said = [self._said(one), self._said(other)]
                    yield self.found("totals", where, words.disagreeing(indicator, said))

    def _said(self, figure: Any) -> tuple[float, Qualifier | None, PartialDate, str]:
        source = self._publisher(figure.source_id)
        return figure.value, figure.qualifier, figure.published_on, source

    def _publisher(self, source_id: str) -> str:
        found = self.sources.get(source_id)
        return found.publisher if found else source_id

    # Duplicates.

    def duplicates(self) -> Iterator[Row]:
        """What is likely to have been recorded twice."""
        names: dict[tuple[str, str], list[int]] = defaultdict(list)
        for number, centre in self.centres.items():
            names[centre.town_code, fold(centre.name)].append(number)
        for numbers in names.values():
            for number in numbers[1:]:
                yield self.found("centres", number, quoted(self.centres[number].name))
        for number, stages in self.stages.items():
            seen: dict[tuple[StageKind, PartialDate], Any] = {}
            for stage in stages:
                first = seen.setdefault((stage.kind, stage.happened_on), stage)
                if first is not stage and (stage.retained and first.retained):
                    pair = (self._publisher(first.source_id), self._publisher(stage.source_id))
                    detail = words.same_stage(stage.kind, stage.happened_on, pair)
                    yield self.found("stages", number, detail)
        titles: dict[str, list[str]] = defaultdict(list)
        for key, title in self.connection.execute(
            select(Course.key, Course.title).order_by(Course.key)
        ):
            titles[fold(title)].append(key)
        yield from self._repeated("courses", titles)
        urls: dict[str, list[str]] = defaultdict(list)
        for source in sorted(self.sources.values(), key=lambda row: row.id):
            if source.url:
                urls[source.url].append(source.id)
        yield from self._repeated("sources", urls)

    def _repeated(self, gap: str, groups: Mapping[str, list[str]]) -> Iterator[Row]:
        for keys in groups.values():
            if len(keys) > 1:
                yield self.found(gap, None, ", ".join(keys))

    # Sources.

    def weak_sources(self) -> Iterator[Row]:
        """Facts that nobody vouches for but whoever entered them, or nobody at all."""
        blank = {key for key, row in self.sources.items() if not row.publisher.strip()}
        declared = {key for key, row in self.sources.items() if row.reliability == _DECLARED}
        for number, stages in self.stages.items():
            for stage in stages:
                if stage.source_id in blank:
                    yield self.found(
                        "unsourced", number, words.stage(stage.kind, stage.happened_on)
                    )
                elif stage.source_id in declared:
                    yield self.found(
                        "declared",
                        number,
                        words.stage(stage.kind, stage.happened_on),
                        since=self.sources[stage.source_id].published_on.last,
                    )
        for gap, keys in (("unsourced", blank), ("declared", declared)):
            yield from self._offerings(gap, keys)
        yield from self._others(blank)

    def _offerings(self, gap: str, keys: Iterable[str]) -> Iterator[Row]:
        rows = self.connection.execute(
            select(Offering.centre_id, Course.title)
            .join(Course, Course.key == Offering.course_key)
            .where(Offering.superseded_at.is_(None), Offering.source_id.in_(sorted(keys)))
            .order_by(Offering.id)
        )
        for number, title in rows:
            yield self.found(gap, number, words.offering(title))

    def _others(self, blank: Iterable[str]) -> Iterator[Row]:
        keys = sorted(blank)
        if not keys:
            return
        for fact in (Enrolment, Target, PublishedFigure):
            count = self.connection.scalar(
                select(func.count()).where(fact.superseded_at.is_(None), fact.source_id.in_(keys))
            )
            if count:
                yield self.found("unsourced", None, words.facts(fact.__tablename__, count))


def _disagree(one: Any, other: Any) -> bool:
    """Tell whether two figures about the same thing, published within a month, exclude each other.

    A figure of one town also counts one course or one period: only the same ones are compared.
    """
    if one.town_code is not None and (one.title, one.period) != (other.title, other.period):
        return False
    if one.period != other.period or Qualifier.DISPUTED in {one.qualifier, other.qualifier}:
        return False
    first, second = (meant(each.value, each.qualifier) for each in (one, other))
    apart = first[1] < second[0] or second[1] < first[0]
    return apart and _within_a_month(one.published_on, other.published_on)


def _within_a_month(one: PartialDate, other: PartialDate) -> bool:
    if one.first is None or one.last is None or other.first is None or other.last is None:
        return False
    return one.first - other.last <= _MONTH and other.first - one.last <= _MONTH
