"""Where things lie: resources of the program, data sets, runs, and the log."""

import os
from pathlib import Path

import platformdirs

from ganstudio import preferences
from ganstudio.preferences import DATA, RUNS

_HERE = Path(__file__).resolve().parent


def resources() -> Path:
    """Folder of icons, presets and built-in data: inside the package in a wheel, beside it in a checkout."""
    installed = _HERE / "resources"
    return installed if installed.is_dir() else _HERE.parent / "resources"


def data_home(chosen: str | Path | None = None) -> Path:
    """Where data sets lie: `chosen` (--data), else GANSTUDIO_DATA, else the preferred or the platform's data folder."""
    if chosen:
        return Path(chosen).expanduser()
    return preferences.from_environment(DATA) or preferences.folder(DATA) or usual_home(DATA)


def set_data_home(folder: str | Path) -> None:
    """Store data sets in `folder` from now on, in this process and in those that it starts."""
    os.environ[preferences.VARIABLES[DATA]] = str(folder)


def runs_home() -> Path:
    """Folder that holds runs: GANSTUDIO_RUNS, else the preferred one, else "GAN Studio" in the documents folder."""
    return preferences.from_environment(RUNS) or preferences.folder(RUNS) or usual_home(RUNS)


def usual_home(key: str) -> Path:
    """The platform's folder for "runs" or "data", where nobody chose another."""
    if key == DATA:
        return Path(platformdirs.user_data_dir("ganstudio")) / "datasets"
    return Path(platformdirs.user_documents_dir()) / "GAN Studio"


def presets_home() -> Path:
    """Folder of a person's own presets: in the platform's folder of settings."""
    return Path(platformdirs.user_config_dir("ganstudio")) / "presets"


def speeds_file() -> Path:
    """How fast runs trained on this computer: what the time that a preset takes here is judged by."""
    return Path(platformdirs.user_state_dir("ganstudio")) / "speeds.toml"


def measurements_file() -> Path:
    """Which arithmetic and how many threads were found best for which networks on this computer."""
    return Path(platformdirs.user_cache_dir("ganstudio")) / "measurements.json"


def log_file() -> Path:
    """The window's log, where the full text of every error goes."""
    return Path(platformdirs.user_log_dir("ganstudio")) / "ganstudio.log"
