"""Points that `ganstudio sample` writes: as numbers, or as a picture of where they lie."""

import io
from pathlib import Path

import numpy as np
from PIL import Image

from ganstudio.commands.checks import write
from ganstudio.data.points.density_picture import draw_density
from ganstudio.errors import InputError
from ganstudio.images import Labels
from ganstudio.latent.models import Model
from ganstudio.latent.paths import noise
from ganstudio.latent.sampler import Sampler

ENDS = (".csv", ".npy", ".npz", ".png")
MAX_COUNT = 10_000_000
_PICTURE_SIDE = 512  # pixels


def check(model: Model, count: int, out: Path) -> None:
    """Raise InputError if points of that model cannot be written so."""
    if out.suffix.lower() not in ENDS:
        raise InputError(
            f"{model.title} makes points. They can be written to a file that ends in {', '.join(ENDS[:-1])} or "
            f"{ENDS[-1]}; got {out}."
        )
    if count > MAX_COUNT:
        raise InputError(f"--count must be at most {MAX_COUNT:,}; got {count:,}.")


def write_points(model: Model, count: int, seed: int, truncation: float, turns: list[int], out: Path) -> str:
    """Write points of a model, and return what to print.

    Parameters
    ----------
    model
        The model.
    count, seed, truncation
        How many, seed of the noise, and the factor that it is multiplied with.
    turns
        Classes that the points take in turn; empty: all of them, or none of a model that knows no classes.
    out
        FILE.csv: x, y and, if there are classes, label. FILE.npy: float32 (N, 2). FILE.npz: arr_0, the same, and arr_1,
        the labels. FILE.png: how dense they lie.
    """
    check(model, count, out)
    sampler = Sampler.from_model(model)
    labels = None
    if sampler.classes:
        of = np.array(turns or range(sampler.classes), np.int64)
        labels = of[np.arange(count) % len(of)]
    points = sampler.sample_points(noise(count, sampler.z_size, seed) * np.float32(truncation), labels)
    write(out, _content(points, labels, out.suffix.lower()))
    return f"{count:,} point{'' if count == 1 else 's'} in {out}"


def _content(points: np.ndarray, labels: Labels | None, end: str) -> bytes:
    buffer = io.BytesIO()
    if end == ".npy":
        np.save(buffer, points)
    elif end == ".npz":
        np.savez(buffer, points, *([] if labels is None else [labels]))
    elif end == ".png":
        Image.fromarray(draw_density(points, (_PICTURE_SIDE, _PICTURE_SIDE))).save(buffer, "png")
    else:
        columns = points if labels is None else np.column_stack((points, labels))
        head = "x,y" if labels is None else "x,y,label"
        kinds = ["%.7g", "%.7g", "%d"][: columns.shape[1]]
        np.savetxt(buffer, columns, kinds, ",", header=head, comments="")
    return buffer.getvalue()
