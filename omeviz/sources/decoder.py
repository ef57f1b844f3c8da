"""Bytes -> text that ends at line ends, in whatever encodings its lines are."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from omeviz.sources import long_lines
from omeviz.sources.encoding import LEGACY, Encoding, legacy_text
from omeviz.sources.line_ends import lines_ended
from omeviz.sources.long_lines import behind_lone, line_end, line_length, whole_characters
from omeviz.sources.wide_text import ASCII_RUN, CODECS, aligned, parted

_LINE_END = re.compile(rb"\r\n|\r|\n")
_UTF16_START = re.compile(rb"(?:\xff\xfe)?(?:[\x09-\x7e]\x00){8}")


_FEW_FOREIGN = 16
"""Lines that are no UTF-8 up to which what stands between them is decoded at once."""


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
        elif self.encoding.codec in CODECS and not self.encoding.told:
            wide, narrow = parted(blocks, self.encoding.codec, self._note_narrow)
            yield from self._decode_blocks(aligned(wide, self.encoding.codec, self._note_shift))
            if self.narrowed:
                yield from self._decode_lines(narrow, 0)
        else:
            yield from self._decode_blocks(blocks)

    def _note_narrow(self) -> None:
        self.narrowed = True

    def _note_shift(self) -> None:
        self.shifts += 1

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
            cut = text.rfind("\n") + 1 or (
                len(text) if size > long_lines.KEPT else 0
            )  # whoever reads it cuts long lines
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
            if not self.is_cutting and cuts and held + len(data) > long_lines.LONGEST:
                line = b"".join(rest)
                start = 0 if has_nul else behind_lone(line, data)
                if start:
                    yield self._text(line[:start])
                rest, held = [line[start:]], len(line) - start
                if line_length(rest[0], data) > long_lines.LONGEST:
                    yield self._beginning(rest[0] + data[: long_lines.KEPT])
                    rest, held = ([b"\r"] if line.endswith(b"\r") else []), 0
            if self.is_cutting:
                data = self._behind_cut(b"".join((*rest, data)), came)
                rest = [data]
                if self.is_cutting:
                    continue
                rest = []
            has_nul = (has_nul and held > 0) or b"\x00" in data
            cut = data.rfind(b"\n") + 1
            if not cut and held + len(data) > long_lines.KEPT and not has_nul:
                cut = data.rfind(b"\r", 0, len(data) - 1) + 1
            if cut:
                yield self._text(b"".join((*rest, data[:cut])))
                rest, held = [], 0
            if cut < len(data):
                rest.append(data[cut:])
                held += len(data) - cut
            if held > long_lines.LONGEST and not cuts:  # somebody else looks for lines
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
        return self._text(whole_characters(line[: long_lines.KEPT]) + b"\n")

    def _behind_cut(self, data: bytes, came: int) -> bytes:
        """What stands behind the line that is cut; where it goes on, what may be the first half of its end.

        Args:
            data: What comes next of it.
            came: How many bytes came up to the end of `data`.
        """
        end = line_end(data)
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
            self.line += lines_ended(data, 0, len(data))
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
            end = ASCII_RUN.search(line)
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
        except UnicodeDecodeError as error:
            return "".join(self._pieces(data, number, error.start))

    def _pieces(self, data: bytes, number: int, wrong: int) -> Iterator[str]:
        """The same, for text of which the first byte is known that is no UTF-8."""
        done, whole = 0, memoryview(data)
        for _ in range(_FEW_FOREIGN):
            begin = max(data.rfind(b"\n", done, wrong), data.rfind(b"\r", done, wrong), done - 1) + 1
            found = _LINE_END.search(data, wrong)
            end = len(data) if found is None else found.end()
            number += lines_ended(data, done, begin)
            yield str(whole[done:begin], "utf-8")
            yield self._line_text(data[begin:end], number)
            number, done = number + 1, end
            try:
                yield str(whole[done:], "utf-8")
                return
            except UnicodeDecodeError as error:
                wrong = done + error.start
        for line in data[done:].splitlines(keepends=True):
            yield self._line_text(line, number)
            number += 1

    def _line_text(self, line: bytes, number: int) -> str:
        try:
            return line.decode("utf-8")
        except UnicodeDecodeError:
            if self.encoding.codec == "utf-8":
                if self.foreign_lines is None:
                    self.foreign_lines = []
                self.foreign_lines.append(number)
            return line.decode("utf-8", "surrogateescape") if self.escapes else legacy_text(line)
