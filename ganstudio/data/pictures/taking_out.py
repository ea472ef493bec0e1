"""Pictures that the user takes out of an imported set, and puts back: the set gets another version, runs keep theirs.

What was taken out stays in the version, so that it can be put back even where the files are no longer there:
taken_out.npz is the index of these pictures, taken_out.npy has the pictures. An update leaves them out again.
"""

import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ganstudio.data.pictures import index as indexing
from ganstudio.data.pictures import likeness, stored
from ganstudio.data.pictures.index import Index
from ganstudio.data.pictures.journal import npy_header
from ganstudio.data.pictures.scan import Progress, ScannedFile
from ganstudio.data.pictures.stored import Info
from ganstudio.data.pictures.verdicts import Verdict
from ganstudio.errors import Cancelled, DataError, StudioError, UserFolder, reason
from ganstudio.system import atomic, mapped

WHY = "it was taken out by hand"
_KEPT = "kept.npy"  # until it takes the place of the pictures
_CHUNK_BYTES = 32 << 20  # of pictures that are copied at a time
_SPARE_BYTES = 64 << 20

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class TakenOut:
    """The pictures that are out of a version: their paths, and the pictures (N, H, W, C)."""

    paths: tuple[str, ...]
    pictures: Bytes


@dataclass(frozen=True, eq=False)
class _Whole:
    """All pictures of a version, those that are out among them.

    Parameters
    ----------
    index
        With a row for each picture.
    parts
        Files of pictures.
    places
        (N,), where the picture of each row is, counted through the parts.
    """

    index: Index
    parts: tuple[Bytes, ...]
    places: npt.NDArray[np.int64]

    def read(self, rows: npt.NDArray[np.int64]) -> Bytes:
        """Return some pictures (n, H, W, C)."""
        first = len(self.parts[0])
        at = self.places[rows]
        read = np.stack([self.parts[place >= first][place - first * (place >= first)] for place in at.tolist()])
        for part in self.parts:
            mapped.release(part)
        return read


def read_taken_out(name: str, home: Path | None = None, fingerprint: str = "") -> TakenOut:
    """Return what is out of the newest version of a set, or of the one with that fingerprint; nothing if none is here.

    Raises
    ------
    DataError
        Its files are damaged.
    """
    folder = stored.set_folder(name, home)
    version = None
    if stored.is_name(name):
        version = stored.find_version(folder, fingerprint) if fingerprint else stored.newest(folder)
    if version is None or not (version / stored.TAKEN_OUT).is_file():
        return TakenOut((), np.zeros((0, 1, 1, 1), np.uint8))
    index = indexing.read(version, stored.TAKEN_OUT)
    return TakenOut(indexing.picture_paths(index), _open_taken(version, stored.read_info(version), index))


@dataclass(frozen=True, eq=False)
class Standing:
    """The pictures of a version of a set, beside the set as it is now.

    Parameters
    ----------
    paths
        Of the pictures of the version, in their order.
    out_before, out
        Paths of the pictures that are out of the version, and of the set as it is now.
    others
        Those of `paths` that are no longer pictures of the set, or have become other pictures.
    mark
        Tells the set as it is now from what it may become; see `take_out`.
    """

    paths: tuple[str, ...]
    out_before: frozenset[str]
    out: frozenset[str]
    others: frozenset[str]
    mark: str


def compare(name: str, home: Path | None = None, fingerprint: str = "") -> Standing:
    """Compare the version with that fingerprint with the set as it is now.

    Raises
    ------
    DataError
        It is not here, or its files are damaged.
    """
    folder = stored.set_folder(name, home)
    now = stored.newest(folder) if stored.is_name(name) else None
    version = stored.find_version(folder, fingerprint) if now and fingerprint else now
    mark = stored.mark_of(now) if now is not None else ""
    if now is None or version is None or not mark:
        raise DataError(f"These pictures are no longer a version of {name}.")
    index = indexing.read(version)
    paths, out = indexing.picture_paths(index), paths_out_of(now)
    others: frozenset[str] = frozenset()
    if version != now:
        whole, _ = _read_whole(now, stored.read_info(now))
        here = _contents(whole.index)
        others = frozenset(path for path, seen in _contents(index).items() if not _is_same(seen, here.get(path)))
    return Standing(paths, frozenset(paths_out_of(version)), frozenset(out), others, mark)


_Content = tuple[int, bytes]  # CRC-32 of a file, digest of its picture


def _contents(index: Index) -> dict[str, _Content]:
    crc32 = index.crc32[index.rows >= 0].tolist()
    digests = (digest.tobytes() for digest in index.digests)
    return dict(zip(indexing.picture_paths(index), zip(crc32, digests, strict=True), strict=True))


