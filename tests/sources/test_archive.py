"""ZIP archives: each member an input of its own, and what hostile or broken ones come to."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import zipfile
import zlib
from pathlib import Path

import pytest

from omeviz.errors import NotAnExportError, SourceError
from omeviz.sources.byte_stream import ByteStream
from omeviz.sources.compression import Damaged
from omeviz.sources.expand import Found, expand
from omeviz.sources.inputs import Input
from tests.sample_parts.archive_files import zip_of, zst
from tests.sample_parts.xlsx_book import packed, workbook

TEXT = b"CreationDate,UserIds,Operations,AuditData\r\n" * 50


def saved(folder: Path, data: bytes, name: str = "a.zip") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def read(source: Input, limit: int | None = 1 << 30) -> bytes:
    """Everything in an input, which must be sound."""
    stream = ByteStream(source, limit=limit)
    data = b"".join(iter(lambda: stream.read(1000), b""))
    stream.close()
    if stream.failure is not None:
        raise stream.failure
    return data


def contents(found: Found) -> dict[str, bytes]:
    """Name -> what is in it, for inputs that are all sound."""
    return {source.name: read(source) for source in found}


def failures(found: Found) -> list[str]:
    """The messages of the inputs that cannot be read."""
    messages = []
    for source in found:
        try:
            read(source)
        except SourceError as error:
            messages.append(str(error))
    return messages


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_each_member_is_an_input(method: int, tmp_path: Path) -> None:
    path = saved(tmp_path, packed({"a.csv": TEXT, "march/b.csv": TEXT * 2, "empty.csv": b""}, method))
    found = expand(str(path))
    sources = list(found)
    assert [(source.name, source.member, source.path) for source in sources] == [
        ("a.zip/a.csv", "a.csv", path),
        ("a.zip/march/b.csv", "march/b.csv", path),
        ("a.zip/empty.csv", "empty.csv", path),
    ]
    assert [read(source) for source in sources] == [TEXT, TEXT * 2, b""]
    assert sources[1].shown == f"{path}/march/b.csv"
    assert {source.group for source in sources} == {str(path)}


def test_progress_is_counted_in_bytes_of_the_archive(tmp_path: Path) -> None:
    (source,) = expand(str(saved(tmp_path, zip_of({"a.csv": TEXT}))))
    stream = ByteStream(source)
    assert stream.size is not None
    assert stream.size < len(TEXT)
    while stream.read(100):
        assert 0 < stream.position <= stream.size
    assert stream.position == stream.size


@pytest.mark.parametrize(("method", "data"), [(93, zst(TEXT)), (95, lzma.compress(TEXT)), (12, bz2.compress(TEXT))])
def test_methods_of_other_tools(method: int, data: bytes, tmp_path: Path) -> None:
    path = saved(tmp_path, with_method(packed({"a.csv": data}), method, size=len(TEXT), checksum=zlib.crc32(TEXT)))
    assert contents(expand(str(path))) == {"a.zip/a.csv": TEXT}


def with_method(archive: bytes, method: int, *, size: int | None = None, checksum: int | None = None) -> bytes:
    """An archive of one stored member that claims another compression."""
    data = bytearray(archive)
    local, central = 0, data.index(b"PK\x01\x02")
    for start, place in ((local, 8), (central, 10)):
        struct.pack_into("<H", data, start + place, method)
        if checksum is not None and size is not None:
            struct.pack_into("<L", data, start + place + 6, checksum)
            struct.pack_into("<L", data, start + place + 14, size)
    return bytes(data)


def test_compressed_members_are_unpacked_twice(tmp_path: Path) -> None:
    path = saved(tmp_path, packed({"a.csv.gz": gzip.compress(TEXT), "b.csv.zst": zst(TEXT)}))
    assert contents(expand(str(path))) == {"a.zip/a.csv.gz": TEXT, "a.zip/b.csv.zst": TEXT}


def test_from_standard_input() -> None:
    found = expand("-", io.BytesIO(zip_of({"a.csv": TEXT, "b.csv": b"b"})))
    assert contents(found) == {"<stdin>/a.csv": TEXT, "<stdin>/b.csv": b"b"}


def test_what_macos_and_editors_leave_is_not_there(tmp_path: Path) -> None:
    members = {"__MACOSX/._a.csv": b"x", "a.csv": TEXT, ".DS_Store": b"x", "b/.hidden/c.csv": b"x", "b/": b""}
    found = expand(str(saved(tmp_path, zip_of(members))))
    assert list(contents(found)) == ["a.zip/a.csv"]
    assert found.skipped == 0


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "C:\\Windows\\x.csv", "a\x1b[31m.csv", "n" * 60_000]
)
def test_names_are_only_shown(name: str, tmp_path: Path) -> None:
    path = saved(tmp_path, zip_of({name: TEXT}))
    ((shown, data),) = contents(expand(str(path))).items()
    assert data == TEXT
    assert shown.startswith("a.zip/")
    assert list(tmp_path.iterdir()) == [path]


def encrypted(archive: bytes) -> bytes:
    """The archive with every member's flag for a password set."""
    data = bytearray(archive)
    for magic, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(magic)
        while at >= 0:
            data[at + place] |= 1
            at = data.find(magic, at + 1)
    return bytes(data)


