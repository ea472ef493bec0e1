"""Pictures in arrays: each is handed on as a file of its own, so that they are read as all others are."""

import io
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
from PIL import Image

from ganstudio.data.pictures.sources import Entry, GivenLabels, Source, SourceKind
from ganstudio.data.pictures.verdicts import PictureError, Verdict
from ganstudio.errors import DataError

Array = npt.NDArray[Any]

_CHANNELS = (1, 3, 4)
_CHECKED = 1 << 22  # values that are looked at together for their range
_EXPECTED = "Expected: (N, H, W), (N, H, W, C) or (N, C, H, W) with 1, 3 or 4 channels, or (N, pixels) of squares"


class ArraySource(Source):
    """Pictures in an array, with a label for each or none.

    Parameters
    ----------
    path
        The file, for errors.
    pictures
        Of any of the usual shapes and types; may be mapped from a file.
    labels
        (N,), numbers or texts; None if there are none.
    origin
        Where the labels are from, for users.

    Raises
    ------
    DataError
        The shape or type is none of pictures, or there are as many labels as pictures not.
    """

    kind = SourceKind.ARRAYS

    def __init__(self, path: Path, pictures: Array, labels: Array | None = None, origin: str = "labels") -> None:
        self.path = path
        self._pictures = arrange(path, pictures)
        self._convert, self._note = _choose_conversion(path, self._pictures)
        self._labels = labels
        self._origin = origin
        if labels is not None and labels.shape != pictures.shape[:1]:
            raise DataError(
                f"{path} has {len(pictures):,} pictures, and labels of shape {labels.shape} do not fit them."
            )

    def list_entries(self, cancelled: Callable[[], bool]) -> list[Entry]:  # noqa: D102
        mtime_ns = self.path.stat().st_mtime_ns
        size = self._pictures[0].nbytes if len(self._pictures) else 0
        return [Entry(name, size, mtime_ns) for name in self._names()]

    def open(self, path: str) -> BinaryIO:  # noqa: D102
        picture = np.asarray(self._pictures[int(path) - 1])
        if picture.dtype.kind == "f" and not np.isfinite(picture).all():
            raise PictureError(Verdict.BROKEN, "some of its pixels are not numbers (NaN or infinite)")
        return io.BytesIO(encode(self._convert(picture)))

    def given_labels(self) -> GivenLabels | None:  # noqa: D102
        if self._labels is None:
            return None
        texts = map(_text, self._labels.tolist())
        return GivenLabels(dict(zip(self._names(), texts, strict=True)), self._origin)

    def notes(self) -> tuple[str, ...]:  # noqa: D102
        return (self._note,) if self._note else ()

    def _names(self) -> list[str]:
        digits = len(str(len(self._pictures)))
        return [f"{number:0{digits}}" for number in range(1, len(self._pictures) + 1)]


def arrange(path: Path, pictures: Array) -> Array:
    """Return pictures (N, H, W, C), C of 1, 3 or 4.

    Raises
    ------
    DataError
        They have another shape.
    """
    shape = pictures.shape
    if len(shape) == 2:
        for channels in _CHANNELS:
            side = math.isqrt(shape[1] // channels)
            if side * side * channels == shape[1] and side > 1:
                return np.moveaxis(pictures.reshape(-1, channels, side, side), 1, -1)
    if len(shape) == 3:
        return pictures[..., None]
    if len(shape) == 4 and shape[3] in _CHANNELS:
        return pictures
    if len(shape) == 4 and shape[1] in _CHANNELS:
        return np.moveaxis(pictures, 1, -1)
    raise DataError(f"{path} holds an array of shape {shape}, which is none of pictures. {_EXPECTED}.")


def encode(picture: Array) -> bytes:
    """Return a picture (H, W, C), uint8, or (H, W, 1), uint16, as a file that keeps every value."""
    height, width, channels = picture.shape
    if picture.dtype == np.uint8 and channels in (1, 3):
        head = f"P{5 if channels == 1 else 6} {width} {height} 255\n"
        return head.encode() + np.ascontiguousarray(picture).tobytes()
    buffer = io.BytesIO()
    Image.fromarray(picture[..., 0] if channels == 1 else picture).save(buffer, "png", compress_level=0)
    return buffer.getvalue()


def _choose_conversion(path: Path, pictures: Array) -> tuple[Callable[[Array], Array], str]:
    """Return what makes values of a picture that a file can hold, the same for all, and a sentence on it."""
    kind = pictures.dtype.kind
    if pictures.dtype == np.uint8:
        return lambda picture: picture, ""
    if kind == "b":
        return lambda picture: picture.astype(np.uint8) * 255, ""
    if kind not in "iuf":
        raise DataError(f"{path} holds values of type {pictures.dtype}, which are none of pictures: expected numbers.")
    low, high = _range(pictures)
    if kind == "f" and low >= -1 and high <= 1:
        black = -1.0 if low < 0 else 0.0
        return _scaled(
            black, 1.0
        ), f"The values from {low:.3g} to {high:.3g} were taken as {black:.0f} (black) to 1 (white)."
    if low >= 0 and high <= 255:
        return lambda picture: np.round(picture).astype(np.uint8), ""
    if low >= 0 and high <= 65535 and kind != "f" and pictures.shape[-1] == 1:
        return lambda picture: picture.astype(np.uint16), ""
    return _scaled(low, high), f"The values from {low:.6g} (black) to {high:.6g} (white) were brought to 0 to 255."


def _scaled(black: float, white: float) -> Callable[[Array], Array]:
    span = white - black or 1.0
    return lambda picture: np.round((picture.astype(np.float64) - black) / span * 255).clip(0, 255).astype(np.uint8)


def _range(pictures: Array) -> tuple[float, float]:
    """Return the least and the greatest number; 0 and 0 if there is none."""
    step = max(1, _CHECKED // max(1, math.prod(pictures.shape[1:])))
    low, high = math.inf, -math.inf
    for start in range(0, len(pictures), step):
        part = np.asarray(pictures[start : start + step])
        part = part[np.isfinite(part)] if part.dtype.kind == "f" else part
        if part.size:
            low, high = min(low, float(part.min())), max(high, float(part.max()))
    return (low, high) if low <= high else (0.0, 0.0)


def _text(label: object) -> str:
    if isinstance(label, float) and label.is_integer():
        label = int(label)
    return label.decode("utf-8", "replace") if isinstance(label, bytes) else str(label)
