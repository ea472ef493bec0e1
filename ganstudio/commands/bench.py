"""bench: how fast a preset trains here, beside a plain loop and the device's peak."""

import os
import sys
from datetime import datetime
from pathlib import Path

from ganstudio import config as cfg
from ganstudio.benchmark import readme as tables
from ganstudio.benchmark import report
from ganstudio.data import catalog
from ganstudio.errors import InputError


def bench(
    config: cfg.RunConfig,
    seconds: float,
    rounds: int,
    json_file: Path | None,
    readme: Path | None,
) -> str:
    """Measure, write what is to be written; the table.

    Raises InputError, before anything is measured, when something was asked for that cannot be.
    """
    _check(seconds, rounds, json_file)
    if readme is not None:
        tables.check(readme)

    from ganstudio.benchmark.measure import measure  # and with it torch

    catalog.check_here(config.data.name)
    data, limit = config.data, config.engine.data_limit
    dataset = catalog.load(data.name, size=data.size, channels=data.channels, limit=limit)

    date = datetime.now().astimezone().isoformat(timespec="seconds")
    made = measure(config, dataset, date, seconds, rounds, _say)
    if json_file is not None:
        _write(json_file, report.to_json(made))
    if readme is not None:
        tables.write(readme, made)
    return report.table(made)


def _check(seconds: float, rounds: int, json_file: Path | None) -> None:
    if not 0.1 <= seconds <= 3600:
        raise InputError(f"--seconds must be from 0.1 to 3600; got {seconds:g}.")
    if not 1 <= rounds <= 100:
        raise InputError(f"--rounds must be from 1 to 100; got {rounds}.")
    if json_file is None:
        return
    if not json_file.parent.is_dir():
        raise InputError(f"There is no folder {json_file.parent} to write {json_file.name} in.")
    if not os.access(json_file if json_file.exists() else json_file.parent, os.W_OK) or json_file.is_dir():
        raise InputError(f"{json_file} cannot be written.")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror or error}.") from None
