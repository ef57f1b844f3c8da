"""Where an export comes from, and whether it and its sources are still what they were."""

from __future__ import annotations

from omeviz.provenance.hashing import (
    FileHash,
    HashedInput,
    HashingStopped,
    SourceHash,
    SourceHashes,
    hash_of,
    sha256_of,
)

__all__ = [
    "FileHash",
    "HashedInput",
    "HashingStopped",
    "SourceHash",
    "SourceHashes",
    "hash_of",
    "sha256_of",
]
