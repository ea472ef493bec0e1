"""index.npz: every file that was found, what became of it, and where its picture is."""

import io
import json
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


def read(version: Path) -> Index:
    """Read the index of a version.

    Raises
    ------
    DataError
        It cannot be read.
    """
    path = version / stored.INDEX
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
