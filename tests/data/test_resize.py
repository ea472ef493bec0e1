import numpy as np
import pytest

from ganstudio.data import resize


@pytest.mark.parametrize("size", [28, 32, 64])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("shape", [(3, 28, 28), (3, 32, 32, 3)])
def test_shapes(size, channels, shape):
    images = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    brought = resize.resize_pictures(images, size, channels)
    assert brought.shape == ((3, size, size) if channels == 1 else (3, size, size, 3))
    assert brought.dtype == np.uint8
    assert brought.flags.c_contiguous


def test_same_size_is_the_same_picture_and_grey_becomes_three_equal_channels():
    images = np.random.default_rng(0).integers(0, 256, (3, 28, 28), np.uint8)
    np.testing.assert_array_equal(resize.resize_pictures(images, 28, 1), images)
    coloured = resize.resize_pictures(images, 28, 3)
    for channel in range(3):
        np.testing.assert_array_equal(coloured[..., channel], images)


def test_colour_becomes_luma():
    images = np.zeros((2, 32, 32, 3), np.uint8)
    images[0] = (255, 0, 0)
    images[1] = (0, 255, 0)
    brought = resize.resize_pictures(images, 32, 1)
    assert (int(brought[0, 5, 5]), int(brought[1, 5, 5])) == (76, 150)


def test_pictures_do_not_mix_and_keep_their_orientation():
    images = np.zeros((2, 32, 32, 3), np.uint8)
    images[0, :16, :, 2] = 255  # blue above
    brought = resize.resize_pictures(images, 64, 3)
    assert brought[0, :30, :, 2].min() > 250
    assert brought[0, 34:, :, 2].max() < 5
    assert not brought[0, ..., :2].any()
    assert not brought[1].any()