def _is_same(one: _Content, other: _Content | None) -> bool:
    """Return whether two pictures are the same, or of the same file: in another size, a set has other pixels of it."""
    return other is not None and (one[1] == other[1] or (one[0] == other[0] and one[0] != 0))


def take_out(
    name: str,
    paths: Iterable[str],
    home: Path | None = None,
    progress: Progress = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
    mark: str = "",
) -> Info:
    """Take pictures out of a set, and return what it is then. The files that they were read from are not touched.

    Parameters
    ----------
    name
        Of the set.
    paths
        Of the pictures, as in the index; those that are out already stay out.
    home
        The data folder; None: the usual one.
    progress
        Called with the number of pictures that are written, and of all.
    cancelled
        Called many times a second.
    mark
        That of `Standing`: the set must still be the one that was looked at; "" for any.

    Raises
    ------
    DataError
        There is no such set, or picture in it, it is not what was looked at, none would be left, or there is no room
        on the disk.
    RunError
        Another program writes it.
    Cancelled
        `cancelled` returned true; the set is as it was.
    StudioError
        The disk is full, or fails; the set is as it was.
    """
    return _change(name, home, set(paths), set.union, progress, cancelled, mark)


def put_back(
    name: str,
    paths: Iterable[str],
    home: Path | None = None,
    progress: Progress = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
    mark: str = "",
) -> Info:
    """Put pictures back into a set that were taken out; parameters and errors are those of `take_out`."""
    return _change(name, home, set(paths), set.difference, progress, cancelled, mark)


def _change(
    name: str,
    home: Path | None,
    named: set[str],
    choose: Callable[[set[str], set[str]], set[str]],
    progress: Progress,
    cancelled: Callable[[], bool],
    mark: str,
) -> Info:
    folder = stored.set_folder(name, home)
    if not stored.is_name(name) or stored.newest(folder) is None:
        raise DataError(f"There are no imported pictures named {name}.")
    with stored.locked(folder) as held:
        former = stored.newest(folder)
        if former is None or (mark and stored.mark_of(former) != mark):
            raise DataError(
                f"{name} is not what was looked at: it was changed, or imported anew, in the meantime. Nothing was "
                "taken out or put back. Look at its pictures again first."
            )
        info = stored.read_info(former)
        whole, out = _read_whole(former, info)
        if unknown := sorted(named - set(indexing.picture_paths(whole.index))):
            raise DataError(f"{name} has no picture {unknown[0]}: it may have been brought up to date meanwhile.")

        def check() -> None:
            if cancelled():
                raise Cancelled
            held.beat()

        then = choose(out, named)
        return info if then == out else _write_version(folder, info, whole, then, progress, check)


def _write_version(
    folder: Path, info: Info, whole: _Whole, out: set[str], progress: Progress, check: Callable[[], None]
) -> Info:
    version = stored.next_version(folder)
    if version.exists():
        shutil.rmtree(version)  # of an update that was cut off: what it decoded is decoded again
    size = sum(part.nbytes for part in whole.parts) + _SPARE_BYTES
    if (free := shutil.disk_usage(folder).free) < size:
        raise DataError(
            f"Another version of {info.name} needs {size / 1e9:.1f} GB in {folder}, where {free / 1e9:.1f} GB are "
            "free. Free some space first.",
            place=UserFolder.DATA,
        )
    try:
        version.mkdir(parents=True)
        info, index = _write_parts(version, info, whole, out, progress, check)
        (version / _KEPT).replace(version / stored.PICTURES)
        finish_version(version, info, index)
    except (Cancelled, DataError):
        shutil.rmtree(version, ignore_errors=True)
        raise
    except OSError as error:
        shutil.rmtree(version, ignore_errors=True)
        what = f"cannot be written: {reason(error)}. The set is as it was."
        raise StudioError(f"{folder} {what}", place=UserFolder.DATA) from None
    stored.remove_unneeded(folder)
    return info


def finish_version(version: Path, info: Info, index: Index) -> None:
    """Write what belongs to the pictures of a version; the mark of being complete last. Raises OSError."""
    atomic.write(version / stored.INDEX, [indexing.encode(index)], durable=True)
    stored.write_info(version, info)
    atomic.write(version / stored.COMPLETE, [f"{info.fingerprint}\n".encode()], durable=True)


