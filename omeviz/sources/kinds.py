"""What a file is that cannot hold events, and what to do instead.

Source of the signatures: the formats' own documents.
"""

from __future__ import annotations

import re

from omeviz.sources.table_text import TABLE, looks_like_table

GZIP = b"\x1f\x8b"
BZIP2 = b"BZh"
XZ = b"\xfd7zXZ"
ZSTD = b"\x28\xb5\x2f\xfd"
ZIP = b"PK\x03\x04"
PARQUET = b"PAR1"

_EXPORT = "Export the audit search as CSV, or with `| ConvertTo-Json -Depth 10`."
_UNPACK = "Unpack it and name the files in it."
_PICTURE = ("a picture", f"The text in a picture cannot be read. {_EXPORT}")
_PROGRAM = ("a program", "Name the file that the audit search was exported to.")
_MEDIA = ("sound or video", "Name the file that the audit search was exported to.")
_OFFICE = "an old Office document"
_MAILBOX = "Audit records are not kept in mailboxes: save the attached export as a file of its own."

_MAGIC: tuple[tuple[bytes, str, str], ...] = (
    (ZIP, "a ZIP archive or an Office document", _UNPACK),
    (b"\x89PNG", *_PICTURE),
    (b"\xff\xd8\xff", *_PICTURE),
    (b"GIF8", *_PICTURE),
    (b"II*\x00", *_PICTURE),
    (b"MM\x00*", *_PICTURE),
    (b"%PDF", "a PDF document", f"A printed log lacks most of each record. {_EXPORT}"),
    (BZIP2, "bzip2-compressed", _UNPACK),
    (XZ, "xz-compressed", _UNPACK),
    (ZSTD, "zstd-compressed", _UNPACK),
    (PARQUET, "a Parquet file", "Only what omeviz has written as Parquet can be opened."),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", _UNPACK),
    (b"Rar!\x1a\x07", "a RAR archive", _UNPACK),
    (b"MSCF", "a cabinet archive", _UNPACK),
    (b"\x7fELF", *_PROGRAM),
    (b"\xcf\xfa\xed\xfe", *_PROGRAM),
    (b"\xca\xfe\xba\xbe", *_PROGRAM),
    (b"\x00asm", *_PROGRAM),
    (b"SQLite format 3\x00", "a SQLite database", "Export the table that holds the records, as CSV or JSON."),
    (b"\x00\x01\x00\x00Standard ", "an Access database", "Export the table that holds the records, as CSV."),
    (b"ElfFile\x00", "a Windows event log (EVTX)", f"It holds a computer's events, not the audit log's. {_EXPORT}"),
    (b"regf", "a Windows registry file", f"It holds no audit records. {_EXPORT}"),
    (b"!BDN", "an Outlook data file (PST or OST)", _MAILBOX),
    (
        b"\x76\xe8\x04\x60\xc4\x11\xe3\x86",
        "a rights-protected message (RPMSG)",
        f"It is an encrypted message itself, not the log of who read it. {_EXPORT}",
    ),
    (b"{\\rtf", "a Rich Text document", "Save it as plain text, or export the audit search as CSV."),
    (b"\xd4\xc3\xb2\xa1", "a network capture", _EXPORT),
    (b"\xa1\xb2\xc3\xd4", "a network capture", _EXPORT),
    (b"\x0a\x0d\x0d\x0a", "a network capture", _EXPORT),
    (b"Obj\x01", "an Avro file", "Convert it to JSON lines."),
    (b"ARROW1\x00\x00", "an Arrow file", "Convert it to JSON lines or CSV."),
    (b"ID3", *_MEDIA),
    (b"OggS", *_MEDIA),
    (b"\x1aE\xdf\xa3", *_MEDIA),
    (b"\x30\x82", "a certificate or a signed message (DER)", _EXPORT),
)

_WORDS = frozenset({b"MSCF", b"regf", b"!BDN", b"ID3", b"OggS", b"\x0a\x0d\x0d\x0a", b"\x30\x82"})
"""Signatures that a text may begin with too."""

_INSIDE: tuple[tuple[int, bytes, str, str], ...] = (
    (4, b"ftyp", *_MEDIA),
    (8, b"WEBP", *_PICTURE),
    (8, b"WAVE", *_MEDIA),
    (8, b"AVI ", *_MEDIA),
    (257, b"ustar", "a tar archive", _UNPACK),
)

_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_COMPOUND_PARTS: tuple[tuple[str, str, str], ...] = (
    ("EncryptedPackage", "an Office document with a password", "Open it in Office and save it without a password."),
    ("__substg1.0_", "an Outlook message (MSG)", _MAILBOX),
    ("__nameid_version", "an Outlook message (MSG)", _MAILBOX),
    ("Workbook", "an old Excel workbook (XLS)", "Open it in Excel and save it as XLSX or CSV."),
    ("WordDocument", "an old Word document", "Save its text as plain text, or export the audit search as CSV."),
)
"""Names of streams in a compound file."""

