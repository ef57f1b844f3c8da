"""Checking a manifest: are the export and its sources still what they were?

A manifest comes from outside like any other file. What it names is compared by size and hash only and never read
as anything; its export is looked for beside it by its bare name; its texts are shown through `omeviz.text.visible`.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, Literal

from omeviz.errors import SourceError
from omeviz.provenance.counting import COUNTERS
from omeviz.provenance.hashing import FileHash, hash_of
from omeviz.provenance.manifest import VERSION

Status = Literal["ok", "changed", "missing", "unchecked"]

_LARGEST = 64 * 1024 * 1024  # bytes; a manifest of 100,000 sources has 50 MB
_HASH = re.compile(r"[0-9a-f]{64}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that was checked.

    Attributes:
        what: `export`, `records` or `source`.
        name: What the manifest calls it.
        status: `ok`; `changed` or `missing`, which need attention; or `unchecked`: there is nothing to compare.
        detail: More, in words; or empty.
    """

    what: str
    name: str
    status: Status
    detail: str = ""


def needs_attention(items: Sequence[Item]) -> bool:
    """Whether anything changed or is missing."""
    return any(item.status in ("changed", "missing") for item in items)


def verify(path: Path) -> list[Item]:
    """Check everything a manifest names.

    Raises:
        SourceError: It cannot be read, or is no manifest.
    """
    content = read_manifest(path)
    export, sources = content["export"], content["sources"]
    items = _export_items(path, export)
    return [*items, *(_source_item(path, source) for source in sources)]


def read_manifest(path: Path) -> dict[str, Any]:
    """A manifest's content, as far as it has the form of one: `export` is an object, `sources` a list of objects.

    Raises:
        SourceError: It cannot be read, or is no manifest, or one of a later omeviz.
    """
    try:
        if not path.is_file():
            reason = "is no file" if path.exists() else "does not exist"
            raise SourceError(f"{path} {reason}.", "Name the .manifest.json beside an export.")
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SourceError(f"{path} cannot be read: {reason}.", "Check the path.") from error
    no_manifest = SourceError(f"{path} is no manifest of omeviz.", "Name the .manifest.json beside an export.")
    if len(data) > _LARGEST:
        raise no_manifest
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise no_manifest from None
    if not isinstance(content, dict) or type(content.get("omevizManifest")) is not int:
        raise no_manifest
    if content["omevizManifest"] > VERSION:
        raise SourceError(f"{path} was written by a later omeviz.", "Check it with that one.")
    sources = content.get("sources")
    if not isinstance(content.get("export"), dict) or not isinstance(sources, list):
        raise no_manifest
    if not all(isinstance(source, dict) for source in sources):
        raise no_manifest
    return content


def _export_items(manifest: Path, export: Mapping[str, Any]) -> list[Item]:
    name = _text(export.get("file"))
    bare = _bare(name)
    if bare is None:
        return [Item("export", name, "missing", "the manifest does not name a file beside it")]
    item = _checked("export", name, [manifest.parent / bare], export)
    if item.status not in ("ok", "changed"):
        return [item]
    recorded = export.get("events")
    counter = COUNTERS.get(_text(export.get("format")))
    if counter is None or type(recorded) is not int:
        return [item, Item("records", name, "unchecked", "this format cannot be counted")]
    try:
        counted = counter(manifest.parent / bare)
    except OSError as error:
        return [item, Item("records", name, "missing", f"it cannot be read: {error.strerror or error}")]
    if counted is None:
        return [item, Item("records", name, "unchecked", "it is laid out otherwise than omeviz does it")]
    if counted != recorded:
        return [item, Item("records", name, "changed", f"{counted:,} instead of {_number(recorded)}")]
    return [item, Item("records", name, "ok", f"{counted:,}")]


def _source_item(manifest: Path, source: Mapping[str, Any]) -> Item:
    name = _text(source.get("name"))
    if source.get("sha256") is None:
        return Item("source", name, "unchecked", _text(source.get("reason")) or "no hash was recorded")
    path = source.get("path")
    if path is None and source.get("pathNote") is None:
        return Item("source", name, "unchecked", "it was no file")
    candidates = [Path(path)] if isinstance(path, str) and path and not _is_remote(path) else []
    way = source.get("pathFromManifest")
    if isinstance(way, str) and way and not _is_remote(way):
        candidates.append(Path(os.path.normpath(manifest.parent / way)))
    # Without a path, the name is a file's, or leads through a folder or into an archive.
    names = re.split(r"[/\\]", path if isinstance(path, str) else name)
    names = names[-1:] if isinstance(path, str) else [names[0], names[-1]]
    candidates += [manifest.parent / bare for bare in dict.fromkeys(map(_bare, names)) if bare is not None]
    item = _checked("source", name, candidates, source)
    if item.status == "ok" and source.get("changedSinceRead") is True:
        return Item("source", name, "changed", "it had changed between reading and hashing when the export was made")
    return item


def _checked(what: str, name: str, candidates: Sequence[Path], recorded: Mapping[str, Any]) -> Item:
    """The first of these files that is as recorded; else what is wrong with the first that is there."""
    wanted = _text(recorded.get("sha256"))
    if not _HASH.fullmatch(wanted):
        return Item(what, name, "changed", "the manifest holds no SHA-256 of it")
    problem: Item | None = None
    for path in candidates:
        try:
            if not path.is_file():
                continue
            found = hash_of(path)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            problem = problem or Item(what, name, "missing", f"{path} cannot be read: {reason}")
            continue
        difference = _difference(found, wanted, recorded.get("size"))
        if not difference:
            return Item(what, name, "ok", str(path))
        if problem is None or problem.status == "missing":
            problem = Item(what, name, "changed", f"{path}: {difference}")
    where = ", ".join(dict.fromkeys(str(path.parent) for path in candidates))
    return problem or Item(what, name, "missing", f"it is not in {where}" if where else "the manifest names no file")


def _difference(found: FileHash, wanted: str, size: object) -> str:
    if type(size) is int and size != found.size:
        return f"{found.size:,} bytes instead of {_number(size)}"
    return "" if found.sha256 == wanted.lower() else "other bytes than recorded (SHA-256)"


def _bare(name: str) -> str | None:
    """A name that is one file of a folder on every system; None for anything that leads elsewhere."""
    if not name or name in (".", "..") or "\0" in name or re.search(r"[/\\:]", name):
        return None
    return name if PurePosixPath(name).name == name and PureWindowsPath(name).name == name else None


def _is_remote(path: str) -> bool:
    r"""Whether opening it might reach another computer (`\\server\share`): omeviz opens no network connection."""
    return path[:2].replace("\\", "/") == "//"


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(value: int) -> str:
    """A number from a manifest, which may have thousands of digits."""
    return f"{value:,}" if abs(value) < 10**18 else "a number beyond all sense"
