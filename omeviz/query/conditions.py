"""What stands behind `field:` or `field=`."""

from __future__ import annotations

import re
import stat
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from datetime import tzinfo
from functools import lru_cache
from pathlib import Path
from typing import Literal, cast

from omeviz.query.fields import FLAGS, Field, lookup, suggest, suggest_flag
from omeviz.query.scan import MAX_TEXT, Scanner, regex_problem, storable
from omeviz.query.tree import Compare, Data, Has, Is, Last, Node, Time, TimeValue, Value

_LAST = re.compile(r"(\d{1,6})([mhdw])", re.ASCII | re.IGNORECASE)

_MANY_WILDCARDS = 50

Operator = Literal[":", "="]


class Conditions:
    """Reads one condition from where the scanner stands: at its operator."""

    def __init__(self, scan: Scanner, zone: tzinfo) -> None:
        self.scan = scan
        self.zone = zone

    def on(self, field: Field, start: int) -> Node:
        """The condition on a field whose name begins at `start`."""
        scan = self.scan
        operator = cast("Operator", scan.peek())
        scan.at += 1
        if field.special in {"has", "is", "last"}:
            return self._about(field.special, start)
        if field.special:
            return self._time(field.special, start)
        values = self._values(operator)
        if field.path is not None:
            return Data(field.path, operator, values, start=start, stop=scan.at)
        assert field.column is not None  # noqa: S101  # one of the three is set
        return Compare(field.column, operator, values, start=start, stop=scan.at)

    def _values(self, operator: Operator) -> tuple[Value, ...]:
        scan = self.scan
        values = [self._value(operator)]
        while scan.peek() == ",":
            scan.at += 1
            values.append(self._value(operator))
        return tuple(values)

    def _value(self, operator: Operator) -> Value:
        scan = self.scan
        if scan.peek() == "/":
            return scan.regex()
        if scan.peek() == "@":
            return self._file(operator)
        text, start, _ = scan.pieces(stop_at=",")
        if not text:
            raise self._empty(start)
        value = _plain(text, operator, start, scan.at)
        if value.kind == "wild" and _too_wild(text):
            raise scan.error("too many wildcards", start, scan.at, "Use a regular expression: field:/…/.")
        return value

    def _empty(self, start: int) -> Exception:
        scan = self.scan
        remedy = (
            "Write a value directly behind it; has:field asks whether there is one, -has:field whether there is none."
        )
        return scan.error("a value is missing", max(start - 1, 0), max(scan.at, start), remedy)

    def _file(self, operator: Operator) -> Value:
        scan, start = self.scan, self.scan.at
        scan.at += 1
        name, _, _ = scan.pieces(stop_at=",")
        if not name:
            raise self._empty(start)
        path = Path(name).expanduser()
        remedy = 'To look for a text that begins with @, put it in quotes: "@…".'
        try:
            state = path.stat()
            if not (stat.S_ISREG(state.st_mode) or stat.S_ISDIR(state.st_mode)):  # it might never end
                raise ValueError("it is no file")
            lines = _lines(path, state.st_mtime_ns, state.st_size)
        except (OSError, ValueError) as error:
            told = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            raise scan.error(f"cannot read {name}: {told}", start, scan.at, remedy) from None
        if any(len(line) > MAX_TEXT for line in lines):
            raise scan.error(f"{name} has a line of more than {MAX_TEXT:,} characters", start, scan.at)
        if not lines:
            raise scan.error(f"{name} holds no value", start, scan.at, "Write one value on each line.")
        return Value(name, "file", tuple(_plain(line, operator, 0, 0) for line in lines), start=start, stop=scan.at)

    def _time(self, relation: str, start: int) -> Time:
        scan = self.scan
        values = [self._moment(relation)]
        while scan.peek() == ",":
            scan.at += 1
            values.append(self._moment(relation))
        word = cast('Literal["time", "after", "before"]', relation)
        return Time(word, tuple(values), start=start, stop=scan.at)

    def _moment(self, relation: str) -> TimeValue:
        from omeviz.query.times import first_instant, parse_moment, parse_times

        scan = self.scan
        start = scan.at
        if scan.peek() == "/":
            scan.regex()
            raise scan.error("a time takes no regular expression", start, scan.at, _TIME_REMEDY)
        text, _, _ = scan.pieces(stop_at=",")
        if not text:
            raise self._empty(start)
        try:
            if relation == "time":
                intervals = parse_times(text, self.zone)
            else:
                instant = first_instant(parse_moment(text, self.zone))
                intervals = ((instant, None),) if relation == "after" else ((None, instant),)
        except (ValueError, OverflowError) as error:
            remedy = _TIME_REMEDY if relation == "time" else _POINT_REMEDY
            raise scan.error(f"bad date {text}: {error}", start, scan.at, remedy) from None
        return TimeValue(text, intervals, start=start, stop=scan.at)

    def _about(self, special: str, start: int) -> Node:
        scan = self.scan
        names: list[tuple[str, int, int]] = []
        while True:
            name, place, _ = scan.pieces(stop_at=",") if special != "has" else self._field_name()
            if not name:
                raise self._empty(place)
            names.append((name, place, scan.at))
            if scan.peek() != ",":
                break
            scan.at += 1
        if special == "has":
            return Has(tuple(self._target(*name) for name in names), start=start, stop=scan.at)
        if special == "is":
            return Is(tuple(self._flag(*name) for name in names), start=start, stop=scan.at)
        text, place, stop = names[0]
        match = _LAST.fullmatch(text)
        if not match or len(names) > 1 or not int(match[1]):
            remedy = "Write a number and m, h, d or w: last:90m, last:24h, last:7d, last:2w."
            raise scan.error(f"bad span {text}", place, stop, remedy)
        unit = cast('Literal["m", "h", "d", "w"]', match[2].lower())
        return Last(int(match[1]), unit, start=start, stop=scan.at)

    def _field_name(self) -> tuple[str, int, bool]:
        """A name behind `has:` as written; quotes within a path stay."""
        scan, start = self.scan, self.scan.at
        scan.pieces(stop_at=",")
        return scan.text[start : scan.at], start, False

    def _target(self, name: str, start: int, stop: int) -> str | tuple[str, ...]:
        if name.lower().startswith("data.") and len(name) > len("data."):
            return self.scan.path(name)
        field = lookup(name)
        if field is None or field.special not in {None, "time"}:
            raise self.scan.error(f"there is no field {name}", start, stop, suggest(name))
        return field.path or field.column or "time"

    def _flag(self, name: str, start: int, stop: int) -> str:
        if name.lower() not in FLAGS:
            raise self.scan.error(f"is:{name} is not known", start, stop, suggest_flag())
        return name.lower()


_TIME_REMEDY = "Write 2023, 2023-03, 2023-03-22, 2023-03-22T19:00 or a range such as 2023-03-22..2023-03-24."
_POINT_REMEDY = "Write 2023-03, 2023-03-22 or 2023-03-22T19:00."


def _plain(text: str, operator: Operator, start: int, stop: int) -> Value:
    return Value(text, "wild" if operator == ":" and "*" in text else "text", start=start, stop=stop)


def _too_wild(text: str) -> bool:
    """Whether the engine refuses so many wildcards."""
    if text.count("*") <= _MANY_WILDCARDS:
        return False
    from omeviz.query.match import wildcard

    return bool(regex_problem(f"(?s){wildcard(text)}"))


@lru_cache(maxsize=8)
def _lines(path: Path, modified: int, size: int) -> tuple[str, ...]:  # noqa: ARG001  # they date the cache's entry
    data = path.read_bytes()
    try:  # Windows PowerShell writes UTF-16 where a list is made with `>`
        text = data.decode("utf-16" if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("it is no UTF-8 text") from None
    return tuple(dict.fromkeys(storable(line.strip()) for line in text.splitlines() if line.strip()))
