"""Pictures with few colours and hard edges."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganstudio import cli, images
from ganstudio.data import catalog
from ganstudio.data.catalog import Dataset
from ganstudio.errors import ExportError
from ganstudio.export import finish, palette
from ganstudio.export.formats import FORMATS
from ganstudio.export.job import Content, Job
from ganstudio.runs.folder import RunFolder, RunInfo
from support import export
from support.imports import bring_in
from support.picture_folder import save

FOUR = np.array([[20, 20, 20], [200, 40, 40], [40, 160, 60], [240, 240, 240]], np.uint8)


def noisy(colours: np.ndarray, spread: int = 6, side: int = 16) -> np.ndarray:
    """Two opaque pictures of these colours and noise, with a rare colour of its own in an almost transparent pixel."""
    rng = np.random.default_rng(0)
    plain = colours[rng.integers(0, len(colours), (2, side, side))]
    drawn = np.clip(plain.astype(int) + rng.integers(-spread, spread + 1, plain.shape), 0, 255)
    made = np.concatenate([drawn, np.full_like(drawn[..., :1], 255)], axis=-1).astype(np.uint8)
    made[0, 0, 0] = (0, 0, 10, 10)
    return made


def test_oklab_is_that_of_its_author() -> None:
    lab = palette.to_oklab(np.array([[255, 255, 255], [0, 0, 0], [255, 0, 0]], np.uint8))
    assert lab[0] == pytest.approx([1, 0, 0], abs=1e-4)
    assert lab[1] == pytest.approx([0, 0, 0], abs=1e-9)
    assert lab[2] == pytest.approx([0.62796, 0.22486, 0.12585], abs=1e-4)


def test_colours_that_are_few_are_the_palette() -> None:
    pictures = noisy(FOUR, spread=0)
    found = palette.find_palette(pictures, 16)
    assert sorted(map(tuple, found)) == sorted(map(tuple, FOUR))
    assert np.array_equal(palette.snap(pictures, found)[1], pictures[1])


def test_colours_that_are_many_become_those_around_which_they_lie() -> None:
    pictures = noisy(FOUR)
    found = palette.find_palette(pictures, 4)
    assert len(found) == 4
    for colour in FOUR:
        assert np.abs(found.astype(int) - colour).max(1).min() <= 6
    occurring = {tuple(colour) for colour in pictures[..., :3].reshape(-1, 3)}
    assert {tuple(colour) for colour in found} <= occurring
    assert np.array_equal(found, palette.find_palette(pictures, 4))


def test_each_pixel_takes_the_nearest_colour_and_keeps_its_alpha() -> None:
    straight = np.zeros((1, 2, 2, 4), np.uint8)
    straight[0, 0] = [(190, 50, 50, 255), (50, 150, 70, 100)]
    straight[0, 1] = [(230, 230, 255, 255), (9, 9, 9, 0)]
    drawn = images.unpremultiply(palette.snap(images.premultiply(straight), FOUR))
    assert drawn[0, 0, 0].tolist() == [200, 40, 40, 255]
    assert np.abs(drawn[0, 0, 1].astype(int) - [40, 160, 60, 100]).max() <= 2  # as alpha allows
    assert drawn[0, 1].tolist() == [[240, 240, 240, 255], [0, 0, 0, 0]]


def test_grey_pictures_have_palettes_of_greys() -> None:
    grey = np.array([[[0, 5, 120], [126, 250, 255]]], np.uint8)
    found = palette.find_palette(grey, 3)
    assert found.shape == (3, 3)
    assert set(np.unique(palette.snap(grey, found))) == set(found[:, 0])
    assert palette.snap(grey, found).shape == grey.shape


@pytest.mark.parametrize(("threshold", "kept"), [(0.5, [128, 255]), (0.1, [40, 127, 128, 255]), (1.0, [255])])
def test_hard_edges_are_opaque_or_nothing(threshold: float, kept: list[int]) -> None:
    alphas = np.array([0, 1, 20, 40, 127, 128, 255, 0], np.uint8)
    straight = np.stack([np.full(8, 90), np.full(8, 200), np.full(8, 30), alphas], axis=-1).astype(np.uint8)
    hard = palette.harden(images.premultiply(straight[None, None]), threshold)[0, 0]
    assert set(hard[:, 3]) <= {0, 255}
    assert alphas[hard[:, 3] == 255].tolist() == kept
    assert np.abs(hard[hard[:, 3] == 255][:, :3].astype(int) - [90, 200, 30]).max() <= 3  # no longer darkened by alpha
    assert hard[hard[:, 3] == 0].max() == 0


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunFolder]:
    """A run of transparent pictures of four colours."""
    info = replace(catalog.DATASETS["digits"], channels=4)
    monkeypatch.setattr(catalog, "load", lambda *_, **__: Dataset(info, noisy(FOUR, 0, 28), np.zeros(2, np.uint8)))
    finish._training_palette.cache_clear()
    yield export.run(tmp_path / "run", export.config(channels=4), (0, 5))
    finish._training_palette.cache_clear()


@pytest.mark.parametrize("content", [Content.GRID, Content.SAMPLE, Content.SPRITES])
def test_a_picture_is_exported_with_the_colours_of_the_training_pictures(
    run: RunFolder, out: Path, content: Content
) -> None:
    FORMATS["png"].write(Job(run.path, out / "p.png", content, scale=1, count=4, alpha_threshold=0.5, palette=16))
    with Image.open(out / "p.png") as image:
        pixels = np.asarray(image)
    assert set(np.unique(pixels[..., 3])) == {0, 255}
    used = {tuple(colour) for colour in pixels[pixels[..., 3] == 255][:, :3].tolist()}
    assert used <= {tuple(colour) for colour in FOUR.tolist()}
    assert len(used) > 1


@pytest.mark.parametrize("content", [Content.PROGRESS, Content.WALK])
def test_a_film_has_those_colours_too(run: RunFolder, out: Path, content: Content) -> None:
    job = Job(run.path, out / "f.webp", content, scale=1, seconds=0.3, caption=False, alpha_threshold=0.5, palette=16)
    FORMATS["webp"].write(job)
    with Image.open(out / "f.webp") as film:
        for number in range(film.n_frames):
            film.seek(number)
            pixels = np.asarray(film.convert("RGBA"))
            assert set(np.unique(pixels[..., 3])) <= {0, 255}
            used = {tuple(colour) for colour in pixels[pixels[..., 3] == 255][:, :3].tolist()}
            assert used <= {tuple(colour) for colour in FOUR.tolist()}


@pytest.mark.parametrize(
    ("wishes", "says"),
    [
        ({"palette": 1}, "2 to 256 colours; got 1"),
        ({"palette": 257}, "got 257"),
        ({"alpha_threshold": 0.0}, "above 0 and at most 1; got 0"),
        ({"alpha_threshold": 1.5}, "got 1.5"),
    ],
)
def test_a_number_outside_its_limits_is_refused(run: RunFolder, out: Path, wishes: dict, says: str) -> None:
    with pytest.raises(ExportError, match=says):
        FORMATS["png"].write(Job(run.path, out / "p.png", scale=1, **wishes))
    assert export.left_over(out) == []


def test_what_is_not_there_is_named(tmp_path: Path, out: Path) -> None:
    plain = export.run(tmp_path / "plain", export.config(channels=3), (0,))
    with pytest.raises(ExportError, match="no transparency"):
        FORMATS["png"].write(Job(plain.path, out / "p.png", alpha_threshold=0.5))
    config = export.config(channels=3)
    config = replace(config, data=replace(config.data, name="my-sprites"))
    gone = export.run(tmp_path / "gone", config, (0,))
    with pytest.raises(ExportError, match=r"The palette is that of the training pictures\. .*my-sprites"):
        FORMATS["png"].write(Job(gone.path, out / "p.png", palette=16))


def test_the_commands_take_both(run: RunFolder, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        cli.main(["sample", str(run.path), "--count", "3", "--out", f"{out}/", "--alpha-threshold", "--palette", "16"])
        == 0
    )
    drawn = np.stack([np.asarray(Image.open(each)) for each in sorted(out.glob("*.png"))])
    assert drawn.shape == (3, 28, 28, 4)
    assert set(np.unique(drawn[..., 3])) == {0, 255}
    assert {tuple(colour) for colour in drawn[drawn[..., 3] == 255][:, :3].tolist()} <= {
        tuple(c) for c in FOUR.tolist()
    }
    film = out / "f.gif"
    flags = ["--alpha-threshold", "0.3", "--palette", "16", "--paper", "black", "--no-caption", "--scale", "1"]
    assert cli.main(["export", str(run.path), "--format", "gif", "--out", str(film), *flags]) == 0
    assert "on black" in capsys.readouterr().out
    with Image.open(film) as image:
        used = {tuple(colour) for colour in np.asarray(image.convert("RGB")).reshape(-1, 3).tolist()}
    assert used <= {(0, 0, 0), *map(tuple, FOUR.tolist())}
    grid = out / "g.png"
    assert cli.main(["sample", str(run.path), "--out", str(grid), "--palette", "1"]) == 2
    assert "2 to 256 colours; got 1" in capsys.readouterr().err
    assert not grid.exists()


def test_the_colours_are_those_of_the_pictures_that_the_run_began_with(
    tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GANSTUDIO_DATA", str(tmp_path / "data"))
    save(tmp_path / "own" / "1.png", (0, 0, 0))
    save(tmp_path / "own" / "2.png", (250, 250, 250))
    first = bring_in(tmp_path / "own")
    config = export.config(channels=3, size=8)
    config = replace(config, data=replace(config.data, name="own"))
    info = replace(RunInfo.now(config), data_fingerprint=first.info.fingerprint)
    run = RunFolder.create(tmp_path / "run", config, info)
    red = np.full((9, 8, 8, 3), (200, 10, 10), np.uint8)
    run.save_samples(export.Samples(5, 0.1, red))
    catalog.keep_for_run("own", first.info.fingerprint, run.path)
    save(tmp_path / "own" / "3.png", (200, 10, 10))
    bring_in(tmp_path / "own", is_update=True)

    FORMATS["png"].write(Job(run.path, out / "p.png", Content.GRID, scale=1, palette=16))
    with Image.open(out / "p.png") as image:
        used = {tuple(colour) for colour in np.asarray(image).reshape(-1, 3).tolist()}
    assert used <= {(0, 0, 0), (250, 250, 250)}


@pytest.mark.parametrize("flags", [["--palette", "16"], ["--alpha-threshold"]])
def test_points_have_no_palette_and_no_alpha(tmp_path: Path, out: Path, capsys, flags: list[str]) -> None:
    config = replace(export.config(), data=replace(export.config().data, name="lab-moons", channels=3))
    config = replace(config, network=replace(config.network, name="points"))
    run = RunFolder.create(tmp_path / "run", config, RunInfo.now(config))
    run.save_samples(export.Samples(5, 0.1, np.zeros((9, 8, 8, 3), np.uint8)))
    film = out / "f.gif"
    assert cli.main(["export", str(run.path), "--format", "gif", "--out", str(film), *flags]) == 2
    assert "this run makes points" in capsys.readouterr().err
    assert not film.exists()


def test_a_palette_is_chosen_once(run: RunFolder, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen: list[int] = []
    find = palette.find_palette
    monkeypatch.setattr(finish, "find_palette", lambda *given: chosen.append(given[1]) or find(*given))
    for seed, count in ((1, 16), (2, 16), (2, 3)):
        FORMATS["png"].write(Job(run.path, out / "p.png", Content.SAMPLE, scale=1, seed=seed, palette=count))
    assert chosen == [16, 3]


def test_pictures_without_an_opaque_pixel_have_no_palette(
    run: RunFolder, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = replace(catalog.DATASETS["digits"], channels=4)
    faint = np.full((2, 28, 28, 4), 100, np.uint8)
    monkeypatch.setattr(catalog, "load", lambda *_, **__: Dataset(info, faint, np.zeros(2, np.uint8)))
    with pytest.raises(ExportError, match="no opaque pixel"):
        FORMATS["png"].write(Job(run.path, out / "p.png", palette=16))
    assert export.left_over(out) == []
