"""Letters that the export lost: `?` in their place, or UTF-8 read as another encoding."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from omeviz.analysis.findings import Finding
from omeviz.analysis.kinds import finding
from omeviz.analysis.material import Material
from omeviz.events.problems import ProblemKind

TEXTS = ("subject", "attachment")
"""Columns of free text, in which letters beyond ASCII are usual and `?` inside a word is not (as it is in a URL)."""

NAMES = (*TEXTS, "recipient", "sender")
"""Columns in which mojibake is looked for."""

FEWEST = 3
"""Records with `?` in words below which they say nothing."""

QUESTION_MARKS = r"(?:^|[\s\"'(\[_-])(?:\p{Lu}?\p{Ll}*\?{1,3}\p{Ll}+(?:[^=\p{L}]|$)|\?{5,}|\?{2,}[^\p{L}?]{1,3}\?{2,})"
"""A word of small letters with `?` inside or in front (and no `=` behind, as in a URL), or words of `?` only."""

_SIGNS = (
    r"\x{20AC}\x{192}\x{2020}\x{2021}\x{2C6}\x{2030}\x{160}\x{152}\x{17D}\x{2DC}\x{2122}\x{161}\x{153}\x{17E}\x{178}"
)
_QUOTES = (
    r"\x{AB}\x{BB}\x{201A}\x{201E}\x{2026}\x{2039}\x{2018}\x{2019}\x{201C}\x{201D}\x{2022}\x{2013}\x{2014}\x{203A}"
)
"""The bytes 80 to BF, which continue a character of UTF-8, as ISO 8859-1 and Windows-1252 read them; those of the
second line may also follow a capital letter at a word's end (`“AMANHÔ`)."""

_LEADS = r"\x{C3}-\x{C5}\x{CE}-\x{D1}"
"""The first bytes of Latin, Greek and Cyrillic letters, read so."""

_STRONG = rf"\x{{80}}-\x{{9F}}\x{{A1}}-\x{{AA}}\x{{AC}}-\x{{BA}}\x{{BC}}-\x{{BF}}{_SIGNS}"

MOJIBAKE = (
    rf"[{_LEADS}](?:[{_STRONG}]|[{_QUOTES}]\p{{L}})|\x{{C2}}[\x{{A1}}-\x{{AA}}\x{{AC}}-\x{{BA}}\x{{BC}}-\x{{BF}}]"
    rf"|\x{{E2}}[\x{{80}}\x{{20AC}}]|\x{{F0}}[\x{{9F}}\x{{178}}]|[\x{{E4}}-\x{{E9}}][{_STRONG}][{_STRONG}]"
)
"""`Ã¼`, `Ã–s`, `Â°`, `â€™`, `ðŸ™‚`, `èªž`."""

_SHOWN = (
    r"/[Â-ÅÎ-Ñ][\x{80}-\x{BF}\x{152}-\x{2122}]|â[\x{80}€]|ð[\x{9F}Ÿ]|[ä-é][\x{80}-\x{BF}\x{152}-\x{2122}]{2}|\x{FFFD}/"
)
"""About the same as a filter that can be read."""

REPLACED = "\ufffd"


def garbled_texts(material: Material) -> Iterator[Finding]:
    """Mojibake and U+FFFD, for certain; `?` inside words as a hint, where nothing beyond ASCII is left in the file."""
    longer = (pl.col(name).str.len_bytes() != pl.col(name).str.len_chars() for name in NAMES)
    encoding = int(ProblemKind.ENCODING)  # such bytes are a finding of their own
    beyond = _rows(material, pl.any_horizontal(longer) & ((pl.col("problems") & encoding) == 0), NAMES)
    material.ask()
    garbled = beyond.select(_any(NAMES, MOJIBAKE)).to_series()
    replaced = beyond.select(_any(NAMES, REPLACED)).to_series()
    if replaced.any():
        replaced &= _really_replaced(material, beyond)
    found = beyond.filter(garbled | replaced)
    if found.height:
        places = material.tallies(found)
        examples = _examples(found, f"{MOJIBAKE}|{REPLACED}", NAMES)
        yield finding("mojibake", places, details=examples, filter=material.file_filter(places, _SHOWN))
    material.ask()
    yield from _question_marks(material)


def _rows(material: Material, condition: pl.Expr, names: tuple[str, ...]) -> pl.DataFrame:
    return material.frame.lazy().filter(condition).select("row", "source", "line", *names).collect()


def _any(names: tuple[str, ...], pattern: str) -> pl.Expr:
    return pl.any_horizontal(pl.col(name).str.contains(pattern) for name in names).fill_null(value=False)


def _really_replaced(material: Material, rows: pl.DataFrame) -> pl.Series:
    """Whether U+FFFD stands in AuditData itself: in decoded columns it also stands for half a character."""
    audit = material.audit(rows.get_column("row"))
    return audit.str.contains(REPLACED, literal=True).fill_null(value=True)  # without AuditData the cells are all


def _question_marks(material: Material) -> Iterator[Finding]:
    marked = pl.any_horizontal(pl.col(name).str.contains("?", literal=True) for name in TEXTS)
    found = _rows(material, marked, TEXTS).filter(_any(TEXTS, QUESTION_MARKS))
    sources = [
        source
        for source, number in found.group_by("source").len().sort("source").iter_rows()
        if number >= FEWEST and not _has_more_than_ascii(material, source)
    ]
    found = found.filter(pl.col("source").is_in(sources))
    if found.height:
        places = material.tallies(found)
        condition = r"(subject:/\?\p{Ll}|\?\?/ or attachment:/\?\p{Ll}|\?\?/)"
        examples = _examples(found, QUESTION_MARKS, TEXTS)
        yield finding("question-marks", places, details=examples, filter=material.file_filter(places, condition))


def _has_more_than_ascii(material: Material, source: int) -> bool:
    """Whether any letter beyond ASCII came through, in AuditData's own text."""
    for part in material.parts:
        if part.source == source:
            audit = part.frame.get_column("audit")
            if audit.str.len_bytes().sum() != audit.str.len_chars().sum():
                return True
    return False


def _examples(found: pl.DataFrame, pattern: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Up to three of the texts."""
    texts: list[str] = []
    for name in names:
        column = found.get_column(name)
        hits = column.filter(column.str.contains(pattern).fill_null(value=False))
        texts += hits.unique(maintain_order=True).head(3).to_list()
    return tuple(f"for example: {text[:60]}{'…' if len(text) > 60 else ''}" for text in texts[:3])
