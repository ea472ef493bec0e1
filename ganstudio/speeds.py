"""Training speeds on this computer, and how long a preset will take, judged by them."""

import contextlib
import threading
from dataclasses import dataclass
from typing import Any

import tomli_w

from ganstudio import config as cfg
from ganstudio import length, presets
from ganstudio.config import RunConfig
from ganstudio.presets import Preset
from ganstudio.system import atomic, paths, reading

_COST_PER_MILLISECOND = 2.2  # what two cores of an AMD EPYC (bfloat16) do of a preset's `cost`, which is one core's
_COSTLY = tuple(path for path, setting in cfg.SETTINGS.items() if setting.costly)


@dataclass(frozen=True)
class Estimate:
    """How long a run will train.

    Parameters
    ----------
    seconds
        Training time.
    is_measured_here
        Whether it is judged by runs on this computer; else it is that of two typical cores.
    """

    seconds: float
    is_measured_here: bool


class TrainingSpeeds:
    """Milliseconds per picture of each preset that was trained here, by device; stored in a file."""

    def __init__(self) -> None:
        self._writing = threading.Lock()
        self._speeds: dict[str, dict[str, float]] = {}
        self._latest = ""  # device that trained last
        with contextlib.suppress(OSError, ValueError, LookupError, AttributeError, TypeError):
            self._take(reading.read_toml(paths.speeds_file()))

    def record(self, config: RunConfig, device: str, milliseconds: float) -> bool:
        """Take the speed of a run, which `write` stores.

        Parameters
        ----------
        config
            Settings of the run; only the speed of a preset is stored.
        device
            Its name as in `Started`.
        milliseconds
            Training time per picture.

        Returns
        -------
        bool
            Whether it was taken: where no preset costs as much, there is nothing to store.
        """
        preset = same_cost(config)
        if preset is None or not milliseconds > 0:
            return False
        self._latest = device
        of_device = self._speeds.get(device, {}) | {preset.name: milliseconds}
        self._speeds = self._speeds | {device: of_device}  # a new one: the former may just be written
        return True

    def write(self) -> None:
        """In any thread: store all speeds, and wait for the disk, which beside a run that saves may take long."""
        file = paths.speeds_file()
        with self._writing, contextlib.suppress(OSError):  # if nothing can be stored, the next start knows less
            file.parent.mkdir(parents=True, exist_ok=True)
            content = tomli_w.dumps({"latest": self._latest, "speeds": self._speeds})
            atomic.write(file, [content.encode()], durable=False)

    def estimate(self, config: RunConfig, pictures: int) -> Estimate | None:
        """Return how long a run trains on a data set of `pictures` pictures; None if that is not known."""
        if config.seconds and not config.steps:
            return Estimate(config.seconds, True)
        preset = same_cost(config)
        setting = length.deciding_setting(config)
        if preset is None or not setting:
            return None
        batch = config.optimizer.batch_size * config.optimizer.accumulate
        d_steps = config.schedule.d_steps if config.schedule.mode == "steps" else 1
        images = config.epochs * pictures if setting == "epochs" else config.steps * batch * d_steps
        milliseconds, is_measured_here = self._milliseconds(preset)
        return Estimate(images * milliseconds / 1000, is_measured_here) if milliseconds else None

    def _milliseconds(self, preset: Preset) -> tuple[float, bool]:
        """Return milliseconds per picture, and whether they follow from runs on this computer."""
        known = self._speeds.get(self._latest, {})
        if preset.name in known:
            return known[preset.name], True
        costs = {name: presets.load(name).cost for name in known if presets.is_built_in(name)}
        ratios = sorted(known[name] / cost for name, cost in costs.items() if cost)
        if ratios and preset.cost:
            return ratios[len(ratios) // 2] * preset.cost, True
        return preset.cost / _COST_PER_MILLISECOND, False

    def _take(self, stored: dict[str, Any]) -> None:
        self._latest = str(stored["latest"])
        self._speeds = {
            str(device): {str(name): float(value) for name, value in speeds.items() if float(value) > 0}
            for device, speeds in stored["speeds"].items()
        }


def same_cost(config: RunConfig) -> Preset | None:
    """Return the preset whose pictures cost as much as those of `config`: its own if it can be, else any; or None."""
    alike = _by_costs().get(costs(config), [])
    own = (preset for preset in alike if preset.name == config.preset)
    return next(own, None) or next((preset for preset in alike if preset.cost), None)


def _by_costs() -> dict[tuple[object, ...], list[Preset]]:
    """Return all presets by what their pictures cost; worked out once, and anew when there are other presets."""
    global _known
    every = presets.every()
    if every != _known[0]:
        found: dict[tuple[object, ...], list[Preset]] = {}
        for preset in every:
            found.setdefault(costs(preset.config), []).append(preset)
        _known = every, found
    return _known[1]


_known: tuple[list[Preset], dict[tuple[object, ...], list[Preset]]] = ([], {})  # what `_by_costs` worked out


def costs(config: RunConfig) -> tuple[object, ...]:
    """Return the values on which the training time of a picture depends."""
    return tuple(cfg.read(config, path) for path in _COSTLY)
