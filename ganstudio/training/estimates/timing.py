"""Time that a run takes: its updates on a small batch, measured, and all that comes beside them."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import torch

from ganstudio import config as cfg
from ganstudio import length, speeds
from ganstudio.training.device import autotune_cache, load
from ganstudio.training.device.engine import Engine
from ganstudio.training.device.passes import checked, threads_restored
from ganstudio.training.device.tape import TapeReplay, is_tape_used
from ganstudio.training.estimates.rehearsal import Rehearsal, on_cpu
from ganstudio.training.estimates.simulation import Simulated
from ganstudio.training.schedule import rounds_for
from ganstudio.training.updates import has_gradient_penalty

MAX_FLOPS = 30e9  # of a measured update of D and of G together: tenths of a second on two cores
MIN_SECONDS = 0.4  # for which each update is repeated
MAX_WARM_UP_SECONDS = 1.0  # of a first update: if it takes longer, it is not repeated
BETWEEN_SECONDS = 1.2e-4  # of a round of points, between its updates: schedule, batch, average of G, control
BESIDE = 1.04  # grids, snapshots, checkpoints and curves take that much beside the updates
SPREAD = 1.25  # within which the measured time is expected to be
BUSY_SPREAD = 1.6  # where other programs keep cores busy: processor time is taken, as if they had ended

# Where nothing can be measured, as on a GPU before the first run: a quarter of a card's peak, see `Forecast.spread`.
GPU_FLOPS = 7e12  # a second
GPU_SPREAD = 3.0


@dataclass(frozen=True, kw_only=True)
class RoundMeasurement(autotune_cache.Stored):
    """Seconds of a round."""

    seconds: float


@dataclass(frozen=True)
class Forecast:
    """How fast a run will be.

    Parameters
    ----------
    seconds
        Of a round, with what comes beside it.
    spread
        Factor by which it may be off, in either direction.
    """

    seconds: float
    spread: float

    def scaled(self, factor: float) -> "Forecast":
        """Return the forecast of so many rounds."""
        return Forecast(self.seconds * factor, self.spread)


def count_rounds(config: cfg.RunConfig, count: int) -> int:
    """Return the rounds of a run on `count` pictures; 0 where only time or the user ends it."""
    if length.deciding_setting(config) == "steps":
        return config.steps
    if length.deciding_setting(config) != "epochs":
        return 0
    per_epoch = max(1, count // config.optimizer.batch_size)
    return rounds_for(config.epochs * per_epoch, config)


def forecast(
    config: cfg.RunConfig, threads: int, simulated: Simulated, check: Callable[[], None] = lambda: None
) -> Forecast:
    """Return how fast a run will be, measured if it trains on the CPU.

    Parameters
    ----------
    config
        Settings of the run, with nothing left open but the number of threads.
    threads
        With which it computes.
    simulated
        What it computes.
    check
        Called before each update that is measured, and after the last; what it raises is raised here, and nothing is
        stored: a run that begins meanwhile slows down what is measured.
    """
    work = simulated.round(config)
    if config.engine.device != "cpu":
        return Forecast(BESIDE * work.flops * config.engine.processes / GPU_FLOPS, GPU_SPREAD)
    key = _make_key(config, threads)
    known = autotune_cache.load(key, RoundMeasurement)
    if known is not None:
        return Forecast(known.seconds, SPREAD)
    before, factor = load.read_usage(), BESIDE * config.engine.processes
    between = BETWEEN_SECONDS if config.makes_points else 0.0  # pictures take a thousand times as long
    seconds = factor * measure_round(config, threads, work.flops, time.perf_counter, check) + between
    check()
    if load.others_were_busy(before, load.read_usage()):  # they may end before the run does
        work_seconds = measure_round(config, 1, work.flops, time.thread_time, check)
        return Forecast(factor * work_seconds / threads + between, BUSY_SPREAD)
    autotune_cache.store(key, RoundMeasurement(seconds=seconds, words=f"{seconds:.4g} s a round", at=time.time()))
    return Forecast(seconds, SPREAD)


def measure_round(
    config: cfg.RunConfig,
    threads: int,
    flops: float,
    clock: Callable[[], float] = time.perf_counter,
    check: Callable[[], None] = lambda: None,
) -> float:
    """Return the seconds of a round of one process on the CPU, measured with as many pictures as do not take long.

    Parameters
    ----------
    config
        Settings of the run, with nothing left open but the number of threads.
    threads
        With which it computes.
    flops
        Floating point operations of a round.
    clock
        Seconds; with one thread it may be `time.thread_time`, which leaves out other programs.
    check
        Called before each update.
    """
    batch = config.optimizer.batch_size // config.engine.processes
    small = on_cpu(config, _choose_batch(config, batch, flops))
    accumulated = config.optimizer.accumulate * batch / small.optimizer.batch_size
    with threads_restored(), torch.random.fork_rng(devices=[]):
        torch.set_num_threads(threads)
        engine = Engine(small.engine, replay=TapeReplay() if is_tape_used(config) else None)
        rehearsal = Rehearsal(small, engine)
        update_g = checked(partial(engine.run, "G", rehearsal.update_g), check)
        update_d = checked(partial(engine.run, "D", rehearsal.update_d), check)
        d_seconds, g_seconds = _time_in_turn(update_d, update_g, clock)
        if has_gradient_penalty(config.penalty):
            penalise = partial(rehearsal.update_d, penalised=True)
            update_d = checked(partial(engine.run, "D, penalised", penalise), check)
            penalised, _ = _time_in_turn(update_d, update_g, clock)
            d_seconds += (penalised - d_seconds) / config.penalty.every
    schedule = config.schedule
    if schedule.mode == "steps":
        return accumulated * (schedule.d_steps * d_seconds + schedule.g_steps * g_seconds)
    epochs = schedule.d_epochs + schedule.g_epochs
    return accumulated * (schedule.d_epochs * d_seconds + schedule.g_epochs * g_seconds) / epochs


def _choose_batch(config: cfg.RunConfig, batch: int, flops: float) -> int:
    """Return the size of a batch that is measured: halves of the run's, of at least two packs."""
    updates = config.optimizer.accumulate * (config.schedule.d_steps + config.schedule.g_steps) / 2
    packing = config.network.packing
    work = flops / updates
    while work > MAX_FLOPS and batch % (2 * packing) == 0 and batch // 2 >= 2 * packing:
        batch, work = batch // 2, work / 2
    return batch


def _time_in_turn(
    first: Callable[[], None], second: Callable[[], None], clock: Callable[[], float]
) -> tuple[float, float]:
    """Return the seconds of each update, as the second can need what the first one left; the least of some times."""
    times = [_time_both(first, second, clock)]
    if sum(times[0]) > MAX_WARM_UP_SECONDS:
        return times[0]
    times = [_time_both(first, second, clock)]
    while len(times) < 3 or sum(map(sum, times)) < MIN_SECONDS:
        times.append(_time_both(first, second, clock))
    return min(first for first, _ in times), min(second for _, second in times)


def _time_both(
    first: Callable[[], None], second: Callable[[], None], clock: Callable[[], float]
) -> tuple[float, float]:
    began = clock()
    first()
    between = clock()
    second()
    return between - began, clock() - between


def _make_key(config: cfg.RunConfig, threads: int) -> str:
    """Return the key of a measurement: this computer and all settings on which the time of a round depends."""
    engine = config.engine
    computed = [engine.precision, engine.convolution, is_tape_used(config)]
    what = json.dumps([*speeds.costs(config), *computed], default=str)
    return autotune_cache.make_key(config, threads, f"round {what}")
