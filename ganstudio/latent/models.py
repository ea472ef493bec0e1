"""Models that pictures can be generated with: bundled ones, runs at some step, generator files. Needs no torch."""

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ganstudio import config as cfg
from ganstudio.errors import ConfigError, InputError, RunError
from ganstudio.runs import bundled as bundled_models
from ganstudio.runs import header, lookup
from ganstudio.runs.folder import RunFolder
from ganstudio.system import paths
from ganstudio.system.existence import is_file
from ganstudio.system.homes import expand

BUNDLED = bundled_models.NAMES
INITIAL = "mnist-conditional"  # what the explorer shows before anything was trained

_TITLES = {"mnist": "MNIST digits (bundled)", "mnist-conditional": "MNIST digits by class (bundled)"}


@dataclass(frozen=True)
class Model:
    """A generator that was found, but is not loaded yet.

    Parameters
    ----------
    name
        Name of a bundled model or of a run, or the name in a generator file.
    path
        Snapshot or generator file.
    config
        Settings it was trained with.
    step
        Rounds it had been trained for.
    title
        Name for users.
    version
        Modification time of a file that may be overwritten, nanoseconds; 0: it never is.
    """

    name: str
    path: Path
    config: cfg.RunConfig
    step: int
    title: str
    version: int = 0

    @property
    def classes(self) -> int:
        """Number of classes that can be requested; 0: it is not class-conditional."""
        return self.config.network.classes if self.config.network.conditional else 0

    def run(self) -> RunFolder | None:
        """Return the run that it is a snapshot of; None for a bundled model and any other generator file.

        Raises
        ------
        RunError
            The run cannot be opened.
        """
        folder = _run_of(self.path)
        return RunFolder.open(folder) if folder is not None else None


def find(name: str | Path, step: int | None = None) -> Model:
    """Find a model.

    Parameters
    ----------
    name
        Name of a bundled model; a run's folder, its name among the runs or its title; a snapshot or a generator file.
    step
        Of a run, the newest snapshot that is not after this step; None: the newest.

    Raises
    ------
    InputError
        There is no such model; as RunError: it has no snapshot, or its file cannot be used.
    """
    if name in BUNDLED:
        if (model := bundled(str(name))) is None:
            raise InputError(f"The model {name} is not part of this copy of the program; choose a run or a file.")
        return model
    path = expand(name)
    if is_file(path):
        return of_file(path)
    try:
        folder = lookup.find(name)
    except RunError as error:
        raise InputError(f"There is no model {name}: it is neither {' nor '.join(BUNDLED)}. {error}") from None
    return of_run(RunFolder.open(folder), step)


def bundled(name: str) -> Model | None:
    """Return a model that comes with the program, or None if its file is missing.

    Raises
    ------
    RunError
        The file cannot be used.
    """
    path = bundled_models.path_of(name)
    return _bundled(name, path, path.stat().st_mtime_ns) if is_file(path) else None


@functools.lru_cache(maxsize=8)
def _bundled(name: str, path: Path, modified: int) -> Model:
    """Return the bundled model in a file with that modification time; cached, as the window needs it many times."""
    return of_file(path, name, _TITLES[name])


def first_picture() -> Path:
    """Return the path of a picture by the model `INITIAL`, to be shown until that is loaded."""
    return paths.resources() / "pretrained" / f"{INITIAL}.png"


def of_run(folder: RunFolder, step: int | None = None) -> Model:
    """Return a run's generator at its newest snapshot, or at the newest one not after `step`.

    Raises
    ------
    RunError
        The run has no such snapshot.
    """
    snapshots = [(at, path) for at, path in folder.snapshots() if step is None or at <= step]
    if not snapshots:
        raise RunError(f"{folder.path} has no snapshot yet: let it train for a few seconds first.")
    at, path = snapshots[-1]
    return Model(folder.name, path, folder.config, at, f"{folder.name}, step {at:,}")


def of_file(path: Path, name: str = "", title: str = "") -> Model:
    """Return the model in a generator file, or in a snapshot in its run's folder.

    Parameters
    ----------
    path
        The file.
    name
        Name of the model; "": the name in the file.
    title
        Name for users; "": the same as `name`.

    Raises
    ------
    RunError
        The file is damaged or no generator file.
    """
    path = path.absolute()
    about = header.meta(path)
    run = _run_of(path)
    if "config" not in about and run is not None:
        return of_run(RunFolder.open(run), _step(about))
    name = name or str(about.get("name") or path.stem)
    return Model(name, path, _config(path, about), _step(about), title or name)


def _run_of(path: Path) -> Path | None:
    """Return the folder of the run whose snapshot that file is; None if it is of none."""
    run = path.parent.parent
    return run if path.parent.name == "snapshots" and is_file(run / "run.toml") else None


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
