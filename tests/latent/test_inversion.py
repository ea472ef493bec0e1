"""z is found again, by descents from the best of many random ones."""

from collections.abc import Callable

import numpy as np
import pytest
import torch

from ganstudio import networks
from ganstudio.evaluation import classifier
from ganstudio.latent import inversion
from ganstudio.latent.inversion import Inversion, project
from ganstudio.latent.paths import noise
from ganstudio.latent.sampler import Sampler
from support import models as kit


@pytest.fixture(autouse=True)
def _no_features(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pixels alone, unless a test says otherwise: half the time."""
    monkeypatch.setattr(classifier, "load_bundled", lambda: None)


def sampler(*, conditional: bool = False, seed: int = 0, **shape: int) -> Sampler:
    """A random generator with strong contrasts."""
    settings = kit.config(conditional=conditional, **shape)
    G = networks.generator(settings, torch.Generator().manual_seed(seed))
    with torch.no_grad():
        for each in G.parameters():
            each *= 1.5
    return Sampler(G, settings.network.z_size, settings.network.classes)


def test_pictures_of_the_generator_are_found_again() -> None:
    G = sampler()
    targets = G.sample(noise(10, 8, seed=5))  # more than are searched for at once
    found = project(G, targets, seconds=30)
    assert found.z.shape == (10, 8)
    assert found.z.dtype == np.float32
    assert found.mix is None
    assert np.array_equal(found.pictures, G.sample(found.z))
    apart = np.abs(found.pictures.astype(float) - targets).mean((1, 2)) / 255
    assert found.error == pytest.approx(apart)
    others = np.abs(found.pictures.astype(float) - np.roll(targets, 1, axis=0)).mean((1, 2)) / 255
    assert np.median(found.error) < 0.01
    assert found.error.max() < min(0.08, others.min() / 2)


def test_the_class_is_found_with_z() -> None:
    G, labels = sampler(conditional=True), np.arange(6) % 3
    targets = G.sample(noise(6, 8, seed=5), labels)
    found = project(G, targets, seconds=30)
    assert found.mix is not None
    assert found.mix.argmax(1).tolist() == labels.tolist()
    assert set(found.mix.flatten().tolist()) == {0.0, 1.0}
    assert np.array_equal(found.pictures, G.sample(found.z, mix=found.mix))
    assert np.median(found.error) < 0.02
    assert found.error.max() < 0.08


def test_the_descent_is_what_finds_it(monkeypatch: pytest.MonkeyPatch) -> None:
    G = sampler()
    targets = G.sample(noise(4, 8, seed=5))
    long = project(G, targets, seconds=30)
    monkeypatch.setattr(inversion, "STEPS", 1)
    short = project(G, targets, seconds=30)
    assert long.error.mean() < short.error.mean() / 2


def test_the_same_seed_finds_the_same() -> None:
    G = sampler()
    targets = G.sample(noise(1, 8, seed=5))
    one, same, other = (project(G, targets, seed=seed, seconds=30) for seed in (1, 1, 2))
    assert np.array_equal(one.z, same.z)
    assert not np.array_equal(one.z, other.z)


def test_what_cannot_be_made_is_not_sought_far_out() -> None:
    G = sampler()
    noisy = np.random.default_rng(0).integers(0, 256, (2, 28, 28), np.uint8)
    found = project(G, noisy, seconds=30)
    assert (np.sqrt((found.z**2).mean(1)) < 1.6).all()
    assert (found.error > 0.1).all()


def test_time_runs_out_and_the_best_so_far_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inversion, "STEPS", 10**6)
    G = sampler()
    targets = G.sample(noise(1, 8, seed=5))
    found = project(G, targets, seconds=0.5)
    assert found.error[0] < 0.1


def test_progress_is_told_and_a_stop_keeps_the_best(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inversion, "PROGRESS_SECONDS", 0.0)
    G, told = sampler(), list[tuple[float, Inversion]]()
    targets = G.sample(noise(9, 8, seed=5))
    whole = project(G, targets, seconds=30, progress=lambda share, found: told.append((share, found)))
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert [len(found.z) for _, found in told] == sorted(len(found.z) for _, found in told)
    assert len(told[-1][1].z) == 9
    errors = [found.error[0] for _, found in told]
    assert errors[-1] == whole.error[0] < errors[0]

    stopped = project(G, targets, seconds=30, stop=after(20))
    assert len(stopped.z) == inversion.BATCH  # the last one was not begun
    assert stopped.error.mean() < 0.2
    at_once = project(G, targets[:1], stop=lambda: True)
    assert np.isfinite(at_once.z).all()
    assert np.array_equal(at_once.pictures, G.sample(at_once.z))


def after(calls: int) -> Callable[[], bool]:
    """Says stop after it was asked that many times."""
    asked = iter(range(10**9))
    return lambda: next(asked) >= calls


class Seesaw(torch.nn.Module):
    """4x4 pictures whose left half is as bright as the right one is dark."""

    def forward(self, z: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
        left = torch.tanh(z[:, :1])
        return torch.cat([left, left, -left, -left], dim=1).view(-1, 1, 1, 4).expand(-1, 1, 4, 4)


def test_features_decide_where_pixels_cannot() -> None:
    def left(x: torch.Tensor) -> torch.Tensor:
        bright = x[..., 0].mean((1, 2))
        return torch.stack([bright, torch.ones_like(bright)], dim=1)

    white = np.full((1, 4, 4), 255, np.uint8)
    by_pixels, by_features = (project(Sampler(Seesaw(), 2), white, each, seconds=30).z[0, 0] for each in (None, left))
    assert abs(by_pixels) < 0.03
    assert by_features > 0.1


def test_the_bundled_classifier_is_asked_where_it_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[torch.Size] = []

    class Looking(classifier.Classifier):
        def features(self, pictures: torch.Tensor) -> torch.Tensor:
            seen.append(pictures.shape)
            return super().features(pictures)

    monkeypatch.setattr(classifier, "load_bundled", Looking)
    monkeypatch.setattr(inversion, "STEPS", 2)
    project(sampler(), np.zeros((1, 28, 28), np.uint8), seconds=30)
    assert torch.Size([inversion.RESTARTS, 1, 28, 28]) in seen
    seen.clear()
    small = sampler(size=32)
    assert project(small, np.zeros((1, 32, 32), np.uint8), seconds=30).pictures.shape == (1, 32, 32)
    assert seen == []


@pytest.mark.parametrize("shape", [(0, 28, 28), (28, 28), (1, 32, 32), (1, 28, 28, 3)])
def test_pictures_of_another_size_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"\(N, 28, 28\)"):
        project(sampler(), np.zeros(shape, np.uint8))
    with pytest.raises(ValueError, match="uint8"):
        project(sampler(), np.zeros((1, 28, 28)))  # type: ignore[arg-type]
