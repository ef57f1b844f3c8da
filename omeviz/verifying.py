"""`--verify`: whether an export and its sources are what a manifest says, one line each."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from omeviz.cli import ATTENTION, DONE
from omeviz.errors import ExportError
from omeviz.provenance.verify import Item, needs_attention, verify
from omeviz.text import visible


def run_verify(options: argparse.Namespace) -> int:
    """Check a manifest and print what was found; returns the exit code.

    Raises:
        SourceError: The manifest cannot be read, or is none.
        ExportError: Standard output is closed.
    """
    if sys.stdout is None:
        raise ExportError("standard output is closed.", "Give it a pipe, a file or a terminal.")
    items = verify(Path(options.verify))
    text = as_json(options.verify, items) if options.format == "json" else as_text(items)
    sys.stdout.write(text)
    return ATTENTION if needs_attention(items) else DONE


def as_text(items: Sequence[Item]) -> str:
    """One line an item: status, what it is, its name, more."""
    return "".join(
        f"{item.status:<9}  {item.what:<7}  {visible(item.name)}{f': {visible(item.detail)}' if item.detail else ''}\n"
        for item in items
    )


def as_json(manifest: str, items: Sequence[Item]) -> str:
    """One object, ASCII, so that no name in it acts on a terminal."""
    listed = [
        {"item": item.what, "name": item.name, "status": item.status, "detail": item.detail or None} for item in items
    ]
    return json.dumps({"manifest": manifest, "ok": not needs_attention(items), "items": listed}, indent=2) + "\n"
