"""Films as GIF, WebP and MP4, opened by Pillow and PyAV."""

import itertools
import re
import sys
from contextlib import nullcontext
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageSequence

from ganstudio import config as cfg
from ganstudio.errors import Cancelled, ExportError
from ganstudio.export import animation, frames, video
from ganstudio.export.formats import FORMATS
from ganstudio.export.job import Content, Job
from ganstudio.latent import paths
from ganstudio.latent.paths import noise
from ganstudio.latent.sampler import Sampler
from ganstudio.runs.folder import RunFolder
from support import export
from support.export import Block

av = pytest.importorskip("av")


def write(name: str, run: RunFolder, out: Path, **wishes: object) -> tuple[list[np.ndarray], Image.Image]:
    """Frames of the film as RGB, and the file as Pillow sees it."""
    path = out / f"film.{name}"
    FORMATS[name].write(Job(run.path, path, **wishes))
    with Image.open(path) as image:
        return [np.asarray(each.convert("RGB")) for each in ImageSequence.Iterator(image)], image


def durations(path: Path) -> list[int]:
    with Image.open(path) as image:
        return [each.info["duration"] for each in ImageSequence.Iterator(image) if each.load() is not None]


def grids(run: RunFolder, scale: int = 1) -> list[np.ndarray]:
    """All grids of the run, RGB, with crisp pixels."""
    found = []
    for step, _ in run.samples():
        sheet = export.tiled(export.grid(step, run.config)).repeat(scale, 0).repeat(scale, 1)
        found.append(sheet if sheet.ndim == 3 else np.stack([sheet] * 3, axis=2))
    return found


@pytest.mark.parametrize("name", ["gif", "webp"])
def test_progress_is_every_grid_with_its_pixels_as_they_are(name: str, finished: RunFolder, out: Path) -> None:
    film, image = write(name, finished, out, scale=2, caption=False)
    wanted = grids(finished, 2)
    assert len(film) == len(wanted) == 5
    for shown, grid in zip(film, wanted, strict=True):
        assert np.array_equal(shown, grid)
    assert image.info["loop"] == 0  # for ever


@pytest.mark.parametrize("name", ["gif", "webp"])
def test_it_lasts_as_long_as_asked_and_its_end_stays(name: str, finished: RunFolder, out: Path) -> None:
    write(name, finished, out, seconds=2.0)  # 5 frames; the stay of the last one counts
    assert durations(out / f"film.{name}") == [320, 320, 320, 320, 720]
    write(name, finished, out)
    assert durations(out / f"film.{name}") == [250, 250, 250, 250, 1750]  # few frames, which must not crawl
    write(name, finished, out, fps=10)
    assert durations(out / f"film.{name}") == [100, 100, 100, 100, 1600]


def test_captions_tell_the_step_below_the_grid(finished: RunFolder, out: Path) -> None:
    film, image = write("gif", finished, out, scale=2)
    plain, _ = write("gif", finished, out, scale=2, caption=False)
    assert image.size == (168, 168 + 28)
    for captioned, grid in zip(film, plain, strict=True):
        assert np.array_equal(captioned[:168], grid)
    bars = {each[168:].tobytes() for each in film}
    assert len(bars) == 5


def test_a_film_ends_at_the_step_asked_for(finished: RunFolder, out: Path) -> None:
    film, _ = write("gif", finished, out, step=39, caption=False, scale=1)
    assert len(film) == 3
    assert np.array_equal(film[-1], grids(finished)[2])


def test_colours_of_a_gif_are_the_nearest_of_one_palette_without_noise(tmp_path: Path, out: Path) -> None:
    run = export.run(tmp_path / "run", export.config(channels=3), ())
    flat = np.zeros((9, 28, 28, 3), np.uint8)
    flat[..., 0] = np.linspace(0, 252, 28).round()[None, None]  # a slope, which dithering would break up
    for step in (0, 1):
        run.save_samples(export.Samples(step, step / 50, flat[:, ::-1] if step else flat[..., ::-1, :]))
    film, _ = write("gif", run, out, scale=1, caption=False)
    assert len(film) == 2
    error = np.abs(film[0].astype(int) - grids_of(run)[0]).max()
    assert error <= 8
    assert (film[0][:, :28] == film[0][:1, :28]).all()  # columns of one colour stay so


