"""`Format-Table` output, which looks like data and is none: its columns are cut to the width of a screen."""

from __future__ import annotations

import re

from omeviz.sources.list_recognise import is_known

TABLE = (
    "Format-Table text, whose columns PowerShell has cut to the width of a screen",
    "Run the search again with `| Export-Csv FILE.csv` or `| ConvertTo-Json -Depth 10` in place of Format-Table.",
)
"""What it is, and the remedy."""

_DASHES = re.compile(r"[ \t]*-+(?:[ \t]+-+)*[ \t\r]*\Z")
_GROUP = re.compile("-+")
_LONGEST_LINE = 20_000
_MOST_BEFORE = 3


def looks_like_table(sample: str) -> bool:
    """Whether a text has a header with a line of dashes under each name, as long as the name.

    Two names of an audit export are needed, or two of any kind where the table stands at the beginning.
    """
    above: list[str] = []  # the last lines that are not empty
    seen = 0
    for line in sample.removeprefix("\ufeff").split("\n"):
        if not line.strip():
            continue
        if above and "-" in line[:200] and len(line) < _LONGEST_LINE and _DASHES.match(line):
            names = _names(above[-1], line)
            if sum(map(is_known, names)) >= min(2, len(names)) and any(map(is_known, names)):
                return True
            if len(names) >= 2 and seen <= _MOST_BEFORE:
                return True
        above = [line]
        seen += 1
    return False


def _names(header: str, dashes: str) -> list[str]:
    """The names that stand exactly above the dashes; none where anything else stands there."""
    if len(header) >= _LONGEST_LINE:
        return []
    names: list[str] = []
    end = 0
    for group in _GROUP.finditer(dashes):
        name = header[group.start() : group.end()]
        if len(name) < len(group[0]) or name != name.strip() or header[end : group.start()].strip():
            return []
        names.append(name)
        end = group.end()
    return [] if header[end:].strip() or not any(name.strip("-") for name in names) else names
