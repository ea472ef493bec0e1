"""Where the weights that FID is defined with come from, and whether a file is theirs. Needs no torch."""

import hashlib
from pathlib import Path
from typing import BinaryIO

from ganstudio.errors import DataError, reason
from ganstudio.system import reading

NAME = "pt_inception-2015-12-05-6726825d.pth"
URL = f"https://github.com/mseitzer/pytorch-fid/releases/download/fid_weights/{NAME}"
SHA256 = "6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2"
BYTES = 95_628_359
SOURCE = f"The weights of Inception, {NAME} ({BYTES / 1e6:.0f} MB, Apache-2.0, from TensorFlow's models), are at\n{URL}"
_PART = 1 << 20  # bytes at once


def check(path: Path) -> None:
    """Check that a file, under any name, is that of the weights.

    Raises
    ------
    DataError
        There is no such file, it cannot be read, or it is another one; says where it is to be had.
    """
    try:
        with reading.open_file(path) as file:
            found = path.stat().st_size
            digest = _hash(file) if found == BYTES else ""
    except FileNotFoundError:
        raise DataError(f"There is no file {path}. {SOURCE}") from None
    except OSError as error:
        raise DataError(f"{path} cannot be read: {reason(error)}. {SOURCE}") from None
    if found != BYTES:
        raise DataError(
            f"{path} has {found:,} bytes, and the weights of Inception have {BYTES:,}: it is another file, or its "
            f"download was cut off. {SOURCE}"
        )
    if digest != SHA256:
        raise DataError(
            f"{path} is not the file that FID is defined with: its SHA-256 begins with {digest[:8]}, not {SHA256[:8]}. "
            f"{SOURCE}"
        )


def _hash(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    for part in iter(lambda: file.read(_PART), b""):
        digest.update(part)
    return digest.hexdigest()
