"""Exports of pictures that are not square and have an alpha channel, opened by other programs."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageSequence

from ganstudio import images
from ganstudio.export import frames, pictures
from ganstudio.export.formats import FORMATS
from ganstudio.export.job import Content, Job, Paper
from ganstudio.latent.generators import sample
from ganstudio.latent.paths import noise
from ganstudio.latent.sampler import Sampler
from ganstudio.runs.folder import RunFolder
from support import export


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    return export.run(tmp_path / "run", export.config(channels=4, size="24x48"), (0, 5))


def write(name: str, run: RunFolder, out: Path, **wishes: object) -> tuple[str, list[np.ndarray]]:
    """What is said, and the frames as RGBA."""
    path = out / f"file.{name}"
    said = FORMATS[name].write(Job(run.path, path, **wishes))
    with Image.open(path) as image:
        return said, [np.asarray(each.convert("RGBA")) for each in ImageSequence.Iterator(image)]


def straight(run: RunFolder, step: int) -> np.ndarray:
    """The grid as one picture, with colours as files have them."""
    return images.unpremultiply(export.tiled(export.grid(step, run.config)))


def test_a_grid_keeps_its_transparency(run: RunFolder, out: Path) -> None:
    _, (grid,) = write("png", run, out, scale=1)
    assert grid.shape == (3 * 24, 3 * 48, 4)
    assert np.array_equal(grid, straight(run, 5))
    colour, alpha = grid[..., :3].astype(int), grid[..., 3:]
    assert (colour > alpha).mean() > 0.2  # they are not multiplied with it


def test_a_sprite_sheet_has_cells_of_the_pictures_shape(run: RunFolder, out: Path) -> None:
    said, (sheet,) = write("png", run, out, content=Content.SPRITES, count=4, scale=2, seed=3)
    wanted = images.unpremultiply(images.tile(Sampler.load(run).sample(noise(4, 8, 3)), 2))
    assert np.array_equal(sheet[::2, ::2], wanted)
    assert "cells of 96 (width) x 48 (height) pixels" in said
    with Image.open(out / "file.png") as image:
        facts = image.text
    assert (facts["cell_width"], facts["cell_height"], facts["cell"]) == ("96", "48", "48x96")


def test_one_sample_is_that_of_the_library(run: RunFolder, out: Path) -> None:
    _, (picture,) = write("png", run, out, content=Content.SAMPLE, scale=1, seed=3)
    assert np.array_equal(picture, sample(run, 1, seed=3)[0])
    assert np.array_equal(images.premultiply(picture), Sampler.load(run).sample(noise(1, 8, 3))[0])


def test_a_webp_is_transparent_where_its_pictures_are(run: RunFolder, out: Path) -> None:
    _, film = write("webp", run, out, scale=1, caption=False)
    assert len(film) == 2
    for frame, step in zip(film, (0, 5), strict=True):
        wanted = straight(run, step)
        assert np.array_equal(frame[..., 3], wanted[..., 3])
        assert np.array_equal(frame[wanted[..., 3] > 0], wanted[wanted[..., 3] > 0])


@pytest.mark.parametrize("paper", Paper)
def test_a_gif_is_on_paper_and_says_so(run: RunFolder, out: Path, paper: Paper) -> None:
    board = {
        Paper.WHITE: 255,
        Paper.BLACK: 0,
        Paper.CHECKERBOARD: images.checkerboard(3 * 24, 3 * 48),
    }[paper]
    flat = np.zeros((9, 24, 48, 4), np.uint8)
    flat[:, 4:, :24] = (40, 0, 0, 80)
    run.save_samples(export.Samples(5, 0.1, flat))
    said, film = write("gif", run, out, scale=1, content=Content.PROGRESS, caption=False, paper=paper)
    assert f"on {frames.PAPER_NAMES[paper]}" in said
    wanted = images.flatten(images.tile(flat, 3), board)
    assert np.abs(film[-1][..., :3].astype(int) - wanted).max() <= 12  # a palette of 256 for noise, too
    assert film[-1][..., 3].min() == 255


def test_a_film_without_transparency_has_no_paper(tmp_path: Path, out: Path) -> None:
    plain = export.run(tmp_path / "run", export.config(channels=3), (0, 5))
    said, _ = write("gif", plain, out, scale=1, caption=False, paper=Paper.CHECKERBOARD)
    assert "checkerboard" not in said


def test_an_mp4_is_on_its_paper(run: RunFolder, out: Path) -> None:
    av = pytest.importorskip("av")
    run.save_samples(export.Samples(5, 0.1, np.zeros((9, 24, 48, 4), np.uint8)))
    said = FORMATS["mp4"].write(Job(run.path, out / "f.mp4", step=5, scale=1, caption=False, paper=Paper.WHITE))
    assert "on white" in said
    with av.open(str(out / "f.mp4")) as film:
        *_, last = (each.to_ndarray(format="rgb24") for each in film.decode(video=0))
    assert last.shape == (72, 144, 3)
    assert last.min() > 245


def test_a_caption_below_transparent_frames_is_opaque() -> None:
    captioned = pictures.add_caption(np.zeros((20, 200, 4), np.uint8), "step 1,200   epoch 2.6")
    assert captioned[:20].max() == 0
    assert captioned[20:, :, 3].min() == 255
    assert captioned[20:, :, 0].max() > 150


def test_a_grid_for_tensorboard_keeps_its_transparency(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_file_loader import EventFileLoader

    from ganstudio.export.event_file import EventFile

    picture = images.premultiply(np.random.default_rng(0).integers(0, 256, (8, 16, 4), np.uint8))
    log = EventFile(tmp_path / "events", 0.0)
    log.add_picture("grid", picture, 5, 1.0)
    log.close()
    *_, event = EventFileLoader(str(tmp_path / "events")).Load()
    (value,) = event.summary.value
    width, height, content = value.tensor.string_val[:3]
    with Image.open(io.BytesIO(content)) as image:
        assert np.array_equal(np.asarray(image), images.unpremultiply(picture))
    assert (width, height) == (b"16", b"8")


def test_onnx_makes_pictures_of_that_shape_and_says_what_its_channels_are(run: RunFolder, out: Path) -> None:
    onnx, runtime = pytest.importorskip("onnx"), pytest.importorskip("onnxruntime")
    FORMATS["onnx"].write(Job(run.path, out / "g.onnx"))
    made = onnx.load(out / "g.onnx")
    shape = [each.dim_param or each.dim_value for each in made.graph.output[0].type.tensor_type.shape.dim]
    assert shape == ["N", 4, 24, 48]
    assert {each.key: each.value for each in made.metadata_props}["channels"].endswith("alpha; colours premultiplied")
    session = runtime.InferenceSession(str(out / "g.onnx"), providers=["CPUExecutionProvider"])
    (floats,) = session.run(None, {"z": noise(2, 8, 0)})
    colour = np.clip((floats + 1) * 127.5, 0, 255).round().astype(np.uint8).transpose(0, 2, 3, 1)
    colour[..., :3] = np.minimum(colour[..., :3], colour[..., 3:])
    assert np.abs(colour.astype(int) - Sampler.load(run).sample(noise(2, 8, 0))).max() <= 1


def test_safetensors_opens_as_a_model_of_that_shape(run: RunFolder, out: Path) -> None:
    FORMATS["safetensors"].write(Job(run.path, out / "g.safetensors"))
    assert np.array_equal(sample(out / "g.safetensors", 2), sample(run, 2))
    assert sample(run, 2).shape == (2, 24, 48, 4)
