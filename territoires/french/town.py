"""What the sheet of a town says: its state in a sentence, its facts one by one, their history."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from territoires.domain.announcements import Delay, is_kept
from territoires.domain.dates import PartialDate
from territoires.domain.disclosure import SMALLEST, Publication
from territoires.domain.enrolments import name_of
from territoires.domain.programme import Basis, Counted, Mode, ProgrammeLink, StageKind
from territoires.domain.rollout import Life, Stage, State
from territoires.domain.scope import Perimeter
from territoires.domain.siting import Worth
from territoires.domain.town import CentreSheet, TownSheet
from territoires.domain.worlds import Span
from territoires.french import dates
from territoires.french.definitions import defined
from territoires.french.desk import target_name
from territoires.french.dictionary import CARDS, ENTITIES
from territoires.french.headline import not_yet
from territoires.french.map import FAR_KM, km
from territoires.french.numbers import (
    NBSP,
    NNBSP,
    as_text,
    counted,
    listed,
    literal,
    number,
    plural,
    quoted,
)
from territoires.french.places import of_town, typeset
from territoires.french.typography import capital, lowered, typeset_text
from territoires.french.words import (
    ASKS,
    COUNTED,
    INDICATORS,
    MODES,
    PERIMETERS,
    STAGES,
    STATES,
    qualified,
    the_stage,
)

Row = Mapping[str, Any]

SEED_ACTOR = "territoires"
SEEDED = "données de départ"
UPGRADE_ACTOR = "upgrade"
UPGRADED = "mise à jour du programme"
SOMEBODY = "équipe du programme"
CENSUS = "recensement du projet"
WITHDRAWN = "retiré"
CROW = "à vol d’oiseau"
DEDUCED = "date déduite"
KNOW_MORE = "Signaler ou compléter"
TIMELINE = "Son histoire, date par date"
NOTHING_YET = "rien n’était encore connu"

# Names that begin with a common noun take no capital within a sentence.
_COMMON = ("Préfecture", "Département", "Ministère", "Ville ", "Catalogue", "Page ")


# --- the state, in a sentence ---


@dataclass(frozen=True, kw_only=True)
class _Known:
    """What is known of a centre on a day: its state, who says so, why it is no certainty, more."""

    said: str
    by: str = ""
    why: str = ""
    more: tuple[str, ...] = ()


def answer(
    sheet: TownSheet,
    near: Row | None,
    *,
    day: date,
    today: date,
    known_at: datetime | None,
) -> tuple[str, list[str]]:
    """Say the state of a town in a few words, as after its name, and what is to be known of it."""
    if not sheet.centres:
        first, *more = no_centre(sheet, near, day=day, today=today, known_at=known_at)
        return (lowered(first.strip("*.")), [" ".join(more)]) if more else (NOTHING_YET, [first])
    if len(sheet.centres) > 1:
        opened = sum(centre.state(day) is State.OPEN for centre in sheet.centres)
        every = counted(len(sheet.centres), "centre")
        return f"{every}, dont {number(opened)} {plural(opened, 'ouvert')}", [
            f"**{literal(typeset(centre.name))}**{NBSP}: {' '.join(state_sentences(centre, day))}"
            for centre in sheet.centres
        ]
    (centre,) = sheet.centres
    known = _known(centre, day)
    why = [f"{capital(known.why)}."] if known.why else []
    by = [_sourced(known.by)] if known.by else []
    more = [f"{capital(each)}." for each in known.more]
    # Competing dates are on the timeline, in hollow.
    return lowered(known.said.replace("**", "")), [
        " ".join([*why, *by, *more, *_reached(centre, day)])
    ]


def _sourced(by: str) -> str:
    source = by.removeprefix(DEDUCED).removeprefix(", ")
    if by.startswith(DEDUCED):
        return f"{defined('Date déduite', 'Date déduite')}{f' ({source})' * bool(source)}."
    return f"Source{NBSP}: {source}."


def state_sentences(centre: CentreSheet, day: date) -> list[str]:
    """Say what is known of a centre on a day: the state first, in bold, then what surrounds it."""
    known = _known(centre, day)
    by = f" ({known.by})" if known.by else ""
    joined = "" if known.why.startswith("sans ") else f"{NBSP}:"
    why = f"{joined or ','} {known.why}" if known.why else ""
    parts = [f"{known.said}{by}{why}", *known.more]
    return [
        " · ".join(parts) + ("." if len(parts) == 1 else ""),
        *_reached(centre, day),
        *_competing(centre, day),
    ]


def _reached(centre: CentreSheet, day: date) -> Iterator[str]:
    if centre.state(day) is State.CLOSED:
        note = centre.notes.get(_ended(centre, day).number, "")
        yield from [literal(typeset_text(note))] if note else []
    if labelled := centre.latest(StageKind.SELECTED, day):
        stage, _ = labelled
        wave = f", {literal(centre.wave)}" if centre.wave else ""
        yield f"Labellisée {_when(stage)}{wave} ({_by(centre, stage)})."
    if agreement := centre.latest(StageKind.AGREEMENT, day):
        stage, _ = agreement
        yield f"Convention signée {_when(stage)} ({_by(centre, stage)})."


def _competing(centre: CentreSheet, day: date) -> Iterator[str]:
    for stage, span in centre.competing():
        if span.first <= day:
            yield (
                f"Une autre source date {the_stage(stage.kind)} {dates.of(stage.on)} "
                f"({_by(centre, stage)}){NBSP}: cette date concurrente n’est pas retenue."
            )


def _known(centre: CentreSheet, day: date) -> _Known:
    known = _state(centre, day)
    more = list(known.more)
    if centre.state(day) is State.UNPROVEN or not centre.life.history.proven:
        more.append("**rattachement au programme non prouvé**")
    if inaugurated := centre.latest(StageKind.INAUGURATED, day):
        stage, _ = inaugurated
        more.append(f"inauguré {_when(stage)} ({_by(centre, stage)})")
    return replace(known, more=tuple(more))


def _state(centre: CentreSheet, day: date) -> _Known:
    life, state = centre.life, centre.state(day)
    opening = centre.latest(StageKind.OPENED, day)
    if state is State.CLOSED:
        stage = _ended(centre, day)
        return _Known(said=f"**{_CLOSED[stage.kind]}** {_when(stage)}", by=_by(centre, stage))
    if opening is not None and life.certainly_open(day):
        by = _by_unless_said(centre, opening[0], day)
        since = dates.since(opening[0].on) + _late(opening[0])
        return _Known(said=f"**Ouvert** {since}", by=by)
    if opening is not None and life.possibly_open(day):
        return _Known(said="**Peut-être ouvert**", why=_uncertain(centre, opening[0], day))
    if life.open_undated(day):
        undated = _undated(life)
        by = _by(centre, undated) if undated else ""
        return _Known(said="**Ouvert, à une date inconnue**", by=by)
    if state is State.SELECTED:
        agreed = not life.selected(day)
        said = f"**{'Convention signée' if agreed else 'Ville labellisée'}, ouverture non connue**"
        return _Known(said=said)
    return _nothing(centre, day)


def _undated(life: Life) -> Stage | None:
    return next(
        (
            stage
            for stage in life.history.stages
            if stage.retained and stage.kind is StageKind.OPENED and stage.on.last is None
        ),
        None,
    )


_CLOSED = {
    StageKind.SUSPENDED: "Suspendu",
    StageKind.CLOSED: "Fermé",
    StageKind.ABANDONED: "Projet abandonné",
}


def _endings(centre: CentreSheet, day: date) -> list[tuple[Stage, Span]]:
    return [pair for kind in _CLOSED if (pair := centre.latest(kind, day))]


def _ended(centre: CentreSheet, day: date) -> Stage:
    """Give the stage reached last of those that end a time of being open."""
    return max(_endings(centre, day), key=lambda pair: (pair[1].last, pair[1].first))[0]


def _nothing(centre: CentreSheet, day: date) -> _Known:
    later = [(stage, span) for stage, span in centre.stages if stage.retained and span.first > day]
    if not later:
        return _Known(said="**Projet annoncé**", why="sans étape datée ni ouverture connue")
    stage, _ = min(later, key=lambda pair: (pair[1].first, pair[1].last))
    return _Known(
        said=f"**Rien de connu au {dates.day(day)}**",
        why=f"la première étape documentée, {the_stage(stage.kind)}, date {dates.of(stage.on)}",
    )


def _when(stage: Stage) -> str:
    return dates.on(stage.on) + _late(stage)


def _late(stage: Stage) -> str:
    return " au plus tard" if stage.basis is Basis.UPPER_BOUND else ""


def _uncertain(centre: CentreSheet, opening: Stage, day: date) -> str:
    """Say why an opening is no certainty: its own date, or what may have ended it."""
    undated = _undated(centre.life)
    if undated is not None and undated is not opening:
        return f"une ouverture est affirmée sans date ({_by(centre, undated)})"
    opened = f"l’ouverture est datée {dates.of(opening.on)}"
    if _endings(centre, day):
        ended = _ended(centre, day)
        return (
            f"{opened}{_late(opening)} ({_by(centre, opening)}), {the_stage(ended.kind)} "
            f"{dates.of(ended.on)}{_late(ended)} ({_by(centre, ended)}), sans plus de précision"
        )
    if opening.basis is Basis.UPPER_BOUND:
        return f"l’ouverture a eu lieu {dates.on(opening.on)} au plus tard ({_by(centre, opening)})"
    return f"{opened} sans plus de précision ({_by(centre, opening)})"


def _by(centre: CentreSheet, stage: Stage) -> str:
    deduced = f"{DEDUCED}, " if stage.basis is Basis.INFERRED else ""
    return f"{deduced}{_publisher(centre.publishers[stage.number])}"


def _by_unless_said(centre: CentreSheet, opening: Stage, day: date) -> str:
    """Name the source of an opening, unless the inauguration beside it names the same."""
    beside = centre.latest(StageKind.INAUGURATED, day)
    if beside and centre.publishers[beside[0].number] == centre.publishers[opening.number]:
        return DEDUCED if opening.basis is Basis.INFERRED else ""
    return _by(centre, opening)


def _publisher(name: str) -> str:
    """Write who published within brackets: `préfecture de la Haute-Marne`."""
    name = literal(typeset(name).replace(" (", ", ").replace(")", ""))
    return lowered(name) if name.startswith(_COMMON) else name


def no_centre(
    sheet: TownSheet,
    near: Row | None,
    *,
    day: date,
    today: date,
    known_at: datetime | None,
) -> list[str]:
    """Say that no centre is known in a town, and where the nearest open one is."""
    if known_at is not None and (sheet.created_at is None or known_at < sheet.created_at):
        return [f"**{not_yet(sheet.created_at)}**"]
    when = "à ce jour" if day == today else f"au {dates.day(day)}"
    return [
        f"**Aucun centre connu {when}.**",
        f"Candidature{NBSP}: inconnue. {nearest(sheet, near)}",
    ]


def nearest(sheet: TownSheet, near: Row | None) -> str:
    """Say which open centre is the nearest, a row of NEAREST, and how far it is."""
    if not sheet.is_located:
        return "La position de la commune n’est pas connue."
    if near is None:
        return "Aucun centre n’était ouvert avec certitude à cette date."
    if near["km"] > FAR_KM:
        return f"Aucun centre ouvert outre-mer{NBSP}: les plus proches sont dans l’Hexagone."
    return (
        f"Centre le plus proche{NBSP}: {typeset(near['town'])} "
        f"({typeset(near['department'])}), à {km(near['km'])} {CROW}."
    )


SHORT = {state: lowered(word) for state, word in STATES.items()} | {
    State.SELECTED: "labellisée, ouverture non connue",
    State.NOTHING_KNOWN: "aucun centre connu",
}
"""What a state is called after a town, within a line."""


def known_towns(states: Sequence[str]) -> str:
    """Say how many towns are open and how many are only labelled, of the states of centres."""
    opened, waiting = states.count(State.OPEN), states.count(State.SELECTED)
    if not states:
        return "Aucun centre n’est connu dans ce territoire et ce périmètre"
    said = f"{counted(opened, 'centre ouvert')}"
    labelled = counted(waiting, "ville labellisée")
    return said + (f", {labelled} sans ouverture connue" if waiting else "")


# --- what is around the state ---


def located(sheet: TownSheet) -> str:
    """Say where a town is and what it is: `Haute-Marne (52) · Grand Est · 20 827 habitants`."""
    place = sheet.place
    said = [
        f"{typeset(place.department_name)} ({place.department})",
        typeset(place.region_name),
        counted(sheet.population, "habitant"),
    ]
    return " · ".join([*said, *(["site Action cœur de ville"] if sheet.site else [])])


def brief(sheet: TownSheet) -> list[tuple[str, str]]:
    """List what else is known of a town and of its centres, each under its name."""
    found = [("Code INSEE", sheet.place.territory.code)]
    found.append(("Population", f"{number(sheet.population)}, municipale {sheet.population_year}"))
    found.append(("Action cœur de ville", ", ".join(filter(None, site(sheet)))))
    found.append(("Intercommunalité", typeset(sheet.intercommunality)))
    for centre in sheet.centres:
        of_it = f" ({typeset(centre.name)})" if len(sheet.centres) > 1 else ""
        for name, heading in CARDS.items():
            value = attribute_value(name, getattr(centre, name))
            wave = centre.wave if name == "collectivity" else ""
            if value:
                found.append((f"{heading}{of_it}", ", ".join(filter(None, (value, wave)))))
    return [(name, value) for name, value in found if value]


def site(sheet: TownSheet) -> tuple[str, str]:
    """Say whether a town is in one of the 222 sites, and with which other."""
    if not sheet.site:
        return "Non", "liste des 222 sites de mars 2018"
    signed = f"convention signée le {dates.day(sheet.signed_on)}" if sheet.signed_on else ""
    others = listed([typeset(name) for name in sheet.site_others])
    pair = f"site commun avec {others}" if others else ""
    return "Oui, mars 2018", ", ".join(filter(None, (pair, signed)))


def worth_title(state: State) -> str:
    """Introduce what a centre brings, or would bring."""
    if state is State.OPEN:
        return "Ce que ce centre apporte"
    if state in {State.OPEN_UNDATED, State.UNPROVEN}:
        return "Ce que ce centre apporte, s’il est ouvert"
    return "Si un centre ouvrait ici"


def worth(found: Worth, state: State) -> list[tuple[str, str]]:
    """Say in two figures, each with its caption, what a centre brings to those around it."""
    reach = f"à moins de {number(found.radius_km)}{NBSP}km {CROW}"
    habitants = plural(found.within, "habitant")
    if state in {State.OPEN, State.OPEN_UNDATED, State.UNPROVEN}:
        if found.alone == found.within:
            return [(number(found.within), f"{habitants} {reach}, sans autre centre aussi près")]
        return [
            (number(found.within), f"{habitants} {reach}"),
            (number(found.alone), "dont c’est le seul centre à cette distance"),
        ]
    rank = "1re" if found.rank == 1 else f"{number(found.rank or 0)}e"
    return [
        (
            f"+{NNBSP}{number(found.alone)}",
            f"{plural(found.alone, 'habitant')} {reach} d’un centre, sans en avoir d’autre",
        ),
        (rank, f"à ce compte sur {number(found.among)} villes candidates"),
    ]


def timeline(centres: int, retained: int, competing: int, *, day: date) -> str:
    """Say what the timeline shows."""
    if not retained + competing:
        return f"**Aucune étape datée** au {dates.day(day)}."
    rivals = f", et {counted(competing, 'date concurrente')} en creux" if competing else ""
    sites = f" pour {counted(centres, 'centre')}" if centres > 1 else ""
    known = counted(retained, "étape documentée")
    return f"**{known}**{sites}{rivals}, du premier au dernier jour possible."


def near_finding(rows: int, beyond: int) -> str:
    """Introduce the nearest centres; `beyond` are those on another side of an ocean, not listed."""
    if not rows and beyond:
        return f"Aucun centre ouvert outre-mer{NBSP}: les plus proches sont dans l’Hexagone."
    if not rows:
        return "Aucun centre n’était ouvert avec certitude ailleurs à cette date."
    return f"Les plus proches, {CROW} de mairie à mairie{NBSP}:"


def catchment_marks(*, is_any_open: bool) -> str:
    """Say what is drawn on the map of the surroundings."""
    reach = f"{NNBSP}; en vert clair, à moins de 30{NBSP}km {CROW} d’un centre ouvert"
    return f"Dans l’anneau, la ville{reach if is_any_open else ''}."


def around(sheet: TownSheet) -> str:
    """Introduce the map of the surroundings: `Autour de Chaumont`."""
    return f"Autour {of_town(sheet.place.name)}"


def catchment(sheet: TownSheet, near: Any) -> str:
    """Say in a sentence what the map of the surroundings shows."""
    name = typeset(sheet.place.name)
    if not len(near):
        return f"Carte{NBSP}: {name}, sans centre ouvert de ce côté de l’océan."
    first = near.iloc[0]
    return (
        f"Carte{NBSP}: {name} et ses {counted(len(near), 'centre')} les plus proches, dont "
        f"{typeset(first['town'])} à {km(first['km'])}."
    )


def neighbours_finding(rows: int, sheet: TownSheet) -> str:
    """Introduce the followed towns of the department."""
    name = typeset(sheet.place.department_name)
    if not rows:
        return f"Aucune autre ville suivie dans le département ({name})."
    return f"{plural(rows, 'Autre ville suivie')} du département{NBSP}:"


# --- the search ---


def no_such_town(code: str) -> str:
    """Say that an address names no commune."""
    return (
        f"Aucune commune n’a le code INSEE {quoted(as_text(code))}. Cherchez-la par son nom, "
        "par exemple Chaumont, ou par son code, par exemple 52121."
    )


# --- figures ---


def bar_label(row: Mapping[str, Any]) -> tuple[str, str]:
    """Name a bar of the timeline: its stage, and its date."""
    late = " au plus tard" if row["basis"] == Basis.UPPER_BOUND else ""
    rival = "" if row["retained"] else " (date concurrente)"
    written = dates.partial(PartialDate.parse(str(row["happened_on"])))
    return _kind(row), f", {written}{late}{rival}"


def bar_hover(row: Mapping[str, Any]) -> str:
    """Say everything about a bar of the timeline; `last_day` is missing where nothing bounds it."""
    first, last = row["first_day"], row["last_day"]
    if first == last:
        possible = ""
    elif last != last:  # noqa: PLR0124 - missing
        possible = f"<br>au plus tôt le {dates.day(first.date())}"
    else:
        possible = f"<br>entre le {dates.day(first.date())} et le {dates.day(last.date())}"
    return f"{''.join(bar_label(row))}{possible}<br>Source{NBSP}: {row['source']}"


def promise_label(row: Mapping[str, Any]) -> tuple[str, str]:
    """Name an announcement on the timeline."""
    known = PartialDate.parse(str(row["announced_for"]))
    return "Ouverture", f", annoncée {dates.for_when(known)}"


def promise_hover(row: Mapping[str, Any]) -> str:
    """Say everything about an announcement."""
    said = dates.on(PartialDate.parse(str(row["announced_on"])))
    note = f"<br>{row['note']}" if row["note"] else ""
    told = f"{''.join(promise_label(row))}<br>annoncée {said}"
    return f"{told}{note}<br>Source{NBSP}: {row['source']}"


def promise(row: Mapping[str, Any]) -> str:
    """Say what was announced and what came of it, where the opening is documented."""
    announced_for = PartialDate.parse(str(row["announced_for"]))
    on = dates.on(PartialDate.parse(str(row["announced_on"])))
    late = delay(announced_for, row["late_at_least"], row["late_at_most"])
    return (
        f"Ouverture annoncée {dates.for_when(announced_for)} "
        f"(dit {on}, {_publisher(str(row['source']))}){f', {late}' if late else ''}."
    )


def delay(announced_for: PartialDate, least: Any, most: Any) -> str:
    """Say how late an opening was: `documentée 61 à 395 jours après`; nothing when not known."""
    if str(least) in {"<NA>", "nan", "None"}:
        return ""
    low, high = int(least), int(most)
    if is_kept(announced_for, Delay(at_least=low, at_most=high)):
        return "documentée à la date annoncée"
    if low >= 0:
        between = number(low) if low == high else f"{number(low)} à {number(high)}"
        return f"documentée {between}{NBSP}{plural(high, 'jour')} après"
    if high <= 0:
        between = number(-low) if low == high else f"{number(-high)} à {number(-low)}"
        return f"documentée {between}{NBSP}{plural(-low, 'jour')} avant"
    return f"documentée entre {counted(-low, 'jour')} avant et {counted(high, 'jour')} après"


def limit_label(row: Mapping[str, Any]) -> tuple[str, str]:
    """Name a first possible day on the timeline: its stage, the day, why it narrows nothing."""
    known = PartialDate.parse(str(row["not_before"]))
    why = (
        " (contredite)"
        if row["contradicted"]
        else ""
        if row["believed"]
        else " (liste à croire complète)"
    )
    return _kind(row), f", {dates.not_before(known)}{why}"


def limit_hover(row: Mapping[str, Any]) -> str:
    """Say everything about a first possible day."""
    note = f"<br>{row['note']}" if row["note"] else ""
    return f"{''.join(limit_label(row))}{note}<br>Source{NBSP}: {row['source']}"


# --- the history ---


ANNOUNCEMENT = "Ouverture annoncée"


def _noted(said: str, note: str | None) -> str:
    return said + (f" — {note}" if note else "")


def _kind(row: Row) -> str:
    return capital(STAGES[StageKind(row["kind"])])


def _stage(row: Row) -> tuple[str, str]:
    rival = "" if row["retained"] else " (date concurrente)"
    return f"{_kind(row)}{rival}", _noted(dates.partial(row["happened_on"]), row["note"])


def _bound(row: Row) -> tuple[str, str]:
    value = _noted(dates.not_before(row["not_before"]), row["note"])
    return f"{_kind(row)}, premier jour possible", value


def _announcement(row: Row) -> tuple[str, str]:
    """Say `pour décembre 2020, annoncée en octobre 2020`."""
    said = f"{dates.for_when(row['announced_for'])}, annoncée {dates.on(row['announced_on'])}"
    return ANNOUNCEMENT, _noted(said, row["note"])


def _question(row: Row) -> tuple[str, str]:
    """Say `ouvert ou non, le 3 mai 2026, sans réponse`: never to whom nor by whom."""
    on = row["answered_on"]
    answer = f"réponse {dates.on(on)}" if on.first is not None else "sans réponse"
    return "Question posée", f"{ASKS[row['asks']]}, {dates.on(row['asked_on'])}, {answer}"


def _figure(row: Row) -> tuple[str, str]:
    value = f"{qualified(row['qualifier'], number(row['value']))} — {row['title']}"
    return f"Total publié{NBSP}: {INDICATORS.get(row['indicator'], row['indicator'])}", value


def _offering(row: Row) -> tuple[str, str]:
    parts = [row["course"]]
    if row["mode"]:
        parts.append(MODES[Mode(row["mode"])])
    if row["starts_on"].first:
        parts.append(f"à partir {dates.of(row['starts_on'])}")
    if row["ends_on"].first:
        parts.append(dates.until(row["ends_on"]))
    return "Formation", ", ".join(parts)


def _enrolment(row: Row) -> tuple[str, str]:
    counted_ = f"{name_of(row['academic_year'])} ({COUNTED[Counted(row['counted'])]})"
    subject = f"Effectif {counted_}, {dates.counted_on(row['counted_on'])}"
    return subject, f"{headcount(row['headcount'], row['publication'])} (toutes formations)"


def _target(row: Row) -> tuple[str, str]:
    where = PERIMETERS[Perimeter(row["perimeter"])]
    return capital(ENTITIES["target"]), target_name(row["value"], row["deadline"], where).text


def _event(row: Row) -> tuple[str, str]:
    return "Événement du programme", _noted(dates.partial(row["happened_on"]), row["title"])


FACTS: Final[Mapping[str, Callable[[Row], tuple[str, str]]]] = {
    "stage": _stage,
    "bound": _bound,
    "announcement": _announcement,
    "question": _question,
    "published_figure": _figure,
    "offering": _offering,
    "enrolment": _enrolment,
    "target": _target,
    "programme_event": _event,
}
"""How the facts of each table are told: what names one, and what it says.

Takes a row of the table; of an offering, its `course` too; of a headcount, its `publication`.
"""


def headcount(value: int, publication: Publication) -> str:
    """Write the headcount of a whole centre as far as it is told."""
    if publication is Publication.SHOWN:
        return number(value)
    return f"moins de {SMALLEST}" if publication is Publication.SMALL else "non publié"


def attribute_value(name: str, value: str | int | None) -> str:
    """Say what is said of a centre."""
    if not value:
        return ""
    if isinstance(value, int):
        return number(value)
    return ProgrammeLink(value).word if name == "programme_link" else typeset(str(value))


def replacement(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """Say what took the place of a value: the new one, or what else of it changed."""
    if before["value_text"] != after["value_text"]:
        return after["value_text"]
    if before["subject"] != after["subject"]:
        return after["subject"]
    if before["source"] != after["source"]:
        return f"même valeur, source{NBSP}: {after['source']}"
    return "même valeur, autre nature ou confiance"


def author(actor: str, names: Mapping[str, str]) -> str:
    """Name who recorded something; never an address."""
    program = {SEED_ACTOR: SEEDED, UPGRADE_ACTOR: UPGRADED}
    return program.get(actor) or names.get(actor, SOMEBODY)
