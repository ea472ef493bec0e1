"""The header of a checkpoint or snapshot file, without torch; it is read with no more memory than a header may need."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from ganstudio.errors import RunError, reason
from ganstudio.runs.info import SCHEMA
from ganstudio.system import reading

_ZIP = b"PK\x03\x04"
_LENGTH_BYTES = 8  # of the header's length, at the start of the file
_ALIGNMENT = 8  # bytes; of what follows the header
_MAX_SCHEMA_DIGITS = 9
_MAX_BYTES = 16 << 20  # bytes; ours have some tens of thousands

_TYPES = {  # PyTorch's names, and those of safetensors
    **{"float64": "F64", "float32": "F32", "float16": "F16", "bfloat16": "BF16"},
    **{"int64": "I64", "int32": "I32", "int16": "I16", "int8": "I8", "bool": "BOOL"},
    **{"uint64": "U64", "uint32": "U32", "uint16": "U16", "uint8": "U8", "complex64": "C64"},
    **{"float8_e4m3fn": "F8_E4M3", "float8_e4m3fnuz": "F8_E4M3FNUZ", "float8_e8m0fnu": "F8_E8M0"},
    **{"float8_e5m2": "F8_E5M2", "float8_e5m2fnuz": "F8_E5M2FNUZ"},
}


def pack(tensors: Mapping[str, tuple[str, Sequence[int], int]], about: Mapping[str, str]) -> bytes:
    """Return the start of a file, up to the first tensor.

    Parameters
    ----------
    tensors
        Type ("float32"), shape and bytes of each tensor, in the order in which they follow.
    about
        Metadata.

    Returns
    -------
    bytes
        The header as https://github.com/huggingface/safetensors defines it, with its length.

    Raises
    ------
    RuntimeError
        safetensors has no such type.
    """
    header: dict[str, Any] = {"__metadata__": dict(about)}
    end = 0
    for name, (kind, shape, size) in tensors.items():
        if kind not in _TYPES:
            raise RuntimeError(f"tensor {name} is of the type {kind}, which no checkpoint can hold")
        header[name] = {"dtype": _TYPES[kind], "shape": list(shape), "data_offsets": [end, end + size]}
        end += size
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % _ALIGNMENT)
    return len(text).to_bytes(_LENGTH_BYTES, "little") + text


def meta(path: Path) -> dict[str, Any]:
    """Read what the program wrote beside the tensors of a file, without verifying its checksum.

    Raises
    ------
    RunError
        The file is not there, was not written by GAN Studio, or by a newer one.
    """
    try:
        with reading.open_file(path) as file:
            return parse(path, about(path, file)["meta"])
    except FileNotFoundError:
        raise RunError(f"{path} does not exist.") from None
    except OSError as error:
        raise RunError(f"{path} cannot be read: {reason(error)}.") from None


def about(path: Path, file: BinaryIO) -> dict[str, str]:
    """Read the header's metadata: schema, meta as JSON and checksum. Raises RunError."""
    size = os.fstat(file.fileno()).st_size
    start = file.read(_LENGTH_BYTES)
    if start.startswith(_ZIP):
        raise RunError(
            f"{path} is a ZIP archive. If it is a run in one file, it has to be opened first.",
            at_prompt=f"For example: ganstudio open {path}",
        )
    length = int.from_bytes(start, "little")
    if length > min(size - _LENGTH_BYTES, _MAX_BYTES):
        raise RunError(f"{path} is cut short, or not a checkpoint: its header would have {length:,} bytes.")
    header = parse(path, file.read(length))
    found = header.pop("__metadata__", None)
    if _data_bytes(header) not in (None, size - _LENGTH_BYTES - length):  # before they are read into memory
        raise RunError(f"{path} cannot be read: its tensors would have another length than the file.")
    if not isinstance(found, dict) or not {"schema", "meta", "sha256"} <= found.keys():
        raise RunError(f"{path} was not written by GAN Studio: it has no checksum.")
    if not (isinstance(found["meta"], str) and isinstance(found["sha256"], str)):
        raise RunError(f"{path} was not written by GAN Studio: its metadata is not text.")
    schema = str(found["schema"])
    shown = schema if len(schema) <= _MAX_SCHEMA_DIGITS else f"a number of {len(schema):,} digits"
    if schema.isascii() and schema.isdigit() and (shown != schema or int(schema) > SCHEMA):
        raise RunError(
            f"{path} was written by a newer version of GAN Studio: its schema is {shown}, this version reads up to "
            f"{SCHEMA}. Update the program to use it."
        )
    return found


def _data_bytes(tensors: dict[str, Any]) -> int | None:
    """Return how many bytes the tensors of a header need; None if it cannot be told."""
    try:
        return max((int(entry["data_offsets"][1]) for entry in tensors.values()), default=0)
    except (TypeError, ValueError, LookupError, OverflowError):
        return None


def parse(path: Path, text: bytes | str) -> dict[str, Any]:
    """Decode the JSON object in `text`. Raises RunError if there is none."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise RunError(f"{path} is damaged, or not a checkpoint: its header cannot be read.")
    return found
