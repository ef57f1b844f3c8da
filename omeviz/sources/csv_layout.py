"""What one CSV looks like: its delimiter, its header, and how its records start."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from omeviz.sources.headers import HeaderRules

DELIMITERS = (",", ";", "\t", "|")
"""Tried first; any other sign between two known names is found too."""

HEADER_LINES = 64
"""Lines among which a header is looked for."""

_TYPE_LINE = re.compile(r'\ufeff?"?#TYPE\b')
_JSON_START = re.compile(r'"?\{\s*(?:""?|\})')
_CMDLET_TAIL = ("ResultIndex", "ResultCount", "Identity", "IsValid", "ObjectState")
_CMDLET_HEAD = ("RecordType", "CreationDate", "UserIds", "Operations", "AuditData")
_BY_POSITION: dict[tuple[int, int], tuple[str, ...]] = {
    (4, 10): (*_CMDLET_HEAD, *_CMDLET_TAIL),
    (7, 13): ("PSComputerName", "RunspaceId", "PSShowComputerName", *_CMDLET_HEAD, *_CMDLET_TAIL),
    (5, 8): (
        "RecordId",
        "CreationDate",
        "RecordType",
        "Operation",
        "UserId",
        "AuditData",
        "AssociatedAdminUnits",
        "AssociatedAdminUnitsNames",
    ),
    (3, 4): ("CreationDate", "UserIds", "Operations", "AuditData"),
    (12, 13): (
        *("id", "createdDateTime", "auditLogRecordType", "operation", "organizationId", "userType", "userId"),
        *("service", "objectId", "userPrincipalName", "clientIp", "administrativeUnits", "auditData"),
    ),
}
"""(position of AuditData, number of cells) -> the names of an export without a header (`-NoHeader`)."""

# What the first cells of a record look like; a damaged record may have lost or gained quotes around them.
_CLASSES: tuple[tuple[str, str], ...] = (
    ("empty", ""),
    ("guid", r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"),
    ("date", r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}[^\"\r\n]*?"),
    ("integer", r"-?\d+"),
    ("word", r"[A-Za-z][\w.-]*"),
    ("other", r"[^\"\r\n]*?"),
)
_SIGNATURE_CELLS = 3
_LEARNED_RECORDS = 64
_ROWS_ASKED = 16

csv.field_size_limit(2**31 - 1)  # a cell may hold megabytes; a C long on Windows has 32 bits


@dataclass(frozen=True, slots=True)
class Layout:
    """One CSV's columns, in force from its header to the next.

    Attributes:
        names: All column names in order.
        audit: Where AuditData stands among them, or None.
        delimiter: One character.
        has_header: The names were read from the file, not guessed by position.
        own: omeviz wrote the file: cells carry its guard against formulas.
        row_is_record: The rows themselves are the records.
        candidates: Columns that may hold the record as text, likeliest first; asked where AuditData's cell is blank.
        embedded: `audit` is one of them: its cells hold JSON, a line of the original CSV, or something else.
        holds_lines: They hold mostly lines.
    """

    names: tuple[str, ...]
    audit: int | None
    delimiter: str
    has_header: bool = True
    own: bool = False
    row_is_record: bool = False
    candidates: tuple[int, ...] = ()
    embedded: bool = False
    holds_lines: bool = False

    @property
    def wrapper_names(self) -> tuple[str, ...]:
        """The names without AuditData's."""
        return tuple(name for index, name in enumerate(self.names) if index != self.audit)


def layout_of(names: Sequence[str], delimiter: str, rules: HeaderRules, *, bom: bool = False) -> Layout:
    """The layout for a header row; `bom`: the file begins with a byte order mark."""
    own = rules.is_own(names, bom)
    others = [] if own else rules.embedding(names)
    by_name = [index for index, name in enumerate(names) if rules.is_audit(name)]
    audit = next(iter([*by_name, *(index for index, certain in others if certain)]), None)
    candidates = tuple(index for index, _ in others if index != audit)
    row_is_record = audit is None and rules.holds_record(names)
    return Layout(tuple(names), audit, delimiter, True, own, row_is_record, candidates)


def is_type_line(line: str) -> bool:
    """Whether this is the `#TYPE …` line that Windows PowerShell 5.1 writes."""
    return _TYPE_LINE.match(line) is not None


