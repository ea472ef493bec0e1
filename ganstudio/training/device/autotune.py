"""Precision and number of threads, measured at the start of a run if it leaves them open."""

import dataclasses
import statistics
import time
from collections.abc import Callable
from typing import TypeVar

import torch

from ganstudio import config as cfg
from ganstudio import networks
from ganstudio.errors import ConfigError
from ganstudio.stages import StageCallback, ignore_stage, measuring
from ganstudio.training.device import autotune_cache
from ganstudio.training.device.hardware import choose_device, native_bfloat16
from ganstudio.training.distributed.world import World

T = TypeVar("T")

PASS_PICTURES = 32  # in a measured pass: enough to see the difference, few enough not to be waited for
MIN_MEASURE_SECONDS = 0.08  # for each candidate
# A candidate is preferred to the one before it if it takes less than this fraction of its time. Fewer threads must be
# much faster: a short load on the machine passes, while a core that another program keeps busy slows two threads
# tenfold.
MAX_TIME_FRACTION = 0.95
MAX_TIME_FRACTION_FEWER_THREADS = 0.6
MAX_WARM_UP_SECONDS = 1.0  # of the first pass: if it takes longer, no other is measured
MAX_CHANGE_FACTOR = 1.5  # by which the time of a pass may differ from a stored measurement


def resolve(
    config: cfg.RunConfig, world: World | None = None, tell: StageCallback = ignore_stage
) -> tuple[cfg.RunConfig, str]:
    """Replace "auto" in the engine's settings by what this machine will do, so that the run can show and repeat it.

    Parameters
    ----------
    config
        Settings of the run.
    world
        The processes that train together: all do what the first one finds fastest.
    tell
        Called with the stage if something is measured.

    Returns
    -------
    config
        The settings, with nothing left to choose.
    text
        The measurement, as text; "" if nothing was measured.

    Raises
    ------
    ConfigError
        The device is not on this machine, or does not have the precision.
    """
    world = world or World()
    device = world.local_device(choose_device(config.engine.device))
    precision, threads, text = config.engine.precision, config.engine.threads, ""
    if precision == "float16" and device.type == "cpu":
        raise ConfigError("engine.precision float16 needs a GPU; use auto, float32 or bfloat16 on the CPU.")
    if device.type == "cpu":
        precision, threads, text = world.from_rank_zero(lambda: _measure(config, world.cores, tell))
    elif precision == "auto":
        precision = _default_precision(device)
    threads = threads or world.cores
    engine = dataclasses.replace(
        config.engine, device=str(device), precision=precision, threads=threads, processes=world.size
    )
    return dataclasses.replace(config, engine=engine), text


def _default_precision(device: torch.device) -> str:
    if native_bfloat16(device):
        return "bfloat16"
    return "float16" if device.type == "cuda" else "float32"


def _measure(config: cfg.RunConfig, max_threads: int, tell: StageCallback) -> tuple[str, int, str]:
    """Return precision and threads on the CPU, and the measurement as text.

    The stored measurement of a similar run is taken if a pass still takes as long.
    """
    engine, threads_before = config.engine, torch.get_num_threads()
    precisions = [engine.precision] if engine.precision != "auto" else ["float32"]
    if engine.precision == "auto" and native_bfloat16(torch.device("cpu")):
        precisions.append("bfloat16")
    threads = [engine.threads] if engine.threads else sorted({max_threads, max(1, max_threads // 2), 1}, reverse=True)
    if len(precisions) == len(threads) == 1:
        return precisions[0], threads[0], ""
    one_pass, key = _make_pass(config), autotune_cache.make_key(config, max_threads)
    try:
        known = autotune_cache.load(key)
        if known is not None and _still_holds(known, one_pass, threads, precisions):
            return known.precision, known.threads, f"Measured on {known.day}: {known.words}"
        tell(measuring(threads, precisions))
        times = {(count, precisions[0]): time_pass(one_pass, count, precisions[0]) for count in threads}
        chosen = _fastest([(times[count, precisions[0]], count) for count in threads], MAX_TIME_FRACTION_FEWER_THREADS)
        times |= {(chosen, name): time_pass(one_pass, chosen, name) for name in precisions[1:]}
        precision = _fastest([(times[chosen, name], name) for name in precisions], MAX_TIME_FRACTION)
    finally:
        torch.set_num_threads(threads_before)
    text, seconds = _describe(times, (chosen, precision)), times[chosen, precision]
    measurement = autotune_cache.Measurement(precision, chosen, seconds, text, time.time(), chosen == threads[0])
    autotune_cache.store(key, measurement)
    return precision, chosen, f"Measured: {text}"


def _still_holds(
    known: autotune_cache.Measurement, one_pass: Callable[[str], None], threads: list[int], precisions: list[str]
) -> bool:
    """Return whether a stored measurement is among the candidates and still right, judged by a few passes."""
    if known.threads not in threads or known.precision not in precisions:
        return False
    now = time_pass_briefly(one_pass, known.threads, known.precision)
    return known.seconds / MAX_CHANGE_FACTOR < now < known.seconds * MAX_CHANGE_FACTOR


def time_pass_briefly(one_pass: Callable[[str], None], threads: int, precision: str) -> float:
    """Return the seconds of a pass, the shorter of two, after one that does not count."""
    torch.set_num_threads(threads)
    _seconds(one_pass, precision)
    return min(_seconds(one_pass, precision) for _ in range(2))


def _make_pass(config: cfg.RunConfig) -> Callable[[str], None]:
    """Return a function that does a pass forward and backward through new networks like those of the run."""
    rng = torch.Generator().manual_seed(0)
    G = networks.generator(config, rng).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    D = networks.discriminator(config, rng).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    z = torch.randn(PASS_PICTURES * config.network.packing, config.network.z_size, generator=rng)
    labels = torch.zeros(len(z), dtype=torch.int64) if config.network.conditional else None

    def run(precision: str) -> None:
        with torch.autocast("cpu", torch.bfloat16, enabled=precision == "bfloat16"):
            logits = D(*networks.pack(G(z, labels), labels, config.network.packing))
        logits.mean().backward()

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


def _fastest(timed: list[tuple[float, T]], fraction: float) -> T:
    """Return the first candidate, unless a later one takes less than that fraction of its time."""
    seconds, best = timed[0]
    for other, candidate in timed[1:]:
        if other < fraction * seconds:
            seconds, best = other, candidate
    return best


def _describe(times: dict[tuple[int, str], float], chosen: tuple[int, str]) -> str:
    def describe_one(candidate: tuple[int, str]) -> str:
        threads, precision = candidate
        return f"{precision} on {threads} thread{'s' if threads > 1 else ''} {1000 * times[candidate]:.1f} ms"

    candidates = [chosen, *(candidate for candidate in times if candidate != chosen)]
    return f"a pass of {PASS_PICTURES} pictures: {'; '.join(map(describe_one, candidates))}."
