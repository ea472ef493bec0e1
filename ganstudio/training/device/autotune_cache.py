"""Measurements of earlier runs on this computer, so that a similar run need not wait for them again."""

import contextlib
import json
import time
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

import msgspec
import torch

from ganstudio import config as cfg
from ganstudio.system import atomic, paths, reading
from ganstudio.training.device import hardware

MAX_AGE_SECONDS = 7 * 86_400.0
MAX_MEASUREMENTS = 50  # that are stored
CONDITIONS = "quiet"  # of a measurement; older versions stored those of busy moments, too


@dataclass(frozen=True, kw_only=True)
class Stored:
    """What was measured while no other program kept a core busy.

    Parameters
    ----------
    words
        Times of all that was tried, as text.
    at
        When it was measured, in seconds since 1970.
    """

    words: str
    at: float

    @property
    def is_fresh(self) -> bool:
        """Whether it may still hold."""
        return 0 <= time.time() - self.at < MAX_AGE_SECONDS

    @property
    def day(self) -> str:
        """Local date of the measurement: "2026-11-25"."""
        return time.strftime("%Y-%m-%d", time.localtime(self.at))


@dataclass(frozen=True, kw_only=True)
class Measurement(Stored):
    """The fastest precision and number of threads.

    Parameters
    ----------
    precision, threads
        What was fastest.
    seconds
        Time of a pass with them.
    """

    precision: str
    threads: int
    seconds: float


@dataclass(frozen=True, kw_only=True)
class ConvolutionMeasurement(Stored):
    """The fastest way to compute convolutions.

    Parameters
    ----------
    convolution
        "direct" or "winograd".
    """

    convolution: str


StoredT = TypeVar("StoredT", bound=Stored)


def make_key(config: cfg.RunConfig, cores: int, what: str = "threads") -> str:
    """Return the key of a measurement: this computer, PyTorch, the networks, and what the run leaves open.

    Parameters
    ----------
    config
        Settings of the run.
    cores
        How many cores it may use, or how many threads it has.
    what
        What is measured.
    """
    chip = hardware.device_name(torch.device("cpu"))
    engine, data = config.engine, config.data
    open_settings = (engine.precision, engine.threads, data.size, data.channels)
    return json.dumps([CONDITIONS, what, chip, cores, torch.__version__, *open_settings, asdict(config.network)])


def load(key: str, kind: type[StoredT]) -> StoredT | None:
    """Return the measurement of that key and kind if it may still hold, else None."""
    try:
        measurement = msgspec.convert(_read()[key], kind)
    except (LookupError, msgspec.ValidationError):
        return None
    return measurement if measurement.is_fresh else None


def store(key: str, measurement: Stored) -> None:
    """Store a measurement; if that fails, the next start measures again."""
    others = {other: values for other, values in _read().items() if other != key}
    newest = dict(list({**others, key: asdict(measurement)}.items())[-MAX_MEASUREMENTS:])
    path = paths.measurements_file()
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        atomic.write(path, [json.dumps(newest, indent=1).encode()], durable=False)


def _read() -> dict[str, Any]:
    try:
        read = json.loads(reading.read_bytes(paths.measurements_file(), reading.MAX_TEXT_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}
