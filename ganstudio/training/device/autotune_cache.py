"""Measurements of earlier runs on this computer, so that a similar run need not wait for them again."""

import contextlib
import json
import time
from dataclasses import asdict, dataclass
from typing import Any

import msgspec
import torch

from ganstudio import atomic, paths, reading
from ganstudio import config as cfg
from ganstudio.training.device import hardware

MAX_AGE_SECONDS = 7 * 86_400.0
MAX_MEASUREMENTS = 50  # that are stored
CONDITIONS = "quiet"  # of a measurement; older versions stored those of busy moments, too


@dataclass(frozen=True)
class Measurement:
    """The fastest precision and number of threads, measured while no other program kept a core busy.

    Parameters
    ----------
    precision, threads
        What was fastest.
    seconds
        Time of a pass with them.
    words
        Times of all that was tried, as text.
    at
        When it was measured, in seconds since 1970.
    """

    precision: str
    threads: int
    seconds: float
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


def make_key(config: cfg.RunConfig, cores: int) -> str:
    """Return the key of a measurement: this computer, PyTorch, the networks, and what the run leaves open."""
    chip = hardware.device_name(torch.device("cpu"))
    engine, data = config.engine, config.data
    open_settings = (engine.precision, engine.threads, data.size, data.channels)
    return json.dumps([CONDITIONS, chip, cores, torch.__version__, *open_settings, asdict(config.network)])


def load(key: str) -> Measurement | None:
    """Return the measurement of that key if it may still hold, else None."""
    try:
        measurement = msgspec.convert(_read()[key], Measurement)
    except (LookupError, msgspec.ValidationError):
        return None
    return measurement if measurement.is_fresh else None


def store(key: str, measurement: Measurement) -> None:
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
