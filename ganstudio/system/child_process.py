"""Processes that the program starts to work for it: how one is started, and what is said through its pipes.

Messages are lengths and msgpack, so that a library that a hostile file has taken over can send the program no objects.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Generic, TypeVar

import msgspec

_LENGTH_BYTES = 8
_MAX_MESSAGE_BYTES = 1 << 30
_READY = b"GAN Studio is ready\n"  # said first, and to be told from what the start of Python may have printed
_MAX_PRINTED_BYTES = 1 << 20
_END_SECONDS = 10.0  # in which a process that was killed is gone
_LIBRARIES = ("OMP", "OPENBLAS", "MKL")  # that would take a thread for each core

_T = TypeVar("_T")


def command(module: str) -> list[str] | None:
    """Return the command that runs `main` of a module; None where the program is not run by a Python of its own.

    Not `multiprocessing`: that runs the user's script again in each process, and its pools wait for ever if the program
    is killed.
    """
    python = Path(sys.executable or "")
    if getattr(sys, "frozen", False) or not python.stem.lower().startswith(("python", "pypy")):
        return None
    code = f"import sys; sys.path[:] = {sys.path!r}; from {module} import main; main()"
    return [sys.executable, "-c", code]


def start(
    arguments: list[str], environment: Mapping[str, str] | None = None, buffer_bytes: int = -1
) -> "subprocess.Popen[bytes]":
    """Start a process with one thread for arithmetic, whose input and output are pipes.

    Parameters
    ----------
    arguments
        The command.
    environment
        More variables.
    buffer_bytes
        Of its pipes; -1: as many as usual.

    Raises
    ------
    OSError
        It cannot be started.
    """
    one_thread = {f"{library}_NUM_THREADS": "1" for library in _LIBRARIES}
    return subprocess.Popen(
        arguments,
        bufsize=buffer_bytes,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | one_thread | dict(environment or {}),
        start_new_session=True,  # only the program hears of Ctrl+C
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def end(process: "subprocess.Popen[bytes]") -> None:
    """End a process, if it has not ended, and wait for it."""
    process.kill()
    for file in (process.stdin, process.stdout):
        if file is not None:
            with contextlib.suppress(OSError):
                file.close()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_END_SECONDS)


def take_pipes(buffer_bytes: int = -1) -> tuple[BinaryIO, BinaryIO]:
    """Return, as the process, what it is told by and what it answers by; call it before anything is printed.

    From then on it ignores Ctrl+C, after which the program ends it itself, and what a library prints is no answer.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.stdout is not None:
        sys.stdout.flush()
    pipes = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb", buffer_bytes)
    os.dup2(2, 1)
    return pipes


def take_messages(file: BinaryIO, kind: type[_T], take: Callable[[_T], None]) -> None:
    """Take, as the process, each message in a thread; where they end, so does the process, whatever it is doing."""

    def work() -> None:
        try:
            while True:
                take(receive(file, kind))
        except BaseException:
            os._exit(0)

    threading.Thread(target=work, daemon=True).start()


def say_ready(file: BinaryIO) -> None:
    """Say, as the process, that it has started. Raises OSError."""
    file.write(_READY)
    file.flush()


def send(file: BinaryIO, message: object, parts: Iterable[Any] = ()) -> None:
    """Write a message, and what follows it. Raises OSError."""
    content = msgspec.msgpack.encode(message)
    file.write(len(content).to_bytes(_LENGTH_BYTES, "little") + content)
    for part in parts:
        file.write(part)
    file.flush()


def receive(file: BinaryIO, kind: type[_T]) -> _T:
    """Read a message. Raises OSError, EOFError at the end, and ValueError if it is none."""
    length = int.from_bytes(read_all(file, _LENGTH_BYTES), "little")
    if length > _MAX_MESSAGE_BYTES:
        raise ValueError(f"a message of {length} bytes")
    return _decode(read_all(file, length), kind)


class Inbox(Generic[_T]):
    """Messages that come in pieces.

    Parameters
    ----------
    kind
        Of each message.
    """

    def __init__(self, kind: type[_T]) -> None:
        self._kind = kind
        self._content = b""

    def take(self, content: bytes) -> list[_T]:
        """Take some bytes, and return the messages that are whole now. Raises ValueError if one is none."""
        self._content += content
        messages = []
        while len(self._content) >= _LENGTH_BYTES:
            length = int.from_bytes(self._content[:_LENGTH_BYTES], "little")
            if length > _MAX_MESSAGE_BYTES:
                raise ValueError(f"a message of {length} bytes")
            end = _LENGTH_BYTES + length
            if len(self._content) < end:
                break
            messages.append(_decode(self._content[_LENGTH_BYTES:end], self._kind))
            self._content = self._content[end:]
        return messages


def _decode(content: bytes, kind: type[_T]) -> _T:
    try:
        return msgspec.msgpack.decode(content, type=kind)
    except msgspec.MsgspecError as error:
        raise ValueError(str(error)) from None


def wait_until_ready(file: BinaryIO) -> None:
    """Read what a process says when it has started. Raises OSError, and EOFError if it has not."""
    printed = 0
    while not (line := file.readline(_MAX_PRINTED_BYTES)).endswith(_READY):
        printed += len(line)
        if not line or printed > _MAX_PRINTED_BYTES:
            raise EOFError


def read_all(file: BinaryIO, size: int) -> bytes:
    """Read so many bytes. Raises OSError, and EOFError if there are fewer."""
    content = file.read(size)
    if len(content) < size:
        raise EOFError
    return content
