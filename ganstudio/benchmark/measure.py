"""Benchmark of a configuration: all measurements, one after the other."""

from collections.abc import Callable
from dataclasses import replace

import torch

from ganstudio import config as cfg
from ganstudio import process
from ganstudio.benchmark import device as devices
from ganstudio.benchmark import profiling, speed
from ganstudio.benchmark.report import Report
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
    try:
        plain = speed.PlainLoopSpeed(config, trainer.config.engine.device, config.engine.threads)
        compared = speed.measure_in_turn(speed.TrainerSpeed(trainer), plain, rounds, seconds)
    finally:
        trainer.batches.close()
    settings, measured = trainer.config, trainer.measured
    device = torch.device(settings.engine.device)
    memory = devices.peak_memory(device)
    del trainer
    say("Where the time goes ...")
    profiled = profiling.ProfiledTrainer(settings, dataset)
    try:
        flops, profile = profiling.flops_per_round(profiled), profiling.profile_rounds(profiled, seconds)
    finally:
        profiled.batches.close()
    say("The fastest matrix product ...")
    peak = devices.peak_flops(device, settings.engine.precision, min(MAX_PRODUCT_SECONDS, seconds))
    per_round = settings.optimizer.batch_size * settings.optimizer.accumulate * settings.schedule.d_steps
    return Report(
        date=date,
        settings=cfg.to_dict(settings),
        device=str(device),
        hardware=devices.describe(device),
        versions=versions(),
        measured=measured,
        rounds=compared,
        images_per_round=per_round,
        flops_per_round=flops,
        peak_flops=peak,
        phases=profile.phases,
        timed_round=profile.seconds,
        memory=memory,
    )


def without_end(config: cfg.RunConfig) -> cfg.RunConfig:
    """Return `config` without an end.

    Whole epochs in turn become rounds with the same proportion of updates of D and G, so that a short measurement has
    both.
    """
    schedule = config.schedule
    if schedule.mode == "epochs":
        schedule = replace(schedule, mode="steps", d_steps=schedule.d_epochs, g_steps=schedule.g_epochs)
    return replace(config, schedule=schedule, epochs=1_000_000, steps=0, seconds=0.0)
