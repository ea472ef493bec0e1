"""A short training step on a device, before a run is begun on it.

PyTorch may list a device and not be able to compute on it: a graphics card that is older than those it was built for,
a driver that is too old, an operation that one kind of device lacks.
"""

import torch
from torch import nn

from ganstudio.config import EngineConfig
from ganstudio.training.device.engine import Engine

_passed: set[str] = {"cpu"}  # names of devices


def trouble(name: str) -> str:
    """Return why PyTorch cannot train on the device of that name, as a sentence; "" if it can."""
    if name in _passed:
        return ""
    try:
        train_briefly(name)
    except Exception as error:  # PyTorch raises RuntimeError, AssertionError and NotImplementedError for it
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
        return f"{name} cannot be used with this PyTorch ({torch.__version__}): {reason}."
    _passed.add(name)
    return ""


def train_briefly(name: str) -> None:
    """Do a step of the kind that a run does: random numbers, convolutions both ways, Adam."""
    engine = Engine(EngineConfig(device=name, precision="float32", graphs=False))
    rng = torch.Generator(name).manual_seed(0)
    with torch.random.fork_rng(devices=[]):  # whose weights are drawn from the global random numbers
        down, up = nn.Conv2d(1, 4, 4, 2, 1), nn.ConvTranspose2d(4, 1, 4, 2, 1)
    net = engine.place(nn.Sequential(down, nn.BatchNorm2d(4), nn.LeakyReLU(0.2), up))
    adam = engine.make_adam(net.parameters(), 1e-3, (0.5, 0.999))
    x = torch.randn(2, 1, 8, 8, generator=rng, device=name)
    loss = nn.functional.softplus(net(x)).mean()
    engine.backward(loss, adam)
    engine.step(adam, max_norm=1.0)
    loss.item()  # waits for the device, which may report a problem only now