def paths_out_of(version: Path) -> set[str]:
    """Return the paths of the pictures that are out of a version. Raises DataError."""
    if not (version / stored.TAKEN_OUT).is_file():
        return set()
    return set(indexing.picture_paths(indexing.read(version, stored.TAKEN_OUT)))


def leave_out(version: Path, info: Info, index: Index, out: set[str], check: Callable[[], None]) -> tuple[Info, Index]:
    """Take pictures out of a version that is being written, and has all of them.

    Parameters
    ----------
    version
        Its folder.
    info, index
        What it is with all pictures.
    out
        Paths of those to take out; some may no longer be there.
    check
        Called many times a second; raises to call it off.

    Raises
    ------
    DataError
        None would be left.
    OSError
        The disk fails.
    """
    out = out & set(indexing.picture_paths(index))
    if not out:
        return info, index
    whole = _Whole(index, (stored.open_pictures(version, info),), np.arange(info.count))
    done = _write_parts(version, info, whole, out, lambda done, total: None, check)
    del whole  # some systems replace no file that is mapped
    (version / _KEPT).replace(version / stored.PICTURES)
    return done


def _read_whole(version: Path, info: Info) -> tuple[_Whole, set[str]]:
    """Return all pictures of a version, and the paths of those that are out."""
    index, pictures = indexing.read(version), stored.open_pictures(version, info)
    if not (version / stored.TAKEN_OUT).is_file():
        return _Whole(index, (pictures,), np.arange(info.count)), set()
    taken = indexing.read(version, stored.TAKEN_OUT)
    files = {file.entry.path: file for file in taken.files}
    rows = dict(zip(indexing.picture_paths(taken), range(len(taken.labels)), strict=True))
    merged, places = [], []
    for file, row in zip(index.files, index.rows.tolist(), strict=True):
        path = file.entry.path
        merged.append(files.get(path, file))
        if row >= 0 or path in rows:
            places.append(row if row >= 0 else info.count + rows[path])
    whole = indexing.gather((index, taken), tuple(merged), np.array(places, np.int64))
    return _Whole(whole, (pictures, _open_taken(version, info, taken)), np.array(places, np.int64)), set(files)


def _open_taken(version: Path, info: Info, index: Index) -> Bytes:
    shape = replace(info, count=len(index.labels))
    return stored.open_pictures(version, shape, stored.TAKEN_OUT_PICTURES)


def _write_parts(
    version: Path, info: Info, whole: _Whole, out: set[str], progress: Progress, check: Callable[[], None]
) -> tuple[Info, Index]:
    """Write the pictures that stay, and those that are out with their index; return what is then to be written."""
    is_out = np.array([path in out for path in indexing.picture_paths(whole.index)], bool)
    if is_out.all():
        raise DataError(f"No picture of {info.name} would be left. Leave some in.")
    stay, leave = np.flatnonzero(~is_out), np.flatnonzero(is_out)
    _copy(version / _KEPT, whole, stay, check, lambda done: progress(done, len(is_out)))
    files = tuple(_mark(file) if file.entry.path in out else file for file in whole.index.files)
    kept = indexing.gather((whole.index,), files, stay)
    kept = replace(kept, groups=likeness.group(kept.thumbs))
    if len(leave):
        _copy(version / stored.TAKEN_OUT_PICTURES, whole, leave, check)
        own = tuple(file for file in whole.index.files if file.entry.path in out)
        taken = indexing.gather((whole.index,), own, leave)
        taken = replace(taken, groups=np.arange(len(leave)))
        atomic.write(version / stored.TAKEN_OUT, [indexing.encode(taken)], durable=True)
    counts = indexing.count(kept) | ({"taken_out": len(leave)} if len(leave) else {})
    shape = info.height, info.width, info.channels
    described = replace(info, count=len(stay), counts=counts, fingerprint=kept.fingerprint(shape, info.classes))
    return described, kept


def _mark(file: ScannedFile) -> ScannedFile:
    return ScannedFile(replace(file.entry, verdict=Verdict.LEFT_OUT, why=WHY))


def _copy(
    path: Path,
    whole: _Whole,
    rows: npt.NDArray[np.int64],
    check: Callable[[], None],
    progress: Callable[[int], None] = lambda done: None,
) -> None:
    shape = (len(rows), *whole.parts[0].shape[1:])
    chunk = max(1, _CHUNK_BYTES // int(np.prod(shape[1:])))
    with path.open("wb") as file:
        file.write(npy_header(shape))
        for start in range(0, len(rows), chunk):
            check()
            file.write(whole.read(rows[start : start + chunk]).data)
            progress(min(len(rows), start + chunk))
        file.flush()
        os.fsync(file.fileno())
