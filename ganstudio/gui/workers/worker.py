"""Threads of the window: how one is started, stopped and waited for, and what becomes of its errors.

`Worker` does one piece of work. `QueueWorker` serves requests, the most urgent first; on a channel the newest request
wins. Both live in the GUI thread, emit their signals from their own thread, and are connected to bound methods only:
Qt then calls those in the thread of the object that they belong to.
"""

import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterable
from functools import partial
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, QThread, Signal

from ganstudio.errors import Cancelled, ShortOfMemoryError, StudioError
from ganstudio.events import Failed
from ganstudio.gui.workers import window_first
from ganstudio.system.log_file import LOGGER

STOP_SECONDS = 10.0  # that `stop` waits by default

ChannelT = TypeVar("ChannelT")
RequestT = TypeVar("RequestT")


class Worker(QThread):
    """Thread that does one piece of work, `work`, and reports every error by a signal.

    Subclasses say in `action` and `kept` what a message about an unexpected error begins and ends with, for example
    "The pictures could not be read" and "Training is not affected.".

    Parameters
    ----------
    name : str
        The thread's objectName.
    parent : QObject, optional
        Qt's parent.
    """

    refused = Signal(object)  # Failed without details: an error that the user can do something about
    failed = Signal(object)  # Failed with its traceback: an error that nobody expected
    cancelled = Signal()  # the work was called off

    action = "The work failed"
    kept = ""

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._stop_requested = threading.Event()

    # In the GUI thread

    def request_stop(self) -> None:
        """Ask the thread to end soon; return at once."""
        self._stop_requested.set()

    def stop(self, seconds: float = STOP_SECONDS) -> bool:
        """Ask the thread to end and wait for it.

        Returns
        -------
        bool
            False if it did not end in time.
        """
        self.request_stop()
        return self.wait(int(seconds * 1000))

    # In the thread

    def is_stopping(self) -> bool:
        """Return whether the thread was asked to end."""
        return self._stop_requested.is_set()

    def should_stop(self) -> bool:
        """Let the window go first where it has much to do; then return whether the thread is to end.

        It is asked between two parts of the work; see `window_first.wait`.
        """
        window_first.wait(self.is_stopping)
        return self.is_stopping()

    def run(self) -> None:
        """Do the work."""
        self.attempt(self.work, self.refuse)

    def work(self) -> None:
        """Do what the thread is there for; runs in the thread."""
        raise NotImplementedError

    def attempt(self, work: Callable[[], None], refuse: Callable[[Failed], None]) -> None:
        """Do a piece of work; an error in it ends the work, not the thread.

        Parameters
        ----------
        work : callable
            What to do.
        refuse : callable
            Takes an error that the user can do something about.
        """
        try:
            window_first.wait(self.is_stopping)
            work()
        except Cancelled:
            self.cancelled.emit()
        except StudioError as error:
            refuse(self.failed_of(error))
        except OSError as error:
            refuse(Failed(f"{self.action}: {error}.", self.kept))
        except BaseException as error:
            message = f"{self.action}: {type(error).__name__}: {error}"
            details = traceback.format_exc()
            LOGGER.error("%s\n%s", message, details)
            self.fail(Failed(message, self.kept, details))

    def failed_of(self, error: StudioError) -> Failed:
        """Return what is reported of an error that the user can do something about."""
        is_short = isinstance(error, ShortOfMemoryError)
        return Failed(str(error), self.kept, place=error.place, out_of_memory=is_short)

    def refuse(self, failed: Failed) -> None:
        """Report an error that the user can do something about."""
        self.refused.emit(failed)

    def fail(self, failed: Failed) -> None:
        """Report an error that nobody expected."""
        self.failed.emit(failed)


