"""The command line. Data goes to stdout, everything else to stderr; heavy modules are imported when needed."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from omeviz import __version__
from omeviz.errors import OmevizError, UsageError
from omeviz.text import visible

DONE, FAILED, USAGE, ATTENTION, INTERRUPTED = 0, 1, 2, 3, 130
"""Exit codes."""

_EPILOG = """\
examples:
  omeviz events.csv                                    open the explorer
  omeviz a.csv b.csv -f "status:failure method:OTP"    open it with a filter
  omeviz events.csv -f recipient:@example.org --count  count without a screen
  omeviz events.csv -f after:2023-03-01 -e march.csv   export without a screen
  omeviz - < events.csv                                read standard input

exit codes: 0 done; 1 an input or the output failed; 2 wrong usage; 130 interrupted
Press ? in the explorer for keys and the filter language."""


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
    query.add_argument("-f", "--filter", default="", metavar="TEXT", help="show, count or export only what matches")
    query.add_argument("--zone", default="UTC", metavar="ZONE", help="UTC (default), local or Area/City")
    output = parser.add_argument_group("without a screen")
    output.add_argument("--count", action="store_true", help="print the number of matching events")
    output.add_argument("-e", "--export", metavar="PATH", help="write the matching events; - is standard output")
    output.add_argument("--format", metavar="NAME", help="csv, jsonl or json, where PATH's ending does not tell")
    output.add_argument("--force", action="store_true", help="replace an existing file")
    output.add_argument("--sort", metavar="FIELDS", help="order of an export, for example recipient,-time")
    output.add_argument("--columns", metavar="FIELDS", help="columns of an export, for example time,recipient")
    output.add_argument("--limit", type=_natural, metavar="N", help="export the first N events at most")
    guesses = parser.add_argument_group("where a guess about a file is wrong")
    guesses.add_argument("--encoding", metavar="NAME", help="for example utf-8, utf-16, cp1252")
    guesses.add_argument("--delimiter", metavar="CHAR", help="for example ';' or tab")
    guesses.add_argument("--dates", metavar="ORDER", help="order of day and month: dmy, mdy or ymd")
    guesses.add_argument("--careful", action="store_true", help="read every row the careful, slower way")
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


def say(message: str) -> None:
    """One line on stderr, whatever it holds."""
    if sys.stderr is None:  # closed; print would take stdout instead
        return
    try:
        print(visible(message), file=sys.stderr, flush=True)
    except (OSError, ValueError):
        return


def main(arguments: Sequence[str] | None = None) -> int:
    """Run omeviz; returns the exit code."""
    _make_streams_robust()
    try:
        code = _run(sys.argv[1:] if arguments is None else arguments)
        if sys.stdout is not None:
            sys.stdout.flush()
        return code
    except OmevizError as error:
        say(f"omeviz: {error}")
        _flush_stdout()
        return USAGE if isinstance(error, UsageError) else FAILED
    except BrokenPipeError:
        _forget_stdout()
        return DONE
    except OSError as error:
        _forget_stdout()
        say(f"omeviz: standard output cannot be written: {error.strerror or error}.")
        return FAILED
    except KeyboardInterrupt:
        _forget_stdout()
        return INTERRUPTED


def _make_streams_robust() -> None:
    """What a terminal's encoding lacks is escaped, not a crash."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _flush_stdout() -> None:
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError:
        _forget_stdout()


def _forget_stdout() -> None:
    """What stdout still holds cannot be written: keep the interpreter from trying, and complaining, at exit."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        return


def _run(arguments: Sequence[str]) -> int:
    parser = build_parser()
    options = parser.parse_args(joined_values(arguments, parser))
    for name, value in vars(options).items():
        if value == [] and name != "files":  # argparse loses a value of two dashes
            raise UsageError(f"-- is no value for --{name}.", "omeviz --help lists the options.")
    if options.help:
        print(parser.format_help(), end="")
        return DONE
    if options.version:
        print(f"omeviz {__version__}")
        return DONE
    _check(options)
    if options.count or options.export is not None:
        from omeviz.headless import run_headless

        return run_headless(options)
    return _explore(options)


def _check(options: argparse.Namespace) -> None:
    """What can be known to be wrong before anything is read."""
    if not options.files:
        if sys.stdin is None or sys.stdin.isatty():
            raise UsageError("no file was named.", "omeviz FILE opens one; omeviz --help lists the options.")
        options.files = ["-"]
    if options.files.count("-") > 1:
        raise UsageError("standard input can be read only once.", "Name - once.")
    if options.count and options.export == "-":
        raise UsageError("--count and --export - both write to standard output.", "Give the export a path.")
    for name in ("format", "columns", "sort", "limit", "force"):
        if getattr(options, name) not in (None, False) and options.export is None:
            raise UsageError(f"--{name} says something about an export.", "Add --export PATH.")


def _explore(options: argparse.Namespace) -> int:
    """Open the explorer."""
    if not all(
        stream is not None and stream.isatty() for stream in (sys.stdout, sys.stderr)
    ):  # textual draws on stderr
        raise UsageError("the explorer needs a terminal.", "Use --count or --export PATH where there is none.")
    from dataclasses import replace

    from omeviz.load import LoadOptions
    from omeviz.terminal import keyboard_beside_pipe
    from omeviz.zones import zone_named

    zone_named(options.zone)
    load_options = LoadOptions(options.encoding, options.delimiter, options.dates, careful=options.careful).checked()
    if not sys.stdin.isatty():
        load_options = replace(load_options, stdin=keyboard_beside_pipe())
    if options.filter.strip():
        from omeviz.query.parse import parse

        parse(options.filter, zone=zone_named(options.zone))
    gc.disable()  # starting makes many objects, all to stay; the explorer enables it again once it stands
    from omeviz.tui.app import run_explorer

    return run_explorer(options.files, load_options, options.filter, options.zone)
