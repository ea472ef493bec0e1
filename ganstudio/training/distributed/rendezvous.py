"""Rendezvous of the processes of a job: torchrun's store, without what earlier processes have left in it.

torchrun keeps one store through all restarts of a job, so processes that start again read addresses of dead ones from
it and fail (github.com/pytorch/pytorch/issues/135712). The number of restarts does not help: each machine counts its
own. So the first process gives each start of the job a new name, under which all its keys are stored.
"""

import time
import uuid
from datetime import timedelta

from torch.distributed.distributed_c10d import PrefixStore, Store
from torch.distributed.rendezvous import rendezvous

_POLL_SECONDS = 0.02


def join(timeout: timedelta) -> tuple[Store, int, int]:
    """Wait for the other processes of the job.

    Returns
    -------
    store
        A store that only the processes of this start write to.
    rank
        Number of this process, 0..size - 1.
    size
        How many there are.

    Raises
    ------
    TimeoutError, torch.distributed.DistError
        The others do not come.
    """
    store, rank, size = next(rendezvous("env://", timeout=timeout))
    name = _hand_out_name(store, size, timeout) if rank == 0 else _ask_for_name(store, rank)
    return PrefixStore(name, store), rank, size


def _ask_for_name(store: Store, rank: int) -> str:
    """Return the name of this start, as the answer to a question that nobody has asked before."""
    question = uuid.uuid4().hex
    store.set(f"question-{rank}", question)
    name = store.get(f"answer-{question}").decode()  # waits for it
    store.set(f"{name}-{rank}", "here")
    return name


def _hand_out_name(store: Store, size: int, timeout: timedelta) -> str:
    """Return a new name; answer all questions until each process has it, as an old question may come first."""
    name, missing, give_up = uuid.uuid4().hex, set(range(1, size)), time.monotonic() + timeout.total_seconds()
    while missing:
        for rank in list(missing):
            if store.check([f"question-{rank}"]):
                store.set(f"answer-{store.get(f'question-{rank}').decode()}", name)
            if store.check([f"{name}-{rank}"]):
                missing.remove(rank)
        if time.monotonic() > give_up:
            raise TimeoutError(f"Processes {sorted(missing)} did not join within {timeout.total_seconds():.0f} s.")
        time.sleep(_POLL_SECONDS)
    return name
