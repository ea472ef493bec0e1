"""Folders and files of the program: resources, data sets, runs, presets, the log."""

import os
from functools import cache
from pathlib import Path

import platformdirs

from ganstudio import preferences
from ganstudio.errors import InputError, UserFolder
from ganstudio.preferences import DATA, RUNS
from ganstudio.system.homes import expand, home, of_platform

_PACKAGE = Path(__file__).resolve().parents[1]


@cache
def resources() -> Path:
    """Return the folder of icons, presets and built-in data: inside an installed package, beside it in a checkout."""
    installed = _PACKAGE / "resources"
    return installed if installed.is_dir() else _PACKAGE.parent / "resources"


def data_home(chosen: str | Path | None = None) -> Path:
    """Return the folder of data sets: `chosen`, else GANSTUDIO_DATA, else the preferred or the platform's folder."""
    if chosen:
        return expand(chosen)
    return preferences.from_environment(DATA) or preferences.folder(DATA) or usual_home(DATA)


def set_data_home(folder: str | Path) -> None:
    """Store data sets in `folder` from now on, in this process and in those that it starts."""
    os.environ[preferences.VARIABLES[DATA]] = str(folder)


def runs_home() -> Path:
    """Return the folder of runs: GANSTUDIO_RUNS, else the preferred one, else "GAN Studio" in the documents folder.

    Raises
    ------
    InputError
        The user has no home folder, and nothing else says where runs go.
    """
    found = preferences.from_environment(RUNS) or preferences.folder(RUNS)
    if found is None and home() is None and not usual_home(RUNS).parent.is_dir():
        raise InputError(
            "This user has no home folder, so there is no place for runs.",
            at_prompt="Name one: --out DIR for a new run, or GANSTUDIO_RUNS=DIR for all.",
            place=UserFolder.RUNS,
        )
    return found or usual_home(RUNS)


def usual_home(key: str) -> Path:
    """Return the platform's folder for RUNS or DATA, which is used where no other one was chosen."""
    if key == DATA:
        return of_platform(lambda: platformdirs.user_data_dir("ganstudio")) / "datasets"
    return of_platform(platformdirs.user_documents_dir) / "GAN Studio"


def presets_home() -> Path:
    """Return the folder of the user's own presets, in the platform's folder of settings."""
    return of_platform(lambda: platformdirs.user_config_dir("ganstudio")) / "presets"


def speeds_file() -> Path:
    """Return the file of how fast runs trained on this computer, by which times are estimated."""
    return of_platform(lambda: platformdirs.user_state_dir("ganstudio")) / "speeds.toml"


def measurements_file() -> Path:
    """Return the file of the fastest precision and number of threads for networks on this computer."""
    return of_platform(lambda: platformdirs.user_cache_dir("ganstudio")) / "measurements.json"


def inception_folder() -> Path:
    """Return the folder of what Inception made of real pictures, which takes long to compute."""
    return of_platform(lambda: platformdirs.user_cache_dir("ganstudio")) / "inception"


def log_file() -> Path:
    """Return the log, which has the full text of every error."""
    return of_platform(lambda: platformdirs.user_log_dir("ganstudio")) / "ganstudio.log"
