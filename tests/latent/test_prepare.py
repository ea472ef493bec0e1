"""Pictures as people have them, brought to what a generator makes."""

import os
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import EpsImagePlugin, Image

from ganstudio.data import catalog
from ganstudio.data.pictures import decode as pictures
from ganstudio.data.pictures import formats
from ganstudio.data.pictures.recipe import Channels, Fit, Recipe
from ganstudio.errors import InputError
from ganstudio.latent.prepare import digit, prepare, read
from support.hostile import bounded_memory


def stroke() -> np.ndarray:
    """A bright, lopsided cross on black, 40 x 50."""
    picture = np.zeros((40, 50), np.uint8)
    picture[5:25, 20:23] = 255
    picture[10:13, 15:30] = 255
    return picture


def centre(picture: np.ndarray) -> np.ndarray:
    mass = picture.astype(float)
    return (np.indices(picture.shape) * mass).sum((1, 2)) / mass.sum()


def box(picture: np.ndarray) -> tuple[int, int]:
    return tuple(int(np.ptp(each)) + 1 for each in np.nonzero(picture))  # type: ignore[return-value]


def save(path: Path, image: Image.Image, **options: object) -> Path:
    image.save(path, **options)
    return path


def test_a_digit_fills_its_box_with_its_mass_in_the_middle() -> None:
    made = digit(stroke(), 28)
    assert (made.shape, made.dtype) == ((28, 28), np.uint8)
    assert max(box(made)) == 20
    assert centre(made) == pytest.approx([14, 14], abs=0.51)
    assert max(box(digit(stroke(), 56))) == 40


def test_ink_may_be_dark_or_bright_anywhere_and_of_any_size() -> None:
    made = digit(stroke(), 28)
    moved = np.zeros((100, 60), np.uint8)
    moved[55:95, 5:55] = stroke()
    larger = np.kron(stroke(), np.ones((3, 3), np.uint8))
    pale = (200 - stroke().astype(int) // 3).astype(np.uint8)
    for other in (255 - stroke(), moved, larger, pale, np.repeat(stroke()[..., None], 3, axis=2)):
        assert np.abs(digit(other, 28).astype(int) - made).mean() < 1.5


def test_real_digits_stay_as_they_are() -> None:
    pictures = catalog.load("mnist", size=28, channels=1).images[:50]
    apart = [np.abs(digit(each, 28).astype(float) - each).mean() / 255 for each in pictures]
    assert np.mean(apart) < 0.01


def test_a_blank_picture_is_refused() -> None:
    for blank in (np.zeros((28, 28), np.uint8), np.full((9, 9, 3), 250, np.uint8)):
        with pytest.raises(InputError, match="seems to be empty"):
            digit(blank, 28)


def test_size_and_channels_are_what_the_generator_wants(tmp_path: Path) -> None:
    wide = np.zeros((20, 60, 3), np.uint8)
    wide[:, 20:40] = (255, 0, 0)  # all that the middle square holds
    assert (prepare(wide, 32, 3) == (255, 0, 0)).all()
    assert (prepare(wide, 32, 1) == 76).all()
    assert prepare(stroke(), 28, 3, centred=True).shape == (28, 28, 3)
    path = save(tmp_path / "a picture \N{SNOWMAN}.png", Image.fromarray(wide))
    assert np.array_equal(prepare(path, 32, 3), prepare(wide, 32, 3))


def test_every_kind_of_file_is_read(tmp_path: Path) -> None:
    ramp = np.arange(256, dtype=np.uint8).reshape(16, 16)
    sixteen = (ramp.astype(np.uint16) * 257).astype(np.uint16)
    assert np.array_equal(read(save(tmp_path / "16.png", Image.fromarray(sixteen))), ramp)
    assert np.array_equal(read(save(tmp_path / "f.tiff", Image.fromarray(ramp.astype(np.float32) / 255))), ramp)
    assert np.array_equal(read(save(tmp_path / "p.png", Image.fromarray(ramp).convert("P")))[..., 0], ramp)
    assert set(np.unique(read(save(tmp_path / "1.png", Image.fromarray(ramp > 99))))) == {0, 255}
    assert read(save(tmp_path / "c.jpg", Image.new("CMYK", (4, 4)))).shape == (4, 4, 3)
    frames = [Image.fromarray(ramp), Image.fromarray(255 - ramp)]
    animated = read(save(tmp_path / "a.webp", frames[0], save_all=True, append_images=frames[1:], lossless=True))
    assert np.array_equal(animated[..., 0], ramp)


def test_pictures_are_turned_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise
    path = save(tmp_path / "t.png", Image.fromarray(stroke()), exif=exif)
    assert np.array_equal(read(path), np.rot90(stroke(), -1))


@pytest.mark.parametrize("bright", [False, True])
def test_strokes_on_nothing_stand_out(tmp_path: Path, bright: bool) -> None:
    drawn = np.zeros((*stroke().shape, 4), np.uint8)
    drawn[..., :3] = 255 if bright else 0
    drawn[..., 3] = stroke()
    path = save(tmp_path / "s.png", Image.fromarray(drawn))
    assert np.array_equal(prepare(path, 28, 1, centred=True), digit(stroke(), 28))


def test_what_is_no_picture_or_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text, path = tmp_path / "t.png", save(tmp_path / "p.png", Image.fromarray(stroke()))
    text.write_text("no picture")
    cut = tmp_path / "cut.png"
    cut.write_bytes(path.read_bytes()[:60])
    with pytest.raises(InputError, match=r"^t\.png is not a picture\. Use a PNG") as error:
        read(text)
    assert str(error.value).count("t.png") == 1
    for broken in (cut, tmp_path / "nowhere.png", tmp_path):
        with pytest.raises(InputError, match="cannot be read") as error:
            read(broken)
        assert str(error.value).count(broken.name) == 1
    monkeypatch.setattr(formats, "MAX_PIXELS", 1999)
    with pytest.raises(InputError, match="40 x 50"):
        read(path)


def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "link.png").symlink_to("/dev/zero")
    (tmp_path / "folder.png").mkdir()
    for name, words in (("pipe.png", "is a pipe"), ("link.png", "is a device"), ("folder.png", "is a folder")):
        with pytest.raises(InputError, match=rf"^{name} cannot be read as a picture: .*{words}"):
            read(tmp_path / name)


