"""Direct convolutions or Winograd's algorithm: the faster one, where there is a choice."""

from pathlib import Path

import pytest
import torch

from ganstudio import config as cfg
from ganstudio.networks.layers import StridedConv2d, StridedConvTranspose2d
from ganstudio.system import paths
from ganstudio.training.device import autotune, convolution, load
from support import training

WIDE = {"data__size": 32, "network__width": 32, "engine__precision": "float32", "engine__threads": 1}


@pytest.fixture(autouse=True)
def timed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds of the passes to come, on a computer where nothing else runs: direct, then Winograd."""
    seconds: list[float] = []
    monkeypatch.setattr(convolution, "time_pass_briefly", lambda *_: seconds.pop(0))
    monkeypatch.setattr(load, "others_were_busy", lambda *_: False)
    monkeypatch.setattr(paths, "measurements_file", lambda: tmp_path / "measurements.json")
    return seconds


def resolved(**changes: object) -> autotune.Choice:
    return autotune.resolve(training.config(**{**WIDE, **changes}))


@pytest.mark.parametrize(("winograd", "algorithm"), [(0.08, "winograd"), (0.098, "direct"), (0.2, "direct")])
def test_the_faster_one_is_taken_and_remembered(timed: list[float], winograd: float, algorithm: str) -> None:
    timed += [0.1, winograd]
    first = resolved()
    assert first.config.engine.convolution == algorithm
    assert first.text.startswith("Measured: ")
    assert f"100 ms, with Winograd's algorithm {1000 * winograd:.0f} ms" in first.text
    second = resolved()
    assert second.config == first.config
    assert second.text.startswith("Measured on ")


def test_what_is_measured_beside_busy_programs_is_not_remembered(
    timed: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "others_were_busy", lambda *_: True)
    work = [0.1, 0.05, 0.1, 0.2]
    monkeypatch.setattr(convolution, "work_seconds", lambda *_: work.pop(0))
    timed += [0.1, 0.1] * 2
    assert resolved().config.engine.convolution == "winograd"
    assert resolved().config.engine.convolution == "direct"


@pytest.mark.parametrize(("batch", "processes", "pictures"), [(128, 1, 64), (40, 1, 40), (64, 2, 32)])
def test_a_pass_has_as_many_pictures_as_a_step_of_the_run_up_to_64(
    timed: list[float], monkeypatch: pytest.MonkeyPatch, batch: int, processes: int, pictures: int
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(convolution, "make_pass", lambda config, on, count: asked.append(count))
    timed += [0.1, 0.1]
    config = training.config(**WIDE, optimizer__batch_size=batch, engine__processes=processes)
    convolution.choose(config, 1, lambda stage: None)
    assert asked == [pictures, pictures]


@pytest.mark.parametrize(
    "changes",
    [
        {"data__size": 28},
        {"network__width": 8},
        {"network__name": "resnet"},
        {"engine__precision": "bfloat16"},
        {"engine__precision": "bfloat16", "engine__convolution": "winograd"},
        {"engine__convolution": "direct"},
    ],
)
def test_elsewhere_convolutions_are_direct_and_nothing_is_measured(changes: dict[str, object]) -> None:
    choice = resolved(**changes)
    assert (choice.config.engine.convolution, choice.text) == ("direct", "")


@pytest.mark.parametrize("algorithm", ["direct", "winograd"])
def test_a_run_trains_as_it_is_set_to(algorithm: str) -> None:
    trainer = training.trainer(**WIDE, engine__convolution=algorithm)
    trainer.round()
    models = trainer.game.models
    layers = [
        part
        for network in (models.G, models.D)
        for part in network.modules()
        if isinstance(part, StridedConv2d | StridedConvTranspose2d)
    ]
    assert layers
    assert {layer.winograd for layer in layers} == {algorithm == "winograd"}


def test_both_train_alike() -> None:
    """A step of Adam moves each weight by its learning rate at most: rounding shows only where a gradient is tiny."""
    direct, fast = (training.trainer(**WIDE, engine__convolution=name) for name in ("direct", "winograd"))
    for trainer in (direct, fast):
        trainer.round()
    for one, other in zip(direct.game.models.D.parameters(), fast.game.models.D.parameters(), strict=True):
        assert (one - other).abs().mean() < 0.05 * cfg.RunConfig().optimizer.d_lr
        assert torch.isfinite(other).all()
