"""Principal directions against a generator whose directions are known."""

import numpy as np
import pytest
import torch

from ganstudio import networks
from ganstudio.latent import directions
from support import models as kit

SINGULAR = np.array([5.0, 3.0, 2.0, 1.0, 0.1, 0.05])


class Linear(torch.nn.Module):
    """A generator whose first layer stretches known directions by known amounts."""

    def __init__(self, classes: int = 0) -> None:
        super().__init__()
        rng = np.random.default_rng(0)
        self.own = np.linalg.qr(rng.standard_normal((6, 6)))[0]
        left = np.linalg.qr(rng.standard_normal((20, 6)))[0]
        self.codes = torch.nn.Embedding(classes, 20) if classes else None
        self.first = torch.nn.Linear(6, 20)
        self.first.weight.data = torch.tensor(left @ np.diag(SINGULAR) @ self.own, dtype=torch.float32)
        self.later = 0

    def forward(self, z: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
        x: torch.Tensor = self.first(z)
        self.later += 1
        return x


def test_directions_of_a_linear_layer_are_its_singular_vectors() -> None:
    G = Linear()
    found = directions.find(G, 6, count=4)
    assert np.abs(np.sum(found.vectors * G.own[:4], axis=1)) == pytest.approx(np.ones(4), abs=0.01)
    assert found.spread == pytest.approx((SINGULAR**2 / (SINGULAR**2).sum())[:4], abs=0.03)
    assert (G.later, G.first._forward_hooks) == (0, {})  # the rest of G was not asked, and is as it was


@pytest.mark.parametrize("name", ["mlp", "dcgan", "resnet"])
@pytest.mark.parametrize("conditional", [False, True])
def test_every_generator_has_orthonormal_directions(name: str, conditional: bool) -> None:
    G = networks.generator(kit.config(conditional=conditional, name=name), torch.Generator().manual_seed(0)).eval()
    found = directions.find(G, 8, classes=3 if conditional else 0, count=10, samples=300)
    assert found.vectors.shape == (8, 8)  # no more than z has numbers
    assert found.vectors @ found.vectors.T == pytest.approx(np.eye(8), abs=1e-5)
    assert (np.diff(found.spread) <= 1e-6).all()
    assert 0.9 < found.spread.sum() < 1.001


def test_the_same_generator_has_the_same_directions_with_the_same_signs() -> None:
    G = Linear()
    one, same, other = (directions.find(G, 6, count=3, seed=seed) for seed in (0, 0, 1))
    assert np.array_equal(one.vectors, same.vectors)
    assert one.vectors == pytest.approx(other.vectors, abs=0.15)
    assert (np.take_along_axis(one.vectors, np.abs(one.vectors).argmax(1)[:, None], 1) > 0).all()


def test_what_only_the_class_changes_is_no_direction() -> None:
    class Shifted(Linear):
        def forward(self, z: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
            assert labels is not None
            return self.first(z + 100.0 * labels[:, None])  # type: ignore[no-any-return]

    G = Shifted()
    found = directions.find(G, 6, classes=3, count=3)
    assert np.abs(np.sum(found.vectors * G.own[:3], axis=1)) == pytest.approx(np.ones(3), abs=0.02)
