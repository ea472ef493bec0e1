"""Collectives that do not outlive the other processes of this machine.

When a process dies, a collective of the others usually fails at once. If it does not, they would wait for the timeout
of a step, and torchrun, which asks them to end, for half a minute more. So a thread looks whether the others still
live, and ends this process if one does not and a collective keeps waiting for it.
"""

import contextlib
import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import torch
import torch.distributed as dist

LOOK_INTERVAL = 1.0  # seconds between two looks at the other processes
MAX_WAIT_SECONDS = 5.0  # for a process that has died


class _Waiting:
    """Since when the main thread waits in a collective; None: it does not."""

    since: float | None = None


@contextlib.contextmanager
def waiting() -> Iterator[None]:
    """Mark the context as waiting for other processes."""
    _Waiting.since = time.monotonic()
    try:
        yield
    finally:
        _Waiting.since = None


def all_reduce(values: torch.Tensor, op: Any = dist.ReduceOp.SUM) -> None:
    """Reduce `values` over all processes, in place."""
    with waiting():
        dist.all_reduce(values, op)


def broadcast(objects: list[Any]) -> None:
    """Replace the objects by those of the first process, in place."""
    with waiting():
        dist.broadcast_object_list(objects, src=0, device=torch.device("cpu"))


def barrier(group: dist.ProcessGroup | None = None) -> None:
    """Wait until all processes of `group` have come here."""
    with waiting():
        dist.barrier(group=group)


def watch_local_processes(group: dist.ProcessGroup | None = None) -> None:
    """Start to watch the other processes on this machine. All processes must call it at once."""
    places: list[Any] = [None] * dist.get_world_size()
    here, own = socket.gethostname(), os.getpid()
    dist.all_gather_object(places, (here, own), group=group)
    watch(pid for host, pid in places if host == here and pid != own)


def watch(pids: Iterable[int], end: Callable[[], None] | None = None) -> None:
    """Start a thread that calls `end` if a process is gone and this one has waited for `MAX_WAIT_SECONDS` since."""
    others = list(pids)
    if others and os.name == "posix":  # elsewhere there is no way to ask for a process without a right to it
        arguments = (others, end or _end)
        threading.Thread(target=_watch, args=arguments, name="watch processes", daemon=True).start()


def _watch(pids: list[int], end: Callable[[], None]) -> None:
    gone_since: float | None = None
    while True:
        time.sleep(LOOK_INTERVAL)
        if all(map(_is_alive, pids)):
            continue
        now = time.monotonic()
        gone_since = gone_since or now
        since = _Waiting.since
        if since is not None and now - max(since, gone_since) >= MAX_WAIT_SECONDS:
            end()
            return


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _end() -> None:
    sys.stderr.write("Another process of this job has died, so this one ends, too.\n")
    sys.stderr.flush()
    os._exit(1)
