"""What the readers of files must be told about events: sources know nothing of them by themselves."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from omeviz import guard
from omeviz.events import wrapper


class Rules:
    """What column names mean, for the readers."""

    is_audit = staticmethod(wrapper.is_audit)
    embedding = staticmethod(wrapper.embedding)
    known_names = staticmethod(wrapper.known_names)
    is_decorated = staticmethod(wrapper.is_decorated)
    may_be_header = staticmethod(wrapper.may_be_header)
    unguard = staticmethod(guard.unguard)

    @staticmethod
    def looks_like_header(names: Sequence[str]) -> bool:
        """Whether a row of cells is the header of an audit export."""
        return wrapper.looks_like_header(list(names))

    @staticmethod
    def holds_record(names: Sequence[str]) -> bool:
        """Whether rows under this header are records themselves."""
        return wrapper.holds_record(list(names))

    @staticmethod
    def is_own(names: Sequence[str], bom: bool) -> bool:
        """Whether omeviz wrote a CSV with this header."""
        return guard.is_own_header(names, bom=bom)


def sound_json(text: str) -> bool:
    """Whether a text is JSON."""
    try:
        orjson.loads(text)
    except (ValueError, TypeError):
        return False
    return True
