"""What `test_distributed` has several processes do, and one alone: run by torchrun with a folder for the outcome."""

import sys
from pathlib import Path

import numpy as np
import torch
from torch import nn

from ganstudio import config as cfg
from ganstudio.data.catalog import Dataset, find
from ganstudio.training.distributed.process_group import ProcessGroup
from ganstudio.training.distributed.world import World
from ganstudio.training.state import State
from ganstudio.training.trainer import Trainer
from support import training

ROUNDS = 6
HARD = {"objective__loss": "relativistic", "penalty__r1": 1.0, "penalty__r2": 1.0, "penalty__every": 2}
CASES: dict[str, dict[str, object]] = {
    "dcgan": {},
    "dcgan, penalties through batch norm": {"penalty__r1": 1.0, "penalty__gradient": 10.0},
    "mlp": {"network__name": "mlp", "optimizer__accumulate": 2, "stabilise__clip_gradient": 0.5},
    "resnet": {"network__name": "resnet", **HARD, "stabilise__noise": 0.1, "stabilise__translation": True},
    "conditional": {"network__conditional": True, "network__packing": 2, "stabilise__colour": True, **HARD},
    "spectral": {"network__spectral_norm": True, "objective__loss": "hinge", "schedule__reuse_fakes": True},
}


def dataset() -> Dataset:
    """Random pictures of ten classes."""
    images = np.random.default_rng(0).integers(0, 256, (40, 28, 28), np.uint8)
    return Dataset(find("digits"), images, (np.arange(40) % 10).astype(np.uint8))


def config(case: str) -> cfg.RunConfig:
    return training.config(engine__precision="float32", **CASES[case])


def trained(case: str, world: World, rounds: int = ROUNDS, state: State | None = None) -> Trainer:
    """After that many rounds of a case, from the beginning or a state."""
    trainer = Trainer(config(case), dataset(), state, world)
    for _ in range(rounds):
        trainer.round()
    return trainer


def normalised(world: World) -> dict[str, torch.Tensor]:
    """What this process's rows come to in a batch norm over all of them, with first and second derivatives."""
    rng = torch.Generator().manual_seed(1)
    x, v = torch.randn((8, 5, 3, 3), generator=rng) * 3 + 2, torch.randn((8, 5, 3, 3), generator=rng)
    n = len(x) // world.size
    x, v = (each[world.rank * n : (world.rank + 1) * n] for each in (x, v))
    plain = nn.BatchNorm2d(5)
    nn.init.normal_(plain.weight, generator=rng)
    norm = world.wrap_module(plain)
    x = x.clone().requires_grad_()
    first = torch.autograd.grad((norm(x) * v).square().sum(), x)[0]
    steep = torch.autograd.grad((norm(x) * v).tanh().sum(), x, create_graph=True)[0]
    second = torch.autograd.grad(steep.square().sum(), x)[0]
    return {"y": norm(x).detach(), "first": first, "steep": steep.detach(), "second": second, **norm.state_dict()}


def main(out: Path) -> None:
    """All cases; each process leaves its part of the batch norm, the first one the weights."""
    torch.set_num_threads(1)
    with ProcessGroup() as world:
        assert world.from_rank_zero(lambda: world.rank) == 0
        assert world.sync_clock(1.0 + world.rank, world.rank == 1) == (1.0, True)
        odd = torch.tensor([1.0, torch.nan if world.rank else 2.0, -torch.inf])
        torch.testing.assert_close(world.all_max(odd), torch.tensor([1.0, torch.nan, -torch.inf]), equal_nan=True)
        torch.save(normalised(world), out / f"normalised-{world.rank}.pt")
        for case in CASES:
            tensors = trained(case, world).state().tensors
            torch.save(tensors, out / f"{case}-{world.rank}.pt")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
