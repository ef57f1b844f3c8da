"""One record redacted: its AuditData, the cells of its wrapper, and its decoded values, all by the same rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from omeviz.events.json_text import NotJson, Number, Pairs, Value, compact, parse_pairs, scalar_text
from omeviz.export.redact.kinds import COLUMN_KINDS, HARMLESS, Kind, is_named_exactly, kind_of
from omeviz.export.redact.patterns import places, replaced
from omeviz.export.redact.stand_ins import DAMAGED, LEFT_OUT, StandIns, parsed_ip
from omeviz.export.redact.vocabulary import SHORTEST, Vocabulary

_DEEPEST = 150
"""Objects, lists and JSON texts inside each other; what is deeper is one text of unknown kind."""

_SCHEMA_WORD = re.compile(r"[#@]?[A-Za-z][A-Za-z0-9]*(?:[._:/#+-][A-Za-z0-9]+){0,11}|-?\d{1,9}(?:\.0)?")
_SCHEMA_KEY = re.compile(r"[@_]?[A-Za-z][A-Za-z0-9]*(?:[_.#:-][A-Za-z0-9]+){0,5}", re.ASCII)
_LIKE_TIME = re.compile(r"(?:[\s\d:./,()+\\-]|Date|UTC|GMT|[TZ]|[AP]M)*+", re.IGNORECASE)
_ISO_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z?", re.ASCII)
_SHALLOW_PAIR = re.compile(r"@\{\s*Name=([^;]*+);\s*Value=(.*)\}", re.DOTALL | re.IGNORECASE)
_NAME_KEYS = frozenset({"name", "key", "propertyname", "parametername"})
_VALUE_KEYS = frozenset({"value", "newvalue", "oldvalue"})
_MAY_BE_JSON = frozenset({*HARMLESS, Kind.PROPERTIES, Kind.USER})
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class RecordRedaction:
    """Redacts what belongs to one record.

    Args:
        stand_ins: Makes the stand-ins.
        shared: Gives the values that are sensitive anywhere in the session; asked only when a text needs it.
        columns: The record's decoded values by column.
        audit: Its AuditData as in the source.
        damaged: Its row is damaged: anything may be in its cells.

    Of a damaged record, and of one whose AuditData cannot be read, nobody knows which of its texts are sensitive:
    there, only what is as its column's name says stays.
    """

    def __init__(
        self,
        stand_ins: StandIns,
        shared: Callable[[], Vocabulary],
        columns: Mapping[str, str | Sequence[str] | None],
        audit: str | None,
        *,
        damaged: bool = False,
    ) -> None:
        self._stand_ins = stand_ins
        self._shared = shared
        self._columns = columns
        self._audit_text = audit
        self._tree: Pairs | None = None
        if audit is not None and not audit.isspace():
            try:
                tree = parse_pairs(audit)
            except NotJson:
                tree = None
            self._tree = tree if isinstance(tree, Pairs) else None
        unreadable = self._tree is None and audit is not None and bool(audit.strip())
        self._damaged = damaged or unreadable
        self._own: tuple[Vocabulary, tuple[str, ...]] | None = None

    def audit(self) -> str | None:
        """AuditData key for key, written compactly; what is no JSON object is left out."""
        text = self._audit_text
        if text is None or not text or text.isspace():
            return text
        if self._tree is None:
            return LEFT_OUT
        try:
            written = compact(self._value(self._tree, Kind.TEXT, 0))
        except RecursionError:
            return LEFT_OUT
        # Only JSON's escape can carry a lone surrogate; no file and no engine of columns can.
        return _LONE_SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", written)

    def column(self, name: str, text: str) -> str:
        """A decoded value."""
        return self._cell(text, COLUMN_KINDS.get(name, Kind.TEXT))

    def cells(self, names: Sequence[str], cells: Sequence[str | None]) -> list[str | None]:
        """A wrapper's cells, by the names of their columns."""
        return [
            None if cell is None else self._cell(cell, kind_of(name)) for name, cell in zip(names, cells, strict=True)
        ]

    def key(self, text: str) -> str:
        """A key or a column's name: those of a schema stay."""
        return text if _SCHEMA_KEY.fullmatch(text) or is_named_exactly(text) else self._text(text)

    def _cell(self, cell: str, kind: Kind) -> str:
        if not self._damaged or not cell.strip():
            return self._string(cell, kind, 0)
        if kind is Kind.PLAIN:
            return self._string(cell, kind, 0) if _SCHEMA_WORD.fullmatch(cell) else DAMAGED
        if kind is Kind.TIME:
            return self._string(cell, kind, 0) if _is_like_time(cell) else DAMAGED
        return DAMAGED if kind in HARMLESS or kind is Kind.PROPERTIES else self._stand_ins.whole(kind, cell)

    def _value(self, value: Value, kind: Kind, depth: int) -> Value:
        if isinstance(value, Pairs):
            return self._object(value, kind, depth) if depth < _DEEPEST else self._stand_ins.text(compact(value))
        if isinstance(value, list):
            if depth >= _DEEPEST:
                return self._stand_ins.text(compact(value))
            return [self._value(item, kind, depth + 1) for item in value]
        if isinstance(value, Number):
            return self._number(value, kind)
        return self._string(value, kind, depth) if isinstance(value, str) else value

    def _object(self, value: Pairs, inherited: Kind, depth: int) -> Pairs:
        pairs = []
        for key, kind, item in kinds_inside(value, inherited):
            if isinstance(item, Number) and not is_named_exactly(key) and kind not in (Kind.ID, Kind.IP):
                kind = Kind.TEXT  # a count of recipients is none of them
            pairs.append((self.key(key), self._value(item, kind, depth + 1)))
        return Pairs(pairs)

    def _number(self, value: Number, kind: Kind) -> Value:
        if kind in (Kind.PLAIN, Kind.TIME, Kind.NAME):
            return value
        if kind is not Kind.TEXT:
            return self._stand_ins.whole(kind, str(value))
        if len(value) >= SHORTEST and str(value) in self._values()[1]:
            return self._stand_ins.text(str(value))
        return value

    def _string(self, text: str, kind: Kind, depth: int) -> str:
        stripped = text.strip()
        if not stripped or stripped == "System.Object[]":
            return text
        if stripped[0] in "[{" and kind in _MAY_BE_JSON:
            inner = self._inner_json(stripped, kind, depth)
            if inner is not None:
                return self._stand_ins.text(text) if self._is_misread(stripped) else inner
        if "@{" in text and (kind in HARMLESS or kind is Kind.PROPERTIES):
            return self._shallow(text, depth)
        if kind not in HARMLESS:
            return self._stand_ins.whole(kind, text)
        if kind is Kind.NAME:
            return self.key(text)
        if (kind is Kind.PLAIN and text.isalpha()) or (kind is Kind.TIME and _ISO_TIME.fullmatch(text)):
            return text
        if (kind is Kind.TIME and _is_like_time(text)) or (kind is Kind.PLAIN and _SCHEMA_WORD.fullmatch(stripped)):
            return replaced(text, places(text, self._stand_ins), self._stand_ins)
        return self._text(text)

    def _shallow(self, text: str, depth: int) -> str:
        """What PowerShell leaves of an object that is nested too deeply for it."""
        pair = _SHALLOW_PAIR.fullmatch(text.strip())
        if pair is None or depth >= _DEEPEST:
            return self._stand_ins.text(text)
        value = self._string(pair[2], kind_of(pair[1]), depth + 1)
        return f"@{{Name={self.key(pair[1].strip())}; Value={value}}}"

    def _inner_json(self, text: str, kind: Kind, depth: int) -> str | None:
        """JSON inside a text; None where it is to be taken as the text it is."""
        try:
            inner = parse_pairs(text)
        except NotJson:
            # Cut JSON still says which of its values are what; but nobody can tell where they end.
            looks_cut = kind is not Kind.USER and re.match(r'[\[{]+\s*["{\[]', text)
            return self._stand_ins.text(text) if looks_cut else None
        if kind is Kind.USER and not (isinstance(inner, list) and all(isinstance(item, str) for item in inner)):
            return None
        return compact(self._value(inner, kind, depth + 1)) if depth < _DEEPEST else self._stand_ins.text(text)

    def _is_misread(self, text: str) -> bool:
        """Whether a known value stands in JSON as it is, with a backslash that JSON takes for an escape."""
        if "\\" not in text:
            return False
        found = self._values()[0].places(text, self._stand_ins) + self._shared().places(text, self._stand_ins)
        return any("\\" in text[place.start : place.stop] for place in found)

    def _text(self, text: str) -> str:
        """A text of unknown kind: what is known or recognised in it is replaced."""
        if len(text) < SHORTEST and not any(sign.isalpha() for sign in text):
            return text
        own, values = self._values()
        found = own.places(text, self._stand_ins)
        found += self._shared().places(text, self._stand_ins)
        found += places(text, self._stand_ins)
        result = replaced(text, found, self._stand_ins)
        folded = result.casefold()
        if any(value in folded for value in values):
            return self._stand_ins.text(text)  # a value inside a word, or one of signs only
        return result

    def _values(self) -> tuple[Vocabulary, tuple[str, ...]]:
        """What is sensitive in this record, as a vocabulary, and folded where it is long enough to be looked for."""
        if self._own is None:
            own = Vocabulary()
            values: set[str] = set()
            for kind, value in self._sensitive():
                own.add(kind, value)
                values.add(value.strip().casefold())
            self._own = own, tuple(value for value in values if len(value) >= SHORTEST)
        return self._own

    def _sensitive(self) -> Iterator[tuple[Kind, str]]:
        for name, held in self._columns.items():
            kind = COLUMN_KINDS.get("recipient" if name == "recipients" else name, Kind.TEXT)
            if held is not None and kind not in HARMLESS:
                yield from ((kind, text) for text in ([held] if isinstance(held, str) else held))
        if self._tree is not None:
            yield from sensitive_in(self._tree)


