"""A file made into a picture of the set, or the reason why not; what an earlier version has is copied from there."""

import contextlib
import hashlib
import io
import zlib
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ganstudio.data.pictures import fit, likeness
from ganstudio.data.pictures.decode import prepare
from ganstudio.data.pictures.header import Header
from ganstudio.data.pictures.index import DIGEST_BYTES, Index, Outcome
from ganstudio.data.pictures.parallel import MemoryBudget
from ganstudio.data.pictures.recipe import Recipe
from ganstudio.data.pictures.scan import ScannedFile
from ganstudio.data.pictures.sources import Source, show
from ganstudio.data.pictures.verdicts import PictureError, Verdict

Bytes = npt.NDArray[np.uint8]

_BYTES_PER_PIXEL = 8  # of a whole picture while it is decoded: the pixels and a copy


class Converted(NamedTuple):
    """What became of a file, its picture (H, W, C) unless it is skipped, and whether that is an earlier version's."""

    outcome: Outcome
    pixels: Bytes | None
    is_reused: bool = False


class Former:
    """An earlier version of the set, made with the same recipe.

    Parameters
    ----------
    index, pictures
        What is in it.
    """

    def __init__(self, index: Index, pictures: Bytes) -> None:
        self._index = index
        self._pictures = pictures
        self._numbers = {file.entry.path: number for number, file in enumerate(index.files)}

    def recall(self, file: ScannedFile, crc32: int | None = None) -> Converted | None:
        """Return what became of a file if it is the same as then: by its date, or by its content if that was read."""
        number = self._numbers.get(file.entry.path)
        if number is None:
            return None
        before = self._index.files[number].entry
        if before.bytes != file.entry.bytes or (crc32 is None and before.mtime_ns != file.entry.mtime_ns):
            return None
        row = int(self._index.rows[number])
        if row < 0 or (crc32 is not None and crc32 != int(self._index.crc32[number])):
            return None  # what was skipped then may have been unreadable for a while
        return Converted(self._index.outcome(number), np.array(self._pictures[row]), is_reused=True)


class Converter:
    """Converts files of a source, in any number of threads at the same time.

    Parameters
    ----------
    source
        Where the files are.
    recipe
        What to make of them.
    former
        An earlier version of the set; None if there is none that helps.
    """

    def __init__(self, source: Source, recipe: Recipe, former: Former | None = None) -> None:
        self._source = source
        self._recipe = recipe
        self._former = former
        self._budget = MemoryBudget()

    def convert(self, files: Sequence[ScannedFile]) -> list[Converted]:
        """Convert some files, in order."""
        return [self._convert(file) for file in files]

    def _convert(self, file: ScannedFile) -> Converted:
        if self._former is not None and (same := self._former.recall(file)):
            return same
        crc32 = 0
        try:
            with self._budget.borrow(self._needed_bytes(file)):
                content = self._source.read(file.entry.path)
                crc32 = zlib.crc32(content)
                if self._former is not None and (same := self._former.recall(file, crc32)):
                    return same
                prepared = prepare(io.BytesIO(content), self._recipe)
        except PictureError as error:
            return Converted(Outcome(crc32, error.verdict, show(error.why)), None)
        except MemoryError:
            return Converted(Outcome(crc32, Verdict.TOO_LARGE, "there is not enough memory for it"), None)
        pixels = prepared.pixels
        digest = hashlib.blake2b(pixels.data, digest_size=DIGEST_BYTES).digest()
        thumb = likeness.shrink(pixels).tobytes()
        outcome = Outcome(crc32, box=prepared.box, enlarged=prepared.enlarged, notes=prepared.notes)
        return Converted(replace(outcome, digest=digest, thumb=thumb), pixels)

    def _needed_bytes(self, file: ScannedFile) -> int:
        """Return about how much memory a file takes while it is decoded."""
        return file.entry.bytes + (count_decoded_bytes(file.header, self._recipe) if file.header else 0)


def count_decoded_bytes(header: Header, recipe: Recipe) -> int:
    """Return about how many bytes a picture takes while it is decoded."""
    pixels = header.width * header.height
    if header.format == "JPEG":
        with contextlib.suppress(PictureError):  # it will be skipped
            pixels //= fit.choose_reduction(fit.place(header.width, header.height, recipe)) ** 2
    return pixels * _BYTES_PER_PIXEL