def says_nothing(line: str) -> bool:
    """Whether a line before the header is blank or the `#TYPE` line."""
    return is_type_line(line) or not line.strip("\ufeff \t\r\n,;|")


def split_line(line: str, delimiter: str) -> list[str]:
    """One line as cells, tolerantly; a quote left open ends with the line."""
    try:
        return next(csv.reader([line.rstrip("\r\n")], delimiter=delimiter), [])
    except csv.Error:
        return line.rstrip("\r\n").split(delimiter)


def guess_delimiter(line: str, rules: HeaderRules) -> str:
    """The delimiter of a header line: the one that parts most known names; a comma where there is no telling."""
    candidates = list(DELIMITERS)
    candidates += [sign for sign in dict.fromkeys(re.findall(r"[^\w\s\"'.\[\]()-]", line)) if sign not in candidates]
    counts = {sign: rules.known_names(split_line(line, sign)) for sign in candidates if sign in line}
    best = max(counts, key=lambda sign: counts[sign], default=",")
    return best if counts.get(best) else ","


def header_in(line: str, delimiter: str | None, rules: HeaderRules, *, bom: bool = False) -> Layout | None:
    """The layout if this line is a header of an audit export, else None."""
    line = line.lstrip("\ufeff")
    sign = delimiter or guess_delimiter(line, rules)
    names = _names_in(line, sign)
    return layout_of(names, sign, rules, bom=bom) if rules.looks_like_header(names) else None


def has_header(sample: str, delimiter: str | None, rules: HeaderRules) -> bool:
    """Whether a header of an audit export stands among the first lines of a text, before anything like a record."""
    for line in sample.split("\n", HEADER_LINES)[:HEADER_LINES]:
        if "{" in line:
            return False
        if rules.may_be_header(line) and header_in(line.rstrip("\r"), delimiter, rules) is not None:
            return True
    return False


def doubtful_header_in(line: str, delimiter: str | None, rules: HeaderRules) -> Layout | None:
    """The layout if this line names columns that may hold the record as text, which the rows must show; else None."""
    line = line.lstrip("\ufeff")
    sign = delimiter or guess_delimiter(line, rules)
    layout = layout_of(_names_in(line, sign), sign, rules)
    return layout if layout.candidates else None


def is_header_of(line: str, layout: Layout) -> bool:
    """Whether a line is the header of this layout again."""
    first = layout.names[0]
    return first in line[: len(first) + 3] and tuple(_names_in(line.lstrip("\ufeff"), layout.delimiter)) == layout.names


def _names_in(line: str, sign: str) -> list[str]:
    names = [name.strip() for name in split_line(line, sign)]
    while names and not names[-1]:
        names.pop()
    return names


def layout_by_rows(lines: Sequence[str], delimiter: str | None) -> Layout | None:
    """`layout_by_content` of most of some lines; the first ones may be what a cut has left of a record."""
    found = [layout_by_content(line, delimiter) for line in lines if "{" in line and "}" in line][:_ROWS_ASKED]
    counts = Counter((layout.audit, len(layout.names), layout.delimiter) for layout in found if layout is not None)
    if not counts:
        return None
    usual = counts.most_common(1)[0][0]
    return next(each for each in found if each and (each.audit, len(each.names), each.delimiter) == usual)


def layout_by_content(line: str, delimiter: str | None) -> Layout | None:
    """The layout of a file without a header, from its first record, or None where no cell holds JSON.

    AuditData is found by content, the rest is named by position as the cmdlet and the portal order them.
    """
    signs = (delimiter,) if delimiter else DELIMITERS
    for sign in signs:
        start = re.compile(f"(?:^|{re.escape(sign)}){_JSON_START.pattern}").search(line)
        if start is None:
            continue
        before = line[: start.start()]
        audit = len(split_line(before, sign)) if before else 0
        end = line.rfind("}") + 1
        after = line[end:].lstrip('"').rstrip("\r\n")
        count = audit + 1 + (len(split_line(after[1:], sign)) if after.startswith(sign) else 0)
        names = _BY_POSITION.get((audit, count))
        if names is None:
            known = next((names for (position, _), names in _BY_POSITION.items() if position == audit), ())
            names = tuple(known[i] if i < len(known) else f"Column{i + 1}" for i in range(count))
            if "AuditData" not in names:
                names = (*names[:audit], "AuditData", *names[audit + 1 :])
        return Layout(names, audit, sign, has_header=False)
    return None


