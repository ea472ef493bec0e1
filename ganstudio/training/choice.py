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
from ganstudio.training.hardware import choose_device, native_bfloat16
from ganstudio.training.world import World

T = TypeVar("T")

PICTURES = 32  # in a measured pass: enough to see the difference, little enough not to be waited for
MOMENT = 0.08  # seconds of measuring for each way, at least
# A way must take at most this share of the time of the one before it to be preferred. Fewer threads must be far faster:
# a moment's stir on the machine passes, while a core that another program keeps busy slows two threads tenfold.
CLEARLY, FAR = 0.95, 0.6


def resolve(config: cfg.RunConfig, world: World | None = None) -> tuple[cfg.RunConfig, str]:
    """`config` with "auto" replaced by what this machine will do, so that the run can say it and repeat it; and how
    that was found, in words, if it was measured. All processes of `world` do as the first one finds best.

    Raises
    ------
    ConfigError
        A device that is not here, or arithmetic that it does not have.
    """
    world = world or World()
    device = world.own(choose_device(config.engine.device))
    precision, threads, words = config.engine.precision, config.engine.threads, ""
    if precision == "float16" and device.type == "cpu":
        raise ConfigError("engine.precision float16 needs a GPU; use auto, float32 or bfloat16 on the CPU.")
    if device.type == "cpu":
        precision, threads, words = world.first(lambda: _measured(config, world.cores))
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


def _measured(config: cfg.RunConfig, most: int) -> tuple[str, int, str]:
    """Precision and threads on the CPU, at most so many of them, and the measurement in words."""
    asked, before = config.engine, torch.get_num_threads()
    precisions = [asked.precision] if asked.precision != "auto" else ["float32"]
    if asked.precision == "auto" and native_bfloat16(torch.device("cpu")):
        precisions.append("bfloat16")
    threads = [asked.threads] if asked.threads else sorted({most, max(1, most // 2), 1}, reverse=True)
    if len(precisions) == len(threads) == 1:
        return precisions[0], threads[0], ""
    one_pass = _pass(config)
    try:
        times = {(threads[0], each): _time(one_pass, threads[0], each) for each in precisions}
        precision = _best([(times[threads[0], each], each) for each in precisions], CLEARLY)
        times |= {(count, precision): _time(one_pass, count, precision) for count in threads[1:]}
        chosen = _best([(times[count, precision], count) for count in threads], FAR)
    finally:
        torch.set_num_threads(before)
    return precision, chosen, _words(times, (chosen, precision))


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
    """Median seconds of a pass, after one that is not counted."""
    torch.set_num_threads(threads)
    one_pass(precision)
    taken: list[float] = []
    while len(taken) < 3 or sum(taken) < MOMENT:
        begun = time.perf_counter()
        one_pass(precision)
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


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
    return f"Measured, a pass of {PICTURES} pictures: {named(chosen)}" + "".join(f"; {each}" for each in others) + "."
