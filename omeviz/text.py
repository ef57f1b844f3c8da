"""Text from a log, made safe to look at.

Whatever comes from outside may hold characters that act on a terminal, reorder what is read, or are not seen at
all. Each such character is drawn as a visible stand-in of fixed meaning: `␛` for ESC, `⏎` for a line feed,
`⟨U+202E⟩` for a right-to-left override. Nothing is dropped, and everything else stays as it is. A shown text is one
line, printable throughout, and goes through here a second time unchanged.

What stays although it has no shape of its own: the joiners, variation selectors, tags and skin tones inside emoji,
joiners between letters of scripts that need them (Persian, Hindi, Sinhala, …), variants of ideographs, and up to
`MARKS` combining marks on one letter.

Pure Python without rich or textual; how many cells a text takes is measured where it is drawn.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import category, combining

if TYPE_CHECKING:
    from collections.abc import Iterator

MARKS = 8
"""Combining marks kept on one letter; the further ones of a pile are drawn as stand-ins."""


class Piece(NamedTuple):
    """A stretch of a text and how it is drawn."""

    start: int
    """Where it begins in the text, in characters."""
    stop: int
    """Where it ends, exclusive."""
    shown: str
    """What is drawn for it: itself, or the stand-in of its one character."""
    is_stand_in: bool
    """Whether it is a stand-in, to be drawn dimmed."""


def _character_class(codes: str) -> str:
    """Turn "0041 0061-007A" into the inside of a regular expression's character class."""
    ends = (code.split("-") for code in codes.split())
    return "".join("-".join(re.escape(chr(int(end, 16))) for end in pair) for pair in ends)


class _Characters:
    """A set of characters, given as "0041 0061-007A" in ascending order."""

    def __init__(self, codes: str) -> None:
        pairs = [code.partition("-") for code in codes.split()]
        # Where it begins and ends, in turn: inside is where an odd number of these lies below.
        self._bounds = [n for a, _, b in pairs for n in (int(a, 16), int(b or a, 16) + 1)]

    def __contains__(self, character: object) -> bool:
        return isinstance(character, str) and character != "" and bisect_right(self._bounds, ord(character)) % 2 == 1


# Assigned, visible, never combining, no emoji: text of these alone (nearly all there is) needs no second look.
_PLAIN = (
    "0020-007E 00A1-00A8 00AA-00AC 00AF-02FF 0391-03A1 03A3-0482 048A-052F 05D0-05EA 10D0-10FF 1E00-1F15 2010-2027"
    " 2030-203B 203D-2048 204A-205E 20A0-20BF 2100-2121 2123-2138 213A-218B 2190-2193 219A-21A8 21AB-2319 2500-25A9"
    " 3000-3029 3041-3096 309B-30FF 4E00-9FFF AC00-D7A3 FF01-FF5E"
)

# Pictographs that U+FE0F widens, and those two cells wide by themselves (Unicode 17, emoji-variation-sequences.txt).
_NARROW_EMOJI = (
    "00A9 00AE 203C 2049 2122 2139 2194-2199 21A9-21AA 2328 23CF 23ED-23EF 23F1-23F2 23F8-23FA 24C2 25AA-25AB 25B6"
    " 25C0 25FB-25FC 2600-2604 260E 2611 2618 261D 2620 2622-2623 2626 262A 262E-262F 2638-263A 2640 2642 265F-2660"
    " 2663 2665-2666 2668 267B 267E 2692 2694-2697 2699 269B-269C 26A0 26A7 26B0-26B1 26C8 26CF 26D1 26D3 26E9"
    " 26F0-26F1 26F4 26F7-26F9 2702 2708-2709 270C-270D 270F 2712 2714 2716 271D 2721 2733-2734 2744 2747 2763-2764"
    " 27A1 2934-2935 2B05-2B07 3030 303D 3297 3299 1F170-1F171 1F17E-1F17F 1F321 1F324-1F32C 1F336 1F37D 1F396-1F397"
    " 1F399-1F39B 1F39E-1F39F 1F3CB-1F3CE 1F3D4-1F3DF 1F3F3 1F3F5 1F3F7 1F43F 1F441 1F4FD 1F549-1F54A 1F56F-1F570"
    " 1F573-1F579 1F587 1F58A-1F58D 1F590 1F5A5 1F5A8 1F5B1-1F5B2 1F5BC 1F5C2-1F5C4 1F5D1-1F5D3 1F5DC-1F5DE 1F5E1"
    " 1F5E3 1F5E8 1F5EF 1F5F3 1F5FA 1F6CB 1F6CD-1F6CF 1F6E0-1F6E5 1F6E9 1F6F0 1F6F3"
)
_WIDE_EMOJI = (
    "231A-231B 23E9-23EC 23F0 23F3 25FD-25FE 2614-2615 2648-2653 267F 2693 26A1 26AA-26AB 26BD-26BE 26C4-26C5 26CE"
    " 26D4 26EA 26F2-26F3 26F5 26FA 26FD 2705 270A-270B 2728 274C 274E 2753-2755 2757 2795-2797 27B0 27BF 2B1B-2B1C"
    " 2B50 2B55 1F004 1F0CF 1F18E 1F191-1F19A 1F201-1F202 1F21A 1F22F 1F232-1F23A 1F250-1F251 1F300-1F320 1F32D-1F335"
    " 1F337-1F37C 1F37E-1F393 1F3A0-1F3CA 1F3CF-1F3D3 1F3E0-1F3F0 1F3F4 1F3F8-1F3FA 1F400-1F43E 1F440 1F442-1F4FC"
    " 1F4FF-1F53D 1F54B-1F54E 1F550-1F567 1F57A 1F595-1F596 1F5A4 1F5FB-1F64F 1F680-1F6C5 1F6CC 1F6D0-1F6D2"
    " 1F6D5-1F6D8 1F6DC-1F6DF 1F6EB-1F6EC 1F6F4-1F6FC 1F7E0-1F7EB 1F7F0 1F90C-1F93A 1F93C-1F945 1F947-1F9FF"
    " 1FA70-1FAFF"
)
_PEOPLE = (
    "261D 26F9 270A-270D 1F385 1F3C2-1F3C4 1F3C7 1F3CA-1F3CC 1F442-1F443 1F446-1F450 1F466-1F478 1F47C 1F481-1F483"
    " 1F485-1F487 1F48F 1F491 1F4AA 1F574-1F575 1F57A 1F590 1F595-1F596 1F645-1F647 1F64B-1F64F 1F6A3 1F6B4-1F6B6"
    " 1F6C0 1F6CC 1F90C 1F90F 1F918-1F91F 1F926 1F930-1F939 1F93C-1F93E 1F977 1F9B5-1F9B6 1F9B8-1F9B9 1F9BB"
    " 1F9CD-1F9CF 1F9D1-1F9DD 1FAC3-1FAC5 1FAF0-1FAF8"
)
# England, Scotland, Wales: the only flags of tags in use. Any other run of tags is hidden text.
_TAG_FLAGS = "|".join("".join(chr(0xE0000 + ord(c)) for c in code) for code in ("gbeng", "gbsct", "gbwls"))

