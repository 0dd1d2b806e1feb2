"""The command line: thin over the functions that the pages use."""

import argparse
import io
import json
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from time import perf_counter
from typing import Any, NoReturn

from territoires import demo
from territoires.cli import copies, soundness
from territoires.cli.console import (
    BAD_USAGE,
    NOT_ALLOWED,
    OK,
    WRONG,
    fail,
    kept_secret,
    let_readers_leave,
    say,
)
from territoires.commands import staff
from territoires.commands.imports import WAYS
from territoires.commands.write import writing
from territoires.db import grants, schema, seeds
from territoires.db.demonstration import is_demonstration
from territoires.db.engine import reading, sqlite_path
from territoires.db.revision import must_be_current
from territoires.domain.clock import PARIS, read_day, read_instant
from territoires.domain.drafts import AccountDraft, RoleDraft, StaffDraft
from territoires.domain.errors import (
    ConfigurationError,
    DatabaseError,
    DemonstrationError,
    InstantError,
    InvalidError,
    RefusedError,
    SeedError,
    TerritoryError,
    UnknownActorError,
)
from territoires.domain.imports import ImportDraft, Kind, PlanMovedError, PlanRefusedError
from territoires.domain.roles import Role
from territoires.domain.rollout import Situation
from territoires.domain.scope import FRANCE, Perimeter, Scope, Territory
from territoires.domain.text import fold
from territoires.exchange.tables import Format, UnreadableError
from territoires.exchange.writing import template
from territoires.french import cli, faults
from territoires.french import imports as import_words
from territoires.french import siting as siting_words
from territoires.french import staff as staff_words
from territoires.french.headline import sentences
from territoires.french.numbers import NBSP
from territoires.french.places import moved
from territoires.french.problems import problem_message
from territoires.french.words import ROLES
from territoires.queries import coverage, rollout, siting
from territoires.queries import staff as accounts
from territoires.queries.territories import followed, former_town, place
from territoires.settings import ROOT, SEEDS, Settings
from territoires.ui import import_file


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that has no narrow space is no reason to fail.
            stream.reconfigure(errors="replace")
    parsed = _parser().parse_args(arguments)
    try:
        return int(parsed.run(parsed, Settings.from_env()))
    except DatabaseError as error:
        return fail(faults.database_message(error), WRONG)
    except ConfigurationError as error:
        if not error.value:
            return fail(staff_words.missing_setting(error.variable), WRONG)
        return fail(faults.bad_setting(error.variable, error.value), WRONG)
    except SeedError as error:
        return fail(faults.bad_seed(str(error)), WRONG)
    except TerritoryError as error:
        return fail(faults.bad_territory(error.text), BAD_USAGE)


def _init(parsed: argparse.Namespace, settings: Settings) -> int:
    now = datetime.now(UTC)
    try:
        staff.first_draft(parsed.admin)  # before anything is made
    except InvalidError as error:
        return fail(" ".join(problem_message(problem) for problem in error.problems), BAD_USAGE)
    done = schema.upgrade(settings.database_url, now=now)
    where = schema.place_of(settings.database_url)
    if done.before is None:
        say(cli.CREATED.format(where=where))
    elif done.before != done.after:
        say(cli.UPGRADED.format(before=done.before, after=done.after, backup=done.backup or "-"))
    else:
        say(cli.CURRENT.format(where=where))
    for line in cli.shared(grants.share(settings)):
        say(line)
    questions: list[dict[str, Any]] = []
    added = seeds.seed(
        settings.database_url,
        folder=SEEDS,
        now=now,
        successors=dict(parsed.successor),
        ask=lambda question: questions.append(vars(question)),
    )
    say(cli.seeded(added) if added else cli.NOTHING_TO_SEED)
    for question in questions:
        say(cli.commune_question(**question))
    first = staff.first_administrator(settings.database_url, now=now, email=parsed.admin)
    if first is not None:
        email, password = first
        file = kept_secret(password, folder=_folder(settings))
        words = cli.FIRST_ADMINISTRATOR if file is None else cli.FIRST_ADMINISTRATOR_FILE
        say(words.format(email=email, password=password, file=file))
    return OK


