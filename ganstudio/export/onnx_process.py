"""The process that computes an ONNX file for the window.

Torch's exporter computes in Python, for seconds the first time, and asks nobody meanwhile. In a thread of the window it
would hold Python's lock, which each call of Qt takes again: a single turn of the event loop has taken 1.2 s beside it.
"""

import contextlib
import os
import queue
import signal
import subprocess
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, cast

import msgspec

from ganstudio import process
from ganstudio.errors import Cancelled, ExportError, StudioError
from ganstudio.export.job import Job
from ganstudio.system import child_process
from ganstudio.system.child_process import read_all, receive, say_ready, send, take_messages, take_pipes

_LOOK_SECONDS = 0.05  # between two times that it is asked whether to cancel
_END_SECONDS = 5.0  # in which a process whose answers have ended is gone


class _Order(msgspec.Struct):
    """What to export.

    Parameters
    ----------
    run
        As the system encodes it.
    is_path
        Whether it is a path; otherwise the name of a bundled model.
    step, seed
        As of a `Job`.
    """

    run: bytes
    is_path: bool
    step: int | None
    seed: int


class _Answer(msgspec.Struct):
    """Progress, or how it ended.

    Parameters
    ----------
    done, total
        Progress.
    sentence
        A description of the graph, whose bytes follow; "" until it is there.
    size
        Their number.
    refusal
        An error for the user.
    failure
        The traceback of an error that nobody expected.
    """

    done: int = 0
    total: int = 0
    sentence: str = ""
    size: int = 0
    refusal: str = ""
    failure: str = ""


def compute(job: Job) -> tuple[bytes, str] | None:
    """Have a process compute the graph of a job's generator.

    Returns
    -------
    tuple of bytes and str, or None
        As `ganstudio.export.onnx.compute_graph`; None if no process can be started.

    Raises
    ------
    StudioError
        The export is not possible.
    Cancelled
        The user cancelled the export; the process has ended.
    """
    arguments = child_process.command(__name__)
    if arguments is None:
        return None
    try:
        popen = child_process.start(arguments)
    except OSError:
        return None
    answers: queue.SimpleQueue[_Answer | bytes | None] = queue.SimpleQueue()
    thread = threading.Thread(target=_talk, args=(popen, _order_of(job), answers.put), name="onnxAnswers", daemon=True)
    thread.start()
    try:
        return _follow(job, popen, answers)
    finally:
        popen.kill()
        thread.join()
        child_process.end(popen)


def _order_of(job: Job) -> _Order:
    return _Order(os.fsencode(job.run), isinstance(job.run, Path), job.step, job.seed)


def _talk(popen: "subprocess.Popen[bytes]", order: _Order, put: Callable[[_Answer | bytes | None], None]) -> None:
    """In a thread: tell the process what to do, and pass on what it answers; None: it has ended before it was done."""
    to_it, from_it = cast(BinaryIO, popen.stdin), cast(BinaryIO, popen.stdout)
    try:
        send(to_it, order)
        child_process.wait_until_ready(from_it)
        while True:
            answer = receive(from_it, _Answer)
            put(answer)
            if answer.sentence:
                put(read_all(from_it, answer.size))
    except (OSError, EOFError, ValueError):
        put(None)


def _follow(
    job: Job, popen: "subprocess.Popen[bytes]", answers: "queue.SimpleQueue[_Answer | bytes | None]"
) -> tuple[bytes, str]:
    sentence = ""
    while True:
        try:
            answer = answers.get(timeout=_LOOK_SECONDS)
        except queue.Empty:
            if job.should_stop():
                raise Cancelled from None
            continue
        if answer is None:
            raise ExportError(_explain_end(popen))
        if isinstance(answer, bytes):
            return answer, sentence
        if answer.refusal:
            raise ExportError(answer.refusal)
        if answer.failure:
            raise RuntimeError(f"The process that exports to ONNX failed:\n{answer.failure}")
        sentence = answer.sentence
        if not sentence:
            job.report(answer.done, answer.total)


def _explain_end(popen: "subprocess.Popen[bytes]") -> str:
    with contextlib.suppress(subprocess.TimeoutExpired):
        popen.wait(_END_SECONDS)
    code = popen.returncode
    if code == -getattr(signal, "SIGKILL", 9):
        return "The process that exports to ONNX was ended, perhaps because memory ran out. Try it again."
    return f"The process that exports to ONNX ended before it was done (exit code {code}). Try it again."


def main() -> None:
    """Compute what is asked for on standard input, and end with it."""
    orders, answers = take_pipes()
    process.lower_thread_share()
    order = receive(orders, _Order)
    take_messages(orders, _Order, lambda order: None)
    try:
        say_ready(answers)
        answer, graph = _answer(order, lambda done, total: send(answers, _Answer(done, total)))
        send(answers, answer, [graph])
    finally:
        os._exit(0)


def _answer(order: _Order, report: Callable[[int, int], None]) -> tuple[_Answer, bytes]:
    run = os.fsdecode(order.run)
    job = Job(Path(run) if order.is_path else run, Path(), step=order.step, seed=order.seed, on_progress=report)
    try:
        from ganstudio.export import onnx

        graph, sentence = onnx.compute_graph(job)
    except StudioError as error:
        return _Answer(refusal=str(error)), b""
    except Exception:
        return _Answer(failure=traceback.format_exc()), b""
    return _Answer(sentence=sentence, size=len(graph)), graph
