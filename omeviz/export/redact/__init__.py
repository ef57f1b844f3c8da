"""Addresses, subjects, attachment names and ids of an export as stable stand-ins, for handing data to outsiders.

Importing this package is cheap: it needs neither Polars nor orjson until records are redacted.
"""

from __future__ import annotations

from omeviz.export.redact.secret import Secret
from omeviz.export.redact.stand_ins import REDACTED_DOMAIN, StandIns

__all__ = ["REDACTED_DOMAIN", "Secret", "StandIns"]