def _folder(settings: Settings) -> Path | None:
    """Give the folder of a database that is a file."""
    path = sqlite_path(settings.database_url)
    return None if path is None else path.parent


def _roles(_parsed: argparse.Namespace, settings: Settings) -> int:
    made = grants.share(settings)
    if not made:
        return fail(cli.NO_ROLES, BAD_USAGE)
    for line in cli.shared(made):
        say(line)
    return OK


def _status(parsed: argparse.Namespace, settings: Settings) -> int:
    scope = Scope(
        as_of=parsed.as_of or datetime.now(PARIS).date(),
        known_at=parsed.known_at,
        territory=parsed.territory,
        perimeter=parsed.perimeter,
    )
    with reading(settings.database_url) as connection:
        must_be_current(connection)
        scope = _followed(connection, scope)
        where = place(connection, territory=scope.territory)
        found = rollout.situation(connection, scope=scope)
        warn_of_a_demonstration(connection)
    if parsed.json:
        known_at = scope.known_at or datetime.now(UTC)
        say(json.dumps(status_json(found, known_at), ensure_ascii=False, indent=2))
        return OK
    for sentence in sentences(found, where):
        say(sentence.replace("**", ""))
    return OK


def _followed(connection: Any, scope: Scope) -> Scope:
    """Look at the commune that holds a former one's code, and say so beside the answer."""
    territory = followed(connection, territory=scope.territory)
    if territory != scope.territory:
        former = former_town(connection, code=scope.territory.code)
        print(moved(former) if former else "", file=sys.stderr)
    return replace(scope, territory=territory)


def status_json(found: Situation, known_at: datetime) -> dict[str, Any]:
    """Give the answer of `status --json`: the definitions are in docs/definitions.md."""
    count, progress = found.count, found.progress
    target = progress.target
    return {
        "as_of": found.scope.as_of.isoformat(),
        "known_at": known_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "perimeter": str(found.scope.perimeter),
        "territory": str(found.scope.territory),
        "open": count.open,
        "open_at_most": count.open_at_most,
        "open_undated": count.open_undated,
        "unproven": count.unproven,
        "selected": count.selected,
        "target": target.value if target else None,
        "deadline": target.deadline.isoformat() if target else None,
        "remaining": progress.remaining,
        "first_opened_on": progress.first_opened_on.isoformat()
        if progress.first_opened_on
        else None,
        "pace_per_month": progress.pace_per_month,
        "pace_last_12_months": progress.pace_last_12_months,
        "pace_required": progress.pace_required,
        "ratio": progress.ratio,
        "status": progress.status,
        "published": [
            {
                "indicator": figure.indicator,
                "value": int(figure.value) if figure.value.is_integer() else figure.value,
                "qualifier": figure.qualifier,
                "on": figure.on.iso,
                "source": figure.source_id,
            }
            for figure in found.published
        ],
    }


def _coverage(parsed: argparse.Namespace, settings: Settings) -> int:
    scope = Scope(as_of=parsed.as_of or datetime.now(PARIS).date(), territory=parsed.territory)
    with reading(settings.database_url) as connection:
        must_be_current(connection)
        scope = _followed(connection, scope)
        where = place(connection, territory=scope.territory)
        found = coverage.covered(connection, scope=scope, radius_km=parsed.radius)
        warn_of_a_demonstration(connection)
    if parsed.json:
        say(json.dumps(coverage_json(found), ensure_ascii=False, indent=2))
        return OK
    for sentence in cli.coverage_sentences(
        found.coverage,
        where,
        as_of=scope.as_of,
        centres=found.open,
        sites=(found.acv_sites_with_centre, found.acv_sites),
    ):
        say(sentence)
    return OK


