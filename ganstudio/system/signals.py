"""The signals that ask a program to end: by a key, the system, a job scheduler, or a terminal that was closed."""

import _thread
import ctypes
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from types import FrameType

Handler = Callable[[int, FrameType | None], None]

# SIGHUP: the terminal was closed. SIGBREAK: Windows closes the console or logs off.
_OF_PEOPLE = ("SIGINT", "SIGTERM", "SIGQUIT", "SIGBREAK")
_OF_SCHEDULERS = ("SIGXCPU", "SIGUSR1", "SIGUSR2")  # a limit is near; SIGTERM may follow while the run is being saved
_NAMES = (*_OF_PEOPLE, "SIGHUP", *_OF_SCHEDULERS)
_CONSOLE_ENDS = (2, 5, 6)  # CTRL_CLOSE_EVENT, CTRL_LOGOFF_EVENT, CTRL_SHUTDOWN_EVENT
_HOLD_SECONDS = 30.0  # longer than Windows waits
_console_handlers: list[object] = []  # what Windows calls has to stay


def ending() -> list[signal.Signals]:
    """Return the signals of this system that ask to end; without SIGHUP where `nohup` has it ignored."""
    known = [getattr(signal.Signals, name) for name in _NAMES if hasattr(signal.Signals, name)]
    return [number for number in known if not (number.name == "SIGHUP" and _is_ignored(number))]


@contextmanager
def handled(handler: Handler | signal.Handlers) -> Iterator[None]:
    """Have a handler called for each signal that asks to end; outside the main thread nothing changes."""
    _hold_console_open()
    before: dict[signal.Signals, object] = {}
    with suppress(ValueError):  # only the main thread may
        for number in ending():
            before[number] = signal.signal(number, handler)
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old if old is not None else signal.SIG_DFL)  # type: ignore[arg-type]


@contextmanager
def deferred() -> Iterator[None]:
    """Have a signal that asks to end wait until this is over, as it does for a short piece of work that must not raise.

    Outside the main thread nothing changes: handlers are only called there.
    """
    arrived: list[int] = []
    try:
        with handled(lambda number, _frame: arrived.append(number)):
            yield
    finally:
        if arrived:
            signal.raise_signal(arrived[0])


def is_impatient(number: int) -> bool:
    """Return whether a second signal of this number means that the person does not want to wait.

    A terminal that closes sends SIGHUP several times, and service managers send it after SIGTERM.
    """
    return signal.Signals(number).name in _OF_PEOPLE


@cache
def _hold_console_open() -> None:
    """Let Windows wait while the program saves: it ends one whose console was closed as soon as the handler returns."""
    if os.name != "nt":
        return

    def hold(event: int) -> int:
        if event in _CONSOLE_ENDS:
            _thread.interrupt_main(signal.Signals["SIGBREAK"])
            time.sleep(_HOLD_SECONDS)  # in a thread of the system's; it is ended with the program
        return 0

    kind = getattr(ctypes, "WINFUNCTYPE")(ctypes.c_int, ctypes.c_uint)  # noqa: B009
    _console_handlers.append(kind(hold))
    getattr(ctypes, "windll").kernel32.SetConsoleCtrlHandler(_console_handlers[0], 1)  # noqa: B009


def _is_ignored(number: signal.Signals) -> bool:
    return signal.getsignal(number) == signal.SIG_IGN
