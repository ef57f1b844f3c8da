"""Codes and their names: the three outcomes of a portal event, and the one status drawn from them."""

from __future__ import annotations

_SUCCESS = frozenset({"success", "succeeded", "true", "0", "0.0"})
_FAILURE = frozenset({"failure", "failed", "false", "1", "1.0"})
_PARTIAL = "partiallysucceeded"

_OUTCOME_CODES = {
    "0": "success",
    "0.0": "success",
    "success": "success",
    "1": "failure",
    "1.0": "failure",
    "failure": "failure",
}


def outcome(text: str) -> str | None:
    """`success` or `failure` for an AuthenticationStatus or OperationStatus as text; None for anything else.

    Microsoft declares both as Double: 0 is success, 1 is failure; the names are met as well.
    """
    return _OUTCOME_CODES.get(text) or _OUTCOME_CODES.get(text.strip().lower())


def status_of(result: str | None, operation: str | None, sign_in: str | None) -> str:
    """The status of an event: its ResultStatus, else its OperationStatus, else its AuthenticationStatus.

    ResultStatus is a text in which other workloads write `True` and `Succeeded`; the others are codes, and odd ones
    are unknown.
    """
    if not result:
        return outcome(operation or sign_in or "") or "unknown"
    folded = result.strip().lower()
    if folded in _SUCCESS:
        return "success"
    if folded in _FAILURE:
        return "failure"
    return "partial" if folded == _PARTIAL else "unknown"
