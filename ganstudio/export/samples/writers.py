"""Writers of samples, which take them part by part: a folder, a zip of PNG, numpy's arrays, CSV, and MNIST's idx."""

import gzip
import io
import math
import struct
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO

import numpy as np
from PIL import Image

from ganstudio.export.samples import about
from ganstudio.export.samples.source import Part, SampleSource
from ganstudio.images import Labels, Pictures

Add = Callable[[Part], object]

_DATE = (1980, 1, 1, 0, 0, 0)  # of everything in an archive: the same samples give the same bytes
_UNIX, _MODE = 3, 0o644 << 16  # likewise on every system
_LABELS_AT_ONCE = 1 << 16


@contextmanager
def folder_writer(folder: Path, source: SampleSource) -> Iterator[Add]:
    """Write a PNG for each sample, named by its number, and the files with their labels and seeds."""
    digits = max(5, len(str(source.count - 1)))

    def name(number: int) -> str:
        return f"{number:0{digits}}.png"

    def add(part: Part) -> None:
        for number, picture in enumerate(part.pictures, part.first):
            Image.fromarray(picture).save(folder / name(number))

    yield add
    for file, content in _describe(source, name):
        with (folder / file).open("xb") as opened:
            opened.writelines(content)


@contextmanager
def zip_writer(file: BinaryIO, source: SampleSource) -> Iterator[Add]:
    """Write a zip as the data sets of stylegan3: 00000/img00000000.png and dataset.json, stored without compression."""

    def name(number: int) -> str:
        digits = f"{number:08}"
        return f"{digits[:5]}/img{digits}.png"

    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:

        def add(part: Part) -> None:
            for number, picture in enumerate(part.pictures, part.first):
                archive.writestr(_entry(name(number)), _encode_png(picture))

        yield add
        for entry, content in _describe(source, name):
            with archive.open(_entry(entry), "w", force_zip64=True) as opened:
                for part in content:
                    opened.write(part)


@contextmanager
def npz_writer(file: BinaryIO, source: SampleSource) -> Iterator[Add]:
    """Write arrays as guided-diffusion does: `arr_0`, uint8 (N, H, W, C), and `arr_1`, its labels.

    A third, `about`, is a text.
    """
    shape = (*source.shape, 1)[:3]
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        with archive.open(_entry("arr_0.npy"), "w", force_zip64=True) as entry:
            _write_header(entry, (source.count, *shape), "|u1")
            yield lambda part: entry.write(part.pictures.tobytes())
        if source.sampler.classes:
            with archive.open(_entry("arr_1.npy"), "w", force_zip64=True) as entry:
                _write_header(entry, (source.count,), "<i8")
                for labels in _labels(source):
                    entry.write(labels.astype("<i8").tobytes())
        with archive.open(_entry("about.npy"), "w") as entry:
            np.lib.format.write_array(entry, np.array(about.encode_about(source).decode()), allow_pickle=False)


@contextmanager
def npy_writer(file: BinaryIO, source: SampleSource) -> Iterator[Add]:
    """Write one array, uint8 (N, H, W) or (N, H, W, C), as `numpy.save` does."""
    _write_header(file, (source.count, *source.shape), "|u1")
    yield lambda part: file.write(part.pictures.tobytes())


@contextmanager
def csv_writer(file: BinaryIO, source: SampleSource) -> Iterator[Add]:
    """Write a line for each sample: its label, if there are any, and its pixels, row by row, channels last."""
    pixels = math.prod(source.shape)
    first = ["label"] if source.sampler.classes else []
    file.write(",".join([*first, *(f"pixel{number}" for number in range(pixels))]).encode() + b"\n")

    def add(part: Part) -> None:
        rows = part.pictures.reshape(len(part.pictures), -1)
        if part.labels is None:
            lines = [",".join(map(str, row.tolist())) for row in rows]
        else:
            lines = [
                ",".join(map(str, [int(label), *row.tolist()])) for label, row in zip(part.labels, rows, strict=True)
            ]
        file.write(("\n".join(lines) + "\n").encode())

    yield add


@contextmanager
def idx_writer(file: BinaryIO, source: SampleSource) -> Iterator[Add]:
    """Write grey pictures as MNIST's files of pictures are."""
    with _gzip(file) as packed:
        packed.write(struct.pack(">IIII", 0x0803, source.count, *source.shape))
        yield lambda part: packed.write(part.pictures.tobytes())


def write_idx_labels(file: BinaryIO, source: SampleSource) -> None:
    """Write the labels, 0 to 255, as MNIST's files of labels are."""
    with _gzip(file) as packed:
        packed.write(struct.pack(">II", 0x0801, source.count))
        for labels in _labels(source):
            packed.write(labels.astype(np.uint8).tobytes())


def _describe(source: SampleSource, name: Callable[[int], str]) -> Iterator[tuple[str, Iterable[bytes]]]:
    """Yield the files beside samples, and their content in parts."""
    yield about.LABELS, about.encode_labels(source, name)
    yield about.TABLE, about.encode_table(source, name)
    yield about.ABOUT, [about.encode_about(source)]


def _labels(source: SampleSource) -> Iterator[Labels]:
    for first in range(0, source.count, _LABELS_AT_ONCE):
        labels = source.labels(first, min(_LABELS_AT_ONCE, source.count - first))
        assert labels is not None
        yield labels


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _DATE)
    entry.create_system, entry.external_attr = _UNIX, _MODE
    return entry


def _encode_png(picture: Pictures) -> bytes:
    content = io.BytesIO()
    Image.fromarray(picture).save(content, "png")
    return content.getvalue()


def _write_header(file: IO[bytes], shape: tuple[int, ...], kind: str) -> None:
    np.lib.format.write_array_header_1_0(file, {"descr": kind, "fortran_order": False, "shape": shape})


def _gzip(file: BinaryIO) -> gzip.GzipFile:
    return gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0)