def grids_of(run: RunFolder) -> list[np.ndarray]:
    return [export.tiled(run.read_samples(path)).astype(int) for _, path in run.samples()]


def test_webp_keeps_every_colour(tmp_path: Path, out: Path) -> None:
    run = export.run(tmp_path / "run", export.config(channels=3), (0, 5))
    film, _ = write("webp", run, out, scale=1, caption=False)
    for shown, grid in zip(film, grids(run), strict=True):
        assert np.array_equal(shown, grid)


def decoded(path: Path) -> tuple[list[np.ndarray], str, Fraction]:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        shown = [each.to_ndarray(format="rgb24") for each in container.decode(stream)]
        return shown, stream.codec_context.name, stream.average_rate


def test_mp4_holds_every_frame(finished: RunFolder, out: Path) -> None:
    said = FORMATS["mp4"].write(Job(finished.path, out / "film.mp4", scale=4, caption=False, fps=10))
    film, codec, rate = decoded(out / "film.mp4")
    assert codec in ("h264", "mpeg4")
    assert rate == 10
    assert len(film) == 5 + 15  # the end stays a second and a half
    for shown, grid in zip(film, grids(finished, 4), strict=False):
        middle = slice(1, None, 4)
        assert np.abs(shown[middle, middle].astype(int) - grid[middle, middle]).mean() < 6
    assert any(encoder in said for encoder in video.ENCODERS)


