"""What a trainer hands out to be saved, and how it says that training broke."""

from dataclasses import dataclass
from typing import Any

import torch

from ganstudio.errors import StudioError


@dataclass(frozen=True)
class State:
    """Everything needed to go on bit for bit: tensors on the CPU by dotted name, and plain JSON values."""

    tensors: dict[str, torch.Tensor]
    meta: dict[str, Any]


class Diverged(StudioError):
    """A loss is NaN or infinite: the weights are no longer worth saving."""
