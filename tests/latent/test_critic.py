"""What D of a snapshot thinks of pictures."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch

from ganstudio.evaluation.features import Features
from ganstudio.latent.critic import Critic
from ganstudio.latent.paths import noise
from ganstudio.latent.sampler import Sampler
from ganstudio.objectives import objective
from ganstudio.runs import checkpoint
from ganstudio.training.state import discriminator_weights
from ganstudio.training.stats import Stats
from support import models as kit


class Brightness(torch.nn.Module):
    """A D whose logit is the mean of the picture, -1..1, plus its label."""

    def forward(self, x: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
        bright = x.mean((1, 2, 3))
        if labels is None:
            return bright
        weights = labels if labels.is_floating_point() else torch.nn.functional.one_hot(labels, 3).float()
        return bright + weights @ torch.arange(3.0)


GREY = np.stack([np.full((4, 4), value, np.uint8) for value in (0, 255)])


def test_opinions_are_read_as_the_objective_says() -> None:
    sigmoid = [1 / (1 + math.exp(1)), 1 / (1 + math.exp(-1))]
    assert Critic(Brightness(), "non-saturating", 0.0).opinion(GREY) == pytest.approx(sigmoid)
    assert Critic(Brightness(), "least-squares", 0.5).opinion(GREY) == pytest.approx([0.0, 1.0])
    assert Critic(Brightness(), "hinge", 0.0).opinion(GREY) == pytest.approx([0.0, 1.0])
    centred = Critic(Brightness(), "wasserstein", 1.0)
    assert centred.opinion(GREY) == pytest.approx([1 / (1 + math.exp(2)), 0.5])
    assert centred.explanation == objective("wasserstein").explain


def test_many_pictures_are_judged_one_by_one() -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (130, 4, 4, 3), np.uint8)
    logits = pictures.mean((1, 2, 3)) / 127.5 - 1
    assert Critic(Brightness(), "non-saturating", 0.0).opinion(pictures) == pytest.approx(
        1 / (1 + np.exp(-logits)), abs=1e-6
    )


def test_classes_count_and_without_one_all_do() -> None:
    critic = Critic(Brightness(), "non-saturating", 0.0, classes=3)
    black = np.zeros((2, 4, 4), np.uint8)
    sigmoid = [1 / (1 + math.exp(-logit)) for logit in (-1, 0, 1)]
    assert critic.opinion(black, np.array([0, 1])) == pytest.approx(sigmoid[:2])
    assert critic.likeliest(black) is None
    assert critic.opinion(black) == pytest.approx([np.mean(sigmoid)] * 2)
    between = np.array([[0.5, 0.5, 0.0], [0.0, 0.0, 1.0]], np.float32)
    assert critic.opinion(black, mix=between) == pytest.approx([1 / (1 + math.exp(0.5)), sigmoid[2]])
    with pytest.raises(ValueError, match="0 to 2"):
        critic.opinion(black, np.array([0, 3]))


def test_where_classes_can_be_told_apart_the_likeliest_counts() -> None:
    """Of two pictures, the bright one is of class 2 to what tells them apart, the dark one of class 0."""

    def see(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        bright = x.mean((1, 2, 3))
        return x.flatten(1), torch.stack([-bright, torch.zeros_like(bright) - 9, bright], 1)

    critic = Critic(Brightness(), "non-saturating", 0.0, 3, Features("brightness", "", see))
    pictures = np.stack([np.zeros((4, 4), np.uint8), np.full((4, 4), 255, np.uint8)])
    assert critic.likeliest(pictures).tolist() == [0, 2]
    assert np.array_equal(critic.opinion(pictures), critic.opinion(pictures, np.array([0, 2])))
    assert Critic(Brightness(), "non-saturating", 0.0, 0, Features("brightness", "", see)).likeliest(pictures) is None


@pytest.mark.parametrize("conditional", [False, True])
def test_the_sampler_and_the_file_give_the_same_critic(tmp_path: Path, conditional: bool) -> None:
    settings = kit.config(conditional=conditional, name="dcgan")
    folder = kit.run(tmp_path / "R", settings)
    sampler, pictures = Sampler.load(folder), np.random.default_rng(0).integers(0, 256, (3, 28, 28), np.uint8)
    loaded = Critic.from_weights(*checkpoint.load_snapshot(folder.snapshot_path(9)), settings)
    older = Critic.from_weights(*checkpoint.load_snapshot(folder.snapshot_path(5)), settings)
    assert sampler.critic is not None
    assert loaded is not None
    assert older is not None
    assert np.array_equal(sampler.critic.opinion(pictures), loaded.opinion(pictures))
    assert not np.array_equal(loaded.opinion(pictures), older.opinion(pictures))
    assert loaded.classes == (3 if conditional else 0)


def test_snapshots_without_a_judge_have_no_critic(tmp_path: Path) -> None:
    path = tmp_path / "g.safetensors"
    kit.write(path, kit.config(), d_centre=None)
    assert Critic.from_weights(*checkpoint.load_snapshot(path), kit.config()) is None
    assert Sampler.from_snapshot(path, kit.config()).critic is None
    assert Sampler.from_snapshot(path, kit.config()).sample(noise(1, 8, 0)).shape == (1, 28, 28)


def test_a_judge_beyond_float16_is_left_out() -> None:
    D = torch.nn.Linear(2, 1)
    weights, about = discriminator_weights(D, 0.5)
    assert {name: each.dtype for name, each in weights.items()} == dict.fromkeys(("D/weight", "D/bias"), torch.float16)
    assert about == {"d_centre": 0.5}
    torch.nn.init.constant_(D.bias, 1e6)
    assert discriminator_weights(D, 0.5) == ({}, {})


def test_the_centre_is_the_objectives_or_the_middle_of_the_last_updates() -> None:
    stats, loss = Stats(torch.device("cpu")), torch.tensor(0.0)
    fixed, moving = objective("least-squares"), objective("relativistic")
    assert stats.centre(moving) is None
    for real, fake in ((3.0, 1.0), (5.0, 3.0)):
        stats.add_d(loss, torch.full((4,), real), torch.full((4,), fake), moving)
    stats.read()
    assert stats.centre(moving) == pytest.approx(3.0)
    assert stats.centre(fixed) == 0.5
    stats.read()  # nothing new: the last word stays
    assert stats.centre(moving) == pytest.approx(3.0)


def test_what_a_run_writes_holds_its_judge(tmp_path: Path) -> None:
    path = tmp_path / "s.safetensors"
    kit.write(path, kit.config(loss="relativistic"), d_centre=1.5, step=2)
    tensors, meta = checkpoint.load_snapshot(path)
    assert meta == {"d_centre": 1.5, "step": 2}
    assert {name.partition("/")[0] for name in tensors if "/" in name} == {"D"}
