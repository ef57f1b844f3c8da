"""Whatever is rendered as `Format-List` is read back equal, however wide the screen and wherever the text ends."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from omeviz.errors import SourceError
from tests.hostile import HOSTILE
from tests.sample_parts.list_text import format_list, wrapped
from tests.sources.list_reading import read
from tests.support import examples

TEXT = st.text(
    st.one_of(
        st.sampled_from(" \t ,;:{}[]\"'<>&-@.`~|_\\/0aZ\xa0\u2013é契ﾃ"),
        st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_characters="\x7f\x1b"),
    ),
    max_size=60,
)
VALUE = TEXT.map(lambda text: text.strip(" \t\xa0"))
SUBJECT = st.one_of(TEXT, st.sampled_from([text for _, text in HOSTILE]))
RECORDS = st.lists(
    st.fixed_dictionaries(
        {"CreationTime": st.just("2023-03-22T19:00:59"), "Operation": VALUE, "Subject": SUBJECT, "Count": st.integers()}
    ),
    min_size=1,
    max_size=4,
)
NAMES = st.lists(st.sampled_from(["Identity", "Note", "RunspaceId", "Very_long.name-of 3 words"]), unique=True)


@st.composite
def rows(draw: st.DrawFn) -> list[dict[str, str]]:
    """Rows of the same names, their AuditData among the others."""
    records = draw(RECORDS)
    others = draw(NAMES)
    found = []
    for number, record in enumerate(records):
        row = {"RecordType": "OMEPortal", "ResultIndex": str(number)}
        row["AuditData"] = json.dumps(record, ensure_ascii=draw(st.booleans()))
        row.update({name: draw(VALUE) for name in others})
        row["ObjectState"] = "Unchanged"
        found.append(row)
    return found


def without_audit(row: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in row.items() if name != "AuditData"}


@given(
    rows(),
    st.integers(32, 200),
    st.booleans(),
    st.sampled_from([0, 1]),
    st.sampled_from(["utf-8", "utf-16"]),
    st.data(),
)
@settings(max_examples=examples(150), deadline=None)
def test_what_was_written_is_read(
    written: list[dict[str, str]], width: int, by_words: bool, spaced: int, encoding: str, data: st.DataObject
) -> None:
    text = format_list(written, width, by_words=by_words, spaced=spaced, end=data.draw(st.sampled_from(["\n", "\r\n"])))
    sizes = data.draw(st.lists(st.integers(1, 200), min_size=1, max_size=3))
    found = read(text.encode(encoding, "replace"), sizes=sizes)
    expected = [row["AuditData"].encode(encoding, "replace").decode(encoding) for row in written]
    assert found.audits == expected
    assert found.rows == [without_audit(row) for row in written]


@given(rows(), st.integers(32, 120), st.booleans(), st.data())
@settings(max_examples=examples(100), deadline=None)
def test_cut_anywhere_the_rows_are_those_that_began(
    written: list[dict[str, str]], width: int, by_words: bool, data: st.DataObject
) -> None:
    whole = format_list(written, width, by_words=by_words, end="\n")
    cut = data.draw(st.integers(0, len(whole)))
    column = max(map(len, written[0])) + 2
    begun = sum(
        part.startswith("RecordType")
        and "\nResultIndex " in part
        and len(part.split("\nResultIndex ")[1]) >= column - 12
        for part in ("\n" + whole[:cut]).split("\n\n")
        for part in [part.lstrip("\n")]
    )
    try:
        found = read(whole[:cut].encode("utf-8", "replace"))
    except SourceError:
        assert begun == 0
        return
    assert len(found.rows) == begun
    before = [row["AuditData"].encode("utf-8", "replace").decode() for row in written[: begun - 1]]
    assert found.audits[: begun - 1] == before


@given(st.binary(max_size=400))
@settings(max_examples=examples(100), deadline=None)
def test_no_bytes_do_harm(data: bytes) -> None:
    good = b"RecordType : OMEPortal\r\nUserIds    : a\r\n"
    for text in (data, data + b"\n\n" + good, good + data, b"<p>" + data + b"</p>"):
        try:
            found = read(text, sizes=(7, 50))
        except SourceError:
            continue
        assert found.rows
        assert len(found.rows) == len(found.audits) == len(found.lines)


@given(TEXT, st.integers(3, 40), st.booleans())
def test_wrapping_loses_nothing(text: str, width: int, by_words: bool) -> None:
    assert "".join(wrapped(text, width, by_words=by_words)) == text
