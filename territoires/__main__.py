"""The command line: thin over the functions that the pages use."""

import argparse
import gc
import io
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import perf_counter
from types import MappingProxyType
from typing import Any, NoReturn

from territoires import demo
from territoires.cli import copies, printing, reports, soundness
from territoires.cli.console import (
    BAD_USAGE,
    NOT_ALLOWED,
    OK,
    WRONG,
    Commands,
    Read,
    answer,
    answer_either,
    as_of,
    fail,
    hand_over,
    kept_secret,
    let_readers_leave,
    typed,
    whole,
)
from territoires.commands import staff
from territoires.commands.imports import WAYS
from territoires.commands.write import Saved, writing
from territoires.db import grants, schema, seeds
from territoires.db.demonstration import is_demonstration
from territoires.db.engine import sqlite_path
from territoires.db.revision import reading_current
from territoires.domain.clock import PARIS, has_come, read_instant
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
from territoires.domain.reports import Verdict
from territoires.domain.roles import Role
from territoires.domain.scope import FRANCE, Perimeter, Scope, Territory
from territoires.domain.text import fold
from territoires.exchange.tables import Format, UnreadableError
from territoires.exchange.writing import template
from territoires.french import cli, faults
from territoires.french import imports as import_words
from territoires.french import siting as siting_words
from territoires.french import staff as staff_words
from territoires.french.headline import sentences
from territoires.french.numbers import NBSP, quoted
from territoires.french.places import moved
from territoires.french.problems import error_message
from territoires.french.typography import typeset_spaces
from territoires.french.words import ROLES
from territoires.queries import answers, coverage, rollout, siting
from territoires.queries import staff as accounts
from territoires.queries.territories import followed, former_town, place
from territoires.settings import ROOT, SEEDS, Settings
from territoires.ui.enter import import_file


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
        return fail(faults.BAD_SEEDS.format(error), WRONG)
    except TerritoryError as error:
        return fail(faults.BAD_TERRITORY.format(quoted(error.text)), BAD_USAGE)


def _init(parsed: argparse.Namespace, settings: Settings) -> int:
    now = datetime.now(UTC)
    try:
        staff.first_draft(parsed.admin or staff.FIRST_EMAIL)  # before anything is made
    except InvalidError as error:
        return fail(error_message(error), BAD_USAGE)
    done = schema.upgrade(settings.database_url, now=now)
    where = schema.place_of(settings.database_url)
    if done.before is None:
        print(cli.CREATED.format(where=where))
    elif done.before != done.after:
        print(cli.UPGRADED.format(before=done.before, after=done.after, backup=done.backup or "-"))
    else:
        print(cli.CURRENT.format(where=where))
    for line in cli.shared(grants.share(settings)):
        print(line)
    questions: list[dict[str, Any]] = []
    added = seeds.seed(
        settings.database_url,
        folder=SEEDS,
        now=now,
        successors=dict(parsed.successor),
        ask=lambda question: questions.append(vars(question)),
    )
    print(cli.seeded(added) if added else cli.NOTHING_TO_SEED)
    if parsed.successor and not added:
        print(cli.NO_SUCCESSOR)
    for question in questions:
        print(cli.commune_question(**question))
    first = staff.first_administrator(
        settings.database_url, now=now, email=parsed.admin or staff.FIRST_EMAIL
    )
    if first is None and parsed.admin:
        print(cli.NO_FIRST_ADMINISTRATOR.format(email=parsed.admin))
    if first is not None:
        email, password = first
        file = kept_secret(password, folder=_folder(settings))
        words = cli.FIRST_ADMINISTRATOR if file is None else cli.FIRST_ADMINISTRATOR_FILE
        print(words.format(email=email, password=password, file=file))
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
        print(line)
    return OK


@contextmanager
def _asked(parsed: argparse.Namespace, settings: Settings) -> Iterator[tuple[Any, Scope]]:
    """Open the database that is asked about a scope, on the day and commune that are meant.

    A former commune is the one that holds it, and a demonstration is said to be one: beside the
    answer, which a machine may be reading.
    """
    today = datetime.now(PARIS).date()
    scope = Scope(**_said_of(Scope, parsed) | {"as_of": parsed.as_of or today})
    with reading_current(settings.database_url) as connection:
        territory = followed(connection, territory=scope.territory)
        if territory != scope.territory:
            former = former_town(connection, code=scope.territory.code)
            print(moved(former) if former else "", file=sys.stderr)
        yield connection, replace(scope, territory=territory)
        if is_demonstration(connection):
            print(cli.IS_DEMO, file=sys.stderr)


