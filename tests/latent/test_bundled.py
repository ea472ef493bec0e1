"""The models that come with the program do what their cards say, on few pictures."""

import numpy as np
import pytest

from ganstudio.evaluation import classifier, features
from ganstudio.latent import models
from ganstudio.latent.paths import noise
from ganstudio.latent.sampler import Sampler
from ganstudio.system import paths

COUNT = 300


def test_all_together_are_small_and_each_has_a_card() -> None:
    files = list((paths.resources() / "pretrained").iterdir())
    assert sum(each.stat().st_size for each in files) < 8e6
    weights = {each.stem for each in files if each.suffix == ".safetensors"}
    assert weights == {*models.BUNDLED, "digit-classifier"}
    assert {each.stem for each in files if each.suffix == ".md"} == weights


@pytest.mark.parametrize(("name", "least"), [("mnist", 0.8), ("mnist-conditional", 0.95)])
def test_their_pictures_are_recognisable_digits_of_all_classes(name: str, least: float) -> None:
    known = classifier.load_bundled()
    assert known is not None
    sampler = Sampler.from_model(models.find(name))
    labels = np.arange(COUNT) % 10 if sampler.classes else None
    pictures = sampler.sample(noise(COUNT, sampler.z_size, 1), labels)
    chances = features.classifier_features(known).probabilities(pictures)
    assert chances is not None
    assert (chances.max(1) > 0.95).mean() > least
    assert np.bincount(chances.argmax(1), minlength=10).min() > COUNT / 20
    if labels is not None:
        assert (chances.argmax(1) == labels).mean() > 0.97
    assert sampler.critic is not None