def warn_of_a_demonstration(connection: Any) -> None:
    """Say beside the answer, which a machine may be reading, that all of it is made up."""
    if is_demonstration(connection):
        print(cli.IS_DEMO, file=sys.stderr)


def coverage_json(found: coverage.Covered) -> dict[str, Any]:
    """Give the answer of `coverage --json`: `open` are the centres of all France, which cover."""
    return {
        "radius_km": _whole(found.coverage.radius_km),
        "open": found.open,
        "inhabitants": found.coverage.inhabitants,
        "population": found.coverage.population,
        "share": found.coverage.share,
        "acv_sites": found.acv_sites,
        "acv_sites_with_centre": found.acv_sites_with_centre,
    }


def _whole(value: float) -> float:
    return int(value) if value.is_integer() else value


def _next(parsed: argparse.Namespace, settings: Settings) -> int:
    scope = Scope(as_of=parsed.as_of or datetime.now(PARIS).date())
    with reading(settings.database_url) as connection:
        must_be_current(connection)
        found = siting.plan(
            connection, scope=scope, radius_km=parsed.radius, count=parsed.count
        ).to_dict("records")
        warn_of_a_demonstration(connection)
    if parsed.json:
        say(json.dumps([next_json(row) for row in found], ensure_ascii=False, indent=2))
        return OK
    for row in found:
        say(cli.next_line(row))
    say(siting_words.honesty(parsed.radius))
    return OK


def next_json(row: dict[str, Any]) -> dict[str, Any]:
    """Give one town of the answer of `next --json`."""
    return {
        "rank": row["rank"],
        "insee_code": row["town_code"],
        "town": row["town"],
        "department": row["department"],
        "marginal_inhabitants": row["marginal"],
        "cumulative_inhabitants": row["cumulative"],
    }


def _demo(parsed: argparse.Namespace, settings: Settings) -> int:
    started = perf_counter()
    try:
        made = demo.make(
            parsed.database,
            folder=SEEDS,
            now=datetime.now(UTC),
            rows=parsed.rows,
            seed=parsed.seed,
            real=sqlite_path(settings.database_url),
        )
    except DemonstrationError as error:
        return fail(cli.DEMO_ERRORS[error.code].format(path=error.path), WRONG)
    say(
        cli.demo_made(
            where=str(made.path),
            centres=made.centres,
            enrolments=made.enrolments,
            acts=made.acts,
            seconds=perf_counter() - started,
        )
    )
    return OK


def _template(parsed: argparse.Namespace, _settings: Settings) -> int:
    content = template(parsed.kind, parsed.format)
    if parsed.output is not None:
        try:
            parsed.output.write_bytes(content)
        except OSError:
            return fail(import_words.existing_output(str(parsed.output)), BAD_USAGE)
        return OK
    if parsed.format is not Format.CSV and sys.stdout.isatty():
        return fail(import_words.NOT_ON_SCREEN, BAD_USAGE)
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    return OK


