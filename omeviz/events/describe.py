"""An event in one plain sentence, and what its log cannot say.

Pure text from a `Record`. It holds text from the log as it is: show it only through `omeviz.text.visible`.
"""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING

from omeviz.events.meaning import PORTAL_TYPES, ActionKind, action_kind, meaning

if TYPE_CHECKING:
    from omeviz.store import Record

__all__ = ["caution", "is_portal", "meaning", "moment", "sentence", "stamp"]

CLIP = 120
"""Longest part of a sentence taken from the log, in characters; the tree below it shows the whole."""

SHOWN_RECIPIENTS = 3
"""How many of several recipients a sentence names."""

_NO_EVENT = "No event does not mean unread: who reads inline (Outlook, Microsoft 365) leaves none."

_DONE: dict[ActionKind, str] = {
    "open": "opened",
    "view": "viewed",
    "download": "downloaded",
    "forward": "forwarded (or replied to)",
}
_TRIED: dict[ActionKind, str] = {
    "open": "tried to open",
    "view": "tried to view",
    "download": "tried to download",
    "forward": "tried to forward (or reply to)",
}
_METHODS: dict[str, str] = {"otp": "a one-time passcode", "google": "Google", "gmail": "Google"}


def sentence(record: Record, zone: tzinfo) -> str:
    """Who did what to which message, signed in how, when (in `zone`), and with what outcome.

    A portal record's actor is its recipient; any other record's is its user. Only a success is told as done.
    """
    if is_portal(record):
        told = _portal(record)
    elif _text(record, "operation") or _text(record, "user"):
        told = _other(record)
    else:
        told = f"A record that names neither an operation nor a user{_of_type(record)}"
    return f"{told}, {moment(record, zone)}: {_outcome(record)}."


def caution(record: Record) -> str | None:
    """What the log cannot say about this event, where it matters; otherwise None."""
    if not is_portal(record):
        return None
    kind = action_kind(_text(record, "operation"))
    status = _text(record, "status")
    if kind == "forward":
        return "A reply is probably logged as MessageForward too: the log does not tell them apart."
    if kind == "signin" and status != "failure":
        return "Signing in is not reading: opening the message is an event of its own, MessageAccess."
    if status == "failure":
        return f"The log gives no reason for a failure. {_NO_EVENT}"
    if status != "success":
        return _NO_EVENT
    return None


def is_portal(record: Record) -> bool:
    """Whether it is an OMEPortal record; without a record type, whether it looks like one."""
    kind = _text(record, "type")
    if kind:
        return kind.casefold() in PORTAL_TYPES
    return bool(action_kind(_text(record, "operation")) != "other" or record.recipients)


def moment(record: Record, zone: tzinfo) -> str:
    """`on 2023-03-22 at 19:00:59 UTC`, in `zone`, which is named; or that the time is not known."""
    value = record.fields.get("time")
    if not isinstance(value, datetime):
        return "at an unknown time"
    return "on {} at {}".format(*stamp(value, zone).split(" ", 1))


def stamp(value: datetime, zone: tzinfo) -> str:
    """A naive UTC time as `2023-03-22 19:00:59 UTC`, `2023-03-22 20:00:59 +01:00 (Europe/Berlin)`."""
    aware = value.replace(tzinfo=UTC)
    try:
        local = aware.astimezone(zone)
    except (OverflowError, ValueError):  # the first and the last day of the calendar
        local = aware
    clock = f"{local:%H:%M:%S}"
    if local.microsecond:
        clock += f".{local.microsecond:06}".rstrip("0")
    return f"{local.year:04}-{local:%m-%d} {clock} {_zone_name(local)}"


def _zone_name(local: datetime) -> str:
    if str(local.tzinfo) == "UTC":
        return "UTC"
    offset = local.strftime("%z")
    offset = f"{offset[:3]}:{offset[3:5]}"
    name = str(getattr(local.tzinfo, "key", "") or local.tzname() or "")
    return offset if not name or name.startswith(("+", "-", "UTC")) else f"{offset} ({name})"


