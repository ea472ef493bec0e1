"""Plain training loop as tutorials teach it, which GAN Studio is measured against; nothing else uses it.

A DCGAN of the same width and picture size as the run's, in float32: Adam 2e-4 / 0.5, cross-entropy on a sigmoid, real
and fake pictures in passes of their own, a DataLoader whose workers bring each picture through PIL, the losses read on
every step. Written to be ordinary, not slow. `python -m ganstudio.benchmark.plain_loop TASK` prints a JSON line.
"""

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.utils.data import DataLoader, Dataset

from ganstudio.data import catalog
from ganstudio.data.layouts import Bytes
from ganstudio.networks import Shape, dcgan
from ganstudio.sizes import ImageSize, sides

WARM_UP = 5  # steps that do not count
WORKERS = 2  # processes that prepare batches
LEARNING_RATE = 2e-4
BETAS = (0.5, 0.999)


@dataclass(frozen=True)
class Task:
    """What to train, and for how long."""

    data: str  # name of a data set
    size: ImageSize
    channels: int
    width: int
    z_size: int
    batch_size: int
    device: str = "cpu"
    threads: int = 0  # 0: as many as torch takes
    limit: float = 4.0  # GB of pictures in memory
    seconds: float = 10.0  # that are measured


class Pictures(Dataset[torch.Tensor]):
    """Data set of single pictures, float (C, H, W), -1..1.

    Parameters
    ----------
    images
        uint8 (N, H, W) or (N, H, W, C).
    """

    def __init__(self, images: Bytes) -> None:
        self._images = images

    def __len__(self) -> int:
        return len(self._images)

    def __getitem__(self, index: int) -> torch.Tensor:
        picture = np.asarray(Image.fromarray(self._images[index]))
        x = torch.from_numpy(picture.reshape(*picture.shape[:2], -1).copy()).permute(2, 0, 1)
        return (x.float() / 255 - 0.5) / 0.5


def generator(task: Task) -> nn.Module:
    """Return G: z (N, z_size, 1, 1) -> pictures (N, C, H, W), -1..1."""
    base, (*outer, features) = _plan(task)
    layers: list[nn.Module] = [nn.ConvTranspose2d(task.z_size, features, base, 1, 0, bias=False)]
    for target in reversed(outer):
        layers += [nn.BatchNorm2d(features), nn.ReLU(True)]
        layers += [nn.ConvTranspose2d(features, target, 4, 2, 1, bias=False)]
        features = target
    layers += [nn.BatchNorm2d(features), nn.ReLU(True)]
    return nn.Sequential(*layers, nn.ConvTranspose2d(features, task.channels, 4, 2, 1, bias=False), nn.Tanh())


def discriminator(task: Task) -> nn.Module:
    """Return D: pictures (N, C, H, W), -1..1 -> probabilities of being real (N, 1, 1, 1)."""
    base, (features, *deeper) = _plan(task)
    layers: list[nn.Module] = [nn.Conv2d(task.channels, features, 4, 2, 1, bias=False), nn.LeakyReLU(0.2, True)]
    for target in deeper:
        layers += [nn.Conv2d(features, target, 4, 2, 1, bias=False)]
        features = target
        layers += [nn.BatchNorm2d(features), nn.LeakyReLU(0.2, True)]
    return nn.Sequential(*layers, nn.Conv2d(features, 1, base, 1, 0, bias=False), nn.Sigmoid())


def _plan(task: Task) -> tuple[tuple[int, int], list[int]]:
    """Return dcgan's plan: the sides of the smallest map, and the features from the largest map down."""
    height, width = sides(task.size)
    shape = Shape(height, task.channels, task.z_size, task.width, across=width)
    return shape.base, dcgan.count_features(shape)


def initialise(module: nn.Module) -> None:
    """Draw weights from N(0, 0.02), scales of batch norm from N(1, 0.02)."""
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
        nn.init.normal_(module.weight, 0.0, 0.02)
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1.0, 0.02)
        nn.init.zeros_(module.bias)


class Loop:
    """D and G with their optimisers.

    Parameters
    ----------
    task
        What to train.
    """

    def __init__(self, task: Task) -> None:
        self._z_size = task.z_size
        self._device = torch.device(task.device)
        self.G = generator(task).to(self._device)
        self.D = discriminator(task).to(self._device)
        for network in (self.G, self.D):
            network.apply(initialise)
        self._opt_d = torch.optim.Adam(self.D.parameters(), LEARNING_RATE, BETAS)
        self._opt_g = torch.optim.Adam(self.G.parameters(), LEARNING_RATE, BETAS)
        self._criterion = nn.BCELoss()

    def step(self, pictures: torch.Tensor) -> tuple[float, float]:
        """Update D, then G, on pictures (N, C, H, W), -1..1, on the CPU; return their losses."""
        real = pictures.to(self._device)
        ones = torch.ones(len(real), device=self._device)
        self._opt_d.zero_grad()
        real_loss = self._criterion(self.D(real).flatten(), ones)
        real_loss.backward()
        fake = self.G(torch.randn(len(real), self._z_size, 1, 1, device=self._device))
        fake_loss = self._criterion(self.D(fake.detach()).flatten(), torch.zeros_like(ones))
        fake_loss.backward()
        self._opt_d.step()
        self._opt_g.zero_grad()
        g_loss = self._criterion(self.D(fake).flatten(), ones)
        g_loss.backward()
        self._opt_g.step()
        return (real_loss + fake_loss).item(), g_loss.item()


def measure(task: Task) -> float:
    """Return real pictures per second after warm-up, over at least `task.seconds`."""
    if task.threads:
        torch.set_num_threads(task.threads)
    torch.manual_seed(0)
    loaded = catalog.load(task.data, size=task.size, channels=task.channels, limit=task.limit)
    loop = Loop(task)
    batches = _endless(Pictures(loaded.images), task.batch_size)
    for _ in range(WARM_UP):
        loop.step(next(batches))
    images, start = 0, time.perf_counter()
    while images == 0 or time.perf_counter() - start < task.seconds:
        batch = next(batches)
        loop.step(batch)
        images += len(batch)
    return images / (time.perf_counter() - start)


def _endless(pictures: Pictures, batch_size: int) -> Iterator[torch.Tensor]:
    loader = DataLoader(
        pictures,
        batch_size=min(batch_size, len(pictures)),
        shuffle=True,
        num_workers=WORKERS,
        drop_last=True,
        persistent_workers=True,
    )
    while True:
        yield from loader


if __name__ == "__main__":
    sys.stdout.write(json.dumps({"images_per_second": measure(Task(**json.loads(sys.argv[1])))}) + "\n")
