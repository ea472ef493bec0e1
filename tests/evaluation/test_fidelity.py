"""Frechet distance against torchmetrics and closed forms; the overlap measures against their definitions, in loops."""

import numpy as np
import pytest
import torch
from torch import nn

from ganstudio.data import torchvision_bridge
from ganstudio.evaluation import fidelity

K = 3


def points(count: int, seed: int, size: int = 6, shift: float = 0.0, spread: float = 1.0) -> np.ndarray:
    """Correlated features (count, size), float32."""
    random = np.random.default_rng(seed)
    mixing = np.random.default_rng(7).standard_normal((size, size))
    return (random.standard_normal((count, size)) @ mixing * spread + shift).astype(np.float32)


def frechet(a: np.ndarray, b: np.ndarray) -> float:
    return fidelity.frechet_distance(fidelity.compute_moments(a), fidelity.compute_moments(b))


def overlap(real: np.ndarray, fake: np.ndarray, k: int = fidelity.NEIGHBOURS) -> fidelity.Overlap:
    return fidelity.measure_overlap(fidelity.estimate_manifold(real, k), fidelity.estimate_manifold(fake, k))


class Same(nn.Module):
    """What torchmetrics takes for a feature network: here the features themselves."""

    num_features = 6

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x


@pytest.mark.parametrize(("shift", "spread"), [(0.0, 1.0), (0.5, 1.0), (0.0, 2.0), (3.0, 0.3)])
def test_frechet_agrees_with_torchmetrics(shift: float, spread: float) -> None:
    torchvision_bridge.archives("mnist")  # imports torchvision safely, as torchmetrics by itself does not
    image = pytest.importorskip("torchmetrics.image.fid")
    a, b = points(200, 0), points(150, 1, shift=shift, spread=spread)
    theirs = image.FrechetInceptionDistance(feature=Same()).set_dtype(torch.float64)
    theirs.update(torch.from_numpy(a).double(), real=True)
    theirs.update(torch.from_numpy(b).double(), real=False)
    assert frechet(a, b) == pytest.approx(float(theirs.compute()), rel=1e-6)


def test_frechet_of_one_feature_is_the_closed_form() -> None:
    """Between normals on a line: (m1 - m2)^2 + (s1 - s2)^2."""
    a, b = points(500, 0, size=1), points(400, 1, size=1, shift=2, spread=3)
    expected = (a.mean() - b.mean()) ** 2 + (a.std(ddof=1) - b.std(ddof=1)) ** 2
    assert frechet(a, b) == pytest.approx(float(expected), rel=1e-4)


def test_frechet_of_the_same_is_nothing_and_it_is_symmetric() -> None:
    a, b = points(100, 0), points(100, 1, shift=1)
    assert frechet(a, a) == pytest.approx(0, abs=1e-6)
    assert frechet(a, b) == pytest.approx(frechet(b, a), rel=1e-9)


def test_frechet_is_exact_far_from_the_origin() -> None:
    """float32 would lose a distance of 1 beside values of 10,000; moments are in float64."""
    a = points(300, 0).astype(np.float64)
    near, far = frechet(a, a + 1), frechet(a + 1e4, a + 1e4 + 1)
    assert near == pytest.approx(6, rel=1e-9)
    assert far == pytest.approx(6, rel=1e-6)


def test_frechet_bears_dead_features_and_few_pictures() -> None:
    """A feature that never fires, and fewer pictures than features, leave covariances singular."""
    a, b = points(4, 0), points(4, 1, shift=1)
    a[:, 2] = b[:, 2] = 0
    found = frechet(a, b)
    assert np.isfinite(found)
    assert found > 1


def test_one_picture_has_no_covariance() -> None:
    with pytest.raises(ValueError, match="at least 2"):
        frechet(points(1, 0), points(10, 1))


# ---- precision, recall, density, coverage ----------------------------------------------------------------------


def ball(kind: np.ndarray, index: int, k: int) -> float:
    """Distance of a point to its k-th nearest other of its kind."""
    others = np.delete(kind, index, axis=0)
    return float(np.sort(np.linalg.norm(others - kind[index], axis=1))[k - 1])


def inside(x: np.ndarray, kind: np.ndarray, k: int) -> int:
    """In how many balls of `kind` the point lies."""
    return sum(np.linalg.norm(x - centre) <= ball(kind, i, k) for i, centre in enumerate(kind))


def by_definition(real: np.ndarray, fake: np.ndarray, k: int) -> tuple[float, float, float, float]:
    real, fake = real.astype(np.float64), fake.astype(np.float64)
    precision = np.mean([inside(y, real, k) > 0 for y in fake])
    recall = np.mean([inside(x, fake, k) > 0 for x in real])
    density = np.mean([inside(y, real, k) for y in fake]) / k
    held = [any(np.linalg.norm(y - x) <= ball(real, i, k) for y in fake) for i, x in enumerate(real)]
    return float(precision), float(recall), float(density), float(np.mean(held))


@pytest.mark.parametrize("cells", [1 << 22, 70])  # in one part, and in many
@pytest.mark.parametrize(("shift", "spread"), [(0.0, 1.0), (1.0, 0.5), (0.0, 3.0), (50.0, 1.0)])
def test_overlap_is_as_defined(shift: float, spread: float, cells: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fidelity, "_MAX_DISTANCES", cells)
    real, fake = points(40, 0), points(30, 1, shift=shift, spread=spread)
    found = overlap(real, fake, K)
    assert (found.precision, found.recall, found.density, found.coverage) == pytest.approx(
        by_definition(real, fake, K), abs=1e-12
    )


def test_overlap_tells_mode_collapse_from_bad_pictures() -> None:
    """Few good pictures again and again: precise without recall. Wild ones around everything: the other way round."""
    real = points(300, 0)
    collapsed = overlap(real, np.repeat(real[:3], 60, axis=0))
    assert collapsed.precision == 1
    assert collapsed.recall < 0.1
    wild = overlap(real, points(300, 1, spread=6))
    assert wild.precision < 0.2
    assert wild.recall > 0.5
    good = overlap(real, points(300, 2))
    assert good.density == pytest.approx(1, abs=0.2)
    assert good.coverage > 0.9


def test_too_few_pictures_for_neighbours() -> None:
    with pytest.raises(ValueError, match="more than 5"):
        fidelity.estimate_manifold(points(5, 0))
