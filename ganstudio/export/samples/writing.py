"""Samples into a file or a folder, which appears whole or not at all."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from ganstudio.errors import ExportError
from ganstudio.export.samples import writers
from ganstudio.export.samples.kinds import MAX_LABEL_OF_IDX, Kind, check_room
from ganstudio.export.samples.source import SampleSource
from ganstudio.runs.places import claim
from ganstudio.system import atomic
from ganstudio.system.existence import is_folder

OpenFile = Callable[[Path], AbstractContextManager[BinaryIO]]
_WRITERS = {
    Kind.ZIP: writers.zip_writer,
    Kind.NPZ: writers.npz_writer,
    Kind.NPY: writers.npy_writer,
    Kind.CSV: writers.csv_writer,
    Kind.IDX: writers.idx_writer,
}


def write_samples(
    source: SampleSource,
    kind: Kind,
    out: Path,
    open_file: OpenFile,
    report: Callable[[int, int], None],
    at_once: int | None = None,
) -> None:
    """Write samples.

    Parameters
    ----------
    source
        The samples.
    kind
        What is written.
    out
        The file; a folder must be new or empty. Beside the pictures of idx lies a file with their labels.
    open_file
        Opens a file for writing that appears whole or not at all.
    report
        Called with the number of samples that are written, and of all; what it raises ends the work.
    at_once
        How many samples are made before they are written: what is written is the same. None: those that the sampler
        makes at a time.

    Raises
    ------
    ExportError
        So many samples, or samples of this kind, cannot be written so.
    OSError
        The file cannot be written.
    """
    check(source, kind, out)
    at_once = at_once or source.sampler.at_once
    if kind is Kind.FOLDER:
        with _new_folder(out) as folder, writers.folder_writer(folder, source) as add:
            _add_all(source, add, report, at_once)
        return
    with ExitStack() as files:
        if kind is Kind.IDX and source.sampler.classes:
            writers.write_idx_labels(files.enter_context(open_file(labels_of_idx(out))), source)
        file = files.enter_context(open_file(out))
        with _WRITERS[kind](file, source) as add:
            _add_all(source, add, report, at_once)


def check(source: SampleSource, kind: Kind, out: Path) -> None:
    """Check whether these samples can be written, before any is made. Raises ExportError."""
    if not 1 <= source.count <= kind.most:
        raise ExportError(f"The number of samples must be from 1 to {kind.most:,}; got {source.count:,}.")
    if kind is Kind.IDX and (len(source.shape) != 2 or source.sampler.classes > MAX_LABEL_OF_IDX + 1):
        raise ExportError(
            f"{out.name} can hold grey pictures of at most {MAX_LABEL_OF_IDX + 1} classes. Those of "
            f"{source.model.title} are in colour or have more classes. Choose a name that ends in .npz or .zip."
        )
    if kind is Kind.FOLDER and os.path.lexists(out) and not is_folder(out):
        raise ExportError(f"{out} is a file, and a folder is written; choose another name.")
    if kind is Kind.FOLDER and not is_folder(out.absolute().parent):
        raise ExportError(f"There is no folder {out.parent} to make {out.name} in.")
    check_room(kind, source.count, source.shape, out)


def labels_of_idx(out: Path) -> Path:
    """Return the file of labels beside a file of pictures, as MNIST's are named."""
    stem = out.name[: -len(Kind.IDX.value)]
    return out.with_name(f"{stem}-labels-idx1-ubyte.gz")


def _add_all(source: SampleSource, add: writers.Add, report: Callable[[int, int], None], at_once: int) -> None:
    report(0, source.count)
    for part in source.parts(at_once):
        add(part)
        report(part.first + len(part.pictures), source.count)


@contextmanager
def _new_folder(out: Path) -> Iterator[Path]:
    """Yield a folder to write in, which becomes `out` if all went well and is removed if not. Raises OSError."""
    if is_folder(out):
        claim(out)
    with atomic.temporary(out.absolute()) as temporary:  # "." alone has no name
        try:
            temporary.mkdir()
            yield temporary
            if is_folder(out):
                for file in temporary.iterdir():
                    atomic.replace(file, out / file.name)
            else:
                atomic.replace(temporary, out)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
