"""The careful path: decodes one record after the other in plain Python. It defines what is right.

Needs no Polars, so the first page can be shown while Polars is still being imported.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from omeviz.events import json_text, powershell_text, record_types, times
from omeviz.events.audit_keys import (
    audit_keys,
    count_distinct,
    further_keys,
    holds_float,
    places_of_keys,
    surely_unrepeated,
)
from omeviz.events.codes import outcome, status_of
from omeviz.events.json_text import NotJson, Number, Pairs
from omeviz.events.problems import Problem, ProblemKind
from omeviz.events.values import list_within, recipients_in_text, subject_of, text_of
from omeviz.events.wording import json_kind, shortened, time_difference
from omeviz.events.wrapper import repeats
from omeviz.events.wrapper_plan import SLOTS, WrapperPlan

__all__ = ["SLOTS", "CarefulDecoder", "Decoded", "WrapperPlan", "audit_keys", "latest_possible", "same_record_type"]

_POSITION = {name: index for index, name in enumerate(SLOTS)}
_TIME, _OPERATION, _RESULT, _AUTH, _OPSTATUS = (_POSITION[n] for n in SLOTS[:5])
_RECIPIENT, _SENDER, _USER, _SUBJECT = (_POSITION[n] for n in ("recipient", "sender", "user", "subject"))
_NESTED = frozenset({_RECIPIENT, _SUBJECT})
_TYPE, _ID = _POSITION["type"], _POSITION["id"]
_ODD_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?", re.ASCII)

Problems = list[Problem]


@dataclass(slots=True)
class Decoded:
    """One decoded record.

    Attributes:
        is_record: False for an unusable row.
        values: By `SLOTS`: texts, and a naive UTC datetime for `time`; None where absent.
        status: success, failure, partial or unknown.
        recipients: Each recipient by itself where there are several, else None.
        bits: Bits of `ProblemKind`.
        problems: The same in words, where they were asked for.
        vote: Which order of day and month the wrapper's time speaks for.
        ambiguous: The wrapper's time, where it can be read in two orders.
        year_first: The wrapper's time begins with the year.
    """

    is_record: bool
    values: list[Any]
    status: str
    recipients: list[str] | None
    bits: int
    problems: Problems = field(default_factory=list)
    vote: times.Order | None = None
    ambiguous: str | None = None
    year_first: bool = False


def latest_possible() -> datetime:
    """A day from now, naive UTC: what is later cannot have happened yet."""
    return datetime.now(UTC).replace(tzinfo=None) + timedelta(days=1)


def _is_shallow(cells: Sequence[str | None]) -> bool:
    """Whether a cell of a row that is a record itself stands for a list or an object, which the export lost."""
    if "System.Object[]" in cells:
        return True
    return "@{" in "".join(filter(None, cells)) and any(cell and cell.startswith(("@{", "{@{")) for cell in cells)


class CarefulDecoder:
    """Decodes the records of one header.

    Args:
        plan: What the wrapper's columns mean.
        dates: The order of day and month in the wrapper's dates.
        latest: The latest possible time, naive UTC.
    """

    def __init__(self, plan: WrapperPlan, dates: times.Order = "mdy", latest: datetime | None = None) -> None:
        self.plan = plan
        self.dates = dates
        self.latest = latest or latest_possible()

    def decode(self, audit: str | None, cells: Sequence[str | None]) -> Decoded:
        """Decode one record from its AuditData text and its wrapper cells."""
        problems: Problems = []
        own = self._audit_values(audit, problems)
        wrapped = self.plan.values(cells)
        values: list[Any] = [None] * len(SLOTS)
        if own is None:
            usable = self.plan.row_is_record or self._is_witness(wrapped)
            if self.plan.row_is_record and _is_shallow(cells):
                problems.append(
                    Problem(ProblemKind.SHALLOW, "the export replaced nested values by their type or as text")
                )
            own = values
        else:
            usable = True
            written = own[_SUBJECT]
            if type(written) is str and written and not any(each.kind == ProblemKind.SHALLOW for each in problems):
                problems.append(Problem(ProblemKind.SHALLOW, "OperationProperties was written as text, not as a list"))
        values = [v if v is None or type(v) is str or slot in _NESTED else text_of(v) for slot, v in enumerate(own)]
        for slot, _ in self.plan.filled:
            if wrapped[slot] is not None and (values[slot] is None or values[slot] == ""):
                values[slot] = wrapped[slot]
        said = wrapped[_TIME]
        ambiguous, vote = self._settle_time(values, own[_TIME], said, problems)
        self._settle_codes(values, problems)
        self._settle_type(values, own[_TYPE] is not None, wrapped[_TYPE], problems)
        if own[_SUBJECT] is not None or not self.plan.subject_is_text:
            values[_SUBJECT] = subject_of(values[_SUBJECT])
        recipients = self._settle_recipient(values, problems)
        if not values[_SENDER] and values[_TYPE] == record_types.PORTAL:
            values[_SENDER] = values[_USER] or values[_SENDER]
        for slot, what in ((_OPERATION, "operation"), (_USER, "user"), (_ID, "id")):
            theirs = wrapped[slot]
            if theirs is not None and own[slot] is not None and own[slot] != "":
                mine = values[slot]
                if slot in self.plan.weak or theirs == mine or repeats(theirs, mine):
                    continue
                if slot != _USER or not any(repeats(said, mine) for said in self.plan.directory_ids(cells)):
                    detail = f"the wrapper's {what} is {shortened(theirs)}, AuditData's is {shortened(mine)}"
                    problems.append(Problem(ProblemKind.DISAGREEMENT, detail))
        bits = 0
        for problem in problems:
            bits |= int(problem.kind)
        status = status_of(values[_RESULT], values[_OPSTATUS], values[_AUTH])
        year_first = said is not None and not ambiguous and begins_with_year(said)
        sign = said if ambiguous else None
        return Decoded(usable, values, status, recipients, bits, problems, vote, sign, year_first)

    def _is_witness(self, wrapped: Sequence[str | None]) -> bool:
        """Whether a wrapper tells of an event by itself: a time that is one, an operation, a user or an id.

        In whatever order of day and month: what is a record must not depend on the other rows' dates.
        """
        time = wrapped[_TIME]
        if time is not None and any(times.parse_any(time, order) for order in times.ORDERS):
            return True
        return any(wrapped[slot] for slot in (_OPERATION, _USER, _ID))

    def _audit_values(self, audit: str | None, problems: Problems) -> list[Any] | None:
        """AuditData's value for each slot, or None where it is no object and nothing can be recovered."""
        if audit is None or not audit or audit.isspace():
            if not self.plan.row_is_record:
                problems.append(Problem(ProblemKind.NO_AUDIT_DATA, "the row has no AuditData"))
            return None
        try:
            decoded = json_text.loads(audit)
        except NotJson as error:
            pairs = json_text.recover(audit, error.place) or Pairs(powershell_text.pairs_of(audit))
            if pairs and audit.lstrip()[:2] == "@{":
                problems.append(Problem(ProblemKind.SHALLOW, "the export wrote AuditData as PowerShell shows objects"))
            kind = ProblemKind.CUT if error.cut else ProblemKind.NOT_JSON
            got = f"; {len(pairs)} pairs before that were recovered" if pairs else ""
            what = "AuditData is cut" if error.cut else "AuditData is no JSON"
            problems.append(Problem(kind, f"{what}: {error}{got}"))
            return _values_of_pairs(pairs) if pairs else None
        if "@{" in audit or "System.Object[]" in audit or "System.Collections" in audit:
            problems.append(Problem(ProblemKind.SHALLOW, "the export replaced nested values by their type or as text"))
        if not isinstance(decoded, dict):
            problems.append(Problem(ProblemKind.NOT_JSON, f"AuditData is {json_kind(decoded)}, not an object"))
            return None
        keys = audit_keys(tuple(decoded))
        if keys is None or not surely_unrepeated(count_distinct(decoded), audit):
            return self._values_kept_apart(audit, problems)
        values = [decoded[key] if key is not None else None for key in keys]
        for slot, others in further_keys(tuple(decoded)):
            if _is_empty(values[slot]):
                values[slot] = next((decoded[key] for key in others if not _is_empty(decoded[key])), values[slot])
        types = set(map(type, values))
        if float in types or ((list in types or dict in types) and any(map(holds_float, values))):
            # Only the text has the literal.
            return self._values_kept_apart(audit, problems)
        return values

    def _values_kept_apart(self, audit: str, problems: Problems) -> list[Any]:
        """The values where keys are repeated or a literal matters."""
        pairs = json_text.parse_pairs(audit)
        if not isinstance(pairs, Pairs):
            raise TypeError("not an object")
        problems.extend(
            Problem(ProblemKind.REPEATED_KEY, f"the key {shortened(key)} occurs more than once")
            for key in json_text.repeated_keys(pairs)
        )
        return _values_of_pairs(pairs)

    def _settle_time(
        self, values: list[Any], own: Any, wrapped: str | None, problems: Problems
    ) -> tuple[bool, times.Order | None]:
        """Settle the time; returns whether the wrapper's can be read in two orders, and which one it speaks for."""
        moment = times.parse_iso(own) if isinstance(own, str) else None
        if moment is None and own not in (None, ""):
            read = times.parse_any(own, self.dates) if isinstance(own, str) and not isinstance(own, Number) else None
            moment = read[0] if read else None
            if moment is None:
                problems.append(Problem(ProblemKind.BAD_TIME, f"CreationTime {shortened(text_of(own))} cannot be read"))
        ambiguous, vote = False, None
        if wrapped is not None:
            read, ambiguous, vote = times.testimony(wrapped, self.dates, moment)
            if read is None:
                if moment is None or _TIME not in self.plan.weak:
                    detail = f"the wrapper's time {shortened(wrapped)} cannot be read"
                    problems.append(Problem(ProblemKind.BAD_TIME, detail))
            elif moment is None:
                moment = read[0]
            elif _TIME not in self.plan.weak and not times.agrees(*read, moment):
                problems.append(Problem(ProblemKind.DISAGREEMENT, time_difference(wrapped, read[0], moment)))
        if moment is not None and not times.EARLIEST <= moment <= self.latest:
            problems.append(Problem(ProblemKind.IMPOSSIBLE_TIME, f"{moment} UTC is before 2010 or in the future"))
        values[_TIME] = moment
        return ambiguous, vote

    @staticmethod
    def _settle_codes(values: list[Any], problems: Problems) -> None:
        for slot, key in ((_AUTH, "AuthenticationStatus"), (_OPSTATUS, "OperationStatus")):
            text = values[slot]
            if not text:
                continue
            name = outcome(text)
            if name is None:
                problems.append(
                    Problem(ProblemKind.ODD_CODE, f"{key} is {shortened(text)}; known are 0, 1 and their names")
                )
            else:
                values[slot] = name

    @staticmethod
    def _settle_type(values: list[Any], own: bool, wrapped: str | None, problems: Problems) -> None:
        text = values[_TYPE]
        if not text:
            return
        name, odd = type_of(text)
        if odd:
            problems.append(Problem(ProblemKind.ODD_CODE, f"RecordType is {shortened(text)}"))
        if own and wrapped is not None and not same_record_type(name, wrapped):
            detail = f"the wrapper's record type is {shortened(wrapped)}, AuditData's is {shortened(text)}"
            problems.append(Problem(ProblemKind.DISAGREEMENT, detail))
        values[_TYPE] = name

    @staticmethod
    def _settle_recipient(values: list[Any], problems: Problems) -> list[str] | None:
        value = list_within(values[_RECIPIENT])
        if value is None:
            return None
        if isinstance(value, str):
            several = recipients_in_text(value)
            if several is None:
                values[_RECIPIENT] = str(value)
                return None
            problems.append(Problem(ProblemKind.SHALLOW, "several recipients were written as one text"))
        elif isinstance(value, list):
            several = [text_of(item) for item in value if item not in (None, "")]
        else:
            values[_RECIPIENT] = text_of(value)
            return None
        values[_RECIPIENT] = "; ".join(several) if several else None
        return several if len(several) > 1 else None


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value)


