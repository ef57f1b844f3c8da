"""Conditions on AuditData by path: `data.OperationProperties.MailSubject:x`, `UserAgent:x`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from omeviz.events.json_text import NotJson, Pairs, parse_pairs, recover, scalar_text
from omeviz.events.json_text import Value as JsonValue
from omeviz.events.wrapper import schema_name
from omeviz.query.block import Block
from omeviz.query.escape_codes import escape_expression
from omeviz.query.match import any_found, expressions, nothing
from omeviz.query.scan import storable
from omeviz.query.tree import Value

_LONGEST = 5_000

_NAMES = ("name", "key")
"""What the entry of a name/value list calls its name (`{"Name": …, "Value": …}`)."""


class DataMatcher:
    """Values at a path against any of several values; without values: present and not empty."""

    def __init__(self, path: tuple[str, ...], given: Sequence[Value] | None, operator: str = ":") -> None:
        # Every step and one of the values is written in the record, in some case, or has an escape in it.
        self.path = tuple(step.lower() for step in path)
        self.patterns = None if given is None else expressions(given, "equals" if operator == "=" else "contains")
        self.needed = [needed for step in path if (needed := escape_expression(step)) is not None]
        if given is not None and (needed := _any_of(given)) is not None:
            self.needed.append(needed)

    def __call__(self, block: Block) -> pl.Series:
        """Which rows match."""
        found = self._in_cells(block) if block.part.row_is_record and len(self.path) == 1 else nothing(block.height)
        audit = block.column("audit")
        candidates = audit.is_not_null()
        for needed in self.needed:
            candidates &= any_found(audit, [needed])
        rows = candidates.arg_true()
        if not len(rows):
            return found
        return found | found.scatter(rows, self._among(audit.gather(rows)))

    def _among(self, audit: pl.Series) -> pl.Series:
        owners: list[int] = []
        texts: list[str] = []
        for row, text in enumerate(audit):
            for value in at_path(_decoded(text), self.path):
                said = _present(value) if self.patterns is None else _scalar(value)
                if said is not None:
                    owners.append(row)
                    texts.append(said)
        found = nothing(len(audit))
        pairs = pl.DataFrame({"row": pl.Series(owners, dtype=pl.UInt32), "text": pl.Series(texts, dtype=pl.String)})
        if self.patterns is not None:
            pairs = pairs.filter(any_found(pairs.get_column("text"), self.patterns))
        rows = pairs.get_column("row").unique()
        return found.scatter(rows, True) if len(rows) else found

    def _in_cells(self, block: Block) -> pl.Series:
        """The wrapper's cells, where the row itself is the record."""
        found = nothing(block.height)
        for index, name in enumerate(block.part.header):
            if self.path[0] in (name.strip().lower(), schema_name(name)):
                cells = block.cells(index).cast(pl.String)
                if self.patterns is None:
                    found |= (cells.str.len_bytes() > 0).fill_null(False)
                else:
                    found |= any_found(cells, self.patterns)
        return found


def at_path(value: JsonValue, path: tuple[str, ...]) -> Iterator[JsonValue]:
    """Every value at a path of lower-case names; lists are entered at any place, the last one too.

    In a name/value list (`{"Name": "MailSubject", "Value": "x"}`) a value is also reached by its name.
    """
    if isinstance(value, list):
        for item in _entries(value):
            yield from at_path(item, path)
    elif not path:
        yield value
    elif isinstance(value, Pairs):
        for key, inner in value:
            if key.lower() == path[0]:
                yield from at_path(inner, path[1:])
        if any(k.lower() in _NAMES and isinstance(v, str) and v.lower() == path[0] for k, v in value):
            for key, inner in value:
                if key.lower() == "value":
                    yield from at_path(inner, path[1:])


def _entries(value: list[JsonValue]) -> Iterator[JsonValue]:
    """The entries of a list, those of lists within it included."""
    stack = list(reversed(value))
    while stack:
        item = stack.pop()
        if isinstance(item, list):
            stack.extend(reversed(item))
        else:
            yield item


def _any_of(given: Sequence[Value]) -> str | None:
    """What the raw text must hold for any of the values; None where nothing quick can be said."""
    needed: list[str] = []
    for value in (each for one in given for each in one.each):
        text = max(value.text.split("*"), key=len) if value.kind == "wild" else value.text
        prefilter = escape_expression(text) if text and value.kind != "regex" else None
        if prefilter is None or sum(map(len, needed)) > _LONGEST:
            return None
        needed.append(prefilter)
    return "|".join(needed)


def _decoded(text: str) -> JsonValue:
    try:
        return parse_pairs(text)
    except NotJson:
        return recover(text)


def _scalar(value: JsonValue) -> str | None:
    """The text of a scalar; null and objects have none."""
    return None if value is None or isinstance(value, Pairs) else storable(scalar_text(value))


def _present(value: JsonValue) -> str | None:
    return None if value is None or value == "" or (isinstance(value, Pairs) and not value) else ""
