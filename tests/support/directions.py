"""Directions of a generator, found once: they are always the same, and take 0.3 s."""

import pytest
from torch import nn

from ganstudio.latent import directions

_found: dict[tuple[object, ...], directions.Directions] = {}
_find = directions.find


def find_once(patch: pytest.MonkeyPatch) -> None:
    """Have those of the same weights remembered."""
    patch.setattr(directions, "find", _find_or_remember)


def _find_or_remember(G: nn.Module, *args: int) -> directions.Directions:
    key = (*args, *((name, tensor.numpy().tobytes()) for name, tensor in G.state_dict().items()))
    if key not in _found:
        _found[key] = _find(G, *args)
    return _found[key]
