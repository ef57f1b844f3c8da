"""What can be saved of a JSON record that is damaged."""

from __future__ import annotations

import re
from collections.abc import Callable

from omeviz.sources.headers import HeaderRules
from omeviz.sources.json_records import Found, Records
from omeviz.sources.json_scan import STRING, unescaped, unquoted, value_end

_MOST = 1 << 20
_KEY = re.compile(r'"([A-Za-z0-9_.@ \[\]-]{1,80})"\s*+:\s*+')
_SIMPLE = re.compile(rf'{STRING}|[^\s,{{}}\[\]":]++', re.DOTALL)
_END_OF_TEXT = re.compile(r'[}\]]"\s*+(?=[,}\]]|\Z)')
_IDS = frozenset({"id"})
"""Names that lists inside of a record use too, for something else: they are not taken from anywhere."""


def salvage(text: str, rules: HeaderRules, records: Records, sound_json: Callable[[str], bool]) -> Found | None:
    """The record in a damaged object; None where it tells nothing.

    What can still be read of its wrapper, or of the record where there is no wrapper, becomes cells.

    Args:
        text: From where it begins to where the next one does.
        rules: What key names mean.
        records: What tells an event.
        sound_json: Whether a text is JSON.
    """
    text = text[:_MOST]
    keys = list(_KEY.finditer(text))
    audit = next((key for key in keys if rules.is_audit(key[1])), None)
    if audit is not None:
        inside, end = _audit(text, audit.end(), sound_json)
        around = [key for key in keys if key.end() <= audit.start() or key.start() >= end]
        header, cells = _simple(text, around, rules, frozenset())
        return Found(header, cells, inside, sum(key.start() < audit.start() for key in around))
    if not any(records.is_telling(key[1]) for key in keys):
        return None
    header, cells = _simple(text, keys, rules, _IDS)
    return Found(header, cells, text if text[0] == "{" else None, len(header))


def _audit(text: str, start: int, sound_json: Callable[[str], bool]) -> tuple[str | None, int]:
    """AuditData whose value begins here, and where that ends."""
    if text.startswith("null", start):
        return None, start + 4
    if text[start : start + 1] != '"':
        end = value_end(text, start) or len(text)
        return text[start:end], end
    end = value_end(text, start) or len(text)
    inside = unquoted(text[start:end])
    if not sound_json(inside):  # a quote inside is not escaped, or one at the end is lost
        longer = _END_OF_TEXT.search(text, start)
        if longer is not None and longer.end() > end:
            end = longer.end()
            inside = unescaped(text[start + 1 : longer.start() + 1])
    return inside, end


def _simple(
    text: str, keys: list[re.Match[str]], rules: HeaderRules, without: frozenset[str]
) -> tuple[tuple[str, ...], list[str | None]]:
    """The first value of each known name, where it is a text, a number or a word."""
    found: dict[str, tuple[str, str | None]] = {}
    for key in keys:
        name = key[1].lower()
        value = _SIMPLE.match(text, key.end())
        if value is None or name in found or name in without or not rules.known_names([name]):
            continue
        cell = value[0]
        found[name] = key[1], None if cell == "null" else unquoted(cell) if cell[0] == '"' else cell
    return tuple(name for name, _ in found.values()), [cell for _, cell in found.values()]
