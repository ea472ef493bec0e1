"""The named starting points."""

from pathlib import Path

import numpy as np
import pytest

from ganstudio import config as cfg
from ganstudio import presets
from ganstudio.data import catalog
from ganstudio.errors import ConfigError
from ganstudio.events import Finished

NAMES = {
    *("mnist-quick", "mnist-dcgan", "gan-2014", "epochs-in-turn", "dcgan-64", "wgan-gp", "lsgan", "hinge-sn"),
    *("r3gan-mini", "mnist-conditional", "fashion", "cifar-32"),
}


def test_names_begin_with_the_default() -> None:
    assert presets.names()[0] == presets.DEFAULT == "mnist-conditional"
    assert set(presets.names()) >= NAMES


@pytest.mark.parametrize("name", presets.names())
def test_preset_is_valid_and_described(name: str) -> None:
    preset = presets.load(name)
    assert preset.name == preset.config.preset == name
    assert preset.title != name
    assert preset.help.endswith(".")
    assert cfg.validate(preset.config) == preset.config
    assert catalog.find(preset.config.data.name).points == preset.config.makes_points


def test_the_two_layouts_of_the_literature() -> None:
    paper, colour = presets.load("mnist-dcgan").config, presets.load("dcgan-64").config
    assert (paper.data.size, paper.data.channels, paper.network.z_size, paper.network.width) == (28, 1, 128, 64)
    assert (colour.data.size, colour.data.channels, colour.network.z_size) == (64, 3, 100)


@pytest.mark.parametrize("name", presets.names())
def test_preset_trains(name: str) -> None:
    """Its settings go together: a few rounds, with narrow networks and few pictures."""
    from ganstudio.training.trainer import Trainer

    config = presets.load(name).config
    small = {
        "network.width": 4,
        "optimizer.batch_size": 8,
        "engine.threads": 1,
        "engine.precision": "float32",
        "steps": 3,
    }
    for path, value in {**small, "engine.device": "cpu"}.items():
        config = cfg.change(config, path, value)
    size, info = config.data.size, catalog.find(config.data.name)
    shape = (16, size, size) if config.data.channels == 1 else (16, size, size, 3)
    images = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    pictures = catalog.Dataset(info, images, np.zeros(16, np.uint8))
    trainer = Trainer(config, catalog.load_for(config) if info.points else pictures)
    assert isinstance(list(trainer.train())[-1], Finished)
    assert trainer.step == 3


def test_what_the_names_promise() -> None:
    assert presets.load("wgan-gp").config.objective.loss == "wasserstein"
    assert presets.load("wgan-gp").config.penalty.gradient > 0
    assert presets.load("lsgan").config.objective.loss == "least-squares"
    assert presets.load("hinge-sn").config.network.spectral_norm
    assert presets.load("r3gan-mini").config.network.name == "resnet"
    assert presets.load("mnist-conditional").config.network.conditional
    assert presets.load("fashion").config.data.name == "fashion-mnist"
    assert presets.load("cifar-32").config.data.size == 32
    assert presets.load("gan-2014").config.network.name == "mlp"
    assert presets.load("epochs-in-turn").config.schedule.mode == "epochs"


@pytest.mark.parametrize("name", ["mnist-quik", "", "../presets/mnist-quick", "/etc/passwd", "mnist quick"])
def test_unknown_preset_is_told_with_those_there_are(name: str) -> None:
    with pytest.raises(ConfigError, match="Presets: mnist-conditional"):
        presets.load(name)


def test_misspelt_preset_gets_a_hint() -> None:
    with pytest.raises(ConfigError, match=r"Did you mean mnist-dcgan\?"):
        presets.load("mnist-dcgna")


def test_a_file_of_settings_goes_before_what_it_is_read_over(tmp_path: Path) -> None:
    file = tmp_path / "run.toml"
    file.write_text('seed = 3\n[optimizer]\nbatch_size = 8\n[run]\ncreated = "long ago"\n')
    base = presets.load("wgan-gp").config
    config = presets.read(file, base)
    assert (config.seed, config.optimizer.batch_size) == (3, 8)
    assert config.objective == base.objective
    assert presets.read(file).objective == cfg.RunConfig().objective


@pytest.mark.parametrize(("text", "words"), [("[optimizer]\nbatch = 8\n", "batch"), ("seed =", "cannot be read")])
def test_a_file_that_is_wrong_is_named(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text)
    with pytest.raises(ConfigError, match=rf"mine\.toml.*{words}"):
        presets.read(file)
