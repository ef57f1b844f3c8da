"""What is highlighted in shown texts."""

from __future__ import annotations

import pytest

from omeviz.query.highlight import needles
from omeviz.query.parse import parse


@pytest.mark.parametrize(
    ("filter_text", "column", "text", "expected"),
    [
        ("", "subject", "abc", []),
        ("b", "subject", "aBcb", ["B", "b"]),
        ("b bc", None, "abc", ["bc"]),
        ("ab bc", None, "abc", ["abc"]),
        ("-b", "subject", "abc", []),
        ("b or (c d)", "subject", "abc", ["bc"]),
        ("subject:b", "subject", "abc", ["b"]),
        ("subject:b", "sender", "abc", []),
        ("subject:b", None, "abc", []),
        ("subject=b", "subject", "abc", []),
        ("subject=ABC", "subject", "abc", ["abc"]),
        ("subject:a*c", "subject", "axxc", ["axxc"]),
        ("subject:a*c", "subject", "axxcx", []),
        ("operation:Mess", "operation", "MessageAccess Mess", ["Mess"]),
        ("/[0-9]+/", "subject", "a12b345", ["12", "345"]),
        ("/(a+)+$/", "subject", "a" * 5000 + "b", []),
        ("message=<a@b>", "message", "<a@b>", ["<a@b>"]),
        ("😀", "subject", "x😀y", ["😀"]),
        ("data.X:b", "data", "abc", ["b"]),
        ("b", "subject", "a\ud800b", ["b"]),
        ("/b/", "subject", "a\ud800b", ["b"]),
    ],
)
def test_spans(filter_text: str, column: str | None, text: str, expected: list[str]) -> None:
    found = needles(parse(filter_text)).spans(text, column)
    assert [text[start:stop] for start, stop in found] == expected


def test_nothing_to_highlight_is_false() -> None:
    assert not needles(None)
    assert not needles(parse("-a has:subject time:2023"))
    assert needles(parse("a"))
