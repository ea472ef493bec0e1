"""What a run takes on this computer, found out before it starts."""

import dataclasses
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import torch

from ganstudio import config as cfg
from ganstudio.data.dataset import DatasetInfo
from ganstudio.errors import Cancelled
from ganstudio.system import cores
from ganstudio.system import memory as system_memory
from ganstudio.training.device import autotune, autotune_cache, convolution
from ganstudio.training.device.hardware import choose_device, native_bfloat16
from ganstudio.training.distributed.world import World
from ganstudio.training.estimates import memory, simulation, timing
from ganstudio.training.estimates.memory import Memory
from ganstudio.training.estimates.simulation import Simulated
from ganstudio.training.estimates.timing import Forecast

MAX_MEASURED_SHARE = 0.5  # of the free memory may be needed by a run that is measured

# A rule of thumb, from runs on digits, faces and flags: see `count_recognisable`.
_RECOGNISABLE = 60_000  # pictures of 28 x 28 in grey
_COLOUR_FACTOR = 1.5


@dataclass(frozen=True)
class Estimate:
    """What a run takes.

    Parameters
    ----------
    config
        Its settings, with nothing left open but the number of threads.
    simulated
        Its networks and updates.
    memory
        Bytes at its peak.
    free, free_on_device
        Bytes that may still be taken in the computer, and on the GPU; the latter is 0 where the CPU trains.
    round
        Time of a round; None where it was not asked for.
    rounds
        How many there are; 0: as many as the user wants, or as fit the time.
    images_per_round
        Real pictures that D sees in a round.
    """

    config: cfg.RunConfig
    simulated: Simulated
    memory: Memory
    free: int
    free_on_device: int
    round: Forecast | None
    rounds: int
    images_per_round: float

    @property
    def fits(self) -> bool:
        """Whether there is enough memory now."""
        return self.memory.added <= self.free and self.memory.on_device <= self.free_on_device

    @property
    def seconds(self) -> Forecast | None:
        """Time of the run; None if that is not known, or only the user ends it."""
        if self.config.seconds and not self.config.steps:
            return Forecast(self.config.seconds, 1.0)
        return self.round.scaled(self.rounds) if self.round and self.rounds else None

    @property
    def images(self) -> float:
        """Real pictures that D sees in the run; infinite if only the user ends it."""
        if self.rounds:
            return self.rounds * self.images_per_round
        time = self.seconds
        if time is None or self.round is None:
            return math.inf
        return time.seconds / self.round.seconds * self.images_per_round

    @property
    def recognisable(self) -> Forecast | None:
        """Time until pictures are recognisable for the first time, if the run is that long; None if it is not known.

        Nothing is known of points, for which there is no such rule.
        """
        if self.round is None or self.config.makes_points:
            return None
        return self.round.scaled(count_recognisable(self.config) / self.images_per_round)


def estimate(
    config: cfg.RunConfig,
    info: DatasetInfo,
    measures: bool = True,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Estimate:
    """Estimate what a run takes.

    Parameters
    ----------
    config
        Its settings.
    info
        Its data set.
    measures
        Whether to measure how fast this computer is, unless that is known: precision, threads and a round. It takes a
        second or some, and with large networks minutes. Not where it would take much of the free memory.
    is_cancelled
        Asked before each operation that is simulated, each pass and each update, so that it can wait; it must not
        raise. Within a simulated update the answer counts when that is over; what was measured until then is not
        stored.

    Raises
    ------
    Cancelled
        `is_cancelled` returned true.
    ConfigError
        The settings cannot be used on this computer, or do not fit the network or the data.
    """
    config = _with_classes(config, info)
    guessed, threads = _guess_engine(config)
    check = partial(_check, is_cancelled)
    simulated = simulation.run(guessed, is_cancelled)
    needed = memory.add_up(guessed, info, simulated)
    free, round_time = system_memory.available_bytes(), None
    check()
    if measures and needed.added <= MAX_MEASURED_SHARE * free:
        if guessed.engine.device == "cpu":
            choice = autotune.resolve(config, World(), check=check)
            if choice.config.engine != guessed.engine:
                guessed, simulated = choice.config, simulation.run(choice.config, is_cancelled)
                needed = memory.add_up(guessed, info, simulated)
            threads = choice.threads.now
            check()
        round_time = timing.forecast(guessed, threads, simulated, check)
    return Estimate(
        config=guessed,
        simulated=simulated,
        memory=needed,
        free=free,
        free_on_device=_free_on(guessed.engine.device),
        round=round_time,
        rounds=_count_rounds(guessed, info),
        images_per_round=_count_images(guessed),
    )


def with_length(known: Estimate, config: cfg.RunConfig, info: DatasetInfo) -> Estimate:
    """Return an estimate of a run that differs in nothing but how long it is."""
    resolved = dataclasses.replace(known.config, epochs=config.epochs, steps=config.steps, seconds=config.seconds)
    return dataclasses.replace(known, config=resolved, rounds=_count_rounds(resolved, info))


def count_recognisable(config: cfg.RunConfig) -> int:
    """Return after how many real pictures those of G are recognisable for the first time: a rule of thumb.

    It grows with the side: twice the side, twice as many.
    """
    height, width = config.data.sides
    colour = _COLOUR_FACTOR if config.data.channels > 1 else 1.0
    return round(_RECOGNISABLE * colour * math.sqrt(height * width) / 28)


def _count_rounds(config: cfg.RunConfig, info: DatasetInfo) -> int:
    return timing.count_rounds(config, memory.count_data(config, info))


def _check(is_cancelled: Callable[[], bool]) -> None:
    if is_cancelled():
        raise Cancelled


def _with_classes(config: cfg.RunConfig, info: DatasetInfo) -> cfg.RunConfig:
    if not config.network.conditional or config.network.classes:
        return config
    return cfg.change(config, "network.classes", max(1, len(info.labels)))


def _guess_engine(config: cfg.RunConfig) -> tuple[cfg.RunConfig, int]:
    """Return settings as they will probably be resolved, and the number of threads: what was measured, if anything."""
    engine = config.engine
    device = choose_device(engine.device)
    threads = engine.threads or cores.max_threads()
    precision = engine.precision
    if precision == "auto":
        precision = "bfloat16" if native_bfloat16(device) else "float16" if device.type == "cuda" else "float32"
        key = autotune_cache.make_key(config, cores.max_threads())
        known = autotune_cache.load(key, autotune_cache.Measurement) if device.type == "cpu" else None
        if known is not None:
            precision, threads = known.precision, known.threads
    engine = dataclasses.replace(engine, device=str(device), precision=precision)
    config = dataclasses.replace(config, engine=engine)
    if engine.convolution == "auto":
        config = cfg.change(config, "engine.convolution", convolution.guess(config, threads))
    return config, threads


def _free_on(device: str) -> int:
    """Return the free bytes of a GPU; 0 for the CPU. Where that is unknown there is no limit."""
    if device == "cpu":
        return 0
    if torch.device(device).type != "cuda":
        return system_memory.available_bytes()  # MPS shares the computer's memory
    return int(torch.cuda.mem_get_info(device)[0])


def _count_images(config: cfg.RunConfig) -> float:
    schedule, batch = config.schedule, config.optimizer.batch_size * config.optimizer.accumulate
    if schedule.mode == "steps":
        return batch * schedule.d_steps
    return batch * schedule.d_epochs / (schedule.d_epochs + schedule.g_epochs)
