"""Decoding single records in tests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from omeviz.events.careful import SLOTS, CarefulDecoder, Decoded, WrapperPlan
from omeviz.events.problems import ProblemKind
from omeviz.events.times import Order
from tests.support import PUBLIC_RECORD

PUBLIC_TEXT = json.dumps(PUBLIC_RECORD, separators=(",", ":"))
"""The public record as its AuditData stands in the export."""

LATEST = datetime(2030, 1, 1)


def decoded(
    audit: str | Mapping[str, object] | None,
    wrapper: Mapping[str, str | None] | None = None,
    *,
    dates: Order = "mdy",
    row_is_record: bool = False,
) -> Decoded:
    """One record after the careful path; everything after 2029 is the future."""
    wrapper = wrapper or {}
    plan = WrapperPlan.of(list(wrapper), row_is_record=row_is_record)
    text = audit if audit is None or isinstance(audit, str) else json.dumps(audit)
    return CarefulDecoder(plan, dates, LATEST).decode(text, list(wrapper.values()))


def value(slot: str, audit: str | Mapping[str, object] | None, wrapper: Mapping[str, str | None] | None = None) -> Any:
    """One column of one record."""
    return decoded(audit, wrapper).values[SLOTS.index(slot)]


def values(record: Decoded) -> dict[str, Any]:
    """The columns of a record that are not absent."""
    return {slot: found for slot, found in zip(SLOTS, record.values, strict=True) if found is not None}


def kinds(record: Decoded) -> ProblemKind:
    """The record's problems as one number of bits; every problem in words has its bit, and every bit its words."""
    told = ProblemKind(0)
    for problem in record.problems:
        told |= problem.kind
    assert told == record.bits
    return told