def test_encrypted_members_are_told_once(tmp_path: Path) -> None:
    path = saved(tmp_path, encrypted(packed({"a.csv": TEXT, "b.csv": TEXT, "c.csv": TEXT})))
    (message,) = failures(expand(str(path)))
    assert message.startswith(f"{path}/a.csv is encrypted, and so are 2 other members.")


def test_a_method_that_is_not_known(tmp_path: Path) -> None:
    (message,) = failures(expand(str(saved(tmp_path, with_method(packed({"a.csv": TEXT}), 9)))))
    assert "Deflate64" in message


def test_an_archive_in_an_archive(tmp_path: Path) -> None:
    deepest = zip_of({"c.csv": TEXT})
    inner = zip_of({"b.csv": TEXT, "deepest.zip": deepest})
    found = expand(str(saved(tmp_path, zip_of({"a.csv": b"a", "inner.zip": inner}))))
    assert contents(found) == {"a.zip/a.csv": b"a", "a.zip/inner.zip/b.csv": TEXT}
    assert found.skipped == 1


def test_a_workbook_is_no_archive(tmp_path: Path) -> None:
    book = workbook({"s": [["AuditData"]]})
    (source,) = expand(str(saved(tmp_path, book, "a.xlsx")))
    assert (source.name, source.member, source.group) == ("a.xlsx", None, "")
    assert read(source) == book
    assert contents(expand(str(saved(tmp_path, zip_of({"a.xlsx": book}))))) == {"a.zip/a.xlsx": book}
    (source,) = expand("-", io.BytesIO(book))
    assert source == Input("<stdin>", None)
    assert read(source) == book


def test_members_can_be_read_after_all_were_listed(tmp_path: Path) -> None:
    inner = zip_of({"b.csv": TEXT})
    sources = list(expand(str(saved(tmp_path, zip_of({"a.csv": TEXT, "inner.zip": inner})))))
    assert [read(source) for source in sources] == [TEXT, TEXT]


def test_what_is_no_export_is_counted(tmp_path: Path) -> None:
    found = expand(str(saved(tmp_path, zip_of({"a.csv": TEXT, "b.png": b"x", "c.txt": b"x"}))))
    first, second, third = found
    assert found.ended(first) is None
    assert found.ended(second, NotAnExportError("b.png is a picture.")) is None
    assert found.ended(third, NotAnExportError("c.txt is prose.")) is None
    assert found.verdict() is None
    assert list(found.notes()) == [f"{found.argument}: 2 other files were skipped"]


def test_an_archive_of_nothing_usable_is_an_error(tmp_path: Path) -> None:
    found = expand(str(saved(tmp_path, zip_of({"b.png": b"x"}))))
    for source in found:
        found.ended(source, NotAnExportError("b.png is a picture."))
    verdict = found.verdict()
    assert verdict is not None
    assert "no audit export, but 1 file of other kinds. The first: b.png is a picture." in str(verdict)


def test_an_empty_archive_is_an_error(tmp_path: Path) -> None:
    found = expand(str(saved(tmp_path, packed({}))))
    assert list(found) == []
    assert "holds no file" in str(found.verdict())


def test_a_failure_is_no_skip(tmp_path: Path) -> None:
    found = expand(str(saved(tmp_path, zip_of({"a.csv": TEXT}))))
    (source,) = found
    error = SourceError("a.csv is damaged.")
    assert found.ended(source, error) is error
    assert (found.failed, found.skipped, found.verdict()) == (1, 0, None)


def test_a_cut_archive_gives_the_members_that_came(tmp_path: Path) -> None:
    data = zip_of({"a.csv": TEXT, "b.csv": TEXT, "c.csv": bytes(range(256)) * 40})
    path = saved(tmp_path, data[: data.index(b"c.csv") + 100])
    sources = list(expand(str(path)))
    assert [source.name for source in sources] == ["a.zip/a.csv", "a.zip/b.csv", "a.zip/c.csv", "a.zip"]
    assert [read(source) for source in sources[:2]] == [TEXT, TEXT]
    with pytest.raises(SourceError, match="ends too early"):
        read(sources[2])
    with pytest.raises(SourceError, match="directory is missing or damaged"):
        read(sources[3])


def test_a_cut_archive_whose_members_do_not_tell_their_sizes(tmp_path: Path) -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def tell(self) -> int:
            raise OSError

    buffer = Pipe()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("a.csv", "b.csv", "c.csv"):
            archive.writestr(name, TEXT)
    data = buffer.getvalue()
    sources = list(expand(str(saved(tmp_path, data[: data.index(b"PK\x01\x02")]))))
    assert [read(source) for source in sources[:3]] == [TEXT] * 3
    assert sources[3].failure is not None


