"""The formats that a run can be exported to. The command and the window call `FORMATS[name].write(job)`.

Nothing heavy is imported until a file is written: each writer imports its module when it is called.
"""

from collections.abc import Callable
from dataclasses import dataclass

from ganstudio.errors import ExportError
from ganstudio.export.job import Content, Job
from ganstudio.export.samples.kinds import Kind
from ganstudio.runs import archive

ON_PAPER = ("gif", "mp4")  # formats that cannot be transparent where pictures are
MAX_SCALE = 64  # pixels of a file for each pixel of a picture

Writer = Callable[[Job, Content], str]
"""Writes the file of a job and returns a description of what was written, without its path."""


@dataclass(frozen=True)
class Format:
    """A file format.

    Parameters
    ----------
    name
        What `--format` takes.
    suffix
        Ending of the file's name; "" where a folder is written.
    title, help
        Name and explanation for the user.
    contents
        What a file can contain, with a description of each for the user; the default first.
    writer
        Writes the file.
    extra
        The extra of the package `ganstudio` that installs what this format needs; None: it needs nothing more.
    is_slow
        Whether it can take so long that progress should be shown.
    """

    name: str
    suffix: str
    title: str
    help: str
    contents: dict[Content, str]
    writer: Writer
    extra: str | None = None
    is_slow: bool = False

    def write(self, job: Job) -> str:
        """Export.

        Returns
        -------
        str
            A description of what was written, for the user: "grid of step 1,200".

        Raises
        ------
        StudioError
            The export is not possible: ExportError where a package is missing or there is nothing to export.
        Cancelled
            The user cancelled the export; no file is left behind.
        """
        content = job.content or next(iter(self.contents))
        if content not in self.contents:
            raise ExportError(f"{self.name} can contain {', '.join(self.contents)}; not {content}.")
        _check(job)
        return self.writer(job, content)


def _check(job: Job) -> None:
    """Raise ExportError for numbers that are outside the limits of every format."""
    if not 0 <= job.scale <= MAX_SCALE:  # 0: one that is easy to see
        raise ExportError(f"The scale must be from 1 to {MAX_SCALE}; got {job.scale}.")
    if not 0 <= job.seed < 2**32:
        raise ExportError(f"The seed must be from 0 to {2**32 - 1:,}; got {job.seed}.")
    if not 0 <= job.truncation <= 1:
        raise ExportError(f"The truncation must be from 0 to 1; got {job.truncation:g}.")
    if job.step is not None and job.step < 0:
        raise ExportError(f"The step must be 0 or more; got {job.step}.")


def _png(job: Job, content: Content) -> str:
    from ganstudio.export.pictures import write_png

    return write_png(job, content)


def _svg(job: Job, content: Content) -> str:
    if content is Content.PLANE:
        from ganstudio.export.plane import write_svg_of_plane

        return write_svg_of_plane(job)
    from ganstudio.export.curves import write_svg

    return write_svg(job, content)


def _csv(job: Job, content: Content) -> str:
    if content is Content.POINTS:
        from ganstudio.export.plane import write_points

        return write_points(job)
    from ganstudio.export.curves import write_csv

    return write_csv(job, content)


def _gif(job: Job, content: Content) -> str:
    from ganstudio.export.animation import write_gif

    return write_gif(job, content)


def _webp(job: Job, content: Content) -> str:
    from ganstudio.export.animation import write_webp

    return write_webp(job, content)


def _mp4(job: Job, content: Content) -> str:
    from ganstudio.export.video import write_mp4

    return write_mp4(job, content)


def _onnx(job: Job, content: Content) -> str:
    from ganstudio.export.onnx import write_onnx

    return write_onnx(job, content)


def _safetensors(job: Job, content: Content) -> str:
    from ganstudio.export.generator import write_safetensors

    return write_safetensors(job, content)


def _tensorboard(job: Job, content: Content) -> str:
    from ganstudio.export.tensorboard import write_events

    return write_events(job, content)


def _folder(job: Job, content: Content) -> str:
    from ganstudio.export.samples.job import write_job

    return write_job(job, Kind.FOLDER)


