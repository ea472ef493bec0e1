"""Inception, FID and KID are those of torch-fidelity, which takes them from the papers' own code."""

import importlib
import sys
from types import SimpleNamespace
from unittest.mock import MagicMock

import numpy as np
import pytest
import torch
from tqdm import tqdm

from ganstudio.evaluation import fidelity
from ganstudio.evaluation.inception.kid import kernel_distance
from ganstudio.evaluation.inception.network import Inception
from ganstudio.evaluation.inception.resize import prepare
from support.inception import random_weights

_UNUSED = ("torchvision", "torchvision.datasets", "torchvision.transforms", "torchvision.transforms.functional")


@pytest.fixture(scope="module")
def theirs() -> SimpleNamespace:
    """Modules of torch-fidelity. They need nothing of torchvision, which cannot be imported beside every torch."""
    if importlib.util.find_spec("torch_fidelity") is None:
        pytest.skip("torch-fidelity is not installed")
    names = ("feature_extractor_inceptionv3", "metric_fid", "metric_kid")
    with pytest.MonkeyPatch.context() as absent:
        for name in _UNUSED:
            absent.setitem(sys.modules, name, MagicMock())
        return SimpleNamespace(**{name: importlib.import_module(f"torch_fidelity.{name}") for name in names})


def test_features_are_theirs(theirs: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small and not square, and larger than 299 pixels, where means would be taken if anything were antialiased."""
    weights = random_weights()
    monkeypatch.setattr(torch, "load", lambda *_, **__: weights)
    extractor = theirs.feature_extractor_inceptionv3.FeatureExtractorInceptionV3(
        "inception-v3-compat", ["2048"], feature_extractor_weights_path="random.pth"
    )
    own, random = Inception(weights), np.random.default_rng(0)
    for shape in ((1, 24, 40, 3), (1, 350, 320, 3)):
        pictures = random.integers(0, 256, shape, dtype=np.uint8)
        expected = extractor(torch.from_numpy(pictures).permute(0, 3, 1, 2))[0]
        found = own(prepare(pictures))
        assert float(expected.max()) > 0.1
        assert float((found - expected).abs().max()) < 1e-4


def test_distances_are_theirs(theirs: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tqdm, "monitor_interval", 0)  # no thread
    random = torch.Generator().manual_seed(0)
    mixing = torch.randn(40, 40, generator=random)
    fake, real = (
        (torch.randn(count, 40, generator=random) @ mixing + shift).relu() for count, shift in ((70, 0.5), (90, 0.0))
    )
    moments = [theirs.metric_fid.fid_features_to_statistics(points.double()) for points in (fake, real)]
    fid = theirs.metric_fid.fid_statistics_to_metric(*moments, verbose=False)["frechet_inception_distance"]
    own = fidelity.frechet_distance(*(fidelity.compute_moments(points.numpy()) for points in (fake, real)))
    assert fid > 1
    assert own == pytest.approx(fid, rel=1e-6)

    settings = {"kid_subsets": 5, "kid_subset_size": 60, "rng_seed": 2020, "verbose": False, "kid_kernel": "poly"}
    kid = theirs.metric_kid.kid_features_to_metric(fake, real, **settings)
    found = kernel_distance(fake.numpy(), real.numpy(), subsets=5, subset=60)
    assert found.mean == pytest.approx(kid["kernel_inception_distance_mean"], rel=1e-4)
    assert found.deviation == pytest.approx(kid["kernel_inception_distance_std"], rel=1e-4)
