"""Bytes -> lines of text: UTF-8 with and without BOM, UTF-16 and ASCII from PowerShell, code pages from old tools."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, product

from omeviz.errors import UsageError

SAMPLE_SIZE = 1 << 18
"""How many bytes from the beginning a guess looks at."""

LEGACY = "cp1252"
"""What bytes that are no UTF-8 are taken for."""

LONGEST = 64 << 20
"""Bytes of a line, or characters of a record, at most: no export comes near it, and what is longer is no export."""

KEPT = 1 << 20
"""How much is kept of what is longer."""

TOO_LONG = f"longer than {LONGEST >> 20} MiB: only the first {KEPT >> 20} MiB were kept"

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LONE_CR = re.compile(rb"\r(?!\n)")
_NARROW = rb"(?:\xef\xbb\xbf)?[\x09-\x7e]{48}"
_NARROW_BEGUN = rb"(?:\xef(?:\xbb(?:\xbf[\x09-\x7e]{0,47})?)?|[\x09-\x7e]{0,47})"
_NARROW_START = re.compile(_NARROW)
_NARROW_PIECE = re.compile(_NARROW_BEGUN + rb"\Z")
_NARROW_LINES = {
    codec: (re.compile(end + b"(?=" + _NARROW + b")"), re.compile(end + b"(?=" + _NARROW_BEGUN + rb"\Z)"))
    for codec, end in (("utf-16-le", b"\n\x00"), ("utf-16-be", b"\x00\n"))
}
"""Line ends of UTF-16 behind which a line of ASCII or UTF-8 begins, or may begin where the block is cut. As UTF-16 the
48 bytes would be 24 rare characters without a blank."""

_LONGEST_PIECE = 64
_SHIFTED = 16
_ZEROS = bytes(_SHIFTED)
_LOST = {"utf-16-le": b"\xfd\xff", "utf-16-be": b"\xff\xfd"}
_ASCII_RUN = re.compile(rb"[\x09-\x7e]{16}")
_UTF16_START = re.compile(rb"(?:\xff\xfe)?(?:[\x09-\x7e]\x00){8}")
_NAMES = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16 (big endian)",
    "utf-32-le": "UTF-32",
    "utf-32-be": "UTF-32 (big endian)",
    "cp1252": "Windows-1252",
}


@dataclass(frozen=True, slots=True)
class Encoding:
    """An encoding and how it was found.

    Attributes:
        codec: Python's name for it.
        bom: Bytes to skip at the beginning.
        told: The user said so.
    """

    codec: str
    bom: int = 0
    told: bool = False

    @property
    def shown(self) -> str:
        """What a user calls it."""
        return _NAMES.get(self.codec, self.codec) + (" with BOM" if self.bom and self.codec == "utf-8" else "")


def told(name: str) -> str:
    """The codec a user named.

    Raises:
        UsageError: Python knows no text encoding of this name.
    """
    try:
        codec = codecs.lookup(name)
    except (LookupError, ValueError):
        raise UsageError(f"unknown encoding {name!r}.", "Use for example utf-8, utf-16, cp1252.") from None
    resolved = {"utf-16": "utf-16-le", "utf-32": "utf-32-le", "utf-8-sig": "utf-8"}.get(codec.name, codec.name)
    if not codec._is_text_encoding or not _decodes_files(resolved):
        raise UsageError(f"{name!r} is no text encoding.", "Use for example utf-8, utf-16, cp1252.")
    return resolved


def _decodes_files(codec: str) -> bool:
    """Whether a codec reads any bytes piece by piece; a few of Python's are for names or program text only."""
    try:
        decoder = codecs.getincrementaldecoder(codec)("replace")
        decoder.decode(b"a\\\xc3\xbc\xff", True)
    except (LookupError, TypeError, UnicodeError):
        return False
    return True


def guess(sample: bytes, *, whole: bool, codec: str | None = None) -> Encoding:
    """The encoding of a file from its first bytes.

    Args:
        sample: The first bytes, up to `SAMPLE_SIZE`.
        whole: The sample is the whole file.
        codec: What the user said; a BOM is then only skipped where it fits.
    """
    for bom, name in _BOMS:
        if sample.startswith(bom) and codec in (None, name, "utf-16-le", "utf-32-le"):
            return Encoding(name, len(bom), told=codec is not None)
    if codec is not None:
        return Encoding(codec, told=True)
    if len(sample) >= 4:
        ways = (("utf-16-le", 1, 0), ("utf-16-be", 0, 1))
        for stop, (codec, zeros, others) in product((4096, 512), ways):  # behind a lost byte it is the other way round
            zero, other = sample[zeros:stop:2], sample[others:stop:2]
            mostly = zero.count(0) > len(other) * 0.4 and other.count(0) < len(zero) * 0.1
            if mostly and zero[:8].count(0):  # else something else stands before what is UTF-16
                return Encoding(codec)
    return Encoding("utf-8" if _is_utf8(sample, whole=whole) else LEGACY)


