"""Work on a thread where only the newest request counts."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from typing import TYPE_CHECKING, Generic, TypeVar

from textual.message import Message

from omeviz.errors import OmevizError

if TYPE_CHECKING:
    from textual.widget import Widget

Request = TypeVar("Request")
Result = TypeVar("Result")


class Answered(Message):
    """A computation ended; its owner hands it to `settle`.

    Attributes:
        settle: Takes the result up, on the screen's thread.
    """

    def __init__(self, settle: Callable[[], None]) -> None:
        super().__init__()
        self.settle = settle


class Latest(Generic[Request, Result]):
    """Runs one computation at a time; a later request takes the place of those that wait.

    The owner must call `event.settle()` for every `Answered` it gets.

    Args:
        owner: The widget whose workers these are; when it goes, they stop.
        compute: Called on a thread with the request and a question whether to stop. It may raise Overtaken (nobody
            hears of it) or an OmevizError (which is the result).
        done: Called on the screen's thread with the request and its result; never for one that was overtaken.
    """

    def __init__(
        self,
        owner: Widget,
        compute: Callable[[Request, Callable[[], bool]], Result],
        done: Callable[[Request, Result | OmevizError], None],
    ) -> None:
        self._owner = owner
        self._compute = compute
        self._done = done
        self._waiting: Request | None = None
        self._stop: Event | None = None

    @property
    def busy(self) -> bool:
        """Whether anything runs or waits."""
        return self._stop is not None

    def ask(self, request: Request, *, overtake: bool = True) -> None:
        """Ask for a computation.

        Args:
            request: What to compute.
            overtake: The running one is not wanted any more; otherwise it is finished first.
        """
        if self._stop is None:
            self._start(request)
            return
        self._waiting = request
        if overtake:
            self._stop.set()

    def cancel(self) -> None:
        """Nothing of what was asked is wanted any more."""
        self._waiting = None
        if self._stop is not None:
            self._stop.set()

    def _start(self, request: Request) -> None:
        stop = self._stop = Event()

        def work() -> None:
            from polars.exceptions import PolarsError

            from omeviz.query.select import Overtaken

            result: Result | OmevizError | None
            try:
                result = self._compute(request, lambda: stop.is_set() or not self._owner.is_attached)
            except Overtaken:
                result = None
            except OmevizError as error:
                result = error
            except PolarsError as error:  # whatever the engine cannot do must not cost the session
                result = OmevizError(f"This cannot be computed: {error}")
            self._owner.post_message(Answered(lambda: self._settle(request, result, stop)))

        self._owner.run_worker(work, thread=True, group="latest")

    def _settle(self, request: Request, result: Result | OmevizError | None, stop: Event) -> None:
        self._stop = None
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self._start(waiting)
        if result is not None and not stop.is_set():
            self._done(request, result)
