"""What a JSON text is: an export, or one of the answers that hold no events and are taken for one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice
from typing import Any

from omeviz.errors import SourceError, beginning
from omeviz.sources.json_records import Records, is_query
from omeviz.sources.json_scan import FAILURES, scan_lenient

_BLANK = " \t\r\n\x1e\ufeff"
_START = re.compile(
    r'(?:\[[\s\[]*+)?(?:\{\s*+(?:"(?!"\w)|\}|\Z)|"\{\\["nrt]|"\{\}|\]|\Z)'
    r'|\[\s*+(?:(?:null|true|false|-?\d[\d.eE+-]*+|"[^"\\\r\n]*+")\s*+,\s*+)++[\[{"]'
)
_BEHIND = re.compile(r"[\s,\x1e\ufeff]*+(?:[{\[\]}]|\Z)|,\s*+\"\{\\|[^\S\n]*+,?[^\S\n]*+\n")
_INSIDE = re.compile(r'(?:^[ \t]*+,?|[}\]]\s*+,?\s*+)(\{\s*+"(?!"\w))', re.MULTILINE)
_MOST_INSIDE = 200
_LISTING = frozenset({"contenturi", "contentid"})
_ERRORS = ("error", "odata.error")

LISTING = "an entry of a listing"
ERROR = "an error response"
QUERY = "a query of the audit log, without its records"


def looks_like_json(sample: str) -> bool:
    """Whether a text is JSON, by its first characters; a CSV or prose that begins with a bracket is not.

    Args:
        sample: The first characters, with or without a byte order mark; the last record may be cut.
    """
    text = sample.lstrip(_BLANK)
    if _START.match(text) is None or not text:
        return False
    if text[0] != "{":
        return True
    try:
        _, end = scan_lenient(text, 0)
    except FAILURES:
        return True
    return _BEHIND.match(text, end) is not None  # a CSV without quotes goes on with other cells


def holds_json(sample: str, records: Records) -> bool:
    """Whether a record stands in a text that begins with something else: a warning, or a record that is cut.

    A CSV without quotes has records too, but other cells before or behind them.

    Args:
        sample: The first characters.
        records: What tells records.
    """
    for match in islice(_INSIDE.finditer(sample), _MOST_INSIDE):
        start = match.start(1)
        try:
            value, end = scan_lenient(sample, start)
        except FAILURES:
            continue
        if records.is_telling_record(value) and _BEHIND.match(sample, end) is not None:
            return True
    return False


def answer_of(value: Mapping[str, Any]) -> str:
    """What an object is that holds no record: `LISTING`, `QUERY`, `ERROR`, or empty where nothing is known."""
    keys = {key.lower() for key in value}
    if keys >= _LISTING:
        return LISTING
    if is_query(keys):
        return QUERY
    if error_message(value):
        return ERROR
    return ""


def error_message(value: Mapping[str, Any]) -> str:
    """What a service said instead of an answer, or empty.

    Source: Microsoft Graph and the Management Activity API (`error`), the token service (`error_description`).
    """
    by_folded = {key.lower(): item for key, item in value.items()}
    for name in _ERRORS:
        error = by_folded.get(name)
        if isinstance(error, dict):
            parts = [error.get("code"), _message(error.get("message"))]
            return ": ".join(part for part in parts if isinstance(part, str) and part) or "no reason given"
        if isinstance(error, str) and error:
            more = by_folded.get("error_description")
            return f"{error}: {more}" if isinstance(more, str) else error
    lone = by_folded.get("message")
    return lone if len(by_folded) == 1 and isinstance(lone, str) else ""


def _message(message: Any) -> Any:
    return message.get("value") if isinstance(message, dict) else message


def no_events(shown: str, listings: int, queries: int, error: str, first: str) -> SourceError:
    """Why a JSON source holds no event.

    Args:
        shown: The source's name.
        listings: How many entries of a listing it has.
        queries: How many queries it has.
        error: What a service said in it, or empty.
        first: Its first characters.
    """
    if listings:
        entries = "entry" if listings == 1 else "entries"
        return SourceError(
            f"{shown} is a listing of the Management Activity API with {listings:,} {entries}, not the records.",
            "Fetch what each contentUri points to, and open those files.",
        )
    if queries:
        what = "a query" if queries == 1 else f"{queries:,} queries"
        return SourceError(
            f"{shown} is {what} of Microsoft Graph's audit log, not its records.",
            "Once its status is `succeeded`, fetch `…/security/auditLog/queries/{id}/records`, page by page.",
        )
    if error:
        return SourceError(
            f"{shown} is an error response of a service, not an export: {error[:200]}",
            "Mend what it says, and run the export again.",
        )
    return SourceError(
        f"{shown} is JSON, but no audit export. It begins with: {beginning(' '.join(first.split()))}",
        "omeviz needs records with AuditData, or with keys such as CreationTime, Operation and UserId.",
    )
