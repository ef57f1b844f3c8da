"""AuditData as text: decoding that keeps what a dictionary would lose, and recovery of what a cut left over.

Objects become `Pairs` (repeated keys and their order survive), numbers become `Number` (their literal survives).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from json.decoder import scanstring  # type: ignore[attr-defined]  # public in practice, missing from the stubs
from typing import Any, NoReturn, TypeAlias

import orjson


class Number(str):
    """A JSON number as written, for example `0`, `1.9` or `1e20`."""

    __slots__ = ()


class Pairs(tuple[tuple[str, "Value"], ...]):
    """The (key, value) pairs of a JSON object, in order, repeated keys included."""

    __slots__ = ()


Value: TypeAlias = "str | bool | list[Value] | Pairs | None"
"""A decoded JSON value; `Number` is a str."""


class NotJson(ValueError):
    """The text is no JSON.

    Args:
        message: What is wrong, in words, with the place.
        cut: The text is the beginning of something that would be JSON, had it not ended.
        place: Where even a lenient decoder fails; None: not known.
    """

    def __init__(self, message: str, *, cut: bool, place: int | None = None) -> None:
        super().__init__(message)
        self.cut = cut
        self.place = place


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON value")


_DECODER = json.JSONDecoder(
    object_pairs_hook=lambda pairs: Pairs(pairs),
    parse_float=Number,
    parse_int=Number,
    parse_constant=_refuse_constant,
)
_LENIENT = json.JSONDecoder(
    object_pairs_hook=lambda pairs: Pairs(pairs),
    parse_float=Number,
    parse_int=Number,
    parse_constant=Number,
    strict=False,
)
_PLAIN = json.JSONDecoder(parse_constant=_refuse_constant)
_BLANK = " \t\r\n"
_BLANKS = re.compile(r"[ \t\r\n]*")

_TRIES = 4
"""Places at which a damaged object may end."""

DEEPEST = 200
"""Objects and lists inside each other. What is nested deeper counts as no JSON, as it does for many parsers."""


def loads(text: str) -> Any:
    """Decode quickly into plain Python; of repeated keys the last wins and float literals are lost.

    Raises:
        NotJson: The text is no JSON.
    """
    try:
        value = orjson.loads(text)
    except (ValueError, TypeError):  # TypeError: lone surrogates in the text
        value = _loads_slowly(text)
    _refuse_depth(text, value)
    return value


def _loads_slowly(text: str) -> Any:
    """What orjson refuses but JSON allows: escaped lone surrogates, deep nesting."""
    try:
        if text.startswith("\ufeff"):
            raise json.JSONDecodeError("Unexpected UTF-8 BOM (utf-8-sig)", text, 0)
        return _PLAIN.decode(text)
    except (ValueError, RecursionError) as error:
        raise _not_json(text, error) from None


def parse_pairs(text: str) -> Value:
    """Decode with repeated keys and literals kept.

    Raises:
        NotJson: The text is no JSON.
    """
    try:
        value: Value = _DECODER.decode(text)
    except (ValueError, RecursionError) as error:
        raise _not_json(text, error) from None
    _refuse_depth(text, value)
    return value


def _refuse_depth(text: str, value: Any) -> None:
    if text.count("[") + text.count("{") > DEEPEST and _is_too_deep(value):
        raise NotJson("nested too deeply", cut=False)


def _is_too_deep(value: Any) -> bool:
    """Whether more than `DEEPEST` objects and lists are inside each other."""
    level = [value]
    for _ in range(DEEPEST + 1):
        level = [inner for item in level for inner in _inside(item) if isinstance(inner, (dict, list, tuple))]
        if not level:
            return False
    return True


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, Pairs):
        return [item for _, item in value]
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _not_json(text: str, error: Exception) -> NotJson:
    if isinstance(error, RecursionError):
        return NotJson("nested too deeply", cut=False)
    if not isinstance(error, json.JSONDecodeError):
        return NotJson(str(error), cut=False)
    message = f"{error.msg.removesuffix(' at')} at character {error.pos + 1}"
    place = None if error.msg.startswith("Invalid control character") else error.pos
    return NotJson(message, cut=_ends_too_early(text, error), place=place)


def _ends_too_early(text: str, error: json.JSONDecodeError) -> bool:
    """Whether the text went wrong only because it ends."""
    if not text.lstrip(" \t\r\n").startswith("{"):
        return False
    if error.msg.startswith("Unterminated string"):
        return True
    rest = text[error.pos :].rstrip()
    if error.msg.startswith("Invalid \\"):
        return len(text) - error.pos < 6
    if error.msg.startswith("Expecting value"):
        return rest in {"", "-"} or any(word.startswith(rest) for word in ("true", "false", "null"))
    return not rest


def recover(text: str, place: int | None = None) -> Pairs:
    """The top-level pairs of an object that is cut or damaged, as far as they can be read; possibly none.

    Args:
        text: What may hold an object.
        place: Of `NotJson`, if it is known, which is quicker.
    """
    start = text.find("{")
    if start < 0:
        return Pairs()
    if place is not None and place > start and text.count("[") + text.count("{") <= DEEPEST:
        found = _recovered_at_once(text, start, place)
        if found is not None:
            return found
    return _recovered_one_by_one(text, start)


def _recovered_at_once(text: str, start: int, end: int) -> Pairs | None:
    """The same, by closing the object behind the last pair that is whole; None where that is not soon found.

    The last pair ends where the decoder fails, or at a comma before that. Closed at a comma within a value it would not
    be an object.

    Args:
        text: What holds an object.
        start: Where it begins.
        end: Where a lenient decoder fails.
    """
    opened = text.count("{", start, end) + text.count("[", start, end)
    if opened - text.count("}", start, end) - text.count("]", start, end) > 1:
        return None  # the failure is within a list or an object, with who knows how many commas
    for _ in range(_TRIES):
        try:
            found: Pairs = _LENIENT.raw_decode(f"{text[start:end]}}}")[0]
        except (ValueError, RecursionError):
            end = text.rfind(",", start, end)
            if end < 0:
                return None
        else:
            return found
    return None


def _recovered_one_by_one(text: str, start: int) -> Pairs:
    """The same, pair after pair."""
    pairs: list[tuple[str, Value]] = []
    position = _skip(text, start + 1)
    try:
        while text[position : position + 1] == '"':
            key, position = scanstring(text, position + 1, False)
            position = _skip(text, position)
            if text[position : position + 1] != ":":
                break
            value, position = _LENIENT.raw_decode(text, _skip(text, position + 1))
            if _is_too_deep(value):
                break
            pairs.append((key, value))
            position = _skip(text, position)
            if text[position : position + 1] != ",":
                break
            position = _skip(text, position + 1)
    except (ValueError, RecursionError):
        pass
    return Pairs(pairs)


def _skip(text: str, position: int) -> int:
    if text[position : position + 1] not in _BLANK:
        return position
    match = _BLANKS.match(text, position)
    return match.end() if match else position


def plain(value: Value) -> Any:
    """Pairs and numbers as plain Python, the last of repeated keys winning."""
    if isinstance(value, Pairs):
        return {key: plain(item) for key, item in value}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, Number):
        return json.loads(value)
    return value


def scalar_text(value: Value) -> str:
    """A value as one text: texts as they are, literals as written, lists and objects as compact JSON."""
    if isinstance(value, str):
        return str(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return compact(value)


def compact(value: Value) -> str:
    """JSON without blanks; repeated keys and number literals are kept, and so are characters beyond ASCII."""
    if isinstance(value, Pairs):
        return "{" + ",".join(f"{_quoted(key)}:{compact(item)}" for key, item in value) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(compact, value)) + "]"
    if isinstance(value, str) and not isinstance(value, Number):
        return _quoted(value)
    return scalar_text(value)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def flatten(value: Value) -> list[str]:
    """Every key and every scalar of a decoded value as texts, in order; what a text search looks at."""
    return list(_walk(value))


def _walk(value: Value) -> Iterator[str]:
    stack: list[Value] = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, Pairs):
            for key, inner in reversed(item):
                stack.append(inner)
                stack.append(key)
        elif isinstance(item, list):
            stack.extend(reversed(item))
        else:
            yield scalar_text(item)


def count_keys(value: Any) -> int:
    """How many keys a plainly decoded value has at all depths."""
    if isinstance(value, dict):
        return len(value) + sum(count_keys(item) for item in value.values() if isinstance(item, (dict, list)))
    if isinstance(value, list):
        return sum(count_keys(item) for item in value if isinstance(item, (dict, list)))
    return 0


def repeated_keys(value: Value) -> list[str]:
    """Keys that occur twice in one object, or differ only in case, at any depth, as written the last time."""
    found: list[str] = []
    stack: list[Value] = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, Pairs):
            seen: set[str] = set()
            for key, inner in item:
                folded = key.lower()
                if folded in seen:
                    found.append(key)
                seen.add(folded)
                stack.append(inner)
        elif isinstance(item, list):
            stack.extend(item)
    return found
