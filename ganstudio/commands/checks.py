"""Checks of what was typed before anything long begins, and files that commands write."""

import os
import shlex
from collections.abc import Mapping
from pathlib import Path

from ganstudio.errors import InputError, reason
from ganstudio.system import atomic
from ganstudio.system.existence import exists, is_folder


def check_writable(path: Path) -> None:
    """Check that a file can be written.

    Raises
    ------
    InputError
        There is no such folder, or the file cannot be written.
    """
    if not is_folder(path.parent):
        raise InputError(f"There is no folder {path.parent} to write {path.name} in.")
    if is_folder(path) or not os.access(path if exists(path) else path.parent, os.W_OK):
        raise InputError(f"{path} cannot be written.")


def write(path: Path, content: bytes) -> None:
    """Write a file.

    Raises
    ------
    InputError
        It cannot be written.
    """
    try:
        with atomic.new_content(path) as file:
            file.write(content)
    except OSError as error:
        raise cannot_write(path, error) from None


def write_after_work(files: Mapping[Path, bytes], text: str) -> None:
    """Write files, by their path; if one cannot be written, print `text` all the same, as it took long to find out.

    Raises
    ------
    InputError
        One of them cannot be written.
    """
    try:
        for path, content in files.items():
            write(path, content)
    except InputError:
        print(text)
        raise


def cannot_write(path: Path, error: OSError) -> InputError:
    """Return the error that says why a file cannot be written."""
    return InputError(f"{path} cannot be written: {reason(error)}.")


def check_seed(seed: int) -> None:
    """Check that numpy takes a seed.

    Raises
    ------
    InputError
        It is out of range.
    """
    if not 0 <= seed < 2**32:
        raise InputError(f"--seed must be from 0 to {2**32 - 1:,}; got {seed}.")


def check_truncation(truncation: float) -> None:
    """Check a factor for the noise.

    Raises
    ------
    InputError
        It is out of range.
    """
    if not 0 <= truncation <= 1:
        raise InputError(f"--truncation must be from 0 to 1; got {truncation:g}.")


def check_data_folder(folder: str) -> None:
    """Check what was typed for --data.

    Raises
    ------
    InputError
        It is the name of a data set, where a folder is expected.
    """
    from ganstudio.data import catalog

    name = folder if folder not in catalog.DATASETS and catalog.look_up(folder) else folder.lower()
    info = catalog.look_up(name)
    if info is not None and not exists(Path(folder)):
        raise InputError(
            f"--data takes the folder of the data sets, and there is no folder {folder} here. "
            f"To choose the data set {info.title}: --data.name {shlex.quote(name)}"
        )


def refuse_for_points(title: str, given: Mapping[str, object]) -> None:
    """Refuse flags that are for pictures.

    Parameters
    ----------
    title
        Name of a model that makes points.
    given
        Values of the flags, None for those that were not given.

    Raises
    ------
    InputError
        One was given.
    """
    for flag, value in given.items():
        if value is not None:
            raise InputError(f"{flag} is for pictures, and {title} makes points: leave it out.")