def _said_of(kind: Any, parsed: argparse.Namespace) -> dict[str, Any]:
    """Give what the arguments say of the fields of a record, which nothing changes any more."""
    names = {each.name for each in fields(kind)}
    said = {name: value for name, value in vars(parsed).items() if name in names}
    return {name: tuple(it) if isinstance(it, list) else it for name, it in said.items()}


def _status(parsed: argparse.Namespace, settings: Settings) -> int:
    with _asked(parsed, settings) as (connection, scope):
        where = place(connection, territory=scope.territory)
        found = rollout.situation(connection, scope=scope)
    lines = (sentence.replace("**", "") for sentence in sentences(found, where))
    answer_either(parsed, answers.status(found, scope.known_at or datetime.now(UTC)), lines)
    return OK


def _coverage(parsed: argparse.Namespace, settings: Settings) -> int:
    with _asked(parsed, settings) as (connection, scope):
        where = place(connection, territory=scope.territory)
        found = coverage.covered(connection, scope=scope, radius_km=parsed.radius)
    lines = cli.coverage_sentences(
        found.coverage,
        where,
        as_of=scope.as_of,
        centres=found.open,
        sites=(found.acv_sites_with_centre, found.acv_sites),
    )
    answer_either(parsed, answers.told(answers.COVERAGE, found), lines)
    return OK


