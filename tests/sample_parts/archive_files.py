"""Compressed samples, and what is in them: their own bytes differ between implementations."""

from __future__ import annotations

import gzip
import io
import sys
import zipfile
from collections.abc import Mapping
from typing import Any

from tests.sample_parts.xlsx_book import packed

zstd: Any
if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


def zip_of(members: Mapping[str, str | bytes]) -> bytes:
    """A ZIP archive of deflated members."""
    return packed(members, zipfile.ZIP_DEFLATED)


def zst(data: bytes) -> bytes:
    """Compressed by Zstandard, with a checksum as the `zstd` tool does it."""
    compressed: bytes = zstd.compress(data, options={zstd.CompressionParameter.checksum_flag: 1})
    return compressed


def unpacked(name: str, data: bytes) -> bytes:
    """What a sample holds: the bytes behind its compression; of an archive names and contents in a row."""
    if name.endswith(".gz"):
        return gzip.decompress(data)
    if name.endswith(".zst"):
        plain: bytes = zstd.decompress(data)
        return plain
    if name.endswith(".zip"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return b"".join(info.filename.encode() + b"\n" + archive.read(info) for info in archive.infolist())
    return data
