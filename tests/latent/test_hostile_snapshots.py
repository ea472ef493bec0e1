"""Snapshots and generator files that were made up, with a valid checksum: refused in words, or pictures are made."""

import functools
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ganstudio import config as cfg
from ganstudio import networks
from ganstudio.errors import InputError
from ganstudio.latent import models
from ganstudio.latent.paths import noise
from ganstudio.latent.sampler import Sampler
from ganstudio.runs import checkpoint
from support.hostile import damaged_json, damaged_tensors


@functools.cache
def template() -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
    """Tensors and metadata of a generator file with both networks."""
    config = cfg.from_dict({"data": {"name": "digits"}, "network": {"name": "mlp", "z_size": 4, "width": 4}})
    rng = torch.Generator().manual_seed(0)
    G, D = networks.generator(config, rng), networks.discriminator(config, rng)
    tensors = {name: weight.half() for name, weight in G.state_dict().items()}
    tensors |= {f"D/{name}": weight.half() for name, weight in D.state_dict().items()}
    meta = {"name": "made", "step": 3, "epoch": 0.5, "images": 24, "d_centre": 0.0, "config": cfg.to_dict(config)}
    return tensors, meta


def use(path: Path) -> None:
    """Do what the window does with a generator file."""
    model = models.of_file(path)
    sampler = Sampler.from_model(model)
    pictures = sampler.sample(noise(2, sampler.z_size, 0))
    if sampler.critic is not None:
        sampler.critic.opinion(pictures)


@pytest.mark.parametrize("centre", [None, "x", [], float("nan"), 10**400, True])
def test_a_centre_that_is_no_number_is_refused(tmp_path: Path, centre: object) -> None:
    tensors, meta = template()
    checkpoint.save_snapshot(tmp_path / "made.safetensors", tensors, meta | {"d_centre": centre})
    with pytest.raises(InputError, match="d_centre"):
        use(tmp_path / "made.safetensors")


@pytest.mark.fuzz
@given(st.data())
def test_a_made_up_generator_file_is_refused_or_used(tmp_path: Path, data: st.DataObject) -> None:
    tensors, meta = template()
    if data.draw(st.booleans()):
        tensors = data.draw(damaged_tensors(tensors))
    else:
        meta = data.draw(damaged_json(meta))
    path = tmp_path / "made.safetensors"
    checkpoint.save_snapshot(path, tensors, meta)
    try:
        use(path)
    except InputError as error:
        said = str(error)
    else:
        said = path.name
    assert said