def _values_of_pairs(pairs: Pairs) -> list[Any]:
    return [
        None if not found else pairs[found[0]][1] if len(found) == 1 else _first_value([pairs[n][1] for n in found])
        for found in places_of_keys(tuple([key for key, _ in pairs]))
    ]


def _first_value(values: Sequence[Any]) -> Any:
    """The first that is not empty, else the first."""
    return next((value for value in values if not _is_empty(value)), values[0])


def begins_with_year(text: str) -> bool:
    """Whether a wrapper's time that can be read in one order only begins with the year."""
    return text.lstrip()[:4].isdigit()


def type_of(text: str) -> tuple[str, bool]:
    """The name of a record type as AuditData has it, not empty; and whether it is neither a number nor a name."""
    name = record_types.canonical(text)
    if name != text:
        return name, False
    fraction = "." in text and _ODD_NUMBER.fullmatch(text) is not None
    return name, fraction or text in ("true", "false") or text[0] in "[{"


def same_record_type(name: str, wrapped: str) -> bool:
    """Whether a wrapper's record type means the canonical one; where Microsoft's sources disagree, either name will."""
    theirs = record_types.canonical(wrapped)
    if theirs.lower() == name.lower():
        return True
    number = record_types.number_of(name)
    return number is not None and record_types.means(number, theirs)
