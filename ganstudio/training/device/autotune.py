"""Precision and number of threads, measured at the start of a run if it leaves them open."""

import dataclasses
import time
from collections.abc import Callable
from typing import Annotated, TypeVar

import msgspec
import torch

from ganstudio import config as cfg
from ganstudio.errors import ConfigError
from ganstudio.stages import StageCallback, ignore_stage, measuring
from ganstudio.system import cores
from ganstudio.training.device import autotune_cache, convolution, load
from ganstudio.training.device.hardware import choose_device, describe_processor, native_bfloat16, why_not_taken
from ganstudio.training.device.passes import (
    PASS_PICTURES,
    checked,
    make_pass,
    threads_restored,
    time_pass,
    time_pass_briefly,
    work_seconds,
)
from ganstudio.training.distributed.world import World
from ganstudio.training.state import State

T = TypeVar("T")

MAX_THREADS = 1024  # as `engine.threads` has it

# A candidate is preferred to the one before it if it takes less than this fraction of its time. Fewer threads must be
# much faster: a short load on the machine passes, while a core that another program keeps busy slows two threads
# tenfold.
MAX_TIME_FRACTION = 0.95
MAX_TIME_FRACTION_FEWER_THREADS = 0.6
MAX_CHANGE_FACTOR = 1.5  # by which the time of a pass may differ from a stored measurement


@dataclasses.dataclass(frozen=True)
class Threads:
    """Threads of a run that leaves their number open; a checkpoint holds it, so that the run resumes to the bit.

    Parameters
    ----------
    now
        With which it computes.
    limit
        The most that are useful on this machine, where nothing else runs.
    processor
        On which it was measured, see `hardware.describe_processor`.
    cores, processes
        How many cores each process of the run could use, and how many processes there were.
    """

    now: Annotated[int, msgspec.Meta(ge=1, le=MAX_THREADS)]
    limit: Annotated[int, msgspec.Meta(ge=1, le=MAX_THREADS)]
    processor: str
    cores: int
    processes: int

    @classmethod
    def of(cls, now: int, limit: int, world: World) -> "Threads":
        """Return these numbers, measured on this machine."""
        return cls(now, limit, describe_processor(), world.cores, world.size)

    def holds_for(self, here: "Threads") -> bool:
        """Return whether these were measured where `here` was."""
        same = dataclasses.replace(self, now=here.now, limit=here.limit) == here
        return same and max(self.now, self.limit) <= here.cores

    @classmethod
    def read(cls, state: State | None) -> "Threads | None":
        """Return what a checkpoint holds of it; None if it is of an older version, or not valid."""
        try:
            return msgspec.convert(state.meta.get("threads"), cls) if state else None
        except msgspec.ValidationError:
            return None


@dataclasses.dataclass(frozen=True)
class Choice:
    """What is computed with.

    Parameters
    ----------
    config
        Settings, with nothing left to choose; only `engine.threads` stays 0 where it is open, because it may change.
    threads
        How many threads there are at the start, and at most.
    text
        How they were chosen, as text; "" if nothing was measured.
    """

    config: cfg.RunConfig
    threads: Threads
    text: str

    @property
    def engine(self) -> cfg.EngineConfig:
        """The engine's settings with the number of threads at the start."""
        return dataclasses.replace(self.config.engine, threads=self.threads.now)


def resolve(
    config: cfg.RunConfig,
    world: World | None = None,
    tell: StageCallback = ignore_stage,
    former: Threads | None = None,
    check: Callable[[], None] = lambda: None,
) -> Choice:
    """Replace "auto" in the engine's settings by what this machine will do, so that the run can show and repeat it.

    Parameters
    ----------
    config
        Settings of the run.
    world
        The processes that train together: all do what the first one finds fastest.
    tell
        Called with the stage if something is measured.
    former
        Threads of the run before it was resumed; they are taken where they were measured on this machine.
    check
        Called before each pass that is measured; what it raises is raised here, and nothing is stored.

    Raises
    ------
    ConfigError
        The device is not on this machine, or does not have the precision.
    """
    world = world or World()
    device, text = world.local_device(choose_device(config.engine.device)), why_not_taken(config.engine.device)
    precision = config.engine.precision
    if precision == "float16" and device.type == "cpu":
        raise ConfigError(
            "The precision float16 needs a GPU; choose auto, float32 or bfloat16 on the CPU.",
            at_prompt="For example: --engine.precision auto",
        )
    given = config.engine.threads
    threads = Threads.of(given or world.cores, given or world.cores, world)
    if not given and precision != "auto" and former is not None and former.holds_for(threads):
        threads = former
    elif device.type == "cpu":
        precision, now, limit, measured = world.from_rank_zero(lambda: _measure(config, world.cores, tell, check))
        threads = Threads.of(now, limit, world)
        text = " ".join(filter(None, (text, _describe_too_many(given), measured)))
    elif precision == "auto":
        precision = "float32" if config.makes_points else _default_precision(device)
    engine = dataclasses.replace(config.engine, device=str(device), precision=precision, processes=world.size)
    config = dataclasses.replace(config, engine=engine)
    algorithm, measured = world.from_rank_zero(lambda: convolution.choose(config, threads.now, tell, check))
    config = cfg.change(config, "engine.convolution", algorithm)
    return Choice(config, threads, " ".join(filter(None, (text, measured))))


