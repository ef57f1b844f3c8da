"""The manifest of an export: a JSON file beside it that says what it was made of, by what, and when.

Times are UTC (ISO 8601, `Z`), sizes bytes, hashes SHA-256 in lower-case hexadecimal.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from omeviz import __version__

if TYPE_CHECKING:
    from omeviz.export.redact import StandIns
    from omeviz.provenance.hashing import FileHash, SourceHash
    from omeviz.store import Store

SUFFIX = ".manifest.json"

VERSION = 1
"""Of the manifest's own form, under the key `omevizManifest`. Readers refuse a later one."""

REDACTED = ("addresses", "subjects", "attachment names", "ids", "IP addresses")
"""What a redaction replaces, in words."""

OMITTED = "left out by redaction"


def manifest_path(export: Path) -> Path:
    """Where the manifest of an export goes: beside it."""
    return Path(f"{export}{SUFFIX}")


@dataclass(frozen=True, slots=True)
class Circumstances:
    """How the events of an export were chosen, as the user said it.

    Attributes:
        filter_text: The filter, or empty.
        zone: The zone in which times in the filter were read: `UTC`, `local` or `Area/City`.
        sort: The order, as `--sort` names it, or empty for the usual one.
        limit: At most so many events, or None.
        selection: What was taken of the matching events: `matching`, `marked` or `event`.
        matching: How many events matched.
        stopped: The user stopped the load before its end.
        failures: What could not be read, in words.
    """

    filter_text: str = ""
    zone: str = "UTC"
    sort: str = ""
    limit: int | None = None
    selection: str = "matching"
    matching: int = 0
    stopped: bool = False
    failures: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """The file that was written.

    Attributes:
        path: Where it is.
        format: A name of `omeviz.export.FORMATS`.
        columns: The chosen columns, or None for the format's own.
        events: How many events it holds.
        hash: Its bytes.
    """

    path: Path
    format: str
    columns: Sequence[str] | None
    events: int
    hash: FileHash


def manifest(
    store: Store,
    exported: ExportedFile,
    circumstances: Circumstances,
    hashes: Sequence[SourceHash],
    redact: StandIns | None,
    now: datetime | None = None,
) -> dict[str, Any]:
    """The manifest's content.

    Args:
        store: What was loaded.
        exported: What was written.
        circumstances: How its events were chosen.
        hashes: Of each source of the store, in its order.
        redact: What made the stand-ins, or None; with it nothing in the manifest says what was redacted.
        now: The time to write; None is the present.
    """
    records = sum(source.records for source in store.sources)
    rows = sum(source.rows for source in store.sources)
    filter_text: Any = circumstances.filter_text
    if redact is not None and filter_text.strip():
        filter_text = None
    failures = list(circumstances.failures)
    return {
        "omevizManifest": VERSION,
        "omeviz": __version__,
        "created": (now or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "export": {
            "file": exported.path.name,
            "format": exported.format,
            "size": exported.hash.size,
            "sha256": exported.hash.sha256,
            "events": exported.events,
            "columns": None if exported.columns is None else list(exported.columns),
        },
        "query": {
            "filter": filter_text,
            **({"filterNote": OMITTED} if filter_text is None else {}),
            "zone": circumstances.zone,
            "sort": circumstances.sort or None,
            "limit": circumstances.limit,
            "selection": circumstances.selection,
        },
        "counts": {
            "rows": rows,
            "records": records,
            "unusableRows": rows - records,
            **_dropped(store, redact),
            "events": store.event_count,
            "eventsMatching": circumstances.matching,
            "eventsExported": exported.events,
        },
        "load": {
            "complete": not circumstances.stopped and not failures and all(source.complete for source in store.sources),
            "stoppedByUser": circumstances.stopped,
            "failed": len(failures),
            **({"failures": failures} if redact is None else {}),
        },
        "redaction": None if redact is None else {"replaced": list(REDACTED), "secret": redact.secret.described},
        "sources": _sources(store, hashes, redact, exported.path.parent),
    }


def _dropped(store: Store, redact: StandIns | None) -> dict[str, Any]:
    """How many records were dropped while reading, and which were kept; nothing where all of them were."""
    conditions = sorted({source.kept_only for source in store.sources if source.kept_only})
    if not conditions:
        return {}
    kept: dict[str, Any] = {"keptOnly": conditions[0]} if redact is None else {"keptOnlyNote": OMITTED}
    return {"recordsDropped": sum(source.dropped for source in store.sources), **kept}


def _sources(store: Store, hashes: Sequence[SourceHash], redact: StandIns | None, folder: Path) -> list[dict[str, Any]]:
    listed = []
    for source, found in zip(store.sources, hashes, strict=True):
        path = None if source.path is None or redact is not None else str(source.path)
        entry: dict[str, Any] = {"name": _shown_name(source.name, redact), "path": path}
        if redact is not None and source.path is not None:
            entry["pathNote"] = OMITTED
        elif source.path is not None:
            entry |= _from_manifest(source.path, folder)
        entry |= {
            "container": source.container,
            "encoding": source.encoding,
            "size": found.size,
            "sha256": found.sha256,
        }
        if found.reason:
            entry["reason"] = found.reason
        entry |= {
            "changedSinceRead": found.changed,
            "complete": source.complete,
            "rows": source.rows,
            "records": source.records,
            "unusableRows": source.rows - source.records,
        }
        listed.append(entry)
    return listed


def _from_manifest(path: Path, folder: Path) -> dict[str, Any]:
    """How the manifest's folder leads to a file: it holds from wherever, and when both are moved together."""
    try:
        return {"pathFromManifest": Path(os.path.relpath(path, folder)).as_posix()}
    except (OSError, ValueError):  # on another drive, or there is no current folder
        return {}


def _shown_name(name: str, redact: StandIns | None) -> str:
    if redact is None:
        return name
    from omeviz.export.redact.patterns import places, replaced

    return replaced(name, places(name, redact), redact)


def manifest_bytes(content: dict[str, Any]) -> bytes:
    """A manifest as the file's bytes: readable, ASCII, so that nothing in it acts on a terminal that shows it."""
    return (json.dumps(content, indent=2, ensure_ascii=True) + "\n").encode("ascii")
