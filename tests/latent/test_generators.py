from pathlib import Path

import numpy as np
import pytest
import torch

from ganstudio import config as cfg
from ganstudio import networks
from ganstudio.errors import InputError, RunError
from ganstudio.images import to_uint8
from ganstudio.latent.generators import load_generator, sample
from ganstudio.latent.models import find
from ganstudio.latent.paths import noise
from ganstudio.runs import checkpoint
from ganstudio.runs.folder import RunFolder, RunInfo


def make(path: Path, *, conditional: bool = False) -> RunFolder:
    """A run with snapshots of random weights at steps 5 and 9."""
    config = cfg.RunConfig(network=cfg.NetworkConfig("mlp", 8, 4, conditional=conditional, classes=3))
    folder = RunFolder.create(path, config, RunInfo.now(config))
    for step in (5, 9):
        G = networks.generator(config, torch.Generator().manual_seed(step))
        checkpoint.save_snapshot(folder.snapshot_path(step), G.state_dict(), {"step": step})
    return folder


def weight(G: torch.nn.Module) -> torch.Tensor:
    return next(G.parameters())


def test_generator_of_a_step(tmp_path: Path) -> None:
    folder = make(tmp_path / "R")
    newest, older = load_generator(folder), load_generator(folder, step=8)
    assert not newest.training
    assert not any(each.requires_grad for each in newest.parameters())
    drawn = networks.generator(folder.config, torch.Generator().manual_seed(5))
    assert torch.equal(weight(older), weight(drawn))
    assert not torch.equal(weight(newest), weight(older))
    assert torch.equal(weight(load_generator(str(folder.path))), weight(newest))


def test_sample_is_what_the_generator_makes(tmp_path: Path) -> None:
    folder = make(tmp_path / "R")
    made = sample(folder.path, count=5, seed=2, step=5)
    z = torch.from_numpy(noise(5, 8, seed=2))
    assert np.array_equal(made, to_uint8(load_generator(folder, 5)(z)))
    assert not np.array_equal(made, sample(folder, count=5, seed=3, step=5))


def test_classes_are_asked_for(tmp_path: Path) -> None:
    folder = make(tmp_path / "R", conditional=True)
    G, z = load_generator(folder), torch.from_numpy(noise(4, 8, seed=0))
    assert np.array_equal(sample(folder, 4, labels=[2, 0, 2, 1]), to_uint8(G(z, torch.tensor([2, 0, 2, 1]))))
    assert np.array_equal(sample(folder, 4), to_uint8(G(z, torch.tensor([0, 1, 2, 0]))))
    with pytest.raises(ValueError, match="0 to 2"):
        sample(folder, 1, labels=[3])


def test_what_is_no_run_or_has_no_snapshot_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no model"):
        load_generator(tmp_path / "nowhere")
    with pytest.raises(RunError, match="no snapshot"):
        load_generator(make(tmp_path / "R"), step=4)


def test_models_and_files_have_generators_too(tmp_path: Path) -> None:
    folder = make(tmp_path / "R")
    model = find(folder.path, step=5)
    assert np.array_equal(sample(model, 3), sample(folder, 3, step=5))
    assert torch.equal(weight(load_generator(folder.snapshot_path(9))), weight(load_generator(folder)))