def test_no_picture_is_handed_to_another_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pillow has Ghostscript draw an EPS, whatever its name is."""
    started: list[object] = []
    monkeypatch.setattr(subprocess, "Popen", lambda *words, **options: started.append(words))
    monkeypatch.setattr(EpsImagePlugin, "has_ghostscript", lambda: True)
    Image.fromarray(stroke()).save(tmp_path / "a.png", "eps")
    with pytest.raises(InputError, match=r"^a\.png is not a picture"):
        read(tmp_path / "a.png")
    assert not started


@pytest.mark.parametrize("kind", [np.int32, np.float32])
def test_numbers_beyond_all_measure_are_scaled(tmp_path: Path, kind: type) -> None:
    values = np.array([[0, 40_000], [80_000, -5]], kind)
    made = read(save(tmp_path / "v.tiff", Image.fromarray(values)))
    assert made.tolist() == [[0, 128], [255, 0]]
    if kind is np.float32:
        odd = np.array([[np.nan, np.inf], [65_535, -np.inf]], kind)
        assert read(save(tmp_path / "o.tiff", Image.fromarray(odd))).tolist() == [[0, 0], [255, 0]]


def test_a_large_picture_takes_little_more_memory_than_its_pixels(tmp_path: Path) -> None:
    drawn = np.zeros((1500, 1500, 4), np.uint8)
    drawn[..., 3] = 100
    for path in (
        save(tmp_path / "a.png", Image.fromarray(drawn), compress_level=1),
        save(tmp_path / "i.tiff", Image.fromarray(np.full((1500, 1500), 70_000, np.int32))),
    ):
        with bounded_memory(1500 * 1500 * 30 / 1e6):
            read(path)


def test_a_very_long_picture_under_a_very_long_name_is_fitted(tmp_path: Path) -> None:
    line = np.zeros((1, 4000), np.uint8)
    line[:, 1000:3000] = 255
    path = save(tmp_path / f"{'n' * 190} \N{GRINNING FACE}.png", Image.fromarray(line))
    assert prepare(path, 28, 1, centred=False).shape == (28, 28)


@pytest.mark.parametrize("side", [12_000, 20_000])
def test_a_bomb_of_144_or_400_megapixels_is_refused_in_little_memory(tmp_path: Path, side: int) -> None:
    path = save(tmp_path / "bomb.png", Image.new("1", (side, side)))
    assert path.stat().st_size < 1_000_000
    with bounded_memory(2), pytest.raises(InputError, match=rf"^bomb\.png .*(too many pixels|{side:,})"):
        read(path)


def test_a_picture_is_read_as_those_were_that_the_generator_learned_from(tmp_path: Path) -> None:
    recipe = Recipe(12, 16, Channels.RGB, Fit.PAD, "#204060", maximum=4095)
    drawn = Image.fromarray(np.random.default_rng(0).integers(0, 256, (30, 200, 4), np.uint8))
    deep = Image.fromarray((np.arange(600, dtype=np.uint16) * 6).reshape(20, 30))
    for path in (
        save(tmp_path / "a.png", drawn),
        save(tmp_path / "16.png", deep),
        save(tmp_path / "j.jpg", drawn.convert("RGB")),
    ):
        with path.open("rb") as file:
            learned = pictures.prepare(file, recipe).pixels
        assert np.array_equal(prepare(path, "12x16", 3, recipe=recipe), learned)


@pytest.mark.parametrize("channels", list(Channels))
def test_channels_are_the_generators_also_where_its_pictures_had_others(tmp_path: Path, channels: Channels) -> None:
    drawn = np.zeros((12, 16, 4), np.uint8)
    drawn[:, 4:] = (200, 100, 50, 102)  # of which 2 in 5 are seen, on the paper of the recipe
    path = save(tmp_path / "a.png", Image.fromarray(drawn))
    expected = {
        Channels.GRAY: ((53,), (82,)),  # the brightness of the next line
        Channels.RGB: ((0, 60, 160), (80, 76, 116)),
        Channels.RGBA: ((0, 0, 0, 0), (80, 40, 20, 102)),
    }
    for learned in Channels:
        recipe = Recipe(12, 16, learned, Fit.PAD, "#003ca0")
        made = prepare(path, "12x16", channels.count, recipe=recipe).reshape(12, 16, -1)
        assert abs(made[:, :4].astype(int) - expected[channels][0]).max() <= 1
        assert abs(made[:, 4:].astype(int) - expected[channels][1]).max() <= 1


def test_transparency_is_kept_for_a_generator_that_makes_it(tmp_path: Path) -> None:
    drawn = np.zeros((8, 24, 4), np.uint8)
    drawn[:, 8:] = (200, 100, 50, 51)
    path = save(tmp_path / "a.png", Image.fromarray(drawn))
    premultiplied = [[0] * 4] * 8 + [[40, 20, 10, 51]] * 16
    made = prepare(path, "8x24", 4)
    assert (made == premultiplied).all()
    assert np.array_equal(prepare(made, "8x24", 4), made)
    assert (prepare(made, 4, 4) == premultiplied[8]).all()
    assert (prepare(np.full((9, 9), 7, np.uint8), 8, 4) == (7, 7, 7, 255)).all()