def is_usual(layout: Layout) -> bool:
    """Whether AuditData's place and the number of columns are those of an export that is known."""
    return layout.audit is not None and (layout.audit, len(layout.names)) in _BY_POSITION


class Signature:
    """How the records of one file start; tells the next record's first line from the inside of a damaged one.

    Learned from the first sound records: what their first three cells look like.
    """

    def __init__(self, layout: Layout, sample: Sequence[str], rules: HeaderRules) -> None:
        self._layout = layout
        self._audit = None if layout.holds_lines else layout.audit
        self._rules = rules
        self._quotes = 0
        self._pattern = self._learn(sample) or self._learn_from_content(sample)

    def starts_record(self, line: str) -> bool:
        """Whether a line starts like a record, like the header, or like a `#TYPE` line of this file."""
        match = self._pattern.match(line) if self._pattern is not None else None
        if match is not None and match[0].count('"') >= self._quotes:
            return True
        return is_type_line(line) or self._is_header(line)

    def _is_header(self, line: str) -> bool:
        layout, first = self._layout, self._layout.names[0]
        if first not in line[: len(first) + 3]:
            return False
        return is_header_of(line, layout) or header_in(line, layout.delimiter, self._rules) is not None

    def _learn_from_content(self, sample: Sequence[str]) -> re.Pattern[str] | None:
        """The same where no line fits the header: what most of them are without it."""
        layout, audit = self._layout, self._audit
        told = None if layout.holds_lines else layout_by_rows(sample, layout.delimiter)
        if told is None:
            return None
        self._layout, self._audit = told, told.audit
        try:
            return self._learn(sample)
        finally:
            self._layout, self._audit = layout, audit

    def _learn(self, sample: Sequence[str]) -> re.Pattern[str] | None:
        """A pattern for the leading cells from physical lines that split into the right number of cells."""
        cells = min(_SIGNATURE_CELLS, len(self._layout.names))
        if self._audit is not None:
            cells = min(cells, self._audit)
        seen: list[set[str]] = [set() for _ in range(cells)]
        quoted: set[bool] = set()
        learned = 0
        for line in sample:
            if learned >= _LEARNED_RECORDS:
                break
            leading = self._leading(line, cells)
            if leading is None:
                continue
            learned += 1
            quoted.add(line.startswith('"'))
            for known, cell in zip(seen, leading, strict=True):
                known.add(_class_of(cell))
        sign = re.escape(self._layout.delimiter)
        if not learned:
            return None
        if not cells:
            return re.compile(r'"?\{""?' if quoted == {True} else r'"{0,2}\{""?')
        always_quoted = quoted == {True}
        self._quotes = 2 if always_quoted else 0
        parts = [
            f'"{{0,2}}(?:{"|".join(_pattern_of(name, sign, always_quoted) for name in sorted(known))})"{{0,2}}'
            for known in seen
        ]
        ending = sign if len(self._layout.names) > cells else r"(?:[\r\n]|\Z)"
        return re.compile(sign.join(parts) + ending)

    def _leading(self, line: str, cells: int) -> list[str] | None:
        """The first cells of a line that looks like a whole, sound record, or the start of one."""
        layout, audit = self._layout, self._audit
        if is_type_line(line) or not line.strip():
            return None
        try:
            row = next(csv.reader([line], delimiter=layout.delimiter, strict=True), [])
        except csv.Error:
            row = split_line(line, layout.delimiter)
            if audit is None or len(row) <= audit or not row[audit].lstrip().startswith("{"):
                return None
        if len(row) < len(layout.names) and audit is None:
            return None
        if audit is not None:
            if len(row) <= audit or not row[audit].lstrip().startswith("{"):
                return None
            if not cells:
                return []
        return row[:cells]


def _class_of(cell: str) -> str:
    for name, pattern in _CLASSES:
        if re.fullmatch(pattern, cell):
            return name
    return "other"


def _pattern_of(name: str, sign: str, always_quoted: bool) -> str:
    if name == "other" and not always_quoted:
        return rf"[^\"\r\n{sign}]*?"
    return dict(_CLASSES)[name]
