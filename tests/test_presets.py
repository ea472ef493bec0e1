"""The named starting points."""

import pytest

from ganstudio import config as cfg
from ganstudio import presets
from ganstudio.data import catalog
from ganstudio.errors import ConfigError

NAMES = {"mnist-quick", "mnist-dcgan", "gan-2014", "epochs-in-turn", "dcgan-64"}


def test_names_begin_with_the_default() -> None:
    assert presets.names()[0] == presets.DEFAULT == "mnist-quick"
    assert set(presets.names()) >= NAMES


@pytest.mark.parametrize("name", presets.names())
def test_preset_is_valid_and_described(name: str) -> None:
    preset = presets.load(name)
    assert preset.name == preset.config.preset == name
    assert preset.title != name
    assert preset.help.endswith(".")
    assert cfg.validate(preset.config) == preset.config
    assert preset.config.data.name in catalog.DATASETS


def test_the_two_layouts_of_the_literature() -> None:
    paper, colour = presets.load("mnist-dcgan").config, presets.load("dcgan-64").config
    assert (paper.data.size, paper.data.channels, paper.network.z_size, paper.network.width) == (28, 1, 128, 64)
    assert (colour.data.size, colour.data.channels, colour.network.z_size) == (64, 3, 100)


def test_what_the_names_promise() -> None:
    assert presets.load("gan-2014").config.network.name == "mlp"
    assert presets.load("epochs-in-turn").config.schedule.mode == "epochs"


@pytest.mark.parametrize("name", ["mnist-quik", "", "../presets/mnist-quick", "/etc/passwd", "mnist quick"])
def test_unknown_preset_is_told_with_those_there_are(name: str) -> None:
    with pytest.raises(ConfigError, match="Presets: mnist-quick"):
        presets.load(name)


def test_misspelt_preset_gets_a_hint() -> None:
    with pytest.raises(ConfigError, match=r"Did you mean mnist-dcgan\?"):
        presets.load("mnist-dcgna")
