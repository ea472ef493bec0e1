import numpy as np
import pytest

from ganstudio.data import catalog, digits
from ganstudio.errors import DataError
from ganstudio.system import paths


def test_the_published_digits_are_there():
    cells, labels = digits.read(paths.resources() / "digits")
    assert cells.shape == (1797, 8, 8)
    assert (cells.min(), cells.max()) == (0, 16)
    assert np.bincount(labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert "CC BY 4.0" in (paths.resources() / "digits" / "CREDITS.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("size", [28, 32, 64, 128])
def test_drawn_digits_are_crisp_centred_and_true_to_the_counts(size):
    cells, _ = digits.read(paths.resources() / "digits")
    drawn = digits.draw(cells[:200], size)
    assert drawn.shape == (200, size, size)
    assert drawn.dtype == np.uint8
    assert drawn.max() == 255
    for edge in (drawn[:, 0], drawn[:, -1], drawn[:, :, 0], drawn[:, :, -1]):
        assert edge.mean() < 0.5  # nothing is cut off
    middle = ((drawn > 25) & (drawn < 230)).mean()
    assert middle < 0.14  # MNIST: 0.09; enlarged bicubically without more ado: 0.3
    ink = drawn.mean((1, 2)) / 255
    centre = (drawn.sum(1) @ np.arange(size)) / drawn.sum((1, 2))
    assert np.abs(centre - (size - 1) / 2).max() < 0.6  # pixels: a whole number of them is moved
    counts = cells[:200].mean((1, 2)) / 16 * (20 / 28) ** 2
    assert np.abs(ink - counts).max() < 0.03
    assert np.corrcoef(ink, counts)[0, 1] > 0.95


def test_digits_of_one_kind_look_alike():
    """Nearest mean picture tells most digits: the drawing keeps what makes them digits."""
    data = catalog.load("digits", size=28, channels=1)
    flat = data.images.reshape(len(data.images), -1).astype(np.float32)
    means = np.stack([flat[:1000][data.labels[:1000] == digit].mean(0) for digit in range(10)])
    nearest = ((flat[1000:, None] - means) ** 2).sum(-1).argmin(1)
    assert (nearest == data.labels[1000:]).mean() > 0.8


def test_small_pictures_are_drawn_once_and_each_load_has_its_own(monkeypatch):
    drawn = []
    draw = digits.draw
    monkeypatch.setattr(
        digits, "draw", lambda cells, size, cancelled: drawn.append(size) or draw(cells, size, cancelled)
    )
    first, second = (catalog.load("digits", size=19, channels=1).images for _ in range(2))
    assert drawn == [19]
    assert (first == second).all()
    assert first.flags.writeable
    first[:] = 0
    assert second.any()
    assert catalog.load("digits", size=19, channels=1).images.any()


def test_large_pictures_are_not_kept(monkeypatch):
    drawn = []
    monkeypatch.setattr(
        digits, "draw", lambda cells, size, cancelled: drawn.append(size) or np.zeros((len(cells), size, size))
    )
    cells, _ = digits.read(paths.resources() / "digits")
    for _ in range(2):
        digits.draw_or_recall(cells, 128)
    assert drawn == [128, 128]


def test_a_blank_cell_picture_is_drawn_black():
    assert not digits.draw(np.zeros((1, 8, 8), np.uint8), 28).any()


def test_broken_file_is_named(tmp_path):
    with pytest.raises(DataError, match=r"optdigits\.npz.*Reinstall GAN Studio"):
        digits.read(tmp_path)
    (tmp_path / "optdigits.npz").write_bytes(b"PK\x03\x04 cut")
    with pytest.raises(DataError, match=r"optdigits\.npz"):
        digits.read(tmp_path)


@pytest.mark.parametrize("over", [1, 5, 6, 7, 8, 20])
def test_averages_are_numpys_to_the_bit(over):
    """Digits stay as they were drawn ever since: a run goes on with the same bits."""
    ink = np.random.default_rng(over).random((3, 10 * over, 10 * over), np.float32)
    usual = ink.reshape(3, 10, over, 10, over).mean((2, 4))
    assert digits._average(ink, over).tobytes() == usual.tobytes()
