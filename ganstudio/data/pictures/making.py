"""The content of a file made into a picture of the set, or the reason why not."""

import hashlib
import io
import zlib
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ganstudio.data.pictures import likeness
from ganstudio.data.pictures.decode import prepare
from ganstudio.data.pictures.outcome import DIGEST_BYTES, Outcome
from ganstudio.data.pictures.recipe import Recipe
from ganstudio.data.pictures.sources import show
from ganstudio.data.pictures.verdicts import PictureError, Verdict

Bytes = npt.NDArray[np.uint8]


class Made(NamedTuple):
    """What became of a file, and its picture (H, W, C) unless it is skipped."""

    outcome: Outcome
    pixels: Bytes | None


def make(content: bytes, recipe: Recipe, crc32: int | None = None) -> Made:
    """Return what a file becomes; `crc32` is that of its content, if it is known."""
    crc32 = zlib.crc32(content) if crc32 is None else crc32
    try:
        prepared = prepare(io.BytesIO(content), recipe)
    except PictureError as error:
        return skip(error, crc32)
    except MemoryError:
        return skip(no_memory(), crc32)
    pixels = prepared.pixels
    return Made(
        Outcome(
            crc32,
            box=prepared.box,
            enlarged=prepared.enlarged,
            notes=prepared.notes,
            digest=hashlib.blake2b(pixels.data, digest_size=DIGEST_BYTES).digest(),
            thumb=likeness.shrink(pixels).tobytes(),
        ),
        pixels,
    )


def skip(error: PictureError, crc32: int = 0) -> Made:
    """Return what becomes of a file that is skipped."""
    return Made(Outcome(crc32, error.verdict, show(error.why)), None)


def no_memory() -> PictureError:
    """Return the error of a file that is larger than there is memory for."""
    return PictureError(Verdict.TOO_LARGE, "there is not enough memory for it")
