"""From bytes to the reader of their container, recognised by content."""

from __future__ import annotations

from collections.abc import Callable

from omeviz.errors import NotAnExportError
from omeviz.sources.byte_stream import ByteStream
from omeviz.sources.encoding import SAMPLE_SIZE
from omeviz.sources.headers import HeaderRules
from omeviz.sources.inputs import Input
from omeviz.sources.row_source import ReadOptions, RowSource
from omeviz.sources.text_window import TextWindow

_ZIPS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OLD_DOCUMENT = b"\xd0\xcf\x11\xe0"
_PARQUET = b"PAR1"

SoundJson = Callable[[str], bool]
"""Whether a text is JSON."""


def open_rows(
    source: Input,
    stream: ByteStream,
    rules: HeaderRules,
    *,
    sound_json: SoundJson,
    options: ReadOptions | None = None,
) -> RowSource:
    """The reader for a source.

    Args:
        source: What to read; for messages.
        stream: Its bytes.
        rules: What column names mean.
        sound_json: Whether a text is JSON.
        options: What the user says about it.

    Raises:
        NotAnExportError: It is empty, or of a kind that holds no rows.
        SourceError: It cannot be read.
    """
    options = options or ReadOptions()
    head = stream.sample(SAMPLE_SIZE)
    if not head:
        if stream.failure is not None:
            raise stream.failure
        raise NotAnExportError(f"{source.shown} is empty.", "Run the export again, or name another file.")
    return _binary(source, stream, head, rules, options) or _text(source, stream, head, rules, sound_json, options)


def _binary(
    source: Input, stream: ByteStream, head: bytes, rules: HeaderRules, options: ReadOptions
) -> RowSource | None:
    """The reader where the bytes are no text; None where they may be."""
    if options.container == "xlsx" or (options.container is None and head.startswith(_ZIPS)):
        from omeviz.sources.xlsx_source import XlsxSource

        return XlsxSource(source, stream, head, rules, limit=options.limit)
    if options.container == "parquet" or (options.container is None and head.startswith(_PARQUET)):
        from omeviz.sources.parquet_source import ParquetSource

        return ParquetSource(source, stream, head, rules, limit=options.limit)
    if options.container is None and head.startswith(_OLD_DOCUMENT):
        from omeviz.sources.xlsx_old import old_document

        raise old_document(source, stream, head)
    if options.codec is None:
        from omeviz.sources.kinds import named_bytes

        named = named_bytes(head)
        if named is not None:
            kind, remedy = named
            raise NotAnExportError(f"{source.shown} is {kind}.", remedy)
    return None


def _text(
    source: Input,
    stream: ByteStream,
    head: bytes,
    rules: HeaderRules,
    sound_json: SoundJson,
    options: ReadOptions,
) -> RowSource:
    text = TextWindow(stream, head, options.codec)
    container = options.container or _recognised(source, text.sample(SAMPLE_SIZE), rules, options.delimiter)
    if container == "json":
        from omeviz.sources.json_source import JsonSource

        return JsonSource(source, stream, text, rules, sound_json=sound_json, chunk=options.chunk)
    if container == "list":
        from omeviz.sources.list_source import ListSource

        return ListSource(source, stream, text, rules, sound_json=sound_json)
    if container == "clixml":
        from omeviz.sources.clixml_source import ClixmlSource

        return ClixmlSource(source, stream, text, rules, sound_json=sound_json)
    from omeviz.sources.csv_source import CsvSource

    return CsvSource(
        source, stream, text, rules, sound_json=sound_json, delimiter=options.delimiter, chunk=options.chunk
    )


def _recognised(source: Input, sample: str, rules: HeaderRules, delimiter: str | None) -> str:
    """The container of a text by its first characters.

    Raises:
        NotAnExportError: It is of a kind that holds no rows.
    """
    start = sample[:1024].lstrip("\ufeff \t\r\n")[:1]
    from omeviz.sources.csv_layout import has_header

    if start == '"' and has_header(sample, delimiter, rules):
        return "csv"  # the usual case needs no further look
    if start in ("<", "#"):
        from omeviz.sources.clixml_reader import looks_like_clixml

        if looks_like_clixml(sample):
            return "clixml"
    from omeviz.sources.json_recognise import holds_json, looks_like_json
    from omeviz.sources.list_recognise import looks_like_list

    if looks_like_json(sample):
        return "json"
    if looks_like_list(sample):
        return "list"
    from omeviz.sources.kinds import kind_of_text
    from omeviz.sources.table_text import TABLE, looks_like_table

    named = kind_of_text(sample) or (TABLE if looks_like_table(sample) else None)
    if named is not None:
        kind, remedy = named
        raise NotAnExportError(f"{source.shown} is {kind}.", remedy)
    if has_header(sample, delimiter, rules):
        return "csv"
    from omeviz.sources.json_records import Records

    return "json" if holds_json(sample, Records(rules)) else "csv"
