"""AuditData texts about which nothing is unusual, with the value of each slot; all others need a closer look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from omeviz.events.audit_keys import holds_float, surely_unrepeated
from omeviz.events.record_forms import NO_KEY, Form, Forms, count_inside
from omeviz.events.values import subject_of

LONGEST = 1 << 16
"""Characters: longer texts get a closer look, so that what is remembered of their keys stays small."""


@dataclass(frozen=True, slots=True)
class PlainRecords:
    """What was found among some texts.

    Attributes:
        rows: The places of plain texts among them, ascending.
        values: For each of `rows` the value of each slot: a text or None, for codes and types a number too; under
            `subject` anything.
        subjects: For each of `rows` the subject.
    """

    rows: list[int]
    values: list[tuple[Any, ...]]
    subjects: list[str | None]


def plain_records(audits: Sequence[str | None], forms: Forms) -> PlainRecords:
    """Decode texts.

    A plain one is an object without repeated keys and values lost by the export, and of a usual form.

    Args:
        audits: AuditData texts.
        forms: What is known of forms; grows.
    """
    rows: list[int] = []
    values: list[tuple[Any, ...]] = []
    subjects: list[str | None] = []
    loads = orjson.loads
    for row, audit in enumerate(audits):
        if audit is None or len(audit) > LONGEST:
            continue
        try:
            record = loads(audit)
            form = forms[(*record, *map(type, record.values()))]
        except (ValueError, TypeError, AttributeError):  # no JSON, no object
            continue
        if form is None:
            continue
        keys, texts, objects, subject = form.keys, form.texts, 1, None
        if form.inside:
            found = _inside(record, form)
            if found is None:
                continue
            keys, texts, objects, subject = keys + found[0], texts + found[1], 1 + found[2], found[3]
        # Every key and every text has two quotes; a repeated key would leave more of them than came out.
        if audit.count('"') != 2 * (keys + texts) and not surely_unrepeated(keys, audit):
            continue
        if (audit.count("{") != objects and "@{" in audit) or ("System." in audit and _is_shallow(audit)):
            continue
        record[NO_KEY] = None
        found_values = form.values(record)
        if form.sole and not all(map(found_values.__getitem__, form.sole)):
            continue
        rows.append(row)
        values.append(found_values)
        subjects.append(subject)
    return PlainRecords(rows, values, subjects)


def _inside(record: dict[str, Any], form: Form) -> tuple[int, int, int, str | None] | None:
    """How many keys, texts and objects are inside a record's values, and its subject; None: it needs a closer look."""
    name = form.properties
    if name is not None and len(form.inside) == 1:
        properties = record[name]
        if len(properties) == 1:
            first = properties[0]
            if type(first) is dict and len(first) == 2 and first.get("Name") == "MailSubject":
                value = first.get("Value")
                if type(value) is str:  # Microsoft's own form, met nearly always
                    return 2, 2, 1, value
    found = count_inside(record[key] for key in form.inside)
    if found is None:
        return None
    if name is None:
        return *found, None
    return None if holds_float(record[name]) else (*found, subject_of(record[name]))


def _is_shallow(audit: str) -> bool:
    return "System.Object[]" in audit or "System.Collections" in audit
