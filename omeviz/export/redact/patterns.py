"""Places in a text that identify somebody whatever the text is: addresses, GUIDs, IP addresses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from omeviz.export.redact.stand_ins import ADDRESS, ADDRESS_EDGES, StandIns, parsed_ip

_ENCODED_AT = re.compile(
    r"(?<![\w.+%&#\\-])[\w.+-]++(?:%(?:25){0,3}40|\\{1,4}u0040|&#64;|&#x40;|&commat;|\uff20|\ufe6b)[\w.-]++",
    re.IGNORECASE,
)
"""An address whose @ a URL, JSON, HTML or East Asian typing wrote otherwise."""

_GUID = re.compile(
    r"(?<![0-9a-f])(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32})(?![0-9a-f])",
    re.IGNORECASE | re.ASCII,
)
_V4 = re.compile(r"(?<![\w.])\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\w]|\.\d)", re.ASCII)
_V6 = re.compile(r"(?<![\w:.])[0-9a-f:]{2,39}(?:\.\d{1,3}){0,3}(?![\w:])", re.IGNORECASE | re.ASCII)
_REWRITTEN = re.compile(r"(?:srs[01]|prvs|msprvs1|btv1|bounces?)[=+-]", re.IGNORECASE)
_DOMAIN = re.compile(r"[^/?&=#%]*")
_SEPARATORS = "=/&?"
_LABELS = frozenset(
    {"to", "from", "cc", "bcc", "user", "userid", "upn", "mail", "email", "smtp", "sender", "recipient"}
)
"""What may stand before `=` and an address without being a part of it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of a text and what stands for it.

    Attributes:
        start: Where it begins.
        stop: Its end, exclusive.
        stand_in: Makes the stand-in.
    """

    start: int
    stop: int
    stand_in: Callable[[], str]


def places(text: str, stand_ins: StandIns) -> list[Place]:
    """What a text gives away by its form alone, in no order; places may overlap."""
    found: list[Place] = []
    if "@" in text:
        found += _addresses(text, stand_ins)
    for match in _ENCODED_AT.finditer(text):
        found.append(_made(match.start(), match.end(), stand_ins.address, _decoded(match[0])))
    for match in _GUID.finditer(text):
        found.append(_made(match.start(), match.end(), stand_ins.guid, match[0]))
    if text.count(".") >= 3 or text.count(":") >= 2:
        found += _ips(text, stand_ins)
    return found


def _addresses(text: str, stand_ins: StandIns) -> Iterator[Place]:
    for match in ADDRESS.finditer(text):
        start, at = match.start(), match[0].rindex("@") + 1
        domain = _DOMAIN.match(match[0], at)
        stop = start + (domain.end() if domain and domain.end() > at else len(match[0]))
        local = text[start : text.index("@", start)]
        cut = 0 if _REWRITTEN.match(local) else max(local.rfind(sign) for sign in _SEPARATORS) + 1
        if cut and local[: cut - 1].lower() not in _LABELS:
            # What stands before may be a part of an address too (`list-ann=example.org@…`), so it goes as well.
            yield _made(start, start + cut - 1, stand_ins.text, local[: cut - 1])
        start += cut
        while stop > start and text[stop - 1] in ADDRESS_EDGES:
            stop -= 1
        while start < stop and text[start] in ADDRESS_EDGES:
            start += 1
        yield _made(start, stop, stand_ins.address, text[start:stop])


def _ips(text: str, stand_ins: StandIns) -> Iterator[Place]:
    for pattern in (_V4, _V6):
        for match in pattern.finditer(text):
            if len(match[0]) > 2 and parsed_ip(match[0]) is not None:
                yield _made(match.start(), match.end(), lambda found: stand_ins.ip(found) or "", match[0])


def _made(start: int, stop: int, make: Callable[[str], str], text: str) -> Place:
    return Place(start, stop, lambda: make(text))


def _decoded(text: str) -> str:
    return re.sub(r"%(?:25)*40|\\+u0040|&#64;|&#x40;|&commat;|[\uff20\ufe6b]", "@", text, flags=re.IGNORECASE)


def replaced(text: str, found: list[Place], stand_ins: StandIns) -> str:
    """The text with stand-ins in these places.

    A place inside another is covered by that one; of two equal ones the first counts; where two overlap in part,
    both together are one text of unknown kind.
    """
    if not found:
        return text
    pieces: list[str] = []
    done = 0
    current: Place | None = None
    for place in sorted(found, key=lambda place: (place.start, -place.stop)):
        if current is None or place.start >= current.stop:
            if current is not None:
                pieces += (text[done : current.start], current.stand_in())
                done = current.stop
            current = place
        elif place.stop > current.stop:
            union = text[current.start : place.stop]
            current = _made(current.start, place.stop, stand_ins.text, union)
    if current is not None:
        pieces += (text[done : current.start], current.stand_in())
        done = current.stop
    pieces.append(text[done:])
    return "".join(pieces)
