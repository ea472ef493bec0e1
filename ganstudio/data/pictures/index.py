"""index.npz: every file that was found, what became of it, and where its picture is."""

import hashlib
import io
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from ganstudio.data.pictures import stored
from ganstudio.data.pictures.header import Header
from ganstudio.data.pictures.outcome import Outcome
from ganstudio.data.pictures.scan import ScannedFile
from ganstudio.data.pictures.sources import Entry
from ganstudio.data.pictures.verdicts import Verdict
from ganstudio.system import reading

_LASTING = (Verdict.NOT_A_PICTURE, Verdict.UNSUPPORTED, Verdict.NESTED, Verdict.TOO_SMALL)
NO_LABEL = -1

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Index:
    """The files of an imported set, in natural order of their paths.

    Parameters
    ----------
    files
        What was found, with the verdict after decoding.
    rows
        (F,), the number of each file's picture; -1 if it was skipped.
    crc32
        (F,), of the files' content; 0 if it was not read.
    labels
        (N,), int32, by the number of the picture; -1 without labels.
    boxes, enlarged, notes, digests, thumbs, groups
        By the number of the picture: (N, 4); (N,); the codes of each; (N, 16); (N, 72); (N,), the first near-duplicate.
    """

    files: tuple[ScannedFile, ...]
    rows: Array
    crc32: Array
    labels: Array
    boxes: Array
    enlarged: Array
    notes: tuple[tuple[str, ...], ...]
    digests: Array
    thumbs: Array
    groups: Array

    def known(self) -> dict[str, ScannedFile]:
        """Return files by path, for a later look that opens only what has changed.

        Without those whose pictures could not be decoded, or were left out: they may be wanted, or fit, another time.
        """
        return {
            file.entry.path: file
            for file, crc32 in zip(self.files, self.crc32.tolist(), strict=True)
            if file.header is not None or (not crc32 and file.entry.verdict in _LASTING)
        }

    def fingerprint(self, shape: Sequence[int], classes: Sequence[str]) -> str:
        """Return a hash of pictures and labels; the same whatever the files were."""
        parts = hashlib.sha256(msgspec.json.encode(["pictures 1", list(shape), list(classes)]))
        parts.update(self.digests.tobytes())
        parts.update(self.labels.astype("<i4").tobytes())
        return parts.hexdigest()

    def outcome(self, number: int) -> Outcome:
        """Return what became of the file with that number."""
        entry, row, crc32 = self.files[number].entry, int(self.rows[number]), int(self.crc32[number])
        if row < 0:
            return Outcome(crc32, entry.verdict, entry.why)
        x0, y0, x1, y1 = map(int, self.boxes[row])
        digest, thumb = self.digests[row].tobytes(), self.thumbs[row].tobytes()
        return Outcome(
            crc32,
            box=(x0, y0, x1, y1),
            enlarged=bool(self.enlarged[row]),
            notes=self.notes[row],
            digest=digest,
            thumb=thumb,
        )


def picture_paths(index: Index) -> tuple[str, ...]:
    """Return the paths of the files whose pictures are there, in the order of these."""
    return tuple(file.entry.path for file, row in zip(index.files, index.rows.tolist(), strict=True) if row >= 0)


def count(index: Index) -> dict[str, int]:
    """Return `Info.counts` of an index."""
    pictures = len(index.labels)
    counts = Counter(note for notes in index.notes for note in notes)
    counts |= Counter(
        found=len(index.files),
        read=pictures,
        skipped=len(index.files) - pictures,
        enlarged=int(index.enlarged.sum()),
        near_duplicates=int((index.groups != np.arange(pictures)).sum()),
    )
    return dict(counts)


def gather(indices: Sequence[Index], files: tuple[ScannedFile, ...], places: Array) -> Index:
    """Return an index of some pictures of others.

    Parameters
    ----------
    indices
        The others.
    files
        The files; those that have a header are those of the pictures, in this order.
    places
        (N,), the number of each picture, counted through the others.
    """
    known = {file.entry.path: crc32 for one in indices for file, crc32 in zip(one.files, one.crc32, strict=True)}
    is_read = np.array([file.header is not None for file in files], bool)
    notes = [each for one in indices for each in one.notes]
    same = ("labels", "boxes", "enlarged", "digests", "thumbs", "groups")
    return Index(
        files,
        rows=np.where(is_read, np.cumsum(is_read) - 1, -1),
        crc32=np.array([known[file.entry.path] for file in files], np.uint32),
        notes=tuple(notes[place] for place in places.tolist()),
        **{name: np.concatenate([getattr(one, name) for one in indices])[places] for name in same},
    )