def _portal(record: Record) -> str:
    operation = _text(record, "operation")
    kind = action_kind(operation)
    who = _recipients(record)
    message = _message(record)
    done = _text(record, "status") == "success"
    if kind == "signin":
        verb = "signed in to the portal" if done else "tried to sign in to the portal"
        method = _method(record)
        return f"{who} {verb}{f' with {method}' if method else ''} for {message}"
    if kind == "other":
        named = f"performed {_clip(operation)}" if operation else "did something (no operation recorded)"
        if operation and not done:
            named = f"tried to perform {_clip(operation)}"
        return f"{who} {named} on {message}{_sign_in(record)}"
    verb = (_DONE if done else _TRIED)[kind]
    attachment = _text(record, "attachment")
    if kind in ("view", "download"):
        verb += f" the attachment {_quoted(attachment)} of" if attachment else " an attachment (no name recorded) of"
    elif attachment:
        return f"{who} {verb} {message} with the attachment {_quoted(attachment)}{_sign_in(record)}"
    return f"{who} {verb} {message}{_sign_in(record)}"


def _other(record: Record) -> str:
    operation = _text(record, "operation")
    user = _clip(_text(record, "user")) or "Someone (no user recorded)"
    done = _text(record, "status") in ("success", "unknown")  # most workloads record no outcome
    if operation:
        told = f"{user} {'performed' if done else 'tried to perform'} {_clip(operation)}"
    else:
        told = f"{user} did something (no operation recorded)"
    thing, workload = _text(record, "object"), _text(record, "workload")
    if thing:
        told += f" on {_quoted(thing)}"
    if workload:
        told += f" in {_clip(workload)}"
    return told + _of_type(record)


def _of_type(record: Record) -> str:
    kind = _text(record, "type")
    return f" (record type {_clip(kind)})" if kind else ""


def _recipients(record: Record) -> str:
    names = [_clip(name) for name in record.recipients[:SHOWN_RECIPIENTS] if name]
    more = len(record.recipients) - SHOWN_RECIPIENTS
    if not names:
        return "Someone (no recipient recorded)"
    if more > 0:
        names.append(f"{more} more recipient{'s' if more > 1 else ''}")
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _message(record: Record) -> str:
    subject, identifier, sender = (_text(record, name) for name in ("subject", "message", "sender"))
    if subject:
        told = _quoted(subject)
    elif identifier:
        told = f"the message {_clip(identifier)}"
    else:
        told = "a message (no subject or Message-ID recorded)"
    return f"{told} from {_clip(sender)}" if sender else told


def _method(record: Record) -> str:
    method = _text(record, "method")
    return _METHODS.get(method.casefold(), _clip(method))


def _sign_in(record: Record) -> str:
    method, auth = _method(record), _text(record, "auth")
    with_method = f" with {method}" if method else ""
    match auth:
        case "success":
            return f", signed in{with_method}"
        case "failure":
            return f", but signing in{with_method} failed"
        case "":
            return f", sign-in{with_method}" if method else ""
        case _:
            return f", sign-in{with_method} (status {_clip(auth)})"


def _outcome(record: Record) -> str:
    status, auth, operation = (_text(record, name) for name in ("status", "auth", "operationstatus"))
    kind = action_kind(_text(record, "operation"))
    match status:
        case "success":
            clash = [n for n, code in (("sign-in", auth), ("operation", operation)) if code == "failure"]
            return f"success, although the {' and the '.join(clash)} failed" if clash else "success"
        case "failure":
            if auth == "failure":
                return "failure, the sign-in failed"
            if auth == "success" and kind != "signin":
                return "failure, signed in but the operation failed"
            return "failure"
        case "partial":
            return "partial success"
        case _:
            return "outcome not recorded" if not _text(record, "result") else "outcome unknown"


def _text(record: Record, name: str) -> str:
    value = record.fields.get(name)
    return value if isinstance(value, str) else ""


def _quoted(text: str) -> str:
    return f'"{text}"' if len(text) <= CLIP else f'"{text[:CLIP]}…" ({len(text):,} characters)'


def _clip(text: str) -> str:
    """The text, or its beginning and how long it is."""
    return text if len(text) <= CLIP else f"{text[:CLIP]}… ({len(text):,} characters)"
