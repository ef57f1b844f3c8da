"""The command line. Data goes to stdout, everything else to stderr; heavy modules are imported when needed."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from omeviz import __version__
from omeviz.cli_options import check, load_options, parsed_options
from omeviz.errors import OmevizError, UsageError
from omeviz.garbage import held
from omeviz.text import visible

if TYPE_CHECKING:
    from omeviz.query.tree import Filter

DONE, FAILED, USAGE, ATTENTION, INTERRUPTED = 0, 1, 2, 3, 130
"""Exit codes."""


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
    options, parser = parsed_options(arguments)
    if options.help:
        print(parser.format_help(), end="")
        return DONE
    if options.version:
        print(f"omeviz {__version__}")
        return DONE
    check(options)
    if options.verify is not None:
        from omeviz.verifying import run_verify

        return run_verify(options)
    if options.check:
        from omeviz.checking import run_check

        return run_check(options)
    if options.count or options.export is not None:
        from omeviz.headless import run_headless

        return run_headless(options)
    return _explore(options)


def _explore(options: argparse.Namespace) -> int:
    """Open the explorer."""
    if not all(
        stream is not None and stream.isatty() for stream in (sys.stdout, sys.stderr)
    ):  # textual draws on stderr
        raise UsageError("the explorer needs a terminal.", "Use --count or --export PATH where there is none.")
    from dataclasses import replace

    from omeviz.terminal import keyboard_beside_pipe
    from omeviz.zones import zone_named

    zone_named(options.zone)
    parsed: Filter | None = None
    if options.filter.strip():
        from omeviz.query.parse import parse

        parsed = parse(options.filter, zone=zone_named(options.zone))
    given = load_options(options, parsed)
    if not sys.stdin.isatty():
        given = replace(given, stdin=keyboard_beside_pipe())
    with held():
        from omeviz.load import Loader
        from omeviz.tui.first_page import PATIENCE, BegunLoader, can_begin, shown_early

        loader = Loader(options.files, given)
        begun = BegunLoader(loader) if can_begin(options.files) else None
        if begun is not None:
            begun.wait(PATIENCE)
        page = begun.first if begun is not None and not options.filter.strip() else None
        with shown_early(page, zone_named(options.zone), options.zone) as before:
            from omeviz.tui.app import run_explorer

            portal = not options.filter_given and options.record_type is None
            return run_explorer(begun or loader, options.filter, options.zone, before=before, portal=portal)
