"""Reading characters of a filter: words, quoted texts, regular expressions, paths."""

from __future__ import annotations

import re

from omeviz.errors import FilterError
from omeviz.query.tree import KEYWORDS, Value

MAX_TEXT = 10_000
"""How many characters one text may have; the engine of regular expressions takes several times as much."""

_WORD = re.compile(r"[^\s()\"]+")
_BLANKS = re.compile(r"\s*")
_REGEX = re.compile(r"/((?:[^/\\]|\\.)*)/", re.DOTALL)
_PATH_STEP = re.compile(r'"((?:[^"\\]|\\.)*)"|([^."]+)')
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class Scanner:
    """A filter text and how far it has been read (`at`)."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    @property
    def at_end(self) -> bool:
        """Everything is read."""
        return self.at >= len(self.text)

    def peek(self) -> str:
        """The next character, or an empty text at the end."""
        return self.text[self.at : self.at + 1]

    def skip_blanks(self) -> None:
        """Go to the next character that is no blank."""
        match = _BLANKS.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def error(self, message: str, start: int, stop: int, remedy: str = "") -> FilterError:
        """An error at a place of this text."""
        return FilterError(message, min(start, len(self.text)), min(max(start, stop), len(self.text)), remedy)

    def keyword_here(self) -> str:
        """The keyword that comes next, in lower case, or an empty text."""
        match = _WORD.match(self.text, self.at)
        if not match or match[0].lower() not in KEYWORDS or self.text[match.end() : match.end() + 1] == '"':
            return ""
        return match[0].lower()

    def pieces(self, stop_at: str) -> tuple[str, int, bool]:
        """A text up to a blank or parenthesis: plain and quoted pieces joined.

        Args:
            stop_at: Further characters that end it outside quotes.

        Returns:
            The text, where it starts, and whether any of it was in quotes.
        """
        start, quoted = self.at, False
        found: list[str] = []
        while not self.at_end:
            character = self.peek()
            if character.isspace() or character in "()" or character in stop_at:
                break
            if character == '"':
                quoted = True
                found.append(self._quoted())
            else:
                found.append(character)
                self.at += 1
        if sum(map(len, found)) > MAX_TEXT:
            raise self.error(f"a text longer than {MAX_TEXT:,} characters", start, self.at)
        return storable("".join(found)), start, quoted

    def _quoted(self) -> str:
        start = self.at
        self.at += 1
        found: list[str] = []
        while not self.at_end:
            character = self.peek()
            if character == '"':
                self.at += 1
                return "".join(found)
            if character == "\\" and self.text[self.at + 1 : self.at + 2] in {'"', "\\"}:
                self.at += 1
                character = self.peek()
            found.append(character)
            self.at += 1
        raise self.error("a quote is not closed", start, start + 1, 'Write " at the end of the text.')

    def regex(self) -> Value:
        r"""A regular expression between slashes; `\/` is a slash."""
        start = self.at
        match = _REGEX.match(self.text, start)
        if not match:
            remedy = "Write / at its end, or put a text that begins with / in quotes."
            raise self.error("a regular expression is not closed", start, start + 1, remedy)
        self.at = match.end()
        following = self.peek()
        if following and not following.isspace() and following not in "(),":
            remedy = r"Write a slash in it as \/, or put a text that begins with / in quotes."
            raise self.error("something follows the regular expression directly", self.at, self.at + 1, remedy)
        pattern = storable(re.sub(r"\\(.)", lambda m: "/" if m[1] == "/" else m[0], match[1], flags=re.DOTALL))
        if not pattern:
            raise self.error("an empty regular expression", start, self.at, "Write something between the slashes.")
        problem = regex_problem(pattern)
        if problem:
            raise self.error(f"bad regular expression: {problem}", start, self.at, _REGEX_REMEDY)
        return Value(pattern, "regex", start=start, stop=self.at)

    @staticmethod
    def path(text: str) -> tuple[str, ...]:
        """The steps of `data.a."b c"`."""
        steps = (
            match[2] if match[1] is None else re.sub(r'\\(["\\])', r"\1", match[1])
            for match in _PATH_STEP.finditer(text[len("data.") :])
        )
        return tuple(storable(step) for step in steps)


_REGEX_REMEDY = "Regular expressions are those of Rust: no look-around, no back-references."


def regex_problem(pattern: str) -> str:
    """What is wrong with a regular expression, in one line, or an empty text."""
    import polars as pl

    try:
        pl.Series([""]).str.contains(f"(?i){pattern}", strict=True)
    except pl.exceptions.ComputeError as error:
        lines = [line.strip() for line in str(error).splitlines()]
        told = [line.removeprefix("error: ") for line in lines if line.startswith("error: ")]
        return told[0] if told else lines[0].removeprefix("regex error: ")
    return ""


def storable(text: str) -> str:
    """Text with lone surrogates replaced, as in the decoded columns, which cannot hold them."""
    return _LONE_SURROGATE.sub("\ufffd", text)
