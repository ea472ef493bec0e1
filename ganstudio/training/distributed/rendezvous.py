"""Where processes find each other: torchrun's store, without what an earlier life of the job has left in it.

torchrun keeps one store through all restarts of a job, so processes that start anew read addresses of dead ones from
it and fail (github.com/pytorch/pytorch/issues/135712). The number of restarts is no remedy: machines count their own.
"""

import time
import uuid
from datetime import timedelta

from torch.distributed.distributed_c10d import PrefixStore, Store
from torch.distributed.rendezvous import rendezvous

_POLL = 0.02  # seconds


def join(patience: timedelta) -> tuple[Store, int, int]:
    """A store that only the processes alive now write to; this process's rank, and how many there are.

    Raises TimeoutError or torch.distributed.DistError if the others do not come.
    """
    store, rank, size = next(rendezvous("env://", timeout=patience))
    name = _give_name(store, size, patience) if rank == 0 else _ask_for_name(store, rank)
    return PrefixStore(name, store), rank, size


def _ask_for_name(store: Store, rank: int) -> str:
    """The name for this life, answered to a question that nobody has asked before."""
    question = uuid.uuid4().hex
    store.set(f"question-{rank}", question)
    name = store.get(f"answer-{question}").decode()  # waits for it
    store.set(f"{name}-{rank}", "here")
    return name


def _give_name(store: Store, size: int, patience: timedelta) -> str:
    """A new name, told to all who ask, until each of the others has it: an old question may be the first to be seen."""
    name, missing, give_up = uuid.uuid4().hex, set(range(1, size)), time.monotonic() + patience.total_seconds()
    while missing:
        for rank in list(missing):
            if store.check([f"question-{rank}"]):
                store.set(f"answer-{store.get(f'question-{rank}').decode()}", name)
            if store.check([f"{name}-{rank}"]):
                missing.remove(rank)
        if time.monotonic() > give_up:
            raise TimeoutError(f"Processes {sorted(missing)} did not join within {patience.total_seconds():.0f} s.")
        time.sleep(_POLL)
    return name
