"""Pictures as Inception sees them."""

import numpy as np
import torch

from ganstudio.evaluation.inception.resize import prepare, resize


def test_enlarged_from_the_upper_left_corner() -> None:
    """TensorFlow 1: pixel i of the result is at i * old / new, with nothing beyond the last pixel."""
    found = resize(torch.tensor([[[[0.0, 90.0]]]]), 6)[0, 0]
    assert torch.allclose(found, torch.tensor([0.0, 30.0, 60.0, 90.0, 90.0, 90.0]).expand(6, 6))


def test_made_smaller_without_a_mean() -> None:
    picture = torch.arange(36.0).reshape(1, 1, 6, 6)
    assert torch.equal(resize(picture, 3), picture[..., ::2, ::2])


def test_grey_is_repeated_and_transparent_is_white() -> None:
    grey = np.full((1, 4, 4), 200, np.uint8)
    assert torch.equal(prepare(grey), torch.full((1, 3, 299, 299), (200 - 128) / 128))
    pixels = np.zeros((1, 2, 2, 4), np.uint8)  # transparent; premultiplied half red
    pixels[:, :, 1] = (100, 0, 0, 128)
    found = prepare(pixels)[0]
    assert torch.equal(found[:, 0, 0] * 128 + 128, torch.tensor([255.0, 255.0, 255.0]))
    assert torch.equal(found[:, 0, -1] * 128 + 128, torch.tensor([227.0, 127.0, 127.0]))
