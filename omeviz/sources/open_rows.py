"""From bytes to the reader of their container, recognised by content."""

from __future__ import annotations

from collections.abc import Callable

from omeviz.errors import SourceError
from omeviz.sources.byte_stream import ByteStream
from omeviz.sources.encoding import SAMPLE_SIZE
from omeviz.sources.headers import HeaderRules
from omeviz.sources.inputs import Input
from omeviz.sources.kinds import kind_of_bytes
from omeviz.sources.row_source import ReadOptions, RowSource
from omeviz.sources.text_window import TextWindow


def open_rows(
    source: Input,
    stream: ByteStream,
    rules: HeaderRules,
    *,
    sound_json: Callable[[str], bool],
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
        SourceError: It is empty, or of a kind that holds no rows.
    """
    options = options or ReadOptions()
    head = stream.sample(SAMPLE_SIZE)
    if not head:
        raise SourceError(f"{source.shown} is empty.", "Run the export again, or name another file.")
    kind = kind_of_bytes(head)
    if kind and options.codec is None:
        raise SourceError(f"{source.shown} is {kind}, not a CSV export.", "Export the audit search as CSV.")
    from omeviz.sources.csv_source import CsvSource

    text = TextWindow(stream, head, options.codec)
    return CsvSource(
        source, stream, text, rules, sound_json=sound_json, delimiter=options.delimiter, chunk=options.chunk
    )
