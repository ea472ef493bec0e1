"""How long a preset takes on this computer: by its own runs here, else by what it costs beside others that ran here."""

import contextlib
import os
import tomllib
from dataclasses import dataclass
from typing import Any

import tomli_w

from ganstudio import config as cfg
from ganstudio import length, paths, presets
from ganstudio.config import RunConfig
from ganstudio.presets import Preset

_TWO_CORES = 2.2  # presets' `cost` a second on two cores of an AMD EPYC (bfloat16), over one core's
_PARTS = ("network.", "penalty.", "schedule.", "stabilise.", "engine.processes", "data.size", "data.channels")
_COSTLY = (*_PARTS, "objective.loss", "optimizer.batch_size", "optimizer.accumulate")  # what a picture's cost hangs on
_NOT = ("network.classes", "stabilise.noise_images")


@dataclass(frozen=True)
class Estimate:
    """Seconds that a run will train; `here`: judged by runs on this computer, else as on two usual cores."""

    seconds: float
    here: bool


class Pace:
    """Milliseconds a picture of each preset that ran here, by device; kept from one start to the next."""

    def __init__(self) -> None:
        self._speeds: dict[str, dict[str, float]] = {}
        self._latest = ""  # device that trained last
        with contextlib.suppress(OSError, ValueError, LookupError, AttributeError, TypeError):
            self._take(tomllib.loads(paths.speeds_file().read_text(encoding="utf-8")))

    def note(self, config: RunConfig, device: str, milliseconds: float) -> None:
        """A run of that configuration took so long for a picture here, on a device as `Started` names it."""
        preset = same_cost(config)
        if preset is None or not milliseconds > 0:
            return
        self._latest = device
        self._speeds.setdefault(device, {})[preset.name] = milliseconds
        file = paths.speeds_file()
        temp = file.with_name(f".{file.name}.{os.getpid()}.tmp")
        with contextlib.suppress(OSError):  # where nothing can be kept, the next start knows less
            file.parent.mkdir(parents=True, exist_ok=True)
            temp.write_text(tomli_w.dumps({"latest": device, "speeds": self._speeds}), encoding="utf-8")
            temp.replace(file)

    def seconds(self, config: RunConfig, pictures: int) -> Estimate | None:
        """How long a run of `config` trains on a data set of so many pictures; None where that is not known."""
        if config.seconds and not config.steps:
            return Estimate(config.seconds, True)
        preset = same_cost(config)
        by = length.ruling(config)
        if preset is None or not by:
            return None
        batch = config.optimizer.batch_size * config.optimizer.accumulate
        rounds = config.schedule.d_steps if config.schedule.mode == "steps" else 1
        seen = config.epochs * pictures if by == "epochs" else config.steps * batch * rounds
        milliseconds, here = self._milliseconds(preset)
        return Estimate(seen * milliseconds / 1000, here) if milliseconds else None

    def _milliseconds(self, preset: Preset) -> tuple[float, bool]:
        known = self._speeds.get(self._latest, {})
        if preset.name in known:
            return known[preset.name], True
        costs = {name: presets.load(name).cost for name in known if presets.is_built_in(name)}
        ratios = sorted(known[name] / cost for name, cost in costs.items() if cost)
        if ratios and preset.cost:
            return ratios[len(ratios) // 2] * preset.cost, True
        return preset.cost / _TWO_CORES, False

    def _take(self, kept: dict[str, Any]) -> None:
        self._latest = str(kept["latest"])
        self._speeds = {
            str(device): {str(name): float(value) for name, value in speeds.items() if float(value) > 0}
            for device, speeds in kept["speeds"].items()
        }


def same_cost(config: RunConfig) -> Preset | None:
    """The preset that a picture of `config` costs as much as: its own if it was not changed in that, else any."""
    every = sorted(presets.every(), key=lambda each: each.name != config.preset)
    alike = [each for each in every if not _apart(each.config, config)]
    own = [each for each in alike if each.name == config.preset]
    return next(iter(own or [each for each in alike if each.cost]), None)


def _apart(one: RunConfig, other: RunConfig) -> bool:
    differing = (path for path, _, _ in cfg.differences(one, other))
    return any(path.startswith(_COSTLY) and path not in _NOT for path in differing)
