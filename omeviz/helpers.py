"""Helper processes: what would hold the interpreter of this one runs on another processor instead.

A helper is this Python again, without a screen. It takes pickled calls from its standard input and answers on its
standard output, so it ends by itself when whoever started it is gone, however that ended.

Imports late what only a call needs: the first page does not wait for it.
"""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Callable
from queue import SimpleQueue
from threading import Lock, Thread
from typing import IO, TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import subprocess
    from concurrent.futures import Future, ThreadPoolExecutor

_T = TypeVar("_T")

COUNT = 2 if (os.cpu_count() or 1) > 1 else 0
"""How many help at once: whoever reads has no more than enough for two, and one alone would wait for each batch."""

PATIENCE = 60.0
"""Seconds after which a helper that does not answer is given up."""

_PROGRAM = "from omeviz.helpers import serve; serve()"
_LENGTH = 8
_PROTOCOL = pickle.HIGHEST_PROTOCOL


class HelperLost(Exception):
    """A helper could not start, or has ended: the call must be made here."""


class _Helper:
    """One process, started with the first call."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._ended = False
        self._starting = Lock()
        self._talking = Lock()

    def call(self, request: bytes) -> bytearray:
        """What a pickled call returns, pickled.

        Raises:
            HelperLost: There is no helper, or the call failed in it.
        """
        with self._talking:
            try:
                process = self._running()
                _send(_open(process.stdin), request)
                answer = _receive(_open(process.stdout))
            except OSError as error:
                raise HelperLost(str(error)) from error
        if not answer:
            raise HelperLost
        return answer

    def _running(self) -> subprocess.Popen[bytes]:
        with self._starting:
            if self._ended:
                raise HelperLost
            if self._process is None:
                from omeviz.another_process import started

                self._process = started(_PROGRAM, listens=True, environment={"POLARS_MAX_THREADS": "1"})
            return self._process

    def end(self) -> None:
        """End the process at once."""
        with self._starting:
            self._ended = True
        if self._process is not None:
            self._process.kill()
            with self._talking:  # whoever talks to it hears now that it is gone
                self._process.wait()
                _open(self._process.stdin).close()
                _open(self._process.stdout).close()


class Helpers:
    """Some helper processes, none of which is started before there is a call for it.

    Args:
        count: How many.

    Attributes:
        count: How many; 0 once they have ended.
        closed: Nothing is to be done any more, neither by helpers nor in their place.
    """

    def __init__(self, count: int = COUNT) -> None:
        self.count = count
        self.closed = False
        self._helpers = [_Helper() for _ in range(count)]
        self._idle: SimpleQueue[_Helper] = SimpleQueue()
        for helper in self._helpers:
            self._idle.put(helper)
        self._threads: ThreadPoolExecutor | None = None
        self._starting = Lock()

    def submit(self, function: Callable[..., _T], *args: Any) -> Future[_T]:
        """Make a call in a helper; both ways everything is pickled.

        The result raises:
            HelperLost: Make the call here.
            CancelledError: Likewise; the helpers ended meanwhile.
        """
        from concurrent.futures import Future, ThreadPoolExecutor

        with self._starting:
            if self.count:
                if self._threads is None:
                    self._threads = ThreadPoolExecutor(self.count, thread_name_prefix="omeviz-helper")
                return self._threads.submit(self._call, function, args)
        lost: Future[_T] = Future()
        lost.set_exception(HelperLost())
        return lost

    def _call(self, function: Callable[..., _T], args: tuple[Any, ...]) -> _T:
        helper = self._idle.get()
        try:
            result: _T = pickle.loads(helper.call(pickle.dumps((function, args), _PROTOCOL)))  # noqa: S301  # our own
            return result
        except HelperLost:
            raise
        except Exception as error:  # whatever it was: it happens again where the call is made here
            raise HelperLost(str(error)) from error
        finally:
            self._idle.put(helper)

    def give_up(self) -> None:
        """End the helpers, whatever they are doing; from then on there is none."""
        with self._starting:
            self.count = 0
            if self._threads is not None:
                self._threads.shutdown(wait=False, cancel_futures=True)
        for helper in self._helpers:
            helper.end()

    def close(self) -> None:
        """The same, since nothing is to be done any more."""
        self.closed = True
        self.give_up()


def serve() -> None:
    """Answer calls from standard input; ends at once where that ends. An empty answer: the call failed."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # nobody else writes between the answers
    requests: SimpleQueue[bytearray] = SimpleQueue()
    Thread(target=_listen, args=(requests,), daemon=True).start()
    while True:
        try:
            function, args = pickle.loads(requests.get())  # noqa: S301  # from our own process
            answer = pickle.dumps(function(*args), _PROTOCOL)
        except Exception:  # noqa: BLE001  # whoever asked makes the call again, and sees it
            answer = b""
        try:
            _send(answers, answer)
        except OSError:  # nobody listens any more
            return


def _listen(requests: SimpleQueue[bytearray]) -> None:
    """Take calls from standard input; whoever asks for them is gone where it ends, and nobody needs an answer."""
    pipe = open(sys.stdin.fileno(), "rb", buffering=0, closefd=False)  # noqa: SIM115  # a descriptor
    while request := _receive(pipe):
        requests.put(request)
    os._exit(0)


def _open(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None  # noqa: S101  # whoever listens has both
    return pipe


def _send(pipe: IO[bytes], message: bytes) -> None:
    """Write a message behind its length."""
    for part in (len(message).to_bytes(_LENGTH), message):
        rest = memoryview(part)
        while rest:
            rest = rest[pipe.write(rest) :]


def _receive(pipe: IO[bytes]) -> bytearray:
    """Read a message; empty where the pipe has ended."""
    return _read(pipe, int.from_bytes(_read(pipe, _LENGTH)))


def _read(pipe: IO[bytes], length: int) -> bytearray:
    message = bytearray(length)
    rest = memoryview(message)
    while rest:
        count = pipe.readinto(rest)  # type: ignore[attr-defined]  # raw files have it
        if not count:
            return bytearray()
        rest = rest[count:]
    return message