def _zip(job: Job, content: Content) -> str:
    from ganstudio.export.samples.job import write_job

    return write_job(job, Kind.ZIP)


def _npz(job: Job, content: Content) -> str:
    from ganstudio.export.samples.job import write_job

    return write_job(job, Kind.NPZ)


def _run(job: Job, content: Content) -> str:
    from ganstudio.export.archive import write_run

    return write_run(job, content)


_CURVES = {Content.CURVES: "all curves of the run"}
_ANIMATION = {
    Content.PROGRESS: "the sample grid, from noise to now",
    Content.PLANE: "the plane of the points, from noise to now",
    Content.WALK: "a walk through the latent space",
}
_PLANE = {Content.PLANE: "the plane of the points at a step, with its layers"}
_SAMPLES = {Content.SAMPLES: "many samples, with labels and seeds"}
_GENERATOR = {Content.GENERATOR: "the generator at a step"}

_ALL = (
    Format(
        "png",
        ".png",
        "Picture (PNG)",
        "Pixels stay crisp: each becomes a square of whole pixels.",
        {
            Content.GRID: "the sample grid at a step",
            Content.SAMPLE: "one picture from a seed",
            Content.SPRITES: "a sprite sheet: many samples, edge to edge",
            Content.RESULTS: "the results sheet: the grids of several epochs",
            **_PLANE,
            **_CURVES,
        },
        _png,
    ),
    Format("svg", ".svg", "Drawing (SVG)", "Lines and text, sharp at any size.", _CURVES | _PLANE, _svg),
    Format(
        "csv",
        ".csv",
        "Table (CSV)",
        "Every figure, for any spreadsheet.",
        _CURVES | {Content.POINTS: "the points at a step, with D's opinions"},
        _csv,
    ),
    Format("gif", ".gif", "Animation (GIF)", "Plays everywhere, in a loop.", _ANIMATION, _gif, is_slow=True),
    Format(
        "webp",
        ".webp",
        "Animation (WebP)",
        "Smaller than a GIF, and lossless; plays in browsers.",
        _ANIMATION,
        _webp,
        is_slow=True,
    ),
    Format(
        "mp4",
        ".mp4",
        "Video (MP4)",
        "For presentations and messages.",
        _ANIMATION,
        _mp4,
        extra="video",
        is_slow=True,
    ),
    Format(
        "folder",
        "",
        "Samples (folder)",
        "A PNG for each sample, with a table of labels and seeds.",
        _SAMPLES,
        _folder,
        is_slow=True,
    ),
    Format(
        "zip",
        ".zip",
        "Samples (ZIP)",
        "A PNG for each sample in one file, as stylegan3 reads data sets, with a table of labels and seeds.",
        _SAMPLES,
        _zip,
        is_slow=True,
    ),
    Format(
        "npz",
        ".npz",
        "Samples (NPZ)",
        "All samples as one array of numbers, and their labels, for NumPy and evaluators.",
        _SAMPLES,
        _npz,
        is_slow=True,
    ),
    Format(
        "onnx",
        ".onnx",
        "Generator (ONNX)",
        "For other programs, without Python. Checked against PyTorch before the file is kept.",
        _GENERATOR,
        _onnx,
        extra="onnx",
        is_slow=True,
    ),
    Format(
        "safetensors",
        ".safetensors",
        "Generator (safetensors)",
        "Weights and all settings; they load into the generator's own module, and GAN Studio can open the file.",
        _GENERATOR | {Content.NETWORKS: "both networks at a step: D scores pictures"},
        _safetensors,
    ),
    Format(
        "tensorboard",
        "",
        "TensorBoard",
        "Curves, measurements, grids and settings as event files in a folder.",
        {Content.LOG: "the whole history of the run"},
        _tensorboard,
        extra="tensorboard",
        is_slow=True,
    ),
    Format(
        "run",
        archive.SUFFIX,
        "Whole run (one file)",
        "The complete run: open it on another computer and continue training.",
        {Content.RUN: "the whole run folder"},
        _run,
        is_slow=True,
    ),
)
FORMATS: dict[str, Format] = {kind.name: kind for kind in _ALL}
