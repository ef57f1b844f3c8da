"""A path to propose where somebody exports without having named one."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from itertools import count
from pathlib import Path

from omeviz.export.formats import FORMATS

_LONGEST_SOURCE = 60  # characters
_KEPT_OUT = re.compile(r"[^\w.+-]+")
_INPUT_SUFFIX = re.compile(r"(\.(csv|tsv|txt|jsonl?|ndjson|gz|bz2|xz|zst|zip|xlsx|xml))+$", re.IGNORECASE)


def default_path(source_names: Sequence[str], events: int, format_name: str, folder: Path) -> Path:
    """Where an export could go: `omeviz-export-<source>-<n>-events.csv`, a name that is not taken.

    Args:
        source_names: What the sources are called; the first one names the file.
        events: How many events will be written.
        format_name: A key of `FORMATS`.
        folder: Where to propose it.
    """
    stem = f"omeviz-export-{_source(source_names)}-{events}-events"
    suffix = FORMATS[format_name].suffixes[0]
    names = (f"{stem}{suffix}" if number == 1 else f"{stem}-{number}{suffix}" for number in count(1))
    return next(folder / name for name in names if not os.path.lexists(folder / name))


def _source(names: Sequence[str]) -> str:
    """The first source as part of a file name that every system takes and nobody has to quote."""
    first = re.split(r"[/\\]", names[0])[-1] if names else ""
    shown = _KEPT_OUT.sub("-", _INPUT_SUFFIX.sub("", first)).strip("-.")[:_LONGEST_SOURCE] or "audit"
    return f"{shown}-and-{len(names) - 1}-more" if len(names) > 1 else shown