# Blank or ignored although Unicode counts them as letters, marks or symbols; and halves of emoji without the rest.
_INVISIBLE = _Characters(
    "034F 115F-1160 17B4-17B5 180B-180F 2800 3164 FE00-FE0F FFA0 16FE4 1D159 1F1E6-1F1FF 1F3FB-1F3FF E0100-E01EF"
)
_INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp", "Zs"})
# Younger than this Python's tables, perhaps: emoji and ideographs are wide and visible whatever they are.
_OPEN_BLOCKS = _Characters("1F300-1FAFF 20000-2FFFD 30000-3FFFD")
# Vowels and finals of Hangul combine with the letter before them, as marks do.
_JAMO_TAIL = _Characters("1161-11FF D7B0-D7FB")
_JAMO_HEAD = _Characters("1100-115E 1161-11FF A960-A97C AC00-D7FB")
_IDEOGRAPH = _Characters("3400-4DBF 4E00-9FFF F900-FAFF 20000-2FFFD 30000-3FFFD")
_IDEOGRAPH_VARIANT = _Characters("FE00-FE02 E0100-E01EF")
_MONGOLIAN = _Characters("1820-1878 1880-18AA")
_MONGOLIAN_VARIANT = _Characters("180B-180D 180F")
# Scripts in which a joiner between letters changes how they are written.
_JOINING_SCRIPT = _Characters(
    "0620-06FF 0710-077F 07CA-07FA 0840-085B 0860-086A 0870-08FF 0900-0DFF 0F40-0FBC 1000-109F 1700-17D3 1820-18AA"
    " 1A00-1AAF 1B00-1C4F A800-ABFF 10A00-10FFF 11000-11FFF 1E900-1E94B"
)
_VIRAMA_CLASS = 9

_SHORT_STAND_INS = {chr(code): chr(0x2400 + code) for code in range(0x20)} | {
    "\n": "⏎",
    "\x7f": "␡",
    "\N{NO-BREAK SPACE}": "⍽",
}
_CONTROLS = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def stand_in(character: str) -> str:
    """What is drawn for a character that cannot be shown itself: a control picture, or its number in brackets."""
    return _SHORT_STAND_INS.get(character) or f"⟨U+{ord(character):04X}⟩"


def visible(text: str, limit: int | None = None) -> str:
    """The text as one printable line, with a stand-in for each character that acts or is not seen.

    Args:
        text: Any text, lone surrogates included.
        limit: Look at no more than this many characters (of a cell of a megabyte only the begin is ever drawn).
    """
    if limit is not None and len(text) > limit:
        text = text[:limit]
    if _is_plain(text):
        return text
    return "".join([piece.shown for piece in pieces(text)])


def segments(text: str) -> list[tuple[str, bool]]:
    """The visible text in stretches, each with whether it is a stand-in (to be dimmed).

    Joined, they are `visible(text)`; stand-ins that follow each other are one stretch.
    """
    result: list[tuple[str, bool]] = []
    for piece in pieces(text):
        if result and piece.is_stand_in and result[-1][1]:
            result[-1] = (result[-1][0] + piece.shown, True)
        else:
            result.append((piece.shown, piece.is_stand_in))
    return result