def _next(parsed: argparse.Namespace, settings: Settings) -> int:
    with _asked(parsed, settings) as (connection, scope):
        plan = siting.plan(
            connection,
            scope=scope,
            radius_km=parsed.radius,
            count=parsed.count,
            with_prior=parsed.with_prior_seats,
        )
    found = plan.to_dict("records")
    apart = not parsed.with_prior_seats
    lines = [*map(cli.next_line, found), siting_words.honesty(parsed.radius, apart=apart)]
    answer_either(parsed, [answers.told(answers.NEXT, row) for row in found], lines)
    return OK


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
    print(
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
    is_shown = parsed.format is Format.CSV
    return hand_over(content, parsed.output, "" if is_shown else import_words.NOT_ON_SCREEN)


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
        message = error_message(error)
        return _not_imported(parsed, error.problems[0].value, message, WRONG)
    stops = review.stops(draft)
    _tell_import(parsed, review, draft, written=written and not pending)
    if pending and not parsed.json:
        print(import_words.PROPOSED)
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
        answer({"rows": 0, "new": 0, "changed": 0, "unchanged": 0, "problems": [problem]})
    return fail(message, code)


def _tell_import(
    parsed: argparse.Namespace, review: import_file.Review, draft: ImportDraft, *, written: bool
) -> None:
    plan = review.plan
    stops = review.stops(draft)
    if parsed.json:
        told = {
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
            told["understood"] = [
                {
                    "line": found.line,
                    "effect": import_words.effect(found),
                    **import_words.understood_cells(found),
                }
                for found in plan.understood
            ]
        answer(told)
        return
    for notice in review.notices:
        print(notice, file=sys.stderr)
    for problem in stops:
        print(problem.message)
    for town, name in plan.new_centres:
        print(import_words.centre_made(town, name))
    lines = import_words.understood_lines if parsed.dry_run else import_words.correction_lines
    for line in lines(plan):
        print(line)
    for lacking in review.needs(draft):
        print(lacking)
    print(import_words.summary(plan, rows=review.rows, refused=review.refused, written=written))


def _accounts(parsed: argparse.Namespace, settings: Settings) -> int:
    with reading_current(settings.database_url) as connection:
        found = accounts.staff(connection, now=datetime.now(UTC)).to_dict("records")
    answer_either(parsed, found, map(staff_words.line, found))
    return OK


def _staff(
    command: Callable[..., Saved], draft: Any, parsed: argparse.Namespace, settings: Settings
) -> int:
    """Do one act about the accounts; whoever has the shell has the file, and needs no account."""
    try:
        with staff.administering(settings.database_url, now=datetime.now(UTC)) as write:
            saved = command(write, draft(**_said_of(draft, parsed)))
    except InvalidError as error:
        return fail(error_message(error), WRONG)
    password = saved.one_time_password
    file = kept_secret(password, folder=_folder(settings)) if password else None
    print(staff_words.done(parsed.ACTE, parsed.email, password, file))
    return OK


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

    def take(self, arguments: str) -> None:
        """Take arguments that commands have, by their names."""
        for name in arguments.split():
            given: Any = {"metavar": cli.VALUES[name]} if name in cli.VALUES else {}
            said = typeset_spaces(cli.HELP[name]).format_map(_DEMO)
            called = (*_SHORT.get(name, ()), name)
            self.add_argument(*called, help=said, **given, **_ARGUMENTS.get(name, {}))

    def error(self, message: str) -> NoReturn:
        print(cli.bad_usage(_in_french(message, self.prog)), file=sys.stderr)
        sys.exit(BAD_USAGE)


_ARGPARSE = (
    (r"unrecognized arguments: (.*)", cli.UNKNOWN_ARGUMENT),
    (r"argument .*?: invalid choice: '(.*?)'.*? \(choose from (.*)\)", cli.UNKNOWN_CHOICE),
    (r"argument .*?: ignored explicit argument '(.*)'", cli.UNKNOWN_ARGUMENT),
    (r"argument (.*?): expected .*", cli.MISSING_VALUE),
    (r"the following arguments are required: (.*)", cli.MISSING_ARGUMENTS),
)


def _in_french(message: str, command: str) -> str:
    for pattern, said in _ARGPARSE:
        if found := re.fullmatch(pattern, message, re.DOTALL):
            text, *choices = found.groups()
            among = "".join(choices).replace("'", "")
            return typeset_spaces(said).format(quoted(text), among, command=command)
    # What a reader of ours says follows the name of the argument.
    return re.sub(r"\Aargument .*?: ", "", message, flags=re.DOTALL)


def _instant(text: str) -> datetime:
    try:
        instant = read_instant(text)
    except InstantError as error:
        raise argparse.ArgumentTypeError(faults.bad_instant(text, error.why)) from None
    if not has_come(instant, today=datetime.now(PARIS).date()):
        raise argparse.ArgumentTypeError(faults.bad_instant(text, "future"))
    return instant


def _read_successor(text: str) -> tuple[str, str]:
    before, _, after = text.upper().partition("=")
    if not re.fullmatch(r"(\d{5}|2[AB]\d{3})=(\d{5}|2[AB]\d{3})", text.upper(), re.ASCII):
        raise ValueError(text)
    return before, after


def _read_radius(text: str) -> float:
    written = text.replace(",", ".")
    if re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,3})?", written) and (
        cli.LEAST_KM <= float(written) <= cli.MOST_KM
    ):
        return float(written)
    raise ValueError(text)


def _read_seed(text: str) -> int:
    if not text.isdecimal():
        raise ValueError(text)
    return int(text)


def _one_of(among: Iterable[Any], words: Mapping[str, Any] = MappingProxyType({})) -> Read:
    """Make the reader of one of these; `words` are others that mean them, folded."""
    known = {str(one): one for one in among}
    meant = {word: one for word, one in words.items() if one in known.values()} | known
    wrong = cli.UNKNOWN_CHOICE.format("{}", ", ".join(known))
    return typed(lambda text: meant[fold(text)], wrong)


