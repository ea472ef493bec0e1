"""What arithmetic and how many threads: measured for a moment at the start of a run, where the run leaves it open."""

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

PICTURES = 32  # in a measured pass: enough to see the difference, little enough not to be waited for
MOMENT = 0.08  # seconds of measuring for each way, at least
# A way must take at most this share of the time of the one before it to be preferred. Fewer threads must be far faster:
# a moment's stir on the machine passes, while a core that another program keeps busy slows two threads tenfold.
CLEARLY, FAR = 0.95, 0.6
LONGEST = 1.0  # seconds: where a pass takes so long, one tells enough
ALIKE = 1.5  # times longer or shorter than it was measured before, a pass still takes as long


def resolve(
    config: cfg.RunConfig, world: World | None = None, tell: StageCallback = ignore_stage
) -> tuple[cfg.RunConfig, str]:
    """`config` with "auto" replaced by what this machine will do, so that the run can say it and repeat it; and how
    that was found, in words, if it was measured. All processes of `world` do as the first one finds best.

    Raises
    ------
    ConfigError
        A device that is not here, or arithmetic that it does not have.
    """
    world = world or World()
    device = world.local_device(choose_device(config.engine.device))
    precision, threads, words = config.engine.precision, config.engine.threads, ""
    if precision == "float16" and device.type == "cpu":
        raise ConfigError("engine.precision float16 needs a GPU; use auto, float32 or bfloat16 on the CPU.")
    if device.type == "cpu":
        precision, threads, words = world.from_rank_zero(lambda: _measured(config, world.cores, tell))
    elif precision == "auto":
        precision = _of_accelerator(device)
    threads = threads or world.cores
    part = dataclasses.replace(
        config.engine, device=str(device), precision=precision, threads=threads, processes=world.size
    )
    return dataclasses.replace(config, engine=part), words


def _of_accelerator(device: torch.device) -> str:
    if native_bfloat16(device):
        return "bfloat16"
    return "float16" if device.type == "cuda" else "float32"


def _measured(config: cfg.RunConfig, most: int, tell: StageCallback) -> tuple[str, int, str]:
    """Precision and threads on the CPU, at most so many of them, and the measurement in words.

    What was found for a like run before is taken if a pass still takes as long.
    """
    asked, before = config.engine, torch.get_num_threads()
    precisions = [asked.precision] if asked.precision != "auto" else ["float32"]
    if asked.precision == "auto" and native_bfloat16(torch.device("cpu")):
        precisions.append("bfloat16")
    threads = [asked.threads] if asked.threads else sorted({most, max(1, most // 2), 1}, reverse=True)
    if len(precisions) == len(threads) == 1:
        return precisions[0], threads[0], ""
    one_pass, name = _pass(config), autotune_cache.key(config, most)
    try:
        known = autotune_cache.look(name)
        if known is not None and _holds(known, one_pass, threads, precisions):
            return known.precision, known.threads, f"Measured on {known.day}: {known.words}"
        tell(measuring(threads, precisions))
        times = {(count, precisions[0]): _time(one_pass, count, precisions[0]) for count in threads}
        chosen = _best([(times[count, precisions[0]], count) for count in threads], FAR)
        times |= {(chosen, each): _time(one_pass, chosen, each) for each in precisions[1:]}
        precision = _best([(times[chosen, each], each) for each in precisions], CLEARLY)
    finally:
        torch.set_num_threads(before)
    words, seconds = _words(times, (chosen, precision)), times[chosen, precision]
    found = autotune_cache.Measurement(precision, chosen, seconds, words, time.time(), chosen == threads[0])
    autotune_cache.keep(name, found)
    return precision, chosen, f"Measured: {words}"


def _holds(
    known: autotune_cache.Measurement, one_pass: Callable[[str], None], threads: list[int], precisions: list[str]
) -> bool:
    """Whether a measurement of before is one of the ways and still true, by a pass or two."""
    if known.threads not in threads or known.precision not in precisions:
        return False
    now = _glance(one_pass, known.threads, known.precision)
    return known.seconds / ALIKE < now < known.seconds * ALIKE


def _glance(one_pass: Callable[[str], None], threads: int, precision: str) -> float:
    """Seconds of a pass, the shorter of two, after one that is not counted."""
    torch.set_num_threads(threads)
    _seconds(one_pass, precision)
    return min(_seconds(one_pass, precision) for _ in range(2))


def _pass(config: cfg.RunConfig) -> Callable[[str], None]:
    """A pass forward and back through freshly made networks like the run's."""
    rng = torch.Generator().manual_seed(0)
    G = networks.generator(config, rng).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    D = networks.discriminator(config, rng).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    z = torch.randn(PICTURES * config.network.packing, config.network.z_size, generator=rng)
    labels = torch.zeros(len(z), dtype=torch.int64) if config.network.conditional else None

    def run(precision: str) -> None:
        with torch.autocast("cpu", torch.bfloat16, enabled=precision == "bfloat16"):
            logits = D(*networks.pack(G(z, labels), labels, config.network.packing))
        logits.mean().backward()

    return run


def _time(one_pass: Callable[[str], None], threads: int, precision: str) -> float:
    """Median seconds of a pass, after one that does not count, as it prepares much; where it is very long, it does."""
    torch.set_num_threads(threads)
    first = _seconds(one_pass, precision)
    if first > LONGEST:
        return first
    taken: list[float] = []
    while len(taken) < 2 or sum(taken) < MOMENT:
        taken.append(_seconds(one_pass, precision))
    return statistics.median(taken)


def _seconds(one_pass: Callable[[str], None], precision: str) -> float:
    begun = time.perf_counter()
    one_pass(precision)
    return time.perf_counter() - begun


def _best(timed: list[tuple[float, T]], share: float) -> T:
    """The first, unless a later one takes at most that share of its time."""
    seconds, best = timed[0]
    for other, candidate in timed[1:]:
        if other < share * seconds:
            seconds, best = other, candidate
    return best


def _words(times: dict[tuple[int, str], float], chosen: tuple[int, str]) -> str:
    def named(way: tuple[int, str]) -> str:
        threads, precision = way
        return f"{precision} on {threads} thread{'s' if threads > 1 else ''} {1000 * times[way]:.1f} ms"

    others = [named(way) for way in times if way != chosen]
    return f"a pass of {PICTURES} pictures: {named(chosen)}" + "".join(f"; {each}" for each in others) + "."
