"""Which events are kept while reading (`--keep-only`, `--record-type`): a filter that is asked part by part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from omeviz.errors import FilterError, UsageError
from omeviz.events import record_types
from omeviz.query.parse import parse
from omeviz.query.tree import And, Compare, Filter, Has, Is, Last, Node, Time, leaves, value_text

if TYPE_CHECKING:
    import polars as pl

    from omeviz.events.part import EventPart

_WHOLE = "it depends on more than the one record, and the others are not all read yet"


@dataclass(frozen=True, slots=True)
class Keep:
    """A filter for `omeviz.load_steps.LoadOptions.keep`.

    Attributes:
        filter: What must match.
        notes: See `KeepOnly`.
    """

    filter: Filter
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The condition as a filter."""
        return str(self.filter)

    @property
    def asks_time(self) -> bool:
        """Whether it depends on times."""
        return any(isinstance(leaf, Time) or _has_time(leaf) for leaf in leaves(self.filter.node))

    def __call__(self, part: EventPart, source_names: tuple[str, ...]) -> pl.Series:
        """Which events of a part match."""
        from omeviz.query.block import Context
        from omeviz.query.evaluate import evaluate

        return evaluate(self.filter, part, Context(source_names))


def keep_of(filter: Filter | None, record_types_text: str | None) -> Keep | None:  # noqa: A002  # its name everywhere
    """What is kept; None: everything.

    Args:
        filter: What `--keep-only` applies; None where it was not given.
        record_types_text: The value of `--record-type`, names or numbers between commas, or None.

    Raises:
        FilterError: The filter needs all events.
        UsageError: `--record-type` names nothing.
    """
    if filter is not None:
        _refuse(filter)
    types = None if record_types_text is None else _types(record_types_text)
    wanted = [each.node for each in (types, filter) if each is not None]
    if not wanted:
        return None
    node = wanted[0] if len(wanted) == 1 else And(tuple(wanted))
    return Keep(Filter(node), () if types is None else tuple(_unknown(types.node)))


def _refuse(filter: Filter) -> None:  # noqa: A002
    for leaf in leaves(filter.node):
        if isinstance(leaf, Last):
            remedy = "Write a date instead (after:2023-03-01), or leave --keep-only out."
            raise FilterError(f"--keep-only cannot use {leaf}: {_WHOLE}", leaf.start, leaf.stop, remedy)
        if isinstance(leaf, Is):
            remedy = "Leave this condition out, or --keep-only."
            raise FilterError(f"--keep-only cannot use {leaf}: {_WHOLE}", leaf.start, leaf.stop, remedy)


def _types(text: str) -> Filter:
    names = [name.strip() for name in text.split(",")]
    if not all(names):
        raise UsageError("--record-type lacks a name.", "Write names or numbers: --record-type OMEPortal,ExchangeItem.")
    return parse("type:" + ",".join(map(value_text, names)))


def _unknown(node: Node) -> list[str]:
    values = [value for value in node.values if value.kind == "text"] if isinstance(node, Compare) else []
    strange = [value.text for value in values if not record_types.begins_a_name(value.text)]
    return [f"--record-type {text}: omeviz knows no record type of this name" for text in strange]


def _has_time(leaf: Node) -> bool:
    return isinstance(leaf, Has) and "time" in leaf.targets
