"""Which encoding a text has: UTF-8 with and without BOM, UTF-16 and ASCII of PowerShell, code pages of old tools."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from itertools import product

from omeviz.errors import UsageError

SAMPLE_SIZE = 1 << 18
"""How many bytes from the beginning a guess looks at."""

LEGACY = "cp1252"
"""What bytes that are no UTF-8 are taken for."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
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


def legacy_text(line: bytes) -> str:
    """Windows-1252; its five undefined bytes become the controls of the same number."""
    try:
        return line.decode(LEGACY)
    except UnicodeDecodeError:
        return "".join(
            bytes([byte]).decode(LEGACY) if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else chr(byte) for byte in line
        )