def _default_precision(device: torch.device) -> str:
    if native_bfloat16(device):
        return "bfloat16"
    return "float16" if device.type == "cuda" else "float32"


def _measure(
    config: cfg.RunConfig, max_threads: int, tell: StageCallback, check: Callable[[], None]
) -> tuple[str, int, int, str]:
    """Return precision, threads and the most threads that are useful on the CPU, and the measurement as text.

    The stored measurement of a similar run is taken if a pass still takes as long. What is measured while other
    programs keep cores busy holds for that moment only: it is not stored, and is not the most that is useful.
    """
    precisions, threads = _precision_candidates(config), [config.engine.threads]
    if not config.engine.threads:
        threads = [1] if config.makes_points else _thread_candidates(max_threads)
    if len(precisions) == len(threads) == 1:
        return precisions[0], threads[0], threads[0], ""
    one_pass, key = checked(make_pass(config), check), autotune_cache.make_key(config, max_threads)
    known = autotune_cache.load(key, autotune_cache.Measurement)
    if known is not None and (known.threads not in threads or known.precision not in precisions):
        known = None
    with threads_restored():
        if known is not None and _still_holds(known, one_pass):
            return known.precision, known.threads, known.threads, f"Measured on {known.day}: {known.words}"
        tell(measuring(threads, precisions))
        before = load.read_usage()
        times = {(count, precisions[0]): time_pass(one_pass, count, precisions[0]) for count in threads}
        chosen = _fastest([(times[count, precisions[0]], count) for count in threads], MAX_TIME_FRACTION_FEWER_THREADS)
        if load.others_were_busy(before, load.read_usage()):
            text = f"Measured while other programs were busy: {_describe(times, (chosen, precisions[0]))}"
            precision = known.precision if known is not None else _least_work(one_pass, precisions)
            return precision, chosen, threads[0], text
        times |= {(chosen, name): time_pass(one_pass, chosen, name) for name in precisions[1:]}
    precision = _fastest([(times[chosen, name], name) for name in precisions], MAX_TIME_FRACTION)
    text, seconds = _describe(times, (chosen, precision)), times[chosen, precision]
    autotune_cache.store(
        key,
        autotune_cache.Measurement(precision=precision, threads=chosen, seconds=seconds, words=text, at=time.time()),
    )
    return precision, chosen, chosen, f"Measured: {text}"


def _precision_candidates(config: cfg.RunConfig) -> list[str]:
    if config.engine.precision != "auto":
        return [config.engine.precision]
    if config.makes_points:  # bfloat16 has three digits: too coarse for places in the plane
        return ["float32"]
    return ["float32", "bfloat16"] if native_bfloat16(torch.device("cpu")) else ["float32"]


def _thread_candidates(most: int) -> list[int]:
    """Return the numbers of threads to measure, the largest first: all, those of large cores, half, and one."""
    return sorted({most, min(most, cores.fast_cores()), max(1, most // 2), 1}, reverse=True)


def _still_holds(known: autotune_cache.Measurement, one_pass: Callable[[str], None]) -> bool:
    """Return whether a stored measurement is still right, judged by a few passes."""
    now = time_pass_briefly(one_pass, known.threads, known.precision)
    return known.seconds / MAX_CHANGE_FACTOR < now < known.seconds * MAX_CHANGE_FACTOR


def _least_work(one_pass: Callable[[str], None], precisions: list[str]) -> str:
    """Return the precision whose pass takes least processor time: a run keeps it when other programs have gone."""
    return _fastest([(work_seconds(one_pass, name), name) for name in precisions], MAX_TIME_FRACTION)


def _fastest(timed: list[tuple[float, T]], fraction: float) -> T:
    """Return the first candidate, unless a later one takes less than that fraction of its time."""
    seconds, best = timed[0]
    for other, candidate in timed[1:]:
        if other < fraction * seconds:
            seconds, best = other, candidate
    return best


def _describe_too_many(given: int) -> str:
    usable = cores.usable_cores()
    if given <= usable:
        return ""
    return (
        f"The number of threads is {given}, but this program may use {usable} cores: it would be faster with {usable}."
    )


def _describe(times: dict[tuple[int, str], float], chosen: tuple[int, str]) -> str:
    def describe_one(candidate: tuple[int, str]) -> str:
        threads, precision = candidate
        return f"{precision} on {threads} thread{'s' if threads > 1 else ''} {1000 * times[candidate]:.1f} ms"

    candidates = [chosen, *(candidate for candidate in times if candidate != chosen)]
    return f"a pass of {PASS_PICTURES} pictures: {'; '.join(map(describe_one, candidates))}."
