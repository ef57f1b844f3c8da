"""Why a filter matches nothing."""

from __future__ import annotations

from collections.abc import Callable

from omeviz.query.select import matching
from omeviz.query.tree import And, Filter, Node, Not, Text, Time, leaves
from omeviz.store import Store


def _never() -> bool:
    return False


def which_part_emptied(
    store: Store,
    filter: Filter,  # noqa: A002  # its name everywhere
    *,
    marked: object = None,
    should_stop: Callable[[], bool] = _never,
) -> str:
    """One sentence or two about a filter that matches no event; it may hold text that was typed.

    Raises:
        Overtaken: `should_stop` returned true.
    """
    import polars as pl

    rows = marked if isinstance(marked, pl.Series) else None

    def count(terms: tuple[Node, ...]) -> int:
        return len(matching(store, Filter(_all(terms)), marked=rows, should_stop=should_stop))

    if not store.event_count:
        return "There are no events."
    if filter.is_empty:
        return "The filter is empty."
    terms = filter.terms
    empty = [term for term in terms if not count((term,))]
    if empty:
        said = " and ".join(f"`{_typed(filter, term)}`" for term in empty[:3])
        verb = "matches" if len(empty) == 1 else "each match"
        rest = tuple(term for term in terms if term not in empty)
        return f"{said} {verb} no event by itself.{_without(rest, count)}{_hint(empty)}"
    left, index = store.event_count, 0
    for index in range(len(terms)):
        found = count(terms[: index + 1])
        if not found:
            break
        left = found
    culprit = terms[index]
    before = " ".join(_typed(filter, term) for term in terms[:index])
    rest = (*terms[:index], *terms[index + 1 :])
    noun = "event matches" if left == 1 else "events match"
    return f"{left:,} {noun} `{before}`, none of them `{_typed(filter, culprit)}`.{_without(rest, count)}"


def _without(rest: tuple[Node, ...], count: Callable[[tuple[Node, ...]], int]) -> str:
    if not rest:
        return ""
    found = count(rest)
    return f" Without it {found:,} {'is' if found == 1 else 'are'} left." if found else ""


def _all(terms: tuple[Node, ...]) -> Node:
    return terms[0] if len(terms) == 1 else And(terms)


def _typed(filter: Filter, term: Node) -> str:  # noqa: A002
    return filter.text[term.start : term.stop] or str(term)


def _hint(empty: list[Node]) -> str:
    for term in empty:
        leaf = next(leaves(term))
        if isinstance(leaf, Text) and leaf.value.kind == "text" and "*" in leaf.value.text:
            return " In a text search `*` is an asterisk; wildcards work behind `field:`."
        if isinstance(leaf, Time) and not isinstance(term, Not):
            backwards = [v for v in leaf.values for low, high in v.intervals if low and high and low >= high]
            if backwards or any(not value.intervals for value in leaf.values):
                return " The range ends before it begins, or clocks skip it."
    return ""
