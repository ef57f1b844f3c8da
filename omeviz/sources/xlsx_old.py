"""What an OLE container is: a workbook with a password, or a document of an Office before 2007."""

from __future__ import annotations

import struct

from omeviz.errors import NotAnExportError, SourceError
from omeviz.sources.byte_stream import ByteStream
from omeviz.sources.inputs import Input

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How it begins ([MS-CFB] 2.2)."""

_DIRECTORY = 8192
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_KINDS = {
    "Workbook": "an old Excel workbook (.xls)",
    "Book": "an old Excel workbook (.xls)",
    "WordDocument": "an old Word document",
    "PowerPoint Document": "an old PowerPoint presentation",
    "__properties_version1.0": "an Outlook message (.msg)",
}


def old_document(source: Input, stream: ByteStream, head: bytes) -> SourceError:
    """The error that says what it is, and what to do.

    Args:
        source: What was opened; for messages.
        stream: Its bytes.
        head: The first of them, already read; they begin with `MAGIC`.

    Raises:
        SourceError: Reading failed.
    """
    directory = head
    if len(head) >= 0x34:
        shift, first = struct.unpack_from("<H", head, 0x1E)[0], struct.unpack_from("<L", head, 0x30)[0]
        with stream.whole(head) as file:
            try:
                file.seek((first + 1) << min(shift, 12))
                directory += file.read(_DIRECTORY)
            except (OSError, OverflowError):
                pass  # the head may tell
    if _ENCRYPTED in directory:
        message = f"{source.shown} is protected by a password."
        return SourceError(message, "Open it in Excel, take the password off (File, Info), and save it.")
    kind = next((kind for name, kind in _KINDS.items() if name.encode("utf-16-le") in directory), "")
    return NotAnExportError(f"{source.shown} is {kind or 'an old Office document'}.", "Save it as .xlsx or CSV.")
