"""Fetches one file over the network: progress, cancel, checksum, one retry; a partial file never stays.

The network is read by a thread of its own, so that a cancel is obeyed within a fraction of a second even while a server
is silent; the file is written and checked by the caller.
"""

import contextlib
import hashlib
import http.client
import os
import queue
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ganstudio import __version__
from ganstudio.errors import Cancelled, DataError, UserFolder

TIMEOUT = 20.0  # seconds of silence after which a server counts as gone

_CHUNK = 1 << 16  # bytes
_LISTEN = 0.1  # seconds between two looks at whether a person cancelled
_STALE = 3600.0  # seconds after which a partial file belongs to no living download
_ATTEMPTS = 2

Progress = Callable[[int], None]  # bytes of this file so far


class Unavailable(DataError):
    """No server could be reached, or none sent the right file; `why` is the last reason alone, without a full stop."""

    def __init__(self, sentence: str, why: str) -> None:
        super().__init__(sentence)
        self.why = why


class _Failed(Exception):
    """One attempt failed, in words; `reached` tells whether a server answered at all."""

    def __init__(self, reason: str, reached: bool) -> None:
        super().__init__(reason)
        self.reached = reached


def fetch(
    urls: tuple[str, ...], path: Path, md5: str, largest: int, report: Progress, cancelled: Callable[[], bool]
) -> None:
    """Fetch the file with that checksum to `path`, from the first of `urls` that has it; all are tried at most twice.

    `largest` bounds the bytes written, whatever a server sends.

    Raises
    ------
    Cancelled
        `cancelled()` became true.
    Unavailable
        No server could be reached, or none sent the right file.
    DataError
        The file cannot be written.
    """
    reasons: list[str] = []
    why = ""
    for _ in range(_ATTEMPTS):
        reached = False
        for url in urls:
            try:
                return _attempt(url, path, md5, largest, report, cancelled)
            except _Failed as failure:
                reached = reached or failure.reached
                why = str(failure)
                reasons.append(f"{urlsplit(url).netloc}: {why}")
        if not reached:  # no network: asking again would only take time
            break
    raise Unavailable(f"{path.name} could not be downloaded ({'; '.join(dict.fromkeys(reasons))}).", why)


def _attempt(url: str, path: Path, md5: str, largest: int, report: Progress, cancelled: Callable[[], bool]) -> None:
    with _partial(path) as partial:
        digest, size = hashlib.md5(usedforsecurity=False), 0  # torchvision's checksums
        with partial.open("wb") as file, _Transfer(url) as transfer:
            for chunk in transfer.chunks(cancelled):
                size += len(chunk)
                if size > largest:
                    raise _Failed(f"sent more than {largest:,} bytes", reached=True)
                digest.update(chunk)
                file.write(chunk)
                report(size)
        if digest.hexdigest() != md5:
            raise _Failed(f"sent a file with checksum {digest.hexdigest()}, not {md5}", reached=True)
        partial.replace(path)


@contextlib.contextmanager
def _partial(path: Path) -> Iterator[Path]:
    """Name for the unfinished file, beside `path`; it is gone afterwards, unless renamed. Raises DataError."""
    for stray in path.parent.glob(f"{path.name}.*.part"):  # of a download that was killed
        with contextlib.suppress(OSError):
            if time.time() - stray.stat().st_mtime > _STALE:
                stray.unlink()
    partial = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        yield partial
    except OSError as error:
        raise DataError(
            f"{path} cannot be written ({error.strerror or error}). Choose another folder for data sets.",
            at_prompt="To choose one: --data DIR",
            place=UserFolder.DATA,
        ) from error
    finally:
        partial.unlink(missing_ok=True)


class _Transfer:
    """Reads a URL in a thread; `chunks` hands the bytes to the caller. A context manager that ends the thread."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._socket: socket.socket | None = None
        self._stop = threading.Event()
        self._queue: queue.Queue[bytes | _Failed] = queue.Queue(maxsize=64)
        self._thread = threading.Thread(target=self._read, name="download", daemon=True)

    def __enter__(self) -> "_Transfer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Wake the thread, wherever it waits. Only one that still connects may outlive this, by TIMEOUT at most."""
        self._stop.set()
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(timeout=0.3)

    def chunks(self, cancelled: Callable[[], bool]) -> Iterator[bytes]:
        """Bytes as they come. Raises Cancelled, or _Failed if the connection does."""
        while True:
            if cancelled():
                raise Cancelled
            try:
                chunk = self._queue.get(timeout=_LISTEN)
            except queue.Empty:
                continue
            if isinstance(chunk, _Failed):
                raise chunk
            if not chunk:
                return
            yield chunk

    def _read(self) -> None:
        try:
            with _opener(self._connected).open(self._url, timeout=TIMEOUT) as response:
                self._relay(response)
        except urllib.error.HTTPError as error:
            error.close()
            self._put(_Failed(f"answers {error.code} {error.reason}", reached=True))
        except (OSError, http.client.HTTPException, ValueError) as error:
            reason = getattr(error, "reason", None) or error
            self._put(_Failed(_words(reason), reached=self._socket is not None))

    def _relay(self, response: Any) -> None:
        length: int | None = response.length  # as the server says
        received = 0
        while chunk := response.read1(_CHUNK):
            received += len(chunk)
            self._put(chunk)
            if self._stop.is_set():
                return
        if length is not None and received < length:  # read1 does not tell a cut connection from the end
            raise http.client.IncompleteRead(b"", length - received)
        self._put(b"")

    def _put(self, chunk: bytes | _Failed) -> None:
        while not self._stop.is_set():
            with contextlib.suppress(queue.Full):
                self._queue.put(chunk, timeout=_LISTEN)
                return

    def _connected(self, sock: socket.socket) -> None:
        self._socket = sock


def _words(reason: object) -> str:
    if isinstance(reason, http.client.IncompleteRead):
        return f"the connection was lost with {reason.expected:,} bytes to go"
    if isinstance(reason, TimeoutError):
        return "no answer"
    if isinstance(reason, OSError) and reason.strerror:
        return reason.strerror
    return str(reason) or type(reason).__name__


def _opener(connected: Callable[[socket.socket], None]) -> urllib.request.OpenerDirector:
    """Opener (proxies and redirects as usual) that tells of the socket of each connection it makes."""

    class Plain(http.client.HTTPConnection):
        def connect(self) -> None:
            super().connect()
            connected(self.sock)

    class Secure(http.client.HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            connected(self.sock)

    class PlainHandler(urllib.request.HTTPHandler):
        def http_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
            return self.do_open(Plain, request)

    class SecureHandler(urllib.request.HTTPSHandler):
        def https_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
            return self.do_open(Secure, request)

    opener = urllib.request.build_opener(PlainHandler, SecureHandler)
    opener.addheaders = [("User-Agent", f"ganstudio/{__version__}")]
    return opener
