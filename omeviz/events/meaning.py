"""What the codes and keys of AuditData mean, in a few words to stand beside them.

Source of the facts: Microsoft's pages on OMEPortal records and the Management Activity API schema.
"""

from __future__ import annotations

from typing import Literal

from omeviz.events.codes import outcome
from omeviz.events.record_types import canonical

ActionKind = Literal["open", "view", "download", "forward", "signin", "other"]
"""What a portal operation does. `other`: unknown, or none."""

PORTAL_TYPES = frozenset({"omeportal", "154"})
"""The record type of portal records, in lower case, as name and number."""

_KINDS: dict[str, ActionKind] = {
    "messageaccess": "open",
    "attachmentreview": "view",
    "attachmentdownload": "download",
    "messageforward": "forward",
    "authenticationrequest": "signin",  # the page's text
    "authenticaterequest": "signin",  # the page's table
}

_OPERATIONS: dict[ActionKind, str] = {
    "open": "open the message",
    "view": "view an attachment",
    "download": "download an attachment",
    "forward": "forward the message; a reply is probably logged so too",
    "signin": "sign in to the portal",
}

USER_TYPES = (
    "Regular",
    "Reserved",
    "Admin",
    "DcAdmin",
    "System",
    "Application",
    "ServicePrincipal",
    "CustomPolicy",
    "SystemPolicy",
    "PartnerTechnician",
    "Guest",
)

_LONGEST_NAME = 100
"""No record type is longer; converting a longer numeral would be refused."""

_STATUS_NAMES = frozenset({"success", "failure"})

_RESULTS: dict[str, str] = {
    "succeeded": "success",
    "true": "success",
    "0": "success",
    "failed": "failure",
    "false": "failure",
    "1": "failure",
    "partiallysucceeded": "partial success",
}

_METHODS: dict[str, str] = {
    "otp": "one-time passcode",
    "gmail": "Google",
}

_PORTAL_KEYS: dict[str, str] = {
    "recipient": "the external person who acted",
    "userid": "the internal sender",
    "userkey": "the internal sender",
    "sender": "the internal sender",
    "mailsubject": "the message's subject",
}

_ANY_KEYS: dict[str, str] = {
    "creationtime": "UTC",
    "creationdate": "UTC",
    "organizationid": "the tenant",
}


def action_kind(operation: str) -> ActionKind:
    """What a portal operation does, its name in any case and both spellings of the sign-in."""
    return _KINDS.get(operation.strip().casefold(), "other")


def meaning(key: str, value: object, *, portal: bool = True) -> str | None:
    """What a value means, in a few words; None where it speaks for itself.

    Args:
        key: A key of AuditData, or a name of `OperationProperties`, in any case.
        value: A text, a number's literal (`0`, `0.0`), a boolean or None; objects and lists have no meaning.
        portal: The record is an OMEPortal record, where `UserId` is the sender and `Recipient` acted.
    """
    name = key.casefold()
    if value is None or isinstance(value, (tuple, list)) or value == "":
        return None
    told = _code(name, value, portal=portal)
    if told is None and portal:
        told = _PORTAL_KEYS.get(name)
    return told or _ANY_KEYS.get(name)


def _code(name: str, value: object, *, portal: bool) -> str | None:
    text = str(value).strip()
    folded = text.casefold()
    match name:
        case "authenticationstatus" | "operationstatus":
            if folded in _STATUS_NAMES:
                return None
            return (None if isinstance(value, bool) else outcome(text)) or "unknown code"
        case "resultstatus" | "resultsstatus":
            return None if folded in _STATUS_NAMES else _RESULTS.get(folded, "unknown")
        case "usertype":
            number = None if isinstance(value, bool) else _whole(text)
            if number is None:
                return None
            return USER_TYPES[number] if 0 <= number < len(USER_TYPES) else "unknown code"
        case "recordtype" | "auditlogrecordtype":
            if len(text) > _LONGEST_NAME:
                return None
            known = canonical(text)
            return known if known.casefold() != folded else None
        case "authenticationmethod":
            return _METHODS.get(folded)
        case "operation" | "operations" if portal:
            return _OPERATIONS.get(action_kind(text))
        case "workload" if portal and folded == "exchange":
            return "email in the encrypted message portal"
        case _:
            return None


def _whole(text: str) -> int | None:
    """The number a code stands for: `0`, `0.0` and `-1` are whole; `1.9`, `1e0` and `٣` are none."""
    whole, dot, fraction = text.partition(".")
    if dot and (not fraction or fraction.strip("0")):
        return None
    digits = whole.removeprefix("-")
    return int(whole) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None
