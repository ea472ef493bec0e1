"""Where things lie: resources of the program, data sets, runs, and the log."""

import os
from pathlib import Path

import platformdirs

_HERE = Path(__file__).resolve().parent


def resources() -> Path:
    """Folder of icons, presets and built-in data: inside the package in a wheel, beside it in a checkout."""
    installed = _HERE / "resources"
    return installed if installed.is_dir() else _HERE.parent / "resources"


def data_home(chosen: str | Path | None = None) -> Path:
    """Where data sets lie: `chosen` (--data), else GANSTUDIO_DATA, else the platform's data folder."""
    named = chosen or os.environ.get("GANSTUDIO_DATA")
    return Path(named).expanduser() if named else Path(platformdirs.user_data_dir("ganstudio")) / "datasets"


def runs_home() -> Path:
    """Folder that holds runs: GANSTUDIO_RUNS, else "GAN Studio" in the documents folder."""
    named = os.environ.get("GANSTUDIO_RUNS")
    return Path(named).expanduser() if named else Path(platformdirs.user_documents_dir()) / "GAN Studio"


def log_file() -> Path:
    """The window's log, where the full text of every error goes."""
    return Path(platformdirs.user_log_dir("ganstudio")) / "ganstudio.log"
