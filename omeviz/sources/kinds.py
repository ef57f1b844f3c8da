"""What a file is that holds no text, by its first bytes."""

from __future__ import annotations

_MAGIC = (
    (b"PK\x03\x04", "a ZIP archive or an Office document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"%PDF", "a PDF document"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"BZh", "bzip2-compressed"),
    (b"\xfd7zXZ", "xz-compressed"),
    (b"\x28\xb5\x2f\xfd", "zstd-compressed"),
    (b"PAR1", "a Parquet file"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"SQLite format 3\x00", "a SQLite database"),
)


def kind_of_bytes(head: bytes) -> str:
    """What the bytes are, in words; empty where they may be text."""
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    sample = head[:65536]
    controls = sum(sample.count(byte) for byte in (*range(1, 9), *range(14, 27), 28, 29, 30, 31))
    if controls > len(sample) * 0.05:
        return "binary data"
    start = head[:1024]
    if start.count(0) > len(start) * 0.05 and not _may_be_utf16(start):
        return "binary data"
    return ""


def _may_be_utf16(sample: bytes) -> bool:
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    return even * 8 < odd or odd * 8 < even or sample[:2] in (b"\xff\xfe", b"\xfe\xff")
