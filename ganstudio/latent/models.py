"""What pictures can be made with: a bundled model, a run at some step, a generator file. Found without torch."""

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ganstudio import config as cfg
from ganstudio import paths
from ganstudio.errors import ConfigError, InputError, RunError
from ganstudio.runs import header, lookup
from ganstudio.runs.folder import RunFolder

BUNDLED = ("mnist", "mnist-conditional")
FIRST = "mnist-conditional"  # what the explorer holds before anything was trained

_TITLES = {"mnist": "MNIST digits (bundled)", "mnist-conditional": "MNIST digits by class (bundled)"}
_TENSORS = ".safetensors"


@dataclass(frozen=True)
class Model:
    """A generator that was found, not yet loaded.

    name : a bundled model's, a run's, or what a generator file calls itself.  path : snapshot or generator file.
    config : settings it was trained with.  step : rounds it had been trained for.  title : for a person.
    """

    name: str
    path: Path
    config: cfg.RunConfig
    step: int
    title: str
    version: int = 0  # of the file, where it may be written anew

    @property
    def classes(self) -> int:
        """How many classes it can be asked for; 0: it is not class-conditional."""
        return self.config.network.classes if self.config.network.conditional else 0


def find(name: str | Path, step: int | None = None) -> Model:
    """The model of that name.

    name : a bundled model's name; a run's folder, its name among the runs or its title; a snapshot or a generator file.
    step : of a run, its newest snapshot that is not after it; None: the newest.

    Raises
    ------
    InputError
        There is no such model; as RunError: it has no snapshot, or its file is of no use.
    """
    if name in BUNDLED:
        if (found := bundled(str(name))) is None:
            raise InputError(f"The model {name} is not part of this copy of the program; choose a run or a file.")
        return found
    path = Path(name).expanduser()
    if path.is_file():
        return of_file(path)
    try:
        folder = lookup.find(name)
    except RunError as error:
        raise InputError(f"There is no model {name}: it is neither {' nor '.join(BUNDLED)}. {error}") from None
    return of_run(RunFolder.open(folder), step)


def bundled(name: str) -> Model | None:
    """A model that comes with the program; None where its file is not there. Raises RunError if that is of no use."""
    path = paths.resources() / "pretrained" / f"{name}{_TENSORS}"
    return _bundled(name, path, path.stat().st_mtime_ns) if path.is_file() else None


@functools.lru_cache(maxsize=8)
def _bundled(name: str, path: Path, changed: int) -> Model:
    """The bundled model in a file that was changed then: the window asks for it many times."""
    return of_file(path, name, _TITLES[name])


def first_picture() -> Path:
    """A picture by the model `FIRST`, to be shown until that is loaded."""
    return paths.resources() / "pretrained" / f"{FIRST}.png"


def of_run(folder: RunFolder, step: int | None = None) -> Model:
    """A run's generator at its newest snapshot, or at the newest one not after `step`. Raises RunError."""
    found = [(at, path) for at, path in folder.snapshots() if step is None or at <= step]
    if not found:
        raise RunError(f"{folder.path} has no snapshot yet: let it train for a few seconds first.")
    at, path = found[-1]
    return Model(folder.name, path, folder.config, at, f"{folder.name}, step {at:,}")


def of_file(path: Path, name: str = "", title: str = "") -> Model:
    """The model in a generator file, or in a snapshot that lies in its run's folder; its own name unless one is given.

    Raises RunError.
    """
    path = path.absolute()
    about = header.meta(path)
    run = path.parent.parent
    if "config" not in about and path.parent.name == "snapshots" and (run / "run.toml").is_file():
        return of_run(RunFolder.open(run), _step(about))
    name = name or str(about.get("name") or path.stem)
    return Model(name, path, _config(path, about), _step(about), title or name)


def _config(path: Path, about: dict[str, Any]) -> cfg.RunConfig:
    settings = about.get("config")
    if not isinstance(settings, dict):
        raise RunError(f"{path} is not a generator file: the settings it was trained with are missing.")
    try:
        return cfg.from_dict(settings)
    except (ConfigError, TypeError) as error:
        raise RunError(f"{path} cannot be used: its settings are not valid: {error}") from None


def _step(about: dict[str, Any]) -> int:
    step = about.get("step", 0)
    return step if isinstance(step, int) else 0