_PEM = re.compile(r"\s*-----BEGIN ([A-Z0-9 ]{1,60})-----")
_HTML = re.compile(r"\s*(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_XML = re.compile(
    r"\s*(?:<\?xml[^<>]{0,400}\?>\s*)?(?:<!--.{0,2000}?-->\s*|<!DOCTYPE[^<>\[]{0,400}(?:\[.{0,4000}?\]\s*)?>\s*)*"
    r"<([A-Za-z_][\w.:-]{0,60})(?=[\s/>])",
    re.DOTALL,
)
_MAIL = re.compile(
    r"(?:From|To|Cc|Date|Subject|Received|Return-Path|Message-ID|MIME-Version|Content-Type|Delivered-To|Reply-To|"
    r"DKIM-Signature|X-[\w-]{1,40}|ARC-[\w-]{1,40}|Authentication-Results|Content-Transfer-Encoding): ?",
    re.IGNORECASE,
)


def named_bytes(head: bytes) -> tuple[str, str] | None:
    """What the bytes are and what to do instead, in words; None where they may be text.

    Compressed files, archives, workbooks and Parquet are named too: whoever can open them asks first.
    """
    if head.startswith(_COMPOUND[:4]):
        return _compound(head)
    for magic, kind, remedy in _MAGIC:
        if head.startswith(magic) and not (magic in _WORDS and _is_text(head)):
            return kind, remedy
    for place, magic, kind, remedy in _INSIDE:
        if head.startswith(magic, place) and not _is_text(head):
            return kind, remedy
    if head[:2] in (b"MZ", b"BM") and 0 in head[2:64]:
        return _PROGRAM if head[:2] == b"MZ" else _PICTURE
    sample = head[:65536]
    controls = sum(sample.count(byte) for byte in (*range(1, 9), *range(14, 27), 28, 29, 30, 31))
    start = head[:1024]
    if controls > len(sample) * 0.05 or (start.count(0) > len(start) * 0.05 and not _may_be_utf16(start)):
        return "binary data", f"It may be another file than the export. {_EXPORT}"
    return None


def kind_of_bytes(head: bytes) -> str:
    """What the bytes are, in words; empty where they may be text."""
    named = named_bytes(head)
    return "" if named is None else named[0]


def kind_of_text(sample: str) -> tuple[str, str] | None:
    """What a text is that holds no events, and what to do instead; None where it may hold some.

    Asked once no reader has recognised its container by content.

    Args:
        sample: Its first characters.
    """
    sample = sample.removeprefix("\ufeff")
    pem = _PEM.match(sample)
    if pem:
        what = f"a {pem[1].lower()} (PEM)" if "KEY" in pem[1] or "CERT" in pem[1] else f"PEM text ({pem[1].lower()})"
        return what, f"It holds no audit records. {_EXPORT}"
    if _HTML.match(sample):
        return (
            "a web page (HTML)",
            "It may be a sign-in page that was saved in the export's place: sign in and download the export again.",
        )
    xml = _XML.match(sample)
    if xml:
        return f"XML ({xml[1]}), not Clixml", "Use Export-Clixml, Export-Csv or ConvertTo-Json in PowerShell."
    if sample.startswith("version https://git-lfs"):
        return "a pointer of Git LFS, not the file itself", "Run `git lfs pull`."
    if _is_mail(sample):
        return "an e-mail (EML)", "Save the attached export as a file of its own."
    return TABLE if looks_like_table(sample) else None


def _compound(head: bytes) -> tuple[str, str]:
    for name, kind, remedy in _COMPOUND_PARTS:
        if name.encode("utf-16-le") in head:
            return kind, remedy
    return _OFFICE, "Open it in Office and save it as XLSX or CSV."


def _is_mail(sample: str) -> bool:
    """Whether a text begins with the header of a message: three of its fields at least, and nothing else."""
    fields = 0
    for number, line in enumerate(sample[:20_000].split("\n")):
        if not line.strip():
            break
        if _MAIL.match(line):
            fields += 1
        elif not line.startswith((" ", "\t")) and not (number == 0 and line.startswith("From ")) and ": " not in line:
            return False
    return fields >= 3


def _is_text(head: bytes) -> bool:
    return 0 not in head[:1024] and not any(byte < 9 for byte in head[:64])


def _may_be_utf16(sample: bytes) -> bool:
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    return even * 8 < odd or odd * 8 < even or sample[:2] in (b"\xff\xfe", b"\xfe\xff")