def encode(index: Index) -> bytes:
    """Return the content of index.npz; the same index gives the same bytes."""
    headers = _unique([file.header for file in index.files])
    notes = _unique(list(index.notes))
    buffer = io.BytesIO()
    np.savez(
        buffer,
        paths=_pack_text([file.entry.path for file in index.files]),
        bytes=np.array([file.entry.bytes for file in index.files], np.int64),
        mtime_ns=np.array([file.entry.mtime_ns for file in index.files], np.int64),
        verdict=_pack_text([file.entry.verdict.value for file in index.files]),
        why=_pack_text([file.entry.why for file in index.files]),
        low=np.array([np.nan if file.low is None else file.low for file in index.files], np.float64),
        high=np.array([np.nan if file.high is None else file.high for file in index.files], np.float64),
        headers=np.frombuffer(msgspec.json.encode(headers[0]), np.uint8),
        header=np.array(headers[1], np.int64),
        rows=index.rows.astype(np.int64),
        crc32=index.crc32.astype(np.uint32),
        labels=index.labels.astype(np.int32),
        boxes=index.boxes.astype(np.int32),
        enlarged=index.enlarged.astype(np.bool_),
        notes_kinds=np.frombuffer(msgspec.json.encode(notes[0]), np.uint8),
        notes=np.array(notes[1], np.int64),
        digests=index.digests.astype(np.uint8),
        thumbs=index.thumbs.astype(np.uint8),
        groups=index.groups.astype(np.int64),
    )
    return buffer.getvalue()


def read(version: Path, name: str = stored.INDEX) -> Index:
    """Read the index of a version, or another index in its folder.

    Raises
    ------
    DataError
        It cannot be read.
    """
    path = version / name
    try:
        with reading.open_file(path) as file, np.load(file, allow_pickle=False) as content:
            arrays = {name: content[name] for name in content.files}
        return _decode(arrays)
    except Exception as error:  # a damaged zip or array raises nearly anything
        raise stored.unreadable(path, error) from None


def _decode(arrays: Mapping[str, Array]) -> Index:
    headers = msgspec.json.decode(arrays["headers"].tobytes(), type=list[Header | None])
    kinds = msgspec.json.decode(arrays["notes_kinds"].tobytes(), type=list[tuple[str, ...]])
    verdicts = [Verdict(text) for text in _unpack_text(arrays["verdict"])]
    columns = zip(
        _unpack_text(arrays["paths"]),
        arrays["bytes"].tolist(),
        arrays["mtime_ns"].tolist(),
        verdicts,
        _unpack_text(arrays["why"]),
        arrays["header"].tolist(),
        arrays["low"].tolist(),
        arrays["high"].tolist(),
        strict=True,
    )
    files = tuple(
        ScannedFile(
            Entry(path, size, mtime_ns, verdict, why),
            headers[header],
            None if low != low else low,
            None if high != high else high,
        )
        for path, size, mtime_ns, verdict, why, header, low, high in columns
    )
    same = {field.name for field in fields(Index)} - {"files", "notes"}
    notes = tuple(kinds[number] for number in arrays["notes"].tolist())
    return Index(files, notes=notes, **{name: arrays[name] for name in same})


def _unique(items: Sequence[Any]) -> tuple[list[Any], list[int]]:
    """Return the different items in order, and the number of each item among them."""
    numbers: dict[Any, int] = {}
    of_each = [numbers.setdefault(item, len(numbers)) for item in items]
    return list(numbers), of_each


def _pack_text(texts: Sequence[str]) -> Array:
    """Return texts as bytes; also of paths that are not UTF-8."""
    return np.frombuffer(json.dumps(texts).encode(), np.uint8)


def _unpack_text(packed: Array) -> list[str]:
    texts: list[str] = json.loads(packed.tobytes())
    return texts
