"""What was measured at the start of earlier runs on this computer, so that a like run need not wait for it again."""

import contextlib
import json
import os
import time
from dataclasses import asdict, dataclass
from typing import Any

import msgspec
import torch

from ganstudio import config as cfg
from ganstudio import paths
from ganstudio.training.device import hardware

WEEK, HOUR = 7 * 86_400.0, 3600.0  # seconds
_MOST = 50  # measurements that are kept


@dataclass(frozen=True)
class Measurement:
    """The way that was best, and what all ways took, in words."""

    precision: str
    threads: int
    seconds: float  # of a pass
    words: str
    at: float  # seconds since 1970
    all_cores: bool  # else other programs kept some busy, which passes

    @property
    def fresh(self) -> bool:
        """Whether it may still hold."""
        return 0 <= time.time() - self.at < (WEEK if self.all_cores else HOUR)

    @property
    def day(self) -> str:
        """ "2026-11-25"."""
        return time.strftime("%Y-%m-%d", time.localtime(self.at))


def key(config: cfg.RunConfig, cores: int) -> str:
    """Of a measurement: this computer, PyTorch, the networks, and what the run leaves open."""
    chip = hardware.device_name(torch.device("cpu"))
    engine, data = config.engine, config.data
    asked = (engine.precision, engine.threads, data.size, data.channels)
    return json.dumps([chip, cores, torch.__version__, *asked, asdict(config.network)])


def look(name: str) -> Measurement | None:
    """What is known under that key, if it may still hold."""
    try:
        found = msgspec.convert(_read()[name], Measurement)
    except (LookupError, msgspec.ValidationError):
        return None
    return found if found.fresh else None


def keep(name: str, measured: Measurement) -> None:
    """Remember it; where nothing can be kept, the next start measures again."""
    known = {**{other: each for other, each in _read().items() if other != name}, name: asdict(measured)}
    path = paths.measurements_file()
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        temp = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        temp.write_text(json.dumps(dict(list(known.items())[-_MOST:]), indent=1), encoding="utf-8")
        temp.replace(path)


def _read() -> dict[str, Any]:
    try:
        read = json.loads(paths.measurements_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}
