"""Download of one file, with progress, cancelling, checksum and one retry; no partial file is left.

A thread of its own reads from the network, so that a download is cancelled within a fraction of a second even while a
server is silent; the caller's thread writes and checks the file.
"""

import contextlib
import hashlib
import http.client
import os
import queue
import socket
import ssl
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

TIMEOUT_SECONDS = 20.0  # of silence after which a server counts as unreachable

_CHUNK = 1 << 16  # bytes
_POLL_SECONDS = 0.1  # between two checks whether the user has cancelled
_STALE_SECONDS = 3600.0  # after which a partial file belongs to no running download
_MAX_ATTEMPTS = 2

Progress = Callable[[int], None]  # bytes of this file so far


class Unavailable(DataError):
    """No server could be reached, or none sent the right file.

    Parameters
    ----------
    sentence
        All reasons, for users.
    reason
        The last reason alone, without a full stop.
    """

    def __init__(self, sentence: str, reason: str) -> None:
        super().__init__(sentence)
        self.reason = reason


class _Failed(Exception):
    """An attempt failed; the text is the reason, and `reached` whether a server answered at all."""

    def __init__(self, reason: str, reached: bool) -> None:
        super().__init__(reason)
        self.reached = reached


def fetch(
    urls: tuple[str, ...], path: Path, sha256: str, max_bytes: int, report: Progress, cancelled: Callable[[], bool]
) -> None:
    """Download a file from the first server that has it; all are tried at most twice.

    Parameters
    ----------
    urls
        Where it may be.
    path
        Where it is written.
    sha256
        Its checksum.
    max_bytes
        Limit of the bytes written, no matter what a server sends.
    report
        Called with the bytes of the file so far.
    cancelled
        Called ten times a second while the network is waited for.

    Raises
    ------
    Cancelled
        `cancelled()` returned true.
    Unavailable
        No server could be reached, or none sent the right file.
    DataError
        The file cannot be written.
    """
    reasons: list[str] = []
    reason = ""
    for _ in range(_MAX_ATTEMPTS):
        reached = False
        for url in urls:
            try:
                return _attempt(url, path, sha256, max_bytes, report, cancelled)
            except _Failed as failure:
                reached = reached or failure.reached
                reason = str(failure)
                reasons.append(f"{urlsplit(url).netloc}: {reason}")
        if not reached:  # no network: asking again would only take time
            break
    raise Unavailable(f"{path.name} could not be downloaded ({'; '.join(dict.fromkeys(reasons))}).", reason)


def _attempt(
    url: str, path: Path, sha256: str, max_bytes: int, report: Progress, cancelled: Callable[[], bool]
) -> None:
    with partial_file(path) as partial:
        digest, size = hashlib.sha256(), 0
        with partial.open("wb") as file, _Transfer(url) as transfer:
            for chunk in transfer.chunks(cancelled):
                size += len(chunk)
                if size > max_bytes:
                    raise _Failed(f"sent more than {max_bytes:,} bytes", reached=True)
                digest.update(chunk)
                file.write(chunk)
                report(size)
        if digest.hexdigest() != sha256:
            raise _Failed(f"sent a file with checksum {digest.hexdigest()}, not {sha256}", reached=True)
        partial.replace(path)


@contextlib.contextmanager
def partial_file(path: Path) -> Iterator[Path]:
    """Provide a name for the unfinished file, beside `path`, and delete it afterwards unless it was renamed.

    Raises
    ------
    DataError
        It cannot be written.
    """
    for stray in path.parent.glob(f"{path.name}.*.part"):  # of a download that was killed
        with contextlib.suppress(OSError):
            if time.time() - stray.stat().st_mtime > _STALE_SECONDS:
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
    """Context manager with a thread that reads a URL; `chunks` yields its bytes in the caller's thread."""

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
        """End the thread, wherever it waits; one that still connects may outlive this, by TIMEOUT_SECONDS at most."""
        self._stop.set()
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(timeout=0.3)

    def chunks(self, cancelled: Callable[[], bool]) -> Iterator[bytes]:
        """Yield bytes as they come; raise Cancelled, or _Failed if the connection fails."""
        while True:
            if cancelled():
                raise Cancelled
            try:
                chunk = self._queue.get(timeout=_POLL_SECONDS)
            except queue.Empty:
                continue
            if isinstance(chunk, _Failed):
                raise chunk
            if not chunk:
                return
            yield chunk

    def _read(self) -> None:
        try:
            with _opener(self._connected).open(self._url, timeout=TIMEOUT_SECONDS) as response:
                self._relay(response)
        except urllib.error.HTTPError as error:
            error.close()
            self._put(_Failed(f"answered {error.code} {error.reason}", reached=True))
        except (OSError, http.client.HTTPException, ValueError) as error:
            cause = (error.reason if isinstance(error, urllib.error.URLError | ssl.SSLError) else None) or error
            self._put(_Failed(_describe(cause), reached=self._socket is not None))

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
                self._queue.put(chunk, timeout=_POLL_SECONDS)
                return

    def _connected(self, sock: socket.socket) -> None:
        self._socket = sock


def _describe(reason: object) -> str:
    if isinstance(reason, http.client.IncompleteRead):
        return f"the connection was lost with {reason.expected:,} bytes to go"
    if isinstance(reason, TimeoutError):
        return "no answer"
    if isinstance(reason, ssl.SSLCertVerificationError):
        return f"its certificate could not be verified: {reason.verify_message}"
    if isinstance(reason, OSError) and reason.strerror:
        return reason.strerror
    return str(reason) or type(reason).__name__


def _opener(connected: Callable[[socket.socket], None]) -> urllib.request.OpenerDirector:
    """Return an opener, with the usual proxies and redirects, that passes on the socket of each connection."""

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

    class Redirects(urllib.request.HTTPRedirectHandler):
        def redirect_request(
            self, request: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
        ) -> urllib.request.Request | None:
            if request.type == "https" and urlsplit(newurl).scheme != "https":
                raise urllib.error.URLError(f"it sent us on to {urlsplit(newurl).netloc} without encryption")
            return super().redirect_request(request, fp, code, msg, headers, newurl)

    opener = urllib.request.build_opener(PlainHandler, SecureHandler, Redirects)
    opener.addheaders = [("User-Agent", f"ganstudio/{__version__}")]
    return opener
