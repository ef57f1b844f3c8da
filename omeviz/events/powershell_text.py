"""Objects as PowerShell writes them into a text: `@{Name=MailSubject; Value=Re: x}`.

`ConvertTo-Json` does so below its `-Depth`, `Export-Csv` in every cell; a list becomes such texts with blanks
between them. `Format-List` puts a list in braces, with commas, and `...` or `…` for what is beyond the fourth item.
Nothing is escaped, so a value that looks like the syntax cannot be told from it.
"""

from __future__ import annotations

import re
from itertools import pairwise

_KEY = r"[A-Za-z_@][\w.@\-]{0,127}"
_FIRST_KEY = re.compile(rf"\s*({_KEY})\s*=")
_MARK = re.compile(rf"@\{{|\}}|;\s*({_KEY})=")
_BETWEEN = re.compile(r"\}[\s,;]*@\{(?=\s*Name\s*=)", re.IGNORECASE)
_PROPERTY = re.compile(r"\s*Name\s*=(.*?);\s*Value\s*=(.*)", re.DOTALL | re.IGNORECASE)


def listed(text: str) -> str | None:
    """What is between the braces of a list as `Format-List` writes it; None where a text is none."""
    text = text.strip()
    if text[:1] != "{" or text[-1:] != "}":
        return None
    return text[1:-1].strip().removesuffix("...").removesuffix("…").rstrip(" ,")


def _unlisted(text: str) -> str:
    text = text.strip()
    return (listed(text) or text) if text.startswith("{@{") else text


def is_object(text: str) -> bool:
    """Whether a text is one or several objects as PowerShell writes them."""
    text = _unlisted(text)
    return text.startswith("@{") and text.endswith("}")


def pairs_of(text: str) -> list[tuple[str, str]]:
    """The keys and values of one object, in order; an object inside stays a text. Empty where it is none.

    A `;` ends a value only before another `key=`; of an object `{Name, Value}` the value is all the rest.
    """
    text = _unlisted(text)
    if not is_object(text):
        return []
    inner = text[2:-1]
    if _PROPERTY.fullmatch(inner):
        return [
            (key, value) for name, rest in properties_of(text)[:1] for key, value in (("Name", name), ("Value", rest))
        ]
    first = _FIRST_KEY.match(inner)
    if first is None:
        return []
    found = _starts(inner, first, nested=True)
    if found is None:  # a `@{` that is only text
        found = _starts(inner, first, nested=False) or []
    ends = [*(start for start, _, _ in found[1:]), len(inner)]
    return [(key, inner[begin:end].strip()) for (_, key, begin), end in zip(found, ends, strict=True)]


def _starts(inner: str, first: re.Match[str], *, nested: bool) -> list[tuple[int, str, int]] | None:
    """(where the pair starts, its key, where its value starts); None where an object inside never ends."""
    found = [(first.start(), first[1], first.end())]
    depth = 0
    for mark in _MARK.finditer(inner, first.end()):
        if mark[1] is not None:
            if depth == 0:
                found.append((mark.start(), mark[1], mark.end()))
        elif nested:
            depth = depth + 1 if mark[0] == "@{" else max(depth - 1, 0)
    return None if depth else found


def properties_of(text: str) -> list[tuple[str, str]]:
    """Names and values of a list of `{Name, Value}`: `@{Name=a; Value=1} @{Name=b; Value=2}`; empty if it is none."""
    text = _unlisted(text)
    if not is_object(text):
        return []
    cuts = [(0, 2), *(match.span() for match in _BETWEEN.finditer(text)), (len(text) - 1, len(text))]
    pieces = (_PROPERTY.fullmatch(text, begin, end) for (_, begin), (end, _) in pairwise(cuts))
    return [(piece[1].strip(), piece[2]) for piece in pieces if piece is not None]
