"""Compressed inputs: known by content, several streams, damage that costs only what is behind it, bombs."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import pytest

from omeviz.errors import SourceError
from omeviz.load import Loader, LoadOptions
from omeviz.sources.byte_stream import ByteStream
from omeviz.sources.compression import Budget, Damaged, Unpacked, Unpacking, compression_of
from omeviz.sources.inputs import Input, input_of
from tests.make_samples import SAMPLES
from tests.sample_parts.archive_files import zst

Compress = Callable[[bytes], bytes]
WAYS: dict[str, Compress] = {
    "gzip": gzip.compress,
    "bzip2": partial(bz2.compress, compresslevel=1),
    "xz": partial(lzma.compress, preset=0),
    "zstd": zst,
}
EVERY = pytest.mark.parametrize(("name", "compress"), WAYS.items(), ids=WAYS)
_RANDOM = random.Random(7)
TEXT = b"".join(_RANDOM.randbytes(30).hex().encode() + b"\n" for _ in range(8_000))


def stream_of(data: bytes, limit: int | None = 1 << 30) -> ByteStream:
    return ByteStream(input_of("-"), io.BytesIO(data), limit=limit)


def all_of(stream: ByteStream, size: int = 1 << 20) -> bytes:
    return b"".join(iter(lambda: stream.read(size), b""))


@EVERY
def test_it_is_known_by_its_content(name: str, compress: Compress) -> None:
    stream = stream_of(compress(TEXT))
    assert stream.compression == name
    assert all_of(stream) == TEXT
    assert stream.failure is None


@EVERY
@pytest.mark.parametrize("size", [1, 7, 1 << 14])
def test_any_size_of_reading_gives_the_same(name: str, compress: Compress, size: int) -> None:
    data = TEXT[: size * 500]
    stream = stream_of(compress(data))
    assert all_of(stream, size) == data, name


@EVERY
def test_several_streams_in_a_row_are_one(name: str, compress: Compress) -> None:
    stream = stream_of(compress(b"a" * 1000) + compress(b"") + compress(b"b" * 1000))
    assert all_of(stream) == b"a" * 1000 + b"b" * 1000, name
    assert stream.failure is None


@pytest.mark.parametrize("name", ["gzip", "xz"])
def test_zeros_behind_it_are_padding(name: str) -> None:
    stream = stream_of(WAYS[name](b"text") + bytes(100_000) + WAYS[name](b" and more") + bytes(8))
    assert all_of(stream) == b"text and more"
    assert stream.failure is None


def test_a_zstandard_frame_to_be_skipped() -> None:
    skipped = b"\x50\x2a\x4d\x18" + (4).to_bytes(4, "little") + b"abcd"
    stream = stream_of(skipped + zst(b"text") + skipped)
    assert (stream.compression, all_of(stream)) == ("zstd", b"text")


@EVERY
def test_a_second_compression_around_it(name: str, compress: Compress) -> None:
    stream = stream_of(gzip.compress(compress(TEXT)))
    assert stream.compression == f"gzip+{name}"
    assert all_of(stream) == TEXT


@EVERY
def test_what_came_before_a_cut_is_kept(name: str, compress: Compress) -> None:
    data = compress(TEXT)
    stream = stream_of(data[: len(data) // 2])
    came = all_of(stream)
    assert TEXT.startswith(came), name
    assert len(came) > len(TEXT) // 4
    assert stream.failure is not None
    assert "what came before was read" in stream.failure.message


@EVERY
def test_what_came_before_a_damage_is_kept(name: str, compress: Compress) -> None:
    data = bytearray(compress(TEXT))
    data[len(data) // 2] ^= 0xFF
    stream = stream_of(bytes(data))
    came = all_of(stream)
    quarter = len(TEXT) // 4
    assert came[:quarter] == TEXT[:quarter], name
    assert stream.failure is not None
    assert "damaged" in stream.failure.message


def test_little_is_lost_of_a_small_file_either() -> None:
    data = bytearray(gzip.compress(TEXT[:6000]))
    data[-5] ^= 0xFF  # its checksum
    stream = stream_of(bytes(data))
    came = all_of(stream)
    assert TEXT.startswith(came)
    assert len(came) > 4000
    assert stream.failure is not None


def test_something_else_behind_it_is_told() -> None:
    stream = stream_of(gzip.compress(b"text") + b"not compressed")
    assert all_of(stream) == b"text"
    assert stream.failure is not None
    assert "something else follows" in stream.failure.message


@EVERY
def test_any_wrong_byte_is_told_or_makes_no_difference(name: str, compress: Compress) -> None:
    sound = compress(bytes(range(200)))
    for place in range(len(sound)):
        data = bytearray(sound)
        data[place] ^= 0x5A
        with suppress(SourceError):
            stream = stream_of(bytes(data))
            came = all_of(stream)
            assert stream.failure or not stream.compression or came == bytes(range(200)), (name, place)


def test_rows_before_the_damage_are_loaded() -> None:
    data = gzip.compress((SAMPLES / "events.csv").read_bytes())
    loader = Loader(["-"], LoadOptions(stdin=io.BytesIO(data[: len(data) * 3 // 4])))
    list(loader.run())
    assert loader.store is not None
    assert loader.store.record_count > 50
    assert not loader.store.sources[0].complete
    assert ["compressed data is damaged" in failure.message for failure in loader.failures] == [True]


@EVERY
def test_a_bomb_is_named(name: str, compress: Compress) -> None:
    bomb = compress(bytes(30 << 20))
    stream = stream_of(bomb, limit=4 << 20)
    came = all_of(stream)
    assert 2 << 20 < len(came) < 30 << 20, name
    assert stream.failure is not None
    assert "unpacks to more than 200 times its size" in stream.failure.message
    assert "--no-size-limit" in stream.failure.remedy


def test_the_limit_can_be_lifted() -> None:
    stream = stream_of(gzip.compress(bytes(8 << 20)), limit=None)
    assert len(all_of(stream)) == 8 << 20
    assert stream.failure is None


def test_a_bomb_inside_another_compression() -> None:
    stream = stream_of(gzip.compress(gzip.compress(bytes(30 << 20))), limit=4 << 20)
    assert len(all_of(stream)) < 30 << 20
    assert stream.failure is not None


def test_much_text_of_an_ordinary_ratio_is_no_bomb() -> None:
    stream = stream_of(gzip.compress(TEXT), limit=1000)
    assert all_of(stream) == TEXT
    assert stream.failure is None


def test_a_budget_counts_everything_together() -> None:
    budget = Budget(1000)
    for _ in range(10):
        budget.spend(100, 1)
    with pytest.raises(Unpacked):
        budget.spend(1, 1)
    budget.spend(1, 100)


def test_an_error_of_the_disk_is_no_damage() -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > 60_000:
                raise OSError(5, "Input/output error")
            return super().read(size)

    stream = ByteStream(Input("x", None), Failing(gzip.compress(TEXT)))
    assert TEXT.startswith(all_of(stream))
    assert stream.failure is not None
    assert "Input/output error" in stream.failure.message


def test_memory_for_the_window_is_limited() -> None:
    chain = [
        {"id": lzma.FILTER_LZMA2, "dict_size": 512 << 20, "mode": lzma.MODE_FAST, "mf": lzma.MF_HC3, "nice_len": 8}
    ]
    small = lzma.compress(b"text", filters=[{**chain[0], "dict_size": 4096}])
    # The size of the dictionary is one byte of the block's header; a checksum follows it.
    import binascii

    header = bytearray(small[12:24])
    assert header[:3] == b"\x02\x00\x21"
    header[4] = 36
    header[8:12] = binascii.crc32(header[:8]).to_bytes(4, "little")
    with pytest.raises(Damaged, match="limit"):
        Unpacking(io.BytesIO(small[:12] + bytes(header) + small[24:]), "xz", Budget(), lambda: 1).read(100)


@pytest.mark.parametrize("data", [b"", b"B", b"BZh", b"BZhello world", b"\xfd7zX", b"(\xb5/", b"PK\x03\x04", b"P*"])
def test_what_only_begins_like_it_is_not_compressed(data: bytes) -> None:
    assert compression_of(data) == ""
    stream = stream_of(data)
    assert (stream.compression, all_of(stream)) == ("", data)
