"""Pictures per second of GAN Studio and of the plain loop, in turn, so that both see the same machine."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict

import torch

from ganstudio import config as cfg
from ganstudio.benchmark import plain_loop, profiling
from ganstudio.benchmark.device import synchronize
from ganstudio.benchmark.report import Round
from ganstudio.errors import StudioError
from ganstudio.events import Stepped
from ganstudio.training.device import cuda_graphs
from ganstudio.training.trainer import Trainer

MIN_WARM_UP_ROUNDS = 5  # that do not count, until allocations and choices of kernels settle


class TrainerSpeed:
    """Speed of a trainer as in a run, with its ticks and sample grids. Each call continues where the last one ended.

    Parameters
    ----------
    trainer
        Of a run without an end.
    """

    def __init__(self, trainer: Trainer) -> None:
        self._trainer = trainer
        self._device = torch.device(trainer.config.engine.device)
        self._events = trainer.train()
        for _ in range(max(MIN_WARM_UP_ROUNDS, (cuda_graphs.WARM_UP + 1) * profiling.rounds_per_cycle(trainer.config))):
            self._round()

    def __call__(self, seconds: float) -> float:
        """Return real pictures per second over `seconds`."""
        synchronize(self._device)
        images, start = self._trainer.images, time.perf_counter()
        while time.perf_counter() - start < seconds or self._trainer.images == images:
            self._round()
        synchronize(self._device)
        return (self._trainer.images - images) / (time.perf_counter() - start)

    def _round(self) -> None:
        while not isinstance(next(self._events), Stepped):
            pass


class PlainLoopSpeed:
    """Speed of the plain loop, in a process of its own, which the settings of this one do not reach.

    Parameters
    ----------
    config
        Its data set, sizes and batch are taken.
    device
        Name of the device.
    threads
        Of torch; 0: as many as it takes.
    """

    def __init__(self, config: cfg.RunConfig, device: str, threads: int) -> None:
        data, network = config.data, config.network
        self._task = plain_loop.Task(
            data=data.name,
            size=data.size,
            channels=data.channels,
            limit=config.engine.data_limit,
            width=network.width,
            z_size=network.z_size,
            batch_size=config.optimizer.batch_size,
            device=device,
            threads=threads,
        )

    def __call__(self, seconds: float) -> float:
        """Return real pictures per second over `seconds`, after warm-up.

        Raises
        ------
        StudioError
            The plain loop failed.
        """
        task = json.dumps(asdict(self._task) | {"seconds": seconds})
        command = [sys.executable, "-m", plain_loop.__name__, task]
        process = subprocess.run(command, capture_output=True, text=True, check=False)
        if process.returncode != 0:
            lines = process.stderr.strip().splitlines()
            raise StudioError(f"The plain loop failed: {lines[-1] if lines else f'exit code {process.returncode}'}")
        return float(json.loads(process.stdout.splitlines()[-1])["images_per_second"])


def measure_in_turn(
    ours: Callable[[float], float], other: Callable[[float], float], rounds: int, seconds: float
) -> list[Round]:
    """Measure one, then the other, `rounds` times."""
    return [Round(ours(seconds), other(seconds)) for _ in range(rounds)]
