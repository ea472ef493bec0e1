"""The process that exports for the window, and what is said between them.

Many exports compute in Python, or in libraries that keep its lock for the whole of a large picture. In a thread of the
window they would keep the lock from Qt, each call of which takes it: a single turn of the event loop has taken 1.5 s
beside a video of large frames, and 1.2 s beside torch's exporter to ONNX. And when memory runs out, the process ends
and not the window.
"""

import contextlib
import os
import queue
import signal
import subprocess
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import fields
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO, cast

import msgspec
import numpy as np

from ganstudio.errors import FROM_WINDOW, Cancelled, ExportError, ShortOfMemoryError, StudioError, UserFolder
from ganstudio.export.formats import FORMATS, Format
from ganstudio.export.job import Content, Floats, Job, Paper
from ganstudio.plots.plane import Layer
from ganstudio.process import lower_thread_share
from ganstudio.system import child_process
from ganstudio.system.child_process import receive, say_ready, send, take_pipes

_LOOK_SECONDS = 0.05  # between two times that it is asked whether to cancel
_CANCEL_SECONDS = 5.0  # that the process has to remove what it has written
_END_SECONDS = 5.0  # in which a process whose answers have ended is gone


class _Array(msgspec.Struct):
    """Numbers of a walk, float32."""

    shape: tuple[int, ...]
    content: bytes


class _Order(msgspec.Struct):
    """A job, and the name of its format; for what is not said here see `Job`.

    Parameters
    ----------
    run, out
        As the system encodes them.
    is_path
        Whether `run` is a path; otherwise the name of a bundled model.
    """

    format: str
    run: bytes
    is_path: bool
    out: bytes
    points: _Array | None
    mix: _Array | None
    content: Content | None
    step: int | None
    scale: int
    fps: float
    seconds: float
    seed: int
    count: int
    truncation: float
    labels: tuple[int, ...]
    caption: bool
    paper: Paper
    alpha_threshold: float | None
    palette: int
    layers: tuple[Layer, ...]
    follow: bool
    max_side: int


_OTHERWISE = {"run", "out", "points", "mix"}  # than as a `Job` has them
_AS_THEY_ARE = set(_Order.__struct_fields__) - _OTHERWISE
_SAME = tuple(each.name for each in fields(Job) if each.name in _AS_THEY_ARE)


class _Cancel(msgspec.Struct):
    """The user cancels the export."""


class _Kind(StrEnum):
    """What an answer says."""

    PROGRESS = "progress"
    DONE = "done"
    CANCELLED = "cancelled"
    REFUSED = "refused"  # by an error for the user
    SHORT_OF_MEMORY = "short of memory"
    UNWRITTEN = "unwritten"  # by an error of the system
    FAILED = "failed"  # by an error that nobody expected


class _Answer(msgspec.Struct):
    """Progress, or how it ended.

    Parameters
    ----------
    kind
        Which.
    text
        A description of what was written, or the error.
    details
        The traceback of an error that nobody expected.
    done, total
        Progress.
    place
        The folder that the user has to choose another one for.
    """

    kind: _Kind
    text: str = ""
    details: str = ""
    done: int = 0
    total: int = 0
    place: UserFolder | None = None


# ---- in the program -------------------------------------------------------------------------------------------------


def write(chosen: Format, job: Job) -> str | None:
    """Export by a process of its own.

    Returns
    -------
    str or None
        As `Format.write` does; None: no process can be started.

    Raises
    ------
    StudioError
        The export is not possible.
    OSError
        The file cannot be written.
    Cancelled
        The user cancelled the export.
    """
    process = _start()
    if process is None:
        return None
    answers: queue.SimpleQueue[_Answer | None] = queue.SimpleQueue()
    arguments = process, _order_of(chosen, job), answers.put
    thread = threading.Thread(target=_talk, args=arguments, name="exportAnswers", daemon=True)
    thread.start()
    try:
        return _follow(job, process, answers)
    finally:
        process.kill()
        thread.join()
        child_process.end(process)


def _start() -> "subprocess.Popen[bytes] | None":
    arguments = child_process.command(__name__)
    if arguments is None:
        return None
    try:
        return child_process.start(arguments, {FROM_WINDOW: "1"})
    except OSError:
        return None


def _order_of(chosen: Format, job: Job) -> _Order:
    run, out = os.fsencode(job.run), os.fsencode(job.out.absolute())
    others: dict[str, Any] = {name: getattr(job, name) for name in _SAME}
    return _Order(chosen.name, run, isinstance(job.run, Path), out, _pack(job.points), _pack(job.mix), **others)


