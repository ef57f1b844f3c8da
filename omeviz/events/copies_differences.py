"""Whether copies of one event say different things, and which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from omeviz.events.copies_canonical import ODATA_TYPE, Leaf, Leaves, Path, leaves_of, same
from omeviz.events.json_text import NotJson, Pairs, parse_pairs
from omeviz.events.wording import shortened

MOST_FIELDS = 12
"""Differing fields told in words; how many more there are is said."""
MOST_PLACES = 3
"""Places told for each value."""

_WHOLE_RECORD: Path = ("auditdata",)


@dataclass(frozen=True, slots=True)
class Told:
    """What one copy says.

    Attributes:
        place: Where it stands: `a.csv line 5`.
        audit: AuditData's text; None where there is none.
        cells: (column name, cell) where the row itself is the record; else None.
    """

    place: str
    audit: str | None
    cells: tuple[tuple[str, str], ...] | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """One field in which copies differ.

    Attributes:
        name: Its path as written.
        values: (value as written, or empty where it is absent; the places that say so), the first copy's first.
    """

    name: str
    values: tuple[tuple[str, tuple[str, ...]], ...]

    def __str__(self) -> str:
        """In words: `AuthenticationStatus: 0 in a.csv line 5, 1 in b.csv line 9`."""
        said = [f"{shortened(value) if value else 'nothing'} in {_places(places)}" for value, places in self.values]
        return f"{self.name}: {', '.join(said)}"


def differ(first: Told, second: Told) -> bool:
    """Whether two copies contradict each other.

    A copy without AuditData says nothing that could differ. AuditData that is cut or no JSON object is its text, and
    so differs from a sound one.
    """
    if first.audit == second.audit and first.cells == second.cells:
        return False
    if not _comparable(first, second):
        return False
    if first.audit is not None and second.audit is not None and _quickly_same(first.audit, second.audit):
        return False
    return any(True for _ in _differing(_leaves(first), _leaves(second)))


def differences(copies: Sequence[Told]) -> list[Difference]:
    """The fields in which copies differ from the first of them, in the order of its record; empty: in none."""
    if not copies:
        return []
    said = [(copy.place, _leaves(copy)) for copy in copies if _comparable(copies[0], copy)]
    paths: dict[Path, None] = {}
    for _, leaves in said[1:]:
        paths |= dict.fromkeys(_differing(said[0][1], leaves))
    order = {path: number for number, path in enumerate(dict.fromkeys(path for _, leaves in said for path in leaves))}
    return [_difference(path, said) for path in sorted(paths, key=lambda path: order.get(path, 0))]


def in_words(found: Sequence[Difference]) -> str:
    """Differences as one sentence."""
    said = [str(difference) for difference in found[:MOST_FIELDS]]
    more = len(found) - MOST_FIELDS
    if more > 0:
        said.append(f"and {more:,} more field{'' if more == 1 else 's'}")
    return "; ".join(said)


def _comparable(first: Told, second: Told) -> bool:
    """Whether both say something of the same kind: AuditData, or cells that are the record."""
    if (first.cells is None) != (second.cells is None):
        return False
    return first.cells is not None or bool((first.audit or "").strip() and (second.audit or "").strip())


def _quickly_same(first: str, second: str) -> bool:
    """Whether the texts are the same but for blanks, the order of keys and `@odata.type`; False: that is not sure."""
    try:
        one, other = orjson.loads(first), orjson.loads(second)
        return isinstance(one, dict) and isinstance(other, dict) and _sorted(one, first) == _sorted(other, second)
    except (ValueError, TypeError):
        return False


def _sorted(record: dict[str, Any], text: str) -> bytes:
    """A record's bytes in a fixed form.

    Raises:
        ValueError: A key is repeated, or a number may have lost digits: only the text knows.
    """
    written = orjson.dumps(record, option=orjson.OPT_SORT_KEYS)
    if written.count(b'":') != text.count('":'):
        raise ValueError
    tags = [key for key in record if key.endswith(ODATA_TYPE)]
    if not tags:
        return written
    return orjson.dumps({key: record[key] for key in record if key not in tags}, option=orjson.OPT_SORT_KEYS)


def _leaves(copy: Told) -> Leaves:
    if copy.cells is not None:
        return leaves_of(Pairs(copy.cells))
    text = copy.audit or ""
    try:
        record = parse_pairs(text)
    except NotJson as error:
        kind = "cut" if error.cut else "no JSON"
        return {_WHOLE_RECORD: Leaf(text.strip(), "AuditData", f"{kind} ({error})")}
    if not isinstance(record, Pairs):
        return {_WHOLE_RECORD: Leaf(text.strip(), "AuditData", "no object")}
    return leaves_of(record)


def _differing(first: Leaves, second: Leaves) -> list[Path]:
    """The paths that contradict each other."""
    if (_WHOLE_RECORD in first) != (_WHOLE_RECORD in second):
        return [_WHOLE_RECORD]
    found = [
        path
        for path in dict.fromkeys((*first, *second))
        if path not in first or path not in second or not same(path[-1], first[path].text, second[path].text)
    ]
    lost = {path for leaves in (first, second) for path, leaf in leaves.items() if leaf.lost}
    if not lost:
        return found
    return [path for path in found if not any(path[:length] in lost for length in range(1, len(path) + 1))]


def _difference(path: Path, said: Sequence[tuple[str, Leaves]]) -> Difference:
    name = next((leaves[path].name for _, leaves in said if path in leaves), "AuditData")
    groups: dict[str, tuple[str, list[str]]] = {}
    for place, leaves in said:
        leaf = leaves.get(path)
        text, shown = ("", "") if leaf is None else (leaf.text, leaf.shown)
        if path == _WHOLE_RECORD and leaf is None:
            shown = "whole"
        groups.setdefault(text, (shown, []))[1].append(place)
    return Difference(name, tuple((shown, tuple(places)) for shown, places in groups.values()))


def _places(places: Sequence[str]) -> str:
    more = len(places) - MOST_PLACES
    listed = [*places[:MOST_PLACES], *([f"{more:,} more"] if more > 0 else [])]
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} and {listed[-1]}"
