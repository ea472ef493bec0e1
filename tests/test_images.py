"""Pictures as floats, as bytes, and as tiles of a sheet."""

import numpy as np
import pytest
import torch

from ganstudio import images


def test_every_byte_survives_the_way_to_float_and_back() -> None:
    grey = torch.arange(256, dtype=torch.uint8).reshape(1, 1, 16, 16)
    floats = images.to_float(grey)
    assert floats.min() == -1
    assert floats.max() == 1
    assert np.array_equal(images.to_uint8(floats)[0], grey[0, 0].numpy())


def test_to_uint8_rounds_to_the_nearest_and_clips() -> None:
    x = torch.tensor([-9.0, -1.0, -0.999, 0.0, 0.999, 1.0, 9.0]).reshape(1, 1, 1, 7)
    assert images.to_uint8(x)[0, 0].tolist() == [0, 0, 0, 128, 255, 255, 255]


def test_to_uint8_puts_colour_last_and_drops_a_grey_channel() -> None:
    x = torch.full((2, 3, 4, 5), -1.0)
    x[:, 1] = 1.0
    pictures = images.to_uint8(x)
    assert pictures.shape == (2, 4, 5, 3)
    assert pictures[0, 0, 0].tolist() == [0, 255, 0]
    assert images.to_uint8(x[:, :1]).shape == (2, 4, 5)


def test_to_uint8_takes_half_precision_and_leaves_its_input_alone() -> None:
    x = torch.zeros(1, 1, 2, 2, dtype=torch.bfloat16, requires_grad=True)
    assert images.to_uint8(x).tolist() == [[[128, 128], [128, 128]]]
    y = torch.full((1, 1, 2, 2), 0.5)
    images.to_uint8(y)
    assert bool((y == 0.5).all())


def numbered(count: int, *shape: int) -> images.Pictures:
    """Pictures of one brightness each: 1, 2, 3 ..."""
    first = np.arange(1, count + 1, dtype=np.uint8).reshape(count, *(1 for _ in shape))
    return np.broadcast_to(first, (count, *shape)).copy()


def test_tile_goes_row_by_row_and_pads_the_last() -> None:
    sheet = images.tile(numbered(5, 2, 3), columns=3, gap=1, background=99)
    assert sheet.shape == (5, 11)
    assert sheet[::3, ::4].tolist() == [[1, 2, 3], [4, 5, 99]]
    assert set(sheet[2]) == {99}
    assert set(sheet[:, 3]) == {99}


@pytest.mark.parametrize("shape", [(4, 4), (4, 4, 3)])
def test_untile_undoes_tile(shape: tuple[int, ...]) -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (6, *shape), dtype=np.uint8)
    sheet = images.tile(pictures, columns=3)
    assert sheet.shape == (8, 12, *shape[2:])
    assert np.array_equal(images.untile(sheet, 4), pictures)


@pytest.mark.parametrize(("grid", "classes"), [(10, 10), (8, 10), (5, 3), (1, 10)])
def test_a_column_of_a_grid_shows_one_class(grid: int, classes: int) -> None:
    labels = images.grid_labels(grid, classes)
    assert labels.dtype == np.int64
    assert [int(each) for each in labels] == [(index % grid) % classes for index in range(grid * grid)]


def test_untile_knows_height_and_width() -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (6, 8, 12, 4), dtype=np.uint8)
    sheet = images.tile(pictures, columns=3)
    assert sheet.shape == (16, 36, 4)
    assert np.array_equal(images.untile(sheet, "8x12"), pictures)


def test_four_channels_stay_premultiplied_colour_and_alpha() -> None:
    x = torch.tensor([[1.0, -1.0, 0.0, 1.0]]).reshape(1, 4, 1, 1).expand(1, 4, 8, 8)
    assert images.to_uint8(x)[0, 0, 0].tolist() == [255, 0, 128, 255]
    assert images.to_uint8(x[:, [0, 1, 3, 2]])[0, 0, 0].tolist() == [
        128,
        0,
        128,
        128,
    ]  # nothing shines more than it is there
    assert images.to_float(torch.zeros(1, 4, 8, 8, dtype=torch.uint8)).unique().tolist() == [-1.0]


def test_every_premultiplied_value_survives_the_way_to_a_file_and_back() -> None:
    colour, alpha = np.meshgrid(np.arange(256, dtype=np.uint8), np.arange(256, dtype=np.uint8))
    pictures = np.stack([colour, np.minimum(colour, alpha), np.zeros_like(colour), alpha], axis=-1)
    straight = images.unpremultiply(pictures)
    assert straight[128, 64].tolist() == [128, 128, 0, 128]
    assert straight[0].max() == 0
    valid = np.minimum(pictures, alpha[..., None])
    assert np.array_equal(images.premultiply(straight), valid)


def test_pictures_without_alpha_are_not_multiplied() -> None:
    for shape in [(8, 9), (2, 8, 9), (2, 8, 9, 3)]:
        pictures = np.full(shape, 9, np.uint8)
        assert images.premultiply(pictures) is pictures
        assert images.unpremultiply(pictures) is pictures
        assert images.flatten(pictures) is pictures


def test_on_paper_what_is_transparent_is_the_paper() -> None:
    pictures = np.zeros((8, 8, 4), np.uint8)
    pictures[:, 4:] = (128, 0, 0, 128)
    assert images.flatten(pictures)[0, [0, 7]].tolist() == [[255, 255, 255], [255, 127, 127]]
    assert images.flatten(pictures, paper=51)[0, [0, 7]].tolist() == [[51, 51, 51], [153, 25, 25]]


def test_a_checkerboard_shows_through_what_is_transparent() -> None:
    board = images.checkerboard(16, 24)
    light, dark = images.CHECK_GREYS
    assert board[0, [0, 7, 8, 15, 16]].tolist() == [light, light, dark, dark, light]
    assert board[8, [0, 8]].tolist() == [dark, light]
    pictures = np.zeros((2, 16, 24, 4), np.uint8)
    pictures[1, :, :] = (10, 20, 30, 255)
    pictures[1, 0, 8] = (50, 0, 0, 51)
    shown = images.flatten(pictures, board)
    assert np.array_equal(shown[0], np.repeat(board[..., None], 3, axis=2))
    assert shown[1, 1, 1].tolist() == [10, 20, 30]
    assert shown[1, 0, 8].tolist() == [50 + dark * 204 // 255, dark * 204 // 255, dark * 204 // 255]


@pytest.mark.parametrize("shape", [(3, 5), (3, 5, 1), (3, 5, 4), (1, 1, 3)])
@pytest.mark.parametrize("scale", [1, 2, 7])
def test_each_pixel_becomes_a_square(shape: tuple[int, ...], scale: int) -> None:
    picture = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    repeated = images.repeat_pixels(picture, scale)
    assert np.array_equal(repeated, np.kron(picture, np.ones((scale, scale, *(1,) * (len(shape) - 2)), np.uint8)))