class RequestQueue(Generic[ChannelT, RequestT]):
    """Requests that wait, by channel; safe to use from any thread.

    Parameters
    ----------
    channels : iterable
        Every channel, the most urgent first.
    """

    def __init__(self, channels: Iterable[ChannelT]) -> None:
        self._waiting: dict[ChannelT, deque[RequestT]] = {channel: deque() for channel in channels}
        self._changed = threading.Condition()
        self._is_closed = False
        self._drains = False

    def put(self, channel: ChannelT, request: RequestT) -> None:
        """Add a request, instead of what waits on its channel."""
        with self._changed:
            self._waiting[channel].clear()
            self._waiting[channel].append(request)
            self._changed.notify()

    def append(self, channel: ChannelT, request: RequestT) -> None:
        """Add a request behind what waits on its channel."""
        with self._changed:
            self._waiting[channel].append(request)
            self._changed.notify()

    def drop(self, channel: ChannelT) -> None:
        """Forget what waits on a channel."""
        with self._changed:
            self._waiting[channel].clear()

    def close(self, drain: bool = False) -> None:
        """Wait for no more requests; `drain`: hand out those that wait first."""
        with self._changed:
            self._is_closed, self._drains = True, drain
            self._changed.notify_all()

    def has(self, channel: ChannelT) -> bool:
        """Return whether a request waits on a channel."""
        with self._changed:
            return bool(self._waiting[channel])

    def take(self) -> tuple[ChannelT, RequestT] | None:
        """Wait for a request and take the most urgent one; None once the queue is closed."""
        with self._changed:
            while not self._is_closed or self._drains:
                for channel, requests in self._waiting.items():
                    if requests:
                        return channel, requests.popleft()
                if self._is_closed:
                    return None
                self._changed.wait()
            return None

    def take_before(self, channel: ChannelT) -> tuple[ChannelT, RequestT] | None:
        """Take a request that is more urgent than those on `channel`; None if there is none now."""
        with self._changed:
            if self._is_closed:
                return None
            for urgent, requests in self._waiting.items():
                if urgent == channel:
                    return None
                if requests:
                    return urgent, requests.popleft()
            return None


class QueueWorker(Worker, Generic[ChannelT, RequestT]):
    """Thread that serves requests until it is stopped; it starts with the first one.

    An error in a request is reported and ends that request only. A request that takes long calls `serve_urgent` and
    `is_superseded` between its parts.

    Parameters
    ----------
    name : str
        The thread's objectName.
    channels : iterable
        Every channel, the most urgent first.
    parent : QObject, optional
        Qt's parent.
    """

    finishes_requests = False  # whether the thread, asked to end, serves what waits first

    def __init__(self, name: str, channels: Iterable[ChannelT], parent: QObject | None = None) -> None:
        super().__init__(name, parent)
        self._queue = RequestQueue[ChannelT, RequestT](channels)

    # In the GUI thread

    def put(self, channel: ChannelT, request: RequestT) -> None:
        """Have a request served, instead of what waits on its channel."""
        self._queue.put(channel, request)
        self._ensure_started()

    def append(self, channel: ChannelT, request: RequestT) -> None:
        """Have a request served after what waits on its channel."""
        self._queue.append(channel, request)
        self._ensure_started()

    def drop(self, channel: ChannelT) -> None:
        """Forget what waits on a channel."""
        self._queue.drop(channel)

    def request_stop(self) -> None:
        """Ask the thread to end after the part of a request that it is at."""
        super().request_stop()
        self._queue.close(drain=self.finishes_requests)

    def _ensure_started(self) -> None:
        if not self.isRunning() and not self.is_stopping():
            self.start(QThread.Priority.InheritPriority)

    # In the thread

    def work(self) -> None:
        """Serve requests until the thread is asked to end."""
        while (waiting := self._queue.take()) is not None:
            self._attempt_request(*waiting)

    def serve(self, channel: ChannelT, request: RequestT) -> None:
        """Do what is requested; runs in the thread."""
        raise NotImplementedError

    def refuse_request(self, channel: ChannelT, failed: Failed) -> None:
        """Report that a request failed by an error that the user can do something about."""
        self.refuse(failed)

    def serve_urgent(self, channel: ChannelT) -> None:
        """Serve first what waits on channels that are more urgent than this one."""
        while (waiting := self._queue.take_before(channel)) is not None:
            self._attempt_request(*waiting)

    def is_superseded(self, channel: ChannelT) -> bool:
        """Return whether a newer request waits on this channel, or the thread is to end.

        It is asked between two parts of the work, so the window goes first here, too.
        """
        window_first.wait(self.is_stopping)
        return self.is_stopping() or self._queue.has(channel)

    def _attempt_request(self, channel: ChannelT, request: RequestT) -> None:
        self.attempt(partial(self.serve, channel, request), partial(self.refuse_request, channel))
