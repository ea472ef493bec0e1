"""Films: the sample grids of a run from noise to now, or a way through the latent space."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ganstudio import images
from ganstudio.errors import ExportError, RunError
from ganstudio.export import pictures
from ganstudio.export.job import Floats, Job, Sampler
from ganstudio.images import Pictures
from ganstudio.runs.folder import RunFolder

LONGEST = 640  # pixels: the longest side that a scale chosen for a film leads to
SECONDS = 10.0  # of a film, unless others are asked for
SLOWEST, FASTEST = 4.0, 20.0  # frames a second, unless others are asked for
_MOST_FRAMES, _LONGEST_FILM = 10_000, 600.0  # frames, s
_HOLD, _HOLD_SHARE = 1.5, 0.2  # s that the end of progress stays before it begins anew; of the film's length, at most
_KEY_SECONDS = 1.25  # s from one key picture of a walk to the next
_SHARED = 8  # frames that a film's colours are chosen from


@dataclass(frozen=True)
class Film:
    """Frames of one size. frame : number, 0..count-1 -> (H, W[, 3]); None where it cannot be read any more.

    fps : frames a second.  hold : s that the last one stays on, beyond its time.  words : what it shows.
    """

    count: int
    fps: float
    hold: float
    frame: Callable[[int], Pictures | None]
    words: str

    def frames(self, job: Job) -> Iterator[Pictures]:
        """All frames in turn, with progress. Raises Cancelled; ExportError if none can be read."""
        shown = 0
        for number in range(self.count):
            job.tell(number, self.count)
            picture = self.frame(number)
            if picture is not None:
                shown += 1
                yield picture
        if not shown:
            raise ExportError("None of the pictures can be read.")
        job.tell(self.count, self.count)

    def some(self) -> list[Pictures]:
        """A few frames from all over the film."""
        chosen = np.unique(np.linspace(0, self.count - 1, _SHARED).round().astype(int)).tolist()
        return [picture for number in chosen if (picture := self.frame(number)) is not None]


def film(job: Job, what: str) -> Film:
    """The film asked for. Raises StudioError."""
    if job.fps and not 0.1 <= job.fps <= 100:
        raise ExportError(f"An animation must have 0.1 to 100 frames a second; got {job.fps:g}.")
    if job.seconds and not 0.1 <= job.seconds <= _LONGEST_FILM:
        raise ExportError(f"An animation must last 0.1 to {_LONGEST_FILM:g} seconds; got {job.seconds:g}.")
    return {"progress": _progress, "walk": _walk}[what](job)


def choose(steps: Sequence[int], count: int) -> list[int]:
    """Places of `count` of the steps, evenly by their logarithm: early ones, which change fast, lie close together.

    steps : rising.  The first and the last are among them; all, if there are no more than `count`.
    """
    if len(steps) <= count:
        return list(range(len(steps)))
    at = np.log1p(np.array(steps, np.float64))
    wanted = np.linspace(at[0], at[-1], count)
    after = np.searchsorted(at, wanted).clip(1, len(at) - 1)
    nearest = np.where(wanted - at[after - 1] < at[after] - wanted, after - 1, after)
    order = np.arange(count)
    rising = np.maximum.accumulate(nearest - order) + order  # none twice
    chosen: list[int] = np.minimum(rising, len(steps) - count + order).tolist()
    return chosen


def _progress(job: Job) -> Film:
    run = RunFolder.open(job.run)
    files = [(step, path) for step, path in run.samples() if job.step is None or step <= job.step]
    if not files:
        raise ExportError(f"{run.path} has no sample grid yet: let it train for a few seconds first.")
    hold = min(_HOLD, _HOLD_SHARE * (job.seconds or SECONDS))
    moving = job.seconds and job.seconds - hold
    most = _frames(moving or SECONDS, job.fps or FASTEST)
    chosen = [files[place] for place in choose([step for step, _ in files], most)]
    fps = job.fps or _speed(len(chosen), moving)

    def frame(number: int) -> Pictures | None:
        return _grid(run, chosen[number][1], job)

    words = f"{run.display_name} from step {chosen[0][0]:,} to {chosen[-1][0]:,}"
    return Film(len(chosen), fps, hold, frame, words)


def _grid(run: RunFolder, path: Path, job: Job) -> Pictures | None:
    """The grid of a file; None where it was thinned out meanwhile or is broken."""
    try:
        samples = run.read_samples(path)
    except RunError:
        return None
    sheet = pictures.crisp(images.tile(samples.pictures, run.config.output.grid), job.scale, LONGEST)
    return pictures.captioned(sheet, pictures.caption(samples)) if job.caption else sheet


def _walk(job: Job) -> Film:
    model, sampler = job.generator()
    fps = job.fps or FASTEST
    points, mix = (job.points, job.mix) if job.points is not None else _way(job, sampler, fps)
    _check_way(points, mix, sampler)
    fps = len(points) / job.seconds if job.seconds else fps  # exactly as long as asked for

    def frame(number: int) -> Pictures:
        here = slice(number, number + 1)
        made = sampler.sample(points[here], mix=None if mix is None else mix[here])
        return pictures.crisp(made[0], job.scale, LONGEST // 2)

    return Film(len(points), fps, 0.0, frame, f"a walk through {model.name}, step {model.step:,}")


def _way(job: Job, sampler: Sampler, fps: float) -> tuple[Floats, Floats | None]:
    """A closed way through points of the seed, some of them a second; its classes go along if there are any."""
    latent = job.latent
    assert latent is not None  # there is a sampler
    seconds = job.seconds or SECONDS
    keys = max(2, round(seconds / _KEY_SECONDS))
    between = max(0, round(_frames(seconds, fps) / keys) - 1)
    points = latent.walk(latent.noise(keys, sampler.z_size, job.seed), between)
    chosen = pictures.one_hot(pictures.labels(job, sampler.classes, keys), sampler.classes)
    return points, None if chosen is None else latent.mixes(chosen, between)


def _check_way(points: Floats, mix: Floats | None, sampler: Sampler) -> None:
    classes = sampler.classes
    fits = points.ndim == 2 and points.shape[1] == sampler.z_size and 0 < len(points) <= _MOST_FRAMES
    if not fits or (mix is None) != (not classes) or (mix is not None and mix.shape != (len(points), classes)):
        raise ExportError("The walk does not fit this generator.")


def _speed(count: int, seconds: float) -> float:
    """Frames a second so that `count` last as long as asked for; else some 10 s, or less: a few must not crawl."""
    if seconds:
        return min(FASTEST, max(0.1, count / seconds))
    return min(FASTEST, max(SLOWEST, count / SECONDS))


def _frames(seconds: float, fps: float) -> int:
    count = max(2, round(seconds * fps))
    if count > _MOST_FRAMES:
        raise ExportError(f"An animation can have at most {_MOST_FRAMES:,} frames; got {count:,}.")
    return count
