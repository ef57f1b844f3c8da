"""What takes too long is a failure that says where it hangs, not a test run that never ends."""

from __future__ import annotations

import faulthandler
import sys
import threading
import traceback
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")

LONGEST = 60.0
"""Seconds for what takes a few hundredths of one: only a hang reaches it, however busy the machine is."""


class Hangs(AssertionError):
    """Something did not end; the message is the stack where it is."""


def within(call: Callable[[], Result], seconds: float = LONGEST) -> Result:
    """The result of a call, made on another thread.

    Should the call not even let other threads run, the whole process ends with its stacks on stderr.

    Raises:
        Hangs: It has not ended in time.
        BaseException: What the call raised.
    """
    results: list[Result] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(call())
        except BaseException as error:  # noqa: BLE001  # it is raised again below
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    stderr = sys.__stderr__
    if stderr is not None:
        faulthandler.dump_traceback_later(seconds + 30, exit=True, file=stderr)
    try:
        thread.start()
        thread.join(seconds)
    finally:
        if stderr is not None:
            faulthandler.cancel_dump_traceback_later()
    if thread.is_alive():
        frame = sys._current_frames().get(thread.ident or 0)
        raise Hangs("".join(traceback.format_stack(frame)[-12:]))
    if errors:
        raise errors[0]
    return results[0]