def _is_utf8(sample: bytes, *, whole: bool) -> bool:
    """Whether bytes are UTF-8; a few bad ones among good ones are damage, not another encoding."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample, final=whole)
    except UnicodeDecodeError:
        text = sample.decode("utf-8", "replace")
        bad = text.count("\ufffd")
        good = sum(1 for character in text if character > "\x7f") - bad
        return good >= bad
    return True


@dataclass(slots=True)
class Decoder:
    """Turns blocks of bytes into text that ends at line ends, whatever the blocks' sizes.

    A line that is no UTF-8 is read as Windows-1252; UTF-16 appended to another encoding is recognised, and so is
    another one appended to UTF-16. Of a line that is longer than `LONGEST` only the beginning is given. All are told,
    the first three by line.

    Attributes:
        encoding: What the file is read as.
        line: How many lines were put out so far; LF, CR LF and CR end one.
        foreign_lines: Lines (from 0) that were no UTF-8 in a UTF-8 file, and so read as Windows-1252.
        switched_at: The first line that was UTF-16 in a file of another encoding, or None.
        narrowed: Lines of another encoding were met in UTF-16.
        cut_at_end: The file ends in the middle of a character.
        shifts: How often a byte was lost or added in UTF-16, so that the characters begin one byte later or earlier.
        surrogates: The bytes are UTF-8 made from another encoding, and may hold lone surrogates.
        escapes: A byte that is no UTF-8 comes as a lone surrogate instead of its line as Windows-1252: for a source
            whose lines are longer than its records. None of them is cut.
        whole: No line is cut: somebody else looks for lines in what comes out.
        cut_lines: Lines (from 0) of which only the beginning was given.
        is_cutting: The end of such a line has not come yet.
        behind_cut: Behind the last one: how many lines and bytes came before; None where there was none.
    """

    encoding: Encoding
    line: int = 0
    foreign_lines: list[int] | None = None
    switched_at: int | None = None
    narrowed: bool = False
    cut_at_end: bool = False
    shifts: int = 0
    surrogates: bool = False
    escapes: bool = False
    whole: bool = False
    cut_lines: list[int] | None = None
    is_cutting: bool = False
    behind_cut: tuple[int, int] | None = None
    _rest: bytes = b""
    _in_utf16: bool = False

    def decode(self, blocks: Iterator[bytes]) -> Iterator[str]:
        """Pieces of text, each but the last ending with a line feed."""
        if self.encoding.codec in ("utf-8", LEGACY):
            yield from self._decode_lines(blocks, self.encoding.bom)
        elif self.encoding.codec in _NARROW_LINES and not self.encoding.told:
            wide, narrow = self._parted(blocks)
            yield from self._decode_blocks(self._aligned(wide))
            if self.narrowed:
                yield from self._decode_lines(narrow, 0)
        else:
            yield from self._decode_blocks(blocks)

    def _aligned(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        """UTF-16 whose characters all begin at even bytes, even where a byte was lost or added.

        Behind such a place the zeros of ASCII stand where its letters should. The half of a character that is left
        becomes U+FFFD.
        """
        little = self.encoding.codec == "utf-16-le"
        held = b""
        for block in blocks:
            data, start = held + block, 0
            while True:
                place = _shifted_at(data, start, little=little)
                if place is None:
                    break
                self.shifts += 1
                lone = place and (data[place - 1] != 0) == little
                # `lone`: the byte before belongs to what follows, and the one before that is all there is of another
                before, after = (place - 2, place - 1) if lone else (place, place + 1)
                yield data[start:before] + _LOST[self.encoding.codec]
                data, start = data[after:], 0
            stop = len(data) & ~1
            if stop and (data[stop - 1] != 0) == little and data[stop - 2 if little else stop - 1] == 0:
                stop = max(start, stop - 2 * _SHIFTED)  # such a run may have begun
            yield data[start:stop]
            held = data[stop:]
        yield held

    def _parted(self, blocks: Iterator[bytes]) -> tuple[Iterator[bytes], Iterator[bytes]]:
        """The blocks up to where lines of another encoding begin, and those from there on, to be read afterwards."""
        narrow: list[bytes] = []
        starts, may_start = _NARROW_LINES[self.encoding.codec]

        def wide() -> Iterator[bytes]:
            held, at_start = b"", False
            for block in blocks:
                data = held + block
                start = 0 if at_start and _NARROW_START.match(data) else _even_end(starts, data)
                if start is not None:
                    self.narrowed = True
                    narrow.append(data[start:])
                    yield data[:start]
                    return
                stop = len(data) & ~1
                if at_start and _NARROW_PIECE.match(data):
                    stop = 0
                else:
                    stop = _even_end(may_start, data, max(0, stop - _LONGEST_PIECE)) or stop
                at_start = at_start if not stop else _even_end(may_start, data[:stop], stop - 2) is not None
                held = data[stop:]
                yield data[:stop]
            yield held

        return wide(), chain(narrow, blocks)

    def _decode_blocks(self, blocks: Iterator[bytes]) -> Iterator[str]:
        wide = self.encoding.codec.startswith(("utf-16", "utf-32"))
        decoder = codecs.getincrementaldecoder(self.encoding.codec)("surrogatepass" if wide else "replace")
        skip = self.encoding.bom
        rest: list[str] = []
        size = 0
        for block in blocks:
            data, skip = block[skip:], max(0, skip - len(block))
            text = self._tolerant(decoder, data)
            size += len(text)
            cut = text.rfind("\n") + 1 or (len(text) if size > KEPT else 0)  # whoever reads it cuts long lines
            if cut:
                yield "".join((*rest, text[:cut]))
                rest, size = [], len(text) - cut
            if cut < len(text):
                rest.append(text[cut:])
        try:
            rest.append(decoder.decode(b"", True))
        except UnicodeDecodeError:
            self.cut_at_end = True
        if any(rest):
            yield "".join(rest)

    @staticmethod
    def _tolerant(decoder: codecs.IncrementalDecoder, data: bytes) -> str:
        try:
            return decoder.decode(data)
        except UnicodeDecodeError:
            decoder.errors = "replace"
            try:
                return decoder.decode(data)
            finally:
                decoder.errors = "surrogatepass"

    def _decode_lines(self, blocks: Iterator[bytes], skip: int) -> Iterator[str]:
        rest: list[bytes] = []
        held = came = 0  # bytes of `rest`; bytes of all blocks
        has_nul = False  # in `rest` or the block: what looks like a line end may be half a character of UTF-16
        cuts = not self.whole and not self.escapes
        for block in blocks:
            data, skip = block[skip:], max(0, skip - len(block))
            came += len(block)
            if not self.is_cutting and cuts and held + len(data) > LONGEST:
                line = b"".join(rest)
                start = 0 if has_nul else _behind_lone(line, data)
                if start:
                    yield self._text(line[:start])
                rest, held = [line[start:]], len(line) - start
                if _line_length(rest[0], data) > LONGEST:
                    yield self._beginning(rest[0] + data[:KEPT])
                    rest, held = ([b"\r"] if line.endswith(b"\r") else []), 0
            if self.is_cutting:
                data = self._behind_cut(b"".join((*rest, data)), came)
                rest = [data]
                if self.is_cutting:
                    continue
                rest = []
            has_nul = (has_nul and held > 0) or b"\x00" in data
            cut = data.rfind(b"\n") + 1
            if not cut and held + len(data) > KEPT and not has_nul:
                cut = data.rfind(b"\r", 0, len(data) - 1) + 1
            if cut:
                yield self._text(b"".join((*rest, data[:cut])))
                rest, held = [], 0
            if cut < len(data):
                rest.append(data[cut:])
                held += len(data) - cut
            if held > LONGEST and not cuts:  # somebody else looks for lines
                held_bytes = b"".join(rest)
                sure = whole_characters(held_bytes)
                yield self._text(sure)
                rest = [held_bytes[len(sure) :]]
                held = len(rest[0])
        if not self.is_cutting and (rest or self._rest):
            yield self._text(b"".join(rest), final=True)

    def _beginning(self, line: bytes) -> str:
        """What is kept of a line that is too long, as a line."""
        self.is_cutting = True
        self.cut_lines = [*(self.cut_lines or ()), self.line]
        return self._text(whole_characters(line[:KEPT]) + b"\n")

    def _behind_cut(self, data: bytes, came: int) -> bytes:
        """What stands behind the line that is cut; where it goes on, what may be the first half of its end.

        Args:
            data: What comes next of it.
            came: How many bytes came up to the end of `data`.
        """
        end = _line_end(data)
        if end is None:
            return data[-1:] if data.endswith(b"\r") else b""
        end += 2 if data.startswith(b"\r\n", end) else 1
        self.is_cutting = False
        self.behind_cut = self.line, came - len(data) + end
        return data[end:]

    def _text(self, data: bytes, *, final: bool = False) -> str:
        if self.encoding.told and self.encoding.codec == LEGACY:
            return legacy_text(data)
        if self.surrogates or (not self._in_utf16 and b"\x00" not in data):
            text = data.decode("utf-8", "surrogatepass") if self.surrogates else self._utf8(data, self.line)
            self.line += data.count(b"\n") + len(_LONE_CR.findall(data))
            return text
        out: list[str] = []
        for line in re.findall(rb"[^\n]*\n|[^\n]+\Z", data):
            text = self._mixed_line(line)
            self.line += text.count("\n") + text.count("\r") - text.count("\r\n")
            out.append(text)
        if final and self._rest:
            out.append(self._rest.decode("utf-16-le", "replace"))
            self._rest = b""
        return "".join(out)

    def _mixed_line(self, line: bytes) -> str:
        """One line by line feeds of bytes, in a file where UTF-16 was appended to something else."""
        line, self._rest = self._rest + line, b""
        if self._in_utf16:
            end = _ASCII_RUN.search(line)
            if end is None:
                return self._utf16(line)
            self._in_utf16 = False
            return self._utf16(line[: end.start()], keep_rest=False) + self._mixed_line(line[end.start() :])
        start = _UTF16_START.search(line)
        if start is None:
            return self._utf8(line, self.line)
        self._in_utf16 = True
        if self.switched_at is None:
            self.switched_at = self.line
        begin = start.end() - 16
        before = line[:begin].removesuffix(b"\xff\xfe")
        return (self._utf8(before, self.line) if before else "") + self._mixed_line(line[begin:])

    def _utf16(self, data: bytes, *, keep_rest: bool = True) -> str:
        if len(data) % 2 and keep_rest:
            data, self._rest = data[:-1], data[-1:]
        return data.decode("utf-16-le", "replace")

    def _utf8(self, data: bytes, number: int) -> str:
        """Lines from a number on; those that are no UTF-8 as Windows-1252."""
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            lines = data.splitlines(keepends=True)
            return "".join(self._line_text(line, number + i) for i, line in enumerate(lines))

    def _line_text(self, line: bytes, number: int) -> str:
        try:
            return line.decode("utf-8")
        except UnicodeDecodeError:
            if self.encoding.codec == "utf-8":
                if self.foreign_lines is None:
                    self.foreign_lines = []
                self.foreign_lines.append(number)
            return line.decode("utf-8", "surrogateescape") if self.escapes else legacy_text(line)


def _shifted_at(data: bytes, start: int, *, little: bool) -> int | None:
    """The even place from which on a run of ASCII in UTF-16 is one byte off; None where there is none."""
    zeros, letters = (data[start::2], data[start + 1 :: 2]) if little else (data[start + 1 :: 2], data[start::2])
    at = zeros.find(_ZEROS)
    while at >= 0:
        run = _ASCII_RUN.search(letters, at)
        if run is None:
            return None
        found = zeros.find(_ZEROS, run.start())
        if found == run.start():
            return start + 2 * found
        at = found
    return None


def _even_end(pattern: re.Pattern[bytes], data: bytes, start: int = 0) -> int | None:
    """Where the first match ends that begins at a whole character of UTF-16."""
    return next((match.end() for match in pattern.finditer(data, start) if not match.start() % 2), None)


def _line_end(data: bytes) -> int | None:
    """Where the first line end is; a CR at the very end may be half of one, and does not count."""
    places = data.find(b"\n"), data.find(b"\r", 0, max(0, len(data) - 1))
    return min((place for place in places if place >= 0), default=None)


def _line_length(begun: bytes, data: bytes) -> int:
    """Bytes of a line that has begun and goes on, as far as they have come."""
    if begun.endswith(b"\r"):
        return len(begun) - 1
    end = _line_end(data)
    return len(begun) + (len(data) - data.endswith(b"\r") if end is None else end)


def _behind_lone(line: bytes, data: bytes) -> int:
    """Behind the last lone CR in what came before a block; 0 where there is none."""
    return line.rfind(b"\r", 0, len(line) - data.startswith(b"\n")) + 1


def whole_characters(data: bytes) -> bytes:
    """UTF-8 without a last character that is not whole."""
    for back in range(1, min(4, len(data) + 1)):
        byte = data[-back]
        if byte < 0x80:
            break
        if byte >= 0xC0:
            return data[:-back] if back < (2 if byte < 0xE0 else 3 if byte < 0xF0 else 4) else data
    return data


def legacy_text(line: bytes) -> str:
    """Windows-1252; its five undefined bytes become the controls of the same number."""
    try:
        return line.decode(LEGACY)
    except UnicodeDecodeError:
        return "".join(
            bytes([byte]).decode(LEGACY) if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else chr(byte) for byte in line
        )
