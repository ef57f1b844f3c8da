"""What cannot hold events is named for what it is, with a remedy."""

from __future__ import annotations

import bz2
import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omeviz.sources.kinds import kind_of_bytes, kind_of_text, named_bytes
from omeviz.sources.table_text import TABLE
from tests.make_samples import SAMPLES
from tests.sources.test_list_recognise import TABLES

COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)

BYTES: dict[str, tuple[bytes, str]] = {
    "PNG": (b"\x89PNG\r\n\x1a\n" + bytes(20), "picture"),
    "JPEG": (b"\xff\xd8\xff\xe0\x00\x10JFIF", "picture"),
    "GIF": (b"GIF89a\x01\x00", "picture"),
    "TIFF": (b"II*\x00\x08\x00", "picture"),
    "WEBP": (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "picture"),
    "BMP": (b"BM\x46\x00\x00\x00\x00\x00", "picture"),
    "PDF": (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
    "EXE": (b"MZ\x90\x00\x03\x00\x00\x00", "program"),
    "ELF": (b"\x7fELF\x02\x01", "program"),
    "SQLite": (b"SQLite format 3\x00", "SQLite"),
    "Access": (b"\x00\x01\x00\x00Standard ACE DB\x00", "Access"),
    "EVTX": (b"ElfFile\x00" + bytes(8), "EVTX"),
    "registry": (b"regf\x01\x00\x00\x00", "registry"),
    "PST": (b"!BDN\x00\x01\x02\x03", "PST"),
    "MSG": (COMPOUND + "__nameid_version1.0".encode("utf-16-le"), "MSG"),
    "XLS": (COMPOUND + "Workbook".encode("utf-16-le"), "XLS"),
    "DOC": (COMPOUND + "WordDocument".encode("utf-16-le"), "Word"),
    "with a password": (COMPOUND + "EncryptedPackage".encode("utf-16-le"), "password"),
    "other compound": (COMPOUND, "old Office"),
    "RPMSG": (b"\x76\xe8\x04\x60\xc4\x11\xe3\x86", "RPMSG"),
    "RTF": (b"{\\rtf1\\ansi Hello}", "Rich Text"),
    "7z": (b"7z\xbc\xaf\x27\x1c\x00\x04", "7z"),
    "tar": (b"a.csv" + bytes(252) + b"ustar\x00", "tar"),
    "MP4": (b"\x00\x00\x00\x18ftypmp42", "video"),
    "DER": (b"\x30\x82\x04\x00\x30\x00", "DER"),
    "capture": (b"\x0a\x0d\x0d\x0a\x00\x00\x00\x1c", "capture"),
    "bzip2": (bz2.compress(b"x"), "bzip2"),
}

TEXTS: dict[str, tuple[str, str]] = {
    "HTML": ("<!DOCTYPE html>\n<html><head><title>Sign in to your account</title>", "web page"),
    "HTML with a comment": ("\n<!-- Copyright -->\n<html dir='ltr'>", "web page"),
    "XML": ('<?xml version="1.0" encoding="utf-8"?>\n<!-- x --><Events><Event/></Events>', "XML (Events)"),
    "XML with a DTD": ('<!DOCTYPE a [<!ENTITY b "c">]>\n<a/>', "XML (a)"),
    "certificate": ("-----BEGIN CERTIFICATE-----\nMIIB\n", "certificate (PEM)"),
    "key": ("-----BEGIN RSA PRIVATE KEY-----\nMIIB\n", "rsa private key (PEM)"),
    "PGP": ("-----BEGIN PGP MESSAGE-----\n\nhQ\n", "PEM text"),
    "e-mail": (
        "Received: from a\n\tby b\nX-Odd: 1\nFrom: a@contoso.com\nMIME-Version: 1.0\nList-Id: x\n\nRecordType",
        "e-mail",
    ),
    "mbox": ("From a@contoso.com Wed\nFrom: a@contoso.com\nTo: b@contoso.com\nSubject: x\n\n", "e-mail"),
    "Git LFS": ("version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "Git LFS"),
    "table": (TABLES["cut by dots"], "Format-Table"),
}


@pytest.mark.parametrize("name", BYTES)
def test_bytes(name: str) -> None:
    data, expected = BYTES[name]
    named = named_bytes(data)
    assert named is not None
    kind, remedy = named
    assert expected in kind
    assert remedy.endswith(".")
    assert kind_of_bytes(data) == kind


@pytest.mark.parametrize("name", TEXTS)
def test_texts(name: str) -> None:
    text, expected = TEXTS[name]
    named = kind_of_text("\ufeff" + text)
    assert named is not None
    assert expected in named[0]
    assert named[1].endswith(".")
    assert named_bytes(text.encode()) is None


def test_a_table_is_told_how_to_export_instead() -> None:
    assert "Export-Csv" in TABLE[1]
    assert "ConvertTo-Json -Depth 10" in TABLE[1]


@pytest.mark.parametrize(
    "text",
    [
        "MZone,BMI,UserIds\n1,2,3\n",
        "ID3,OggS\n1,2\n",
        "regf,MSCF\n",
        "0\x82,1\n",
        "Subject: x\nnothing else\n",
        "Time: 1\nSubject: 2\nwords without a colon\n",
        "CreationDate,UserIds\n",
        '{"a": 1}',
        "[1]",
        "< 5",
        "",
    ],
)
def test_text_that_only_begins_oddly(text: str) -> None:
    assert named_bytes(text.encode("latin-1")) is None
    assert kind_of_text(text) is None


def test_samples_are_nothing_else() -> None:
    for path in SAMPLES.iterdir():
        data = path.read_bytes()
        data = gzip.decompress(data) if path.suffix == ".gz" else data
        if path.suffix in (".csv", ".tsv", ".gz"):
            assert named_bytes(data[: 1 << 18]) is None, path.name
            assert kind_of_text(data.decode("utf-16" if data[:2] == b"\xff\xfe" else "utf-8", "replace")) is None


@given(st.binary(max_size=600), st.text(max_size=300))
def test_anything_may_come(data: bytes, text: str) -> None:
    assert (named_bytes(data) is None) == (kind_of_bytes(data) == "")
    kind_of_text(text)


def test_long_texts_take_no_time() -> None:
    for part in ("<!-- ", "<!DOCTYPE [", "- ", "From: x\n", "<a", "-----BEGIN ", "Id "):
        kind_of_text(part * 50_000)
