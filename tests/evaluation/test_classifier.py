"""The digit classifier: learning, its file, and the one that is bundled."""

from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch

from ganstudio.data import catalog
from ganstudio.errors import DataError
from ganstudio.evaluation import classifier as digits
from ganstudio.evaluation import classifier_training


@pytest.fixture(scope="module")
def known() -> catalog.Dataset:
    """The built-in digits."""
    return catalog.load("digits", size=28, channels=1)


@pytest.fixture(scope="module")
def trained(known: catalog.Dataset) -> digits.Classifier:
    """A classifier that had a short look at some of them."""
    return classifier_training.train(known.images[:1280], known.labels[:1280], seed=0, epochs=3)


def test_it_learns_digits_that_it_then_tells_apart(trained: digits.Classifier, known: catalog.Dataset) -> None:
    assert digits.accuracy(trained, known.images[1280:], known.labels[1280:]) > 0.85


def test_training_repeats_itself_and_leaves_the_global_random_state(known: catalog.Dataset) -> None:
    before = torch.get_rng_state()
    one, same, other = (
        classifier_training.train(known.images[:256], known.labels[:256], seed, epochs=1) for seed in (0, 0, 1)
    )
    assert torch.equal(torch.get_rng_state(), before)
    assert all(torch.equal(a, b) for a, b in zip(one.state_dict().values(), same.state_dict().values(), strict=True))
    assert not torch.equal(one.last.weight, other.last.weight)


def test_progress_is_told_once_an_epoch(known: catalog.Dataset) -> None:
    told: list[tuple[int, int]] = []
    images, labels = known.images[:128], known.labels[:128]
    classifier_training.train(images, labels, epochs=2, progress=lambda done, total, loss: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]


def test_varied_pictures_stay_digits_in_range(known: catalog.Dataset) -> None:
    pictures = digits.scale(known.images[:64])
    varied = classifier_training.vary(pictures, torch.Generator().manual_seed(0))
    assert varied.shape == pictures.shape
    assert varied.min() >= -1
    assert varied.max() <= 1
    ink = ((varied + 1).sum((1, 2, 3)) / (pictures + 1).sum((1, 2, 3))).numpy()
    assert ((ink > 0.6) & (ink < 1.5)).all()  # neither lost over the edge nor doubled
    assert ((varied - pictures).abs().mean((1, 2, 3)) > 0.005).all()


def test_its_file_holds_it_in_half_precision(
    trained: digits.Classifier, known: catalog.Dataset, tmp_path: Path
) -> None:
    path = tmp_path / "classifier.safetensors"
    digits.save(path, trained, {"seed": 0})
    assert path.stat().st_size < 1.5e6
    assert {each.dtype for each in safetensors.torch.load_file(path).values()} == {torch.float16, torch.int64}
    loaded = digits.load(path)
    assert not loaded.training
    x = digits.scale(known.images[:50])
    assert torch.allclose(loaded(x).softmax(1), trained(x).softmax(1), atol=0.02)
    assert loaded.features(x).shape == (50, digits.WIDTH)
    assert torch.equal(loaded.last(loaded.features(x)), loaded(x))


def test_a_file_that_is_none_is_refused_in_words(tmp_path: Path, trained: digits.Classifier) -> None:
    path = tmp_path / "classifier.safetensors"
    with pytest.raises(DataError, match="cannot be read"):
        digits.load(path)
    digits.save(path, trained, {})
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match="cannot be read"):
        digits.load(path)
    safetensors.torch.save_file({"weight": torch.zeros(3)}, path)
    with pytest.raises(DataError, match="not a digit classifier"):
        digits.load(path)
    path.write_bytes(safetensors.torch.save({"x": torch.zeros(1)}, {"what": "digit-classifier", "format": "1"}))
    with pytest.raises(DataError, match="does not fit"):
        digits.load(path)


def test_pictures_of_another_size_are_refused() -> None:
    with pytest.raises(ValueError, match="28 x 28"):
        classifier_training.train(np.zeros((200, 8, 8), np.uint8), np.zeros(200, np.uint8))


def test_without_its_file_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digits.paths, "resources", lambda: tmp_path)
    assert digits.load_bundled() is None


def test_the_bundled_one_is_small_and_right() -> None:
    """The accuracy in its card is of all 10,000 test pictures; a fifth of them is enough to see that nothing broke."""
    assert digits.bundled_path().stat().st_size < 1.5e6
    bundled = digits.load_bundled()
    assert bundled is not None
    test = catalog.load("mnist", size=28, channels=1, split="test")
    assert digits.accuracy(bundled, test.images[::5], test.labels[::5]) >= 0.992