def _pack(numbers: Floats | None) -> _Array | None:
    return None if numbers is None else _Array(numbers.shape, numbers.astype(np.float32).tobytes())


def _talk(process: "subprocess.Popen[bytes]", order: _Order, put: Callable[[_Answer | None], None]) -> None:
    """In a thread: tell the process what to do, and pass on what it answers; None: its answers have ended."""
    to_it, from_it = cast(BinaryIO, process.stdin), cast(BinaryIO, process.stdout)
    try:
        send(to_it, order)
        child_process.wait_until_ready(from_it)
        while True:
            put(receive(from_it, _Answer))
    except (OSError, EOFError, ValueError):
        put(None)


def _follow(job: Job, process: "subprocess.Popen[bytes]", answers: "queue.SimpleQueue[_Answer | None]") -> str:
    give_up = None  # when it was cancelled, and a while later
    while give_up is None or time.monotonic() < give_up:
        if give_up is None and job.should_stop():
            give_up = time.monotonic() + _CANCEL_SECONDS
            with contextlib.suppress(OSError):
                send(cast(BinaryIO, process.stdin), _Cancel())
        try:
            answer = answers.get(timeout=_LOOK_SECONDS)
        except queue.Empty:
            continue
        if answer is None:
            raise ExportError(_explain_end(process))
        if answer.kind is _Kind.DONE:
            return answer.text
        if answer.kind is _Kind.PROGRESS:
            job.on_progress(answer.done, answer.total)
        else:
            raise _error_of(answer)
    raise Cancelled


def _error_of(answer: _Answer) -> Exception:
    match answer.kind:
        case _Kind.CANCELLED:
            return Cancelled()
        case _Kind.SHORT_OF_MEMORY:
            return ShortOfMemoryError(answer.text)
        case _Kind.UNWRITTEN:
            return OSError(answer.text)
        case _Kind.REFUSED:
            return StudioError(answer.text, place=answer.place)
    error = RuntimeError(answer.text)
    error.add_note(f"In the process that exports:\n{answer.details}")
    return error


def _explain_end(process: "subprocess.Popen[bytes]") -> str:
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_END_SECONDS)
    code = process.returncode
    if code == -getattr(signal, "SIGKILL", 9):
        return "The process that exports was ended, perhaps because memory ran out. A smaller scale takes less."
    return f"The process that exports ended before it was done (exit code {code}). Try it again."


# ---- in the process -------------------------------------------------------------------------------------------------


def main() -> None:
    """Export what is asked for on standard input; where that ends, so does the process."""
    orders, answers = take_pipes()
    lower_thread_share()
    order, stops = receive(orders, _Order), threading.Event()
    threading.Thread(target=_listen, args=(orders, stops), daemon=True).start()
    try:
        say_ready(answers)
        job = _job_of(
            order, lambda done, total: send(answers, _Answer(_Kind.PROGRESS, done=done, total=total)), stops.is_set
        )
        send(answers, _export(FORMATS[order.format], job))
    finally:
        os._exit(0)


def _listen(orders: BinaryIO, stops: threading.Event) -> None:
    """In a thread: have the export cancelled when that is said, and when the program has ended."""
    with contextlib.suppress(Exception):
        receive(orders, _Cancel)
    stops.set()
    time.sleep(_CANCEL_SECONDS)
    os._exit(0)


def _export(chosen: Format, job: Job) -> _Answer:
    try:
        return _Answer(_Kind.DONE, chosen.write(job))
    except Cancelled:
        return _Answer(_Kind.CANCELLED)
    except StudioError as error:
        kind = _Kind.SHORT_OF_MEMORY if isinstance(error, ShortOfMemoryError) else _Kind.REFUSED
        return _Answer(kind, str(error), place=error.place)
    except OSError as error:
        return _Answer(_Kind.UNWRITTEN, str(error))
    except Exception as error:
        return _Answer(_Kind.FAILED, f"{type(error).__name__}: {error}", traceback.format_exc())


def _job_of(order: _Order, report: Callable[[int, int], None], should_stop: Callable[[], bool]) -> Job:
    run = os.fsdecode(order.run)
    others: dict[str, Any] = {name: getattr(order, name) for name in _SAME}
    return Job(
        Path(run) if order.is_path else run,
        Path(os.fsdecode(order.out)),
        points=_unpack(order.points),
        mix=_unpack(order.mix),
        on_progress=report,
        should_stop=should_stop,
        **others,
    )


def _unpack(array: _Array | None) -> Floats | None:
    return None if array is None else np.frombuffer(array.content, np.float32).reshape(array.shape).copy()
