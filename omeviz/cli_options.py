"""The options of the command line, and which of them go together."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import IO, TYPE_CHECKING, NoReturn

from omeviz.errors import UsageError

if TYPE_CHECKING:
    from omeviz.load_steps import LoadOptions
    from omeviz.query.tree import Filter

_EPILOG = """\
examples:
  omeviz events.csv                                    open the explorer
  omeviz a.csv b.csv -f "status:failure method:OTP"    open it with a filter
  omeviz events.csv -f recipient:example.org --count   count without a screen
  omeviz events.csv -f after:2023-03-01 -e march.csv   export without a screen
  omeviz events.csv -e out.jsonl --redact --manifest   export for outsiders, with proof of where it comes from
  omeviz --verify out.jsonl.manifest.json              check that proof
  omeviz a.csv b.csv --check                           can these exports be trusted?
  omeviz tenant.csv.gz --record-type OMEPortal         keep only those of a huge file in memory
  omeviz - < events.csv                                read standard input

exit codes: 0 done; 1 an input or the output failed; 2 wrong usage; 3 something needs attention; 130 interrupted
Press ? in the explorer for keys and the filter language."""

_OF_AN_EXPORT = ("format", "columns", "sort", "limit", "force", "manifest", "redact", "redact_secret")


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line and what to do, as every other error."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}.", "omeviz --help lists the options.")


def build_parser() -> argparse.ArgumentParser:
    """The options, as rules and README name them."""
    parser = _Parser(
        prog="omeviz",
        usage="omeviz [options] [FILE ...]",
        description="Explore exported Microsoft 365 audit records of the encrypted message portal (OMEPortal).",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
        add_help=False,
    )
    add = parser.add_argument
    add("files", nargs="*", metavar="FILE", help="an exported audit file; - is standard input")
    query = parser.add_argument_group("which events")
    query.add_argument("-f", "--filter", metavar="TEXT", help="show, count or export only what matches")
    query.add_argument("--keep-only", action="store_true", help="drop what --filter does not match while reading")
    query.add_argument("--record-type", metavar="NAMES", help="keep only these while reading: names, numbers or both")
    query.add_argument("--zone", default="UTC", metavar="ZONE", help="UTC (default), local or Area/City")
    output = parser.add_argument_group("without a screen")
    output.add_argument("--count", action="store_true", help="print the number of matching events")
    output.add_argument("-e", "--export", metavar="PATH", help="write the matching events; - is standard output")
    output.add_argument(
        "--format", metavar="NAME", help="csv, jsonl, json or parquet, where PATH's ending does not tell"
    )
    output.add_argument("--force", action="store_true", help="replace an existing file")
    output.add_argument("--sort", metavar="FIELDS", help="order of an export, for example recipient,-time")
    output.add_argument("--columns", metavar="FIELDS", help="columns of an export, for example time,recipient")
    output.add_argument("--limit", type=_natural, metavar="N", help="export the first N events at most")
    output.add_argument("--check", action="store_true", help="can the files be trusted? (--format text or json)")
    proof = parser.add_argument_group("handing an export on")
    proof.add_argument("--manifest", action="store_true", help="write PATH.manifest.json beside it: sources, hashes")
    proof.add_argument("--redact", action="store_true", help="stand-ins for addresses, subjects, attachments and ids")
    proof.add_argument(
        "--redact-secret", metavar="TEXT", help="the same stand-ins in every run; @FILE is a file's content"
    )
    proof.add_argument("--verify", metavar="MANIFEST", help="check an export and its sources (--format text or json)")
    guesses = parser.add_argument_group("where a guess about a file is wrong")
    guesses.add_argument("--container", metavar="NAME", help="what a file is: csv, json, list, clixml, xlsx or parquet")
    guesses.add_argument("--encoding", metavar="NAME", help="for example utf-8, utf-16, cp1252")
    guesses.add_argument("--delimiter", metavar="CHAR", help="for example ';' or tab")
    guesses.add_argument("--dates", metavar="ORDER", help="order of day and month: dmy, mdy or ymd")
    guesses.add_argument("--careful", action="store_true", help="read every row the careful, slower way")
    guesses.add_argument("--no-size-limit", action="store_true", help="unpack even what looks made to fill the disk")
    other = parser.add_argument_group("other")
    other.add_argument("-q", "--quiet", action="store_true", help="say only what went wrong")
    other.add_argument("--version", action="store_true", help="print the version")
    other.add_argument("-h", "--help", action="store_true", help="print this help")
    return parser


def _natural(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError(text)
    return number


_natural.__name__ = "number"  # argparse shows it


def joined_values(arguments: Sequence[str], parser: argparse.ArgumentParser) -> list[str]:
    """Options first, each tied to its value, so that a value may begin with a dash; then the files."""
    long_name = {
        name: action.option_strings[-1]
        for action in parser._actions
        if action.nargs is None and action.option_strings
        for name in action.option_strings
    }
    options: list[str] = []
    files: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        if argument == "--":
            files += rest
        elif argument in long_name:
            value = next(rest, None)
            options.append(argument if value is None else f"{long_name[argument]}={value}")
        elif argument.startswith("-") and argument != "-":
            options.append(argument)
        else:
            files.append(argument)
    return [*options, "--", *files]


def parsed_options(arguments: Sequence[str]) -> tuple[argparse.Namespace, argparse.ArgumentParser]:
    """The options as the user gave them.

    Raises:
        UsageError: One is unknown, or lacks its value.
    """
    parser = build_parser()
    options = parser.parse_args(joined_values(arguments, parser))
    if isinstance(options.filter, str):
        with suppress(UnicodeError):  # where the shell's locale is C, but what is typed is UTF-8
            options.filter = os.fsencode(options.filter).decode()
    for name, value in vars(options).items():
        if value == [] and name != "files":  # argparse loses a value of two dashes
            raise UsageError(f"-- is no value for {_option(name)}.", "omeviz --help lists the options.")
    options.filter_given = options.filter is not None
    options.filter = _as_utf8(options.filter or "")
    return options, parser


def _as_utf8(text: str) -> str:
    """What was typed as UTF-8 where the locale is another (`LC_ALL=C`)."""
    if any("\udc80" <= sign <= "\udcff" for sign in text):
        with suppress(UnicodeError):
            return os.fsencode(text).decode()
    return text


def load_options(options: argparse.Namespace, parsed: Filter | None, stdin: IO[bytes] | None = None) -> LoadOptions:
    """What the options say about the files and about what is kept of them.

    Args:
        options: The options.
        parsed: Their filter.
        stdin: Where standard input's bytes are read from; None is the process's own.

    Raises:
        FilterError: The filter cannot be applied while reading.
        UsageError: A name is unknown.
    """
    from omeviz.load_steps import LoadOptions

    keep = None
    if options.keep_only or options.record_type is not None:
        from omeviz.keep import keep_of

        keep = keep_of(parsed if options.keep_only else None, options.record_type)
    return LoadOptions(
        options.encoding,
        options.delimiter,
        options.dates,
        stdin,
        careful=options.careful,
        container=options.container,
        any_size=options.no_size_limit,
        keep=keep,
    ).checked()


def check(options: argparse.Namespace) -> None:
    """What can be known to be wrong before anything is read; no file at all means standard input.

    Raises:
        UsageError: What is wrong.
    """
    if options.verify is not None:
        _check_verify(options)
        return
    if not options.files:
        if sys.stdin is None or sys.stdin.isatty():
            raise UsageError("no file was named.", "omeviz FILE opens one; omeviz --help lists the options.")
        options.files = ["-"]
    if options.files.count("-") > 1:
        raise UsageError("standard input can be read only once.", "Name - once.")
    if options.count and options.export == "-":
        raise UsageError("--count and --export - both write to standard output.", "Give the export a path.")
    if options.keep_only and not options.filter.strip():
        raise UsageError("--keep-only needs a filter.", "Add --filter TEXT; --record-type NAME needs no --keep-only.")
    if options.check:
        _check_check(options)
        return
    for name in _OF_AN_EXPORT:
        if getattr(options, name) not in (None, False) and options.export is None:
            raise UsageError(f"{_option(name)} says something about an export.", "Add --export PATH.")
    if options.manifest and options.export == "-":
        raise UsageError("--manifest writes beside the export, and standard output is no file.", "Export to a file.")
    if options.redact_secret is not None and not options.redact:
        raise UsageError("--redact-secret says something about a redaction.", "Add --redact.")


def _check_verify(options: argparse.Namespace) -> None:
    """`--verify` stands alone."""
    if options.files or options.count or options.check or options.export is not None:
        raise UsageError("--verify checks a manifest and reads nothing else.", "Name the manifest only.")
    _check_report(options, "--verify")


def _check_check(options: argparse.Namespace) -> None:
    """`--check` looks at whole files and writes nothing but its report."""
    if options.filter.strip():
        raise UsageError("--check looks at whole files, not at what a filter leaves.", "Leave --filter out.")
    if options.record_type is not None:
        raise UsageError("--check looks at whole files, not at what is kept of them.", "Leave --record-type out.")
    if options.count or options.export is not None:
        raise UsageError("--check writes a report and nothing else.", "Count or export in a run of its own.")
    _check_report(options, "--check")


def _check_report(options: argparse.Namespace, name: str) -> None:
    """What goes with a report: no option of an export but its format, which is text or JSON."""
    for other in _OF_AN_EXPORT:
        if other != "format" and getattr(options, other) not in (None, False):
            raise UsageError(f"{_option(other)} says something about an export.", "Leave it out.")
    if options.format not in (None, "text", "json"):
        raise UsageError(f'{name} has no format "{options.format}".', "Formats are text and json.")


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"