def kinds_inside(value: Pairs, inherited: Kind) -> Iterator[tuple[str, Kind, Value]]:
    """The pairs of an object with what their values are.

    In `{"Name": "MailSubject", "Value": …}` the name says it. An object under a sensitive key inherits: everything
    in a `Recipient` that is an object is the recipient's.
    """
    names = {key.lower() for key, _ in value}
    described = Kind.TEXT
    is_pair = bool(names & _VALUE_KEYS) and bool(names & _NAME_KEYS)
    if is_pair:
        for key, item in value:
            if key.lower() in _NAME_KEYS and isinstance(item, str):
                described = kind_of(item)
    if inherited is Kind.PROPERTIES or inherited in HARMLESS:
        inherited = Kind.TEXT
    for key, item in value:
        kind = kind_of(key)
        if is_pair and key.lower() in _VALUE_KEYS:
            kind = described
        elif is_pair and key.lower() in _NAME_KEYS:
            kind = Kind.NAME
        yield key, inherited if kind is Kind.TEXT else kind, item


def sensitive_in(tree: Pairs) -> Iterator[tuple[Kind, str]]:
    """The sensitive texts of an object, at any depth."""
    stack: list[tuple[Kind, Value]] = [(Kind.TEXT, tree)]
    while stack:
        kind, value = stack.pop()
        if isinstance(value, Pairs):
            stack.extend((inner_kind, item) for _, inner_kind, item in kinds_inside(value, kind))
        elif isinstance(value, list):
            stack.extend((kind, item) for item in value)
        elif isinstance(value, str) and kind not in HARMLESS:
            yield kind, scalar_text(value)


def _is_like_time(text: str) -> bool:
    return len(text) <= 64 and _LIKE_TIME.fullmatch(text) is not None and parsed_ip(text) is None
