"""Bytes to text: every encoding an export is met in, and what happens at its edges."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from omeviz.errors import UsageError
from omeviz.sources.decoder import Decoder
from omeviz.sources.encoding import Encoding, guess, told
from tests.load_support import store_of_bytes
from tests.sources.support import blocks, read, text_of
from tests.support import examples
from tests.ugly_styles import CRLF, styles

TEXT = styles()["cmdlet"].head + "".join(record + CRLF for record in styles()["cmdlet"].records)
WESTERN = "".join(c if ord(c) < 256 else "é" for c in TEXT)

KINDS = {
    "utf-8": (TEXT.encode(), "UTF-8"),
    "utf-8 with BOM": (TEXT.encode("utf-8-sig"), "UTF-8 with BOM"),
    "utf-16 little endian with BOM": (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "UTF-16"),
    "utf-16 big endian with BOM": (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "UTF-16 (big endian)"),
    "utf-16 little endian": (TEXT.encode("utf-16-le"), "UTF-16"),
    "utf-16 big endian": (TEXT.encode("utf-16-be"), "UTF-16 (big endian)"),
    "utf-32 with BOM": (codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"), "UTF-32"),
    "cp1252": (WESTERN.encode("cp1252", "ignore"), "Windows-1252"),
    "ascii": (TEXT.encode("ascii", "replace"), "UTF-8"),
}


@pytest.mark.parametrize("name", KINDS)
def test_guess(name: str) -> None:
    data, shown = KINDS[name]
    encoding = guess(data, whole=True)
    assert encoding.shown == shown
    codec = {"Windows-1252": "cp1252"}.get(shown, encoding.codec)
    assert text_of(data) == data[encoding.bom :].decode(codec)


@pytest.mark.parametrize("name", KINDS)
@given(sizes=st.lists(st.integers(1, 40), min_size=1, max_size=6))
def test_the_text_does_not_depend_on_the_blocks(name: str, sizes: list[int]) -> None:
    data = KINDS[name][0][:600]
    assert text_of(data, sizes=sizes) == text_of(data)


UNITS = st.sampled_from(
    [
        b"\xff",
        b"\xfe",
        b"\xc3\xbc",
        b"\xc3",
        b"\xe2\x82\xac",
        b"\x80",
        b"\x81",
        b"\x00",
        b"\n",
        b"\r",
        b"\r\n",
        b'"',
        b",",
        b"a",
        b"\xff\xfe",
        "abcdefghi\n".encode("utf-16-le"),
        b"abcdefghijklmnop",
        b"abcdefghijklmnop" * 4,
        b"\n\x00",
        b"\x00\n",
        b"\xd8",
        b"\xdc",
    ]
)


@given(
    pieces=st.lists(UNITS, max_size=40),
    sizes=st.lists(st.integers(1, 9), min_size=1, max_size=4),
    codec=st.sampled_from(["utf-8", "cp1252", "utf-16-le", "utf-16-be", "latin-1", "cp850"]),
)
@example(pieces=[b"\xff", *2 * [b"a\0b\0c\0d\0e\0f\0g\0h\0i\0\n\0"]], sizes=[1], codec="utf-16-le")
@example(pieces=[b"\xff", *2 * [b"a\0b\0c\0d\0e\0f\0g\0h\0i\0\n\0"]], sizes=[1], codec="utf-16-be")
def test_damaged_bytes_do_not_depend_on_the_blocks_either(pieces: list[bytes], sizes: list[int], codec: str) -> None:
    data = b"".join(pieces)
    whole, cut = Decoder(Encoding(codec)), Decoder(Encoding(codec))
    wanted = "".join(whole.decode(iter([data])))
    assert "".join(cut.decode(blocks(data, sizes))) == wanted
    assert (cut.foreign_lines, cut.switched_at, cut.cut_at_end, cut.narrowed) == (
        whole.foreign_lines,
        whole.switched_at,
        whole.cut_at_end,
        whole.narrowed,
    )


@pytest.mark.parametrize("size", [1, 2, 3, 50, 51, 1 << 20])
@pytest.mark.parametrize("bom", [True, False])
@pytest.mark.parametrize("wide", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("narrow", ["utf-8", "utf-8-sig", "cp1252"])
def test_another_encoding_appended_to_utf16_is_read_as_such(narrow: str, wide: str, bom: bool, size: int) -> None:
    begin, end = TEXT[: TEXT.index(CRLF) + 2] * 20, WESTERN[WESTERN.index(CRLF) + 2 :].replace("\u20ac", "")
    mark = "\ufeff" if bom else ""
    data = (mark + begin).encode(wide) + end.encode(narrow, "ignore")
    text = text_of(data, sizes=[size])
    assert text.replace("\ufeff", "") == begin + end.encode(narrow, "ignore").decode(narrow)
    assert text_of(data + begin.encode("utf-16-le"), sizes=[size]) == text + begin
    decoder = Decoder(guess(data, whole=True))
    assert list(decoder.decode(iter([data])))
    assert decoder.narrowed


def test_a_few_lines_before_utf16_do_not_make_the_file_utf16() -> None:
    begin, end = TEXT[: TEXT.index(CRLF) + 2], TEXT[TEXT.index(CRLF) + 2 :]
    for codec in ("utf-8", "utf-8-sig"):
        assert text_of(begin.encode(codec) + end.encode("utf-16-le")) == begin + end


@given(text=st.text(st.characters(codec="utf-8", exclude_categories=["Cs"])), bom=st.booleans())
def test_any_text_survives_utf8(text: str, bom: bool) -> None:
    data = text.encode("utf-8-sig" if bom else "utf-8")
    encoding = Encoding("utf-8", 3 if bom else 0)
    if "\x00" not in text:
        assert "".join(Decoder(encoding).decode(iter([data]))) == text


@given(text=st.text(), big=st.booleans(), sizes=st.lists(st.integers(1, 5), min_size=1, max_size=3))
def test_any_text_survives_utf16_lone_surrogates_included(text: str, big: bool, sizes: list[int]) -> None:
    text = text.lstrip("\x00")  # behind the mark of UTF-16 it would make that of UTF-32
    codec = "utf-16-be" if big else "utf-16-le"
    data = (codecs.BOM_UTF16_BE if big else codecs.BOM_UTF16_LE) + text.encode(codec, "surrogatepass")
    wanted = data[2:].decode(codec, "surrogatepass")
    assert "".join(Decoder(guess(data, whole=True)).decode(blocks(data, sizes))) == wanted


def test_every_piece_but_the_last_ends_a_line() -> None:
    for data, _ in KINDS.values():
        pieces = list(Decoder(guess(data, whole=True)).decode(blocks(data, [7])))
        assert all(piece.endswith("\n") for piece in pieces[:-1])


def test_lines_that_are_no_utf8_are_read_as_windows_1252_and_told() -> None:
    decoder = Decoder(Encoding("utf-8"))
    data = "grün\n".encode() + b"gr\xfcn \x93x\x94\n" + "grün\n".encode() + b"\xff"
    assert "".join(decoder.decode(iter([data]))) == "grün\ngrün “x”\ngrün\nÿ"
    assert decoder.foreign_lines == [1, 3]


LINES = st.lists(
    st.tuples(
        st.sampled_from([b"", b"a", "\u00e9\U0001f600".encode(), b"\xe9", b"\xff\xfe", b"caf\xc3"]),
        st.sampled_from([b"\n", b"\r\n", b"\r"]),
    ),
    max_size=60,
)


@settings(max_examples=examples(200))
@given(LINES, st.lists(st.integers(1, 40), min_size=1, max_size=4))
def test_every_line_is_decoded_by_itself(lines: list[tuple[bytes, bytes]], sizes: list[int]) -> None:
    data = b"".join(map(b"".join, lines))
    wanted, foreign = [], []
    for number, line in enumerate(data.splitlines(keepends=True)):
        try:
            wanted.append(line.decode())
        except UnicodeDecodeError:
            wanted.append(line.decode("cp1252"))
            foreign.append(number)
    decoder = Decoder(Encoding("utf-8"))
    assert "".join(decoder.decode(blocks(data, sizes))) == "".join(wanted)
    assert (decoder.foreign_lines or []) == foreign


def test_bytes_that_windows_1252_lacks_become_controls_of_their_number() -> None:
    assert "".join(Decoder(Encoding("cp1252")).decode(iter([b"\x81\x8d\x8f\x90\x9d\xe9"]))) == "\x81\x8d\x8f\x90\x9dé"


def test_windows_1252_that_was_told_is_not_second_guessed() -> None:
    data = "Ã¼ â€œ".encode("cp1252")
    assert "".join(Decoder(Encoding("cp1252", told=True)).decode(iter([data]))) == "Ã¼ â€œ"


def test_an_odd_byte_at_the_end_of_utf16() -> None:
    data = codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le") + b"\x0d"
    found = read(data)
    assert found.decoder.cut_at_end
    assert found.audits == list(styles()["cmdlet"].audits)
    assert not read(data[:-1]).decoder.cut_at_end


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF16_LE])
def test_utf16_appended_to_utf8(mark: bytes) -> None:
    style = styles()["cmdlet"]
    second = "".join(record + CRLF for record in style.records).encode("utf-16-le")
    found = read(style.file(style.records) + mark + second)
    assert found.decoder.switched_at == 11
    assert found.audits[:10] == list(style.audits)
    assert found.audits[-9:] == list(style.audits[1:])
    assert len(found.rows) in (20, 21)


def test_nul_is_text() -> None:
    found = read(b'CreationDate,UserIds,AuditData\na\x00b,\x00,"{}"\n')
    assert [row.cells for row in found.rows] == [["a\x00b", "\x00", "{}"]]


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("UTF8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16-le"),
        ("utf-32", "utf-32-le"),
        ("UTF-16BE", "utf-16-be"),
        ("windows-1252", "cp1252"),
        ("latin1", "iso8859-1"),
    ],
)
def test_told_names(name: str, codec: str) -> None:
    assert told(name) == codec


@pytest.mark.parametrize("name", ["", "no such", "base64", "rot13", "idna", "punycode", "undefined", "a\x00b", "hex"])
def test_names_that_are_no_encoding(name: str) -> None:
    with pytest.raises(UsageError, match="encoding"):
        told(name)


def test_a_byte_order_mark_decides_between_the_kinds_of_utf16() -> None:
    data = codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be")
    encoding = guess(data, whole=True, codec=told("utf-16"))
    assert (encoding.codec, encoding.bom, encoding.told) == ("utf-16-be", 2, True)


def test_a_told_encoding_wins_over_the_guess() -> None:
    assert guess("é".encode(), whole=True, codec="cp1252").codec == "cp1252"
    assert guess(b"a\x00b\x00c\x00", whole=True, codec="utf-8").codec == "utf-8"


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("size", [1, 7, 64, 1 << 20])
def test_a_byte_lost_or_added_in_utf_16_costs_a_character_or_two(codec: str, size: int) -> None:
    line = "".join(chr(97 + number % 26) for number in range(100)) + "\n"
    data = (line * 5).encode(codec)
    for place in (*range(400, 412), 1, 2, 3):
        for changed in (data[:place] + data[place + 1 :], data[:place] + b"x" + data[place:]):
            decoder = Decoder(Encoding(codec), whole=True)
            lines = "".join(decoder.decode(blocks(changed, [size]))).split("\n")
            whole = [each for each in lines if each == line[:-1]]
            assert len(whole) >= 3, (place, lines)
            assert decoder.shifts == 1
    for end in (b"", b"\0", bytes(4_000), "\u4e8b\u4ef6".encode(codec) * 50, ("\u00fc" * 90).encode(codec)):
        decoder = Decoder(Encoding(codec), whole=True)
        got = "".join(decoder.decode(blocks(data + end, [size])))
        assert got == (data + end).decode(codec, "replace" if len(end) % 2 == 0 else "ignore")
        assert decoder.shifts == 0


@pytest.mark.parametrize("bom", [codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b""])
def test_a_file_in_utf_16_that_lost_a_byte_keeps_its_other_rows(bom: bytes) -> None:
    codec = "utf-16-be" if bom == codecs.BOM_UTF16_BE else "utf-16-le"
    data = bom + TEXT.encode(codec)
    count = len(styles()["cmdlet"].records)
    for place in (3_000, 3_001, 5_000):
        store = store_of_bytes(data[:place] + data[place + 1 :])
        assert store.record_count == count
        assert any("was lost or added in 1 place" in note for note in store.sources[0].notes)
