"""One benchmark, from a configuration to its report."""

from collections.abc import Callable
from dataclasses import replace

import torch

from ganstudio import config as cfg
from ganstudio import process
from ganstudio.benchmark import anatomy, speed
from ganstudio.benchmark import device as devices
from ganstudio.benchmark.report import Report
from ganstudio.data.catalog import Dataset
from ganstudio.runs.info import versions
from ganstudio.training.trainer import Trainer

MOMENT = 0.5  # seconds that a size of matrices is tried for, at most


def measure(
    config: cfg.RunConfig, dataset: Dataset, date: str, seconds: float, rounds: int, say: Callable[[str], None]
) -> Report:
    """Everything there is to know about the speed of `config` on this machine.

    date : ISO, for the report.  seconds : of each measurement.  rounds : of ours and the plain loop in turn.
    say : gets a line before each part.

    Raises
    ------
    ConfigError
        Settings that are wrong, or that ask for a device that is not here.
    StudioError
        Training broke.
    """
    config = endless(config)
    trainer = Trainer(config, dataset, configure=process.configure)
    say(f"GAN Studio and a plain loop in turn, {rounds} times {seconds:g} s each ...")
    try:
        plain = speed.Plain(config, trainer.config.engine.device, config.engine.threads)
        compared = speed.in_turn(speed.Ours(trainer), plain, rounds, seconds)
    finally:
        trainer.batches.close()
    settings, measured = trainer.config, trainer.measured
    device = torch.device(settings.engine.device)
    memory = devices.peak_memory(device)
    del trainer
    say("Where the time goes ...")
    watched = anatomy.Watched(settings, dataset)
    try:
        flops, parts = anatomy.flops_per_round(watched), anatomy.phases(watched, seconds)
    finally:
        watched.batches.close()
    say("The fastest matrix product ...")
    peak = devices.peak_flops(device, settings.engine.precision, min(MOMENT, seconds))
    per_round = settings.optimizer.batch_size * settings.optimizer.accumulate * settings.schedule.d_steps
    return Report(
        date=date,
        settings=cfg.to_dict(settings),
        device=str(device),
        hardware=devices.name(device),
        versions=versions(),
        measured=measured,
        rounds=compared,
        images_per_round=per_round,
        flops_per_round=flops,
        peak_flops=peak,
        phases=parts.phases,
        timed_round=parts.round,
        memory=memory,
    )


def endless(config: cfg.RunConfig) -> cfg.RunConfig:
    """`config` without an end; whole epochs in turn become rounds with as many updates of D and G in proportion, so
    that a short time sees both."""
    schedule = config.schedule
    if schedule.mode == "epochs":
        schedule = replace(schedule, mode="steps", d_steps=schedule.d_epochs, g_steps=schedule.g_epochs)
    return replace(config, schedule=schedule, epochs=1_000_000, steps=0, seconds=0.0)