def pieces(text: str) -> list[Piece]:
    """The text in stretches that are drawn as they are, and single characters that are drawn as a stand-in.

    They cover the text without a gap, so that a place in it can be found again in what is shown.
    """
    if not text:
        return []
    if _is_plain(text):
        return [Piece(0, len(text), text, False)]
    result: list[Piece] = []
    done = 0
    for index in _hidden(text):
        if index > done:
            result.append(Piece(done, index, text[done:index], False))
        done = index + 1
        result.append(Piece(index, done, stand_in(text[index]), True))
    if done < len(text):
        result.append(Piece(done, len(text), text[done:], False))
    return result


def powershell_quote(text: str) -> str | None:
    """The text as one PowerShell literal in single quotes, in which nothing is expanded.

    PowerShell takes the typographic quotes `‘ ’ ‚ ‛` for `'`, so all of them are doubled.

    Returns:
        None where the text holds control, formatting or line-breaking characters: such text is not put into a command.
    """
    if any(piece.is_stand_in and category(text[piece.start]) in _CONTROLS for piece in pieces(text)):
        return None
    return "'" + re.sub("['‘’‚‛]", r"\g<0>\g<0>", text) + "'"


def _is_plain(text: str) -> bool:
    """Whether nothing in it can need a stand-in; settles nearly every text, and fast."""
    return (text.isascii() and text.isprintable()) or not _odd().search(text)


def _hidden(text: str) -> Iterator[int]:
    """Where the characters stand that need a stand-in, in order."""
    hidden = -1  # the last such place; a mark at the start or behind a stand-in has nothing to stand on
    pile_stop, pile = -1, 0  # where a pile of marks on one letter ends, and how high it is
    emoji, emoji_stop = _emoji(), 0
    for match in _odd().finditer(text):
        index = match.start()
        if index < emoji_stop:
            continue
        if sequence := emoji.match(text, index):
            emoji_stop = sequence.end()
            continue
        character = text[index]
        kind = category(character)
        if kind[0] == "M" or character in _JAMO_TAIL:
            pile = pile + 1 if pile_stop == index else 1
            pile_stop = index + 1
            shown = hidden != index - 1 and pile <= MARKS and _fits(text, index)
        elif character in "\u200c\u200d":
            shown = hidden != index - 1 and _joins(text, index, full=pile_stop == index and pile >= MARKS)
            if pile_stop == index:
                pile_stop += 1
        else:
            shown = not _is_invisible(character, kind)
        if not shown:
            yield index
            hidden = index


@cache
def _odd() -> re.Pattern[str]:
    """What matches one character that needs a second look. Compiled late: it takes longer than an import should."""
    return re.compile(f"[^{_character_class(_PLAIN)}]")


@cache
def _emoji() -> re.Pattern[str]:
    """What matches one whole emoji: a flag, or up to four pictographs joined (more than that is no emoji there is)."""
    people, emoji = _character_class(_PEOPLE), _character_class(f"{_NARROW_EMOJI} {_WIDE_EMOJI}")
    element = rf"(?:[{people}][\U0001F3FB-\U0001F3FF]|[{emoji}][\uFE0E\uFE0F]?)"
    return re.compile(
        rf"\U0001F3F4(?:{_TAG_FLAGS})\U000E007F|[\U0001F1E6-\U0001F1FF]{{2}}|{element}(?:\u200D{element}){{0,3}}"
    )


def _fits(text: str, index: int) -> bool:
    """Whether the mark at `index` is seen, or belongs, behind the character before it."""
    before, mark = text[index - 1], text[index]
    if mark in _JAMO_TAIL:
        return before in _JAMO_HEAD
    if mark == "\ufe0f" and before in "0123456789#*":
        return text[index + 1 : index + 2] == "\u20e3"
    if mark in _IDEOGRAPH_VARIANT:
        return before in _IDEOGRAPH
    if mark in _MONGOLIAN_VARIANT:
        return before in _MONGOLIAN
    return mark not in _INVISIBLE


def _joins(text: str, index: int, *, full: bool) -> bool:
    """Whether the joiner at `index` stands between letters of a script that needs it, or ends a Malayalam chillu.

    Args:
        text: The whole text.
        index: Where the joiner stands.
        full: The letter before it carries as many marks as are shown.
    """
    before, after = text[index - 1 : index], text[index + 1 : index + 2]
    if not _is_joining_letter(before):
        return False
    if text[index] == "\u200d" and combining(before) == _VIRAMA_CLASS:
        return True
    return _is_joining_letter(after) and not (full and category(after)[0] == "M")


def _is_joining_letter(character: str) -> bool:
    if character not in _JOINING_SCRIPT or character in _INVISIBLE:
        return False
    return category(character)[0] in "LM"


def _is_invisible(character: str, kind: str) -> bool:
    if character in _INVISIBLE:
        return True
    if kind == "Cn":
        return character not in _OPEN_BLOCKS or ord(character) & 0xFFFE == 0xFFFE
    return kind in _INVISIBLE_CATEGORIES and character != " "
