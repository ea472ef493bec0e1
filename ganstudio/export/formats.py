"""Every format that a run can be taken away in. `FORMATS[name].write(job)` is what the command and the window call.

Knows no torch until a format that needs it is written.
"""

import importlib
from collections.abc import Callable
from dataclasses import dataclass

from ganstudio.errors import ExportError
from ganstudio.export.job import Job

LARGEST = 64  # pixels for each pixel of a picture


@dataclass(frozen=True)
class Format:
    """A format.

    suffix : of the file's name; "" for tensorboard, a folder.  whats : what can be exported so, by name and in words,
    the usual one first.  extra : the extra of ganstudio that has the packages it needs, if any.  long : it can take
    longer than a person waits without a sign.  place : module and function that write it.
    """

    name: str
    suffix: str
    title: str
    help: str
    whats: dict[str, str]
    place: str
    extra: str | None = None
    long: bool = False

    def write(self, job: Job) -> str:
        """Export; what to say about it, a sentence.

        Raises
        ------
        StudioError
            In words: ExportError where a package is missing or there is nothing to export.
        Cancelled
            The person called it off: nothing is left of it.
        """
        what = job.what or next(iter(self.whats))
        if what not in self.whats:
            raise ExportError(f"{self.name} can contain {', '.join(self.whats)}; not {what}.")
        _check(job)
        module, name = self.place.split(".")
        writer: Callable[[Job, str], str] = getattr(importlib.import_module(f"ganstudio.export.{module}"), name)
        return writer(job, what)


def _check(job: Job) -> None:
    """Raises ExportError for numbers that no format can do with; a scale of 0 is one to be chosen."""
    if not 0 <= job.scale <= LARGEST:
        raise ExportError(f"The scale must be from 1 to {LARGEST}; got {job.scale}.")
    if not 0 <= job.seed < 2**32:
        raise ExportError(f"The seed must be from 0 to {2**32 - 1:,}; got {job.seed}.")
    if job.step is not None and job.step < 0:
        raise ExportError(f"The step must be 0 or more; got {job.step}.")


_CURVES = {"curves": "all curves of the run"}
_FILM = {"progress": "the sample grid, from noise to now", "walk": "a walk through the latent space"}
_GENERATOR = {"generator": "the generator at a step"}

_ALL = (
    Format(
        "png",
        ".png",
        "Picture (PNG)",
        "Pixels stay crisp: each becomes a square of whole pixels.",
        {
            "grid": "the sample grid at a step",
            "sample": "one picture from a seed",
            "sprites": "a sprite sheet: many samples, edge to edge",
            "results": "the results sheet: a grid for each of some epochs",
            **_CURVES,
        },
        "pictures.write_png",
    ),
    Format("svg", ".svg", "Curves (SVG)", "Lines and text, sharp at any size.", _CURVES, "curves.write_svg"),
    Format("csv", ".csv", "Table (CSV)", "Every figure of the run, for any spreadsheet.", _CURVES, "curves.write_csv"),
    Format("gif", ".gif", "Animation (GIF)", "Plays everywhere, in a loop.", _FILM, "animation.write_gif", long=True),
    Format(
        "webp",
        ".webp",
        "Animation (WebP)",
        "Smaller than a GIF, and lossless; plays in browsers.",
        _FILM,
        "animation.write_webp",
        long=True,
    ),
    Format(
        "mp4",
        ".mp4",
        "Video (MP4)",
        "For presentations and messages.",
        _FILM,
        "video.write_mp4",
        extra="video",
        long=True,
    ),
    Format(
        "onnx",
        ".onnx",
        "Generator (ONNX)",
        "For other programs, without Python. Checked against PyTorch before the file is kept.",
        _GENERATOR,
        "onnx.write_onnx",
        extra="onnx",
        long=True,
    ),
    Format(
        "safetensors",
        ".safetensors",
        "Generator (safetensors)",
        "Weights with all settings; loads into the generator's own module, and GAN Studio opens it again.",
        _GENERATOR | {"networks": "both networks at a step: D scores pictures"},
        "generator.write_safetensors",
    ),
    Format(
        "tensorboard",
        "",
        "TensorBoard",
        "Curves, measurements, grids and settings as event files in a folder.",
        {"log": "the whole history of the run"},
        "tensorboard.write_events",
        extra="tensorboard",
        long=True,
    ),
    Format(
        "run",
        ".ganrun",
        "Whole run (one file)",
        "The complete run: open it on another computer and go on training.",
        {"run": "the whole run folder"},
        "archive.write_run",
        long=True,
    ),
)
FORMATS: dict[str, Format] = {each.name: each for each in _ALL}
