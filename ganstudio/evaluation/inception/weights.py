"""The network with the weights that FID is defined with; they do not come with the program."""

from collections.abc import Mapping
from pathlib import Path

import torch

from ganstudio.errors import DataError, reason
from ganstudio.evaluation.inception.network import Inception, LayoutError
from ganstudio.evaluation.inception.source import SOURCE, check
from ganstudio.system import reading


def load(path: Path, device: torch.device | None = None) -> Inception:
    """Load Inception from the file that FID is defined with; its checksum is compared before anything of it is read.

    Parameters
    ----------
    path
        The file, under any name.
    device
        Where the network computes; None: on the CPU.

    Raises
    ------
    DataError
        There is no such file, it cannot be read, or it is another one; says where it is to be had.
    """
    check(path)
    try:
        with reading.open_file(path) as file:
            weights = torch.load(file, map_location="cpu", weights_only=True)
    except OSError as error:
        raise DataError(f"{path} cannot be read: {reason(error)}.") from None
    if not isinstance(weights, Mapping):
        raise DataError(f"{path} contains no weights by name. {SOURCE}")
    try:
        return Inception(weights, device)
    except LayoutError as error:
        raise DataError(f"{path} does not have the weights of Inception: {error}. {SOURCE}") from None