def _import(parsed: argparse.Namespace, settings: Settings) -> int:
    try:
        data = parsed.file.read_bytes()
    except OSError:
        return fail(import_words.unreadable_file(str(parsed.file)), BAD_USAGE)
    now = datetime.now(UTC)
    try:
        sent = import_file.read(data, name=parsed.file.name, kind=parsed.kind)
    except UnreadableError as error:
        return _not_imported(parsed, str(parsed.file), error.message, WRONG)
    try:
        review = import_file.review(
            settings.database_url, sent, email=parsed.email, today=now.astimezone(PARIS).date()
        )
        draft = review.draft(reason=parsed.reason, confirmed=parsed.confirm)
        written = not parsed.dry_run and not review.stops(draft) and not review.needs(draft)
        pending = False
        if written:
            review, pending = _write_import(parsed, settings, review, now)
    except PlanRefusedError as error:  # somebody wrote meanwhile
        review, written, pending = import_file.reviewed(sent, error.plan), False, False
    except (RefusedError, UnknownActorError) as error:
        message = import_words.refusal(error, email=parsed.email)
        return _not_imported(parsed, parsed.email, message, NOT_ALLOWED)
    except InvalidError as error:  # the reason itself
        message = " ".join(problem_message(problem) for problem in error.problems)
        return _not_imported(parsed, error.problems[0].value, message, WRONG)
    stops = review.stops(draft)
    _tell_import(parsed, review, draft, written=written and not pending)
    if pending and not parsed.json:
        say(import_words.PROPOSED)
    if review.plan.outside:
        return NOT_ALLOWED
    return WRONG if stops or (review.needs(draft) and not parsed.dry_run) else OK


def _write_import(
    parsed: argparse.Namespace, settings: Settings, review: import_file.Review, now: datetime
) -> tuple[import_file.Review, bool]:
    """Write a file, and give what it turned out to change: somebody may write meanwhile.

    And whether it waits for somebody else's word.
    """
    shown = [0.0]

    def progress(share: float) -> None:
        if sys.stderr.isatty() and share - shown[0] >= 0.01:  # noqa: PLR2004 - one percent
            shown[0] = share
            print(import_words.progress(share), end="", file=sys.stderr, flush=True)

    while True:
        draft = review.draft(reason=parsed.reason, confirmed=parsed.confirm, progress=progress)
        try:
            with writing(settings.database_url, parsed.email, now=now) as write:
                saved = WAYS[parsed.kind].command(write, draft)
        except PlanMovedError as error:
            review = import_file.reviewed(review.sent, error.plan)
            continue
        if shown[0]:
            print(file=sys.stderr)
        return review, saved.pending


def _not_imported(parsed: argparse.Namespace, value: str, message: str, code: int) -> int:
    """Say why nothing was even compared."""
    if parsed.json:
        problem = {"line": 1, "column": None, "value": value, "message": message}
        answer = {"rows": 0, "new": 0, "changed": 0, "unchanged": 0, "problems": [problem]}
        say(json.dumps(answer, ensure_ascii=False, indent=2))
    return fail(message, code)