_role = _one_of(
    (role for role in Role if role is not Role.PUBLIC),
    {fold(name): role for role, name in ROLES.items()},
)
_ARGUMENTS: dict[str, dict[str, Any]] = {
    "--successor": {
        "type": typed(_read_successor, cli.BAD_SUCCESSOR),
        "action": "append",
        "default": [],
    },
    "--as-of": {"type": as_of},
    "--known-at": {"type": _instant},
    "--perimeter": {
        "type": typed(Perimeter, faults.BAD_PERIMETER),
        "default": Perimeter.ALL,
    },
    "--territory": {"type": typed(Territory.parse, faults.BAD_TERRITORY), "default": FRANCE},
    "--json": {"action": "store_true"},
    "--radius": {"type": typed(_read_radius, cli.BAD_RADIUS), "default": 30.0},
    "--count": {"type": whole(1, cli.MOST_TOWNS, cli.OF_TOWNS), "default": 10},
    "--with-prior-seats": {"action": "store_true"},
    "kind": {"type": _one_of(Kind)},
    "--format": {"type": _one_of((Format.CSV, Format.XLSX)), "default": Format.CSV},
    "--output": {"type": Path},
    "file": {"type": Path},
    "--as": {"dest": "email", "required": True},
    "--dry-run": {"action": "store_true"},
    "--reason": {"default": ""},
    "--confirm": {"action": "store_true"},
    "--name": {"required": True},
    "role": {"type": _role},
    "--role": {"type": _role, "required": True},
    "--region": {"dest": "regions", "nargs": "+", "action": "extend", "default": []},
    "--without-password": {"dest": "with_password", "action": "store_false"},
    "--rows": {"type": whole(demo.LEAST_ROWS, demo.MOST_ROWS), "default": demo.USUAL_ROWS},
    "--seed": {"type": typed(_read_seed, cli.BAD_SEED), "default": 1},
    "--database": {"type": Path, "default": ROOT / "data" / "demo.db"},
    "--verdict": {"type": _one_of(Verdict), "default": Verdict.ANSWERED},
    **reports.ARGUMENTS,
    **soundness.ARGUMENTS,
    **copies.ARGUMENTS,
    **printing.ARGUMENTS,
}
_SHORT = {"--output": ("-o",)}
# What the helps of some arguments quote.
_DEMO = {"least": demo.LEAST_ROWS, "most": demo.MOST_ROWS, "usual": demo.USUAL_ROWS}
_COMMANDS: Commands = (
    ("init", _init, "--admin --successor"),
    ("roles", _roles, ""),
    ("status", _status, "--as-of --known-at --perimeter --territory --json"),
    ("coverage", _coverage, "--radius --as-of --territory --json"),
    ("next", _next, "--radius --count --with-prior-seats --as-of --json"),
    *soundness.COMMANDS,
    ("template", _template, "kind --format --output"),
    ("import", _import, "kind file --as --dry-run --json --confirm --reason"),
    (
        "staff add",
        partial(_staff, staff.add_staff, StaffDraft),
        "email --name --role --without-password --region",
    ),
    ("staff list", _accounts, "--json"),
    ("staff role", partial(_staff, staff.change_role, RoleDraft), "email role --region"),
    ("staff disable", partial(_staff, staff.disable_staff, AccountDraft), "email"),
    ("staff enable", partial(_staff, staff.enable_staff, AccountDraft), "email"),
    ("staff reset", partial(_staff, staff.reset_password, AccountDraft), "email"),
    ("staff forget", partial(_staff, staff.forget_identity, AccountDraft), "email"),
    *reports.COMMANDS,
    *printing.COMMANDS,
    ("demo", _demo, "--rows --seed --database"),
    *copies.COMMANDS,
)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m territoires", description=cli.PROGRAM, allow_abbrev=False)
    among = {"": _choice(parser, cli.COMMANDS, "COMMANDE")}
    for name, run, arguments in _COMMANDS:
        # A command of two words is an act of the first.
        group, _, act = name.rpartition(" ")
        if group not in among:
            above = among[""].add_parser(
                group, help=typeset_spaces(cli.HELP[group]), allow_abbrev=False
            )
            among[group] = _choice(above, cli.ACTS, "ACTE")
        made = among[group].add_parser(act, help=typeset_spaces(cli.HELP[name]), allow_abbrev=False)
        made.set_defaults(run=run)
        made.take(arguments)
    return parser


def _choice(parser: argparse.ArgumentParser, title: str, name: str) -> Any:
    return parser.add_subparsers(
        title=title, required=True, metavar=name, dest=name, parser_class=_Parser
    )


if __name__ == "__main__":
    let_readers_leave()
    # What was imported lives until the end: to look for garbage in it then is a tenth of the whole.
    gc.freeze()
    sys.exit(main())