@pytest.mark.parametrize("encoder", [name for name in video.ENCODERS if name in av.codecs_available])
def test_every_encoder_takes_odd_sides_and_colours(
    encoder: str, tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(video, "ENCODERS", {encoder: video.ENCODERS[encoder]})
    settings = cfg.change(export.config(channels=3), "output.grid", 3)
    run = export.run(tmp_path / "run", settings, (0, 5))
    monkeypatch.setattr(frames.pictures, "grid_caption", lambda samples: "x")
    monkeypatch.setattr(frames.pictures, "_BAR_HEIGHT", 27)
    assert encoder in FORMATS["mp4"].write(Job(run.path, out / "film.mp4", scale=2, fps=12.5))
    film, _, rate = decoded(out / "film.mp4")
    assert rate == Fraction(25, 2)
    assert {each.shape for each in film} == {(168 + 28, 168, 3)}
    colour = np.abs(film[0][:168].astype(int) - grids(run, 2)[0]).mean()
    assert colour < 60  # noise at half the resolution of colour


def test_without_an_encoder_it_says_so(monkeypatch: pytest.MonkeyPatch, finished: RunFolder, out: Path) -> None:
    monkeypatch.setattr(video, "ENCODERS", {"nosuchcodec": {}})
    with pytest.raises(ExportError, match="no encoder for MP4: none of nosuchcodec"):
        FORMATS["mp4"].write(Job(finished.path, out / "film.mp4"))


def test_without_pyav_it_names_the_command(block: Block, finished: RunFolder, out: Path) -> None:
    block("av")
    with pytest.raises(ExportError, match=rf"{re.escape(sys.executable)} -m pip install --force-reinstall 'av>=13'"):
        FORMATS["mp4"].write(Job(finished.path, out / "film.mp4"))
    assert export.left_over(out) == []


# ---- walks ----------------------------------------------------------------------------------------------------------


def test_a_walk_goes_along_the_sphere_and_comes_back(finished: RunFolder, out: Path) -> None:
    film, image = write("webp", finished, out, content=Content.WALK, seconds=2.5, fps=8, seed=5, scale=3)
    way = paths.walk(noise(2, 8, 5), 9, loop=True)  # a key picture every 1.25 s
    wanted = Sampler.load(finished).sample(way)
    assert len(film) == len(wanted) == 20
    assert image.size == (84, 84)
    for shown, picture in zip(film, wanted, strict=True):
        assert np.abs(shown[::3, ::3, 0].astype(int) - picture).max() <= 1
    assert durations(out / "film.webp") == [125] * 20


@pytest.mark.parametrize("name", ["gif", "webp"])
def test_a_clock_of_whole_ticks_does_not_make_a_film_longer(name: str, finished: RunFolder, out: Path) -> None:
    """A GIF counts in hundredths of a second: 7 frames a second are 14 or 15 of them each."""
    write(name, finished, out, content=Content.WALK, seconds=3.0, fps=7, scale=1)
    lasted = durations(out / f"film.{name}")
    assert abs(sum(lasted) - 3000) <= 10
    assert max(lasted) - min(lasted) <= 10


def test_a_walk_goes_through_the_classes_asked_for(tmp_path: Path, out: Path) -> None:
    run = export.run(tmp_path / "run", export.config(conditional=True), (0,))
    film, _ = write("webp", run, out, content=Content.WALK, seconds=2.5, fps=8, labels=(3, 7), scale=1)
    way = paths.walk(noise(2, 8, 0), 9, loop=True)
    mix = paths.walk_mixes(np.eye(10)[[3, 7]], 9, loop=True)
    for shown, picture in zip(film, Sampler.load(run).sample(way, mix=mix), strict=True):
        assert np.abs(shown[..., 0].astype(int) - picture).max() <= 1


def test_a_walk_made_elsewhere_is_taken_as_it_is(finished: RunFolder, out: Path) -> None:
    points = noise(3, 8, 9)
    film, _ = write("webp", finished, out, content=Content.WALK, points=points, scale=1)
    for shown, picture in zip(film, Sampler.load(finished).sample(points), strict=True):
        assert np.abs(shown[..., 0].astype(int) - picture).max() <= 1
    with pytest.raises(ExportError, match="does not fit"):
        write("webp", finished, out, content=Content.WALK, points=noise(3, 9, 9))
    with pytest.raises(ExportError, match="does not fit"):
        write("webp", finished, out, content=Content.WALK, points=points, mix=np.full((3, 10), 0.1, np.float32))


# ---- which grids, how many, and what may go wrong -------------------------------------------------------------------


def test_frames_are_chosen_evenly_by_the_logarithm_of_the_step() -> None:
    steps = list(range(0, 100_001, 10))
    chosen = frames.select_indices(steps, 50)
    assert (chosen[0], chosen[-1]) == (0, len(steps) - 1)
    assert all(a < b for a, b in itertools.pairwise(chosen))  # none twice
    late = np.diff(np.log1p([steps[place] for place in chosen[-20:]]))
    assert late.max() / late.min() < 1.3
    assert steps[chosen[10]] < 1000


@pytest.mark.parametrize("count", [1, 2, 3, 9, 10, 11])
def test_all_are_taken_if_there_are_no_more(count: int) -> None:
    chosen = frames.select_indices([0, 1, 2, 3, 1000, 1001, 1002, 1003, 1004, 1005], count)
    assert len(set(chosen)) == min(count, 10)
    assert chosen == sorted(chosen)


def test_many_grids_are_thinned_to_the_time_there_is(tmp_path: Path, out: Path) -> None:
    run = export.run(tmp_path / "run", steps=tuple(range(0, 600, 10)))
    film, _ = write("gif", run, out, seconds=1.0, scale=1, caption=False)
    assert len(film) == 16  # twenty frames a second, and a fifth of it the last one stays
    assert np.array_equal(film[-1], grids(run)[-1])
    assert np.array_equal(film[0], grids(run)[0])


def test_grids_that_vanish_or_break_while_it_is_written_are_left_out(
    tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = export.run(tmp_path / "run", steps=(0, 5, 9, 12))
    listed = run.samples()
    monkeypatch.setattr(RunFolder, "samples", lambda self: listed)
    listed[1][1].unlink()
    listed[2][1].write_bytes(b"torn")
    film, _ = write("gif", run, out, scale=1, caption=False)
    assert len(film) == 2
    for path in (listed[0][1], listed[3][1]):
        path.unlink()
    (out / "film.gif").unlink()
    with pytest.raises(ExportError, match="None of the pictures"):
        write("gif", run, out)
    assert export.left_over(out) == []


@pytest.mark.parametrize("name", ["gif", "webp", "mp4"])
def test_a_film_called_off_leaves_nothing_and_keeps_the_old_file(name: str, finished: RunFolder, out: Path) -> None:
    path, told = out / f"film.{name}", []
    path.write_bytes(b"the old one")
    job = Job(finished.path, path, on_progress=lambda *at: told.append(at), should_stop=lambda: len(told) == 3)
    with pytest.raises(Cancelled):
        FORMATS[name].write(job)
    assert told == [(0, 5), (1, 5), (2, 5)]
    assert export.left_over(out) == [path.name]
    assert path.read_bytes() == b"the old one"


def test_a_film_larger_than_memory_is_refused(finished: RunFolder, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(animation, "_MAX_BYTES", 84 * 84 * 3)
    with pytest.raises(ExportError, match="too large"):
        write("gif", finished, out, scale=1, caption=False)
    assert export.left_over(out) == []


@pytest.mark.parametrize("wishes", [{"fps": -1.0}, {"fps": 1e9}, {"seconds": -1.0}, {"seconds": 1e9}])
def test_lengths_that_make_no_sense_are_refused(wishes: dict[str, float], finished: RunFolder, out: Path) -> None:
    with pytest.raises(ExportError, match="An animation must"):
        write("gif", finished, out, **wishes)


@pytest.mark.parametrize("name", ["gif", "webp", "mp4"])
def test_a_film_of_one_picture_of_odd_sides(name: str, tmp_path: Path, out: Path) -> None:
    settings = cfg.change(export.config(), "output.grid", 1)
    run = export.run(tmp_path / "run", settings, (5,))
    FORMATS[name].write(Job(run.path, out / f"film.{name}", content=Content.PROGRESS, scale=1, caption=True))
    assert (out / f"film.{name}").stat().st_size > 100


def test_a_frame_larger_than_the_format_has_is_refused() -> None:
    wide = Image.new("L", (16_384, 2))
    with pytest.raises(ExportError, match="16,384 pixels wide or high; this format has 16,383"):
        animation._all_frames(iter([wide]), 1, animation._WEBP_SIDE)
    with pytest.raises(ExportError, match="too large"):
        animation._all_frames(iter([wide]), 1 << 20, animation._GIF_SIDE)


def test_the_colours_of_large_frames_are_told_from_a_part_of_their_pixels() -> None:
    frame = np.zeros((4096, 4096, 3), np.uint8)
    film = frames.Film(2, 10, 0, lambda _: frame, "")
    assert all(each.size <= 3 << 20 for each in film.palette_frames())


@pytest.mark.parametrize(("height", "width", "fits"), [(4352, 8192, True), (4353, 8192, False), (6400, 6400, False)])
def test_a_video_has_no_frames_that_no_player_knows(height: int, width: int, fits: bool) -> None:
    said = rf"Frames of {width:,} x {height:,} pixels .* 36 million pixels. Choose a smaller scale"
    with nullcontext() if fits else pytest.raises(ExportError, match=said):
        video._check_size(height, width)


def test_a_video_that_would_be_too_large_is_not_begun(
    finished: RunFolder, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(video, "_MAX_BLOCKS", 10)
    with pytest.raises(ExportError, match="too large for a video"):
        FORMATS["mp4"].write(Job(finished.path, out / "g.mp4", scale=4))
    assert export.left_over(out) == []
