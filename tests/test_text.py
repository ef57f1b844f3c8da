"""Hostile text is drawn as visible stand-ins of fixed meaning, and everything else as it is."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omeviz.text import MARKS, pieces, powershell_quote, segments, stand_in, visible

HOSTILE_ALPHABET = (
    "a1# \t\n\r\x00\x1b\x7f\x85\xa0\xad\u0301\u034f\u061c\u0939\u094d\u0937\u0645\u06cc\u09b0\u09cd\u09af"
    "\u1100\u1160\u1161\u11a8\u17b4\u1820\u180b\u200b\u200c\u200d\u200e\u2028\u202e\u2066\u20e3\u2764\u2800"
    "\u3164\u8a9e\ud83d\ue000\ufdd0\ufe00\ufe0e\ufe0f\ufeff\U0001f1e9\U0001f1ea\U0001f3f4\U0001f3fd\U0001f44d"
    "\U0001f468\U0001f469\U000e0062\U000e0065\U000e0067\U000e006e\U000e007f\U000e0100⟨⟩␛⏎"
)
HOSTILE = st.text(st.sampled_from(HOSTILE_ALPHABET), max_size=30)
ANYTHING = st.one_of(HOSTILE, st.text(st.characters(exclude_categories=()), max_size=30))

KEPT = [
    "samschan.msft@gmail.com",
    "[/bold] [link=http://x]y[/link] {0} %s",
    "Größe – „Straße“ … 5 €",
    "Привет Γειά",
    "請求書　第１号",
    "한글 \u1112\u1161\u11ab",
    "e\u0301 a\u0323\u0302",
    "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",  # Persian: a non-joiner inside a word
    "\u0915\u094d\u200d\u0937",  # Hindi: a half letter
    "\u09b0\u200d\u09cd\u09af",  # Bengali: ya-phalaa
    "\u0dc1\u0dca\u200d\u0dbb\u0dd3",  # Sinhala: Sri
    "\u0d28\u0d4d\u200d",  # Malayalam: a chillu at the end of a word
    "\u1820\u180b",  # Mongolian: a variant of a letter
    "\u845b\U000e0100",  # an ideographic variant
    "👨\u200d👩\u200d👧\u200d👦",
    "👩\u200d❤\ufe0f\u200d💋\u200d👨",
    "🧑🏻\u200d❤\ufe0f\u200d💋\u200d🧑🏿",
    "👍🏽 ☝🏿",
    "🇩🇪🇫🇷",
    "1\ufe0f\u20e3 #\ufe0f\u20e3",
    "❤\ufe0f ⌚\ufe0e ©\ufe0f",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "\U0001fae8",  # an emoji younger than some Pythons
    "\U00031350",  # an ideograph younger than some Pythons
    "\ufffd",
]

REPLACED = [
    ("a\x1b[31mb", "a␛[31mb"),
    ("\x1b]8;;http://x\x1b\\y", "␛]8;;http://x␛\\y"),
    ("\x1b]52;c;eA==\x07", "␛]52;c;eA==␇"),
    ("a\nb", "a⏎b"),
    ("a\r\nb", "a␍⏎b"),
    ("a\tb\vc\fd", "a␉b␋c␌d"),
    ("\x00\x08\x7f", "␀␈␡"),
    ("\x85\x9b1m", "⟨U+0085⟩⟨U+009B⟩1m"),
    ("\u2028\u2029", "⟨U+2028⟩⟨U+2029⟩"),
    ("invoice\u202efdp.exe", "invoice⟨U+202E⟩fdp.exe"),
    ("\u061c\u200e\u200f\u202a\u2069", "⟨U+061C⟩⟨U+200E⟩⟨U+200F⟩⟨U+202A⟩⟨U+2069⟩"),
    ("ad\u200bmin\u2060\ufeff\xad", "ad⟨U+200B⟩min⟨U+2060⟩⟨U+FEFF⟩⟨U+00AD⟩"),
    ("ad\u200dmin ad\u200cmin", "ad⟨U+200D⟩min ad⟨U+200C⟩min"),
    ("\u0645\u200d\u200d\u0645", "\u0645⟨U+200D⟩⟨U+200D⟩\u0645"),
    ("\u0645\u200c", "\u0645⟨U+200C⟩"),
    ("👨\u200d", "👨⟨U+200D⟩"),
    ("👨\u200da", "👨⟨U+200D⟩a"),
    ("👨\u200d👩\u200d👧\u200d👦\u200d👦", "👨\u200d👩\u200d👧\u200d👦⟨U+200D⟩👦"),
    ("a🏽", "a⟨U+1F3FD⟩"),
    ("👍🏽🏽", "👍🏽⟨U+1F3FD⟩"),
    ("🇩🇪🇫", "🇩🇪⟨U+1F1EB⟩"),
    ("1\ufe0f a\ufe0f ★\ufe0f", "1⟨U+FE0F⟩ a⟨U+FE0F⟩ ★⟨U+FE0F⟩"),
    ("a\U000e0100", "a⟨U+E0100⟩"),
    ("a\U000e0061\U000e0062", "a⟨U+E0061⟩⟨U+E0062⟩"),
    ("🏴\U000e0061\U000e007f", "🏴⟨U+E0061⟩⟨U+E007F⟩"),
    ("\ud83d x \udc00", "⟨U+D83D⟩ x ⟨U+DC00⟩"),
    ("\ue000\ufdd0\uffff\U0010ffff", "⟨U+E000⟩⟨U+FDD0⟩⟨U+FFFF⟩⟨U+10FFFF⟩"),
    ("a\xa0b\u2003c\u202fd", "a⍽b⟨U+2003⟩c⟨U+202F⟩d"),
    ("\u115f\u1160\u3164\uffa0\u2800\u180e\u034f", "⟨U+115F⟩⟨U+1160⟩⟨U+3164⟩⟨U+FFA0⟩⟨U+2800⟩⟨U+180E⟩⟨U+034F⟩"),
    ("\u0301abc", "⟨U+0301⟩abc"),
    ("\x1b\u0301", "␛⟨U+0301⟩"),
    ("a\u1161", "a⟨U+1161⟩"),
]


@pytest.mark.parametrize("text", KEPT)
def test_harmless_text_stays_as_it_is(text: str) -> None:
    assert visible(text) == text
    assert segments(text) == [(text, False)]


@pytest.mark.parametrize(("text", "shown"), REPLACED)
def test_characters_that_act_or_hide_have_stand_ins(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_a_pile_of_marks_is_cut_down() -> None:
    assert visible("a" + "\u0301" * 100 + "b") == "a" + "\u0301" * MARKS + "⟨U+0301⟩" * (100 - MARKS) + "b"
    assert visible(("a" + "\u0301" * MARKS) * 3) == ("a" + "\u0301" * MARKS) * 3


def test_joiners_do_not_help_a_pile_of_marks_over_the_limit() -> None:
    letter, mark, joiner = "\u0915", "\u093c", "\u200d"
    shown = visible(letter + (mark * MARKS + joiner) * 3)
    assert shown.count(mark) == MARKS


def test_every_code_point_by_itself() -> None:
    """Alone, each is either itself, printable and not combining, or a stand-in that names it."""
    planes = [*range(0x30000), *range(0xE0000, 0xE0200), *range(0x10FFF0, 0x110000)]
    stand_ins = {}
    for code in planes:
        character = chr(code)
        shown = visible(character)
        kind = unicodedata.category(character)
        if shown != character:
            assert shown == stand_in(character)
            assert shown.isprintable()
            stand_ins[character] = shown
        else:
            assert kind[0] not in "CZM" or character == " " or character == "\u3000" or kind == "Cn", hex(code)
        if kind in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} or code & 0xFFFE == 0xFFFE:
            assert character in stand_ins, hex(code)
    assert len(set(stand_ins.values())) == len(stand_ins), "a stand-in means one character"


@given(ANYTHING)
def test_shown_text_is_one_printable_line_and_stays(text: str) -> None:
    shown = visible(text)
    assert "\n" not in shown
    assert len(shown.splitlines()) <= 1
    for character in shown:
        kind = unicodedata.category(character)
        assert kind not in {"Cc", "Cs", "Co", "Zl", "Zp"}
        assert kind != "Cf" or character in "\u200c\u200d" or character >= "\U000e0020"
    assert visible(shown) == shown


@given(ANYTHING)
def test_pieces_cover_the_text(text: str) -> None:
    found = pieces(text)
    assert "".join(text[piece.start : piece.stop] for piece in found) == text
    assert [piece.start for piece in found[1:]] == [piece.stop for piece in found[:-1]]
    assert all(piece.shown == text[piece.start : piece.stop] for piece in found if not piece.is_stand_in)
    assert all(piece.stop - piece.start == 1 for piece in found if piece.is_stand_in)
    assert "".join(piece.shown for piece in found) == visible(text)
    assert "".join(shown for shown, _ in segments(text)) == visible(text)


def test_segments_join_neighbouring_stand_ins() -> None:
    assert segments("a\r\nb") == [("a", False), ("␍⏎", True), ("b", False)]
    assert segments("") == []


def test_a_limit_looks_at_the_begin_only() -> None:
    assert visible("ab\n" + "\x1b" * 1_000_000, limit=4) == "ab⏎␛"
    assert visible("abc", limit=0) == ""


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("", "''"),
        ("<a@b>", "'<a@b>'"),
        ('$(calc)`n;"', "'$(calc)`n;\"'"),
        ("O'Neil", "'O''Neil'"),
        ("a‘b’c‚d‛e", "'a‘‘b’’c‚‚d‛‛e'"),
        ("請求書 👨\u200d👩", "'請求書 👨\u200d👩'"),
        ("a\nb", None),
        ("a\x1bb", None),
        ("a\x00", None),
        ("a\x85", None),
        ("a\u2028", None),
        ("a\u202eb", None),
        ("a\u200bb", None),
        ("a\ud800b", None),
    ],
)
def test_powershell_literals(text: str, quoted: str | None) -> None:
    assert powershell_quote(text) == quoted
