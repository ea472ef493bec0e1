"""Frames of animations: the sample grids of a run from noise to now, or a walk through the latent space."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ganstudio import images
from ganstudio.errors import ExportError, RunError
from ganstudio.export import pictures
from ganstudio.export.finish import Finish, make_finish
from ganstudio.export.job import Content, Floats, Job, Paper
from ganstudio.images import Pictures
from ganstudio.latent import paths
from ganstudio.runs.folder import RunFolder

if TYPE_CHECKING:
    from ganstudio.latent.sampler import Sampler

PAPER_NAMES = {Paper.WHITE: "white", Paper.BLACK: "black", Paper.CHECKERBOARD: "a checkerboard"}
MAX_SIDE = 640  # pixels: the longest side of a frame, unless a scale is given
DEFAULT_SECONDS = 10.0
MIN_FPS, MAX_FPS = 4.0, 20.0  # frames per second, unless a number is given
_MAX_FRAMES = 10_000
_MAX_SECONDS = 600.0
_HOLD_SECONDS = 1.5  # that the end of progress stays before the animation starts again
_MAX_HOLD_FRACTION = 0.2  # of the animation's length
_KEY_SECONDS = 1.25  # from one key picture of a walk to the next
_PALETTE_FRAMES = 8
_PALETTE_PIXELS = 2**20  # of each


def lay_on(frame: Pictures, paper: Paper) -> Pictures:
    """Return a frame (H, W, 4) as (H, W, 3), on a paper; one without alpha as it is."""
    if not images.has_alpha(frame):
        return frame
    if paper is Paper.CHECKERBOARD:
        return images.flatten(frame, images.checkerboard(*frame.shape[:2]))
    return images.flatten(frame, 255 if paper is Paper.WHITE else 0)


@dataclass(frozen=True)
class Film:
    """Frames of one size.

    Parameters
    ----------
    count
        Number of frames.
    fps
        Frames per second.
    hold
        Seconds that the last frame stays beyond its own time.
    frame
        Returns the frame (H, W[, C]) of a number, 0..count-1; None where it cannot be read any more.
    description
        What it shows, for the user.
    is_transparent
        Whether its frames have an alpha channel.
    key_colours
        Colours, #RRGGBB, that a palette must have, however few pixels have them.
    """

    count: int
    fps: float
    hold: float
    frame: Callable[[int], Pictures | None]
    description: str
    is_transparent: bool = False
    key_colours: tuple[str, ...] = ()

    def on(self, paper: Paper) -> "Film":
        """Return the film without transparency: on a paper, which its description names; one without it as it is."""
        if not self.is_transparent:
            return self

        def make_frame(number: int) -> Pictures | None:
            frame = self.frame(number)
            return None if frame is None else lay_on(frame, paper)

        return replace(
            self, frame=make_frame, is_transparent=False, description=f"{self.description}, on {PAPER_NAMES[paper]}"
        )

    def frames(self, job: Job) -> Iterator[Pictures]:
        """Yield all frames in turn and report progress.

        Raises
        ------
        Cancelled
            The user cancelled the export.
        ExportError
            No frame can be read.
        """
        shown = 0
        for number in range(self.count):
            job.report(number, self.count)
            frame = self.frame(number)
            if frame is not None:
                shown += 1
                yield frame
        if not shown:
            raise ExportError("None of the pictures can be read.")
        job.report(self.count, self.count)

    def palette_frames(self) -> list[Pictures]:
        """Return a few frames spread over the film, to choose its colours from."""
        numbers = np.unique(np.linspace(0, self.count - 1, _PALETTE_FRAMES).round().astype(int)).tolist()
        frames = [frame for number in numbers if (frame := self.frame(number)) is not None]
        return [frame[:: (step := _thinning(frame)), ::step] for frame in frames]


def _thinning(frame: Pictures) -> int:
    """Return of how many pixels of a frame one is looked at: colours are told from a million."""
    return max(1, math.isqrt(frame.shape[0] * frame.shape[1] // _PALETTE_PIXELS))


def make_film(job: Job, content: Content) -> Film:
    """Prepare the frames of a job: PROGRESS, PLANE or WALK.

    Raises
    ------
    StudioError
        The numbers of the job are outside their limits, or there is nothing to export.
    """
    if job.fps and not 0.1 <= job.fps <= 100:
        raise ExportError(f"An animation must have 0.1 to 100 frames per second; got {job.fps:g}.")
    if job.seconds and not 0.1 <= job.seconds <= _MAX_SECONDS:
        raise ExportError(f"An animation must last 0.1 to {_MAX_SECONDS:g} seconds; got {job.seconds:g}.")
    if content is Content.PLANE:
        return _plane(job)
    return _walk(job) if content is Content.WALK else _progress(job)


def select_indices(steps: Sequence[int], count: int) -> list[int]:
    """Return the indices of `count` of the steps, evenly spaced by the logarithm of the step.

    Early steps, between which pictures change fast, are thus close together.

    Parameters
    ----------
    steps
        Rising. The first and the last are always selected; all, if there are no more than `count`.
    count
        How many to select.
    """
    if len(steps) <= count:
        return list(range(len(steps)))
    logs = np.log1p(np.array(steps, np.float64))
    targets = np.linspace(logs[0], logs[-1], count)
    after = np.searchsorted(logs, targets).clip(1, len(logs) - 1)
    nearest = np.where(targets - logs[after - 1] < logs[after] - targets, after - 1, after)
    order = np.arange(count)
    rising = np.maximum.accumulate(nearest - order) + order  # none twice
    selected: list[int] = np.minimum(rising, len(steps) - count + order).tolist()
    return selected


def _progress(job: Job) -> Film:
    run = RunFolder.open(job.run)
    files = [(step, path) for step, path in run.samples() if job.step is None or step <= job.step]
    if not files:
        raise ExportError(f"{run.path} has no sample grid yet: let it train for a few seconds first.")
    selected, fps, hold = _select(job, [step for step, _ in files])
    finish = make_finish(job, run)

    def frame(number: int) -> Pictures | None:
        return _grid_frame(run, files[selected[number]][1], job, finish)

    description = f"{run.display_name} from step {files[selected[0]][0]:,} to {files[selected[-1]][0]:,}"
    return Film(len(selected), fps, hold, frame, description, run.config.data.channels == images.ALPHA_CHANNELS)


def _select(job: Job, steps: Sequence[int]) -> tuple[list[int], float, float]:
    """Return which steps a film of the training shows, its frames per second, and how long the last one stays, s."""
    hold = min(_HOLD_SECONDS, _MAX_HOLD_FRACTION * (job.seconds or DEFAULT_SECONDS))
    moving = job.seconds and job.seconds - hold
    selected = select_indices(steps, _frame_count(moving or DEFAULT_SECONDS, job.fps or MAX_FPS))
    return selected, job.fps or _progress_fps(len(selected), moving), hold


def _plane(job: Job) -> Film:
    """Prepare the film of the plane of a run of points, a frame for each snapshot."""
    from ganstudio.export.plane import KEY_COLOURS, PlaneSource  # and with it torch

    source = PlaneSource(job)
    steps = [step for step, _ in source.snapshots]
    selected, fps, hold = _select(job, steps)

    def frame(number: int) -> Pictures | None:
        try:
            return np.asarray(source.picture(selected[number], default_scale=1))
        except (RunError, OSError):
            return None  # it has been thinned out since, or is broken

    description = f"the plane of {source.run.display_name} from step {steps[0]:,} to {steps[-1]:,}"
    return Film(len(selected), fps, hold, frame, description, key_colours=KEY_COLOURS)


def _grid_frame(run: RunFolder, path: Path, job: Job, finish: Finish) -> Pictures | None:
    """Return the grid in a file; None where it has been thinned out since or is broken."""
    try:
        samples = run.read_samples(path)
    except RunError:
        return None
    sheet = pictures.enlarge(images.tile(finish(samples.pictures), run.config.output.grid), job.scale, MAX_SIDE)
    if not job.caption:
        return sheet
    return pictures.add_caption(sheet, pictures.grid_caption(samples), pictures.LONGEST_GRID_CAPTION)


def _progress_fps(count: int, seconds: float) -> float:
    """Frames per second so that `count` last that long; 0: some 10 s, or less, as a few must not crawl."""
    if seconds:
        return min(MAX_FPS, max(0.1, count / seconds))
    return min(MAX_FPS, max(MIN_FPS, count / DEFAULT_SECONDS))


def _walk(job: Job) -> Film:
    model, sampler = job.generator()
    fps = job.fps or MAX_FPS
    points, mix = (job.points, job.mix) if job.points is not None else _random_walk(job, sampler, fps)
    _check_walk(points, mix, sampler)
    finish = make_finish(job, model)
    fps = len(points) / job.seconds if job.seconds else fps  # exactly as long as asked for

    def frame(number: int) -> Pictures:
        part = slice(number, number + 1)
        (picture,) = finish(sampler.sample(points[part], mix=None if mix is None else mix[part]))
        return pictures.enlarge(picture, job.scale, MAX_SIDE // 2)

    is_transparent = model.config.data.channels == images.ALPHA_CHANNELS
    return Film(len(points), fps, 0.0, frame, f"walk through {model.name}, step {model.step:,}", is_transparent)


def _random_walk(job: Job, sampler: "Sampler", fps: float) -> tuple[Floats, Floats | None]:
    """Return a closed walk through random points of the seed, with the shares of the classes if there are any."""
    seconds = job.seconds or DEFAULT_SECONDS
    keys = max(2, round(seconds / _KEY_SECONDS))
    between = max(0, round(_frame_count(seconds, fps) / keys) - 1)
    points = paths.walk(paths.noise(keys, sampler.z_size, job.seed), between, loop=True)
    labels = pictures.sample_labels(job, sampler.classes, keys)
    return points, None if labels is None else paths.walk_mixes(
        paths.one_hot(labels, sampler.classes), between, loop=True
    )


def _check_walk(points: Floats, mix: Floats | None, sampler: "Sampler") -> None:
    classes = sampler.classes
    fits = points.ndim == 2 and points.shape[1] == sampler.z_size and 0 < len(points) <= _MAX_FRAMES
    if not fits or (mix is None) != (not classes) or (mix is not None and mix.shape != (len(points), classes)):
        raise ExportError("The walk does not fit this generator.")


def _frame_count(seconds: float, fps: float) -> int:
    count = max(2, round(seconds * fps))
    if count > _MAX_FRAMES:
        raise ExportError(f"An animation can have at most {_MAX_FRAMES:,} frames; got {count:,}.")
    return count
