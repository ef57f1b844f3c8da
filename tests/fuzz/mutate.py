"""Damaged files, each made from a seed alone: the samples with bytes changed, cut, repeated and spliced together."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from tests.make_samples import make
from tests.sample_parts.archive_files import zst

TOKENS: tuple[bytes, ...] = (
    *(b'"', b'""', b'"""', b"'", b",", b";", b"\t", b":", b"\\", b'\\"', b"\\u", b"\\ud800", b"{", b"}", b"[", b"]"),
    *(b'{"', b'"}', b'"},{"', b"[[[[", b"}}}}", b"\r", b"\n", b"\r\n", b"\n\n", b" : ", b"...", b"null", b"NaN"),
    *(b"1e999", b"-", b"0" * 40, b"9" * 400, b"\x00", b"\x00\x00", b"\xff", b"\xfe\xff", b"\xff\xfe", b"\xef\xbb\xbf"),
    *(b"\x1a", b"\x1b[2J", b"\xc3", b"\xe2\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x80" * 9, b"\x1e"),
    *(b"#TYPE x\r\n", b"AuditData", b"CreationDate,AuditData\r\n", b"/Date(1)/", b"2023-03-22T19:00:59", b"$type"),
    *(b"<Obj>", b"</Obj>", b"<S N='x'>", b"]]>", b"<![CDATA[", b"&#0;", b"&x;", b"<!DOCTYPE a>", b"<!--", b"<Objs>"),
    *(b"_x0000_", b"_xD800_", b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"\x1f\x8b", b"BZh9", b"(\xb5/\xfd"),
    *(b"Name  : value\r\n", b"          ", b"-----", b"@{a=1; b=2}", b"System.Object[]", b'"AuditData":"{', b'"Id":'),
)
"""What readers look for, in wrong places."""

CODECS = (
    *("utf-8", "utf-8-sig", "ascii", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be", "cp1252", "latin-1"),
    *("cp437", "cp037", "shift_jis", "gb18030", "iso2022_jp", "big5", "utf-7", "koi8-r", "mac-roman", "hz"),
)
CONTAINERS = ("csv", "json", "list", "clixml", "xlsx")
DELIMITERS = (",", ";", "\t", "|", ":", " ", "a", "{", "\x00", "é")


@dataclass(frozen=True, slots=True)
class Damaged:
    """A damaged file and what is said about it.

    Attributes:
        seed: What it was made from.
        name: The sample it began as.
        data: Its bytes.
        encoding: What `--encoding` says, or None.
        container: What `--container` says, or None.
        delimiter: What `--delimiter` says, or None.
        chunk: Bytes that the fast path takes at once.
        block: Bytes that are read at once.
        first: Rows of the first batch.
    """

    seed: int
    name: str
    data: bytes
    encoding: str | None
    container: str | None
    delimiter: str | None
    chunk: int
    block: int
    first: int

    def __str__(self) -> str:
        said = f"encoding={self.encoding} container={self.container} delimiter={self.delimiter!r}"
        return f"seed {self.seed}: {self.name}, {len(self.data)} bytes, {said}, chunk={self.chunk} block={self.block}"


def seeds() -> dict[str, bytes]:
    """File name -> bytes: every sample but the largest, and one of each compression."""
    made = make()
    plain = made["purview.csv"]
    del made["events.csv"]
    return made | {"purview.csv.zst": zst(plain), "hawk.xml.gz": gzip.compress(made["hawk.xml"], mtime=0)}


def damaged(seed: int, files: Mapping[str, bytes]) -> Damaged:
    """The damaged file of a seed."""
    random = Random(seed)
    names = sorted(files)
    name = names[seed % len(names)]
    data = files[name]
    if random.random() < 0.15 and not name.endswith((".zip", ".gz", ".zst", ".xlsx")):
        data = recoded(data, random)
    for _ in range(random.choice((0, 1, 1, 1, 2, 3, 8))):
        data = changed(data, random, files)
    return Damaged(
        seed,
        name,
        data,
        random.choice(CODECS) if random.random() < 0.12 else None,
        random.choice(CONTAINERS) if random.random() < 0.08 else None,
        random.choice(DELIMITERS) if random.random() < 0.05 else None,
        random.choice((300, 1_000, 4_096, 1 << 20)),
        random.choice((1 << 20, 1 << 20, 8_192, 1_021)),
        random.choice((1, 2, 3, 256)),
    )


def recoded(data: bytes, random: Random) -> bytes:
    """The text in another encoding, all of it or from some place on."""
    codec = random.choice(("utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "utf-8-sig"))
    text = data.decode("utf-16" if data[:2] == b"\xff\xfe" else "utf-8", "replace")
    at = random.choice((0, 0, random.randrange(len(text) + 1)))
    return text[:at].encode("utf-8", "replace") + text[at:].encode(codec, "replace")


def changed(data: bytes, random: Random, files: Mapping[str, bytes]) -> bytes:
    """The bytes with one change."""
    at = random.randrange(len(data) + 1)
    length = min(random.choice((1, 1, 2, 10, 200, 4_000)), len(data) - at)
    kind = random.randrange(9)
    if kind == 0:
        return data[:at]
    if kind == 1:
        return data[at:]
    if kind == 2:
        return data[:at] + data[at + length :]
    if kind == 3:
        return data[: at + length] + data[at : at + length] * random.choice((1, 2, 50)) + data[at + length :]
    if kind == 4:
        other = files[random.choice(sorted(files))]
        start = random.randrange(len(other) + 1)
        return data[:at] + other[start : start + random.choice((100, 5_000, 1 << 20))] + data[at + length :]
    if kind == 5:
        changes = bytearray(data[at : at + length])
        for place in range(len(changes)):
            changes[place] ^= 1 << random.randrange(8)
        return data[:at] + bytes(changes) + data[at + length :]
    if kind == 6:
        return data[:at] + random.randbytes(random.choice((1, 4, 100))) + data[at + length :]
    token = random.choice(TOKENS) * random.choice((1, 1, 1, 2, 30))
    return data[:at] + token + data[at + (length if kind == 7 else 0) :]
