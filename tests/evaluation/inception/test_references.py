"""What is kept of training pictures: their summary, under a name that only they have."""

import os
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
import torch

from ganstudio.evaluation.fidelity import Moments
from ganstudio.evaluation.inception import references, summary
from ganstudio.evaluation.inception.summary import Summary, summarise


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> Summary:
    """Summary of five pictures, with three features each."""
    monkeypatch.setattr(references, "FEATURES", 3)
    moments = Moments(torch.arange(3, dtype=torch.float64), torch.eye(3, dtype=torch.float64))
    return Summary(5, moments, np.arange(15, dtype=np.float32).reshape(5, 3))


def test_what_is_kept_is_found_again(tmp_path: Path, known: Summary) -> None:
    assert references.load(tmp_path / "new", "name") is None
    references.save(tmp_path / "new", "name", known)
    found = references.load(tmp_path / "new", "name")
    assert found is not None
    assert found.count == 5
    assert torch.equal(found.moments.mean, known.moments.mean)
    assert torch.equal(found.moments.covariance, known.moments.covariance)
    np.testing.assert_array_equal(found.points, known.points)


def test_the_oldest_of_too_many_go(tmp_path: Path, known: Summary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(references, "MAX_FILES", 2)
    for age, name in ((10, "b"), (30, "a")):
        references.save(tmp_path, name, known)
        os.utime(tmp_path / f"{name}.safetensors", ns=(10**18 - age * 10**9,) * 2)
    references.save(tmp_path, "c", known)
    assert sorted(path.stem for path in tmp_path.iterdir()) == ["b", "c"]


@pytest.mark.parametrize("part", ["count", "mean", "covariance", "points"])
def test_a_file_of_another_form_is_none(tmp_path: Path, known: Summary, part: str) -> None:
    references.save(tmp_path, "name", known)
    file = tmp_path / "name.safetensors"
    content = safetensors.numpy.load(file.read_bytes())
    file.write_bytes(safetensors.numpy.save(content | {part: np.zeros((2, 2), np.float64)}))
    assert references.load(tmp_path, "name") is None
    file.write_bytes(safetensors.numpy.save({name: each for name, each in content.items() if name != part}))
    assert references.load(tmp_path, "name") is None
    file.write_bytes(file.read_bytes()[:-1])
    assert references.load(tmp_path, "name") is None


def test_only_the_same_pictures_have_the_same_name() -> None:
    pictures = np.arange(2 * 8 * 16, dtype=np.uint8).reshape(2, 8, 16)
    changed = pictures.copy()
    changed[1, 7, 15] = 0
    names = {references.fingerprint(each) for each in (pictures, pictures.reshape(2, 16, 8), changed, pictures[::-1])}
    assert len(names) == 4
    assert references.fingerprint(pictures.copy()) in names


def test_features_are_summed_up_part_by_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """Points are kept of pictures from everywhere: in many data sets classes follow each other."""
    monkeypatch.setattr(summary, "FEATURES", 2)
    monkeypatch.setattr(summary, "MAX_POINTS", 10)
    monkeypatch.setattr(summary, "prepare", lambda pictures: torch.from_numpy(pictures[:, 0, :2].astype(np.float32)))
    pictures = np.stack([np.arange(40), np.arange(40) ** 2 % 50], 1).astype(np.uint8)[:, None]
    reported: list[tuple[int, int]] = []
    found = summarise(pictures, lambda x: x, lambda *done: reported.append(done))  # type: ignore[arg-type]
    points = pictures[:, 0].astype(np.float64)
    np.testing.assert_allclose(found.moments.mean.numpy(), points.mean(0))
    np.testing.assert_allclose(found.moments.covariance.numpy(), np.cov(points.T))
    assert reported == [(16, 40), (32, 40), (40, 40)]
    assert len(found.points) == 10
    assert found.points[:, 0].max() >= 20
