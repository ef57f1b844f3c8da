"""The secret behind stand-ins. Whoever knows it can find out what a stand-in stands for; nothing writes it down."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from pathlib import Path

from omeviz.errors import UsageError

_RANDOM_BYTES = 32
_LONGEST = 65_536  # bytes of a secret's file


@dataclass(frozen=True, slots=True)
class Secret:
    """A key for HMAC.

    Attributes:
        key: Its bytes.
        given: The user gave it, so that later runs can make the same stand-ins.
    """

    key: bytes = field(repr=False)
    given: bool

    @classmethod
    def random(cls) -> Secret:
        """One that is forgotten with this run."""
        return cls(secrets.token_bytes(_RANDOM_BYTES), given=False)

    @classmethod
    def told(cls, text: str) -> Secret:
        """The one a user names: a text, or `@` and the path of a file that holds it (line ends at its end are none).

        Raises:
            UsageError: It is empty, or its file cannot be read.
        """
        key = _read(text[1:]) if text.startswith("@") else text.encode("utf-8", "surrogatepass")
        key = key.rstrip(b"\r\n")
        if not key.strip():
            raise UsageError("the secret for the redaction is empty.", "Give a long one, or none for a random one.")
        return cls(key, given=True)

    @property
    def described(self) -> str:
        """Which kind it is, for a manifest."""
        return "given by the user" if self.given else "random, forgotten after the run"


def _read(name: str) -> bytes:
    try:
        path = Path(name)
        if not path.is_file():
            raise UsageError(f"{name} is no file with a secret.", "Check the path behind @.")
        with path.open("rb") as file:
            key = file.read(_LONGEST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"{name} cannot be read: {reason}.", "Check the path behind @.") from error
    if len(key) > _LONGEST:
        raise UsageError(f"{name} is too large for a secret.", "Give a file of one line.")
    return key
