"""Summaries of real pictures, kept in files: a data set is seen by Inception once."""

import contextlib
import hashlib
from pathlib import Path

import numpy as np
import safetensors.numpy
import torch
from safetensors import SafetensorError

from ganstudio.evaluation.fidelity import Moments
from ganstudio.evaluation.inception.network import FEATURES
from ganstudio.evaluation.inception.source import SHA256
from ganstudio.evaluation.inception.summary import MAX_POINTS, Summary
from ganstudio.images import Pictures
from ganstudio.system import atomic, reading

MAX_FILES = 8  # of some 115 MB each; the oldest go
_FORMAT = 1  # changes with how pictures are prepared and what is kept of them
_PART = 1024  # pictures at once
_ENDING = ".safetensors"
_MAX_BYTES = 8 * (FEATURES + FEATURES**2) + 4 * MAX_POINTS * FEATURES + (1 << 16)


def fingerprint(pictures: Pictures) -> str:
    """Return a name for what Inception makes of these pictures, by their content and the way they are measured."""
    digest = hashlib.sha256(f"{_FORMAT} {SHA256} {pictures.shape}".encode())
    for first in range(0, len(pictures), _PART):
        digest.update(pictures[first : first + _PART].tobytes())
    return digest.hexdigest()[:32]


def load(folder: Path, name: str) -> Summary | None:
    """Return the summary that was kept under that fingerprint; None if there is none that can be read."""
    try:
        content = safetensors.numpy.load(reading.read_bytes(folder / f"{name}{_ENDING}", _MAX_BYTES))
        count, mean, covariance, points = (content[key] for key in ("count", "mean", "covariance", "points"))
    except (OSError, ValueError, KeyError, SafetensorError):
        return None
    shapes = (count.shape, mean.shape, covariance.shape, points.shape[1:])
    if shapes != ((1,), (FEATURES,), (FEATURES, FEATURES), (FEATURES,)):
        return None
    moments = Moments(torch.from_numpy(mean).double(), torch.from_numpy(covariance).double())
    return Summary(int(count[0]), moments, points.astype(np.float32, copy=False))


def save(folder: Path, name: str, summary: Summary) -> None:
    """Keep a summary under a fingerprint, and remove the oldest of too many. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    content = {
        "count": np.array([summary.count], np.int64),
        "mean": summary.moments.mean.numpy(),
        "covariance": summary.moments.covariance.numpy(),
        "points": summary.points,
    }
    atomic.write(folder / f"{name}{_ENDING}", [safetensors.numpy.save(content)], durable=False)
    with contextlib.suppress(OSError):
        files = sorted(folder.glob(f"*{_ENDING}"), key=lambda file: file.stat().st_mtime_ns)
        for file in files[:-MAX_FILES]:
            file.unlink()