@pytest.mark.parametrize("data", [b"PK\x03\x04", b"PK\x03\x04" + b"\xff" * 500, b"PK\x05\x06" + bytes(10)])
def test_nothing_but_the_beginning(data: bytes, tmp_path: Path) -> None:
    messages = failures(expand(str(saved(tmp_path, data))))
    assert messages
    assert all("damaged" in message or "early" in message for message in messages)


def test_a_wrong_checksum_is_told(tmp_path: Path) -> None:
    data = packed({"a.csv": TEXT}).replace(TEXT[:8], b"creation", 1)
    (source,) = expand(str(saved(tmp_path, data)))
    stream = ByteStream(source)
    assert len(b"".join(iter(lambda: stream.read(1000), b""))) == len(TEXT)
    assert stream.failure is not None
    assert "checksum is wrong" in stream.failure.message


def test_any_cut_or_wrong_byte_is_an_error_or_makes_no_difference(tmp_path: Path) -> None:
    sound = zip_of({"a.csv": TEXT, "b.csv": b"b" * 100})
    path = tmp_path / "a.zip"
    for place in range(0, len(sound), 2):
        for data in (sound[:place], sound[:place] + bytes([sound[place] ^ 0x2D]) + sound[place + 1 :]):
            path.write_bytes(data)
            assert all(str(path) in message for message in failures(expand(str(path))))


def test_a_bomb_of_one_member(tmp_path: Path) -> None:
    (source,) = expand(str(saved(tmp_path, zip_of({"a.csv": bytes(30 << 20)}))), limit=4 << 20)
    with pytest.raises(SourceError, match="more than 200 times its size"):
        read(source)
    (source,) = expand(str(saved(tmp_path, zip_of({"a.csv": bytes(8 << 20)}))), limit=None)
    assert len(read(source, None)) == 8 << 20


def test_a_bomb_of_members_that_share_their_bytes(tmp_path: Path) -> None:
    data = bytearray(zip_of({"0.csv": bytes(1 << 20)}))
    start = data.index(b"PK\x01\x02")
    entry, end = bytes(data[start : data.index(b"PK\x05\x06")]), bytearray(data[data.index(b"PK\x05\x06") :])
    many = 60
    struct.pack_into("<2H", end, 8, many, many)
    struct.pack_into("<L", end, 12, len(entry) * many)
    path = saved(tmp_path, bytes(data[:start]) + entry * many + bytes(end))
    messages = failures(expand(str(path), limit=4 << 20))
    assert len(messages) > many // 2
    assert all("unpacks to more than" in message for message in messages)


def test_a_bomb_in_an_inner_archive(tmp_path: Path) -> None:
    inner = zip_of({"x.csv": bytes(30 << 20)})
    found = expand(str(saved(tmp_path, zip_of({"inner.zip": inner}))), limit=4 << 20)
    assert any("more than 200 times" in message for message in failures(found))


def test_a_directory_that_states_a_huge_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(tmp_path, zip_of({f"{number}.csv": b"" for number in range(30)}))
    monkeypatch.setattr("omeviz.sources.archive_zip._MOST_DIRECTORY", 1000)
    assert "more members" in failures(expand(str(path)))[0]
    assert len(contents(expand(str(path), limit=None))) == 30


def test_zip64(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("a.csv", "w", force_zip64=True) as f,
    ):
        f.write(TEXT)
    data = buffer.getvalue()
    assert contents(expand(str(saved(tmp_path, data)))) == {"a.zip/a.csv": TEXT}
    sources = list(expand(str(saved(tmp_path, data[: data.index(b"PK\x01\x02")]))))
    assert read(sources[0]) == TEXT


def test_a_member_whose_header_is_gone() -> None:
    data = packed({"a.csv": TEXT}).replace(b"PK\x03\x04", b"PK\x03\x05", 1)
    from omeviz.sources.archive_zip import ZipArchive

    archive = ZipArchive(lambda: io.BytesIO(data), "a.zip")
    with pytest.raises(Damaged):
        archive.open(archive.members[0])


def test_an_archive_that_is_gone_when_a_member_is_opened(tmp_path: Path) -> None:
    path = saved(tmp_path, packed({"a.csv": TEXT}))
    (source,) = expand(str(path))
    path.unlink()
    with pytest.raises(SourceError, match=r"a\.zip/a\.csv cannot be read"):
        read(source)


def test_an_archive_on_standard_input_is_told_by_that_name() -> None:
    data = zip_of({"a.csv": TEXT, "b.png": b"x"})
    found = expand("-", io.BytesIO(data))
    first, second = found
    found.ended(first)
    found.ended(second, NotAnExportError("b.png is a picture."))
    assert list(found.notes()) == ["<stdin>: 1 other file was skipped"]
