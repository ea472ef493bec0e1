"""Times of passes through networks like those of a run, by which it is chosen how they are computed."""

import contextlib
import statistics
import time
from collections.abc import Callable, Iterator
from typing import ParamSpec

import torch

from ganstudio import config as cfg
from ganstudio import networks

PASS_PICTURES = 32  # in a measured pass: enough to see the difference, few enough not to be waited for
MIN_MEASURE_SECONDS = 0.08  # for each candidate
MAX_WARM_UP_SECONDS = 1.0  # of the first pass: if it takes longer, no other is measured
MIN_WORK_PASSES = 3  # whose processor time is taken while other programs are busy

P = ParamSpec("P")


def time_pass_briefly(one_pass: Callable[[str], None], threads: int, precision: str) -> float:
    """Return the seconds of a pass, the shorter of two, after one that does not count."""
    torch.set_num_threads(threads)
    _seconds(one_pass, precision)
    return min(_seconds(one_pass, precision) for _ in range(2))


def make_pass(config: cfg.RunConfig, winograd: bool = False, pictures: int = PASS_PICTURES) -> Callable[[str], None]:
    """Return a function that does a pass forward and backward through new networks like those of the run.

    Parameters
    ----------
    config
        Settings of the run.
    winograd
        Whether strided convolutions are computed by Winograd's algorithm.
    pictures
        How many are made and judged, without what is packed with each.
    """
    rng = torch.Generator().manual_seed(0)
    G = networks.generator(config, rng).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    D = networks.discriminator(config, rng).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    for network in (G, D):
        networks.use_winograd(network, winograd)
    z = torch.randn(pictures * config.network.packing, config.network.z_size, generator=rng)
    labels = torch.zeros(len(z), dtype=torch.int64) if config.network.conditional else None

    def run(precision: str) -> None:
        with torch.autocast("cpu", torch.bfloat16, enabled=precision == "bfloat16"):
            logits = D(*networks.pack(G(z, labels), labels, config.network.packing))
        logits.mean().backward()

    return run


def checked(work: Callable[P, None], check: Callable[[], None]) -> Callable[P, None]:
    """Return what calls `check` before the work; what that raises ends a measurement."""

    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        check()
        work(*args, **kwargs)

    return run


def time_pass(one_pass: Callable[[str], None], threads: int, precision: str) -> float:
    """Return the median seconds of a pass, after a first one that counts only if it takes very long."""
    torch.set_num_threads(threads)
    first = _seconds(one_pass, precision)
    if first > MAX_WARM_UP_SECONDS:
        return first
    seconds: list[float] = []
    while len(seconds) < 2 or sum(seconds) < MIN_MEASURE_SECONDS:
        seconds.append(_seconds(one_pass, precision))
    return statistics.median(seconds)


def _seconds(one_pass: Callable[[str], None], precision: str) -> float:
    begun = time.perf_counter()
    one_pass(precision)
    return time.perf_counter() - begun


def work_seconds(one_pass: Callable[[str], None], precision: str) -> float:
    """Return the processor time of a pass with one thread, the least of some, after one that does not count."""
    torch.set_num_threads(1)
    one_pass(precision)
    times: list[float] = []
    while len(times) < MIN_WORK_PASSES:
        begun = time.thread_time()
        one_pass(precision)
        times.append(time.thread_time() - begun)
    return min(times)


@contextlib.contextmanager
def threads_restored() -> Iterator[None]:
    """Give the calling thread, at the end, as many threads as it had before."""
    before = torch.get_num_threads()
    try:
        yield
    finally:
        torch.set_num_threads(before)
