"""CUDA graphs: updates recorded once and replayed, so that a GPU need not wait for Python."""

import contextlib
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Protocol

import torch

from ganstudio import config as cfg
from ganstudio.objectives import objective
from ganstudio.training.schedule import reuses_fakes

Work = Callable[[], None]

WARM_UP = 3  # times that work is done before it is recorded, until allocations and choices of kernels settle


class Recorder(Protocol):
    """Records work for a device."""

    def warm_up(self, work: Work) -> None:
        """Do the work as it will be recorded, without recording it."""

    def record(self, work: Work) -> Work:
        """Record what the work gives the device to do, without doing it; return what replays it.

        Raises
        ------
        RuntimeError
            The work cannot be recorded.
        """


class Replay:
    """Does named pieces of work, by replaying a recording if there is one.

    Parameters
    ----------
    recorder
        None: nothing is recorded.
    warm_up
        Times that work is done before it is recorded.
    """

    def __init__(self, recorder: Recorder | None = None, warm_up: int = WARM_UP) -> None:
        self._recorder = recorder
        self._warm_up = warm_up
        self._records: dict[Hashable, Work] = {}
        self._warm: dict[Hashable, int] = {}
        self._is_suspended = False
        self.why_not = ""  # why nothing is recorded any more, for the user

    @property
    def records(self) -> bool:
        """Whether work is recorded."""
        return self._recorder is not None and not self._is_suspended

    @contextlib.contextmanager
    def suspended(self) -> Iterator[None]:
        """Do all work as it is, without recording or replaying it; recordings are kept."""
        self._is_suspended = True
        try:
            yield
        finally:
            self._is_suspended = False

    @property
    def recorded(self) -> frozenset[Hashable]:
        """Keys of the work that is replayed."""
        return frozenset(self._records)

    def run(self, key: Hashable, work: Work) -> None:
        """Do `work`: the first times as it is, then as recorded under `key`.

        If recording fails, it is done as it is from then on, and `why_not` says why.
        """
        times = self._warm.get(key, 0)
        if self._recorder is None or self._is_suspended:
            work()
        elif key in self._records:
            self._records[key]()
        elif times < self._warm_up:
            self._warm[key] = times + 1
            self._recorder.warm_up(work)
        else:
            self._record(self._recorder, key, work)

    def _record(self, recorder: Recorder, key: Hashable, work: Work) -> None:
        try:
            replay = recorder.record(work)
        except RuntimeError as problem:
            reason = str(problem).splitlines()[0] if str(problem) else type(problem).__name__
            self.stop(f"CUDA graphs cannot record this run ({reason}); it continues without them.")
            work()
        else:
            self._records[key] = replay
            replay()

    def forget(self) -> None:
        """Discard all recordings: a setting changed that is part of them."""
        self._records.clear()
        self._warm.clear()

    def go_on(self) -> None:
        """Do as `stop` has it although its reason is gone: the user was told so."""

    def stop(self, why_not: str) -> None:
        """Record nothing any more; `why_not` is kept only if something would have been recorded."""
        if self._recorder is not None:
            self.forget()
            self._recorder, self.why_not = None, why_not


class CudaRecorder:
    """Recorder of CUDA graphs.

    Parameters
    ----------
    device
        A CUDA device.
    rngs
        Generators on it that the work draws from; they advance with each replay.
    """

    def __init__(self, device: torch.device, rngs: Iterable[torch.Generator]) -> None:
        self._rngs = list(rngs)
        self._stream: torch.cuda.Stream = torch.cuda.Stream(device)  # type: ignore[no-untyped-call]

    def warm_up(self, work: Work) -> None:
        """Do the work on the stream that records."""
        current = torch.cuda.current_stream()
        self._stream.wait_stream(current)
        with torch.cuda.stream(self._stream):
            work()
        current.wait_stream(self._stream)

    def record(self, work: Work) -> Work:
        """Record the work in a graph with its own memory; return its replay."""
        graph = torch.cuda.CUDAGraph()
        for rng in self._rngs:
            graph.register_generator_state(rng)
        with torch.cuda.graph(graph, stream=self._stream):
            work()
        return graph.replay


def why_not_recordable(config: cfg.RunConfig, resident: bool, processes: int) -> str:
    """Return why updates of such a run need the host in between, as a sentence for the user; "" if they do not.

    Parameters
    ----------
    config
        Settings of the run.
    resident
        Whether the real pictures are stored on the device.
    processes
        How many train together.
    """
    if reuses_fakes(config) and not config.schedule.d_steps == config.schedule.g_steps == 1:
        return "CUDA graphs are off: reused fakes can only be recorded with one D step and one G step."
    if config.optimizer.accumulate > 1:
        return "CUDA graphs are off: accumulated batches cannot be recorded."
    if objective(config.objective.loss).paired and not resident:
        return "CUDA graphs are off: real pictures for G are not on the device."
    if processes > 1:
        return "CUDA graphs are off: several processes train together."
    return ""
