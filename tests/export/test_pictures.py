"""PNG of grids and samples, opened by Pillow."""

import math
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganstudio.errors import Cancelled, ExportError, InputError
from ganstudio.export import pictures
from ganstudio.export.formats import FORMATS
from ganstudio.export.job import Content, Job
from ganstudio.latent.paths import noise
from ganstudio.latent.sampler import Sampler
from ganstudio.picture_text import text_width
from ganstudio.runs.folder import RunFolder
from support import export


def write(run: RunFolder, out: Path, **wishes: object) -> Image.Image:
    FORMATS["png"].write(Job(run.path, out / "p.png", **wishes))
    with Image.open(out / "p.png") as image:
        image.load()
        return image


def enlarged(picture: np.ndarray, scale: int) -> np.ndarray:
    return np.kron(picture, np.ones((scale, scale) + (1,) * (picture.ndim - 2), np.uint8))


def test_a_pixel_of_the_grid_is_a_square_of_pixels(finished: RunFolder, out: Path) -> None:
    image = write(finished, out, scale=5)
    assert np.array_equal(np.asarray(image), enlarged(export.tiled(export.grid(80, finished.config)), 5))
    assert (image.text["step"], image.text["run"]) == ("80", "tiny-run")


def test_the_scale_of_a_picture_fills_some_thousand_pixels(finished: RunFolder, out: Path) -> None:
    image = write(finished, out)
    assert image.size == (84 * 12, 84 * 12)  # 1024 // 84
    assert np.array_equal(np.asarray(image)[::12, ::12], export.tiled(export.grid(80, finished.config)))


def test_the_grid_of_a_step_is_the_newest_not_after_it(finished: RunFolder, out: Path) -> None:
    assert write(finished, out, step=39, scale=1).text["step"] == "20"
    assert write(finished, out, step=40, scale=1).text["step"] == "40"


def test_colours_stay(tmp_path: Path, out: Path) -> None:
    run = export.run(tmp_path / "run", export.config(channels=3), (0, 5))
    image = write(run, out, scale=2)
    assert np.array_equal(np.asarray(image), enlarged(export.tiled(export.grid(5, run.config)), 2))


def test_a_sample_is_the_generators_at_that_step(finished: RunFolder, out: Path) -> None:
    image = write(finished, out, content=Content.SAMPLE, scale=1, seed=3, step=50)
    wanted = Sampler.load(finished, 40).sample(noise(1, 8, 3))[0]
    assert np.array_equal(np.asarray(image), wanted)
    other = write(finished, out, content=Content.SAMPLE, scale=1, seed=4, step=50)
    assert not np.array_equal(np.asarray(other), wanted)


def test_sprites_lie_edge_to_edge_in_cells_that_the_file_names(tmp_path: Path, out: Path) -> None:
    run = export.run(tmp_path / "run", export.config(conditional=True), (0,))
    image = write(run, out, content=Content.SPRITES, count=70, scale=2, labels=(3, 7))
    assert (image.text["cell"], image.text["columns"], image.text["count"]) == ("56", "9", "70")
    assert image.size == (9 * 56, 8 * 56)
    wanted = Sampler.load(run).sample(noise(70, 8, 0), np.resize([3, 7], 70))
    cells = [np.asarray(image.crop((x, y, x + 56, y + 56))) for y in range(0, 448, 56) for x in range(0, 504, 56)]
    for cell, picture in zip(cells, wanted, strict=False):
        assert np.abs(cell.astype(int) - enlarged(picture, 2)).max() <= 1  # sums may be rounded in another order
    assert not cells[70].any()


def test_progress_of_many_samples_and_calling_them_off(finished: RunFolder, out: Path) -> None:
    told: list[tuple[int, int]] = []
    write(finished, out, content=Content.SPRITES, count=130, on_progress=lambda *at: told.append(at))
    assert told == [(0, 130), (64, 130), (128, 130), (130, 130)]
    (out / "p.png").unlink()
    with pytest.raises(Cancelled):
        write(finished, out, content=Content.SPRITES, should_stop=lambda: True)
    assert export.left_over(out) == []


def test_results_are_drawn_without_writing_into_the_run(finished: RunFolder, out: Path) -> None:
    before = sorted(finished.path.rglob("*"))
    image = write(finished, out, content=Content.RESULTS)
    assert image.width > 168
    assert image.height > 168
    assert sorted(finished.path.rglob("*")) == before


@pytest.mark.parametrize("content", [Content.GRID, Content.SAMPLE, Content.RESULTS, Content.CURVES])
def test_a_run_that_has_nothing_yet_says_so(content: Content, tmp_path: Path, out: Path) -> None:
    run = RunFolder.create(tmp_path / "run", export.config(), export.RunInfo("2026-11-22", 0))
    with pytest.raises(InputError, match="let it train"):
        write(run, out, content=content)
    assert export.left_over(out) == []


