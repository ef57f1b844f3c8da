"""The shape of an AuditData text: which keys, in which order, with what between them; only the values vary.

Exports repeat a few shapes a million times. A text that equals its shape with values put in is proven to be that
JSON: its keys are known, none is repeated, every value has a known kind. So one comparison replaces parsing.

Texts are looked at as they stand in their line (in a CSV with every quote doubled), cut into pieces at each quote.
Where a quote is written with a mark before it, the mark ends a piece.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from json.decoder import scanstring  # type: ignore[attr-defined]  # public in practice, missing from the stubs
from typing import Literal

from omeviz.events.careful import SLOTS, audit_keys
from omeviz.events.json_text import NotJson, Pairs, parse_pairs, plain, repeated_keys
from omeviz.events.values import subject_of

MAX_PIECES = 400
"""Quotes of a line beyond which a shape is not worth it."""

_NUMBER = re.compile(r"(?:0|[1-9][0-9]{0,14})(?=[,}\]\s])", re.ASCII)
_BLANKS = re.compile(r"[ \t\r\n]*")
_LITERALS = ("true", "false", "null")
_TEXT_SLOTS = frozenset(SLOTS) - {"auth", "operationstatus", "type"}
ENVELOPES = frozenset(
    {"_raw", "_source", "auditdata", "event", "event.original", "hits", "log", "message", "o365", "o365.audit"}
    | {"o365audit", "payload", "raweventdata", "records", "result", "results", "rows", "tables", "value"}
)
"""Keys under which another record may stand, lower case: what they hold must be looked at each time."""

_NEEDED = ("time", "operation", "user", "id", "type")


@dataclass(frozen=True, slots=True)
class Variable:
    """A value that varies.

    Attributes:
        slot: The column it fills, or None.
        kind: `text` or `number`.
        first: The first piece it stands in.
        last: The last; a text with escaped quotes spans several.
        before: What precedes it in its first piece.
        behind: What follows it in its last.
    """

    slot: str | None
    kind: Literal["text", "number"]
    first: int
    last: int
    before: str = ""
    behind: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """A shape.

    Attributes:
        pieces: The text as it stands in a line, cut at each quote: a constant, or the variable that stands there.
        variables: All variables in order.
        fixed: Columns that are filled by a constant: (name, the text as it stands in the JSON).
        cells: Wrapper cells that are constants too: (column, text).
        quote: How a quote of the text is written in its line: doubled in a CSV.
        slots: The columns that are filled by variables, by name.
    """

    pieces: tuple[str | Variable, ...]
    variables: tuple[Variable, ...]
    fixed: tuple[tuple[str, str], ...] = ()
    cells: tuple[tuple[int, str], ...] = ()
    quote: str = '""'

    @property
    def step(self) -> int:
        """Pieces from one of a text's own to the next."""
        return self.quote.count('"')

    @property
    def mark(self) -> str:
        """What stands before a quote, and belongs to it."""
        return self.quote.rstrip('"')

    @property
    def slots(self) -> dict[str, Variable]:
        """Column name -> its variable."""
        return {variable.slot: variable for variable in self.variables if variable.slot is not None}

    def fits(self, text: str) -> bool:
        """Whether a record is of this shape as far as a glance tells: between its values stands what should."""
        cut = text.replace('"', self.quote).split('"')
        return len(cut) == len(self.pieces) and all(
            found == piece
            if isinstance(piece, str)
            else found.startswith(piece.before) and found.endswith(piece.behind)
            for found, piece in zip(cut, self.pieces, strict=True)
        )


def specialised(shape: Shape, texts: Sequence[str], cells: Sequence[Sequence[str | None]]) -> Shape:
    """The shape with everything a constant that never varies in these records: fewer pieces need a look.

    Args:
        shape: A shape.
        texts: Records of it.
        cells: Their wrapper cells.
    """
    cut = [text.replace('"', shape.quote).split('"') for text in texts]
    pieces, variables, fixed = list(shape.pieces), list[Variable](), list[tuple[str, str]]()
    for variable in shape.variables:
        seen = {tuple(each[variable.first : variable.last + 1]) for each in cut}
        text = cut[0][variable.first]
        if len(seen) > 1 or variable.last > variable.first or "\\" in text:
            variables.append(variable)
            continue
        pieces[variable.first] = text
        if variable.slot is not None:
            fixed.append((variable.slot, text[len(variable.before) : len(text) - len(variable.behind)]))
    alike = [(column, seen) for column, seen in enumerate(map(set, zip(*cells, strict=True))) if len(seen) == 1]
    constant = tuple((column, text) for column, (text,) in alike if text is not None and '"' not in text)
    return Shape(tuple(pieces), tuple(variables), tuple(fixed), constant, shape.quote)


Segment = tuple[Literal["constant", "text", "number"], str, "str | None"]
"""Kind, the text as it stands in the JSON, and the column it fills."""


