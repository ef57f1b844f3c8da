"""The filter language: text to tree.

Precedence: `not` and `-` bind tightest, then and (a blank, or the word), then `or`. Keywords in any case.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, tzinfo

from omeviz.errors import FilterError
from omeviz.query.conditions import Conditions
from omeviz.query.fields import Field, lookup, suggest
from omeviz.query.scan import Scanner
from omeviz.query.tree import KEYWORDS, And, Filter, Node, Not, Or, Text, Value

MAX_DEPTH = 100
"""How deep parentheses and negations may nest."""

MAX_TERMS = 5_000
"""How many conditions a filter may have; a longer list belongs into a file (`field:@file.txt`)."""

MAX_LENGTH = 1_000_000
"""How many characters a filter may have."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.]*(?=[:=])")
_PATH = re.compile(r'data(?:\.(?:"(?:[^"\\]|\\.)*"|[^\s:=.,()"]+))+(?=[:=])', re.IGNORECASE)


def parse(text: str, *, zone: tzinfo = UTC) -> Filter:
    """Parse a filter.

    Args:
        text: The filter as typed; an empty one matches every event.
        zone: In which dates and times without `Z` or offset are read.

    Raises:
        FilterError: It does not parse; the error names the place.
    """
    if len(text) > MAX_LENGTH:
        raise FilterError(
            "the filter is too long", MAX_LENGTH, len(text), "Put long lists into a file: field:@file.txt"
        )
    return Filter(_Parser(text, zone).whole(), text)


class _Parser:
    def __init__(self, text: str, zone: tzinfo) -> None:
        self.scan = Scanner(text)
        self.conditions = Conditions(self.scan, zone)
        self.depth = 0
        self.terms = 0

    def whole(self) -> Node:
        scan = self.scan
        scan.skip_blanks()
        if scan.at_end:
            return And(())
        node = self.any_of()
        if not scan.at_end:  # Only a closing parenthesis stops early.
            raise scan.error("a closing parenthesis without an opening one", scan.at, scan.at + 1, "Delete it.")
        return node

    def any_of(self) -> Node:
        start = self.scan.at
        children = [self.all_of()]
        while self.keyword("or"):
            children.append(self.all_of(after="or"))
        return children[0] if len(children) == 1 else Or(tuple(children), start=start, stop=children[-1].stop)

    def all_of(self, after: str = "") -> Node:
        scan = self.scan
        scan.skip_blanks()
        start = scan.at
        children: list[Node] = []
        while True:
            place = scan.at
            joined = bool(children) and self.keyword("and")
            scan.skip_blanks()
            if scan.at_end or scan.peek() == ")" or scan.keyword_here() == "or":
                if joined or not children:
                    raise self._missing("and" if joined else after, place)
                break
            if scan.keyword_here() == "and":
                raise self._missing("and", scan.at)
            children.append(self.term())
            scan.skip_blanks()
        return children[0] if len(children) == 1 else And(tuple(children), start=start, stop=children[-1].stop)

    def _missing(self, word: str, place: int) -> FilterError:
        scan = self.scan
        if word == "not":
            return scan.error("nothing to negate", place, scan.at, "Write a condition directly behind it, or quote it.")
        if word in {"and", "or"}:
            here = scan.keyword_here()
            start, stop = (scan.at, scan.at + len(here)) if here else (place, max(scan.at, place + 1))
            message = f"`{here or word}` needs a condition on both sides"
            return scan.error(message, start, stop, f'To search for the word, quote it: "{here or word}".')
        if scan.keyword_here() == "or":
            return scan.error("`or` needs a condition on both sides", scan.at, scan.at + 2, "Write one before it.")
        if scan.at_end:
            return scan.error("a condition is missing", place, scan.at)
        if not scan.text[:place].rstrip().endswith("("):
            return scan.error("a parenthesis closes nothing", scan.at, scan.at + 1, "Take it out, or put it in quotes.")
        return scan.error("empty parentheses", max(place - 1, 0), scan.at + 1, "Write a condition in them.")

    def keyword(self, word: str) -> bool:
        """Pass over a keyword if it comes next."""
        self.scan.skip_blanks()
        if self.scan.keyword_here() != word:
            return False
        self.scan.at += len(word)
        return True

    def term(self) -> Node:
        scan, start = self.scan, self.scan.at
        if scan.peek() == "-":
            scan.at += 1
            if scan.at_end or scan.peek().isspace() or scan.peek() == ")":
                raise self._missing("not", start)
            return self.negated(start)
        if scan.keyword_here() == "not":
            scan.at += 3
            scan.skip_blanks()
            if scan.at_end or scan.peek() == ")" or scan.keyword_here() in {"and", "or"}:
                raise self._missing("not", start)
            return self.negated(start)
        if scan.peek() == "(":
            return self.group(start)
        self.terms += 1
        if self.terms > MAX_TERMS:
            raise scan.error(f"more than {MAX_TERMS:,} conditions", start, start, "Use a file: field:@file.txt")
        return self.fielded() or self.text()

    def negated(self, start: int) -> Node:
        if self.scan.keyword_here() in {"and", "or"}:
            raise self._missing("not", start)
        self.deeper(start)
        child = self.term()
        self.depth -= 1
        return Not(child, start=start, stop=child.stop)

    def group(self, start: int) -> Node:
        scan = self.scan
        scan.at += 1
        self.deeper(start)
        node = self.any_of_group(start)
        self.depth -= 1
        scan.at += 1
        return _placed(node, start, scan.at)

    def any_of_group(self, start: int) -> Node:
        scan = self.scan
        scan.skip_blanks()
        if scan.at_end:
            raise scan.error("a parenthesis is not closed", start, start + 1, "Write ) behind its conditions.")
        node = self.any_of()
        scan.skip_blanks()
        if scan.at_end:
            raise scan.error("a parenthesis is not closed", start, start + 1, "Write ) behind its conditions.")
        return node

    def deeper(self, start: int) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.scan.error("nested too deeply", start, start + 1, f"At most {MAX_DEPTH} levels are possible.")

    def text(self) -> Text:
        scan = self.scan
        if scan.peek() == "/":
            value = scan.regex()
        else:
            text, start, _ = scan.pieces(stop_at="")
            value = Value(text, start=start, stop=scan.at)
            if not text:
                raise scan.error("an empty text", start, scan.at, "Write something between the quotes.")
        return Text(value, start=value.start, stop=value.stop)

    def fielded(self) -> Node | None:
        """A condition on a field, if a name directly followed by `:` or `=` comes next."""
        scan, start = self.scan, self.scan.at
        path = _PATH.match(scan.text, start)
        if path:
            scan.at = path.end()
            return self.conditions.on(Field(path=scan.path(path[0])), start)
        name = _NAME.match(scan.text, start)
        if not name or name[0].lower() in KEYWORDS:
            return None
        field = lookup(name[0])
        if field is None:
            raise scan.error(f"there is no field {name[0]}", start, name.end(), suggest(name[0]))
        scan.at = name.end()
        return self.conditions.on(field, start)


def _placed(node: Node, start: int, stop: int) -> Node:
    """The node with the place of the parentheses around it."""
    return replace(node, start=start, stop=stop)