def test_grids_that_are_thinned_out_meanwhile_are_passed_over(
    tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = export.run(tmp_path / "run", steps=(0, 5, 9))
    seen = run.samples()
    monkeypatch.setattr(RunFolder, "samples", lambda self: seen)
    seen[-1][1].unlink()
    assert write(run, out, scale=1).text["step"] == "5"


@pytest.mark.parametrize(("labels", "conditional"), [((10,), True), ((-1,), True), ((1,), False)])
def test_classes_that_are_not_there_are_refused(
    labels: tuple[int, ...], conditional: bool, tmp_path: Path, out: Path
) -> None:
    run = export.run(tmp_path / "run", export.config(conditional=conditional), (0,))
    with pytest.raises(ExportError, match="class"):
        write(run, out, content=Content.SPRITES, labels=labels)


def test_what_a_format_cannot_hold_is_refused_with_what_it_can(finished: RunFolder, out: Path) -> None:
    with pytest.raises(ExportError, match="grid, sample, sprites, results, plane, curves; not walk"):
        write(finished, out, content=Content.WALK)


def test_a_place_that_cannot_be_written_is_said(finished: RunFolder, out: Path) -> None:
    with pytest.raises(ExportError, match="no folder"):
        write(finished, out / "nowhere")
    (out / "p.png").mkdir()
    with pytest.raises(ExportError, match="is a folder"):
        write(finished, out)


def test_a_caption_is_a_readable_line_below(finished: RunFolder) -> None:
    picture = np.full((84, 84), 255, np.uint8)
    bar = pictures.add_caption(picture, "step 10")[84:]
    assert bar.shape == (28, 84)
    assert bar.max() > 150  # words on a dark bar
    assert np.median(bar) < 50
    assert not np.array_equal(bar, pictures.add_caption(picture, "step 11")[84:])


def test_a_caption_is_whole_below_a_narrow_picture() -> None:
    text, ends = "step 20,000   epoch 12.8", 7 + math.ceil(text_width("step 20,000   epoch 12.8", 15))
    usual = pictures.add_caption(np.zeros((9, 400), np.uint8), text)[9:]
    assert (usual[:, ends - 6 : ends] > 100).any()
    narrow = pictures.add_caption(np.zeros((9, 130), np.uint8), text)[9:]
    assert (narrow[:, 112:124] > 100).any()
    assert not (narrow[:, 124:] > 100).any()  # a margin follows its end


def test_captions_of_a_film_have_one_size() -> None:
    longest = pictures.LONGEST_GRID_CAPTION
    height = {}
    for text in ("step 1", "step 1   epoch 0.25", longest):
        bar = pictures.add_caption(np.zeros((9, 130), np.uint8), text, longest)[9:]
        height[text] = np.flatnonzero((bar[:, :13] > 100).any(1)).tolist()  # of what all of them begin with
    assert height["step 1"] == height["step 1   epoch 0.25"] == height[longest]
    alone = pictures.add_caption(np.zeros((9, 130), np.uint8), "step 1")[9:]
    assert np.flatnonzero((alone[:, :13] > 100).any(1)).tolist() != height["step 1"]


def test_a_picture_too_large_for_memory_is_refused_before_it_is_made(
    tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = export.run(tmp_path / "run", export.config(channels=3), (0, 5))
    side = export.tiled(export.grid(5, run.config)).shape[0]
    monkeypatch.setattr(pictures, "MAX_BYTES", 3 * (side * 7) ** 2)
    assert write(run, out, scale=7).size == (7 * side, 7 * side)
    size = f"{8 * side:,} x {8 * side:,}"
    with pytest.raises(ExportError, match=f"A picture of {size} pixels would be too large: .* scale of at most 7"):
        write(run, out, scale=8)


def test_a_sheet_too_large_for_memory_is_refused_before_a_picture_is_drawn(
    finished: RunFolder, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "_make_samples", lambda *_: pytest.fail("pictures were drawn"))
    with pytest.raises(ExportError, match="Choose a scale of at most"):
        write(finished, out, content=Content.SPRITES, count=100_000, scale=64)


def test_the_largest_colour_grid_says_what_fits() -> None:
    with pytest.raises(ExportError, match=r"65,536 x 65,536 pixels would be too large: 12.9 GB. Choose a scale of at"):
        pictures.enlarge(np.zeros((1024, 1024, 3), np.uint8), 64)
    with pytest.raises(ExportError, match="Choose fewer pictures"):
        pictures.check_size(40_000, 40_000, 3, 1)
