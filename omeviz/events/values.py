"""Single values of AuditData as texts: subjects and recipients in every form an export writes them."""

from __future__ import annotations

from typing import Any

from omeviz.events import json_text, powershell_text
from omeviz.events.json_text import NotJson, Number, Pairs


def text_of(value: Any) -> str:
    """A decoded value as one text: texts as they are, literals as written, lists and objects as compact JSON."""
    if type(value) is str:
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, dict):
        value = Pairs((key, _kept(item)) for key, item in value.items())
    elif isinstance(value, list):
        value = [_kept(item) for item in value]
    return json_text.scalar_text(value)


def _kept(value: Any) -> json_text.Value:
    """Plainly decoded values as `Pairs` and `Number`."""
    if isinstance(value, dict):
        return Pairs((key, _kept(item)) for key, item in value.items())
    if isinstance(value, list):
        return [_kept(item) for item in value]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return Number(repr(value))
    kept: json_text.Value = value
    return kept


def subject_of(properties: Any) -> str | None:
    """The MailSubject in OperationProperties, however the export wrote that list.

    A list of `{Name, Value}` is Microsoft's form; an object, JSON text, and PowerShell's `@{Name=…; Value=…}`
    come from shallow exports. A text that is none of these is a subject column of the wrapper.
    """
    if properties is None:
        return None
    if isinstance(properties, str):
        text = properties.strip()
        if text[:1] in ("[", "{") and not text.startswith("{@{"):
            try:
                return subject_of(json_text.parse_pairs(text))
            except NotJson:
                return str(properties)
        properties_in_text = powershell_text.properties_of(text)
        if properties_in_text:
            return next((value for name, value in properties_in_text if name.lower() == "mailsubject"), None)
        pairs_in_text = powershell_text.pairs_of(text)
        if pairs_in_text:
            return subject_of(Pairs(pairs_in_text))
        return None if text in ("System.Object[]", "") else str(properties)
    if isinstance(properties, (dict, Pairs)):
        pairs = properties if isinstance(properties, Pairs) else properties.items()
        by_folded = {key.lower(): value for key, value in pairs}
        if str(by_folded.get("name", "")).lower() == "mailsubject":
            value = by_folded.get("value")
            return None if value is None else text_of(value)
        value = by_folded.get("mailsubject")
        if value is None and isinstance(list_within(properties), list):
            return subject_of(list_within(properties))
        return None if value is None else text_of(value)
    if isinstance(properties, list):
        first = properties[0] if properties else None
        if type(first) is dict and first.get("Name") == "MailSubject" and type(first.get("Value")) is str:
            value = first["Value"]  # Microsoft's own form, met nearly always
            return str(value) if len(first) == 2 else subject_of(first)
        subjects = (subject_of(item) for item in properties if isinstance(item, (dict, Pairs)) or _is_pair_text(item))
        return next((subject for subject in subjects if subject is not None), None)
    return None


def _is_pair_text(item: Any) -> bool:
    return isinstance(item, str) and powershell_text.is_object(item)


def list_within(value: Any) -> Any:
    """The list in `{"value": […], "Count": n}`, as Windows PowerShell writes one; any other value as it is."""
    if isinstance(value, (dict, Pairs)) and len(value) == 2:
        by_folded = {key.lower(): item for key, item in (value.items() if isinstance(value, dict) else value)}
        if set(by_folded) == {"value", "count"} and isinstance(by_folded["value"], list):
            return by_folded["value"]
    return value


def recipients_in_text(text: str) -> list[str] | None:
    """Several recipients that an export wrote as one text, else None.

    They are a JSON list, a list in braces as `Format-List` writes it, or parted by `;` or `,`.
    """
    if text[:1] == "[":
        try:
            value = json_text.parse_pairs(text)
        except NotJson:
            return None
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return [str(item) for item in value]
        return None
    if text.count("@") > 1:
        inside = powershell_text.listed(text)
        for separator in (";", ","):
            pieces = [piece.strip() for piece in (inside or text).split(separator)]
            if len(pieces) > 1 and all(piece.count("@") == 1 and " " not in piece for piece in pieces):
                return pieces
    return None
