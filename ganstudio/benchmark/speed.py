"""Pictures per second of our engine and of the plain loop, in turn, so that both see the same machine."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict

import torch

from ganstudio import config as cfg
from ganstudio.benchmark import anatomy, plain_loop
from ganstudio.benchmark import device as devices
from ganstudio.benchmark.report import Round
from ganstudio.errors import StudioError
from ganstudio.events import Stepped
from ganstudio.training.device import cuda_graphs
from ganstudio.training.trainer import Trainer

SETTLING = 5  # rounds that are not counted: allocations and choices of kernels


class Ours:
    """Our engine, as a run has it: with its ticks and sample grids. Each call goes on where the last one ended."""

    def __init__(self, trainer: Trainer) -> None:
        self._trainer = trainer
        self._device = torch.device(trainer.config.engine.device)
        self._events = trainer.train()
        for _ in range(max(SETTLING, (cuda_graphs.WARM_UP + 1) * anatomy.cycle(trainer.config))):
            self._round()

    def __call__(self, seconds: float) -> float:
        """Real pictures per second over so many seconds."""
        devices.wait(self._device)
        images, begun = self._trainer.images, time.perf_counter()
        while time.perf_counter() - begun < seconds or self._trainer.images == images:
            self._round()
        devices.wait(self._device)
        return (self._trainer.images - images) / (time.perf_counter() - begun)

    def _round(self) -> None:
        while not isinstance(next(self._events), Stepped):
            pass


class Plain:
    """The plain loop, in a process of its own: what our engine sets up in this one does not reach it."""

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
        """Real pictures per second over so many seconds, after warm-up. Raises StudioError if it fails."""
        task = json.dumps(asdict(self._task) | {"seconds": seconds})
        command = [sys.executable, "-m", plain_loop.__name__, task]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            why = done.stderr.strip().splitlines()
            raise StudioError(f"The plain loop failed: {why[-1] if why else f'exit code {done.returncode}'}")
        return float(json.loads(done.stdout.splitlines()[-1])["images_per_second"])


def in_turn(
    ours: Callable[[float], float], other: Callable[[float], float], rounds: int, seconds: float
) -> list[Round]:
    """Measures one, then the other, so many times."""
    return [Round(ours(seconds), other(seconds)) for _ in range(rounds)]
