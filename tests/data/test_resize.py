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


def test_another_shape_stretches_and_does_not_transpose():
    images = np.zeros((1, 32, 32), np.uint8)
    images[0, :16] = 255  # white above
    brought = resize.resize_pictures(images, "48x24", 1)
    assert brought.shape == (1, 48, 24)
    assert brought[0, :20].min() > 250
    assert brought[0, 28:].max() < 5


def test_what_gets_an_alpha_channel_is_opaque():
    grey, colour = np.full((1, 8, 8), 70, np.uint8), np.full((1, 8, 8, 3), (10, 20, 30), np.uint8)
    assert resize.resize_pictures(grey, 8, 4)[0, 3, 3].tolist() == [70, 70, 70, 255]
    assert resize.resize_pictures(colour, 8, 4)[0, 3, 3].tolist() == [10, 20, 30, 255]


def test_what_loses_its_alpha_channel_is_on_white():
    half_red = np.full((1, 8, 8, 4), (128, 0, 0, 128), np.uint8)  # premultiplied
    assert resize.resize_pictures(half_red, 8, 3)[0, 3, 3].tolist() == [255, 127, 127]
    assert resize.resize_pictures(half_red, 8, 1)[0, 3, 3] == 165
    assert resize.resize_pictures(np.zeros((1, 8, 8, 4), np.uint8), 8, 1).min() == 255


def test_premultiplied_pictures_are_resized_as_they_are_and_stay_premultiplied():
    """Left a faint red, right nothing: in between, colour and alpha fall together."""
    images = np.zeros((1, 32, 32, 4), np.uint8)
    images[0, :, :16] = (80, 0, 0, 200)
    for size in (64, 24):
        brought = resize.resize_pictures(images, size, 4)[0].astype(float)
        assert np.abs(brought[..., 0] - brought[..., 3] * 80 / 200).max() <= 1
        assert not brought[..., 1:3].any()
    ringing = np.zeros((1, 32, 32, 4), np.uint8)
    ringing[0, :, ::2] = (200, 0, 0, 200)
    ringing[0, 8:24, 8:24, 3] = 255
    brought = resize.resize_pictures(ringing, 24, 4)
    assert (brought[..., :3] <= brought[..., 3:]).all()
