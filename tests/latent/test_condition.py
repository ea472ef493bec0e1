"""Labels and mixes of classes that generators are conditioned on."""

from pathlib import Path

import numpy as np
import pytest

from ganstudio.latent import models, paths
from ganstudio.latent.condition import make_condition
from ganstudio.latent.paths import noise
from ganstudio.latent.sampler import Sampler
from support import models as kit


def test_pure_mixes_are_asked_for_by_label() -> None:
    pure = make_condition(2, 3, mix=paths.one_hot(np.array([2, 0]), 3))
    assert pure is not None
    assert pure.tolist() == [2, 0]
    mixed = make_condition(1, 3, mix=np.array([[0.25, 0.75, 0.0]], np.float32))
    assert mixed is not None
    assert mixed.tolist() == [[0.25, 0.75, 0.0]]


@pytest.mark.parametrize("mix", [[[0.5, 0.4, 0.0]], [[1.5, -0.5, 0.0]], [[1.0, 0.0]], [[1.0, 0.0, 0.0]] * 2])
def test_mixes_that_are_none_are_refused(mix: list[list[float]]) -> None:
    with pytest.raises(ValueError, match=r"mix must be \(1, 3\)"):
        make_condition(1, 3, mix=np.array(mix))
    with pytest.raises(ValueError, match="not both"):
        make_condition(1, 3, np.array([0]), np.array([[1.0, 0.0, 0.0]]))


def test_a_mix_lies_between_its_classes(tmp_path: Path) -> None:
    model = models.find(kit.generator_file(tmp_path / "g.safetensors", kit.config(conditional=True)))
    sampler, z = Sampler.from_model(model), noise(1, 8, 0)
    one, other = (sampler.sample(z, np.array([label])) for label in (0, 1))
    assert np.array_equal(sampler.sample(z, mix=np.array([[0.0, 1.0, 0.0]])), other)
    near = sampler.sample(z, mix=np.array([[0.99, 0.01, 0.0]]))
    between = sampler.sample(z, mix=np.array([[0.5, 0.5, 0.0]]))
    apart = [np.abs(each.astype(float) - one).mean() for each in (near, between, other)]
    assert 0 < apart[0] < apart[1] < apart[2]
    plain = Sampler.from_model(models.find(kit.generator_file(tmp_path / "p.safetensors", kit.config())))
    with pytest.raises(ValueError, match="not class-conditional"):
        plain.sample(z, mix=np.ones((1, 1)))
