"""Benchmark of a configuration: all measurements, one after the other."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch

from ganstudio import config as cfg
from ganstudio import process
from ganstudio.benchmark import device as devices
from ganstudio.benchmark import profiling, speed
from ganstudio.benchmark.report import Report, Round
from ganstudio.data.catalog import Dataset
from ganstudio.runs.info import versions
from ganstudio.training.trainer import Trainer

MAX_PRODUCT_SECONDS = 0.5  # for each size of matrices


def measure(
    config: cfg.RunConfig, dataset: Dataset, date: str, seconds: float, rounds: int, say: Callable[[str], None]
) -> Report:
    """Measure the speed of `config` on this machine.

    Parameters
    ----------
    config
        Settings to benchmark; how long the run is does not matter.
    dataset
        Pictures, uint8.
    date
        ISO date and time, for the report.
    seconds
        Time of each measurement.
    rounds
        How often GAN Studio and the plain loop are measured in turn.
    say
        Called with a line before each part.

    Raises
    ------
    ConfigError
        A setting is wrong, or the device is not on this machine.
    StudioError
        Training failed.
    """
    config = without_end(config)
    trainer = Trainer(config, dataset, configure=process.configure)
    say(f"GAN Studio and a plain loop in turn, {rounds} times {seconds:g} s each ...")
    speeds = _measure_speeds(trainer, config, seconds, rounds)
    del trainer
    say("Where the time goes ...")
    flops, profile = _profile(speeds.settings, dataset, seconds)
    say("The fastest matrix product ...")
    settings, device = speeds.settings, torch.device(speeds.settings.engine.device)
    peak = devices.peak_flops(device, settings.engine.precision, min(MAX_PRODUCT_SECONDS, seconds))
    return Report(
        date=date,
        settings=cfg.to_dict(settings),
        device=str(device),
        hardware=devices.describe(device),
        versions=versions(),
        measured=speeds.measured,
        rounds=speeds.rounds,
        images_per_round=settings.optimizer.batch_size * settings.optimizer.accumulate * settings.schedule.d_steps,
        flops_per_round=flops,
        peak_flops=peak,
        phases=profile.phases,
        timed_round=profile.seconds,
        memory=speeds.memory,
    )


@dataclass(frozen=True)
class _Speeds:
    """Speeds of a configuration, with its resolved settings."""

    settings: cfg.RunConfig
    measured: str  # how precision and threads were chosen
    rounds: list[Round]
    memory: int  # bytes, at the peak


def _measure_speeds(trainer: Trainer, config: cfg.RunConfig, seconds: float, rounds: int) -> _Speeds:
    try:
        plain = speed.PlainLoopSpeed(config, trainer.config.engine.device, config.engine.threads)
        compared = speed.measure_in_turn(speed.TrainerSpeed(trainer), plain, rounds, seconds)
    finally:
        trainer.batches.close()
    memory = devices.peak_memory(torch.device(trainer.config.engine.device))
    settings = cfg.change(trainer.config, "engine.threads", trainer.threads.now)
    return _Speeds(settings, trainer.measured, compared, memory)


def _profile(settings: cfg.RunConfig, dataset: Dataset, seconds: float) -> tuple[float, profiling.RoundProfile]:
    """Return the floating point operations of a round, and its profile."""
    trainer = profiling.ProfiledTrainer(settings, dataset)
    try:
        return profiling.flops_per_round(trainer), profiling.profile_rounds(trainer, seconds)
    finally:
        trainer.batches.close()


def without_end(config: cfg.RunConfig) -> cfg.RunConfig:
    """Return `config` without an end.

    Whole epochs in turn become rounds with the same proportion of updates of D and G, so that a short measurement has
    both.
    """
    schedule = config.schedule
    if schedule.mode == "epochs":
        schedule = replace(schedule, mode="steps", d_steps=schedule.d_epochs, g_steps=schedule.g_epochs)
    return replace(config, schedule=schedule, epochs=1_000_000, steps=0, seconds=0.0)
