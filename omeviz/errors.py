"""Errors a user can cause. Each says what is wrong and what to do; none of them is ever shown as a traceback."""


def beginning(text: str) -> str:
    """The first 100 characters of a text, for a message; that there are more is shown."""
    return text if len(text) <= 100 else f"{text[:99]}…"


class OmevizError(Exception):
    """Anything a user can cause and mend.

    Args:
        message: What is wrong, one line, with the path where there is one. It may hold text from a log:
            show it only through `omeviz.text.visible`.
        remedy: What to do about it, one line, or empty.
    """

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        end = "." if self.remedy and self.message[-1:] not in {*".:!?…", ""} else ""
        return f"{self.message}{end} {self.remedy}".rstrip()


class UsageError(OmevizError):
    """Wrong usage: an unknown option, no format, the explorer asked for without a terminal (exit code 2)."""


class SourceError(OmevizError):
    """An input that is missing, unreadable or holds no record (exit code 1)."""


class NotAnExportError(SourceError):
    """An input that is no audit export at all: an error where it was named, skipped in a folder or archive."""


class ExportError(OmevizError):
    """An output that exists, or cannot be written (exit code 1)."""


class FilterError(UsageError):
    """A filter that does not parse.

    Args:
        message: What is wrong.
        start: Where, as an index into the filter text (0-based, in characters).
        stop: The end of that place, exclusive; at least `start`.
        remedy: What to write instead.
    """

    def __init__(self, message: str, start: int, stop: int, remedy: str = "") -> None:
        super().__init__(message, remedy)
        self.start = start
        self.stop = stop

    def __str__(self) -> str:
        return f"{self.message}. {self.remedy}" if self.remedy else f"{self.message}."
