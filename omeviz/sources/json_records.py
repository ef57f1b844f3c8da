"""Where the audit record is in a JSON object, and what stands around it.

An object is a wrapper with AuditData (as text or as an object), the record itself, or an envelope of a SIEM with the
record inside. The record is kept as it is written; the wrapper's other keys become cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from omeviz.sources.headers import HeaderRules
from omeviz.sources.json_cells import cell_of, nested, slice_of
from omeviz.sources.json_scan import FAILURES, Repeated, members, scan_lenient, unquoted

Object: TypeAlias = "dict[str, Any] | Repeated"

_HOLDERS = ("o365audit", "o365.audit", "o365", "event", "log", "_source", "value", "result")
"""Keys under which a record is kept as an object where there is no AuditData, lower case, first one first.

Source: Elastic (Filebeat's o365 module and the o365audit input), Splunk. Those that hold it as text are known to the
rules.
"""

_SURE = frozenset({"o365audit", "o365.audit", "o365", "_source", "_raw", "event.original", "raweventdata"})
"""Holders that other objects do not have; the others count only where the object is not plainly a record itself."""

_INSIDE = {"event": "original", "log": "original", "o365": "audit"}
"""Holders that are objects with the record under one of their keys; what else they have is told by dotted names."""

_PAGES = frozenset(
    {"value", "hits", "records", "results", "result", "rows", "tables", "events", "items", "data", "logs"}
)
"""Keys under which whole lists of rows come, lower case."""

_DEEPEST = 4
_MOST_SHAPES = 4096
_TYPE = "RecordType"
_BEGINS_AS_OBJECT = re.compile(r'\s*+\{\s*+"([^"\\]{1,80})"\s*+:')


class Found(NamedTuple):
    """A record, or a wrapper that lost its own.

    Attributes:
        header: The wrapper's keys but AuditData's, in order.
        cells: Its values; None for null.
        audit: AuditData as written, or None.
        place: AuditData's place among the keys, or None where the object is the record.
        repeated: Keys that are written more than once, or in two spellings.
        is_row: The cells are the record, under names that a platform decorated; there is no AuditData.
    """

    header: tuple[str, ...]
    cells: Sequence[str | None]
    audit: str | None
    place: int | None
    repeated: tuple[str, ...] = ()
    is_row: bool = False


@dataclass(frozen=True, slots=True)
class _Shape:
    """What objects of some keys are.

    Attributes:
        audit: The key that holds AuditData, or None.
        header: The other keys.
        place: AuditData's place.
        holders: Keys that may hold the record, the best first.
        is_record: The object is the record where none of them does.
        is_row: It is, but a platform decorated its keys: they are read as the columns of a row.
        pages: Keys that may hold rows: those before the first that only a record has.
        following: The key behind AuditData's, or empty.
        plain: No two keys are the same but for case.
    """

    audit: str | None
    header: tuple[str, ...]
    place: int | None
    holders: tuple[str, ...]
    is_record: bool
    is_row: bool
    pages: tuple[str, ...]
    following: str
    plain: bool


_OFFICE_ACTIVITY = frozenset({"officeid", "timegenerated"})
_OF_RECORDS = frozenset({"id", "creationtime"})
"""Columns of Sentinel's table, whose id has a name of its own, and keys that its rows lack and records have."""

_QUERY = frozenset({"id", "status", "displayname"})
_OF_QUERIES = ("recordtypefilters", "operationfilters", "filterstartdatetime", "filterenddatetime", "keywordfilter")


def is_query(keys: Iterable[str]) -> bool:
    """Whether an object is a query of Microsoft Graph's audit log, which tells of the records and has none.

    Source: `auditLogQuery` of Microsoft Graph.
    """
    folded = {key.lower() for key in keys}
    return folded >= _QUERY and not folded.isdisjoint(_OF_QUERIES)


class Records:
    """Finds records in objects.

    Args:
        rules: What key names mean.

    Attributes:
        first_keys: The keys that records of this source begin with.
    """

    def __init__(self, rules: HeaderRules) -> None:
        self._rules = rules
        self._shapes: dict[tuple[str, ...], _Shape] = {}
        self._telling: dict[str, bool] = {}
        self._surely: dict[tuple[str, ...], bool] = {}
        self.first_keys: set[str] = set()

    def find(self, value: Object, text: str, depth: int = 0) -> Found | None:
        """The record in an object; None where there is none.

        Args:
            value: The object.
            text: The same as written, from its `{` to its `}`.
            depth: How many envelopes are around it.
        """
        if type(value) is dict:
            shape = self._shape(tuple(value))
            if not shape.holders and shape.audit is None and not shape.is_row:
                return Found((), (), text, None) if shape.is_record else None
            if shape.plain:
                return self._in_shape(value, text, shape, depth)
        return self._find_slowly(text, depth)

    def is_telling(self, key: str) -> bool:
        """Whether a key tells an event, or holds a record, so that its object is no page of them."""
        telling = self._telling.get(key)
        if telling is None:
            if len(self._telling) >= _MOST_SHAPES:
                self._telling.clear()
            telling = self._telling[key] = self._tells_event(key) or key.lower() in _SURE or self._rules.is_audit(key)
        return telling

    def _tells_event(self, key: str) -> bool:
        """Whether a key is a record's time, operation, user, id or type: beside a type it makes a header."""
        return self._rules.looks_like_header((key, _TYPE)) or key.lower() == _TYPE.lower()

    def is_page(self, value: Object, depth: int = 0) -> bool:
        """Whether an object is no row but holds rows: a page of results, whatever is told around them."""
        if isinstance(value, dict):
            pages = self._shape(tuple(value)).pages
            return bool(pages) and any(self.holds_rows(key, value[key], depth) for key in pages)
        for key, item in value:
            if self.is_telling(key):
                return False
            if self.holds_rows(key, item, depth):
                return True
        return False

    def holds_rows(self, key: str, value: Any, depth: int = 0) -> bool:
        """Whether the value of a page's key is rows, or a page itself."""
        named = key.lower() in _PAGES
        if isinstance(value, list) and type(value) is not Repeated:
            return named or (bool(value) and self.is_surely_record(value[0]))
        return named and depth < _DEEPEST and isinstance(value, (dict, Repeated)) and self.is_page(value, depth + 1)

    def is_surely_record(self, value: Any) -> bool:
        """Whether a value is an object with more of a record than the items of a record's own lists have (`Actor`)."""
        keys = tuple(_keys(value))
        surely = self._surely.get(keys)
        if surely is None:
            if len(self._surely) >= _MOST_SHAPES:
                self._surely.clear()
            surely = self._surely[keys] = self._rules.looks_like_header(keys)
        return surely

    def is_telling_record(self, value: Any) -> bool:
        """Whether a value is an object that is surely a record, or holds one under a key that tells it."""
        if self.is_surely_record(value):
            return True
        return isinstance(value, dict) and any(
            isinstance(item, str) and item.lstrip()[:1] == "{" and self.is_holder(key) for key, item in value.items()
        )

    def is_holder(self, key: str) -> bool:
        """Whether the text of a record may stand under this key."""
        return self._rules.is_audit(key) or key.lower() in _HOLDERS or bool(self._rules.embedding((key,)))

    def may_hold_rows(self, key: str) -> bool:
        """Whether a list under this key is rows, whatever is in it."""
        return key.lower() in _PAGES

    def _shape(self, keys: tuple[str, ...]) -> _Shape:
        shape = self._shapes.get(keys)
        if shape is None:
            if len(self._shapes) >= _MOST_SHAPES:
                self._shapes.clear()
            shape = self._shapes[keys] = self._new_shape(keys)
            if (shape.is_record or shape.audit is not None or shape.holders) and len(self.first_keys) < _MOST_SHAPES:
                self.first_keys.add(keys[0])
        return shape

    def _new_shape(self, keys: tuple[str, ...]) -> _Shape:
        by_folded = {key.lower(): key for key in keys}
        audits = [key for key in keys if self._rules.is_audit(key)]
        audit = audits[-1] if audits else None
        is_record = any(map(self._tells_event, keys)) and not is_query(keys)
        holders: list[str] = []
        if audit is None:
            named = [keys[place] for place, _ in self._rules.embedding(keys)]
            named += [by_folded[name] for name in _HOLDERS if name in by_folded]
            plainly = self._rules.holds_record(keys)
            holders = [key for key in dict.fromkeys(named) if not plainly or key.lower() in _SURE]
        pages: list[str] = []
        for key in keys:
            if self.is_telling(key):
                break
            pages.append(key)
        place = None if audit is None else keys.index(audit)
        return _Shape(
            audit,
            tuple(key for key in keys if key != audit),
            place,
            tuple(holders),
            is_record,
            audit is None and self._is_row(keys),
            tuple(pages),
            "" if place is None else (*keys, "")[place + 1],
            len(by_folded) == len(keys) and len(audits) < 2,
        )

    def _is_row(self, keys: tuple[str, ...]) -> bool:
        """Whether these are the columns of a table that is a record, which their plain names alone do not tell."""
        folded = {key.lower() for key in keys}
        if folded >= _OFFICE_ACTIVITY and folded.isdisjoint(_OF_RECORDS) and self._rules.holds_record(keys):
            return True
        plain = [key for key in keys if not self._rules.is_decorated(key)]
        return len(plain) < len(keys) and self._rules.holds_record(keys) and not self._rules.holds_record(plain)

    def _in_shape(self, value: dict[str, Any], text: str, shape: _Shape, depth: int) -> Found | None:
        if shape.audit is not None:
            inside = value[shape.audit]
            if type(inside) is not str and inside is not None:
                inside = slice_of(text, shape.audit, shape.following)
            return Found(shape.header, self._cells(value, shape.header, text), inside, shape.place)
        for holder in shape.holders:
            held = self._held(holder, value[holder], text, depth)
            if held is not None:
                header = tuple(key for key in value if key != holder)
                return _around(header, self._cells(value, header, text), held, tuple(value).index(holder))
        if shape.is_row:
            return Found(shape.header, self._cells(value, shape.header, text), None, None, is_row=True)
        return Found((), (), text, None) if shape.is_record else None

    def _held(self, holder: str, value: Any, text: str, depth: int) -> Found | None:
        """The record under a holder, if it is one."""
        if depth >= _DEEPEST:
            return None
        inside = _INSIDE.get(holder.lower())
        if type(value) is str:
            if inside is not None:
                return None
            return self.in_text(value, depth + 1)
        if not isinstance(value, (dict, Repeated)):
            return None
        own = slice_of(text, holder)
        if inside is None:
            return self.find(value, own, depth + 1)
        below = next((key for key in _keys(value) if key.lower() == inside), None)
        if below is None:
            return None
        parts = {member.key: own[member.start : member.stop] for member in members(own)}
        raw = parts.pop(below)
        if raw[0] == '"':
            held = self.in_text(unquoted(raw), depth + 1)
        else:
            held = self.find(_value(raw), raw, depth + 1) if raw[0] == "{" else None
        if held is None:
            return None
        return _around(
            tuple(f"{holder}.{key}" for key in parts), [cell_of(part) for part in parts.values()], held, held.place
        )

    def in_text(self, text: str, depth: int = 0) -> Found | None:
        """The record in a text that is JSON, or begins or ends with it."""
        inside = text if text[:1] == "{" else _json_part(text)
        if inside is None:
            return None
        value = _value(inside)
        if value:
            return self.find(value, inside, depth)
        begin = _BEGINS_AS_OBJECT.match(inside)  # cut: what is left of it can still be read
        cut = begin is not None and (self._rules.known_names([begin[1]]) > 0 or begin[1] in self.first_keys)
        return Found((), (), inside, None) if cut else None

    def _cells(self, value: dict[str, Any], header: tuple[str, ...], text: str) -> list[str | None]:
        cells = [value[key] for key in header]
        for place, cell in enumerate(cells):
            if type(cell) is not str and cell is not None:
                cells[place] = (
                    ("true" if cell else "false") if type(cell) is bool else nested(cell, text, header[place])
                )
        return cells

    def _find_slowly(self, text: str, depth: int) -> Found | None:
        """`find` where keys are repeated: the last one counts, the others become cells beside it."""
        found = [(member.key, text[member.start : member.stop]) for member in members(text)]
        groups: dict[str, list[tuple[str, str]]] = {}
        for key, raw in found:
            groups.setdefault(key.lower(), []).insert(0, (key, raw))
        last = {several[0][0]: several[0][1] for several in groups.values()}
        shape = self._shape(tuple(last))
        if shape.audit is None and not shape.holders and not shape.is_row:
            return Found((), (), text, None) if shape.is_record else None
        repeated = tuple(several[0][0] for several in groups.values() if len(several) > 1)
        held, holder = None, shape.audit
        if holder is None:
            for holder in shape.holders:
                raw = last[holder]
                held = self._held(holder, unquoted(raw) if raw[0] == '"' else _value(raw), text, depth)
                if held is not None:
                    break
            else:
                if shape.is_row:
                    written = [pair for several in groups.values() for pair in several]
                    cells = [cell_of(raw) for _, raw in written]
                    return Found(tuple(key for key, _ in written), cells, None, None, repeated, is_row=True)
                return Found((), (), text, None, repeated) if shape.is_record else None
        else:
            held = Found((), (), cell_of(last[holder], as_written=True), None)
        pairs = [pair for several in groups.values() for pair in several if pair != (holder, last[holder])]
        place = list(last).index(holder)
        return _around(tuple(key for key, _ in pairs), [cell_of(raw) for _, raw in pairs], held, place, repeated)


def _around(
    header: tuple[str, ...], cells: Sequence[str | None], held: Found, place: int | None, repeated: tuple[str, ...] = ()
) -> Found:
    """A record with the envelope that was around it."""
    names, values = header + held.header, [*cells, *held.cells]
    return Found(names, values, held.audit, None if held.is_row else place, repeated + held.repeated, held.is_row)


def _keys(value: Any) -> Iterable[str]:
    if type(value) is dict:
        return value
    return [key for key, _ in value] if type(value) is Repeated else ()


def _value(text: str) -> Any:
    """The object a text is, or an empty one."""
    try:
        value, end = scan_lenient(text, len(text) - len(text.lstrip()))
    except FAILURES:
        return {}
    return value if isinstance(value, (dict, Repeated)) and not text[end:].strip() else {}


def _json_part(text: str) -> str | None:
    """The object inside a text that has more around it: a syslog header, or the cells of a CSV line."""
    start, stop = text.find("{"), text.rfind("}") + 1
    if start < 0:
        return None
    inside = text[start:stop] if stop > start else text[start:]
    if inside.startswith('{""'):
        inside = inside.replace('""', '"')
    return inside if _BEGINS_AS_OBJECT.match(inside) else None
