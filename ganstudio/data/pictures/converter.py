"""A file made into a picture of the set, or the reason why not; what an earlier version has is copied from there."""

import contextlib
import zlib
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ganstudio.data.pictures import fit
from ganstudio.data.pictures.header import Header
from ganstudio.data.pictures.index import Index
from ganstudio.data.pictures.making import Bytes, Made, make, no_memory, skip
from ganstudio.data.pictures.outcome import Outcome
from ganstudio.data.pictures.parallel import MemoryBudget
from ganstudio.data.pictures.recipe import Recipe
from ganstudio.data.pictures.scan import ScannedFile
from ganstudio.data.pictures.sources import Source
from ganstudio.data.pictures.verdicts import PictureError

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

    def crc32(self, file: ScannedFile) -> int | None:
        """Return the checksum of the content that its picture was made of; None if it has none, or of another size."""
        number = self._find(file)
        return None if number is None else int(self._index.crc32[number])

    def has(self, file: ScannedFile) -> bool:
        """Return whether it has the picture of a file, by the date."""
        number = self._find(file)
        return number is not None and self._index.files[number].entry.mtime_ns == file.entry.mtime_ns

    def recall(self, file: ScannedFile) -> Converted:
        """Return what became of a file whose picture it has."""
        number = self._numbers[file.entry.path]
        pixels = np.array(self._pictures[int(self._index.rows[number])])
        return Converted(self._index.outcome(number), pixels, is_reused=True)

    def _find(self, file: ScannedFile) -> int | None:
        number = self._numbers.get(file.entry.path)
        if number is None or self._index.files[number].entry.bytes != file.entry.bytes:
            return None
        return None if self._index.rows[number] < 0 else number  # what was skipped may have been unreadable for a while


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
        self.source = source
        self.recipe = recipe
        self.former = former
        self.budget = MemoryBudget()

    def convert(self, files: Sequence[ScannedFile]) -> list[Converted]:
        """Convert some files, in order."""
        return [self._convert(file) for file in files]

    def is_known(self, file: ScannedFile) -> bool:
        """Return whether a file need not be read."""
        return self.former is not None and self.former.has(file)

    def complete(self, file: ScannedFile, made: Made | None) -> Converted:
        """Return what became of a file; None was made of one whose content is that of the earlier version."""
        if made is not None:
            return Converted(*made)
        if self.former is None:
            raise ValueError("there is no earlier version")
        return self.former.recall(file)

    def count_needed_bytes(self, file: ScannedFile) -> int:
        """Return about how much memory a file takes while it is decoded."""
        return file.entry.bytes + (count_decoded_bytes(file.header, self.recipe) if file.header else 0)

    def _convert(self, file: ScannedFile) -> Converted:
        if self.is_known(file):
            return self.complete(file, None)
        try:
            with self.budget.borrow(self.count_needed_bytes(file)):
                content = self.source.read(file.entry.path)
                crc32 = zlib.crc32(content)
                is_same = self.former is not None and crc32 == self.former.crc32(file)
                return self.complete(file, None if is_same else make(content, self.recipe, crc32))
        except PictureError as error:
            return Converted(*skip(error))
        except MemoryError:
            return Converted(*skip(no_memory()))


def count_decoded_bytes(header: Header, recipe: Recipe) -> int:
    """Return about how many bytes a picture takes while it is decoded."""
    pixels = header.width * header.height
    if header.format == "JPEG":
        with contextlib.suppress(PictureError):  # it will be skipped
            pixels //= fit.choose_reduction(fit.place(header.width, header.height, recipe)) ** 2
    return pixels * _BYTES_PER_PIXEL