def _tell_import(
    parsed: argparse.Namespace, review: import_file.Review, draft: ImportDraft, *, written: bool
) -> None:
    plan = review.plan
    stops = review.stops(draft)
    if parsed.json:
        answer = {
            "rows": review.rows,
            "new": plan.new,
            "changed": plan.changed,
            "unchanged": plan.unchanged,
            "problems": [
                {
                    "line": problem.line,
                    "column": problem.column,
                    "value": problem.value,
                    "message": problem.message,
                }
                for problem in stops
            ],
            "notices": review.notices,
            "needs": review.needs(draft),
        }
        if parsed.dry_run:
            answer["understood"] = [
                {
                    "line": found.line,
                    "effect": import_words.effect(found),
                    **import_words.understood_cells(found),
                }
                for found in plan.understood
            ]
        say(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    for notice in review.notices:
        print(notice, file=sys.stderr)
    for problem in stops:
        say(problem.message)
    for town, name in plan.new_centres:
        say(import_words.centre_made(town, name))
    lines = import_words.understood_lines if parsed.dry_run else import_words.correction_lines
    for line in lines(plan):
        say(line)
    for lacking in review.needs(draft):
        say(lacking)
    say(import_words.summary(plan, rows=review.rows, refused=review.refused, written=written))


def _staff(parsed: argparse.Namespace, settings: Settings) -> int:
    """Do one act about the accounts; whoever has the shell has the file, and needs no account."""
    now = datetime.now(UTC)
    with reading(settings.database_url) as connection:
        must_be_current(connection)
        if parsed.ACTE == "list":
            found = accounts.staff(connection, now=now).to_dict("records")
            say(
                json.dumps(found, ensure_ascii=False, indent=2)
                if parsed.json
                else "\n".join(staff_words.line(row) for row in found)
            )
            return OK
    try:
        with staff.administering(settings.database_url, now=now) as write:
            saved = parsed.command(write, parsed.draft(parsed))
    except InvalidError as error:
        return fail(" ".join(problem_message(problem) for problem in error.problems), WRONG)
    password = saved.one_time_password
    file = kept_secret(password, folder=_folder(settings)) if password else None
    say(staff_words.done(parsed.ACTE, parsed.email, password, file))
    return OK


def _new_account(parsed: argparse.Namespace) -> StaffDraft:
    return StaffDraft(
        email=parsed.email,
        name=parsed.name,
        role=parsed.role,
        regions=tuple(parsed.region),
        with_password=not parsed.without_password,
    )


def _new_role(parsed: argparse.Namespace) -> RoleDraft:
    return RoleDraft(email=parsed.email, role=parsed.role, regions=tuple(parsed.region))


def _account(parsed: argparse.Namespace) -> AccountDraft:
    return AccountDraft(email=parsed.email)


class _Formatter(argparse.HelpFormatter):
    """Headings of a help in French, their colons after a no-break space."""

    def add_usage(
        self, usage: str | None, actions: Any, groups: Any, prefix: str | None = None
    ) -> None:
        usual = f"{cli.USAGE}{NBSP}: "
        super().add_usage(usage, actions, groups, usual if prefix is None else prefix)

    def start_section(self, heading: str | None) -> None:
        super().start_section(f"{heading}{NBSP}" if heading else heading)


class _Parser(argparse.ArgumentParser):
    """An argument parser that speaks French, and says what is wrong in one line."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, formatter_class=_Formatter, add_help=False)
        self._positionals.title, self._optionals.title = cli.ARGUMENTS, cli.OPTIONS
        self.add_argument("-h", "--help", action="help", help=cli.HELP["help"])

    def add_argument(self, *flags: str, **options: Any) -> argparse.Action:
        """Name in French what an option is given."""
        if flags[0] in cli.VALUES:
            options.setdefault("metavar", cli.VALUES[flags[0]])
        return super().add_argument(*flags, **options)

    def error(self, message: str) -> NoReturn:
        print(cli.bad_usage(_in_french(message)), file=sys.stderr)
        sys.exit(BAD_USAGE)


_ARGPARSE: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    (r"unrecognized arguments: (.*)", lambda found: cli.unknown_argument(found[1])),
    (
        r"argument .*?: invalid choice: '(.*?)'.*? \(choose from (.*)\)",
        lambda found: cli.unknown_choice(found[1], found[2].replace("'", "")),
    ),
    (
        r"argument .*?: ignored explicit argument '(.*)'",
        lambda found: cli.unknown_argument(found[1]),
    ),
    (r"argument (.*?): expected .*", lambda found: cli.missing_value(found[1])),
    (
        r"the following arguments are required: (.*)",
        lambda found: cli.missing_arguments(found[1]),
    ),
    (r"argument .*?: (.*)", lambda found: found[1]),
)


def _in_french(message: str) -> str:
    for pattern, word in _ARGPARSE:
        if found := re.fullmatch(pattern, message, re.DOTALL):
            return word(found)
    return message


def _day(text: str) -> date:
    try:
        return read_day(text)
    except ValueError:
        raise argparse.ArgumentTypeError(faults.bad_day(text)) from None


def _instant(text: str) -> datetime:
    try:
        return read_instant(text)
    except InstantError as error:
        raise argparse.ArgumentTypeError(faults.bad_instant(text, error.why)) from None


def _successor(text: str) -> tuple[str, str]:
    before, _, after = text.upper().partition("=")
    if not re.fullmatch(r"(\d{5}|2[AB]\d{3})=(\d{5}|2[AB]\d{3})", text.upper(), re.ASCII):
        raise argparse.ArgumentTypeError(cli.bad_successor(text))
    return before, after


def _territory(text: str) -> Territory:
    try:
        return Territory.parse(text)
    except TerritoryError:
        raise argparse.ArgumentTypeError(faults.bad_territory(text)) from None


def _perimeter(text: str) -> Perimeter:
    try:
        return Perimeter(text)
    except ValueError:
        raise argparse.ArgumentTypeError(faults.bad_perimeter(text, ", ".join(Perimeter))) from None


def _rows(text: str) -> int:
    if text.isdecimal() and demo.LEAST_ROWS <= int(text) <= demo.MOST_ROWS:
        return int(text)
    raise argparse.ArgumentTypeError(cli.bad_rows(text, demo.LEAST_ROWS, demo.MOST_ROWS))


def _seed(text: str) -> int:
    if text.isdecimal():
        return int(text)
    raise argparse.ArgumentTypeError(cli.bad_seed(text))


def _radius(text: str) -> float:
    written = text.replace(",", ".")
    if re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,3})?", written) and (
        cli.LEAST_KM <= float(written) <= cli.MOST_KM
    ):
        return float(written)
    raise argparse.ArgumentTypeError(cli.bad_radius(text))


def _count(text: str) -> int:
    if re.fullmatch(r"[0-9]{1,4}", text) and 1 <= int(text) <= cli.MOST_TOWNS:
        return int(text)
    raise argparse.ArgumentTypeError(cli.bad_count(text))


def _role(text: str) -> Role:
    named = {fold(name): role for role, name in ROLES.items()} | {r.value: r for r in Role}
    role = named.get(fold(text))
    if role is None or role is Role.PUBLIC:
        offered = ", ".join(role for role in Role if role is not Role.PUBLIC)
        raise argparse.ArgumentTypeError(cli.unknown_choice(text, offered))
    return role


def _kind(text: str) -> Kind:
    try:
        return Kind(text)
    except ValueError:
        raise argparse.ArgumentTypeError(cli.unknown_choice(text, ", ".join(Kind))) from None


def _format(text: str) -> Format:
    offered = (Format.CSV, Format.XLSX)
    if text in offered:
        return Format(text)
    raise argparse.ArgumentTypeError(cli.unknown_choice(text, ", ".join(offered)))


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m territoires", description=cli.PROGRAM, allow_abbrev=False)
    commands = parser.add_subparsers(
        title=cli.COMMANDS, required=True, metavar="COMMANDE", dest="COMMANDE"
    )

    def command(name: str, run: Callable[..., int]) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=cli.HELP[name], allow_abbrev=False)
        made.set_defaults(run=run)
        return made

    first = command("init", _init)
    first.add_argument(
        "--admin", metavar="ADRESSE", default=staff.FIRST_EMAIL, help=cli.HELP["admin"]
    )
    first.add_argument(
        "--successor",
        type=_successor,
        action="append",
        default=[],
        metavar="CODE=CODE",
        help=cli.HELP["successor"],
    )
    command("roles", _roles)
    status = command("status", _status)
    status.add_argument("--as-of", type=_day, help=cli.HELP["as_of"])
    status.add_argument("--known-at", type=_instant, help=cli.HELP["known_at"])
    status.add_argument(
        "--perimeter", type=_perimeter, default=Perimeter.ALL, help=cli.HELP["perimeter"]
    )
    status.add_argument("--territory", type=_territory, default=FRANCE, help=cli.HELP["territory"])
    status.add_argument("--json", action="store_true", help=cli.HELP["json"])
    covered = command("coverage", _coverage)
    covered.add_argument("--radius", type=_radius, default=30.0, help=cli.HELP["radius"])
    covered.add_argument("--as-of", type=_day, help=cli.HELP["as_of"])
    covered.add_argument("--territory", type=_territory, default=FRANCE, help=cli.HELP["territory"])
    covered.add_argument("--json", action="store_true", help=cli.HELP["json"])
    following = command("next", _next)
    following.add_argument("--radius", type=_radius, default=30.0, help=cli.HELP["radius"])
    following.add_argument("--count", type=_count, default=10, help=cli.HELP["towns"])
    following.add_argument("--as-of", type=_day, help=cli.HELP["as_of"])
    following.add_argument("--json", action="store_true", help=cli.HELP["json"])
    soundness.add_commands(command, day=_day)
    kinds: dict[str, Any] = {
        "type": _kind,
        "metavar": "{" + ",".join(Kind) + "}",
        "help": import_words.HELP["kind"],
    }
    blank = command("template", _template)
    blank.add_argument("kind", **kinds)
    blank.add_argument(
        "--format", type=_format, default=Format.CSV, help=import_words.HELP["format"]
    )
    blank.add_argument("--output", type=Path, help=import_words.HELP["output"])
    filled = command("import", _import)
    filled.add_argument("kind", **kinds)
    filled.add_argument("file", type=Path, metavar="FICHIER", help=import_words.HELP["file"])
    filled.add_argument(
        "--as", dest="email", required=True, metavar="ADRESSE", help=import_words.HELP["as"]
    )
    filled.add_argument("--dry-run", action="store_true", help=import_words.HELP["dry_run"])
    filled.add_argument("--json", action="store_true", help=cli.HELP["json"])
    filled.add_argument("--confirm", action="store_true", help=import_words.HELP["confirm"])
    filled.add_argument("--reason", default="", metavar="MOTIF", help=import_words.HELP["reason"])
    _staff_parser(command("staff", _staff))
    made_up = command("demo", _demo)
    made_up.add_argument(
        "--rows",
        type=_rows,
        default=demo.USUAL_ROWS,
        help=cli.HELP["rows"].format(
            least=demo.LEAST_ROWS, most=demo.MOST_ROWS, usual=demo.USUAL_ROWS
        ),
    )
    made_up.add_argument("--seed", type=_seed, default=1, help=cli.HELP["seed"])
    made_up.add_argument(
        "--database", type=Path, default=ROOT / "data" / "demo.db", help=cli.HELP["database"]
    )
    copies.add_commands(command)
    return parser


def _staff_parser(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(
        title=staff_words.ACTS, required=True, metavar="ACTE", dest="ACTE", parser_class=_Parser
    )
    helps = staff_words.HELP
    act: dict[str, argparse.ArgumentParser] = {}
    for name, command, draft in (
        ("add", staff.add_staff, _new_account),
        ("list", None, None),
        ("role", staff.change_role, _new_role),
        ("disable", staff.disable_staff, _account),
        ("enable", staff.enable_staff, _account),
        ("reset", staff.reset_password, _account),
        ("forget", staff.forget_identity, _account),
    ):
        act[name] = acts.add_parser(name, help=helps[name], allow_abbrev=False)
        act[name].set_defaults(command=command, draft=draft)
        if command is not None:
            act[name].add_argument("email", metavar="ADRESSE", help=helps["email"])
    act["list"].add_argument("--json", action="store_true", help=cli.HELP["json"])
    act["add"].add_argument("--name", required=True, metavar="NOM", help=helps["name"])
    act["add"].add_argument("--role", type=_role, required=True, metavar="ROLE", help=helps["rank"])
    act["add"].add_argument("--without-password", action="store_true", help=helps["without"])
    act["role"].add_argument("role", type=_role, metavar="ROLE", help=helps["rank"])
    for name in ("add", "role"):
        act[name].add_argument(
            "--region",
            nargs="+",
            action="extend",
            default=[],
            metavar="CODE",
            help=helps["region"],
        )


if __name__ == "__main__":
    let_readers_leave()
    sys.exit(main())