def shape_of(text: str, quote: str = '""') -> Shape | None:
    """The shape of a sound, plain record; None for one that only the careful path can do justice.

    Args:
        text: AuditData.
        quote: How a quote is written in its line.
    """
    if quote != '"' and ("\r" in text or "\n" in text):
        return None  # there it ends the line, or is written in another way
    try:
        pairs = parse_pairs(text)
    except NotJson:
        return None
    if not isinstance(pairs, Pairs) or repeated_keys(pairs):
        return None
    keys = audit_keys(tuple(key for key, _ in pairs))
    if keys is None or any(key.lower() in ENVELOPES for key, _ in pairs):
        return None
    slots = {key: slot for slot, key in zip(SLOTS, keys, strict=True) if key is not None}
    if not set(slots.values()).issuperset(_NEEDED):
        return None
    segments = list(_segments(text, slots))
    if not segments or segments[-1][0] != "constant" or "".join(part for _, part, _ in segments) != text:
        return None
    shape = _cut(segments, quote)
    filled = set(shape.slots)
    expected = set(slots.values())
    if subject_of(plain(pairs)[keys[SLOTS.index("subject")]] if "subject" in expected else None) is None:
        expected.discard("subject")
    tells_end = isinstance(shape.pieces[-1], str)
    return shape if expected <= filled and tells_end and len(shape.pieces) < MAX_PIECES else None


def _segments(text: str, slots: dict[str, str]) -> Iterator[Segment]:
    """A top-level object as constants and values; nothing where it holds something unusual."""
    done = 0
    position = _skip(text, text.find("{") + 1)
    while text[position : position + 1] == '"':
        key, position = scanstring(text, position + 1)
        position = _skip(text, _skip(text, position) + 1)
        slot = slots.get(key)
        if slot == "subject":
            for start, stop in _subject_values(text, position):
                yield "constant", text[done:start], None
                yield "text", text[start:stop], "subject"
                done = stop
            position = _value_end(text, position)
        elif text[position] == '"':
            stop = scanstring(text, position + 1)[1] - 1
            yield "constant", text[done : position + 1], None
            yield "text", text[position + 1 : stop], slot
            done, position = stop, stop + 1
        elif number := _NUMBER.match(text, position):
            if slot in _TEXT_SLOTS:
                return
            yield "constant", text[done:position], None
            yield "number", number[0], slot
            done = position = number.end()
        else:
            if slot is not None:
                return
            position = _value_end(text, position)
        position = _skip(text, position)
        if text[position : position + 1] == ",":
            position = _skip(text, position + 1)
    yield "constant", text[done:], None


def _subject_values(text: str, position: int) -> list[tuple[int, int]]:
    """Where the first MailSubject's value stands in a list of `{Name, Value}`; the rest of the list is constant."""
    match = re.compile(
        r'\[\s*+(?:\{\s*+"Name"\s*+:\s*+"(?!MailSubject")[^"\\]*+"\s*+,\s*+"Value"\s*+:\s*+"[^"\\]*+"\s*+\}\s*+,\s*+)*+'
        r'\{\s*+"Name"\s*+:\s*+"MailSubject"\s*+,\s*+"Value"\s*+:\s*+"'
    ).match(text, position)
    if match is None:
        return []
    return [(match.end(), scanstring(text, match.end())[1] - 1)]


def _value_end(text: str, position: int) -> int:
    from json import JSONDecoder

    return JSONDecoder().raw_decode(text, position)[1]


def _skip(text: str, position: int) -> int:
    match = _BLANKS.match(text, position)
    return match.end() if match else position


def _cut(segments: list[Segment], quote: str) -> Shape:
    """Segments as they are written, cut at each quote."""
    pieces: list[str | Variable] = [""]
    variables: list[Variable] = []
    pending: tuple[str, str | None] | None = None  # a number's text before, and its column
    for kind, part, slot in segments:
        if kind == "constant":
            head, *rest = part.replace('"', quote).split('"')
            if pending is not None:
                variable = Variable(pending[1], "number", len(pieces) - 1, len(pieces) - 1, pending[0], head)
                pieces[-1] = variable
                variables.append(variable)
                pending = None
            else:
                pieces[-1] = f"{pieces[-1]}{head}" if isinstance(pieces[-1], str) else pieces[-1]
            pieces.extend(rest)
        elif kind == "number":
            before = pieces[-1]
            pending = (before if isinstance(before, str) else "", slot)
        else:
            inner = part.replace('"', quote).split('"')
            first = len(pieces) - 1
            variable = Variable(slot, "text", first, first + len(inner) - 1, behind=quote.rstrip('"'))
            step = quote.count('"')
            pieces[-1:] = [variable if index % step == 0 else "" for index in range(len(inner))]
            variables.append(variable)
    return Shape(tuple(pieces), tuple(variables), quote=quote)
